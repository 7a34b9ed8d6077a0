"""Whatever people say about a run, its proposal is what is performed then."""

from __future__ import annotations

import datetime
from random import Random
from typing import TYPE_CHECKING, get_args

from engine.io.ledger_write import write_ledger
from engine.services.actors import Actor, Refused
from engine.services.audit import verify
from engine.services.delivering import Sending
from engine.services.executing import Execution, execute
from engine.services.proposing import propose
from engine.services.reviewing import Verb, review
from engine.services.run_lists import show_run
from tests.engine.services.importing import import_folder
from tests.engine.services.publications import new, put_in_force
from tests.engine.services.random_company import POLICIES, random_company
from tests.engine.services.running import drop, letters

if TYPE_CHECKING:
    from pathlib import Path

    from engine.store.database import Database

FIRST = datetime.date(2026, 3, 6)
BOSS = Actor("boss", "admin", frozenset({"credit_manager"}))


def test_what_people_say_at_random_leaves_a_proposal_that_is_performed_as_it_is(
    database: Database, tmp_path: Path
) -> None:
    put_in_force(database, *POLICIES)
    write_ledger(tmp_path / "ledger", random_company(FIRST))
    import_folder(database, tmp_path / "ledger", batch=1000)
    chance = Random(1)  # noqa: S311 - for tests
    said = 0
    for number in range(6):
        day = FIRST + datetime.timedelta(days=number)
        at = datetime.datetime.combine(day, datetime.time(12), datetime.UTC)
        new(propose(database, BOSS, day, at))
        said += sum(reviewed(database, chance, day, at) for _ in range(5))
        assert is_unchanged(database, day, at)
        new(review(database, BOSS, "approve", day, [], at))
        new(review(database, BOSS, "release", day, [], at))
        first = done(database, tmp_path, day, at)
        assert first.withdrawn == ()
        new(propose(database, BOSS, day, at))
        second = done(database, tmp_path, day, at)
        assert (second.performed, second.withdrawn) == ((), ())
    assert said > 10
    assert len(letters(tmp_path)) > 10
    assert new(verify(database, BOSS)).flaws == ()


def reviewed(database: Database, chance: Random, day: datetime.date, at: datetime.datetime) -> bool:
    """Something is said about something; whether it could be."""
    found = new(show_run(database, BOSS, day, limit=10_000)).actions
    case = chance.choice([action.case for action in found])
    verb: Verb = chance.choice(get_args(Verb))
    return not isinstance(review(database, BOSS, verb, day, [case], at, "why"), Refused)


def is_unchanged(database: Database, day: datetime.date, at: datetime.datetime) -> bool:
    """Whether another proposal says the same."""
    again = new(propose(database, BOSS, day, at))
    return (again.new, again.changed, again.withdrawn) == (0, 0, 0)


def done(database: Database, folder: Path, day: datetime.date, at: datetime.datetime) -> Execution:
    """The run is performed."""
    sending = Sending(str(folder / "letters"), drop)
    return new(execute(database, BOSS, day, lambda: at, sending))
