"""What may be simulated in the background: asked for, looked at, and put down to be done."""

from __future__ import annotations

import datetime
import json
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from engine.core.ledger_index import index_ledger
from engine.io.garbage import collector_at_rest
from engine.io.ledger import with_events
from engine.services import jobs
from engine.services.actors import Refused, not_allowed
from engine.services.run_days import RunDays, run_days
from engine.services.simulation_policies import AskedVersion, Chosen, choose
from engine.services.simulation_sums import Sums
from engine.services.simulations import Simulation
from engine.store import jobs as store
from engine.store import ledger, simulations
from engine.store.jobs import LOCK
from engine.store.ledger_read import load_ledger, position

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from dunlang.types import Type
    from engine.core.ledger_index import LedgerIndex
    from engine.core.model import Ledger
    from engine.core.problems import DataProblem
    from engine.services.actors import Actor
    from engine.services.jobs import Job
    from engine.services.plain import Plain
    from engine.services.stored_company import InForce
    from engine.store.database import Database
    from engine.store.ledger_read import Position

KIND = "simulation"
NO_CASE = "S804"
"""There is no such case to play."""
TOO_MANY = "S805"
"""Too many simulations wait already."""
UNFIT = "S806"
"""The days that are asked for cannot be meant."""

MOST_DAYS = 1_830
"""Five years."""
MOST_EVENTS, MOST_VERSIONS = 1_000, 10
"""Further events, and versions of a side, of one simulation."""
MOST_WAITING, MOST_OF_ONE = 50, 10
"""Simulations that are not over, in all and of one who asks."""
EACH_DAY: Literal["each-day"] = "each-day"


@dataclass(frozen=True, slots=True)
class Asked:
    """A simulation that somebody asks for."""

    first: datetime.date
    last: datetime.date
    case: str | None = None
    run_on: str | None = None
    """In the words of `--run-on`."""
    known: datetime.datetime | Literal["each-day"] | None = None
    no_more_payments: bool = False
    from_scratch: bool = False
    what_if: Sequence[Mapping[str, Any]] = ()
    """Further events, with the columns of ledger files."""
    policies: Sequence[AskedVersion] | None = None
    """In place of those in force."""
    against: Sequence[AskedVersion] | None = None
    """Others, to compare them with."""
    customer: str | None = None
    """Only customers whose id or name holds this; only where it is played at once."""

    @property
    def simulation(self) -> Simulation:
        """What is to be played, if it can be meant."""
        days = None if self.run_on is None else run_days(self.run_on)
        return Simulation(
            self.first,
            self.last,
            known=self.known,
            run_on=days if isinstance(days, RunDays) else None,
            from_scratch=self.from_scratch,
            no_more_payments=self.no_more_payments,
            case=self.case,
            customer=self.customer,
        )


@dataclass(frozen=True, slots=True)
class BadEvents(Refused):
    """Further events that cannot be."""

    problems: tuple[DataProblem, ...] = ()


@dataclass(frozen=True, slots=True)
class Ready:
    """A simulation that can begin."""

    sides: tuple[Chosen, ...]
    """Its policies, and those they are compared with."""
    upto: Position
    """The ledger it is about."""
    what_if: tuple[tuple[str, str], ...]
    """Further events: the debtor whom each concerns, and its text."""


def ask_simulation(
    database: Database,
    actor: Actor,
    asked: Asked,
    at: datetime.datetime,
    counting: InForce | Refused | None = None,
) -> Job | Refused:
    """Let something be simulated, with the ledger as it stands now. Raises StoreError.

    `counting` are the versions that count, for who has them compiled already.
    """
    ready = look_at(database, actor, asked, counting)
    if isinstance(ready, Refused):
        return ready
    with database.writing(LOCK) as connection:
        refused = _too_many(connection, actor)
        if refused is not None:
            return refused
        job = jobs.ask(connection, KIND, "", {}, actor.name, at)
        sides = dict(zip(("policies", "against"), ready.sides, strict=False))
        sums = {name: Sums().kept for name in sides}
        drafts: Plain = {name: list(each.given) for name, each in sides.items()}
        simulations.add(
            connection,
            job.id,
            _plain(asked, ready.sides[0], sides.get("against")),
            {**drafts, "what_if": [list(each) for each in ready.what_if]},
            ready.upto,
            {**sums, "differing": 0},
        )
    return job


def look_at(
    database: Database,
    actor: Actor,
    asked: Asked,
    counting: InForce | Refused | None = None,
) -> Ready | Refused:
    """Whether something can be simulated, with the ledger as it stands now. Raises StoreError.

    `counting` as for `ask_simulation`.
    """
    refused = not_allowed(actor, "read", "simulate") or _unfit(asked)
    if refused is not None:
        return refused
    chosen = choose(database, asked.policies, counting)
    if isinstance(chosen, Refused):
        return chosen
    against = None if asked.against is None else choose(database, asked.against)
    if isinstance(against, Refused):
        return against
    sides = (chosen,) if against is None else (chosen, against)
    with database.reading() as connection:
        upto = position(connection)
        if asked.case is not None and _owner(connection, asked.case) is None:
            return Refused(NO_CASE, f"there is no case '{asked.case}' in the store")
        given = _further(connection, asked.what_if, [each.policies.declared for each in sides])
    return given if isinstance(given, Refused) else Ready(sides, upto, given)


def _owner(connection: Connection, case: str) -> str | None:
    # No id has other characters, and a database does not take all of them.
    return ledger.owner_of(connection, case) if case.isprintable() else None


