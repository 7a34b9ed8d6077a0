"""Runs and their actions: what was proposed for a day, and what became of it."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from sqlalchemy import bindparam, func, insert, literal, not_, or_, select, update

from engine.store.ledger import looked_up
from engine.store.schema.runs import ACTIONS, RUNS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sqlalchemy import ColumnElement, Connection

RunState: TypeAlias = Literal["proposed", "executed", "lapsed"]
ActionState: TypeAlias = Literal[
    "proposed",  # is performed as soon as nobody has to let it go any more
    "blocked",  # no channel reaches the customer
    "held",  # a person keeps it back until they say otherwise
    "dropped",  # a person keeps it out of this run
    "withdrawn",  # the facts changed
    "begun",  # is being performed
    "performed",
]
OPEN: tuple[ActionState, ...] = ("proposed", "blocked", "held", "dropped")
"""States of what may still be performed, or decided about."""
LOCK = "runs"
"""Only one proposes or reviews at a time."""


@dataclass(frozen=True, slots=True)
class Run:
    """The run of a day."""

    id: int
    day: datetime.date
    state: RunState
    proposed_by: str
    proposed_at: datetime.datetime
    """The last time."""
    position: Mapping[str, int]
    """Of the ledger that it saw, see `engine.store.ledger.Position`."""
    policies: Sequence[Sequence[Any]]
    """The versions that decided: id, number and SHA-256."""
    outcomes: Mapping[str, int]
    """How many decisions of each kind, settled cases left out."""
    undecided: Sequence[Sequence[str]]
    """Case and reason, the first of them."""
    program: str
    """Version of the program that decided."""
    executed_by: str | None
    executed_at: datetime.datetime | None
    """When it was executed first."""

    @property
    def subject(self) -> str:
        """What the audit trail calls it."""
        return f"run {self.day}"


@dataclass(frozen=True, slots=True)
class Action:
    """What is to be done for a case, or was."""

    id: int
    run_id: int
    key: str
    """`CASE#CYCLE#STAGE#REPETITION`: nothing is performed twice under it."""
    case: str
    customer: str
    """The debtor."""
    policy: str
    version: int
    stage: str
    state: ActionState
    reason: str | None
    """Why it is blocked, held, dropped or withdrawn."""
    decision: Mapping[str, Any]
    """As `plain_decision` writes it, with its reasons."""
    sha256: str
    """Of what the decision says to do."""
    approval: str | None
    """Who has to approve it, as the policy says; None if nobody has to."""
    approved_by: str | None
    approved_at: datetime.datetime | None
    mode: str
    released_by: str | None
    released_at: datetime.datetime | None
    changed_by: str
    changed_at: datetime.datetime

    @property
    def is_ready(self) -> bool:
        """Whether it can be performed."""
        return self.state == "proposed" and self.waits_for is None

    @property
    def waits_for(self) -> str | None:
        """What a person has to do before it is performed; None: nothing."""
        if self.state != "proposed":
            return None
        if self.approval is not None and self.approved_by is None:
            return f"approval by {self.approval}"
        return "release" if self.mode != "send" and self.released_by is None else None

    @property
    def subject(self) -> str:
        """What the audit trail calls its case."""
        return f"case {self.case}"


READY: ColumnElement[bool] = (
    (ACTIONS.c.state == "proposed")
    & or_(ACTIONS.c.approval.is_(None), ACTIONS.c.approved_by.is_not(None))
    & or_(ACTIONS.c.mode == "send", ACTIONS.c.released_by.is_not(None))
)
"""As `Action.is_ready`."""
_STANDING = (
    *("state", "reason", "approved_by", "approved_at", "released_by", "released_at"),
    *("changed_by", "changed_at"),
)
_CHANGING = tuple(field.name for field in fields(Action) if field.name != "id")


# ---------------------------------------------------------------------------------------- runs


def run_of(connection: Connection, day: datetime.date) -> Run | None:
    """The run of a day."""
    row = connection.execute(select(RUNS).where(RUNS.c.day == day)).first()
    return None if row is None else Run(*row)


def newest(connection: Connection) -> Run | None:
    """The run of the latest day."""
    row = connection.execute(select(RUNS).order_by(RUNS.c.day.desc()).limit(1)).first()
    return None if row is None else Run(*row)


def runs(connection: Connection, *, before: datetime.date | None, limit: int) -> list[Run]:
    """Runs of days before one, the latest first; at most `limit` (a page)."""
    wanted = select(RUNS).order_by(RUNS.c.day.desc()).limit(limit)
    if before is not None:
        wanted = wanted.where(RUNS.c.day < before)
    return [Run(*row) for row in connection.execute(wanted)]


def later(connection: Connection, day: datetime.date) -> list[Run]:
    """Runs of days after one, in order."""
    wanted = select(RUNS).where(RUNS.c.day > day).order_by(RUNS.c.day)
    return [Run(*row) for row in connection.execute(wanted)]


def last_executed(connection: Connection) -> datetime.date | None:
    """The latest day whose run was executed."""
    wanted = select(func.max(RUNS.c.day)).where(RUNS.c.executed_at.is_not(None))
    found: datetime.date | None = connection.execute(wanted).scalar()
    return found


def put_run(connection: Connection, run: Run) -> Run:
    """Keep a run; one whose `id` is 0 is new."""
    values = {field.name: getattr(run, field.name) for field in fields(Run) if field.name != "id"}
    if run.id == 0:
        connection.execute(insert(RUNS).values(values))
    else:
        connection.execute(update(RUNS).where(RUNS.c.id == run.id).values(values))
    kept = run_of(connection, run.day)
    if kept is None:
        raise LookupError(run.day)
    return kept


def lapse(connection: Connection, before: datetime.date) -> list[datetime.date]:
    """Let proposals of days before one lapse; the days."""
    late = (RUNS.c.day < before) & (RUNS.c.state == "proposed")
    days = list(connection.execute(select(RUNS.c.day).where(late).order_by(RUNS.c.day)).scalars())
    connection.execute(update(RUNS).where(late).values(state="lapsed"))
    return days


# ------------------------------------------------------------------------------------- actions


def actions(
    connection: Connection,
    run: Run | None,
    *,
    states: Iterable[ActionState] | None = None,
    case: str | None = None,
    after: int = 0,
    limit: int | None = None,
) -> list[Action]:
    """The actions of a run, or of all, as they were proposed; a page of at most `limit`."""
    wanted = select(ACTIONS).where(ACTIONS.c.id > after)
    if run is not None:
        wanted = wanted.where(ACTIONS.c.run_id == run.id)
    if states is not None:
        wanted = wanted.where(ACTIONS.c.state.in_(tuple(states)))
    if case is not None:
        wanted = wanted.where(ACTIONS.c.case == case)
    rows = connection.execute(wanted.order_by(ACTIONS.c.id).limit(limit))
    return [Action(*row) for row in rows]


def actions_of_debtors(
    connection: Connection, run: Run, debtors: Iterable[str]
) -> dict[str, list[Action]]:
    """The actions of a run by debtor, in the order in which they were proposed."""
    found: dict[str, list[Action]] = {name: [] for name in debtors}
    wanted = select(ACTIONS).where(ACTIONS.c.run_id == run.id)
    for row in looked_up(connection, wanted, ACTIONS.c.customer, found):
        found[row.customer].append(Action(*tuple(row)))
    for each in found.values():
        each.sort(key=_number)
    return found


def actions_of_cases(
    connection: Connection, run: Run, cases: Iterable[str]
) -> dict[str, list[Action]]:
    """The actions of a run by case, in the order in which they were proposed."""
    found: dict[str, list[Action]] = {}
    wanted = select(ACTIONS).where(ACTIONS.c.run_id == run.id)
    for row in looked_up(connection, wanted, ACTIONS.c.case, cases):
        found.setdefault(row.case, []).append(Action(*tuple(row)))
    for each in found.values():
        each.sort(key=_number)
    return found


def reviewable(
    connection: Connection, run: Run, debtors: Iterable[str]
) -> list[tuple[str, str, str, ActionState]]:
    """Customer, key, case and state of what may still be performed for some debtors in a run."""
    columns = ACTIONS.c.customer, ACTIONS.c.key, ACTIONS.c.case, ACTIONS.c.state
    wanted = select(*columns).where(ACTIONS.c.run_id == run.id, ACTIONS.c.state.in_(OPEN))
    found = looked_up(connection, wanted, ACTIONS.c.customer, debtors)
    return [(row.customer, row.key, row.case, row.state) for row in found]


def _number(action: Action) -> int:
    return action.id


def with_ids(connection: Connection, ids: Iterable[int]) -> list[Action]:
    """Actions by their numbers."""
    rows = looked_up(connection, select(ACTIONS), ACTIONS.c.id, ids)
    return sorted((Action(*tuple(row)) for row in rows), key=_number)


def ready_debtors(connection: Connection, run: Run, *, after: str, limit: int) -> list[str]:
    """Debtors for whom there is something to be performed, by id, after one; at most `limit`."""
    wanted = (
        select(ACTIONS.c.customer)
        .where(ACTIONS.c.run_id == run.id, READY, ACTIONS.c.customer > after)
        .distinct()
        .order_by(ACTIONS.c.customer)
        .limit(limit)
    )
    return list(connection.execute(wanted).scalars())


def count_ready(connection: Connection, run: Run) -> int:
    """How many actions can be performed."""
    wanted = select(func.count()).select_from(ACTIONS).where(ACTIONS.c.run_id == run.id, READY)
    return connection.execute(wanted).scalar_one()


def waiting(
    connection: Connection, run: Run, *, case: str | None, limit: int
) -> tuple[tuple[Action, ...], int]:
    """Actions that a person has to approve or release, the first of them; how many in all."""
    wanted = select(ACTIONS).where(
        ACTIONS.c.run_id == run.id, ACTIONS.c.state == "proposed", not_(READY)
    )
    if case is not None:
        wanted = wanted.where(ACTIONS.c.case == case)
    count = connection.execute(select(func.count()).select_from(wanted.subquery())).scalar_one()
    rows = connection.execute(wanted.order_by(ACTIONS.c.id).limit(limit))
    return tuple(Action(*row) for row in rows), count


def count_states(connection: Connection, run: Run) -> dict[str, int]:
    """How many actions of a run are in which state."""
    wanted = select(ACTIONS.c.state, func.count()).where(ACTIONS.c.run_id == run.id)
    return {row[0]: row[1] for row in connection.execute(wanted.group_by(ACTIONS.c.state))}


def count_open(connection: Connection) -> dict[str, int]:
    """How many actions of runs that are not over are in which state."""
    wanted = (
        select(ACTIONS.c.state, func.count())
        .join(RUNS, RUNS.c.id == ACTIONS.c.run_id)
        .where(RUNS.c.state == "proposed")
        .group_by(ACTIONS.c.state)
    )
    return {row[0]: row[1] for row in connection.execute(wanted)}


def held_before(connection: Connection, run_day: datetime.date) -> dict[str, Action]:
    """By key, what a person held back in the latest earlier run that had it."""
    wanted = (
        select(ACTIONS)
        .join(RUNS, RUNS.c.id == ACTIONS.c.run_id)
        .where(RUNS.c.day < run_day)
        .order_by(RUNS.c.day, ACTIONS.c.id)
    )
    # Written out, as the index of what is held is used for nothing else.
    held = select(ACTIONS.c.key).where(ACTIONS.c.state == literal("held", literal_execute=True))
    found = [Action(*row) for row in connection.execute(wanted.where(ACTIONS.c.key.in_(held)))]
    latest = {action.key: action for action in found}
    return {key: action for key, action in latest.items() if action.state == "held"}


def add_actions(connection: Connection, new: Sequence[Action]) -> None:
    """Keep actions, whose numbers the database chooses."""
    if new:
        rows = [{name: getattr(each, name) for name in _CHANGING} for each in new]
        connection.execute(insert(ACTIONS), rows)


def change_action(connection: Connection, action: Action) -> None:
    """Keep an action as it is now."""
    values = {name: getattr(action, name) for name in _CHANGING}
    connection.execute(update(ACTIONS).where(ACTIONS.c.id == action.id).values(values))


def change_standing(connection: Connection, changed: Sequence[Action]) -> None:
    """Keep how actions stand now: state and reason, and who let them go. They say what they said.

    That is much less than all of an action, and of any number it is done in one go.
    """
    rows = [
        {"of": each.id, **{f"now_{name}": getattr(each, name) for name in _STANDING}}
        for each in changed
    ]
    if rows:
        connection.execute(_STAND, rows)


_STAND = (
    update(ACTIONS)
    .where(ACTIONS.c.id == bindparam("of"))
    .values({name: bindparam(f"now_{name}", type_=ACTIONS.c[name].type) for name in _STANDING})
)


def is_under_way(connection: Connection, case: str) -> bool:
    """Whether something is being performed for a case."""
    begun = select(ACTIONS.c.id).where(ACTIONS.c.case == case, ACTIONS.c.state == "begun")
    return connection.execute(begun.limit(1)).first() is not None
