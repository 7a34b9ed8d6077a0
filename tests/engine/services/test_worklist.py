"""The worklist: what people have to do, and what waits for them."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from engine.services.actors import Actor
from engine.services.cancelling import cancel
from engine.services.worklist import Worklist, finish, worklist
from tests.engine.services.people import trail
from tests.engine.services.publications import ANNA, NOW, new, refused
from tests.engine.services.running import (
    APPROVED,
    BERTA,
    CARLA,
    DAY,
    company,
    happens,
    performed,
    proposed,
    said,
)

if TYPE_CHECKING:
    from pathlib import Path

    from engine.store.database import Database
    from engine.store.tasks import TaskState

VERA = Actor("vera", "viewer")
LATER = NOW + datetime.timedelta(hours=2)
CALLS = """\

stage call
  after 3 days overdue
  task "Call the customer" by phone
"""
WAITING = f"""{APPROVED}
  suggest only
"""


def listed(
    database: Database, state: TaskState = "open", case: str | None = None, after: int = 0
) -> Worklist:
    """What a viewer sees, two tasks at a time."""
    return new(worklist(database, VERA, state=state, case=case, after=after, limit=2))


def called(database: Database, folder: Path) -> list[int]:
    """Tasks to call three customers were made; their numbers."""
    company(database, folder, CALLS)
    proposed(database)
    assert len(performed(database, folder).performed) == 4
    first = listed(database)
    second = listed(database, after=first.tasks[-1].id)
    assert (first.open, second.open) == (4, 4)
    return [each.id for each in (*first.tasks, *second.tasks)]


def test_tasks_are_listed_by_pages_in_the_order_in_which_they_were_made(
    database: Database, tmp_path: Path
) -> None:
    numbers = called(database, tmp_path)
    assert len(set(numbers)) == 4
    assert numbers == sorted(numbers)
    (mine,) = listed(database, case="R-3").tasks
    assert (mine.case, mine.customer, mine.stage) == ("R-3", "C-2", "call")


def test_who_did_a_task_says_so_once(database: Database, tmp_path: Path) -> None:
    first, *_ = called(database, tmp_path)
    done = new(finish(database, CARLA, first, " promised to pay ", LATER))
    assert (done.state, done.done_by, done.done_at) == ("done", "carla", LATER)
    assert done.note == "promised to pay"
    assert trail(database)[-1] == ("carla", "task done", f"case {done.case}")
    again = refused(finish(database, BERTA, first, "", LATER))
    assert again.message == f"task {first} is done by carla already"
    assert first not in [each.id for each in listed(database).tasks]
    assert listed(database).open == 3
    assert [each.id for each in listed(database, "done").tasks] == [first]
    assert listed(database, "done").open == 3


def test_a_task_that_is_not_there_or_not_allowed_is_refused(
    database: Database, tmp_path: Path
) -> None:
    first, *_ = called(database, tmp_path)
    message = str(refused(finish(database, CARLA, 999, "", LATER)))
    assert message == "there is no task 999; 'dun worklist' lists them with their numbers"
    assert refused(finish(database, VERA, first, "", LATER)).code == "S201"


def test_a_task_of_a_stage_that_was_taken_back_need_not_be_done(
    database: Database, tmp_path: Path
) -> None:
    called(database, tmp_path)
    (task,) = listed(database, case="R-3").tasks
    new(cancel(database, ANNA, "R-3", "call", "wrong number", LATER))
    message = refused(finish(database, CARLA, task.id, "", LATER)).message
    why = "the stage was cancelled: wrong number"
    assert message == f"task {task.id} need not be done any more: {why}"


def test_what_waits_for_an_approval_or_a_release_is_on_the_worklist(
    database: Database, tmp_path: Path
) -> None:
    assert listed(database).waiting == ()
    company(database, tmp_path, WAITING)
    proposed(database)
    (action,) = listed(database).waiting
    assert (action.case, action.waits_for) == ("R-1", "approval by credit_manager")
    assert listed(database, case="R-3").waiting == ()
    new(said(database, "approve", "R-1", by=BERTA))
    (action,) = listed(database).waiting
    assert action.waits_for == "release"
    new(said(database, "release", "R-1"))
    assert listed(database).waiting_in_all == 0


def test_of_many_that_wait_the_first_are_shown_and_all_are_counted(
    database: Database, tmp_path: Path
) -> None:
    suggested = "\nstage reminder\n  after 3 days overdue\n  by post else portal\n  suggest only\n"
    company(database, tmp_path, suggested)
    proposed(database)
    found = listed(database)
    assert [each.case for each in found.waiting] == ["R-1", "R-2"]
    assert found.waiting_in_all == 4
    new(said(database, "hold", "R-1"))
    assert [each.case for each in listed(database).waiting] == ["R-2", "R-3"]


def test_a_task_stays_when_its_invoice_is_paid(database: Database, tmp_path: Path) -> None:
    called(database, tmp_path)
    happens(database, tmp_path, f"{DAY},payment,R-3,80.00,EUR", at=LATER)
    proposed(database)
    assert [each.case for each in listed(database, case="R-3").tasks] == ["R-3"]
    assert new(worklist(database, ANNA, limit=10)).open == 4
