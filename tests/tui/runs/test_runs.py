"""Runs and the audit trail, as somebody looks after them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, cast

from sqlalchemy import text

from engine.services.run_lines import run_lines
from tests.engine.services.publications import new
from tests.tui.dunned import DAY, MANAGER, VIEWER, backend_of
from tests.tui.playing import lines, play, press, shown, toasts, type_in
from tui.app import Admin
from tui.areas.runs.screen import RunsScreen
from tui.state import State

if TYPE_CHECKING:
    from pathlib import Path

    from textual.pilot import Pilot

    from engine.services.actors import Actor
    from engine.services.run_lines import Section
    from engine.store.database import Database
    from tui.frame.dialogs import Confirm


def opened(database: Database, folder: Path, actor: Actor = MANAGER) -> Admin:
    """The admin at the runs."""
    return Admin(backend_of(database, folder, actor), state=State(None, {"area": "runs"}))


def screen(app: Admin) -> RunsScreen:
    """The runs, which are seen."""
    return cast("RunsScreen", app.screen)


def cases(database: Database, section: Section) -> list[str]:
    """The cases of a part of the run."""
    return [each.case for each in new(run_lines(database, MANAGER, DAY, section)).lines]


def test_what_could_not_be_handed_over_is_told_and_sent_when_it_can_be(
    dunned: Database, tmp_path: Path
) -> None:
    app = opened(dunned, tmp_path)
    letters = tmp_path / "letters"
    letters.mkdir()
    (letters / "email").write_text("a file where the folder should be")

    async def flow(pilot: Pilot[None]) -> None:
        await press(pilot, "D")
        said = shown(pilot)
        assert "would go out: 3 actions for 2 customers (3 by email): open 2,259.00 EUR" in said
        assert "waits for approval by credit_manager: 2" in said
        await press(pilot, "escape", "R", "3")
        assert any("3 actions could not be handed over: R-2: " in each for each in toasts(app))
        assert cases(dunned, "failed") == ["R-2", "R-8", "R-3"]
        row = screen(app).runs.row(0)
        assert row.count("begun") == 3
        await press(pilot, "enter", "right")
        assert "! " in shown(pilot)
        await press(pilot, "escape")
        (letters / "email").unlink()
        await press(pilot, "R")
        assert (
            "3 actions that failed before are tried again" in cast("Confirm", app.screen).sentence
        )
        await press(pilot, "3")
        assert cases(dunned, "done") == ["R-2", "R-8", "R-3"]
        # A run of an earlier day cannot be gone on with: its successor was executed.
        await press(pilot, "down", "R")
        assert "the run of 2026-03-16 was executed already" in toasts(app)[-1]

    play(app, flow, (200, 60))


def test_the_trail_is_searched_taken_away_and_a_changed_byte_found(
    dunned: Database, tmp_path: Path
) -> None:
    app = opened(dunned, tmp_path, VIEWER)
    file = tmp_path / "trail.ndjson"

    async def flow(pilot: Pilot[None]) -> None:
        await press(pilot, "R")
        assert "vera is viewer, who may not perform a run" in toasts(app)[-1]
        await press(pilot, "F")
        assert "was not checked yet" in toasts(app)[-1]
        await press(pilot, "tab", "slash")
        await type_in(pilot, "since:31.2.2026")
        await press(pilot, "enter")
        assert "'31.2.2026' is not in the calendar" in lines(pilot)[-2]
        await press(pilot, "slash", "escape", "slash")
        await type_in(pilot, "who:ber polic")
        await press(pilot, "enter")
        assert [screen(app).entries.row(n).action for n in range(len(screen(app).entries))] == [
            "policy approved"
        ]
        await press(pilot, "c")
        assert "and not about a case" in toasts(app)[-1]
        await press(pilot, "slash", "escape")
        await press(pilot, "home", "down", "c")
        assert screen(app).search == "case:R-6"
        await press(pilot, "c")
        assert screen(app).search == ""
        await press(pilot, "enter", "y", "escape")
        assert "Copied the entry" in toasts(app)
        await press(pilot, "e", *["backspace"] * 30)
        await type_in(pilot, str(file))
        await press(pilot, "enter")
        rows = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
        assert rows[-1]["action"] == "run proposed"
        with dunned.writing() as connection:
            connection.execute(text("UPDATE actions SET state = 'held' WHERE \"case\" = 'R-1'"))
        await press(pilot, "V")
        assert "What the check of the audit trail found" in shown(pilot)
        await press(pilot, "escape")
        assert "✖ 1 flaw in 19 entries" in shown(pilot)

    play(app, flow)
