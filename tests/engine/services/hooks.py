"""Webhooks of a store, and what happens in it."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from engine.services import webhook_events, webhooks
from engine.services.actors import Actor
from engine.services.cancelling import Cancelled
from engine.services.webhook_deliveries import Chosen, Tried, deliveries
from engine.services.webhook_sending import Outgoing, send_due
from tests.engine.services.publications import NOW, new

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from engine.services.webhooks import MadeWebhook
    from engine.store.database import Database

ADMIN = Actor("adam", "admin")
DAY = datetime.date(2026, 3, 16)
HERE = Outgoing(allow_private=True, total=10.0)
"""To receivers on this computer."""
IMPATIENT = Outgoing(allow_private=True, total=0.3, connect=0.3)


def hooked(database: Database, url: str, events: Sequence[str] = ()) -> MadeWebhook:
    """Somebody is told."""
    wanted = webhooks.Wanted(url, "the ERP", events)
    return new(webhooks.add_webhook(database, ADMIN, wanted, NOW, allow_private=True))


def happens(
    database: Database,
    times: int = 1,
    at: datetime.datetime = NOW,
    and_then: Callable[[], object] = lambda: None,
) -> None:
    """Stages are taken back, of cases R-1, R-2 and so on; in one transaction, to its end."""
    with database.writing() as connection:
        for number in range(1, times + 1):
            done = Cancelled(f"R-{number}", "reminder", DAY, 0)
            said = {"on": "2026-03-16", "executed_on": "2026-03-15", "key": f"K-{number}"}
            said = {**said, "reason": "it was paid"}
            webhook_events.stage_cancelled(connection, at, ADMIN, done, said)
        and_then()


def sent(
    database: Database, at: datetime.datetime = NOW, outgoing: Outgoing = HERE
) -> Mapping[str, int]:
    """Everything that is due at a time is sent."""
    return send_due(database, lambda: at, outgoing)


def listed(database: Database, webhook: int = 1) -> list[Tried]:
    """What a webhook was told, the oldest first."""
    return new(deliveries(database, ADMIN, Chosen(webhook), limit=1000))[::-1]


def only(database: Database, webhook: int = 1) -> Tried:
    """The only thing that is told."""
    (found,) = listed(database, webhook)
    return found


def failures(database: Database) -> list[str | None]:
    """Why attempts failed, in order."""
    return [attempt.failure for each in listed(database) for attempt in each.attempts]
