"""The audit chain: everything that was done, each entry sealed with the hash of the one before."""

from __future__ import annotations

import datetime
import hashlib
import json
import zlib
from contextlib import suppress
from dataclasses import dataclass, fields, replace
from itertools import islice
from typing import TYPE_CHECKING, Any

from sqlalchemy import Text, bindparam, func, insert, select, text, type_coerce

from engine.store.schema.audit import AUDIT
from engine.store.schema.base import MomentIfAny, canonical

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

    from sqlalchemy import ColumnElement, Connection

START = "0" * 64
"""What stands before the first entry."""
_PAGE = 1_000
"""Entries that are added or read at once."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that was done."""

    number: int
    """From 1, without gaps."""
    at: datetime.datetime
    actor: str
    """Who did it."""
    action: str
    """What kind of thing it was, such as `policy published`."""
    subject: str
    """What it was done to, such as `policy de_standard 3` or `case R-1001`."""
    body: Any
    """The rest, as a value of JSON."""
    previous: str
    hash: str


@dataclass(frozen=True, slots=True)
class Flaw:
    """Where the chain is broken."""

    number: int
    reason: str
    """One sentence, without a full stop."""


def append(
    connection: Connection,
    at: datetime.datetime,
    actor: str,
    action: str,
    subject: str,
    body: Mapping[str, object],
) -> Entry:
    """Add an entry, in the transaction of what it tells of. One waits for another to do so."""
    (entry,) = _added(connection, at, actor, [(action, subject, body)])
    return entry


def append_all(
    connection: Connection,
    at: datetime.datetime,
    actor: str,
    entries: Iterable[tuple[str, str, Mapping[str, object]]],
) -> int:
    """Add many entries, each an action, a subject and a body, in this order; how many.

    As `append`, in one go: meanwhile nothing else is added to the chain.
    """
    return sum(1 for _ in _added(connection, at, actor, entries))


def _added(
    connection: Connection,
    at: datetime.datetime,
    actor: str,
    entries: Iterable[tuple[str, str, Mapping[str, object]]],
) -> Iterator[Entry]:
    """Seal entries and add them, some at a time."""
    if connection.dialect.name == "postgresql":
        lock = zlib.crc32(b"audit")
        connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": lock})
    number, previous = head(connection)
    moment = at.astimezone(datetime.UTC)
    every = iter(entries)
    while part := list(islice(every, _PAGE)):
        made: list[Entry] = []
        rows: list[dict[str, Any]] = []
        for action, subject, body in part:
            number += 1
            written = canonical(dict(body))
            sealed = seal(number, moment, actor, action, subject, written, previous)
            entry = Entry(number, moment, actor, action, subject, dict(body), previous, sealed)
            rows.append({**{name: getattr(entry, name) for name in _PLAIN}, "written": written})
            made.append(entry)
            previous = sealed
        connection.execute(_ADD, rows)
        yield from made


_PLAIN = tuple(each.name for each in fields(Entry) if each.name != "body")
_ADD = insert(AUDIT).values(body=bindparam("written", type_=Text))
"""The text of the body is the one that is sealed."""


def seal(
    number: int,
    at: datetime.datetime,
    actor: str,
    action: str,
    subject: str,
    body: str,
    previous: str,
) -> str:
    """The SHA-256 of an entry, as 64 hexadecimal digits. `body` is its text."""
    parts = (str(number), at.isoformat(), actor, action, subject, body, previous)
    return hashlib.sha256(canonical(parts).encode()).hexdigest()


def entries(
    connection: Connection, *, subject: str | None = None, after: int = 0, limit: int = 1000
) -> list[Entry]:
    """Entries in order after a number, of one subject or of all; at most `limit` (a page)."""
    wanted = select(AUDIT).where(AUDIT.c.number > after).order_by(AUDIT.c.number).limit(limit)
    if subject is not None:
        wanted = wanted.where(AUDIT.c.subject == subject)
    return [Entry(*row) for row in connection.execute(wanted)]


def latest(connection: Connection, *, subject: str | None = None, limit: int) -> list[Entry]:
    """The newest entries of one subject or of all, in order; at most `limit`."""
    wanted = select(AUDIT).order_by(AUDIT.c.number.desc()).limit(limit)
    if subject is not None:
        wanted = wanted.where(AUDIT.c.subject == subject)
    return [Entry(*row) for row in connection.execute(wanted)][::-1]


def told(connection: Connection, actions: Collection[str]) -> Iterator[Entry]:
    """Every entry of some actions, in order, but for those that cannot be read any more.

    Those `flaws` finds.
    """
    columns: dict[str, ColumnElement[Any]] = {each.name: each for each in AUDIT.c}
    columns["at"] = type_coerce(AUDIT.c.at, MomentIfAny()).label("at")
    columns["body"] = type_coerce(AUDIT.c.body, Text).label("body")
    wanted = select(*columns.values()).where(AUDIT.c.action.in_(actions)).order_by(AUDIT.c.number)
    for row in connection.execute(wanted.execution_options(yield_per=_PAGE)):
        with suppress(ValueError):
            body = json.loads(row.body)
            if isinstance(body, dict) and row.at is not None:
                yield replace(Entry(*row), body=body)


def holds(connection: Connection, hash_: str) -> bool:
    """Whether an entry of this hash is in the chain."""
    wanted = select(AUDIT.c.number).where(AUDIT.c.hash == hash_)
    return connection.execute(wanted).first() is not None


def head(connection: Connection) -> tuple[int, str]:
    """Number and hash of the newest entry: who keeps it elsewhere sees if the end is cut off."""
    wanted = select(AUDIT.c.number, AUDIT.c.hash).order_by(AUDIT.c.number.desc()).limit(1)
    last = connection.execute(wanted).first()
    return (0, START) if last is None else (last.number, last.hash)


def count(connection: Connection, action: str | None = None) -> int:
    """How many entries there are, of one action or of all."""
    wanted = select(func.count()).select_from(AUDIT)
    if action is not None:
        wanted = wanted.where(AUDIT.c.action == action)
    return connection.execute(wanted).scalar_one()


def flaws(connection: Connection, seen: Callable[[int], object] | None = None) -> Iterator[Flaw]:
    """Every entry at which the chain is broken; streams, so that a long chain fits.

    `seen` is told now and then how many entries more were looked at.
    """
    written = type_coerce(AUDIT.c.body, Text).label("written")
    # Whatever somebody wrote into the file is to be found, and not to be stumbled over.
    at = type_coerce(AUDIT.c.at, MomentIfAny()).label("at")
    columns = (each for each in AUDIT.c if each.name not in {"at", "body"})
    number, previous = 0, START
    wanted = select(*columns, at, written).order_by(AUDIT.c.number)
    for row in connection.execute(wanted.execution_options(yield_per=_PAGE)):
        if seen is not None and row.number % _PAGE == 0:
            seen(_PAGE)
        if row.number != number + 1:
            missing = f"{number + 1}" if row.number == number + 2 else f"{number + 1} and more"
            yield Flaw(number + 1, f"entry {missing} is missing")
        elif row.previous != previous:
            yield Flaw(row.number, f"entry {row.number} does not follow the one before it")
        sealed = row.at and seal(
            row.number, row.at, row.actor, row.action, row.subject, row.written, row.previous
        )
        if sealed != row.hash:
            yield Flaw(row.number, f"entry {row.number} is not what was written")
        number, previous = row.number, row.hash
