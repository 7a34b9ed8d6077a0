"""Every key of the admin is documented, unique on its screen, and does something."""

from __future__ import annotations

import pkgutil
from importlib import import_module
from typing import TYPE_CHECKING

import pytest
from textual.binding import Binding
from textual.widgets import TextArea

import tui
from tui.app import Admin
from tui.areas.known import AREAS
from tui.frame.area_screen import AreaScreen
from tui.frame.key_names import shown_keys
from tui.keymap import PRESETS, conflicts, preset_keys
from tui.keys import COMMANDS, FOOTER, SCREENS, commands_of

if TYPE_CHECKING:
    from collections.abc import Iterator


def screens() -> dict[str, type[AreaScreen]]:
    """Every screen of the areas, by name."""
    for area in AREAS:
        package = import_module(f"tui.areas.{area.id}")
        for module in pkgutil.walk_packages(package.__path__, f"tui.areas.{area.id}."):
            import_module(module.name)
    found, pending = {}, [AreaScreen]
    while pending:
        for each in pending.pop().__subclasses__():
            pending.append(each)
            if each.__module__.split(".")[2] in {area.id for area in AREAS}:
                found[each.NAME] = each
    return found


def classes() -> Iterator[type[object]]:
    """Every class of the admin."""
    for module in pkgutil.walk_packages(tui.__path__, "tui."):
        for each in vars(import_module(module.name)).values():
            if isinstance(each, type) and each.__module__ == module.name:
                yield each


def test_every_command_has_a_name_of_its_own_and_says_what_it_does() -> None:
    assert len({each.id for each in COMMANDS}) == len(COMMANDS)
    assert [each.id for each in COMMANDS if not each.title or not each.help] == []
    assert [each.id for each in COMMANDS if each.help.endswith(".")] == []


def test_every_screen_is_in_the_table_and_every_command_is_on_a_screen() -> None:
    assert set(screens()) == set(SCREENS)
    areas = {area for each in SCREENS.values() for area in each} | {"everywhere"}
    assert {each.area for each in COMMANDS} <= areas


@pytest.mark.parametrize("preset", PRESETS)
def test_no_key_starts_two_things_on_a_screen(preset: str) -> None:
    assert list(conflicts(preset_keys(preset))) == []


def test_every_command_is_done_by_who_has_its_key() -> None:
    owners = list(classes())
    bound = {
        binding.id: owner
        for owner in owners
        for binding in vars(owner).get("BINDINGS", ())
        if isinstance(binding, Binding) and binding.id
    }
    for each in COMMANDS:
        action = f"action_{each.does.partition('(')[0]}"
        able = bound[each.id] if each.keys else Admin
        assert hasattr(able, action), each.id


def test_a_key_that_holds_everywhere_is_not_taken_by_a_text_that_is_edited() -> None:
    taken = {
        key
        for binding in TextArea.BINDINGS
        for key in (binding[0] if isinstance(binding, tuple) else binding.key).split(",")
    }
    everywhere = {
        key
        for each in COMMANDS
        if each.area == "everywhere" or each.priority
        for key in each.keys.split(",")
    }
    assert everywhere & taken == set()


@pytest.mark.parametrize("screen", sorted(SCREENS))
def test_the_footer_has_room_for_what_it_is_to_show(screen: str) -> None:
    last = {"frame.help", "frame.palette"}
    shown = [each for each in commands_of(screen) if each.footer or each.id in last]
    assert len(shown) <= FOOTER


def test_keys_are_shown_as_people_call_them() -> None:
    assert shown_keys("question_mark,f1") == "? f1"
    assert shown_keys("ctrl+p,colon") == "^p :"
    assert shown_keys("shift+left,left_square_bracket") == "⇧← ["
