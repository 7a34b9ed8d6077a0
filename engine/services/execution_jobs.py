"""Runs that are performed in the background, and go on after a crash by themselves.

What a run did is in the store, action by action; a job only says that it is to be done, and how
far whoever performs it has got. What it did in all is told by the audit trail since it was asked
for, as it may have been performed by several, one after another died.
"""

from __future__ import annotations

import datetime
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from engine.services import jobs
from engine.services.actors import Refused
from engine.services.executing import execute
from engine.services.job_worker import Kind
from engine.services.jobs import Problem
from engine.services.plain_runs import plain_performed
from engine.services.run_lists import show_run
from engine.services.sending import letters_into, not_to_perform
from engine.store import audit
from engine.store import jobs as store
from engine.store.jobs import LOCK

if TYPE_CHECKING:
    from engine.services.actors import Actor
    from engine.services.executing import Execution
    from engine.services.jobs import Job, Work
    from engine.services.plain import Plain
    from engine.store.database import Database

KIND = "execution"
_PAGE = 1_000
"""Entries of the audit trail that are read at once."""


def ask_execution(
    database: Database, actor: Actor, day: datetime.date, at: datetime.datetime
) -> Job | Refused:
    """Let the run of a day be performed; one that is at work is not started again.

    Raises StoreError.
    """
    refused = not_to_perform(database, actor, day)
    if refused is not None:
        return refused
    with database.writing(LOCK) as connection:
        number, _ = audit.head(connection)
        asked = {"on": day.isoformat(), "after": number}
        return jobs.ask(connection, KIND, day.isoformat(), asked, actor.name, at)


def execution_of(database: Database, actor: Actor, day: datetime.date) -> Job | Refused | None:
    """The last job that performs, or performed, the run of a day. Raises StoreError."""
    shown = show_run(database, actor, day, limit=1)
    if isinstance(shown, Refused):
        return shown
    with database.reading() as connection:
        return store.newest(connection, KIND, day.isoformat())


def execution_kind(folder: str) -> Kind:
    """What performs runs; letters go to a folder."""

    def perform(work: Work, actor: Actor) -> Plain | Problem:
        day = datetime.date.fromisoformat(work.job.asked["on"])
        try:
            found = execute(
                work.database, actor, day, work.clock, letters_into(folder), progress=work.tell
            )
        except OSError as error:
            why = (error.strerror or str(error)).lower()
            message = f"letters cannot be put into the folder of the service: {why}"
            hint = "nothing is lost: perform it again when the folder can be written to"
            return Problem("letters", "", message, hint)
        if isinstance(found, Refused):
            return Problem.of(found)
        return plain_performed(_in_all(work, found))

    return Kind(KIND, "run", "perform a run", perform)


def _in_all(work: Work, last: Execution) -> Execution:
    """What was done since the job was asked for, also by those who died over it."""
    performed: list[str] = []
    withdrawn: list[tuple[str, str]] = []
    resumed: list[tuple[str, str]] = []
    job = work.job
    with work.database.reading() as connection:
        after: int = job.asked["after"]
        while page := audit.entries(connection, after=after, limit=_PAGE):
            after = page[-1].number
            for entry in page:
                if entry.actor != job.actor or not entry.subject.startswith("case "):
                    continue
                case, body = entry.subject.removeprefix("case "), entry.body
                if entry.action == "action performed":
                    performed.append(case)
                elif entry.action == "action withdrawn" and _is_of(body, job.asked["on"]):
                    withdrawn.append((case, body["reason"]))
                elif entry.action == "suspension ended" and _is_of(body, job.asked["on"]):
                    resumed.append((case, body["what"]))
    return replace(
        last, performed=tuple(performed), withdrawn=tuple(withdrawn), resumed=tuple(resumed)
    )


def _is_of(body: Any, day: str) -> bool:  # noqa: ANN401 - a value of JSON
    return bool(body.get("on") == day)
