"""Work in the background: it is asked for in the store, and outlives whoever performs it.

A worker takes a job for a while (a lease), and renews that as it gets on. What a worker left that
died, or that has not got on for too long, is taken by the next one, which goes on where it was.
"""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from engine.services.actors import Refused
from engine.services.workers import is_dead
from engine.store import jobs, simulations
from engine.store.jobs import LOCK, Job

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Connection

    from engine.services.plain import Plain
    from engine.store.database import Database

__all__ = ["Job"]

LEASE = datetime.timedelta(minutes=2)
"""How long a worker may take to get on before others think that it died."""
OFTEN = datetime.timedelta(seconds=1)
"""So far apart a worker tells the store that it got on, unless there is something to be kept."""
TRIES = 5
"""So often a job is taken that never gets on; then it is given up."""
KEPT = datetime.timedelta(days=7)
"""How long a job is remembered after its end, with what it found."""

ProblemKind: TypeAlias = Literal["refused", "letters", "store", "died", "internal"]


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a job failed."""

    kind: ProblemKind
    code: str
    """Of the refusal, or of the store's error; may be empty."""
    message: str
    hint: str = ""

    @property
    def plain(self) -> Plain:
        """As a value of JSON."""
        return {"kind": self.kind, "code": self.code, "message": self.message, "hint": self.hint}

    @classmethod
    def of(cls, refused: Refused) -> Problem:
        """A refusal."""
        return cls("refused", refused.code, refused.message, refused.hint)

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> Problem:
        """What `plain` wrote."""
        return cls(plain["kind"], plain["code"], plain["message"], plain["hint"])


class Interrupted(Exception):  # noqa: N818 - nothing is wrong
    """Work ends here. `how` says what becomes of the job; raised where nothing is half done."""

    def __init__(self, how: Literal["handed back", "cancelled", "lost"]) -> None:
        super().__init__(how)
        self.how = how


@dataclass(slots=True)
class Work:
    """A job in the hands of a worker."""

    database: Database
    job: Job
    clock: Callable[[], datetime.datetime]
    is_stopping: Callable[[], bool] = lambda: False
    """Whether the worker is to end."""
    before: Sequence[str] = ()
    """Kinds of jobs for which this one is interrupted if any waits."""
    told_at: datetime.datetime | None = None

    def tell(self, done: int, of: int) -> None:
        """Say how far it has got. Raises Interrupted: then it is not to go on."""
        if self.is_stopping():
            raise Interrupted("handed back")
        at = self.clock()
        if self.told_at is not None and at - self.told_at < OFTEN and done < of:
            return
        with self.database.writing() as connection:
            self.keep(connection, done, of)
        self.heed()

    def keep(self, connection: Connection, done: int, of: int) -> None:
        """Say so in the transaction of what was found. Raises Interrupted if somebody else has it.

        Who calls it asks `heed` after the transaction.
        """
        at = self.clock()
        found = jobs.change(connection, self.job, done=done, of=of, taken=0, lease=at + LEASE)
        if found is None:
            raise Interrupted("lost")
        self.job, self.told_at = found, at

    def heed(self) -> None:
        """Raise Interrupted if it is not wanted any more, the worker ends or others go first."""
        if self.job.cancelled_by is not None:
            raise Interrupted("cancelled")
        if self.is_stopping():
            raise Interrupted("handed back")
        if self.before:
            with self.database.reading() as connection:
                if jobs.is_queued(connection, self.before):
                    raise Interrupted("handed back")


# ------------------------------------------------------------------------------------ asking


def ask(
    connection: Connection,
    kind: str,
    subject: str,
    asked: Mapping[str, object],
    actor: str,
    at: datetime.datetime,
) -> Job:
    """Ask for something, in a transaction of LOCK; what is asked for already is not asked again."""
    known = jobs.newest(connection, kind, subject) if subject else None
    if known is not None and not known.is_over:
        return known
    return jobs.add(connection, kind, subject, asked, actor, at)


def cancel(database: Database, number: int, by: str, at: datetime.datetime) -> Job | None:
    """Say that a job is not wanted any more; None if it is over. Raises StoreError.

    One that waits is cancelled at once, one that is at work when its worker gets on.
    """
    with database.writing(LOCK) as connection:
        return jobs.cancel(connection, number, by, at)


def job_with(database: Database, job: Job) -> Job:
    """A job as it is now; as it was if it is forgotten. Raises StoreError."""
    with database.reading() as connection:
        return jobs.job_with(connection, job.id) or job


