"""Policies, as a person works with them: read, changed, tried, published, approved."""

from __future__ import annotations

import datetime
import shutil
from typing import TYPE_CHECKING

import pytest

from engine.services.actors import Actor
from engine.services.policies import read_policies
from engine.services.policy_lists import listed_versions
from engine.services.publishing import publish
from tests.tui.playing import (
    ANNA,
    SIZES,
    Golden,
    at_rest,
    clock,
    lines,
    play,
    press,
    shown,
    toasts,
    type_in,
    until,
)
from tui.app import Admin
from tui.areas.policies.model import as_draft
from tui.areas.policies.screen import PoliciesScreen
from tui.backend import Backend
from tui.frame.dialogs import Confirm
from tui.state import State

if TYPE_CHECKING:
    from pathlib import Path

    from textual.pilot import Pilot

    from engine.store.database import Database

BERTA = Actor("berta", "approver")


@pytest.fixture
def folder(demo_folder: Path, tmp_path: Path) -> Path:
    """A folder of policies of one's own."""
    return shutil.copytree(demo_folder / "policies", tmp_path / "policies")


@pytest.fixture
def own(demo: Database, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Backend:
    """The store and the folder as Anna uses them."""
    monkeypatch.chdir(folder.parent)
    return Backend(demo, ANNA, clock, folder.relative_to(folder.parent))


def admin(backend: Backend, state: State | None = None) -> Admin:
    """The admin, in its first area."""
    state = state or State(None)
    state.put("area", "policies")
    return Admin(backend, state=state)


def screen_of(pilot: Pilot[None]) -> PoliciesScreen:
    found = pilot.app.screen_stack[0]
    assert isinstance(found, PoliciesScreen)
    return found


async def open_version(pilot: Pilot[None], key: str) -> PoliciesScreen:
    """Open a version by its file."""
    screen = screen_of(pilot)
    entries = [each for group in screen.groups for each in group.entries]
    screen.paper.open(next(each for each in entries if each.key == key))
    await at_rest(pilot)
    return screen


async def looked_at(pilot: Pilot[None]) -> None:
    """Wait until the text that is shown was looked at."""
    screen = screen_of(pilot)

    def is_done() -> bool:
        checked = screen.looking.checked
        return checked is not None and checked.source.text == screen.editor.text

    await until(pilot, is_done, "the text is looked at")
    await at_rest(pilot)


def put(screen: PoliciesScreen, old: str, new: str) -> None:
    """Change some words of the text."""
    assert old in screen.editor.text
    screen.editor.write(screen.editor.text.replace(old, new, 1))


def test_a_waiting_period_is_changed_tried_published_and_approved_by_another_person(
    own: Backend,
) -> None:
    app = admin(own)

    async def flow(pilot: Pilot[None]) -> None:
        screen = await open_version(pilot, "policies/de_standard/3.dun")
        assert "read only" in shown(pilot)
        await press(pilot, "n")
        assert screen.editor.has_focus
        assert "policy de_standard version 4" in screen.editor.text
        assert "effective 2026-04-01" in screen.editor.text
        put(screen, "after 3 days overdue", "after 9 days overdue")
        await looked_at(pilot)
        assert "● unsaved" in shown(pilot)

        def said() -> str:
            return "".join(each.text for each in screen.editor.remarks.values())

        await until(pilot, lambda: "✗ reminder happens on" in said(), "its examples are played")
        await until(pilot, lambda: screen.looking.effect is not None, "its impact is known")
        await at_rest(pilot)
        assert "On 2026-03-31, of 18 open" in shown(pilot)
        assert "later" in shown(pilot)
        await press(pilot, "escape", "S")
        assert toasts(app)[-1].startswith("save the draft first")
        await press(pilot, "ctrl+s")
        assert "● unsaved" not in shown(pilot)
        await press(pilot, "f3")
        assert "stage reminder: after changed" in shown(pilot)
        assert "+ after 9 days overdue" in shown(pilot)
        await press(pilot, "f3")
        assert "-  after 3 days overdue" in shown(pilot)
        await press(pilot, "S")
        assert "in force from 2026-04-01, for good" in shown(pilot)
        await press(pilot, "enter")  # the way out
        assert not is_waiting(own)
        await press(pilot, "S", "y")
        assert is_waiting(own)
        assert "◐ 4  waiting" in shown(pilot)
        await press(pilot, "A")
        assert "anna published de_standard version 4 and cannot approve" in toasts(app)[-1]
        await approved_by_another(pilot, app, own)

    play(app, flow, (120, 60))


async def approved_by_another(pilot: Pilot[None], app: Admin, own: Backend) -> None:
    """Berta approves what waits, and neither its key nor Enter confirms it."""
    screen = screen_of(pilot)
    app.use_backend(Backend(own.database, BERTA, clock, own.folder))
    await at_rest(pilot)
    await until(pilot, lambda: screen.looking.effect is not None, "its impact is known")
    await press(pilot, "A")
    dialog = app.screen
    assert isinstance(dialog, Confirm)
    assert "published by anna: it decides from 2026-04-01 on" in dialog.sentence
    effect = screen.looking.effect
    assert effect is not None
    moved = sum(each.cases for each in effect.moves.values())
    await press(pilot, "A", "y", "enter")  # neither its key nor Enter confirms it
    assert is_waiting(own)
    for _ in range(2):
        await press(pilot, "backspace")
    await type_in(pilot, str(moved))
    assert not is_waiting(own)
    assert "✔ 4  from 2026-04-01" in shown(pilot)


def is_waiting(backend: Backend) -> bool:
    """Whether a version waits for approval."""
    found = listed_versions(backend.database, backend.actor)
    assert isinstance(found, list)
    return any(each.version.state == "waiting for approval" for each in found)


def test_a_version_is_rejected_with_a_reason(own: Backend, folder: Path) -> None:
    draft = folder / "nl_wik" / "2.dun"
    text = (folder / "nl_wik" / "1.dun").read_text("utf-8")
    text = as_draft(text, 2, datetime.date(2026, 5, 1))
    draft.write_text(text, "utf-8")
    publish(own.database, ANNA, read_policies([draft]), clock())
    app = admin(Backend(own.database, BERTA, clock, own.folder))

    async def flow(pilot: Pilot[None]) -> None:
        app.look_at(datetime.date(2025, 6, 1))
        await until(pilot, lambda: "★ 2" in shown(pilot), "another version is in force then")
        await press(pilot, "0")
        await open_version(pilot, "policies/nl_wik/2.dun")
        await press(pilot, "R")
        await type_in(pilot, "too early")
        await press(pilot, "enter")
        assert "Reject nl_wik version 2 because: too early" in shown(pilot)
        await press(pilot, "y")
        assert "✗ 2  rejected" in shown(pilot)
        await press(pilot, "ctrl+r")
        assert "rejected by berta: too early" in shown(pilot)

    play(app, flow, (200, 60))


def test_nothing_is_lost_when_somebody_leaves_without_saving(
    own: Backend, folder: Path, tmp_path: Path
) -> None:
    draft = new_draft(folder)
    app = admin(own, State(tmp_path / "state" / "admin.json"))

    async def leave(pilot: Pilot[None]) -> None:
        screen = await open_version(pilot, "policies/de_standard/4.dun")
        put(screen, "after 3 days overdue", "after 8 days overdue")
        await looked_at(pilot)
        await press(pilot, "ctrl+q")
        assert "de_standard version 4 is not saved" in shown(pilot)
        await press(pilot, "3")
        assert app.is_running
        await press(pilot, "ctrl+q")
        await pilot.press("2")

    play(app, leave)
    assert "after 3 days overdue" in draft.read_text("utf-8")

    async def come_back(pilot: Pilot[None]) -> None:
        screen = await open_version(pilot, "policies/de_standard/4.dun")
        assert "There are changes of 4.dun from 2026-03-31" in shown(pilot)
        await press(pilot, "2")
        assert "after 8 days overdue" in screen.editor.text
        await at_rest(pilot)
        assert "+  after 8 days overdue" in shown(pilot)
        await press(pilot, "ctrl+s")
        assert "after 8 days overdue" in draft.read_text("utf-8")
        assert list((tmp_path / "state" / "recovery").iterdir()) == []

    play(admin(own, State(tmp_path / "state" / "admin.json")), come_back, (120, 60))


def new_draft(folder: Path) -> Path:
    """A draft of version 4 of the German policy."""
    draft = folder / "de_standard" / "4.dun"
    text = (folder / "de_standard" / "3.dun").read_text("utf-8")
    draft.write_text(as_draft(text, 4, datetime.date(2026, 5, 1)), "utf-8")
    return draft


def test_a_file_that_others_change_or_lock_is_noticed_and_nothing_is_lost(
    own: Backend, folder: Path
) -> None:
    app = admin(own)
    draft = new_draft(folder)
    text = draft.read_text("utf-8")

    async def flow(pilot: Pilot[None]) -> None:
        screen = await open_version(pilot, "policies/de_standard/4.dun")
        draft.write_text(text.replace("after 3 days", "after 5 days", 1), "utf-8")
        screen.paper.look_outside()
        await at_rest(pilot)
        assert "was changed by another program" in " ".join(shown(pilot).split())
        await press(pilot, "1")
        assert "after 5 days overdue" in screen.editor.text
        put(screen, "after 5 days", "after 6 days")
        draft.write_text(text.replace("after 3 days", "after 7 days", 1), "utf-8")
        await press(pilot, "ctrl+s")
        assert "was changed by another program" in " ".join(shown(pilot).split())
        await press(pilot, "3")
        assert "-  after 7 days overdue" in shown(pilot)
        assert "+  after 6 days overdue" in shown(pilot)
        await press(pilot, "ctrl+s")
        assert "after 6 days overdue" in draft.read_text("utf-8")
        put(screen, "after 6 days", "after 4 days")
        shutil.rmtree(folder / "de_standard")
        (folder / "de_standard").write_text("in the way", "utf-8")
        await press(pilot, "ctrl+s")
        assert "4.dun was not saved: " in toasts(app)[-1]
        assert "your changes are kept here" in toasts(app)[-1]
        assert "after 4 days" in screen.editor.text
        assert "● unsaved" in shown(pilot)

    play(app, flow, (120, 60))


def test_bad_files_are_shown_and_a_new_policy_begins_with_lines_that_are_right(
    own: Backend, folder: Path
) -> None:
    bad = folder / "bad"
    bad.mkdir()
    broken = "".join(f"stgae number_{n}\n  afterr {n} days\n" for n in range(500))
    (bad / "many.dun").write_text(f"policy bad version 1\n{broken}", "utf-8")
    (bad / "latin.dun").write_bytes("policy café version 1\n".encode("latin-1"))
    app = admin(own)

    async def flow(pilot: Pilot[None]) -> None:
        screen = await open_version(pilot, "policies/bad/many.dun")
        await looked_at(pilot)
        assert len(screen.editor.problems) > 100
        assert f"Problems {len(screen.editor.problems)}" in shown(pilot)
        screen.editor.focus()
        await press(pilot, "shift+f8")
        assert "reading stopped after 100 problems" in lines(pilot)[-2]
        await press(pilot, "f8", "f2")
        assert screen.editor.document.get_line(1) == "  effective 2026-01-01"
        await press(pilot, "ctrl+z", "escape")
        screen = await open_version(pilot, "policies/bad/latin.dun")
        assert "! latin.dun  cannot be read" in shown(pilot)
        assert "another encoding" in shown(pilot)
        await press(pilot, "ctrl+s")
        assert "not UTF-8" in toasts(app)[-1]
        assert (bad / "latin.dun").read_bytes().endswith(b"\xe9 version 1\n")
        screen.editor.focus()
        await press(pilot, "escape", "n")
        await type_in(pilot, "Neue Mahnung!")
        await press(pilot, "enter")
        assert "policy Neue_Mahnung version 1" in screen.editor.text
        await looked_at(pilot)
        assert screen.editor.problems == []
        assert (folder / "Neue_Mahnung" / "1.dun").exists()

    play(app, flow)


def test_the_store_is_not_needed_to_go_on_writing(own: Backend, folder: Path) -> None:
    draft = new_draft(folder)
    app = admin(own)

    async def flow(pilot: Pilot[None]) -> None:
        screen = await open_version(pilot, "policies/de_standard/4.dun")
        address = own.database.engine.url.database
        assert address is not None
        own.database.close()
        shutil.move(address, f"{address}.away")
        put(screen, "after 3 days", "after 5 days")
        await press(pilot, "ctrl+s")
        assert "after 5 days" in draft.read_text("utf-8")
        assert app.trouble
        shutil.move(f"{address}.away", address)

    play(app, flow)


def test_the_screen_looks_as_agreed(own: Backend, folder: Path, golden: Golden) -> None:
    new_draft(folder)

    async def flow(pilot: Pilot[None]) -> None:
        screen = await open_version(pilot, "policies/de_standard/4.dun")
        put(screen, "after 3 days overdue", "after 9 days overdue")
        put(screen, "by email else post", "by emial else post")
        await looked_at(pilot)
        screen.editor.focus()
        await press(pilot, "f8")
        for size in SIZES:
            await pilot.resize_terminal(*size)
            await at_rest(pilot)
            golden.check(pilot, "policies")

    play(admin(own), flow)


def test_what_is_done_to_the_text_is_done_from_the_list_too(own: Backend, folder: Path) -> None:
    new_draft(folder)

    async def flow(pilot: Pilot[None]) -> None:
        screen = await open_version(pilot, "policies/de_standard/4.dun")
        put(screen, "  by email else post", "  by   emial else post")
        await looked_at(pilot)
        screen.query_one("#tree").focus()
        await press(pilot, "f8")
        assert screen.editor.has_focus
        await press(pilot, "escape", "f2")
        await looked_at(pilot)
        await press(pilot, "f4")
        assert "\n  by email else post\n" in screen.editor.text
        await press(pilot, "ctrl+f")
        assert screen.focused is screen.query_one("#find")

    play(admin(own), flow)
