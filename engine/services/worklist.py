"""The worklist: tasks that stages made, and what waits for a person before it goes out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.services.actors import Refused, not_allowed
from engine.store import audit, runs, tasks

if TYPE_CHECKING:
    import datetime

    from engine.services.actors import Actor
    from engine.store.database import Database
    from engine.store.runs import Action
    from engine.store.tasks import Task, TaskState

NO_TASK = "S411"
ENDED = "S412"


@dataclass(frozen=True, slots=True)
class Worklist:
    """What people have to do."""

    tasks: tuple[Task, ...]
    """A page of them, in the order in which they were made."""
    open: int
    """How many are open in all."""
    waiting: tuple[Action, ...]
    """Actions of the newest run that somebody has to approve or release, the first of them."""
    waiting_in_all: int


def worklist(
    database: Database,
    actor: Actor,
    *,
    state: TaskState = "open",
    case: str | None = None,
    after: int = 0,
    limit: int,
) -> Worklist | Refused:
    """Tasks in a state, after a number, and what waits for a person. Raises StoreError."""
    refused = not_allowed(actor, "read", "see the worklist")
    if refused is not None:
        return refused
    with database.reading() as connection:
        found = tasks.tasks(connection, state=state, case=case, after=after, limit=limit)
        count = tasks.count(connection, "open")
        run = runs.newest(connection)
        if run is None:
            return Worklist(tuple(found), count, (), 0)
        waiting = runs.waiting(connection, run, case=case, limit=limit)
        return Worklist(tuple(found), count, *waiting)


def finish(
    database: Database, actor: Actor, number: int, note: str, at: datetime.datetime
) -> Task | Refused:
    """A person did a task. Raises StoreError."""
    refused = not_allowed(actor, "review", "finish a task")
    if refused is not None:
        return refused
    with database.writing() as connection:
        task = tasks.task(connection, number)
        if task is None:
            hint = "'dun worklist' lists them with their numbers"
            return Refused(NO_TASK, f"there is no task {number}", hint)
        if task.state == "void":
            return Refused(ENDED, f"task {number} need not be done any more: {task.note}")
        if task.state != "open":
            by = f" by {task.done_by}" if task.done_by else ""
            return Refused(ENDED, f"task {number} is {task.state}{by} already")
        tasks.end(connection, number, "done", actor.name, at, note.strip())
        body = {"task": number, "kind": task.kind, "text": task.text, "key": task.key}
        if note.strip():
            body["note"] = note.strip()
        audit.append(connection, at, actor.name, "task done", f"case {task.case}", body)
        done = tasks.task(connection, number)
        if done is None:
            raise LookupError(number)
        return done
