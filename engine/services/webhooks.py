"""Webhooks: who is told of what happens in a store. Only an admin has to do with them."""

from __future__ import annotations

import datetime
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from engine.io.webhook_addresses import BadUrlError, checked
from engine.services.actors import Refused, not_allowed
from engine.services.webhook_events import KINDS
from engine.services.webhook_secrets import new_secret
from engine.store import audit, webhook_deliveries
from engine.store import webhooks as store
from engine.store.webhooks import Webhook

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Connection

    from engine.services.actors import Actor
    from engine.store.database import Database

__all__ = ["Webhook"]

NO_WEBHOOK = "S901"
BAD_URL = "S902"
NO_KIND = "S903"
TOO_MANY = "S904"

MOST = 50
"""Webhooks of a store: whatever happens is written down for each."""
OLD_SECRET = datetime.timedelta(hours=24)
"""How long the secret before signs, too, where nothing else is said."""
_LOCK = "webhooks"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a webhook shall be; None: as it is."""

    url: str | None = None
    description: str | None = None
    events: Sequence[str] | None = None
    """Kinds of which it is told; none: of every kind."""
    is_on: bool | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """A webhook, and how much it was told, is to be told and could not be told."""

    webhook: Webhook
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class MadeWebhook:
    """A webhook with a new secret."""

    webhook: Webhook
    secret: str = field(repr=False)
    """It cannot be shown again."""


@dataclass(frozen=True, slots=True)
class Removed:
    """A webhook that was removed."""

    webhook: Webhook
    waited: int
    """So much was to be told to it, and will not be."""


def add_webhook(
    database: Database,
    actor: Actor,
    wanted: Wanted,
    at: datetime.datetime,
    *,
    allow_private: bool = False,
) -> MadeWebhook | Refused:
    """Let somebody be told of what happens from now on. Raises StoreError.

    `allow_private`: also in a house network, and without TLS.
    """
    refused = not_allowed(actor, "administer", "add a webhook")
    if refused is not None:
        return refused
    values = _values(wanted, allow_private=allow_private)
    if isinstance(values, Refused):
        return values
    secret = new_secret()
    values = {"description": "", "events": (), **values}
    with database.writing(_LOCK) as connection:
        if len(store.every(connection)) >= MOST:
            message = f"there are {MOST} webhooks already"
            return Refused(TOO_MANY, message, "remove one that nobody needs any more")
        made = store.add(connection, secret, **values, created_at=at, created_by=actor.name)
        _tell(connection, made, actor, at, "webhook added")
    return MadeWebhook(made, secret)


def _values(wanted: Wanted, *, allow_private: bool) -> dict[str, object] | Refused:
    """What is to be kept; a refusal if that makes no sense."""
    values: dict[str, object] = {}
    if wanted.url is not None:
        try:
            values["url"] = checked(wanted.url.strip(), allow_private=allow_private)
        except BadUrlError as error:
            return Refused(BAD_URL, error.message, error.hint)
    if wanted.description is not None:
        values["description"] = wanted.description.strip()
    if wanted.events is not None:
        unknown = [kind for kind in wanted.events if kind not in KINDS]
        if unknown:
            message = f"there is no event '{unknown[0]}' of which a webhook could be told"
            return Refused(NO_KIND, message, f"there are {', '.join(KINDS)}")
        values["events"] = tuple(kind for kind in KINDS if kind in wanted.events)
    return values


def webhooks(database: Database, actor: Actor) -> list[Shown] | Refused:
    """Every webhook, the oldest first. Raises StoreError."""
    refused = not_allowed(actor, "administer", "see the webhooks")
    if refused is not None:
        return refused
    with database.reading() as connection:
        counts = webhook_deliveries.counts(connection)
        return [Shown(each, counts.get(each.id, {})) for each in store.every(connection)]


def webhook_of(database: Database, actor: Actor, number: int) -> Shown | Refused:
    """One webhook. Raises StoreError."""
    refused = not_allowed(actor, "administer", "see a webhook")
    if refused is not None:
        return refused
    with database.reading() as connection:
        found = store.one(connection, number)
        if found is None:
            return no_webhook(number)
        return Shown(found, webhook_deliveries.counts(connection).get(number, {}))


def change_webhook(
    database: Database,
    actor: Actor,
    number: int,
    wanted: Wanted,
    at: datetime.datetime,
    *,
    allow_private: bool = False,
) -> Webhook | Refused:
    """Change a webhook, or switch it on or off; what waits is sent when it is on again."""
    refused = not_allowed(actor, "administer", "change a webhook")
    if refused is not None:
        return refused
    values = _values(wanted, allow_private=allow_private)
    if isinstance(values, Refused):
        return values
    with database.writing(_LOCK) as connection:
        before = store.one(connection, number, to_change=True)
        if before is None:
            return no_webhook(number)
        values = {name: value for name, value in values.items() if getattr(before, name) != value}
        if values:
            store.change(connection, number, **values)
            _tell(connection, _there(connection, number), actor, at, "webhook changed")
        if wanted.is_on is True and before.off_at is not None:
            fresh = dict.fromkeys(("off_at", "off_reason", "failing_since", "wait_until"))
            store.change(connection, number, **fresh)
            audit.append(connection, at, actor.name, "webhook switched on", before.subject, {})
        elif wanted.is_on is False:
            switch_off(connection, number, actor.name, at, f"{actor.name} switched it off")
        return _there(connection, number)


def switch_off(
    connection: Connection, number: int, by: str, at: datetime.datetime, reason: str
) -> None:
    """Send nothing to a webhook from now on, if anything is."""
    found = store.one(connection, number, to_change=True)
    if found is not None and found.off_at is None:
        store.change(connection, number, off_at=at, off_reason=reason)
        body = {"reason": reason}
        audit.append(connection, at, by, "webhook switched off", found.subject, body)


def remove_webhook(
    database: Database, actor: Actor, number: int, at: datetime.datetime
) -> Removed | Refused:
    """Tell somebody nothing any more, and forget what they were told. Raises StoreError."""
    refused = not_allowed(actor, "administer", "remove a webhook")
    if refused is not None:
        return refused
    with database.writing(_LOCK) as connection:
        found = store.one(connection, number, to_change=True)
        if found is None:
            return no_webhook(number)
        waited = store.remove(connection, number, at)
        body = {"not_delivered": waited}
        audit.append(connection, at, actor.name, "webhook removed", found.subject, body)
    return Removed(found, waited)


def rotate_secret(
    database: Database,
    actor: Actor,
    number: int,
    at: datetime.datetime,
    *,
    keep: datetime.timedelta = OLD_SECRET,
) -> MadeWebhook | Refused:
    """Give a webhook a new secret; the one before signs for a while, too. Raises StoreError."""
    refused = not_allowed(actor, "administer", "change the secret of a webhook")
    if refused is not None:
        return refused
    secret = new_secret()
    with database.writing(_LOCK) as connection:
        if store.one(connection, number, to_change=True) is None:
            return no_webhook(number)
        until = at + keep if keep else None
        store.put_secret(connection, number, secret, until)
        found = _there(connection, number)
        body = {"old_secret_until": None if until is None else until.isoformat()}
        audit.append(connection, at, actor.name, "webhook secret changed", found.subject, body)
    return MadeWebhook(found, secret)


def webhook_counts(database: Database) -> dict[str, int]:
    """How much is told in all, by state, for who watches the service. Raises StoreError.

    `waiting`; `paused`, which waits for a webhook to be switched on; `delivered` and `dead`.
    """
    with database.reading() as connection:
        by_webhook = webhook_deliveries.counts(connection)
        is_off = {each.id: each.off_at is not None for each in store.every(connection)}
    found = Counter({"waiting": 0, "paused": 0, "delivered": 0, "dead": 0})
    for number, states in by_webhook.items():
        for state, count in states.items():
            if number in is_off:
                is_paused = state == "waiting" and is_off[number]
                found["paused" if is_paused else state] += count
    return dict(found)


def no_webhook(number: int) -> Refused:
    """There is no webhook of a number."""
    message = f"there is no webhook {number}"
    return Refused(NO_WEBHOOK, message, "'dun webhook list' names them all")


def _there(connection: Connection, number: int) -> Webhook:
    found = store.one(connection, number)
    if found is None:
        raise LookupError(number)
    return found


def _tell(
    connection: Connection, webhook: Webhook, actor: Actor, at: datetime.datetime, action: str
) -> None:
    """An entry of the audit trail; a URL may hold what shows who may send to it."""
    host = webhook.url.split("/")[2]
    body = {"host": host, "description": webhook.description, "events": list(webhook.events)}
    audit.append(connection, at, actor.name, action, webhook.subject, body)
