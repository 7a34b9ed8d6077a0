"""Webhooks and what they were told as values of JSON; no secret but one that was just made."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime

    from engine.services.plain import Plain
    from engine.services.webhook_deliveries import Attempt, Tried
    from engine.services.webhooks import MadeWebhook, Shown, Webhook


def plain_webhook(webhook: Webhook) -> Plain:
    """A webhook."""
    return {
        "id": webhook.id,
        "url": webhook.url,
        "description": webhook.description,
        "events": list(webhook.events),
        "on": webhook.off_at is None,
        "off_at": _time(webhook.off_at),
        "off_reason": webhook.off_reason,
        "failing_since": _time(webhook.failing_since),
        "wait_until": _time(webhook.wait_until),
        "old_secret_until": _time(webhook.old_secret_until),
        "created_at": webhook.created_at.isoformat(),
        "created_by": webhook.created_by,
    }


def plain_shown(shown: Shown) -> Plain:
    """A webhook, with how much is in which state."""
    states = ("waiting", "delivered", "dead")
    counts = {state: shown.counts.get(state, 0) for state in states}
    return {**plain_webhook(shown.webhook), "deliveries": counts}


def plain_made(made: MadeWebhook) -> Plain:
    """A webhook with its new secret, this once."""
    return {**plain_webhook(made.webhook), "secret": made.secret}


def plain_delivery(tried: Tried) -> Plain:
    """Something that a webhook is told, and how often that was tried."""
    delivery = tried.delivery
    is_waiting = delivery.state == "waiting"
    return {
        "id": delivery.id,
        "message": delivery.message,
        "type": delivery.kind,
        "state": delivery.state,
        "created_at": delivery.created_at.isoformat(),
        "next_attempt_at": delivery.next_at.isoformat() if is_waiting else None,
        "ended_at": _time(delivery.ended_at),
        "attempts": len(tried.attempts),
        "last_attempt": plain_attempt(tried.attempts[-1]) if tried.attempts else None,
    }


def plain_tried(tried: Tried) -> Plain:
    """The same with what it says, word for word, and everything that came of trying."""
    return {
        **plain_delivery(tried),
        "attempts": [plain_attempt(each) for each in tried.attempts],
        "body": tried.body,
        "payload": json.loads(tried.body),
    }


def plain_attempt(attempt: Attempt) -> Plain:
    """What came of trying."""
    return {
        "at": attempt.at.isoformat(),
        "duration_ms": attempt.duration,
        "status": attempt.status,
        "failure": attempt.failure,
        "answer": attempt.answer,
    }


def _time(moment: datetime.datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()
