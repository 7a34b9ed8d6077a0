"""Deliveries: actions that are performed together, with what is handed to channels for them."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from sqlalchemy import bindparam, delete, func, insert, select, update

from engine.store.ledger import looked_up
from engine.store.schema.runs import ACTIONS, CLAIMS, DELIVERIES, OUTBOX

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sqlalchemy import Connection

DeliveryState: TypeAlias = Literal["begun", "done", "withdrawn"]


@dataclass(frozen=True, slots=True)
class Delivery:
    """Actions of one debtor that share a letter, or one that stands alone."""

    id: int
    run_id: int
    customer: str
    state: DeliveryState
    folder: str
    """Where its letters go, whoever finishes it."""
    worker: str
    """Who is at it."""
    lease: datetime.datetime
    """Until when nobody else takes it over."""
    begun_by: str
    begun_at: datetime.datetime
    ended_at: datetime.datetime | None
    failure: str | None
    """Why it could not be handed over the last time."""


@dataclass(frozen=True, slots=True)
class Letter:
    """What is handed to a channel, as it was when its delivery was begun."""

    key: str
    """By which the channel knows it again."""
    channel: str
    """`worklist` for a task."""
    payload: Mapping[str, Any]
    sent_at: datetime.datetime | None = None


def begin(
    connection: Connection,
    new: Delivery,
    actions: Mapping[str, int],
    letters: Sequence[Letter],
) -> Delivery:
    """Begin to perform actions (numbers by key); the database gives each key away once."""
    values = {name: getattr(new, name) for name in Delivery.__slots__ if name != "id"}
    row = connection.execute(insert(DELIVERIES).values(values).returning(DELIVERIES.c.id))
    number = row.scalar_one()
    claims = [{"key": k, "delivery_id": number, "action_id": a} for k, a in actions.items()]
    connection.execute(insert(CLAIMS), claims)
    if letters:
        connection.execute(
            insert(OUTBOX),
            [
                {
                    "delivery_id": number,
                    "key": each.key,
                    "channel": each.channel,
                    "payload": each.payload,
                }
                for each in letters
            ],
        )
    begun = update(ACTIONS).where(ACTIONS.c.id.in_(tuple(actions.values())))
    connection.execute(begun.values(state="begun"))
    return _with_id(new, number)


def _with_id(delivery: Delivery, number: int) -> Delivery:
    others = (getattr(delivery, name) for name in Delivery.__slots__ if name != "id")
    return Delivery(number, *others)


def unfinished(connection: Connection) -> list[Delivery]:
    """Deliveries that were begun and not ended, the oldest first."""
    wanted = select(DELIVERIES).where(DELIVERIES.c.state == "begun").order_by(DELIVERIES.c.id)
    return [Delivery(*row) for row in connection.execute(wanted)]


def is_known(connection: Connection, folder: str) -> bool:
    """Whether anything was ever begun for a folder."""
    wanted = select(DELIVERIES.c.id).where(DELIVERIES.c.folder == folder).limit(1)
    return connection.execute(wanted).first() is not None


def under_way(connection: Connection, debtors: Iterable[str]) -> set[str]:
    """For whom of some debtors something was begun and not ended."""
    wanted = select(DELIVERIES.c.customer).where(DELIVERIES.c.state == "begun")
    return {row.customer for row in looked_up(connection, wanted, DELIVERIES.c.customer, debtors)}


def take_over(
    connection: Connection, delivery: Delivery, worker: str, lease: datetime.datetime
) -> bool:
    """Go on with another's delivery; False if somebody else came first."""
    mine = update(DELIVERIES).where(
        DELIVERIES.c.id == delivery.id,
        DELIVERIES.c.state == "begun",
        DELIVERIES.c.worker == delivery.worker,
        DELIVERIES.c.lease == delivery.lease,
    )
    return connection.execute(mine.values(worker=worker, lease=lease)).rowcount == 1


def letters(connection: Connection, delivery: Delivery) -> list[Letter]:
    """What is to be handed over, in order."""
    columns = (OUTBOX.c.key, OUTBOX.c.channel, OUTBOX.c.payload, OUTBOX.c.sent_at)
    wanted = select(*columns).where(OUTBOX.c.delivery_id == delivery.id).order_by(OUTBOX.c.id)
    return [Letter(*row) for row in connection.execute(wanted)]


