"""A company whose runs are disturbed, and whether everything was done exactly once all the same."""

from __future__ import annotations

import datetime
import json
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from engine.store import audit, deliveries
from engine.store.schema.ledger import EVENTS
from engine.store.schema.runs import ACTIONS, DELIVERIES, OUTBOX, RUNS, TASKS
from tests.engine.services.importing import taken
from tests.engine.services.publications import put_in_force, text
from tests.engine.services.running import HEAD

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Connection

    from engine.store.database import Database

FIRST = datetime.date(2026, 3, 16)
WEEK = datetime.timedelta(days=7)
LADDER = """\

stage reminder
  after 3 days overdue
  by email

stage warning
  after 7 days
  by email and post
  fee 5.00 EUR
  pay within 5 days

stage call
  after 7 days
  task "Call the customer" by phone

stage collection
  after 7 days
  hand over to "Inkasso Nord"

stage chase
  after 7 days
  by post
  repeat every 7 days
"""
WORK = {"call": "task", "collection": "hand_over"}
"""What people have to do for a stage."""


def week(number: int) -> datetime.date:
    """The day of a run: every Monday from the first."""
    return FIRST + number * WEEK


def noon(day: datetime.date) -> datetime.datetime:
    """When a run is performed."""
    return datetime.datetime.combine(day, datetime.time(12), datetime.UTC)


def company(database: Database, folder: Path, invoices: int) -> None:
    """Customers with one to three invoices, a third of whom a week later each, and a policy."""
    customers = ["id,name,country,email,phone,street,postcode,city"]
    rows = ["id,customer,issued,due,amount,currency"]
    while len(rows) <= invoices:
        number = len(customers)
        name = f"C-{number:03}"
        customers.append(f"{name},Firma {number},DE,{name}@example.com,+49 89 1,Weg 1,80331,Munich")
        due = FIRST - datetime.timedelta(days=4) + number % 3 * WEEK
        for _ in range(1 + number % 4 % 3):
            rows.append(f"R-{len(rows):04},{name},2026-02-01,{due},{50 + len(rows)}.00,EUR")
    (folder / "customers.csv").write_text("\n".join(customers) + "\n", encoding="utf-8")
    (folder / "invoices.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    assert taken(database, "customers", folder / "customers.csv", batch=5_000).is_taken
    assert taken(database, "invoices", folder / "invoices.csv", batch=5_000).is_taken
    put_in_force(database, text(ladder=LADDER, more=HEAD))


@dataclass(slots=True)
class PrintShop:
    """Who takes letters away as soon as they are there."""

    folder: Path
    came: list[dict[str, Any]] = field(default_factory=list)

    def take_away(self) -> None:
        """Take what lies there now."""
        for file in sorted(self.folder.glob("*/*.json")):
            self.came.append(json.loads(file.read_text(encoding="utf-8")))
            file.unlink()


def check(database: Database, shop: PrintShop) -> Counter[str]:
    """Whether everything was done exactly once; how many actions are in which state.

    Nothing may be under way any more, and nothing may be left that could have been done.
    """
    shop.take_away()
    with database.reading() as connection:
        assert deliveries.unfinished(connection) == []
        days = select(ACTIONS, RUNS.c.day).join(RUNS, RUNS.c.id == ACTIONS.c.run_id)
        actions = list(connection.execute(days))
        states = Counter(each.state for each in actions)
        assert set(states) <= {"performed", "withdrawn"}, states
        performed = [each for each in actions if each.state == "performed"]
        keys = Counter(each.key for each in performed)
        assert set(keys.values()) <= {1}
        _check_ledger(connection, performed)
        _check_audit(connection, keys)
        _check_letters(connection, performed, shop.came)
        _check_tasks(connection, performed)
    return states


def _check_ledger(connection: Connection, performed: list[Any]) -> None:
    """One event for each action, and no other."""
    wanted = select(EVENTS).where(EVENTS.c.kind == "stage")
    events = Counter((e.target_id, e.stage, e.date, e.key) for e in connection.execute(wanted))
    assert events == Counter((a.case, a.stage, a.day, f"stage:{a.key}") for a in performed)


def _check_audit(connection: Connection, keys: Counter[str]) -> None:
    """One entry for each action, in a chain without a flaw."""
    assert list(audit.flaws(connection)) == []
    told = audit.told(connection, ["action performed"])
    assert Counter(entry.body["key"] for entry in told) == keys


def _check_letters(
    connection: Connection, performed: list[Any], came: list[dict[str, Any]]
) -> None:
    """Each letter of each action came once, as it was frozen; nothing else came."""
    frozen = select(OUTBOX).join(DELIVERIES, DELIVERIES.c.id == OUTBOX.c.delivery_id)
    done = frozen.where(DELIVERIES.c.state == "done", OUTBOX.c.channel != "worklist")
    written = {row.key: dict(row.payload) for row in connection.execute(done)}
    assert Counter(each["key"] for each in came) == Counter(written.keys())
    for each in came:
        assert {**written[each["key"]], "key": each["key"]} == each
    items = Counter((each["letter"], item["case"]) for each in came for item in each["items"])
    wanted = [(letter, a.case) for a in performed for letter in a.decision["letters"]]
    assert items == Counter(pair for pair in wanted if not pair[0].endswith("/phone"))


def _check_tasks(connection: Connection, performed: list[Any]) -> None:
    """Each task of each action is there once, and no other."""
    tasks = Counter((task.key, task.kind) for task in connection.execute(select(TASKS)))
    assert tasks == Counter((a.key, WORK[a.stage]) for a in performed if a.stage in WORK)
