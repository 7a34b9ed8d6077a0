"""Published versions: rows of versions, their parts and calendars. Nothing is ever taken away."""

from __future__ import annotations

import datetime
import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, TypeAlias

from sqlalchemy import Text, insert, select, type_coerce, update

from engine.store import audit
from engine.store.audit import Entry
from engine.store.errors import BROKEN, StoreError
from engine.store.schema.accounts import KEYS, USERS
from engine.store.schema.base import Day, Moment, canonical
from engine.store.schema.ledger import EVENTS
from engine.store.schema.policies import CALENDARS, PARTS, VERSIONS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from sqlalchemy import Connection

PUBLISHED, APPROVED, REJECTED = "policy published", "policy approved", "policy rejected"
"""Actions of the audit trail."""

PartKind: TypeAlias = Literal["policy", "shared", "rates", "exchange"]
State: TypeAlias = Literal["waiting for approval", "approved", "rejected"]


@dataclass(frozen=True, slots=True)
class StoredVersion:
    """A version of a policy as it was published."""

    row: int
    policy: str
    version: int
    title: str
    effective: datetime.date
    text: str = field(repr=False)
    sha256: str
    """Of the text as UTF-8."""
    author: str
    published_at: datetime.datetime
    approver: str | None = None
    approved_at: datetime.datetime | None = None
    rejected_by: str | None = None
    rejected_at: datetime.datetime | None = None
    rejection: str | None = None
    """Why it was rejected."""

    @property
    def state(self) -> State:
        """Whether it counts."""
        if self.rejected_at is not None:
            return "rejected"
        return "waiting for approval" if self.approved_at is None else "approved"

    @property
    def name(self) -> str:
        """`de_standard version 3`, for messages."""
        return f"{self.policy} version {self.version}"

    @property
    def subject(self) -> str:
        """What the audit trail calls it."""
        return f"policy {self.policy} {self.version}"


@dataclass(frozen=True, slots=True, order=True)
class StoredPart:
    """A text or table that a version reads, as it was when the version was published."""

    kind: PartKind
    beside: str
    """Of what is included: the text that names it; else empty."""
    path: str
    """`ID/N.dun`, a file as it is named, or the name of a table."""
    text: str = field(repr=False)

    @property
    def sha256(self) -> str:
        """Of the text as UTF-8."""
        return digest(self.text)


