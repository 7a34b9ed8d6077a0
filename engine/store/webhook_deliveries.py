"""What is told by webhooks: waiting, delivered or given up, and what came of each attempt."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, get_args

from sqlalchemy import and_, delete, func, insert, or_, select, update

from engine.store.schema.webhooks import WEBHOOK_ATTEMPTS, WEBHOOK_DELIVERIES, WEBHOOKS

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from sqlalchemy import ColumnElement, Connection

DeliveryState: TypeAlias = Literal["waiting", "delivered", "dead"]
STATES: tuple[DeliveryState, ...] = get_args(DeliveryState)
TEST = "webhook.test"
"""The kind of what is sent to try a webhook, once; nobody misses it."""
_AT_ONCE = 1_000
"""Old deliveries that are forgotten in one transaction."""
_ALL = WEBHOOK_DELIVERIES
_TRIES = WEBHOOK_ATTEMPTS


@dataclass(frozen=True, slots=True)
class Delivery:
    """What one webhook is told, once."""

    id: int
    webhook_id: int
    message: str
    """By which the receiver knows it again."""
    kind: str
    created_at: datetime.datetime
    state: DeliveryState
    tries: int
    """Since it began to wait."""
    next_at: datetime.datetime
    """When it is tried next, while it waits."""
    ended_at: datetime.datetime | None
    failure: str | None
    """Why it is dead."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """What came of trying."""

    at: datetime.datetime
    duration: int
    """Milliseconds."""
    status: int | None
    """Of the answer; None if there was none."""
    failure: str | None
    """None if it got through."""
    answer: str | None
    """How it begins."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """What a sender is at; nobody else is before its lease has run out."""

    id: int
    webhook_id: int
    url: str = field(repr=False)
    message: str
    kind: str
    body: str = field(repr=False)
    tries: int


@dataclass(frozen=True, slots=True)
class Chosen:
    """Some deliveries of a webhook."""

    webhook_id: int
    states: Collection[DeliveryState] = STATES
    since: datetime.datetime | None = None
    until: datetime.datetime | None = None

    @property
    def condition(self) -> ColumnElement[bool]:
        """For the database."""
        found = [_ALL.c.webhook_id == self.webhook_id, _ALL.c.state.in_(self.states)]
        if self.since is not None:
            found.append(_ALL.c.created_at >= self.since)
        if self.until is not None:
            found.append(_ALL.c.created_at <= self.until)
        return and_(*found)


_COLUMNS = tuple(_ALL.c[name] for name in Delivery.__slots__)
_OF_ATTEMPT = tuple(_TRIES.c[name] for name in Attempt.__slots__)
_OF_CLAIMED = tuple(WEBHOOKS.c.url if name == "url" else _ALL.c[name] for name in Claimed.__slots__)


def add(
    connection: Connection, rows: Sequence[Mapping[str, object]], at: datetime.datetime
) -> list[int]:
    """Let something be told: each row has `webhook_id`, `message`, `kind` and `body`."""
    waiting = {"created_at": at, "state": "waiting", "tries": 0, "next_at": at}
    values = [{**row, **waiting} for row in rows]
    return list(connection.execute(insert(_ALL).returning(_ALL.c.id), values).scalars())


# ------------------------------------------------------------------------------ for the sender


def due(connection: Connection, at: datetime.datetime, busy: Collection[int] = ()) -> list[int]:
    """The webhooks for which something is due, but for some that are busy already."""
    is_due = select(_ALL.c.id).where(_ALL.c.webhook_id == WEBHOOKS.c.id, _is_due(at)).exists()
    is_on = and_(WEBHOOKS.c.removed_at.is_(None), WEBHOOKS.c.off_at.is_(None))
    is_ready = or_(WEBHOOKS.c.wait_until.is_(None), WEBHOOKS.c.wait_until <= at)
    wanted = select(WEBHOOKS.c.id).where(is_on, is_ready, is_due, WEBHOOKS.c.id.not_in(busy))
    return sorted(connection.execute(wanted).scalars())


def _is_due(at: datetime.datetime) -> ColumnElement[bool]:
    is_free = or_(_ALL.c.lease.is_(None), _ALL.c.lease <= at)
    return and_(_ALL.c.state == "waiting", _ALL.c.next_at <= at, is_free)


def claim(
    connection: Connection,
    webhook: int,
    worker: str,
    at: datetime.datetime,
    lease: datetime.datetime,
    limit: int,
) -> list[Claimed]:
    """Take what is due for a webhook, the longest due first, so that nobody else does."""
    free = select(_ALL.c.id).where(_ALL.c.webhook_id == webhook, _is_due(at))
    free = free.order_by(_ALL.c.next_at, _ALL.c.id).limit(limit)
    # Who finds a row locked leaves it to who has it; in a file there is only one writer anyway.
    numbers = connection.execute(free.with_for_update(skip_locked=True)).scalars().all()
    return take(connection, numbers, worker, lease)


def take(
    connection: Connection, numbers: Sequence[int], worker: str, lease: datetime.datetime
) -> list[Claimed]:
    """Let a sender be at some deliveries, whoever was."""
    mine = update(_ALL).where(_ALL.c.id.in_(numbers)).values(worker=worker, lease=lease)
    connection.execute(mine)
    wanted = select(*_OF_CLAIMED).join(WEBHOOKS).where(_ALL.c.id.in_(numbers))
    return [Claimed(*row) for row in connection.execute(wanted.order_by(_ALL.c.next_at, _ALL.c.id))]


def release(connection: Connection, number: int, worker: str) -> None:
    """A sender is not at it any more, and tells nothing of it."""
    mine = update(_ALL).where(_ALL.c.id == number, _ALL.c.worker == worker)
    connection.execute(mine.values(worker=None, lease=None))


def add_attempt(connection: Connection, number: int, attempt: Attempt) -> bool:
    """Keep what came of an attempt; False if its delivery was forgotten meanwhile."""
    there = select(_ALL.c.id).where(_ALL.c.id == number).with_for_update(key_share=True)
    if connection.execute(there).first() is None:
        return False
    values = {name: getattr(attempt, name) for name in Attempt.__slots__}
    connection.execute(insert(_TRIES).values(delivery_id=number, **values))
    return True


def delivered(connection: Connection, number: int, at: datetime.datetime) -> None:
    """It got through, whoever has it by now."""
    waiting = update(_ALL).where(_ALL.c.id == number, _ALL.c.state == "waiting")
    done = {"state": "delivered", "ended_at": at, "failure": None, "worker": None, "lease": None}
    connection.execute(waiting.values(**done, tries=_ALL.c.tries + 1))


def put_off(connection: Connection, number: int, worker: str, next_at: datetime.datetime) -> bool:
    """It did not get through, and is tried again at a time; False if somebody else has it."""
    waiting = {"next_at": next_at, "worker": None, "lease": None, "tries": _ALL.c.tries + 1}
    return connection.execute(_mine(number, worker).values(**waiting)).rowcount == 1


def give_up(
    connection: Connection, number: int, worker: str, at: datetime.datetime, why: str
) -> bool:
    """It is not tried any more; False if somebody else has it."""
    dead = {"state": "dead", "ended_at": at, "failure": why, "worker": None, "lease": None}
    done = _mine(number, worker).values(**dead, tries=_ALL.c.tries + 1)
    return connection.execute(done).rowcount == 1


def _mine(number: int, worker: str) -> Any:  # noqa: ANN401 - SQLAlchemy's statements have no simpler type
    is_mine = and_(_ALL.c.id == number, _ALL.c.state == "waiting", _ALL.c.worker == worker)
    return update(_ALL).where(is_mine)


# ---------------------------------------------------------------------------------- for people


def page(
    connection: Connection, chosen: Chosen, *, before: int | None = None, limit: int
) -> list[Delivery]:
    """Deliveries, the newest first, before a number; at most `limit`."""
    wanted = select(*_COLUMNS).where(chosen.condition).order_by(_ALL.c.id.desc()).limit(limit)
    if before is not None:
        wanted = wanted.where(_ALL.c.id < before)
    return [Delivery(*row) for row in connection.execute(wanted)]


def with_body(connection: Connection, webhook: int, number: int) -> tuple[Delivery, str] | None:
    """A delivery of a webhook, and what it tells."""
    mine = and_(_ALL.c.webhook_id == webhook, _ALL.c.id == number)
    row = connection.execute(select(*_COLUMNS, _ALL.c.body).where(mine)).first()
    return None if row is None else (Delivery(*row[:-1]), row[-1])


def attempts(connection: Connection, numbers: Sequence[int]) -> dict[int, list[Attempt]]:
    """What came of trying some deliveries, in order."""
    found: dict[int, list[Attempt]] = {number: [] for number in numbers}
    wanted = select(_TRIES.c.delivery_id, *_OF_ATTEMPT).where(_TRIES.c.delivery_id.in_(numbers))
    for number, *row in connection.execute(wanted.order_by(_TRIES.c.id)):
        found[number].append(Attempt(*row))
    return found


def retry(connection: Connection, webhook: int, number: int, at: datetime.datetime) -> None:
    """Let a delivery be tried as if for the first time."""
    _retry(connection, and_(_ALL.c.webhook_id == webhook, _ALL.c.id == number), at)


def retry_all(connection: Connection, chosen: Chosen, at: datetime.datetime) -> int:
    """Let deliveries be tried as if for the first time, but for what was sent to try; how many."""
    return _retry(connection, and_(chosen.condition, _ALL.c.kind != TEST), at)


def _retry(connection: Connection, which: ColumnElement[bool], at: datetime.datetime) -> int:
    again = {"state": "waiting", "tries": 0, "next_at": at, "ended_at": None, "failure": None}
    return connection.execute(update(_ALL).where(which).values(**again)).rowcount


def counts(connection: Connection) -> dict[int, dict[str, int]]:
    """By webhook, how many deliveries are in which state, but for what was sent to try."""
    by = (_ALL.c.webhook_id, _ALL.c.state)
    wanted = select(*by, func.count()).where(_ALL.c.kind != TEST).group_by(*by)
    found: dict[int, dict[str, int]] = {}
    for webhook, state, times in connection.execute(wanted):
        found.setdefault(webhook, {})[state] = times
    return found


# ----------------------------------------------------------------------------------- what is old


def lapse(
    connection: Connection, before: datetime.datetime, at: datetime.datetime, why: str
) -> int:
    """Give up what has waited since before a time; how much that was."""
    old = and_(_ALL.c.state == "waiting", _ALL.c.created_at < before)
    dead = {"state": "dead", "ended_at": at, "failure": why, "worker": None, "lease": None}
    return connection.execute(update(_ALL).where(old).values(**dead)).rowcount


def forget(connection: Connection, before: datetime.datetime) -> int:
    """Forget deliveries that ended before a time, some at once; how many that were.

    So it is with what was about to be told to a webhook while it was removed.
    """
    gone = select(WEBHOOKS.c.id).where(WEBHOOKS.c.removed_at.is_not(None))
    is_old = and_(_ALL.c.state != "waiting", _ALL.c.ended_at < before)
    old = select(_ALL.c.id).where(or_(is_old, _ALL.c.webhook_id.in_(gone))).limit(_AT_ONCE)
    numbers = connection.execute(old).scalars().all()
    connection.execute(delete(_ALL).where(_ALL.c.id.in_(numbers)))
    return len(numbers)
