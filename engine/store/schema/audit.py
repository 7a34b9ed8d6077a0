"""The chain of everything that was done: each entry holds the hash of the one before it."""

from __future__ import annotations

from sqlalchemy import Column, Table, Text

from engine.store.schema.base import METADATA, Json, Moment, Number

AUDIT = Table(
    "audit",
    METADATA,
    Column("number", Number, primary_key=True, autoincrement=False),  # from 1, without gaps
    Column("at", Moment, nullable=False),
    Column("actor", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("subject", Text, nullable=False, index=True),
    Column("body", Json, nullable=False),
    Column("previous", Text, nullable=False),
    Column("hash", Text, nullable=False, unique=True),
)
"""Entries; nothing is ever changed in them or taken away."""
