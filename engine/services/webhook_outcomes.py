"""What follows from an attempt to send a webhook: it got through, is tried later, or given up."""

from __future__ import annotations

import datetime
import email.utils
import random
from http import HTTPStatus
from typing import TYPE_CHECKING

from engine.services.webhooks import switch_off
from engine.store import webhook_deliveries as store
from engine.store import webhooks
from engine.store.webhook_deliveries import Attempt

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from engine.io.webhook_sender import Outcome
    from engine.store.webhook_deliveries import Claimed

SENDER = "webhook sender"
"""Who switches a webhook off that takes nothing; no user is called so."""
BACKOFF = tuple(
    datetime.timedelta(seconds=seconds)
    for seconds in (5, 30, 120, 600, 3_600, 3 * 3_600, 6 * 3_600, 12 * 3_600, 24 * 3_600)
)
"""How long to wait after each attempt; after the one behind the last wait it is given up."""
JITTER = 0.2
"""The part of a wait by which it is longer or shorter, so that not all come back together."""
LONGEST_WAIT = BACKOFF[-1]
"""No receiver can ask for more."""
DEAF = datetime.timedelta(days=3)
"""A webhook is switched off where something is given up and nothing got through for so long."""
KEPT = datetime.timedelta(days=90)
"""How long is kept what was told or given up, and waits for a webhook to be switched on."""
LAPSED = f"it could not be sent within {KEPT.days} days"
_SLOWER = frozenset({HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE})
"""Answers that are about everything that is sent there."""
_CHANCE = random.SystemRandom()


def record(
    connection: Connection,
    claimed: Claimed,
    worker: str,
    at: datetime.datetime,
    ended: datetime.datetime,
    outcome: Outcome,
) -> None:
    """Write down what came of an attempt of a worker that began at a time, and act on it."""
    attempt = Attempt(at, outcome.duration, outcome.status, outcome.failure, outcome.answer)
    if not store.add_attempt(connection, claimed.id, attempt):
        return  # the webhook was removed meanwhile
    if outcome.failure is None:
        store.delivered(connection, claimed.id, ended)
        webhooks.got_through(connection, claimed.webhook_id)
    elif claimed.kind == store.TEST:
        store.give_up(connection, claimed.id, worker, ended, outcome.failure)
    else:
        _failed(connection, claimed, worker, ended, outcome, outcome.failure)


def _failed(
    connection: Connection,
    claimed: Claimed,
    worker: str,
    ended: datetime.datetime,
    outcome: Outcome,
    why: str,
) -> None:
    asked = asked_to_wait(outcome.retry_after, ended)
    is_slower = outcome.status in _SLOWER
    webhooks.failed(connection, claimed.webhook_id, ended, asked if is_slower else None)
    if outcome.status == HTTPStatus.GONE:
        store.give_up(connection, claimed.id, worker, ended, why)
        switch_off(connection, claimed.webhook_id, SENDER, ended, why)
    elif claimed.tries >= len(BACKOFF):
        store.give_up(connection, claimed.id, worker, ended, why)
        _switch_off_if_deaf(connection, claimed.webhook_id, ended, why)
    else:
        following = ended + wait_after(claimed.tries, _CHANCE)
        following = following if asked is None else max(following, asked)
        store.put_off(connection, claimed.id, worker, following)


def _switch_off_if_deaf(
    connection: Connection, number: int, at: datetime.datetime, why: str
) -> None:
    found = webhooks.one(connection, number)
    if found is not None and found.failing_since is not None and at - found.failing_since >= DEAF:
        since = f"{found.failing_since:%Y-%m-%d %H:%M} UTC"
        switch_off(connection, number, SENDER, at, f"nothing got through since {since}: {why}")


def wait_after(tries: int, chance: random.Random) -> datetime.timedelta:
    """How long to wait after an attempt, before which there were so many."""
    return BACKOFF[tries] * chance.uniform(1 - JITTER, 1 + JITTER)


def asked_to_wait(retry_after: str | None, at: datetime.datetime) -> datetime.datetime | None:
    """Until when a receiver asks to be left alone: seconds or a date (RFC 9110)."""
    text = "" if retry_after is None else retry_after.strip()
    if text.isascii() and text.isdigit():
        seconds = min(int(text[:9]), int(LONGEST_WAIT.total_seconds()))
        return at + datetime.timedelta(seconds=seconds)
    try:
        date = email.utils.parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    moment = date if date.tzinfo is not None else date.replace(tzinfo=datetime.UTC)
    return min(moment, at + LONGEST_WAIT) if moment > at else None
