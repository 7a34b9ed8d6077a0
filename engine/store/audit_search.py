"""Entries of the audit trail that are looked for, the newest first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, or_, select

from engine.store.audit import Entry
from engine.store.schema.audit import AUDIT

if TYPE_CHECKING:
    import datetime

    from sqlalchemy import ColumnElement, Connection


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which entries are looked for; empty texts leave everything in."""

    who: str = ""
    """A part of the name of who did it."""
    what: str = ""
    """A part of what was done: `approved`."""
    case: str = ""
    """The whole id of a case."""
    about: str = ""
    """A part of what it was done to, or of what was done."""
    since: datetime.datetime | None = None


def newest(
    connection: Connection, wanted: Wanted, *, before: int | None, limit: int
) -> list[Entry]:
    """Entries before a number, the newest first; at most `limit` (a page)."""
    found = select(AUDIT).order_by(AUDIT.c.number.desc()).limit(limit)
    if before is not None:
        found = found.where(AUDIT.c.number < before)
    if wanted.case:
        found = found.where(AUDIT.c.subject == f"case {wanted.case}")
    if wanted.since is not None:
        found = found.where(AUDIT.c.at >= wanted.since)
    for column, text in ((AUDIT.c.actor, wanted.who), (AUDIT.c.action, wanted.what)):
        if text:
            found = found.where(_has(column, text))
    for word in wanted.about.split():
        found = found.where(
            or_(*(_has(each, word) for each in (AUDIT.c.subject, AUDIT.c.action, AUDIT.c.actor)))
        )
    return [Entry(*row) for row in connection.execute(found)]


def _has(column: ColumnElement[str], text: str) -> ColumnElement[bool]:
    return func.lower(column).contains(text.lower(), autoescape=True)
