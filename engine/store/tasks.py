"""The worklist: what people are to do because a stage says so."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from sqlalchemy import bindparam, exists, func, insert, select, update

from engine.store.ledger import looked_up
from engine.store.schema.runs import TASKS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from sqlalchemy import BindParameter, ColumnElement, Connection, FromClause

TaskKind: TypeAlias = Literal[
    "task", "call", "hand_over", "suspend", "resume", "cancel", "write_off"
]
TaskState: TypeAlias = Literal["open", "done", "void"]


@dataclass(frozen=True, slots=True)
class Task:
    """Something for a person to do."""

    id: int
    key: str
    """Of the action that made it; of `resume`, of the one that suspended."""
    kind: TaskKind
    day: datetime.date
    """Of the run that made it."""
    case: str
    customer: str
    """The debtor."""
    policy: str
    version: int
    stage: str
    text: str
    channel: str | None
    amount: int
    """What was open then, in minor units."""
    currency: str
    state: TaskState
    """`void`: the stage was cancelled, or what is to be suspended is not to be any more."""
    done_by: str | None
    done_at: datetime.datetime | None
    note: str | None
    created_at: datetime.datetime


def add(connection: Connection, new: Sequence[Task]) -> None:
    """Keep tasks, whose numbers the database chooses."""
    names = [field.name for field in fields(Task) if field.name != "id"]
    if new:
        connection.execute(insert(TASKS), [{n: getattr(each, n) for n in names} for each in new])


def tasks(
    connection: Connection, *, state: TaskState | None, case: str | None, after: int, limit: int
) -> list[Task]:
    """Tasks in the order in which they were made, after a number; at most `limit` (a page)."""
    wanted = select(TASKS).where(TASKS.c.id > after).order_by(TASKS.c.id).limit(limit)
    if state is not None:
        wanted = wanted.where(TASKS.c.state == state)
    if case is not None:
        wanted = wanted.where(TASKS.c.case == case)
    return [Task(*row) for row in connection.execute(wanted)]


def count(connection: Connection, state: TaskState) -> int:
    """How many tasks are in a state."""
    wanted = select(func.count()).select_from(TASKS).where(TASKS.c.state == state)
    return connection.execute(wanted).scalar_one()


def task(connection: Connection, number: int) -> Task | None:
    """One task."""
    row = connection.execute(select(TASKS).where(TASKS.c.id == number)).first()
    return None if row is None else Task(*row)


def end(
    connection: Connection, number: int, state: TaskState, by: str, at: datetime.datetime, note: str
) -> None:
    """A task was done, or need not be done any more."""
    values = {"state": state, "done_by": by, "done_at": at, "note": note or None}
    connection.execute(update(TASKS).where(TASKS.c.id == number).values(values))


def void(connection: Connection, key: str, by: str, at: datetime.datetime, note: str) -> int:
    """What an action made and nobody did yet need not be done any more; how many that were."""
    values = {"state": "void", "done_by": by, "done_at": at, "note": note}
    mine = update(TASKS).where(TASKS.c.key == key, TASKS.c.state == "open")
    # What was suspended already is to be resumed all the same.
    mine = mine.where(TASKS.c.kind != "resume")
    return connection.execute(mine.values(values)).rowcount


def suspending(connection: Connection, cases: Collection[str] | None = None) -> list[Task]:
    """Tasks to suspend something, of some cases or all, in the order in which they were made.

    Left out are those that need not be done, and those after which it was to be resumed.
    """
    later = TASKS.alias()
    resumed = exists().where(
        _is_indexed(later),
        later.c.kind == "resume",
        later.c.case == TASKS.c.case,
        later.c.stage == TASKS.c.stage,
        later.c.id > TASKS.c.id,
    )
    wanted = select(TASKS).where(
        _is_indexed(TASKS), TASKS.c.kind == "suspend", TASKS.c.state != "void", ~resumed
    )
    if cases is None:
        rows: Iterable[Any] = connection.execute(wanted)
    else:
        rows = looked_up(connection, wanted, TASKS.c.case, cases)
    return sorted((Task(*row) for row in rows), key=lambda each: each.id)


def _is_indexed(table: FromClause) -> ColumnElement[bool]:
    """What the index of these tasks says, word for word: else a database does not think of it."""
    kinds: BindParameter[list[str]] = bindparam(
        None, ["suspend", "resume"], expanding=True, literal_execute=True
    )
    return table.c.kind.in_(kinds)
