"""The sender beside a service: it begins, it ends in time, and what it had in hand is not lost."""

from __future__ import annotations

import asyncio
import threading
from typing import TYPE_CHECKING

from api.webhook_sender import WebhookSender
from engine.services.webhook_sending import Sending
from engine.services.webhooks import webhook_counts
from tests.engine.services.hooks import HERE, failures, happens, hooked, only, sent
from tests.engine.services.publications import NOW
from tests.engine.services.webhook_receiver import late, receiving, status

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.store.database import Database
    from tests.engine.services.webhook_receiver import Receiver


def test_what_happens_is_sent_until_the_service_ends(database: Database) -> None:
    with receiving() as receiver:
        hooked(database, receiver.url)
        happens(database)
        with WebhookSender(database, lambda: NOW, HERE):
            receiver.wait_for(1)
            happens(database)
            receiver.wait_for(2)
        assert webhook_counts(database)["delivered"] == 2
        happens(database)
    assert webhook_counts(database)["waiting"] == 1


def test_a_sender_that_is_not_needed_begins_and_ends(database: Database) -> None:
    for _ in range(3):
        with WebhookSender(database, lambda: NOW, HERE):
            pass


async def send_until_it_is_received(
    database: Database,
    receiver: Receiver,
    grace: float,
    and_then: Callable[[], None] = lambda: None,
) -> None:
    """Send, and be told to end as soon as something has been received."""
    stop = asyncio.Event()
    sending = asyncio.create_task(Sending(database, lambda: NOW, HERE, grace=grace).run(stop))
    await asyncio.to_thread(receiver.wait_for, 1)
    stop.set()
    and_then()
    await sending


def test_an_answer_is_waited_for_at_the_end(database: Database) -> None:
    release = threading.Event()
    with receiving(late(release)) as receiver:
        hooked(database, receiver.url)
        happens(database)
        asyncio.run(send_until_it_is_received(database, receiver, 20.0, release.set))
    assert only(database).delivery.state == "delivered"


def test_what_is_not_answered_in_time_is_sent_by_the_next_one_at_once(database: Database) -> None:
    release = threading.Event()
    with receiving(late(release)) as receiver:
        hooked(database, receiver.url)
        happens(database)
        asyncio.run(send_until_it_is_received(database, receiver, 0.0))
        assert failures(database) == []
        receiver.otherwise = status(200)
        assert sent(database) == {"delivered": 1}
        release.set()
    assert len({each.id for each in receiver.received}) == 1
