"""Runs: proposed with reasons, looked at, performed once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from engine.store.schema.ledger import EVENTS
from tests.engine.services.running import (
    actions,
    company,
    happens,
    letters,
    performed,
    proposed,
    states,
)

if TYPE_CHECKING:
    from pathlib import Path

    from engine.store.database import Database


def stages(database: Database) -> list[tuple[str, str, str]]:
    """What the ledger says was executed: key, stage and day."""
    wanted = select(EVENTS.c.key, EVENTS.c.stage, EVENTS.c.date).where(EVENTS.c.kind == "stage")
    with database.reading() as connection:
        return [(k, s, str(d)) for k, s, d in connection.execute(wanted.order_by(EVENTS.c.key))]


def test_a_run_proposes_what_is_due_with_its_reasons_and_does_nothing(
    database: Database, tmp_path: Path
) -> None:
    company(database, tmp_path)
    proposal = proposed(database)
    assert proposal.new == 4
    assert states(database) == {
        "R-1": "proposed",
        "R-2": "proposed",
        "R-3": "proposed",
        "R-4": "blocked",
    }
    action = actions(database)["R-1"]
    assert action.key == "R-1#first#reminder#1"
    assert action.decision["letters"] == ["2026-03-16/C-1/EUR/email"]
    assert any("after 3 days overdue" in each["text"] for each in action.decision["because"])
    assert stages(database) == []
    assert letters(tmp_path) == {}


def test_a_run_is_performed_once_however_often_it_is_asked_for(
    database: Database, tmp_path: Path
) -> None:
    company(database, tmp_path)
    proposed(database)
    first = performed(database, tmp_path)
    assert sorted(first.performed) == ["R-1", "R-2", "R-3"]
    assert sorted(letters(tmp_path)) == ["2026-03-16/C-1/EUR/email", "2026-03-16/C-2/EUR/email"]
    again = performed(database, tmp_path)
    assert again.performed == ()
    assert stages(database) == [
        ("stage:R-1#first#reminder#1", "reminder", "2026-03-16"),
        ("stage:R-2#first#reminder#1", "reminder", "2026-03-16"),
        ("stage:R-3#first#reminder#1", "reminder", "2026-03-16"),
    ]
    proposal = proposed(database)
    assert (proposal.new, proposal.changed, proposal.withdrawn) == (0, 0, 0)


def test_a_payment_that_came_in_between_cancels_the_action_and_says_so(
    database: Database, tmp_path: Path
) -> None:
    company(database, tmp_path)
    proposed(database)
    happens(
        database, tmp_path, "2026-03-16,payment,R-1,250.00,EUR", "2026-03-16,payment,R-3,20.00,EUR"
    )
    result = performed(database, tmp_path)
    assert result.performed == ("R-2",)
    assert dict(result.withdrawn) == {
        "R-1": "settled",
        "R-3": "the open amount was 80.00 EUR and is 60.00 EUR",
    }