def digest(text: str) -> str:
    """The SHA-256 of a text as UTF-8, as 64 hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()


def versions(connection: Connection, policy: str | None = None) -> list[StoredVersion]:
    """All versions, or those of one policy; by id (code point), then number."""
    wanted = select(VERSIONS)
    if policy is not None:
        wanted = wanted.where(VERSIONS.c.policy == policy)
    found = [StoredVersion(*row) for row in connection.execute(wanted)]
    # Two databases order texts in two ways.
    return sorted(found, key=lambda each: (each.policy, each.version))


def unreadable(connection: Connection) -> list[str]:
    """Names of versions with a date or time that is none any more; SQLite takes any text."""
    if connection.dialect.name != "sqlite":
        return []
    dates = [each for each in VERSIONS.c if isinstance(each.type, (Day, Moment))]
    wanted = select(VERSIONS.c.policy, VERSIONS.c.version, *(type_coerce(d, Text) for d in dates))
    found = []
    for policy, number, *written in connection.execute(wanted):
        try:
            for each in filter(None, written):
                datetime.datetime.fromisoformat(each)
        except (ValueError, TypeError):
            found.append(f"{policy} version {number}")
    return sorted(found)


def version(connection: Connection, policy: str, number: int) -> StoredVersion | None:
    """One version."""
    wanted = select(VERSIONS).where(VERSIONS.c.policy == policy, VERSIONS.c.version == number)
    row = connection.execute(wanted).first()
    return None if row is None else StoredVersion(*row)


def depends_on(
    connection: Connection, of: StoredVersion
) -> tuple[tuple[StoredPart, ...], dict[str, object]]:
    """The texts and tables of a version, in order; and its calendars by code, as written out.

    Raises StoreError where one of them, or the version's text, is not what was published.
    """
    _unchanged(of.text, of.sha256, of.name)
    columns = (PARTS.c.kind, PARTS.c.beside, PARTS.c.path, PARTS.c.text, PARTS.c.sha256)
    parts = []
    for *cells, sealed in connection.execute(select(*columns).where(PARTS.c.version_id == of.row)):
        part = StoredPart(*cells)
        _unchanged(part.text, sealed, f"{part.path} of {of.name}")
        parts.append(part)
    written = (CALENDARS.c.code, CALENDARS.c.holidays, CALENDARS.c.sha256)
    calendars: dict[str, object] = {}
    for code, holidays, sealed in connection.execute(
        select(*written).where(CALENDARS.c.version_id == of.row)
    ):
        _unchanged(canonical(holidays), sealed, f"calendar {code} of {of.name}")
        calendars[code] = holidays
    return tuple(sorted(parts)), calendars


def _unchanged(text: str, sealed: str, what: str) -> None:
    if digest(text) != sealed:
        message = f"{what} in the store is not what was published"
        raise StoreError(BROKEN, message, "restore the last backup; see docs/operations.md")


def add(
    connection: Connection,
    new: StoredVersion,
    its_parts: Iterable[StoredPart],
    its_calendars: Mapping[str, object],
) -> None:
    """Keep a version for good; its `row` is chosen by the database."""
    row = connection.execute(
        insert(VERSIONS).returning(VERSIONS.c.id),
        {
            "policy": new.policy,
            "version": new.version,
            "title": new.title,
            "effective": new.effective,
            "text": new.text,
            "sha256": new.sha256,
            "author": new.author,
            "published_at": new.published_at,
        },
    ).scalar_one()
    for part in its_parts:
        connection.execute(
            insert(PARTS).values(
                version_id=row,
                kind=part.kind,
                beside=part.beside,
                path=part.path,
                text=part.text,
                sha256=part.sha256,
            )
        )
    for code, holidays in its_calendars.items():
        sealed = digest(canonical(holidays))
        values = {"version_id": row, "code": code, "holidays": holidays, "sha256": sealed}
        connection.execute(insert(CALENDARS).values(values))


def approve(connection: Connection, row: int, approver: str, at: datetime.datetime) -> None:
    """Let a version count."""
    values = {"approver": approver, "approved_at": at}
    connection.execute(update(VERSIONS).where(VERSIONS.c.id == row).values(values))


def reject(connection: Connection, row: int, name: str, at: datetime.datetime, why: str) -> None:
    """Let a version never count."""
    values = {"rejected_by": name, "rejected_at": at, "rejection": why}
    connection.execute(update(VERSIONS).where(VERSIONS.c.id == row).values(values))


def people_behind(connection: Connection, name: str) -> frozenset[str]:
    """The people who may act under a name: a user, and whoever made a key of that name.

    A key that was made with a key leads to who made that one.
    """
    found: set[str] = set()
    seen: set[str] = set()
    asked = [name]
    while asked:
        current = asked.pop()
        if current in seen:
            continue
        seen.add(current)
        is_user = select(USERS.c.id).where(USERS.c.name == current)
        if connection.execute(is_user).first() is not None:
            found.add(current)
        makers = connection.execute(
            select(KEYS.c.created_by, USERS.c.name)
            .outerjoin(USERS, USERS.c.id == KEYS.c.user_id)
            .where(KEYS.c.name == current)
        )
        for made_by, owner in makers:
            asked.append(owner or made_by)
    return frozenset(found or {name})


def customers_at(connection: Connection, stages: Collection[str]) -> list[str]:
    """The customers for whom one of some stages was ever executed, by id."""
    wanted = select(EVENTS.c.customer).where(EVENTS.c.kind == "stage", EVENTS.c.stage.in_(stages))
    return sorted(connection.execute(wanted.distinct()).scalars())


def record(connection: Connection) -> list[Entry]:
    """What the audit trail says of policies, in order; without entries that cannot be read."""
    return list(audit.told(connection, (PUBLISHED, APPROVED, REJECTED)))


def digests(
    connection: Connection, of: StoredVersion
) -> tuple[list[tuple[str, str, str, str]], dict[str, str]]:
    """What the texts of a version and its calendars are now: kind, beside, path and SHA-256."""
    columns = (PARTS.c.kind, PARTS.c.beside, PARTS.c.path, PARTS.c.text)
    rows = connection.execute(select(*columns).where(PARTS.c.version_id == of.row))
    parts = [(kind, beside, path, digest(text)) for kind, beside, path, text in rows]
    written = select(CALENDARS.c.code, CALENDARS.c.holidays)
    found = connection.execute(written.where(CALENDARS.c.version_id == of.row))
    return sorted(parts), {code: digest(canonical(holidays)) for code, holidays in found}
