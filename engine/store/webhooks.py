"""Webhooks in a store: those who are told of what happens, and the secrets that sign it."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import delete, insert, select, update

from engine.store.schema.webhooks import WEBHOOK_DELIVERIES, WEBHOOKS

if TYPE_CHECKING:
    from sqlalchemy import Connection


@dataclass(frozen=True, slots=True)
class Webhook:
    """Somebody who is told; without the secret, which only the sender asks for."""

    id: int
    url: str
    description: str
    events: tuple[str, ...]
    """Of which kinds they are told; none: of every kind."""
    created_at: datetime.datetime
    created_by: str
    off_at: datetime.datetime | None
    """Since when nothing is sent; what is to be told waits."""
    off_reason: str | None
    failing_since: datetime.datetime | None
    """Nothing got through after this."""
    wait_until: datetime.datetime | None
    """The receiver asked for it."""
    old_secret_until: datetime.datetime | None
    """Until when the secret before signs, too."""

    @property
    def subject(self) -> str:
        """How the audit trail names it."""
        return f"webhook {self.id}"


_COLUMNS = tuple(WEBHOOKS.c[name] for name in Webhook.__slots__)
_IS_THERE = WEBHOOKS.c.removed_at.is_(None)


def add(connection: Connection, secret: str, **values: object) -> Webhook:
    """Add one; `values` are those of `Webhook`."""
    row = insert(WEBHOOKS).values(secret=secret, **values).returning(WEBHOOKS.c.id)
    number = connection.execute(row).scalar_one()
    found = one(connection, number)
    if found is None:
        raise LookupError(number)
    return found


def every(connection: Connection) -> list[Webhook]:
    """All of them, the oldest first."""
    wanted = select(*_COLUMNS).where(_IS_THERE).order_by(WEBHOOKS.c.id)
    return [Webhook(*row) for row in connection.execute(wanted)]


def one(connection: Connection, number: int, *, to_change: bool = False) -> Webhook | None:
    """The one of a number; None if there is none, or not any more.

    `to_change`: nobody else changes it before the transaction ends.
    """
    wanted = select(*_COLUMNS).where(_IS_THERE, WEBHOOKS.c.id == number)
    if to_change:
        wanted = wanted.with_for_update(key_share=True)
    row = connection.execute(wanted).first()
    return None if row is None else Webhook(*row)


def change(connection: Connection, number: int, **values: object) -> None:
    """Change one."""
    connection.execute(update(WEBHOOKS).where(WEBHOOKS.c.id == number).values(**values))


def remove(connection: Connection, number: int, at: datetime.datetime) -> int:
    """Forget one, its secrets and what was told or is to be told; how much of that waited."""
    mine = WEBHOOK_DELIVERIES.c.webhook_id == number
    states = delete(WEBHOOK_DELIVERIES).where(mine).returning(WEBHOOK_DELIVERIES.c.state)
    waited = list(connection.execute(states).scalars()).count("waiting")
    change(connection, number, removed_at=at, secret="", old_secret=None)
    return waited


def listening(connection: Connection, kind: str) -> list[int]:
    """The numbers of those who are to be told of a kind, switched off or not."""
    wanted = select(WEBHOOKS.c.id, WEBHOOKS.c.events).where(_IS_THERE).order_by(WEBHOOKS.c.id)
    return [row.id for row in connection.execute(wanted) if not row.events or kind in row.events]


def secrets_of(connection: Connection, number: int, at: datetime.datetime) -> tuple[str, ...]:
    """The secrets with which is signed what is sent at a time, the newest first."""
    columns = (WEBHOOKS.c.secret, WEBHOOKS.c.old_secret, WEBHOOKS.c.old_secret_until)
    row = connection.execute(select(*columns).where(WEBHOOKS.c.id == number)).one()
    if row.old_secret is None or row.old_secret_until is None or row.old_secret_until <= at:
        return (row.secret,)
    return (row.secret, row.old_secret)


def put_secret(
    connection: Connection, number: int, secret: str, old_until: datetime.datetime | None
) -> None:
    """Let another secret sign; the one before signs until a time, too."""
    before = None if old_until is None else WEBHOOKS.c.secret
    change(connection, number, secret=secret, old_secret=before, old_secret_until=old_until)


def got_through(connection: Connection, number: int) -> None:
    """Something was taken: the receiver is well."""
    mine = update(WEBHOOKS).where(WEBHOOKS.c.id == number, WEBHOOKS.c.failing_since.is_not(None))
    connection.execute(mine.values(failing_since=None))


def failed(
    connection: Connection,
    number: int,
    at: datetime.datetime,
    wait_until: datetime.datetime | None,
) -> None:
    """Something was not taken, at a time; if the receiver said so, nothing is sent for a while."""
    mine = update(WEBHOOKS).where(WEBHOOKS.c.id == number)
    connection.execute(mine.where(WEBHOOKS.c.failing_since.is_(None)).values(failing_since=at))
    if wait_until is not None:
        connection.execute(mine.values(wait_until=wait_until))
