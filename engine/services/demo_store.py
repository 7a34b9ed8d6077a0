"""The demo company in a store, with people, policies that count, and runs: nothing is empty."""

from __future__ import annotations

import datetime
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from engine.io.file_drop import FileDrop
from engine.services.accounts import Session, login
from engine.services.actors import Actor, Refused
from engine.services.delivering import Sending
from engine.services.demo import write_demo
from engine.services.executing import execute
from engine.services.imported import Given
from engine.services.imports import KINDS, import_file
from engine.services.policies import read_policies
from engine.services.proposing import propose
from engine.services.publishing import approve, publish
from engine.services.stores import DEFAULT, make_store
from engine.services.users import add_user, give_duty

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.services.delivering import Clock
    from engine.services.demo import Demo
    from engine.store.database import Database

Result = TypeVar("Result")

_BEGAN = datetime.timedelta(days=8)
"""So long before today the store was made ..."""
_RAN = datetime.timedelta(days=7)
"""... and the run was performed that is not the newest."""
STEPS = 6
"""How many steps are told."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who can log in to the demo."""

    name: str
    password: str
    is_for: str
    """What they are there for."""


ANNA = Person("anna", "correct horse anna", "works with the store")
BERTA = Person("berta", "correct horse berta", "approves what Anna publishes")
PEOPLE = (ANNA, BERTA)


@dataclass(frozen=True, slots=True)
class DemoStore:
    """A demo that was made."""

    database: Database
    session: Session
    """Anna is logged in."""


def make_demo_store(
    folder: Path,
    today: datetime.date,
    clock: Clock,
    *,
    customers: int = 400,
    invoices: int = 3_000,
    tell: Callable[[str, int], None] = lambda _step, _number: None,
) -> DemoStore:
    """Make `policies/`, `ledger/` and the store `dun.db` in a fresh folder.

    All of it or nothing; `tell` is told each step and its number of `STEPS`. Raises
    FileExistsError if there is anything in the folder, OSError where it cannot be written to, and
    StoreError.
    """
    tell("making up a company", 1)
    made = write_demo(folder, today, customers=customers, invoices=invoices)
    try:
        _let_rates_go_on(made.policies)
        return _filled(made, folder, clock, tell)
    except BaseException:
        shutil.rmtree(folder)  # there was nothing in it
        raise


def _filled(made: Demo, folder: Path, clock: Clock, tell: Callable[[str, int], None]) -> DemoStore:
    today, began = made.last, clock() - _BEGAN
    tell("making the store", 2)
    database, session = _done(make_store(str(folder / DEFAULT), ANNA.name, ANNA.password, began))
    anna = session.actor
    _done(add_user(database, anna, BERTA.name, "approver", BERTA.password, began))
    _done(give_duty(database, anna, BERTA.name, "credit_manager", began))
    tell("taking in customers, invoices and events", 3)
    for kind in KINDS:
        given = Given(kind, made.ledger_folder / f"{kind}.csv")
        _done(import_file(database, anna, began, given))
    tell("publishing and approving the policies", 4)
    _publish(database, anna, made.policies, began)
    tell("performing the run of last week", 5)
    ran = clock() - _RAN
    _done(propose(database, anna, today - _RAN, ran))
    sending = Sending(str(folder / "letters"), lambda name: FileDrop(Path(name)))
    _done(execute(database, anna, today - _RAN, lambda: ran, sending))
    tell("proposing the run of today", 6)
    _done(propose(database, anna, today, clock()))
    # The first session ended meanwhile, in the times of the demo.
    return DemoStore(database, _done(login(database, ANNA.name, ANNA.password, clock())))


def _let_rates_go_on(policies: Path) -> None:
    """Let the last figure of each table hold for ever, so that every day can be looked at.

    The tables that come with dunlang end where knowledge does; a made-up company needs none.
    """
    for file in sorted(policies.glob("rates/*.csv")):
        *rows, last = file.read_text("utf-8").splitlines()
        if last.endswith(","):
            note = "# For this demo the last figure holds for ever, whatever the real one is."
            file.write_text("\n".join([note, *rows, ""]), "utf-8")


def _publish(database: Database, anna: Actor, folder: Path, at: datetime.datetime) -> None:
    berta = Actor(BERTA.name, "approver")
    for each in _done(publish(database, anna, read_policies([folder]), at)):
        version = each.version
        _done(approve(database, berta, version.policy, version.version, at))


def _done(result: Result | Refused) -> Result:
    if isinstance(result, Refused):
        raise TypeError(result)  # nobody has a say in what the demo does
    return result
