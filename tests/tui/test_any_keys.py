"""Whatever somebody presses, and however fast: nothing goes wrong in the program itself."""

from __future__ import annotations

import shutil
from random import Random
from typing import TYPE_CHECKING

import pytest

from tests.tui import dunned as company
from tests.tui.playing import ANNA, SIZES, at_rest, clock, play
from tui.app import DETAILS, Admin
from tui.backend import Backend
from tui.keys import COMMANDS
from tui.state import State

if TYPE_CHECKING:
    from pathlib import Path

    from textual.pilot import Pilot

    from engine.store.database import Database

AREAS = (
    ("policies", "demo"),
    ("simulate", "demo"),
    ("reports", "demo"),
    ("worklist", "dunned"),
    ("customers", "dunned"),
    ("runs", "dunned"),
)
"""With the company that has most to show there."""
PEOPLE = (ANNA, company.MANAGER, company.CLERK, company.BERTA, company.VIEWER)
COUNT = 40
"""Keys in a row."""
_LEAVE = {"q", "ctrl+q"}
_ALL = sorted({key for each in COMMANDS for key in each.keys.split(",")} - _LEAVE - {""})
_MOVE = ("down", "up", "left", "right", "enter", "escape", "tab", "shift+tab", "space", "pagedown")
_TYPE = (*"abny019-.: ", "backspace")


def keys(chance: Random) -> list[str]:
    """Keys that do something, keys that lead somewhere, and some text."""
    return [chance.choice(chance.choice((_ALL, _ALL, _MOVE, _TYPE))) for _ in range(COUNT)]


@pytest.mark.parametrize(("area", "store"), AREAS)
def test_no_keys_in_a_row_end_in_an_internal_error(
    area: str,
    store: str,
    request: pytest.FixtureRequest,
    demo_folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    beginning: int,
) -> None:
    monkeypatch.setenv(DETAILS, "1")  # an internal error ends the admin
    monkeypatch.chdir(tmp_path)
    shutil.copytree(demo_folder / "policies", tmp_path / "policies")
    database: Database = request.getfixturevalue(store)
    chance = Random(f"{beginning} {area} {store}")  # noqa: S311 - repeatable, not secret
    time = clock if store == "demo" else company.clock
    state = State(None)
    state.put("area", area)
    app = Admin(Backend(database, chance.choice(PEOPLE), time, letters=tmp_path), state=state)
    pressed: list[str] = []

    async def flow(pilot: Pilot[None]) -> None:
        for key in keys(chance):
            pressed.append(key)
            await pilot.press(key)
            if chance.random() < 0.2:
                await at_rest(pilot)
        await at_rest(pilot)

    try:
        play(app, flow, chance.choice(SIZES))
    except Exception as error:
        error.add_note(f"pressed: {' '.join(pressed)}")
        raise
