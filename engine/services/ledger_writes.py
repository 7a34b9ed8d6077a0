"""Customers, invoices and events that programs write one by one, or many at once, and read back.

They go the way of imported files, with the same checks and in the same words.
"""

from __future__ import annotations

import datetime
import hashlib
import json
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from engine.core.money import format_minor
from engine.io.ledger_ndjson import MalformedError, parse_object
from engine.services.actors import Refused, not_allowed
from engine.services.answered import Answer, Sent, keep, recall
from engine.services.imported import Given, Imported, Together
from engine.services.imports import import_file
from engine.store import ledger
from engine.store.schema.base import canonical

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sqlalchemy import Connection

    from engine.services.actors import Actor
    from engine.services.plain import Plain
    from engine.store.database import Database
    from engine.store.staging import Kind

__all__ = ["ANYTHING", "MalformedError", "parse_object"]

Party = Literal["customers", "invoices"]
NOT_THERE = "S503"
"""There is no such customer or invoice."""
CHANGED = "S504"
"""It is not what the writer has seen."""
_SHOWN = "request"
"""How a request is called, where a file has its name."""


@dataclass(frozen=True, slots=True)
class Stored:
    """A customer or an invoice as it came in the last time."""

    plain: Plain
    etag: str
    """Another one whenever it came in changed."""


@dataclass(frozen=True, slots=True)
class Condition:
    """What must be so for a write to be done."""

    seen: frozenset[str] | None = None
    """ETags, of which the thing has one; empty: it is there, whatever it has. None: no matter."""
    is_new: bool = False
    """There must be no such thing."""

    def holds(self, etag: str | None) -> bool:
        """Whether it is so; `etag`: of what is there, None if nothing is."""
        if self.is_new and etag is not None:
            return False
        return self.seen is None or (etag is not None and (not self.seen or etag in self.seen))


ANYTHING = Condition()


@dataclass(frozen=True, slots=True)
class Writing:
    """How a write is to be done and answered."""

    answer: Callable[[Imported, str | None], Answer]
    """What to answer to what was taken; the ETag is that of one customer or invoice."""
    sent: Sent | None = None
    condition: Condition = ANYTHING


def find_stored(database: Database, actor: Actor, kind: Party, name: str) -> Stored | Refused:
    """A customer or an invoice. Raises StoreError."""
    refused = not_allowed(actor, "read", f"look at {kind}")
    if refused is not None:
        return refused
    with database.reading() as connection:
        found = _stored(connection, kind, name)
    if found is None:
        return Refused(NOT_THERE, f"there is no {kind.removesuffix('s')} '{name}' in the store")
    return found


def write_one(
    database: Database,
    actor: Actor,
    at: datetime.datetime,
    kind: Kind,
    fields: Mapping[str, Any],
    writing: Writing,
) -> tuple[Answer, bool] | Imported | Refused:
    """Take one customer, invoice or event, in one transaction with its answer.

    The answer, and whether it is that of before; or what came of it, if it was not taken. Raises
    StoreError.
    """
    refused = not_allowed(actor, "import", f"write {kind}")
    if refused is not None:
        return refused
    name = fields.get("id")
    party: Party | None = None if kind == "events" else kind
    with tempfile.TemporaryDirectory(prefix="dun-") as folder:
        path = Path(folder, "one.ndjson")
        path.write_text(json.dumps(fields) + "\n", encoding="ascii")
        with database.writing("ledger") as connection:
            if writing.sent is not None:
                before = recall(connection, writing.sent)
                if before is not None:
                    return before if isinstance(before, Refused) else (before, True)
            refused = _not_as_seen(connection, party, name, writing.condition)
            if refused is not None:
                return refused
            given = Given(kind, path, _SHOWN)
            result = import_file(database, actor, at, given, together=Together(connection))
            if isinstance(result, Refused) or not result.is_taken:
                return result
            found = None if party is None else _stored(connection, party, str(name))
            answer = writing.answer(result, None if found is None else found.etag)
            if writing.sent is not None:
                keep(connection, writing.sent, answer)
            return answer, False


