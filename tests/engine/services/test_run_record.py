"""The record of runs: decisions are made once more, and whatever was changed is named."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

import pytest

from engine.services.cancelling import cancel
from engine.services.reviewing import review
from engine.services.worklist import finish
from tests.engine.services.publications import ANNA, NOW, new
from tests.engine.services.running import BERTA, DAY, company, happens, performed, proposed
from tests.engine.services.tampering import flaws, with_change

if TYPE_CHECKING:
    from pathlib import Path

    from engine.store.database import Database

LATER = datetime.timedelta(days=14)


@pytest.fixture
def busy(database: Database, tmp_path: Path) -> Database:
    """A store with two runs: reminders, then warnings, with all that people can say about them."""
    company(database, tmp_path)
    proposed(database)
    new(review(database, ANNA, "hold", DAY, ["R-3"], NOW, "they called"))
    performed(database, tmp_path)
    new(review(database, ANNA, "release", DAY, ["R-3"], NOW))
    performed(database, tmp_path)
    happens(database, tmp_path, "2026-03-20,payment,R-2,100.00,EUR")
    later = DAY + LATER
    proposed(database, later)
    performed(database, tmp_path, later, NOW + LATER)
    new(cancel(database, ANNA, "R-1", "warning", "a mistake", NOW + LATER))
    proposed(database, later)
    performed(database, tmp_path, later, NOW + LATER)
    call = later + datetime.timedelta(days=7)
    proposed(database, call)
    performed(database, tmp_path, call, NOW + LATER + datetime.timedelta(days=7))
    new(finish(database, ANNA, 1, "reached them", NOW + LATER + datetime.timedelta(days=7)))
    return database


def test_what_was_decided_and_done_is_what_the_record_says_whatever_becomes_known_later(
    busy: Database, tmp_path: Path
) -> None:
    assert flaws(busy) == []
    happens(busy, tmp_path, "2026-03-03,payment,R-1,250.00,EUR", at=NOW + 3 * LATER)
    assert flaws(busy) == []


COLUMNS = "kind, date, target, target_id, customer, recorded, stage"
INVENTED = (
    f"INSERT INTO events (key, {COLUMNS}) SELECT 'stage:invented', {COLUMNS}"  # noqa: S608 - names above
    " FROM events WHERE kind = 'stage' LIMIT 1"
)
CHANGES = [
    (
        INVENTED,
        "no entry tells of the event stage:invented",
    ),
    (
        "UPDATE actions SET decision = replace(decision, '250.00', '25.00')",
        "is not what was proposed",
    ),
    (
        "UPDATE actions SET state = 'dropped' WHERE stage = 'warning'",
        "is dropped, and the entries say",
    ),
    ("UPDATE actions SET approved_by = 'mallory'", "was approved by mallory"),
    ("DELETE FROM claims", None),
    ("UPDATE events SET fee = 0 WHERE stage = 'warning' AND kind = 'stage'", "is not what entry"),
    ("UPDATE events SET date = '2026-03-17' WHERE kind = 'stage'", "is not what entry"),
    ("DELETE FROM events WHERE kind = 'stage_cancelled'", "is gone"),
    ("UPDATE outbox SET payload = replace(payload, 'Munich', 'Berlin')", "the letter"),
    ("UPDATE tasks SET done_by = 'mallory' WHERE state = 'done'", "is not what entry"),
    ("UPDATE tasks SET state = 'open', done_by = NULL", "it was done"),
    ("UPDATE invoices SET amount = 24000 WHERE id = 'R-1'", "what the ledger says of customer C-1"),
    ("UPDATE customers SET facts = replace(facts, 'Alpha', 'Omega')", "what the ledger says of"),
]


def test_every_change_by_hand_is_found_and_named(busy: Database) -> None:
    for change, reason in CHANGES:
        found = with_change(busy, change)
        if reason is None:
            assert found == [], change
        else:
            assert any(reason in each for each in found), (change, found)
    assert flaws(busy) == []


def test_an_approval_is_told_with_who_gave_it(database: Database, tmp_path: Path) -> None:
    company(database, tmp_path)
    day = DAY
    for gap in (0, 14, 7, 7):
        day += datetime.timedelta(days=gap)
        at = NOW + (day - DAY)
        proposed(database, day)
        new(review(database, BERTA, "approve", day, [], at))
        performed(database, tmp_path, day, at)
    assert flaws(database) == []
