"""Published versions of policies: text for good, with everything that its meaning depends on."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Integer, Table, Text, UniqueConstraint

from engine.store.schema.base import METADATA, Day, Json, Moment

VERSIONS = Table(
    "policy_versions",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("policy", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("title", Text, nullable=False),
    Column("effective", Day, nullable=False),
    Column("text", Text, nullable=False),
    Column("sha256", Text, nullable=False),  # of the text as UTF-8
    Column("author", Text, nullable=False),
    Column("published_at", Moment, nullable=False),
    Column("approver", Text),
    Column("approved_at", Moment),
    Column("rejected_by", Text),
    Column("rejected_at", Moment),
    Column("rejection", Text),  # why
    UniqueConstraint("policy", "version"),
)
"""A version counts once another person than its author approved it."""

PARTS = Table(
    "policy_parts",
    METADATA,
    Column("version_id", Integer, ForeignKey("policy_versions.id"), primary_key=True),
    Column("kind", Text, primary_key=True),  # policy, shared, rates, exchange
    Column("beside", Text, primary_key=True),  # of what is included: the text that names it
    Column("path", Text, primary_key=True),  # `ID/N.dun`, a file as it is named, a table's name
    Column("text", Text, nullable=False),
    Column("sha256", Text, nullable=False),
)
"""Texts and tables that a version reads, as they were when it was published."""

CALENDARS = Table(
    "policy_calendars",
    METADATA,
    Column("version_id", Integer, ForeignKey("policy_versions.id"), primary_key=True),
    Column("code", Text, primary_key=True),
    Column("holidays", Json, nullable=False),  # see engine.services.holiday_tables
    Column("sha256", Text, nullable=False),
)
"""Holidays of the calendars that a version names: an upgrade of a package changes no decision."""
