"""A company in the middle of its dunning: something of everything that waits for people."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from engine.services.actors import Actor
from engine.services.executing import execute
from engine.services.proposing import propose
from engine.services.sending import letters_into
from engine.services.users import add_user, give_duty
from tests.engine.services.importing import taken
from tests.engine.services.publications import ANNA, new, put_in_force, text
from tui.backend import Backend

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from engine.store.database import Database
    from engine.store.staging import Kind

DAY = datetime.date(2026, 3, 16)
NOW = datetime.datetime(2026, 3, 16, 9, 30, tzinfo=datetime.UTC)
BEFORE = datetime.datetime(2026, 3, 13, 9, 30, tzinfo=datetime.UTC)
PASSWORD = "correct horse battery"  # noqa: S105 - of nobody
MANAGER = Actor("anna", "manager")
CLERK = Actor("carla", "clerk")
VIEWER = Actor("vera", "viewer")
BERTA = Actor("berta", "approver", frozenset({"credit_manager"}))

_LADDER = """\

hold "disputed" while invoice.disputed
hold "promise to pay" while promise is pending

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
  fee 40.00 EUR
  needs approval by credit_manager

stage collection
  after 7 days
  hand over to "Inkasso Nord"
  suggest only
"""

_CUSTOMERS = """\
id,name,country,email,phone,street,postcode,city
C-1,Weiß & Söhne,DE,w@example.com,+49 731 1,Weg 1,89073,Ulm
C-2,Café Müller,DE,m@example.com,+49 731 2,Weg 2,89073,Ulm
C-3,شركة النور للتجارة,DE,n@example.com,,Weg 3,10115,Berlin
C-4,北京龙科技有限公司,DE,l@example.com,,Weg 4,20095,Hamburg
C-5,🚀 Rocket GmbH 🇩🇪,DE,r@example.com,,Weg 5,50667,Köln
C-6,Gamma KG,DE,,,,,
C-7,Nord KG,DE,k@example.com,+49 40 7,Weg 7,20095,Hamburg
"""

_INVOICES = """\
id,customer,issued,due,amount,currency
R-1,C-1,2026-01-05,2026-01-19,41210.40,EUR
R-2,C-2,2026-02-25,2026-03-11,612.90,EUR
R-3,C-3,2026-02-25,2026-03-11,1547.00,EUR
R-4,C-4,2026-01-05,2026-01-19,88004.12,EUR
R-5,C-5,2026-01-05,2026-01-12,774.70,EUR
R-6,C-6,2026-02-25,2026-03-11,70.00,EUR
R-7,C-7,2026-01-05,2026-01-19,1250.00,EUR
R-8,C-2,2026-02-25,2026-03-11,99.10,EUR
"""

_EVENTS = """\
date,kind,invoice,stage
2026-01-23,stage,R-1,reminder
2026-02-09,stage,R-1,warning
2026-03-09,stage,R-1,call
2026-01-23,stage,R-4,reminder
2026-02-09,stage,R-4,warning
2026-03-09,stage,R-4,call
2026-01-16,stage,R-5,reminder
2026-02-02,stage,R-5,warning
2026-02-23,stage,R-5,call
2026-03-09,stage,R-5,final
2026-01-23,stage,R-7,reminder
2026-02-09,stage,R-7,warning
"""


def clock() -> datetime.datetime:
    """The time in these tests."""
    return NOW


def company(database: Database, folder: Path, more: Sequence[str] = ()) -> None:
    """Seven customers; a run of Friday that was performed, and one of Monday that is proposed.

    `more`: further rows of invoices.
    """
    invoices = "".join((_INVOICES, *(f"{row}\n" for row in more)))
    files: tuple[tuple[Kind, str], ...] = (
        ("customers", _CUSTOMERS),
        ("invoices", invoices),
        ("events", _EVENTS),
    )
    for kind, rows in files:
        file = folder / f"{kind}.csv"
        file.write_text(rows, encoding="utf-8")
        result = taken(database, kind, file, at=BEFORE)
        assert result.is_taken, result.problems
    put_in_force(database, text(ladder=_LADDER, more="  letters per customer\n"))
    admin = Actor("anna", "admin")
    new(add_user(database, admin, "berta", "approver", PASSWORD, BEFORE))
    new(give_duty(database, admin, "berta", "credit_manager", BEFORE))
    new(propose(database, ANNA, BEFORE.date(), BEFORE))
    sending = letters_into(str(folder / "letters"))
    new(execute(database, ANNA, BEFORE.date(), lambda: BEFORE, sending))
    new(propose(database, ANNA, DAY, NOW))


def backend_of(database: Database, folder: Path, actor: Actor = MANAGER) -> Backend:
    """The store as somebody uses it on 16 March 2026; letters go to a folder of the test."""
    return Backend(database, actor, clock, letters=folder / "letters")
