"""A version that drops a stage says where the cases on it go, if there are any."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import insert

from engine.services.publishing import approve
from engine.store.schema.ledger import CUSTOMERS, EVENTS, INVOICES
from tests.engine.services import publications as p
from tests.engine.services.publications import BERTA, NOW, new, put, refused

if TYPE_CHECKING:
    from engine.store.database import Database

WITHOUT_WARNING = (
    p.LADDER[: p.LADDER.index("stage warning")] + "stage final\n  after 20 days\n  by post\n"
)
SECOND = p.text(2, "2026-03-20", WITHOUT_WARNING)
MIDNIGHT = datetime.time(0, tzinfo=datetime.UTC)


def case(database: Database, name: str, *events: dict[str, object]) -> None:
    """An invoice of 100 EUR with what happened to it; each customer has one."""
    due = datetime.date(2026, 2, 2)
    with database.writing() as connection:
        connection.execute(insert(CUSTOMERS).values(id=f"C-{name}", facts={}))
        row = {"id": name, "customer": f"C-{name}", "issued": due, "due": due, "facts": {}}
        connection.execute(insert(INVOICES).values(**row, amount=10_000, currency="EUR"))
        for number, event in enumerate(events):
            day = event["date"]
            assert isinstance(day, datetime.date)
            recorded = datetime.datetime.combine(day, MIDNIGHT)
            key = f"{name}-{number}"
            about: dict[str, object] = {"key": key, "recorded": recorded, "customer": f"C-{name}"}
            about |= {"target": "invoice", "target_id": name}
            connection.execute(insert(EVENTS).values(**about, **event))


def stage(day: int, name: str) -> dict[str, object]:
    """A stage that was executed in February."""
    return {"kind": "stage", "date": datetime.date(2026, 2, day), "stage": name}


def paid(day: int) -> dict[str, object]:
    """All of it was paid in February."""
    date = datetime.date(2026, 2, day)
    return {"kind": "payment", "date": date, "amount": 10_000, "currency": "EUR"}


def cancelled(day: int, name: str) -> dict[str, object]:
    """A stage was taken back in February."""
    return {"kind": "stage_cancelled", "date": datetime.date(2026, 2, day), "stage": name}


def test_a_stage_with_open_cases_on_it_cannot_be_dropped(database: Database) -> None:
    p.put_in_force(database, p.text())
    case(database, "R-1", stage(5, "reminder"), stage(19, "warning"))
    case(database, "R-2", stage(5, "reminder"), stage(20, "warning"))
    case(database, "R-3", stage(5, "reminder"))
    case(database, "R-4", stage(5, "reminder"), stage(19, "warning"), paid(20))
    case(database, "R-5", stage(5, "reminder"), stage(19, "warning"), cancelled(20, "warning"))
    found = refused(put(database, SECOND))
    assert found.code == "S305"
    assert found.message == "house version 2 has no stage warning, on which 2 open cases stand"
    assert "replaces warning" in found.hint


@pytest.mark.parametrize(
    "second",
    [
        SECOND.replace("stage final\n", "stage final\n  replaces warning\n"),
        SECOND.replace("  currency", "  running cases stay with their version\n  currency"),
    ],
)
def test_a_version_that_says_where_they_go_is_published(database: Database, second: str) -> None:
    p.put_in_force(database, p.text())
    case(database, "R-1", stage(5, "reminder"), stage(19, "warning"))
    (publication,) = new(put(database, second))
    assert publication.notes == ()
    new(approve(database, BERTA, "house", 2, NOW))


def test_a_stage_on_which_nothing_stands_is_dropped_with_a_note(database: Database) -> None:
    p.put_in_force(database, p.text())
    case(database, "R-3", stage(5, "reminder"))
    (publication,) = new(put(database, SECOND))
    note = "house version 2 has no stage warning any more; no open case stands there"
    assert publication.notes == (note,)


def test_a_case_that_came_to_the_stage_since_stops_the_approval(database: Database) -> None:
    p.put_in_force(database, p.text())
    new(put(database, SECOND))
    case(database, "R-1", stage(5, "reminder"), stage(19, "warning"))
    found = refused(approve(database, BERTA, "house", 2, NOW))
    assert found.code == "S305"
    assert found.message == "house version 2 has no stage warning, on which 1 open case stands"


def test_a_stage_of_the_same_name_in_another_policy_is_not_meant(database: Database) -> None:
    german = "  applies when customer.country is DE\n"
    p.put_in_force(database, p.text(more=german))
    other = p.text(more="  applies when customer.country is unknown\n").replace("house", "other")
    p.put_in_force(database, other)
    case(database, "R-1", stage(5, "reminder"), stage(19, "warning"))
    second = p.text(2, "2026-03-20", WITHOUT_WARNING, german)
    new(put(database, second))
