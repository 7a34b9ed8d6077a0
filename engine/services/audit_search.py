"""The audit trail as a person looks through it: the newest first, narrowed down, taken away."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.io.atomic import replacing
from engine.services.actors import Refused, not_allowed
from engine.services.audit import plain_entry
from engine.store import audit, audit_search
from engine.store.audit_search import Wanted

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from engine.services.actors import Actor
    from engine.services.audit import Entry
    from engine.store.database import Database

__all__ = ["Wanted"]

NO_ENTRY = "S421"
_PAGE = 200
_AT_ONCE = 1_000
_SHOWN = 48
"""Letters of a value that are shown in a line."""


@dataclass(frozen=True, slots=True)
class EntryLine:
    """An entry in a list."""

    number: int
    time: str
    """To the second, in UTC."""
    actor: str
    action: str
    subject: str
    details: str
    """The rest, as far as it fits in a line."""


_FIRST = ("reason", "note", "text", "stage", "on", "customer", "policy", "version")
"""What people look for in an entry, before all else."""
_LEFT_OUT = frozenset({"sha256", "facts", "key", "event", "program", "state"})
"""What only programs read, or the action says already."""


def entry_line(entry: Entry) -> EntryLine:
    """An entry as a list shows it."""
    body: dict[str, object] = dict(entry.body) if isinstance(entry.body, dict) else {}
    decision = body.get("decision")
    if isinstance(decision, dict) and "stage" in decision:
        body["stage"] = decision["stage"]
    names = [name for name in _FIRST if name in body]
    names += [name for name in body if name not in _FIRST and name not in _LEFT_OUT]
    plain = [name for name in names if _is_plain(body[name])]
    details = ", ".join(f"{name} {_short(body[name])}" for name in plain)
    time = f"{entry.at:%Y-%m-%d %H:%M:%S}"
    return EntryLine(entry.number, time, entry.actor, entry.action, entry.subject, details)


def _is_plain(value: object) -> bool:
    return value is not None and not isinstance(value, (dict, list))


def _short(value: object) -> str:
    text = str(value)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."


def search_trail(
    database: Database,
    actor: Actor,
    wanted: Wanted,
    *,
    before: int | None = None,
    limit: int = _PAGE,
) -> list[EntryLine] | Refused:
    """Entries before a number (None: from the newest on), the newest first. Raises StoreError."""
    refused = not_allowed(actor, "read", "see the audit trail")
    if refused is not None:
        return refused
    if not all(each.isprintable() for each in (wanted.who, wanted.what, wanted.about)):
        return []
    with database.reading() as connection:
        found = audit_search.newest(connection, wanted, before=before, limit=limit)
        return [entry_line(each) for each in found]


def find_entry(database: Database, actor: Actor, number: int) -> Entry | Refused:
    """An entry, whole. Raises StoreError."""
    refused = not_allowed(actor, "read", "see the audit trail")
    if refused is not None:
        return refused
    with database.reading() as connection:
        found = audit.entries(connection, after=number - 1, limit=1)
    if not found or found[0].number != number:
        return Refused(NO_ENTRY, f"there is no entry {number}", "'dun audit verify' tells more")
    return found[0]


def export_trail(
    database: Database,
    actor: Actor,
    file: Path,
    *,
    progress: Callable[[int, int], None] | None = None,
) -> int | Refused:
    """Write every entry into a file, an object of JSON a line; how many.

    It is wholly there or not at all. Raises OSError and StoreError.
    """
    refused = not_allowed(actor, "read", "see the audit trail")
    if refused is not None:
        return refused
    count = 0
    with (
        replacing(file) as part,
        part.open("w", encoding="utf-8") as stream,
        database.reading() as connection,
    ):
        in_all = audit.count(connection)
        after = 0
        while page := audit.entries(connection, after=after, limit=_AT_ONCE):
            for entry in page:
                stream.write(json.dumps(plain_entry(entry), ensure_ascii=False) + "\n")
            after = page[-1].number
            count += len(page)
            if progress is not None:
                progress(count, in_all)
    return count