def _plain(asked: Asked, chosen: Chosen, against: Chosen | None) -> Plain:
    known = asked.known
    return {
        "from": asked.first.isoformat(),
        "to": asked.last.isoformat(),
        "case": asked.case,
        "run_on": asked.run_on,
        "known": known.isoformat() if isinstance(known, datetime.datetime) else known,
        "no_more_payments": asked.no_more_payments,
        "from_scratch": asked.from_scratch,
        "what_if": len(asked.what_if),
        "policies": chosen.plain,
        "against": None if against is None else against.plain,
    }


def simulation_of(asked: Mapping[str, Any]) -> Simulation:
    """What is to be played, from what was kept."""
    known = asked["known"]
    return Asked(
        datetime.date.fromisoformat(asked["from"]),
        datetime.date.fromisoformat(asked["to"]),
        known=known if known in {None, EACH_DAY} else datetime.datetime.fromisoformat(known),
        run_on=asked["run_on"],
        from_scratch=asked["from_scratch"],
        no_more_payments=asked["no_more_payments"],
        case=asked["case"],
    ).simulation


def _unfit(asked: Asked) -> Refused | None:
    """Why days cannot be meant."""
    first, last = asked.first, asked.last
    if last < first:
        return Refused(UNFIT, f"the last day, {last}, is before the first, {first}")
    if (last - first).days >= MOST_DAYS:
        message = f"{first} to {last} are more than {MOST_DAYS:,} days"
        return Refused(UNFIT, message, "simulate them in parts")
    if asked.run_on is None:
        return None
    days = run_days(asked.run_on)
    if isinstance(days, str):
        return Refused(UNFIT, f"run_on: {days}")
    if not days.may_fall_between(first, last):
        return Refused(UNFIT, f"run_on names no day from {first} to {last}")
    return None


def _too_many(connection: Connection, actor: Actor) -> Refused | None:
    waiting = store.active(connection, KIND)
    mine = sum(each.actor == actor.name for each in waiting)
    if len(waiting) < MOST_WAITING and mine < MOST_OF_ONE:
        return None
    whose = f"{mine} of {actor.name}" if mine >= MOST_OF_ONE else f"{len(waiting)}"
    message = f"{whose} simulations are not over yet"
    return Refused(TOO_MANY, message, "wait until one has ended, or cancel one")


# ----------------------------------------------------------------------------- further events


def _further(
    connection: Connection,
    events: Sequence[Mapping[str, Any]],
    types: Sequence[Mapping[str, Type]],
) -> tuple[tuple[str, str], ...] | BadEvents:
    """Events beside those of the store, if they fit to it; `types` are those of each side."""
    if not events:
        return ()
    owners = _owners(connection, events)
    debtors = ledger.families_of(connection, {each for each in owners if each is not None})
    lines = [json.dumps(dict(each)) for each in events]
    problems: dict[DataProblem, None] = {}
    for declared in types:
        with collector_at_rest():
            known = load_ledger(connection, declared, debtors).ledger
        found = with_lines(known, declared, lines)
        if not isinstance(found, list):
            continue
        problems.update(dict.fromkeys(found))
    if problems:
        message = "the further events cannot be"
        return BadEvents(UNFIT, message, "correct them", tuple(problems))
    # What concerns nobody was a problem.
    named = (debtors.get(each or "", each or "") for each in owners)
    return tuple(zip(named, lines, strict=True))


def with_lines(
    known: Ledger, declared: Mapping[str, Type], lines: Sequence[str]
) -> Ledger | list[DataProblem]:
    """A ledger with further events, an object of JSON a line; or what is wrong with them."""
    with tempfile.TemporaryDirectory(prefix="dun-") as folder:
        path = Path(folder, "what_if.ndjson")
        path.write_text("\n".join((*lines, "")), encoding="ascii")
        found = with_events(known, declared, path)
    return found.problems if found.ledger is None else found.ledger


def index_with(
    connection: Connection,
    declared: Mapping[str, Type],
    names: Sequence[str],
    upto: Position,
    lines: Sequence[str],
) -> LedgerIndex:
    """What concerns some debtors, as it stood, with further events that were looked at before."""
    found = load_ledger(connection, declared, names, upto).ledger
    more = with_lines(found, declared, lines) if lines else found
    if isinstance(more, list):
        message = f"further events do not fit any more: {more}"
        raise AssertionError(message)  # noqa: TRY004 - not about a type: rows are only ever added
    return index_ledger(more)


def _owners(connection: Connection, events: Sequence[Mapping[str, Any]]) -> list[str | None]:
    """To whom the target of each event belongs; None where there is none like that."""

    def named(what: str) -> set[str]:
        found = (each.get(what) for each in events)
        return {
            str(each) for each in found if isinstance(each, (str, int)) and f"{each}".isprintable()
        }

    invoices = {
        name: str(row.customer)
        for name, row in ledger.invoices(connection, named("invoice")).items()
    }
    documents = {
        name: customer
        for name, (customer, _) in ledger.documents(connection, named("document")).items()
    }
    customers = {name: name for name in ledger.customers(connection, named("customer"))}
    cases = {name: ledger.owner_of(connection, name) for name in named("case")}
    by: tuple[tuple[str, Mapping[str, str | None]], ...] = (
        ("invoice", invoices),
        ("document", documents),
        ("customer", customers),
        ("case", cases),
    )
    return [
        next((known.get(str(each[what])) for what, known in by if each.get(what) is not None), None)
        for each in events
    ]
