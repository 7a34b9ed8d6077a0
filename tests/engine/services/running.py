"""A small company in a store, with runs over it."""

from __future__ import annotations

import datetime
import json
from typing import TYPE_CHECKING

from engine.io.file_drop import FileDrop
from engine.services.actors import Actor, Refused
from engine.services.delivering import Sending
from engine.services.executing import Execution, execute
from engine.services.proposing import Proposal, propose
from engine.services.reviewing import Reviewed, Verb, review
from engine.services.run_lists import show_run
from tests.engine.services.importing import taken
from tests.engine.services.publications import ANNA, NOW, new, put_in_force, text

if TYPE_CHECKING:
    from pathlib import Path

    from engine.store.database import Database
    from engine.store.runs import Action

DAY = datetime.date(2026, 3, 16)
CARLA = Actor("carla", "clerk")
BERTA = Actor("berta", "approver", frozenset({"credit_manager"}))
HEAD = "  letters per customer\n"

LADDER = """\

stage reminder
  after 3 days overdue
  by email

stage warning
  after 14 days
  by email and post
  fee 5.00 EUR
  pay within 10 days

stage call
  after 7 days
  task "Call the customer" by phone

stage final
  after 7 days
  by post
  needs approval by credit_manager

stage collection
  after 7 days
  hand over to "Inkasso Nord"
  suggest only
"""

APPROVED = """\

stage reminder
  after 3 days overdue
  by email
  when open amount < 200 EUR

stage final
  after 3 days overdue
  by email
  needs approval by credit_manager
"""

CUSTOMERS = """\
id,name,country,email,phone,street,postcode,city
C-1,Alpha GmbH,DE,a@example.com,+49 89 1,Weg 1,80331,Munich
C-2,Beta AG,DE,b@example.com,,Weg 2,80331,Munich
C-3,Gamma KG,DE,,,,,
"""

INVOICES = """\
id,customer,issued,due,amount,currency
R-1,C-1,2026-02-01,2026-03-02,250.00,EUR
R-2,C-1,2026-02-03,2026-03-05,100.00,EUR
R-3,C-2,2026-02-03,2026-03-05,80.00,EUR
R-4,C-3,2026-02-03,2026-03-05,70.00,EUR
R-5,C-2,2026-03-01,2026-04-05,60.00,EUR
"""


def company(database: Database, folder: Path, ladder: str = LADDER, head: str = HEAD) -> None:
    """Three customers, five invoices, and a policy that counts."""
    (folder / "customers.csv").write_text(CUSTOMERS, encoding="utf-8")
    (folder / "invoices.csv").write_text(INVOICES, encoding="utf-8")
    assert taken(database, "customers", folder / "customers.csv").is_taken
    assert taken(database, "invoices", folder / "invoices.csv").is_taken
    put_in_force(database, text(ladder=ladder, more=head))


def happens(database: Database, folder: Path, *rows: str, at: datetime.datetime = NOW) -> None:
    """Events come in: `2026-03-16,payment,R-1,250.00,EUR`."""
    file = folder / "events.csv"
    file.write_text("\n".join(("date,kind,invoice,amount,currency", *rows, "")), encoding="utf-8")
    result = taken(database, "events", file, at=at)
    assert result.is_taken, result.problems


def proposed(database: Database, day: datetime.date = DAY) -> Proposal:
    """A run is proposed."""
    return new(propose(database, ANNA, day, NOW))


def performed(
    database: Database,
    folder: Path,
    day: datetime.date = DAY,
    at: datetime.datetime = NOW,
) -> Execution:
    """A run is performed, into the folder `letters`."""
    sending = Sending(str(folder / "letters"), drop)
    return new(execute(database, ANNA, day, lambda: at, sending))


def drop(folder: str) -> FileDrop:
    """The channel into a folder."""
    from pathlib import Path  # noqa: PLC0415 - used as a type above

    return FileDrop(Path(folder))


def actions(database: Database, day: datetime.date = DAY) -> dict[str, Action]:
    """The actions of a run by case; of several for a case the newest."""
    found = new(show_run(database, ANNA, day, limit=1000)).actions
    return {action.case: action for action in found}


def states(database: Database, day: datetime.date = DAY) -> dict[str, str]:
    """The state of each case's action."""
    return {case: action.state for case, action in actions(database, day).items()}


def letters(folder: Path) -> dict[str, dict[str, object]]:
    """What went out, by key."""
    files = sorted((folder / "letters").glob("*/*.json"))
    found = [json.loads(file.read_text(encoding="utf-8")) for file in files]
    assert len({each["key"] for each in found}) == len(found)
    return {each["key"]: each for each in found}


def said(
    database: Database,
    verb: Verb,
    *cases: str,
    by: Actor = CARLA,
    reason: str = "asked to",
    day: datetime.date | None = None,
    at: datetime.datetime = NOW,
) -> Reviewed | Refused:
    """Somebody reviews cases of a run."""
    return review(database, by, verb, day, cases, at, reason)


def fees(database: Database, day: datetime.date = DAY) -> dict[str, str]:
    """The fee of each case's action."""
    return {case: each.decision["fee"]["amount"] for case, each in actions(database, day).items()}


def withdrawn(database: Database, day: datetime.date = DAY) -> dict[str, str | None]:
    """Why actions were withdrawn."""
    every = actions(database, day)
    return {case: each.reason for case, each in every.items() if each.state == "withdrawn"}
