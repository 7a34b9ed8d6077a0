"""Work in the background: asked for, taken by one worker at a time, ended."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from sqlalchemy import delete, func, insert, select, update

from engine.store.schema.jobs import JOBS

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from sqlalchemy import Connection

State: TypeAlias = Literal["queued", "running", "done", "failed", "cancelled"]
ACTIVE: tuple[State, ...] = ("queued", "running")
LOCK = "jobs"
"""Only one asks or takes at a time."""


@dataclass(frozen=True, slots=True)
class Job:
    """Something to be done in the background."""

    id: int
    kind: str
    subject: str
    """What it is about, such as the day of a run."""
    asked: Mapping[str, Any]
    """What is to be done, as values of JSON."""
    actor: str
    """The name of who asked for it."""
    state: State
    cancelled_by: str | None
    """Who does not want it any more; a worker sees that when it gets on."""
    worker: str | None
    """Who is at it."""
    lease: datetime.datetime | None
    """Until when nobody else takes it over."""
    taken: int
    """How often it was taken since it last got on."""
    done: int
    of: int
    asked_at: datetime.datetime
    begun_at: datetime.datetime | None
    """When it was taken for the first time."""
    ended_at: datetime.datetime | None
    result: Any
    problem: Any

    @property
    def is_over(self) -> bool:
        """Whether nothing more will happen to it."""
        return self.state not in ACTIVE


_COLUMNS = tuple(JOBS.c[name] for name in Job.__slots__)


def add(
    connection: Connection,
    kind: str,
    subject: str,
    asked: Mapping[str, object],
    actor: str,
    at: datetime.datetime,
) -> Job:
    """Ask for something."""
    values = {
        "kind": kind,
        "subject": subject,
        "asked": dict(asked),
        "actor": actor,
        "state": "queued",
        "taken": 0,
        "done": 0,
        "of": 0,
        "asked_at": at,
    }
    statement = insert(JOBS).values(values).returning(*_COLUMNS)
    return Job(*connection.execute(statement).one())


def job_with(connection: Connection, number: int, kind: str | None = None) -> Job | None:
    """The job of a number; None if there is none, or none of a kind."""
    wanted = select(*_COLUMNS).where(JOBS.c.id == number)
    if kind is not None:
        wanted = wanted.where(JOBS.c.kind == kind)
    row = connection.execute(wanted).first()
    return None if row is None else Job(*row)


def newest(connection: Connection, kind: str, subject: str) -> Job | None:
    """The last job of a kind about something."""
    wanted = select(*_COLUMNS).where(JOBS.c.kind == kind, JOBS.c.subject == subject)
    row = connection.execute(wanted.order_by(JOBS.c.id.desc()).limit(1)).first()
    return None if row is None else Job(*row)


def listed(
    connection: Connection, kind: str, *, before: int | None = None, limit: int
) -> list[Job]:
    """Jobs of a kind, the newest first; at most `limit`, of those before a number."""
    wanted = select(*_COLUMNS).where(JOBS.c.kind == kind)
    if before is not None:
        wanted = wanted.where(JOBS.c.id < before)
    return [Job(*row) for row in connection.execute(wanted.order_by(JOBS.c.id.desc()).limit(limit))]


def active(connection: Connection, kind: str | None = None) -> list[Job]:
    """What is queued or at work, the oldest first."""
    wanted = select(*_COLUMNS).where(JOBS.c.state.in_(ACTIVE))
    if kind is not None:
        wanted = wanted.where(JOBS.c.kind == kind)
    return [Job(*row) for row in connection.execute(wanted.order_by(JOBS.c.id))]


def is_queued(connection: Connection, kinds: Collection[str]) -> bool:
    """Whether a job of some kinds waits for a worker."""
    wanted = select(JOBS.c.id).where(JOBS.c.state == "queued", JOBS.c.kind.in_(kinds)).limit(1)
    return connection.execute(wanted).first() is not None


def counts(connection: Connection) -> dict[tuple[str, str], int]:
    """How many jobs there are of each kind in each state."""
    wanted = select(JOBS.c.kind, JOBS.c.state, func.count()).group_by(JOBS.c.kind, JOBS.c.state)
    return {(kind, state): count for kind, state, count in connection.execute(wanted)}


def take(
    connection: Connection,
    job: Job,
    worker: str,
    lease: datetime.datetime,
    at: datetime.datetime,
) -> Job:
    """Let a worker have a job, in a transaction that has LOCK and has looked for it."""
    values = {
        "state": "running",
        "worker": worker,
        "lease": lease,
        "taken": job.taken + 1,
        "begun_at": job.begun_at or at,
    }
    statement = update(JOBS).where(JOBS.c.id == job.id).values(values).returning(*_COLUMNS)
    return Job(*connection.execute(statement).one())


def change(connection: Connection, job: Job, **values: object) -> Job | None:
    """Change what a worker has; None if it has it no more."""
    is_mine = (JOBS.c.id == job.id) & (JOBS.c.worker == job.worker) & (JOBS.c.state == "running")
    statement = update(JOBS).where(is_mine).values(**values).returning(*_COLUMNS)
    row = connection.execute(statement).first()
    return None if row is None else Job(*row)


def cancel(connection: Connection, number: int, by: str, at: datetime.datetime) -> Job | None:
    """Say that a job is not wanted any more: one that waits ends at once. None if it is over."""
    waits = (JOBS.c.id == number) & (JOBS.c.state == "queued")
    at_once = {"state": "cancelled", "cancelled_by": by, "ended_at": at}
    row = connection.execute(update(JOBS).where(waits).values(at_once).returning(*_COLUMNS)).first()
    if row is None:
        runs = (JOBS.c.id == number) & (JOBS.c.state == "running")
        wish = {"cancelled_by": by}
        row = connection.execute(update(JOBS).where(runs).values(wish).returning(*_COLUMNS)).first()
    return None if row is None else Job(*row)


def ended_before(connection: Connection, at: datetime.datetime) -> list[int]:
    """Numbers of the jobs that ended before a time."""
    wanted = select(JOBS.c.id).where(JOBS.c.ended_at < at).order_by(JOBS.c.id)
    return list(connection.execute(wanted).scalars())


def remove(connection: Connection, number: int) -> None:
    """Forget a job; what belongs to it must be gone before."""
    connection.execute(delete(JOBS).where(JOBS.c.id == number))
