"""What runs suspended and is suspended no more: somebody is told to resume it, once."""

from __future__ import annotations

import datetime
import json
from typing import TYPE_CHECKING

import pytest

from engine.services import resuming
from engine.services.actors import Actor
from engine.services.cancelling import cancel
from engine.services.case_record import case_record
from engine.services.webhook_deliveries import delivery_of
from engine.services.worklist import finish, worklist
from engine.store import audit
from tests.engine.services.hooks import ADMIN, hooked, listed
from tests.engine.services.importing import taken
from tests.engine.services.people import trail
from tests.engine.services.publications import ANNA, NOW, new, put_in_force, text
from tests.engine.services.running import CARLA, DAY, company, happens, performed, proposed
from tests.engine.services.tampering import flaws, with_change

if TYPE_CHECKING:
    from pathlib import Path

    from engine.services.executing import Execution
    from engine.store.database import Database
    from engine.store.tasks import Task, TaskState

ONE = datetime.timedelta(days=1)
STOPPED_ON = DAY + 7 * ONE
PAID_ON = STOPPED_ON + 2 * ONE
VERA = Actor("vera", "viewer")
LADDER = """\

stage reminder
  after 3 days overdue
  by email else post else portal

stage stop
  after 7 days
  suspend "deliveries"

stage collection
  after 30 days
  hand over to "Inkasso Nord"
"""
HELD = f'\nhold "disputed" while invoice.disputed\n{LADDER}'
BY_ACCOUNT = "  dun each account\n  step down when less is owed\n"
STEPS = """\

stage reminder
  after 3 days overdue
  by portal

stage stop
  after 10 days overdue
  suspend "deliveries"
"""


def at(day: datetime.date) -> datetime.datetime:
    """In the morning of a day."""
    return NOW + (day - DAY)


def run(database: Database, folder: Path, day: datetime.date) -> Execution:
    """Propose a day and perform it on that day."""
    proposed(database, day)
    return performed(database, folder, day, at(day))


def to_do(
    database: Database, case: str | None = None, state: TaskState = "open"
) -> list[tuple[str, str, str]]:
    """Tasks of a state: case, kind and text."""
    return [(each.case, each.kind, each.text) for each in found(database, case, state)]


def found(database: Database, case: str | None = None, state: TaskState = "open") -> list[Task]:
    """Tasks of a state, or of a case."""
    return list(new(worklist(database, VERA, state=state, case=case, limit=100)).tasks)


def why(database: Database) -> dict[str, str]:
    """By case why something is suspended no more, as the audit trail tells it."""
    with database.reading() as connection:
        entries = list(audit.told(connection, ("suspension ended",)))
    return {each.body["case"]: each.body["reason"] for each in entries}


def told(database: Database, case: str) -> str:
    """The end of the story of a case."""
    return new(case_record(database, VERA, case, at(PAID_ON))).told[-1].what


def all_done(database: Database, day: datetime.date = STOPPED_ON) -> None:
    """Whatever people have to do, they do."""
    for task in found(database):
        new(finish(database, CARLA, task.id, "", at(day)))


def stopped(database: Database, folder: Path, ladder: str = LADDER, head: str = "") -> None:
    """Deliveries to all customers are suspended, which somebody did."""
    company(database, folder, ladder, head)
    run(database, folder, DAY)
    run(database, folder, STOPPED_ON)
    all_done(database)


def paid(database: Database, folder: Path, *cases: str, day: datetime.date = PAID_ON) -> None:
    """What some cases owe is paid."""
    owed = {"R-1": "250.00", "R-2": "100.00", "R-3": "80.00", "R-4": "70.00"}
    happens(
        database, folder, *(f"{day},payment,{case},{owed[case]},EUR" for case in cases), at=at(day)
    )


def test_what_was_suspended_is_to_be_resumed_when_the_case_is_paid(
    database: Database, tmp_path: Path
) -> None:
    stopped(database, tmp_path)
    paid(database, tmp_path, "R-3")
    assert to_do(database) == []
    assert run(database, tmp_path, PAID_ON).resumed == (("R-3", "deliveries"),)
    assert to_do(database) == [("R-3", "resume", "Resume deliveries")]
    (task,) = found(database)
    assert (task.day, task.customer, task.stage, task.amount) == (PAID_ON, "C-2", "stop", 0)
    assert task.key == "R-3#first#stop#1"


def test_it_is_told_once_however_often_the_run_is_performed(
    database: Database, tmp_path: Path
) -> None:
    stopped(database, tmp_path)
    paid(database, tmp_path, "R-3")
    run(database, tmp_path, PAID_ON)
    for day in (PAID_ON, PAID_ON + ONE):
        assert run(database, tmp_path, day).resumed == ()
    all_done(database, PAID_ON)
    assert run(database, tmp_path, PAID_ON + ONE).resumed == ()
    assert to_do(database) == []


