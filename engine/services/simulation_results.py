"""Simulations looked at: how far they have got, what they come to, and their events."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from engine.services import jobs
from engine.services.actors import Refused, not_allowed
from engine.services.jobs import KEPT, Problem
from engine.services.simulation_asked import KIND
from engine.services.simulation_sums import Sums
from engine.store import jobs as store
from engine.store import simulations
from engine.store.simulations import FOUND, Block, Side, Stored

if TYPE_CHECKING:
    import datetime
    from collections.abc import Sequence

    from sqlalchemy import Connection

    from engine.services.actors import Actor
    from engine.services.jobs import Job
    from engine.services.plain import Plain
    from engine.store.database import Database

__all__ = ["Side"]

NO_SIMULATION = "S801"
"""There is no such simulation, or none any more."""
NOT_OVER = "S802"
"""Its events are not in order yet, or never will be."""
NOT_THEIRS = "S803"
"""Somebody else asked for it."""
NO_SIDE = "S809"
"""It was not asked to compare."""
ACTIVE = "S808"
"""It is at work or waits, so that it cannot be taken away."""
_LOOKED_AT = 400
"""Blocks that are gone through for one page."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A simulation as it is now."""

    job: Job
    stored: Stored

    @property
    def brief(self) -> Plain:
        """What a list tells of it."""
        job, asked = self.job, self.stored.asked
        return {
            "id": job.id,
            "state": job.state,
            "by": job.actor,
            "asked_at": job.asked_at.isoformat(),
            "begun_at": job.begun_at and job.begun_at.isoformat(),
            "ended_at": job.ended_at and job.ended_at.isoformat(),
            "kept_until": job.ended_at and (job.ended_at + KEPT).isoformat(),
            "done": job.done,
            "of": job.of,
            "found": self.stored.found,
            "from": asked["from"],
            "to": asked["to"],
        }

    @property
    def plain(self) -> Plain:
        """All that is known of it but its events."""
        asked, sums = self.stored.asked, self.stored.sums
        problem = None if self.job.problem is None else Problem.from_plain(self.job.problem)
        against = asked["against"] and {
            "policies": asked["against"],
            "sums": Sums.from_kept(sums["against"]).plain,
            "differing_cases": sums["differing"],
        }
        names = ("case", "run_on", "known", "no_more_payments", "from_scratch", "what_if")
        return {
            **self.brief,
            **{name: asked[name] for name in names},
            "position": self.stored.position.plain(),
            "policies": asked["policies"],
            "sums": Sums.from_kept(sums["policies"]).plain,
            "against": against,
            "problem": problem
            and {"code": problem.code or None, "message": problem.message, "hint": problem.hint},
        }


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which events are looked for."""

    side: Side = "policies"
    case: str | None = None
    events: frozenset[str] = frozenset()
    """Kinds; none: all."""

    def lines(self, block: Block) -> Iterator[tuple[int, str]]:
        """Those in a block, each with its place in the list."""
        # Most lines are seen not to fit without being read.
        case = "" if self.case is None else f'"case": {json.dumps(self.case, ensure_ascii=False)}'
        kinds = [f'"event": "{kind}"' for kind in self.events] or [""]
        for at, line in enumerate(block.lines, start=block.first):
            if case in line and any(kind in line for kind in kinds) and self._fits(line):
                yield at, line

    def _fits(self, line: str) -> bool:
        if self.case is None and not self.events:
            return True
        event = json.loads(line)
        return self.case in {None, event["case"]} and (
            not self.events or event["event"] in self.events
        )


# --------------------------------------------------------------------------------- simulations


def list_simulations(
    database: Database, actor: Actor, *, before: int | None = None, limit: int
) -> list[Shown] | Refused:
    """Simulations, the newest first. Raises StoreError."""
    refused = not_allowed(actor, "read", "look at simulations")
    if refused is not None:
        return refused
    with database.reading() as connection:
        found = store.listed(connection, KIND, before=before, limit=limit)
        stored = simulations.simulations(connection, [job.id for job in found])
    return [Shown(job, stored[job.id]) for job in found]


def show_simulation(database: Database, actor: Actor, number: int) -> Shown | Refused:
    """A simulation. Raises StoreError."""
    refused = not_allowed(actor, "read", "look at a simulation")
    if refused is not None:
        return refused
    with database.reading() as connection:
        return _shown(connection, number) or _missing(number)


def _shown(connection: Connection, number: int) -> Shown | None:
    job = store.job_with(connection, number, KIND)
    if job is None:
        return None
    return Shown(job, simulations.simulations(connection, [number])[number])


def _missing(number: int) -> Refused:
    message = f"there is no simulation {number}"
    return Refused(NO_SIMULATION, message, f"simulations are kept for {KEPT.days} days")


def cancel_simulation(
    database: Database, actor: Actor, number: int, at: datetime.datetime
) -> Shown | Refused:
    """Let a simulation end before it is done; what is over stays as it is. Raises StoreError."""
    shown = show_simulation(database, actor, number)
    if isinstance(shown, Refused):
        return shown
    refused = _not_theirs(actor, shown.job)
    if refused is not None:
        return refused
    jobs.cancel(database, number, actor.name, at)
    return show_simulation(database, actor, number)


def remove_simulation(database: Database, actor: Actor, number: int) -> Refused | None:
    """Take a simulation away, with all that it found. Raises StoreError."""
    shown = show_simulation(database, actor, number)
    if isinstance(shown, Refused):
        return shown
    refused = _not_theirs(actor, shown.job)
    if refused is not None:
        return refused
    with database.writing(store.LOCK) as connection:
        job = store.job_with(connection, number, KIND)
        if job is not None and not job.is_over:
            message = f"simulation {number} is {job.state}"
            return Refused(ACTIVE, message, "cancel it first")
        simulations.remove(connection, number)
        store.remove(connection, number)
    return None


def _not_theirs(actor: Actor, job: Job) -> Refused | None:
    if actor.name == job.actor or actor.may("run"):
        return None
    message = f"simulation {job.id} is of {job.actor}"
    return Refused(NOT_THEIRS, message, "it takes the role manager or admin")


# -------------------------------------------------------------------------------------- events


def simulated_events(
    database: Database, actor: Actor, number: int, wanted: Wanted, *, after: int, limit: int
) -> tuple[list[tuple[int, Any]], int | None] | Refused:
    """Events in order, each with its place, from a place on; and where the next page begins.

    None: there is none. With a filter a page may be short, or empty. Raises StoreError.
    """
    refused = _not_in_order(show_simulation(database, actor, number), wanted)
    if refused is not None:
        return refused
    found: list[tuple[int, Any]] = []
    with database.reading() as connection:
        first = simulations.block_with(connection, number, wanted.side, after)
        for at in range(first, first + _LOOKED_AT):
            block = simulations.block(connection, number, wanted.side, at)
            if block is None:
                return found, None
            for place, line in wanted.lines(block):
                if place >= after:
                    if len(found) == limit:
                        return found, place
                    found.append((place, json.loads(line)))
            after = block.first + len(block.lines)
    return found, after


def ordered_blocks(
    database: Database, actor: Actor, number: int, wanted: Wanted
) -> Iterator[Sequence[str]] | Refused:
    """All events in order, some at a time, each as a line of JSON. Raises StoreError."""
    refused = _not_in_order(show_simulation(database, actor, number), wanted)
    return _lines(database, number, wanted) if refused is None else refused


def _lines(database: Database, number: int, wanted: Wanted) -> Iterator[Sequence[str]]:
    with database.reading() as connection:
        count = simulations.block_count(connection, number, wanted.side)
    for at in range(count):
        # One block at a time, as who takes them may be slow.
        with database.reading() as connection:
            block = simulations.block(connection, number, wanted.side, at)
        if block is None:
            message = f"simulation {number} was taken away meanwhile"
            raise LookupError(message)
        yield [line for _, line in wanted.lines(block)]


def _not_in_order(shown: Shown | Refused, wanted: Wanted) -> Refused | None:
    if isinstance(shown, Refused):
        return shown
    job = shown.job
    if job.state != "done":
        message = f"simulation {job.id} is {job.state}, so its events are not in order"
        hint = "wait until it is done, or follow it as text/event-stream"
        return Refused(NOT_OVER, message, "" if job.is_over else hint)
    if wanted.side not in shown.stored.sums:
        message = f"simulation {job.id} compares nothing"
        return Refused(NO_SIDE, message, "ask for one with 'against'")
    return None


def found_since(database: Database, number: int, after: int) -> tuple[Shown | None, Block | None]:
    """A simulation, and the next events that were found after so many, in whatever order.

    No simulation: it is gone. No block: there is nothing new yet. Raises StoreError.
    """
    with database.reading() as connection:
        shown = _shown(connection, number)
        if shown is None or after >= shown.stored.found:
            return shown, None
        at = simulations.block_with(connection, number, FOUND, after)
        return shown, simulations.block(connection, number, FOUND, at)
