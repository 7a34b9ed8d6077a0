"""Answers of the HTTP service to writes that may be sent again."""

from __future__ import annotations

from sqlalchemy import Column, Integer, PrimaryKeyConstraint, Table, Text

from engine.store.schema.base import METADATA, Json, Moment

ANSWERS = Table(
    "answers",
    METADATA,
    Column("actor", Text, nullable=False),
    Column("key", Text, nullable=False),  # Idempotency-Key; each actor has their own
    Column("digest", Text, nullable=False),  # SHA-256 of the request
    Column("status", Integer),  # empty while it is at work, or when it was killed meanwhile
    Column("headers", Json),
    Column("body", Text),
    Column("at", Moment, nullable=False, index=True),
    PrimaryKeyConstraint("actor", "key"),
)
"""What was answered to a write, kept for a day."""
