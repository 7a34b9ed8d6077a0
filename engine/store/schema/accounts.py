"""People and programs that may use a store, and what they may do."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Integer, Table, Text, text

from engine.store.schema.base import METADATA, Moment, Names

USERS = Table(
    "users",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    Column("role", Text, nullable=False),
    Column("password", Text),  # Argon2; empty for who only uses keys
    Column("created_at", Moment, nullable=False),
    Column("created_by", Text, nullable=False),
    Column("disabled_at", Moment),
    # For what they may approve what a policy wants approved, such as `credit_manager`.
    Column("duties", Names, nullable=False, server_default=text("'[]'")),
)
"""People."""

KEYS = Table(
    "keys",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("prefix", Text, nullable=False, unique=True),  # by which it is looked up
    Column("digest", Text, nullable=False),  # SHA-256 of the whole key, which is kept nowhere
    Column("name", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("user_id", Integer, ForeignKey("users.id"), index=True),  # whose session; else a program
    Column("created_at", Moment, nullable=False),
    Column("created_by", Text, nullable=False),
    Column("expires_at", Moment),
    Column("revoked_at", Moment),
)
"""Keys of programs, and sessions of people."""