def test_what_nobody_suspended_yet_need_not_be(database: Database, tmp_path: Path) -> None:
    company(database, tmp_path, LADDER)
    run(database, tmp_path, DAY)
    run(database, tmp_path, STOPPED_ON)
    paid(database, tmp_path, "R-3")
    assert run(database, tmp_path, PAID_ON).resumed == (("R-3", "deliveries"),)
    assert to_do(database, "R-3") == []
    (task,) = found(database, "R-3", "void")
    assert (task.kind, task.note, task.done_by) == ("suspend", "the case is settled", "anna")


def test_a_run_on_a_day_on_which_nothing_is_due_tells_it_too(
    database: Database, tmp_path: Path
) -> None:
    stopped(database, tmp_path, LADDER, "  run on business days\n")
    saturday = STOPPED_ON + 5 * ONE
    paid(database, tmp_path, "R-4", day=saturday)
    result = run(database, tmp_path, saturday)
    assert (result.performed, result.resumed) == ((), (("R-4", "deliveries"),))


def test_another_case_that_keeps_it_suspended_is_named(database: Database, tmp_path: Path) -> None:
    stopped(database, tmp_path)
    paid(database, tmp_path, "R-1")
    run(database, tmp_path, PAID_ON)
    assert to_do(database) == [("R-1", "resume", "Resume deliveries; but R-2 suspends it still")]
    paid(database, tmp_path, "R-2", day=PAID_ON + ONE)
    run(database, tmp_path, PAID_ON + ONE)
    assert to_do(database, "R-2") == [("R-2", "resume", "Resume deliveries")]


def test_what_stays_owed_stays_suspended(database: Database, tmp_path: Path) -> None:
    stopped(database, tmp_path)
    happens(database, tmp_path, f"{PAID_ON},payment,R-3,79.99,EUR", at=at(PAID_ON))
    assert run(database, tmp_path, PAID_ON).resumed == ()


def test_a_stage_that_is_taken_back_resumes_what_was_suspended(
    database: Database, tmp_path: Path
) -> None:
    stopped(database, tmp_path, HELD)
    new(cancel(database, ANNA, "R-3", "stop", "wrong customer", at(PAID_ON)))
    happens(database, tmp_path, f"{PAID_ON},dispute,R-3,,", at=at(PAID_ON))
    run(database, tmp_path, PAID_ON)
    assert why(database) == {"R-3": "the stage does not stand any more"}
    assert to_do(database) == [("R-3", "resume", "Resume deliveries")]


def test_what_is_to_be_resumed_stays_so_when_its_stage_is_taken_back_later(
    database: Database, tmp_path: Path
) -> None:
    stopped(database, tmp_path)
    paid(database, tmp_path, "R-3")
    run(database, tmp_path, PAID_ON)
    new(cancel(database, ANNA, "R-3", "stop", "wrong customer", at(PAID_ON)))
    assert to_do(database) == [("R-3", "resume", "Resume deliveries")]
    assert run(database, tmp_path, PAID_ON + ONE).resumed == ()


def test_what_is_suspended_once_more_is_to_be_resumed_once_more(
    database: Database, tmp_path: Path
) -> None:
    stopped(database, tmp_path, LADDER)
    new(cancel(database, ANNA, "R-3", "stop", "one more week", at(PAID_ON)))
    proposed(database, PAID_ON)
    # The stage is due again at once, and suspends what is suspended.
    assert performed(database, tmp_path, PAID_ON, at(PAID_ON)).resumed == ()
    assert to_do(database) == [("R-3", "suspend", "Suspend deliveries")]
    all_done(database, PAID_ON)
    paid(database, tmp_path, "R-3", day=PAID_ON + ONE)
    run(database, tmp_path, PAID_ON + ONE)
    assert to_do(database) == [("R-3", "resume", "Resume deliveries")]
    (task,) = found(database)
    assert task.key == "R-3#first#stop#2"


def test_a_stage_that_is_repeated_is_resumed_once_and_all_that_it_suspended(
    database: Database, tmp_path: Path
) -> None:
    again = LADDER.replace(
        '"deliveries"', '"deliveries"\n  repeat every 2 days at most 5 more times'
    )
    stopped(database, tmp_path, again)
    put_in_force(database, text(2, "2026-03-25", again.replace("deliveries", "orders")))
    for day in (PAID_ON, PAID_ON + 2 * ONE):
        run(database, tmp_path, day)
        all_done(database, day)
    last = PAID_ON + 3 * ONE
    paid(database, tmp_path, "R-3", day=last)
    resumed = (("R-3", "deliveries"), ("R-3", "orders"))
    assert run(database, tmp_path, last).resumed == resumed
    assert to_do(database) == [
        ("R-3", "resume", "Resume deliveries"),
        ("R-3", "resume", "Resume orders"),
    ]
    all_done(database, last)
    assert run(database, tmp_path, last).resumed == ()


