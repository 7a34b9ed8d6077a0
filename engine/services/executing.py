"""Performing a run: every action that may go goes out once, whatever happens meanwhile.

Debtor by debtor the facts are looked at again and what is still due is begun: its key is taken and
its letters are frozen, in one transaction. Then the letters are handed to their channel, which
knows a letter again by its key. Then one transaction says that it was done, and only that makes
the stage count. Whoever dies in between leaves a delivery that was begun, which the next one to
come finishes, or takes back if nothing of it has left the house.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from engine.services.actors import Refused, not_allowed
from engine.services.delivering import Sending, Working
from engine.services.proposing import too_early
from engine.services.resuming import resume
from engine.services.stored_company import InForce, in_force
from engine.services.webhook_events import PERFORMED, anybody_hears, run_executed
from engine.services.workers import at_work
from engine.store import audit, deliveries, runs
from engine.store.runs import LOCK, Run

if TYPE_CHECKING:
    import datetime
    from collections.abc import Callable, Mapping

    from sqlalchemy import Connection

    from engine.services.actors import Actor
    from engine.services.delivering import Clock
    from engine.store.database import Database

NO_RUN = "S403"
NOT_YET = "S404"


@dataclass(frozen=True, slots=True)
class Execution:
    """What came of performing a run."""

    run: Run
    performed: tuple[str, ...]
    """Cases for which something was done, in that order."""
    withdrawn: tuple[tuple[str, str], ...]
    """Cases for which it was not, because the facts changed, and how they did."""
    failed: tuple[tuple[str, str], ...]
    """Cases whose letters could not be handed over, and why; they are tried again next time."""
    elsewhere: int
    """Deliveries that somebody else is at."""
    resumed: tuple[tuple[str, str], ...]
    """Cases for which something is suspended no more, and what."""
    states: Mapping[str, int]
    """How many actions of the run are in which state."""


def execute(
    database: Database,
    actor: Actor,
    day: datetime.date,
    clock: Clock,
    sending: Sending,
    *,
    progress: Callable[[int, int], None] | None = None,
) -> Execution | Refused:
    """Perform everything of a run for which no person has to do anything first.

    To be repeated, and to be done by several at once, without anything happening twice.
    Raises StoreError; what was begun by then is finished the next time. Raises OSError where no
    letter can go to the folder; nothing was begun then.
    """
    refused = not_allowed(actor, "run", "perform a run")
    if refused is not None:
        return refused
    with database.reading() as connection:
        is_known = deliveries.is_known(connection, sending.folder)
    channel = sending.channels(sending.folder)
    channel.prepare(is_known=is_known)
    begun = _begin_run(database, actor, day, clock())
    if isinstance(begun, Refused):
        return begun
    run, now = begun
    working = Working(database, actor, run, now, clock, sending)
    working.channels[sending.folder] = channel
    with at_work(sending.worker):
        working.finish_others()
        working.perform(progress)
        while working.finish_others(failed=False):  # of those who died meanwhile
            working.perform(progress)
    over = resume(database, actor, now, day, clock())
    resumed = tuple((each.task.case, each.what) for each in over)
    with database.reading() as connection:
        states = runs.count_states(connection, run)
        left = deliveries.unfinished(connection)
        is_heard = anybody_hears(connection, PERFORMED)
    if is_heard:
        with database.writing() as connection:
            run_executed(connection, clock(), actor, run, states)
    elsewhere = sum(each.failure is None for each in left)
    done = tuple(working.performed), tuple(working.withdrawn), tuple(working.failed)
    return Execution(run, *done, elsewhere, resumed, states)


def _begin_run(
    database: Database, actor: Actor, day: datetime.date, at: datetime.datetime
) -> tuple[Run, InForce] | Refused:
    """Let a run be the last executed one, so that no earlier one follows."""
    with database.writing(LOCK) as connection:
        found = _open_run(connection, day, at)
        if isinstance(found, Refused):
            return found
        run, now = found
        lapsed = [str(each) for each in runs.lapse(connection, day)]
        if run.executed_at is None or run.state == "lapsed":
            run = replace(run, state="executed", executed_by=actor.name, executed_at=at)
            run = runs.put_run(connection, run)
        body = {"lapsed": lapsed, "ready": runs.count_ready(connection, run)}
        audit.append(connection, at, actor.name, "run executed", run.subject, body)
    return run, now


def why_not_now(
    database: Database, actor: Actor, day: datetime.date, at: datetime.datetime
) -> Refused | None:
    """Why the run of a day cannot be performed at a time, as far as it is known before.

    Raises StoreError.
    """
    refused = not_allowed(actor, "run", "perform a run")
    if refused is not None:
        return refused
    with database.reading() as connection:
        found = _open_run(connection, day, at)
    return found if isinstance(found, Refused) else None


def _open_run(
    connection: Connection, day: datetime.date, at: datetime.datetime
) -> tuple[Run, InForce] | Refused:
    """The run of a day, if it can be performed, and what counts."""
    now = in_force(connection)
    if isinstance(now, Refused):
        return now
    run = runs.run_of(connection, day)
    if run is None:
        message = f"no run was proposed for {day}"
        return Refused(NO_RUN, message, f"'dun run --on {day}' proposes it")
    refused = too_early(connection, day) or _not_yet(run, now, at)
    return (run, now) if refused is None else refused


def _not_yet(run: Run, now: InForce, at: datetime.datetime) -> Refused | None:
    """Why nothing can be sent for a day: it has not begun anywhere where a policy holds."""
    today = max(at.astimezone(ZoneInfo(plan.timezone)).date() for plan in now.policies.plans)
    if run.day <= today:
        return None
    message = f"{run.day} has not come yet, so nothing can be sent for that day"
    return Refused(NOT_YET, message, "the proposal stays; perform it on that day")