def claimed(connection: Connection, keys: Iterable[str]) -> set[str]:
    """Which of some keys are taken: what they name is being performed, or was."""
    return {row.key for row in looked_up(connection, select(CLAIMS.c.key), CLAIMS.c.key, keys)}


def rename(connection: Connection, key: str) -> None:
    """Let a letter go out under another key: under this one it never will."""
    # A key with a number gets another behind that.
    other = free_keys(connection, [key])[key]
    connection.execute(update(OUTBOX).where(OUTBOX.c.key == key).values(key=other))


def free_keys(connection: Connection, keys: Iterable[str]) -> dict[str, str]:
    """For keys of letters, those that they get: with a number, if a key was given away before.

    `KEY`, `KEY#2`, `KEY#3`; what was renamed counts, as nothing goes out under its key either.
    """
    found = {key: key for key in keys}
    names = {name: key for key in found for name in (key, f"{key}#2")}
    there = looked_up(connection, select(OUTBOX.c.key), OUTBOX.c.key, names)
    for key in {names[row.key] for row in there}:
        # Only a few were given away before, so that these may take longer.
        alike = OUTBOX.c.key.startswith(f"{key}#", autoescape=True)
        behind = connection.execute(select(func.substr(OUTBOX.c.key, len(key) + 2)).where(alike))
        first = [number.partition("#")[0] for number in behind.scalars()]
        given = [int(number) for number in first if number.isdecimal()]
        found[key] = f"{key}#{max(given, default=1) + 1}"
    return found


def actions_in(connection: Connection, delivery: Delivery) -> list[int]:
    """The numbers of the actions that it performs, in order."""
    wanted = select(CLAIMS.c.action_id).where(CLAIMS.c.delivery_id == delivery.id)
    return sorted(connection.execute(wanted).scalars())


def fail(connection: Connection, delivery: Delivery, failure: str, at: datetime.datetime) -> bool:
    """Note why it could not be handed over; anybody may try again.

    False if somebody else has it now.
    """
    mine = _mine(delivery)
    return connection.execute(mine.values(failure=failure, lease=at)).rowcount == 1


def end(
    connection: Connection, worker: str, numbers: Sequence[int], at: datetime.datetime
) -> set[int]:
    """A worker's deliveries were performed; the numbers of those that nobody else has now."""
    mine = update(DELIVERIES).where(
        DELIVERIES.c.id.in_(numbers),
        DELIVERIES.c.state == "begun",
        DELIVERIES.c.worker == worker,
    )
    done = mine.values(state="done", ended_at=at, failure=None).returning(DELIVERIES.c.id)
    ended = set(connection.execute(done).scalars())
    actions = select(CLAIMS.c.action_id).where(CLAIMS.c.delivery_id.in_(ended))
    connection.execute(update(ACTIONS).where(ACTIONS.c.id.in_(actions)).values(state="performed"))
    return ended


def sent(connection: Connection, receipts: Mapping[str, str], at: datetime.datetime) -> None:
    """Keep what channels said when they took letters (by key)."""
    letter = update(OUTBOX).where(OUTBOX.c.key == bindparam("of"))
    taken = letter.values(receipt=bindparam("said"), sent_at=bindparam("at"))
    if receipts:
        each = [{"of": key, "said": receipt, "at": at} for key, receipt in receipts.items()]
        connection.execute(taken, each)


def withdraw(connection: Connection, delivery: Delivery, at: datetime.datetime) -> bool:
    """Take a delivery back of which nothing was handed over; its actions are proposals again.

    What is in the outbox stays there: nothing ever goes out under its keys.
    """
    ended = _mine(delivery).values(state="withdrawn", ended_at=at)
    if connection.execute(ended).rowcount != 1:
        return False
    numbers = actions_in(connection, delivery)
    connection.execute(delete(CLAIMS).where(CLAIMS.c.delivery_id == delivery.id))
    connection.execute(update(ACTIONS).where(ACTIONS.c.id.in_(numbers)).values(state="proposed"))
    return True


def _mine(delivery: Delivery) -> Any:  # noqa: ANN401 - SQLAlchemy's statements have no simpler type
    return update(DELIVERIES).where(
        DELIVERIES.c.id == delivery.id,
        DELIVERIES.c.state == "begun",
        DELIVERIES.c.worker == delivery.worker,
    )