# ------------------------------------------------------------------------------------ taking


def take(
    database: Database, kinds: Sequence[str], worker: str, at: datetime.datetime
) -> Job | None:
    """The next job for a worker: kinds in this order, of each the oldest. Raises StoreError."""
    with database.reading() as connection:
        if _next(connection, kinds, worker, at) is None:
            return None  # most of the time, and nobody who writes is held up
    with database.writing(LOCK) as connection:
        while (job := _next(connection, kinds, worker, at)) is not None:
            taken = jobs.take(connection, job, worker, at + LEASE, at)
            if taken.cancelled_by is not None:
                jobs.change(connection, taken, state="cancelled", ended_at=at)
            elif taken.taken > TRIES:
                message = f"whoever performed it died, {TRIES} times without getting on"
                problem = Problem("died", "", message, "look at the log of the service")
                _fail(connection, taken, problem, at)
            else:
                return taken
    return None


def _next(
    connection: Connection, kinds: Sequence[str], worker: str, at: datetime.datetime
) -> Job | None:
    active = jobs.active(connection)
    for kind in kinds:
        for job in active:
            if job.kind == kind and _is_free(job, worker, at):
                return job
    return None


def _is_free(job: Job, worker: str, at: datetime.datetime) -> bool:
    if job.state == "queued" or job.worker is None or job.lease is None:
        return True
    if job.worker == worker:
        return True  # it does one at a time, so it could not say that this one ended
    return job.lease <= at or is_dead(job.worker, worker)


# ------------------------------------------------------------------------------------ ending


def end(database: Database, job: Job, result: Plain | Problem, at: datetime.datetime) -> None:
    """Say what came of a job, unless somebody else has it by now. Raises StoreError."""
    with database.writing() as connection:
        if isinstance(result, Problem):
            _fail(connection, job, result, at)
        else:
            jobs.change(connection, job, state="done", result=result, ended_at=at)


def _fail(connection: Connection, job: Job, problem: Problem, at: datetime.datetime) -> None:
    jobs.change(connection, job, state="failed", problem=problem.plain, ended_at=at)


def interrupted(database: Database, job: Job, why: Interrupted, at: datetime.datetime) -> None:
    """Let go of a job that is not to go on. Raises StoreError."""
    with database.writing() as connection:
        if why.how == "cancelled":
            jobs.change(connection, job, state="cancelled", ended_at=at)
        elif why.how == "handed back":
            jobs.change(connection, job, state="queued", worker=None, lease=None, taken=0)


def hand_back(database: Database, job: Job, problem: Problem, at: datetime.datetime) -> None:
    """Let a job that failed wait for another try, or give it up if there were enough.

    Raises StoreError.
    """
    with database.writing() as connection:
        if job.taken < TRIES:
            jobs.change(connection, job, state="queued", worker=None, lease=None)
        else:
            _fail(connection, job, problem, at)


def forget_old(database: Database, at: datetime.datetime) -> int:
    """Take away what ended long ago, with what it found; how many. Raises StoreError."""
    with database.reading() as connection:
        old = jobs.ended_before(connection, at - KEPT)
    for number in old:
        with database.writing() as connection:
            simulations.remove(connection, number)
            jobs.remove(connection, number)
    return len(old)


# ----------------------------------------------------------------------------------- looking


@dataclass(frozen=True, slots=True)
class JobCounts:
    """How much work there is."""

    queued: Mapping[str, int] = field(default_factory=dict)
    """By kind, what waits for a worker; kinds of which nothing waits are left out."""
    running: Mapping[str, int] = field(default_factory=dict)
    """By kind, what is at work."""
    ended: Mapping[tuple[str, str], int] = field(default_factory=dict)
    """By kind and state, what ended within the time for which it is remembered."""
    progress: tuple[Job, ...] = ()
    """What is at work, the oldest first; `done` and `of` say how far it has got."""
    oldest: datetime.datetime | None = None
    """When the oldest was asked for that waits."""


def job_counts(database: Database) -> JobCounts:
    """How much work waits, and how far what is at work has got. Raises StoreError."""
    with database.reading() as connection:
        counts = jobs.counts(connection)
        active = jobs.active(connection)
    waiting = [job for job in active if job.state == "queued"]
    running = tuple(job for job in active if job.state == "running")
    return JobCounts(
        Counter(job.kind for job in waiting),
        Counter(job.kind for job in running),
        {key: count for key, count in counts.items() if key[1] not in jobs.ACTIVE},
        running,
        min((job.asked_at for job in waiting), default=None),
    )
