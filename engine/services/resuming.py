"""What runs suspended and is suspended no more: people and programs are told to resume it."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

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
from engine.store.tasks import Task

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from sqlalchemy import Connection

    from engine.core.debtor import Debtor
    from engine.core.walk import Walk
    from engine.services.actors import Actor
    from engine.services.stored_company import InForce
    from engine.store.database import Database

SETTLED = "the case is settled"
NO_STAGE = "the stage does not stand any more"
AT_ONCE = 200
"""Debtors whose ledger is in memory at once."""
Asked: TypeAlias = dict[tuple[str, str, str], list[Task]]
"""Tasks to suspend something, the newest last, by case, stage and what they say."""


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
        over: dict[str, list[str]] = {}
        for each in all_over(connection, now, day):
            over.setdefault(each.task.customer, []).append(each.task.case)
    found: list[Resumed] = []
    for names in _parts(list(over)):
        with database.writing("ledger") as connection:
            # Somebody else may have been here meanwhile, and facts may have come.
            cases = [case for name in names for case in over[name]]
            ended = _over(connection, now, day, _by_debtor(tasks.suspending(connection, cases)))
            _end(connection, actor, day, at, ended)
        found += ended
    return tuple(found)


def count_over(database: Database, day: datetime.date) -> int:
    """How many suspensions `resume` would end. Raises StoreError."""
    with database.reading() as connection:
        now = in_force(connection)
        return 0 if isinstance(now, Refused) else len(all_over(connection, now, day))


def all_over(connection: Connection, now: InForce, day: datetime.date) -> list[Resumed]:
    """The suspensions that `resume` would end, by debtor and case (code point)."""
    there = _by_debtor(tasks.suspending(connection))
    return [
        each
        for names in _parts(sorted(there))
        for each in _over(connection, now, day, {name: there[name] for name in names})
    ]


def _parts(names: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(names), AT_ONCE):
        yield names[start : start + AT_ONCE]


def _by_debtor(there: Iterable[Task]) -> dict[str, Asked]:
    found: dict[str, Asked] = {}
    for task in there:
        place = task.case, task.stage, suspended_by(task)
        found.setdefault(task.customer, {}).setdefault(place, []).append(task)
    return found


# ------------------------------------------------------------------------------------ looking


def _over(
    connection: Connection, now: InForce, day: datetime.date, there: Mapping[str, Asked]
) -> list[Resumed]:
    """Of what was suspended for some debtors, what is not any more."""
    index = company(connection, now, debtors=there.keys()).index
    found: list[Resumed] = []
    for name, asked in there.items():
        debtor = debtor_on(index, name, now.together, day)
        with suppress(Exception):  # what can be decided is decided
            catch_up(debtor, day.toordinal())
        found += _over_of(debtor, asked, day)
    return found


def _over_of(debtor: Debtor, asked: Asked, on: datetime.date) -> Iterator[Resumed]:
    """Of what was suspended for a debtor, what is not any more."""
    walks = {walk.case: walk for walk in debtor.walks}
    cases = walks.keys() & {case for case, _, _ in asked}
    still = {case: _suspended(walks[case], on) for case in cases}
    over = [
        (case, stage, what)
        for case, stage, what in sorted(asked)
        if (known := still.get(case)) is not None and (stage, what) not in known
    ]
    if not over:
        return
    kept = _cases_with(walks.values(), on)
    for place in over:
        case, _, what = place
        facts, mine = walks[case].facts(on.toordinal()), asked[place]
        yield Resumed(
            tuple(mine),
            what,
            SETTLED if facts.settled else NO_STAGE,
            # A stage that is repeated asks for the same each time.
            is_to_do=any(each.state == "done" for each in mine),
            others=tuple(each for each in kept.get(what, ()) if each != case),
            open_amount=Money(facts.open, walks[case].currency),
        )


def _cases_with(walks: Iterable[Walk], on: datetime.date) -> dict[str, list[str]]:
    """By what is suspended, the cases for which it is."""
    found: dict[str, list[str]] = {}
    for walk in walks:
        still = _suspended(walk, on) if is_case(walk, on.toordinal()) else None
        for what in {what for _, what in still or ()}:
            found.setdefault(what, []).append(walk.case)
    return found


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
