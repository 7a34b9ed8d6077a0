"""What is restored the next time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tui.state import State, read_state

if TYPE_CHECKING:
    from pathlib import Path


def test_what_was_kept_is_there_the_next_time(tmp_path: Path) -> None:
    file = tmp_path / "new" / "admin.json"
    state = read_state(file)
    state.put("theme", "nord")
    state.put("split", 40)
    state.put("columns", ["case", "Größe"])
    state.save()
    again = read_state(file)
    assert (again.text("theme"), again.number("split")) == ("nord", 40)
    assert again.names("columns") == ["case", "Größe"]


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '"x"', "\x00"])
def test_a_damaged_file_is_forgotten(tmp_path: Path, text: str) -> None:
    file = tmp_path / "admin.json"
    file.write_text(text, "utf-8")
    assert read_state(file).values == {}


def test_values_of_another_kind_are_as_good_as_none(tmp_path: Path) -> None:
    file = tmp_path / "admin.json"
    file.write_text('{"theme": 3, "split": "x", "columns": [1], "more": {}}', "utf-8")
    state = read_state(file)
    assert (state.text("theme", "dun"), state.number("split", 7)) == ("dun", 7)
    assert state.names("columns") == []


def test_what_cannot_be_written_is_not_kept_and_disturbs_nobody(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    State(tmp_path / "file" / "admin.json", {"theme": "nord"}).save()
    assert (tmp_path / "file").read_text("utf-8") == ""
