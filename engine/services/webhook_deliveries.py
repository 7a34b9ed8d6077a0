"""What a webhook was told: looked at, and told again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.services.actors import Refused, not_allowed
from engine.services.webhooks import no_webhook
from engine.store import webhook_deliveries as store
from engine.store import webhooks
from engine.store.webhook_deliveries import STATES, Attempt, Chosen, Delivery, DeliveryState

if TYPE_CHECKING:
    import datetime
    from collections.abc import Sequence

    from sqlalchemy import Connection

    from engine.services.actors import Actor
    from engine.store.database import Database

__all__ = ["STATES", "Attempt", "Chosen", "Delivery", "DeliveryState"]

NO_DELIVERY = "S905"


@dataclass(frozen=True, slots=True)
class Tried:
    """A delivery, and what came of trying it."""

    delivery: Delivery
    attempts: Sequence[Attempt]
    """In order."""
    body: str = ""
    """Word for word; empty in a list."""


def deliveries(
    database: Database, actor: Actor, chosen: Chosen, *, before: int | None = None, limit: int
) -> list[Tried] | Refused:
    """What a webhook was told, is to be told or could not be told, the newest first.

    Before a number, and at most `limit`. Raises StoreError.
    """
    refused = not_allowed(actor, "administer", "see what a webhook was told")
    if refused is not None:
        return refused
    with database.reading() as connection:
        if webhooks.one(connection, chosen.webhook_id) is None:
            return no_webhook(chosen.webhook_id)
        found = store.page(connection, chosen, before=before, limit=limit)
        attempts = store.attempts(connection, [each.id for each in found])
    return [Tried(each, attempts[each.id]) for each in found]


def delivery_of(database: Database, actor: Actor, webhook: int, number: int) -> Tried | Refused:
    """One thing that a webhook was told or is to be told, word for word. Raises StoreError."""
    refused = not_allowed(actor, "administer", "see what a webhook was told")
    if refused is not None:
        return refused
    with database.reading() as connection:
        return shown(connection, webhook, number)


def shown(connection: Connection, webhook: int, number: int) -> Tried | Refused:
    """The same, in a transaction that is going on."""
    if webhooks.one(connection, webhook) is None:
        return no_webhook(webhook)
    found = store.with_body(connection, webhook, number)
    if found is None:
        message = f"there is no delivery {number} of webhook {webhook}"
        return Refused(NO_DELIVERY, message, f"'dun webhook deliveries {webhook}' lists them")
    return Tried(found[0], store.attempts(connection, [number])[number], found[1])


def retry_one(
    database: Database, actor: Actor, webhook: int, number: int, at: datetime.datetime
) -> Tried | Refused:
    """Tell something again now, under the same id, whether it got through or not."""
    refused = not_allowed(actor, "administer", "tell a webhook something again")
    if refused is not None:
        return refused
    with database.writing() as connection:
        found = shown(connection, webhook, number)
        if isinstance(found, Refused):
            return found
        store.retry(connection, webhook, number, at)
        webhooks.change(connection, webhook, wait_until=None)
        return shown(connection, webhook, number)


def retry_all(
    database: Database, actor: Actor, chosen: Chosen, at: datetime.datetime
) -> int | Refused:
    """Tell again what was given up, or all that happened in a range of times; how much it is."""
    refused = not_allowed(actor, "administer", "tell a webhook something again")
    if refused is not None:
        return refused
    with database.writing() as connection:
        if webhooks.one(connection, chosen.webhook_id) is None:
            return no_webhook(chosen.webhook_id)
        webhooks.change(connection, chosen.webhook_id, wait_until=None)
        return store.retry_all(connection, chosen, at)
