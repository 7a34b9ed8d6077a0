"""Taking back the newest stage of a case."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from engine.io.file_drop import FileDrop
from engine.services.actors import Refused
from engine.services.cancelling import Cancelled, cancel
from engine.services.delivering import Sending
from engine.services.executing import execute
from engine.services.worklist import worklist
from tests.engine.services.importing import ledger_of
from tests.engine.services.people import trail
from tests.engine.services.publications import ANNA, CARLA, NOW, new, refused
from tests.engine.services.running import (
    DAY,
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

    from engine.io.channels import Message
    from engine.store.database import Database

ONE = datetime.timedelta(days=1)
LATER = NOW + datetime.timedelta(hours=1)
WARNED = DAY + 14 * ONE
STOPPED = """\

stage reminder
  after 3 days overdue
  by email

stage stop
  after 7 days
  suspend "deliveries"
  task "Tell the salesman"

stage collection
  after 7 days
  hand over to "Inkasso Nord"
"""


def taken_back(
    database: Database, case: str, stage: str, at: datetime.datetime = LATER
) -> Cancelled | Refused:
    """Anna takes a stage back."""
    return cancel(database, ANNA, case, stage, "sent by mistake", at)


def run(database: Database, folder: Path, day: datetime.date = DAY) -> tuple[str, ...]:
    """Propose a day and perform it on that day."""
    proposed(database, day)
    return performed(database, folder, day, NOW + (day - DAY)).performed


def test_only_the_newest_stage_of_a_case_is_taken_back(database: Database, tmp_path: Path) -> None:
    company(database, tmp_path)
    run(database, tmp_path)
    run(database, tmp_path, WARNED)
    at = LATER + 14 * ONE
    message = refused(taken_back(database, "R-1", "reminder", at)).message
    assert message == "the newest executed stage of case 'R-1' is 'warning', not 'reminder'"
    done = new(taken_back(database, "R-1", "warning", at))
    assert (done.case, done.stage, done.executed_on) == ("R-1", "warning", WARNED)
    repeated = refused(taken_back(database, "R-1", "warning", at)).message
    assert repeated == "the newest executed stage of case 'R-1' is 'reminder', not 'warning'"
    new(taken_back(database, "R-1", "reminder", at))
    message = refused(taken_back(database, "R-1", "reminder", at)).message
    assert message == "the newest executed stage of case 'R-1' is none, not 'reminder'"


def test_what_was_taken_back_can_be_done_again_on_the_same_day(
    database: Database, tmp_path: Path
) -> None:
    company(database, tmp_path)
    run(database, tmp_path)
    new(taken_back(database, "R-3", "reminder"))
    proposed(database)
    action = actions(database)["R-3"]
    assert (action.state, action.key) == ("proposed", "R-3#first#reminder#2")
    assert performed(database, tmp_path, at=LATER).performed == ("R-3",)
    assert sorted(each for each in letters(tmp_path) if "/C-2/" in each) == [
        "2026-03-16/C-2/EUR/email",
        "2026-03-16/C-2/EUR/email#2",
    ]
    new(taken_back(database, "R-3", "reminder", LATER + ONE / 24))
    proposed(database)
    assert actions(database)["R-3"].key == "R-3#first#reminder#3"


def test_a_stage_whose_charges_were_paid_stays(database: Database, tmp_path: Path) -> None:
    company(database, tmp_path)
    run(database, tmp_path)
    run(database, tmp_path, WARNED)
    at = LATER + 14 * ONE
    happens(database, tmp_path, "2026-03-31,charge_paid,R-1,2.00,EUR", at=at + ONE)
    message = refused(taken_back(database, "R-1", "warning", at + ONE)).message
    assert message == "the charges of stage 'warning' of 'R-1' have been paid"
    new(taken_back(database, "R-2", "warning", at + ONE))


def test_with_a_stage_go_its_charges_and_its_deadline(database: Database, tmp_path: Path) -> None:
    company(database, tmp_path)
    run(database, tmp_path)
    run(database, tmp_path, WARNED)
    new(taken_back(database, "R-3", "warning", LATER + 14 * ONE))
    proposed(database, WARNED)
    again = actions(database, WARNED)["R-3"]
    assert (again.stage, again.decision["fee"]["amount"]) == ("warning", "5.00")
    run(database, tmp_path, WARNED)
    key = next(each for each in letters(tmp_path) if each.endswith("C-2/EUR/post#2"))
    assert letters(tmp_path)[key]["total"] == {"amount": "85.00", "currency": "EUR"}


def test_the_open_tasks_of_a_stage_need_not_be_done_any_more(
    database: Database, tmp_path: Path
) -> None:
    company(database, tmp_path, STOPPED)
    run(database, tmp_path)
    run(database, tmp_path, DAY + 7 * ONE)
    at = LATER + 7 * ONE
    assert new(taken_back(database, "R-3", "stop", at)).void == 2
    void = new(worklist(database, ANNA, state="void", limit=10)).tasks
    assert {(each.case, each.note) for each in void} == {
        ("R-3", "the stage was cancelled: sent by mistake")
    }
    assert {e.case for e in new(worklist(database, ANNA, limit=10)).tasks} == {"R-1", "R-2"}
    assert run(database, tmp_path, DAY + 7 * ONE) == ("R-3",)
    found = new(worklist(database, ANNA, limit=10, case="R-3")).tasks
    assert {each.key for each in found} == {"R-3#first#stop#2"}


def test_an_account_is_taken_back_as_a_whole(database: Database, tmp_path: Path) -> None:
    company(database, tmp_path, head="  dun each account\n  letters per customer\n")
    run(database, tmp_path)
    assert refused(taken_back(database, "R-1", "reminder")).code == "S409"
    new(taken_back(database, "C-1:EUR", "reminder"))
    assert run(database, tmp_path) == ("C-1:EUR",)


def test_a_stage_of_the_imported_ledger_is_taken_back_too(
    database: Database, tmp_path: Path
) -> None:
    company(database, tmp_path)
    file = tmp_path / "stages.csv"
    file.write_text("date,kind,invoice,stage\n2026-03-10,stage,R-1,reminder\n")
    from tests.engine.services.importing import taken  # noqa: PLC0415

    assert taken(database, "events", file).is_taken
    assert "R-1" not in run(database, tmp_path)
    new(taken_back(database, "R-1", "reminder"))
    assert run(database, tmp_path) == ("R-1",)


def test_a_proposal_that_builds_on_it_is_withdrawn(database: Database, tmp_path: Path) -> None:
    company(database, tmp_path)
    run(database, tmp_path)
    proposed(database, WARNED)
    new(taken_back(database, "R-3", "reminder"))
    result = performed(database, tmp_path, WARNED, NOW + 14 * ONE)
    assert dict(result.withdrawn)["R-3"] == "reminder is due"
    proposed(database, WARNED)
    assert actions(database, WARNED)["R-3"].stage == "reminder"


def test_nothing_is_taken_back_while_it_is_performed(database: Database, tmp_path: Path) -> None:
    company(database, tmp_path)
    proposed(database)
    told: list[object] = []

    class Watched(FileDrop):
        def deliver(self, message: Message) -> str:
            if not told:
                told.append(taken_back(database, "R-1", "reminder"))
            return super().deliver(message)

    channel = Watched(tmp_path / "letters")
    sending = Sending(str(tmp_path / "letters"), lambda _: channel, at_a_time=1)
    new(execute(database, ANNA, DAY, lambda: NOW, sending))
    assert refused(told[0]).message == "an action of case 'R-1' is being performed"
    assert states(database)["R-1"] == "performed"


def test_who_takes_back_says_why_and_may_run(database: Database, tmp_path: Path) -> None:
    company(database, tmp_path)
    run(database, tmp_path)
    assert refused(cancel(database, ANNA, "R-1", "reminder", " ", NOW)).code == "S406"
    assert refused(cancel(database, CARLA, "R-1", "reminder", "oops", NOW)).code == "S201"
    message = refused(cancel(database, ANNA, "R-99", "reminder", "oops", NOW)).message
    assert message == "there is no case 'R-99' in the store"
    new(taken_back(database, "R-1", "reminder"))
    assert trail(database)[-1] == ("anna", "stage cancelled", "case R-1")
    (event,) = [each for each in ledger_of(database).events if each.kind == "stage_cancelled"]
    assert (event.reason, event.stage, event.date) == ("sent by mistake", "reminder", DAY)


def test_a_stage_is_taken_back_after_it_was_executed_whatever_the_clock_says(
    database: Database, tmp_path: Path
) -> None:
    company(database, tmp_path)
    run(database, tmp_path)
    for hours in (1, 30):
        new(taken_back(database, "R-1", "reminder", NOW - hours * ONE / 24))
        assert run(database, tmp_path) == ("R-1",)
    assert len({each.key for each in actions(database).values()}) == 4