def _not_as_seen(
    connection: Connection, kind: Party | None, name: object, condition: Condition
) -> Refused | None:
    if kind is None or condition == ANYTHING:
        return None
    found = _stored(connection, kind, name) if isinstance(name, str) else None
    if condition.holds(None if found is None else found.etag):
        return None
    what = kind.removesuffix("s")
    if found is None:
        return Refused(CHANGED, f"there is no {what} '{name}' that could be changed")
    if condition.is_new:
        return Refused(CHANGED, f"there is a {what} '{name}' already")
    message = f"{what} '{name}' was changed since you looked at it"
    return Refused(CHANGED, message, "look at it again, and write what should stand there")


class _SentTwiceError(Exception):
    """Rolls back what was taken. Raised and caught here only."""

    def __init__(self, before: Answer | Refused) -> None:
        super().__init__()
        self.before = before


def write_many(
    database: Database,
    actor: Actor,
    at: datetime.datetime,
    kind: Kind,
    path: Path,
    writing: Writing,
) -> tuple[Answer, bool] | Imported | Refused:
    """Take a file of JSON objects, one a line: wholly or not at all. Its name ends in `.ndjson`.

    The answer is kept in the transaction that takes the rows. Raises OSError and StoreError.
    """
    refused = not_allowed(actor, "import", f"write {kind}")
    if refused is not None:
        return refused
    sent, answers = writing.sent, list[Answer]()
    if sent is not None:
        with database.writing() as connection:
            before = recall(connection, sent)
        if before is not None:
            return before if isinstance(before, Refused) else (before, True)

    def at_end(connection: Connection, result: Imported) -> None:
        if not result.is_taken:
            return
        answers.append(writing.answer(result, None))
        if sent is not None:
            # The same request may have come in meanwhile.
            before = recall(connection, sent)
            if before is not None:
                raise _SentTwiceError(before)
            keep(connection, sent, answers[0])

    try:
        given = Given(kind, path, _SHOWN)
        result = import_file(database, actor, at, given, together=Together(at_end=at_end))
    except _SentTwiceError as twice:
        return twice.before if isinstance(twice.before, Refused) else (twice.before, True)
    if isinstance(result, Refused) or not result.is_taken:
        return result
    return answers[0], False


# ------------------------------------------------------------------------------- as it stands


def _stored(connection: Connection, kind: Party, name: str) -> Stored | None:
    # No id has other characters, and a database does not take all of them.
    if not name.isprintable():
        return None
    customers = kind == "customers"
    row = (ledger.customers if customers else ledger.invoices)(connection, [name]).get(name)
    if row is None:
        return None
    owner = name if customers else row.customer
    changes = ledger.changes(connection, kind.removesuffix("s"), [owner]).get(name, [])
    facts: dict[str, object] = dict(row.facts)
    due = row.due if not customers else None
    for change in changes:
        if change.kind == "due_changed":
            due = datetime.date.fromisoformat(change.value)
        elif change.value is None:
            facts.pop(change.name, None)
        else:
            facts[change.name] = change.value
    if customers:
        if "tags" in facts:
            facts["tags"] = [tag for tag in str(facts["tags"]).split(";") if tag]
        own: Plain = {"id": name, "payer": row.payer}
    else:
        recorded = None if row.recorded is None else row.recorded.isoformat()
        own = {
            "id": name,
            "customer": row.customer,
            "document": row.document,
            "issued": row.issued.isoformat(),
            "due": str(due),
            "amount": format_minor(row.amount, row.currency),
            "currency": row.currency,
            "recorded": recorded and recorded.replace("+00:00", "Z"),
        }
    plain: Plain = {**own, **facts}
    sealed = canonical([kind, plain, [change.seq for change in changes]])
    return Stored(plain, f'"{hashlib.sha256(sealed.encode()).hexdigest()[:32]}"')
