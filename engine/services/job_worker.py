"""A worker: takes jobs from the store one after another, and performs them.

What it is able to do is a list of `Kind`s. A job is interrupted where its performer says how far it
has got (`Work.tell`, `Work.keep`), which is where nothing is half done.
"""

from __future__ import annotations

import datetime
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from engine.services import jobs
from engine.services.accounts import acting_as
from engine.services.actors import Actor, Permission, Refused
from engine.services.jobs import Interrupted, Job, Problem, Work
from engine.services.workers import at_work, new_worker
from engine.store.errors import StoreError

if TYPE_CHECKING:
    from engine.services.plain import Plain
    from engine.store.database import Database

_LOG = logging.getLogger("dunlang.worker")
CLEANED = datetime.timedelta(hours=1)
"""So often it is looked whether something can be forgotten."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of jobs that a worker is able to do."""

    name: str
    permission: Permission
    """Who asked must be allowed this still when it is done."""
    what: str
    """For messages: `perform a run`."""
    perform: Callable[[Work, Actor], Plain | Problem]
    """Does it, and says what came of it. Raises Interrupted, and StoreError."""


@dataclass(slots=True)
class Worker:
    """Does what there is to do in a store."""

    database: Database
    clock: Callable[[], datetime.datetime]
    kinds: Sequence[Kind]
    """What comes first goes first: others are interrupted for it."""
    is_stopping: Callable[[], bool] = lambda: False
    name: str = field(default_factory=new_worker)
    _cleaned_at: datetime.datetime | None = None

    def work(self) -> bool:
        """Do everything that waits; whether there was anything. Raises StoreError."""
        at = self.clock()
        if self._cleaned_at is None or at - self._cleaned_at > CLEANED:
            self._cleaned_at = at
            jobs.forget_old(self.database, at)
        found = False
        with at_work(self.name):
            while not self.is_stopping() and self._next():
                found = True
        return found

    def _next(self) -> bool:
        """Take a job and do it; whether there was one."""
        names = [kind.name for kind in self.kinds]
        job = jobs.take(self.database, names, self.name, self.clock())
        if job is None:
            return False
        place = names.index(job.kind)
        work = Work(self.database, job, self.clock, self.is_stopping, names[:place])
        try:
            jobs.end(self.database, job, self._done(self.kinds[place], work), self.clock())
        except Interrupted as why:
            jobs.interrupted(self.database, job, why, self.clock())
        except StoreError as error:
            _LOG.warning("%s %s: %s", job.kind, job.subject or job.id, error)
            problem = Problem("store", error.code, error.message, error.hint)
            jobs.hand_back(self.database, work.job, problem, self.clock())
            raise  # who is in trouble waits for a while
        return True

    def _done(self, kind: Kind, work: Work) -> Plain | Problem:
        job = work.job
        actor = acting_as(self.database, job.actor, kind.permission, kind.what, self.clock())
        if isinstance(actor, Refused):
            return Problem.of(actor)
        try:
            return kind.perform(work, actor)
        except (Interrupted, StoreError):
            raise
        except Exception:  # noqa: BLE001 - it is logged, and who asked is told
            _LOG.exception("%s %s", job.kind, job.subject or job.id)
            message = "something went wrong inside; it is a bug in dunlang, and it is in the log"
            return Problem("internal", "", message)


__all__ = ["Job", "Kind", "Worker"]