def test_an_account_that_steps_down_resumes_what_was_suspended(
    database: Database, tmp_path: Path
) -> None:
    stopped(database, tmp_path, STEPS, BY_ACCOUNT)
    more = tmp_path / "more.csv"
    more.write_text(
        "id,customer,issued,due,amount,currency\nR-9,C-2,2026-03-10,2026-03-19,9.00,EUR\n"
    )
    assert taken(database, "invoices", more, at=at(STOPPED_ON)).is_taken
    day = STOPPED_ON + ONE
    paid(database, tmp_path, "R-3", day=day)
    run(database, tmp_path, day)
    assert why(database) == {"C-2:EUR": "the stage does not stand any more"}
    assert to_do(database) == [("C-2:EUR", "resume", "Resume deliveries")]


def test_what_an_account_suspended_that_is_split_into_invoices_is_to_be_resumed(
    database: Database, tmp_path: Path
) -> None:
    stopped(database, tmp_path, STEPS, "  dun each account\n")
    put_in_force(database, text(2, "2026-03-24", STEPS))
    run(database, tmp_path, PAID_ON)
    settled = "the case is settled"
    assert why(database) == {"C-1:EUR": settled, "C-2:EUR": settled, "C-3:EUR": settled}


def test_what_an_invoice_suspended_that_is_put_into_an_account_waits_for_its_payment(
    database: Database, tmp_path: Path
) -> None:
    stopped(database, tmp_path)
    put_in_force(database, text(2, "2026-03-24", LADDER, "  dun each account\n"))
    paid(database, tmp_path, "R-1")
    run(database, tmp_path, PAID_ON)
    assert why(database) == {"R-1": "the case is settled"}


def test_a_case_that_nobody_can_decide_keeps_what_is_suspended(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stopped(database, tmp_path)
    paid(database, tmp_path, "R-3")

    def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(resuming, "suspended_on", broken)
    assert run(database, tmp_path, PAID_ON).resumed == ()
    monkeypatch.undo()
    assert run(database, tmp_path, PAID_ON).resumed == (("R-3", "deliveries"),)


def test_the_story_of_a_case_says_why_it_is_resumed_or_need_not_be_suspended(
    database: Database, tmp_path: Path
) -> None:
    company(database, tmp_path, LADDER)
    run(database, tmp_path, DAY)
    run(database, tmp_path, STOPPED_ON)
    (task,) = found(database, "R-1")
    new(finish(database, CARLA, task.id, "", at(STOPPED_ON)))
    paid(database, tmp_path, "R-1", "R-3")
    run(database, tmp_path, PAID_ON)
    assert told(database, "R-1") == "to be resumed: deliveries, as the case is settled"
    assert (
        told(database, "R-3") == "not to be suspended any more: deliveries, as the case is settled"
    )


CHANGES = [
    ("DELETE FROM tasks WHERE kind = 'resume'", "suspended is gone"),
    ("UPDATE tasks SET text = 'Resume nothing' WHERE kind = 'resume'", "is not what entry"),
    ("UPDATE tasks SET key = 'R-1#first#stop#1' WHERE kind = 'resume'", "no entry tells of task"),
]


def test_the_audit_trail_tells_of_it_and_misses_what_is_gone(
    database: Database, tmp_path: Path
) -> None:
    stopped(database, tmp_path)
    paid(database, tmp_path, "R-3")
    run(database, tmp_path, PAID_ON)
    assert ("anna", "suspension ended", "case R-3") in trail(database)
    assert flaws(database) == []
    for change, reason in CHANGES:
        reasons = with_change(database, change)
        assert any(reason in each for each in reasons), (change, reasons)


def test_programs_are_told_of_it(database: Database, tmp_path: Path) -> None:
    stopped(database, tmp_path)
    hooked(database, "https://erp.example.com/dunning", ["suspension.ended"])
    paid(database, tmp_path, "R-1")
    run(database, tmp_path, PAID_ON)
    (tried,) = listed(database)
    said = json.loads(new(delivery_of(database, ADMIN, 1, tried.delivery.id)).body)
    assert (said["type"], said["timestamp"]) == ("suspension.ended", at(PAID_ON).isoformat())
    assert said["data"] == {
        "on": "2026-03-25",
        "key": "R-1#first#stop#1",
        "case": "R-1",
        "customer": "C-1",
        "policy": "house",
        "version": 1,
        "stage": "stop",
        "what": "deliveries",
        "since": "2026-03-23",
        "reason": "the case is settled",
        "task": "Resume deliveries; but R-2 suspends it still",
        "others": ["R-2"],
    }


def test_under_another_policy_it_stays_suspended_as_its_place_stays(
    database: Database, tmp_path: Path
) -> None:
    stopped(database, tmp_path)
    put_in_force(database, text(2, ladder=LADDER, effective="2026-03-24"))
    assert run(database, tmp_path, PAID_ON).resumed == ()
