"""Webhooks: who is told of what happens, what is to be told, and what came of trying."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, Table, Text

from engine.store.schema.base import METADATA, Moment, Names, Number

WEBHOOKS = Table(
    "webhooks",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("url", Text, nullable=False),
    Column("description", Text, nullable=False),
    Column("events", Names, nullable=False),  # of these kinds; none: of every kind
    Column("secret", Text, nullable=False),  # as it is: what is sent is signed with it
    Column("old_secret", Text),  # signs, too, for a while after another took its place
    Column("old_secret_until", Moment),
    Column("created_at", Moment, nullable=False),
    Column("created_by", Text, nullable=False),
    Column("off_at", Moment),  # since when nothing is sent
    Column("off_reason", Text),
    Column("failing_since", Moment),  # nothing got through after this
    Column("wait_until", Moment),  # the receiver asked for it
    Column("removed_at", Moment),  # the row stays, so that its number is not given again
)
"""Those who are told."""

WEBHOOK_DELIVERIES = Table(
    "webhook_deliveries",
    METADATA,
    Column("id", Number, primary_key=True),
    Column("webhook_id", Integer, ForeignKey("webhooks.id"), nullable=False),
    Column("message", Text, nullable=False),  # by which the receiver knows it again
    Column("kind", Text, nullable=False),  # action.executed and others
    Column("body", Text, nullable=False),  # to the letter, as it was when it happened
    Column("created_at", Moment, nullable=False),
    Column("state", Text, nullable=False),  # waiting, delivered, dead
    Column("tries", Integer, nullable=False),  # since it began to wait
    Column("next_at", Moment, nullable=False),  # when it is tried next, while it waits
    Column("worker", Text),  # who is at it
    Column("lease", Moment),  # until when nobody else takes it over
    Column("ended_at", Moment),
    Column("failure", Text),  # why it is dead
    Index(None, "webhook_id", "state", "next_at"),
    Index(None, "state", "ended_at"),
)
"""What is told to one of them: written in the transaction in which it happens."""

WEBHOOK_ATTEMPTS = Table(
    "webhook_attempts",
    METADATA,
    Column("id", Number, primary_key=True),
    Column(
        "delivery_id",
        Number,
        ForeignKey("webhook_deliveries.id", ondelete="CASCADE"),
        nullable=False,
        index=True,
    ),
    Column("at", Moment, nullable=False),
    Column("duration", Integer, nullable=False),  # milliseconds
    Column("status", Integer),  # of the answer; empty if there was none
    Column("failure", Text),  # empty if it got through
    Column("answer", Text),  # how it begins
)
"""What came of trying."""
