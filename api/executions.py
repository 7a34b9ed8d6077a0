"""Runs that this process performs: each in a thread of its own, so that no request waits for it.

What a run did is in the store, action by action; here is only how far this process has got.
Whoever asks again, here or elsewhere, goes on where it was left: nothing happens twice.
"""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from api.problems import INTERNAL, ProblemError, refused, unreachable
from engine.services.actors import Refused
from engine.services.executing import execute
from engine.services.sending import letters_into
from engine.services.stores import StoreError

if TYPE_CHECKING:
    import datetime
    from collections.abc import Callable

    from engine.services.actors import Actor
    from engine.services.executing import Execution
    from engine.services.stores import Database

_LOG = logging.getLogger("dunlang.http")


class _Stopped(Exception):  # noqa: N818 - nothing is wrong
    """The service ends; the next one to perform the run goes on."""


@dataclass(slots=True)
class Job:
    """A run that is being performed, or was."""

    day: datetime.date
    actor: Actor
    started_at: datetime.datetime
    done: int = 0
    of: int = 0
    result: Execution | None = None
    problem: ProblemError | None = None
    ended: threading.Event = field(default_factory=threading.Event)

    @property
    def state(self) -> str:
        """`running`, `ended` or `failed`."""
        if not self.ended.is_set():
            return "running"
        return "failed" if self.result is None else "ended"


@dataclass(slots=True)
class Executions:
    """The runs that this process performs, one at a time for each day."""

    database: Database
    clock: Callable[[], datetime.datetime]
    folder: str
    """Where letters go."""
    _jobs: dict[datetime.date, Job] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _is_ending: bool = False

    def start(self, actor: Actor, day: datetime.date) -> Job:
        """Perform the run of a day; what performs it already is not started again."""
        with self._lock:
            job = self._jobs.get(day)
            if job is None or job.ended.is_set():
                job = self._jobs[day] = Job(day, actor, self.clock())
                threading.Thread(target=self._perform, args=(job,), name=f"run {day}").start()
            return job

    def of(self, day: datetime.date) -> Job | None:
        """The last time that this process performed the run of a day."""
        return self._jobs.get(day)

    def end(self) -> None:
        """Let what is being performed come to a good end, and wait for it."""
        self._is_ending = True
        for job in list(self._jobs.values()):
            job.ended.wait()

    def _perform(self, job: Job) -> None:
        def tell(done: int, of: int) -> None:
            job.done, job.of = done, of
            if self._is_ending:
                raise _Stopped

        try:
            sending = letters_into(self.folder)
            found = execute(self.database, job.actor, job.day, self.clock, sending, progress=tell)
            if isinstance(found, Refused):
                job.problem = refused(found)
            else:
                job.result = found
        except _Stopped:
            hint = "perform it again: it goes on where it was left"
            job.problem = ProblemError(503, "stopped", "the service was ended meanwhile", hint)
        except StoreError as error:
            job.problem = unreachable(error)
        except OSError as error:
            why = (error.strerror or str(error)).lower()
            detail = f"letters cannot be put into the folder of the service: {why}"
            hint = "nothing is lost: perform it again when the folder can be written to"
            job.problem = ProblemError(503, "letters", detail, hint)
        except Exception:  # noqa: BLE001 - it is logged, and who asks is told
            _LOG.exception("performing the run of %s", job.day)
            detail = "something went wrong inside; it is a bug in dunlang, and it is in the log"
            job.problem = ProblemError(500, INTERNAL, detail)
        finally:
            job.ended.set()
