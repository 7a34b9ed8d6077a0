"""A person's own keys: what is good in the file is used, what is wrong is told with its line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.keymap import Keymap, read_keymap

if TYPE_CHECKING:
    from pathlib import Path


def keymap(folder: Path, text: str) -> Keymap:
    file = folder / "keys.toml"
    file.write_text(text, "utf-8")
    return read_keymap(file)


def told(found: Keymap) -> list[str]:
    """What is wrong, without the folder."""
    return [each.rpartition("keys.toml")[2] for each in found.problems]


def test_without_a_file_the_usual_keys_hold(tmp_path: Path) -> None:
    found = read_keymap(tmp_path / "keys.toml")
    assert found.problems == ()
    assert found.keys["frame.date"] == "t"


def test_a_preset_and_own_keys_are_used(tmp_path: Path) -> None:
    found = keymap(tmp_path, 'preset = "vim"\n[keys]\n"frame.date" = "T, ctrl+t"\n')
    assert found.problems == ()
    assert found.keys["frame.date"] == "T,ctrl+t"
    assert found.keys["list.page_down"] == "pagedown,ctrl+f"


def test_what_is_wrong_is_told_with_its_line_and_the_rest_is_used(tmp_path: Path) -> None:
    found = keymap(
        tmp_path,
        'preset = "emacs"\ncolour = 1\n[keys]\n"frame.dat" = "T"\n"frame.help" = 3\n'
        '"list.sort" = "Z"\n',
    )
    assert told(found) == [
        ":1: preset is one of default, vim, not 'emacs'",
        ":2: 'colour' is not known here; there are preset and [keys]",
        ":4: there is no command 'frame.dat'; did you mean 'frame.date'?",
        ':5: \'3\' are no keys; write them as in "ctrl+f" or "T,f2"',
    ]
    assert found.own == {"list.sort": "Z"}


def test_a_file_that_is_no_toml_is_told_with_its_line(tmp_path: Path) -> None:
    (problem,) = keymap(tmp_path, "[keys]\nfoo = \n").problems
    assert "line 2" in problem
    assert "your own keys are not used" in problem


def test_a_key_that_starts_something_else_on_the_screen_is_refused(tmp_path: Path) -> None:
    found = keymap(tmp_path, '[keys]\n"list.sort" = "slash"\n')
    assert told(found) == [":2: 'slash' would start both 'list.sort' and 'list.filter'"]
    assert found.keys["list.sort"] == "s"


def test_two_keys_can_be_exchanged(tmp_path: Path) -> None:
    found = keymap(tmp_path, '[keys]\n"list.sort" = "C"\n"list.columns" = "s"\n')
    assert found.problems == ()
    assert found.keys["list.sort"] == "C"
