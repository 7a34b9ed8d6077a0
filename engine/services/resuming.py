"""What runs suspended and is suspended no more: people and programs are told to resume it."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from engine.core.debtor import is_case
from engine.core.history import catch_up
from engine.core.money import Money
from engine.services.actors import Refused
from engine.services.case_story import suspended_on
from engine.services.due_actions import debtor_on
from engine.services.letters_out import resuming, suspended_by
from engine.services.stored_company import company, in_force
from engine.services.webhook_events import suspensions_ended
from engine.store import audit, tasks

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from sqlalchemy import Connection

    from engine.core.debtor import Debtor
    from engine.core.walk import Walk
    from engine.services.actors import Actor
    from engine.services.stored_company import InForce
    from engine.store.database import Database
    from engine.store.tasks import Task

SETTLED = "the case is settled"
NO_STAGE = "the stage does not stand any more"
AT_ONCE = 200
"""Cases whose debtors are in memory at once."""


@dataclass(frozen=True, slots=True)
class Resumed:
    """Something that a stage suspended and that is suspended no more."""

    asked: tuple[Task, ...]
    """By which somebody was asked to suspend it, the newest last."""
    what: str
    """In the words of the policy."""
    reason: str
    is_to_do: bool
    """Whether it is to be resumed: it is not where nobody suspended it yet."""
    others: tuple[str, ...]
    """Other cases of the debtor for which the same is suspended still, by id."""
    open_amount: Money

    @property
    def task(self) -> Task:
        """The newest one to suspend it."""
        return self.asked[-1]


def resume(
    database: Database, actor: Actor, now: InForce, day: datetime.date, at: datetime.datetime
) -> tuple[Resumed, ...]:
    """End the suspensions that the facts do not justify any more at the end of a day.

    Of what was suspended the worklist says that it is to be resumed; what was not suspended yet
    need not be. Each is told once, however often this is repeated. Raises StoreError.
    """
    with database.reading() as connection:
        over = [each.task.case for each in all_over(connection, now, day)]
    found: list[Resumed] = []
    for cases in _parts(over):
        with database.writing("ledger") as connection:
            # Somebody else may have been here meanwhile, and facts may have come.
            there = _by_case(tasks.suspending(connection, cases))
            ended = _over(connection, now, day, there)
            _end(connection, actor, day, at, ended)
        found += ended
    return tuple(found)


def count_over(database: Database, day: datetime.date) -> int:
    """How many suspensions `resume` would end. Raises StoreError."""
    with database.reading() as connection:
        now = in_force(connection)
        return 0 if isinstance(now, Refused) else len(all_over(connection, now, day))


def all_over(connection: Connection, now: InForce, day: datetime.date) -> list[Resumed]:
    """The suspensions that `resume` would end, by case (code point)."""
    there = _by_case(tasks.suspending(connection))
    return [
        each
        for cases in _parts(sorted(there))
        for each in _over(connection, now, day, {case: there[case] for case in cases})
    ]


def _parts(cases: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(cases), AT_ONCE):
        yield cases[start : start + AT_ONCE]


def _by_case(there: Iterable[Task]) -> dict[str, list[Task]]:
    found: dict[str, list[Task]] = {}
    for task in there:
        found.setdefault(task.case, []).append(task)
    return found


# ------------------------------------------------------------------------------------ looking


def _over(
    connection: Connection,
    now: InForce,
    day: datetime.date,
    there: Mapping[str, Sequence[Task]],
) -> list[Resumed]:
    """Of what was suspended for some cases, what is not any more."""
    names = {mine[-1].customer for mine in there.values()}
    index = company(connection, now, debtors=names).index
    debtors = {name: debtor_on(index, name, now.together, day) for name in names}
    found: list[Resumed] = []
    for mine in there.values():
        found += _over_in(debtors[mine[-1].customer], mine, day)
    return found


def _over_in(debtor: Debtor, mine: Sequence[Task], on: datetime.date) -> Iterator[Resumed]:
    """Of what was suspended for a case, what is not any more."""
    walks = {walk.case: walk for walk in debtor.walks}
    walk = walks.pop(mine[-1].case, None)
    with suppress(Exception):  # what can be decided is decided
        catch_up(debtor, on.toordinal())
    if walk is None or (still := _suspended(walk, on)) is None:
        return
    facts = walk.facts(on.toordinal())
    owed, reason = Money(facts.open, walk.currency), SETTLED if facts.settled else NO_STAGE
    for (stage, what), asked in _by_stage(mine).items():
        if (stage, what) not in still:
            # A stage that is repeated asks for the same each time.
            is_to_do = any(each.state == "done" for each in asked)
            others = tuple(_cases_with(what, walks.values(), on))
            yield Resumed(tuple(asked), what, reason, is_to_do, others, owed)


def _by_stage(mine: Iterable[Task]) -> dict[tuple[str, str], list[Task]]:
    found: dict[tuple[str, str], list[Task]] = {}
    for task in mine:
        found.setdefault((task.stage, suspended_by(task)), []).append(task)
    return found


def _cases_with(what: str, walks: Iterable[Walk], on: datetime.date) -> Iterator[str]:
    """The cases for which something is suspended."""
    for walk in walks:
        still = _suspended(walk, on) if is_case(walk, on.toordinal()) else None
        if any(what == each for _, each in still or ()):
            yield walk.case


def _suspended(walk: Walk, on: datetime.date) -> set[tuple[str, str]] | None:
    """The stages of a case with what they suspended; None if nobody can tell."""
    try:
        return {(each.stage, each.what) for each in suspended_on(walk, on)}
    except Exception:  # noqa: BLE001 - what cannot be decided stays as it is
        return None


# ------------------------------------------------------------------------------------- telling


def _end(
    connection: Connection,
    actor: Actor,
    day: datetime.date,
    at: datetime.datetime,
    ended: Sequence[Resumed],
) -> None:
    """Say so on the worklist, in the audit trail and to who listens."""
    for each in ended:
        for task in each.asked:
            if task.state == "open":
                tasks.end(connection, task.id, "void", actor.name, at, each.reason)
    new = {each.task.key: _task(each, day, at) for each in ended if each.is_to_do}
    tasks.add(connection, list(new.values()))
    told = [(each, _told(each, new.get(each.task.key), day)) for each in ended]
    suspensions_ended(connection, at, [body for _, body in told])
    entries = [("suspension ended", f"case {each.task.case}", body) for each, body in told]
    audit.append_all(connection, at, actor.name, entries)


def _task(each: Resumed, day: datetime.date, at: datetime.datetime) -> Task:
    return replace(
        each.task,
        kind="resume",
        day=day,
        text=resuming(each.what, each.others),
        amount=each.open_amount.minor,
        currency=each.open_amount.currency,
        state="open",
        done_by=None,
        done_at=None,
        note=None,
        created_at=at,
    )


def _told(each: Resumed, new: Task | None, day: datetime.date) -> dict[str, object]:
    task = each.task
    return {
        "on": day.isoformat(),
        "key": task.key,
        "case": task.case,
        "customer": task.customer,
        "policy": task.policy,
        "version": task.version,
        "stage": task.stage,
        "what": each.what,
        "since": each.asked[0].day.isoformat(),
        "reason": each.reason,
        "task": None if new is None else new.text,
        "others": list(each.others),
    }
