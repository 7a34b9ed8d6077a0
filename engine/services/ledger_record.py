"""The ledger beside what the audit trail says of it: nobody changes a row of it unnoticed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.store import audit
from engine.store.audit import Flaw
from engine.store.ledger_digest import (
    COUNTS,
    IMPORTED,
    NO_ROWS,
    SUBJECT,
    TABLES,
    Seal,
    id_at,
    imports_done,
    seals,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from sqlalchemy import Connection, Table

    from engine.store.audit import Entry


@dataclass(frozen=True, slots=True)
class _Told:
    """An import as its entry in the audit trail tells of it."""

    entry: Entry
    number: int
    seals: Mapping[str, Seal] | None
    """By table; None if the entry does not say so."""

    @property
    def name(self) -> str:
        """How to call it towards a person."""
        return f"import {self.number} ({self.entry.body.get('file')})"


def ledger_flaws(
    connection: Connection, seen: Callable[[int], object] | None = None
) -> Iterator[Flaw]:
    """Where the rows of the ledger are not those that the audit trail says were imported.

    `seen` is told now and then how many rows more were looked at.
    """
    imports: dict[int, _Told] = {}
    last = 0
    for entry in audit.told(connection, [IMPORTED]):
        last = entry.number
        told = _told(entry)
        if told is None:
            continue  # changed by hand, which the check of the chain tells
        if told.number in imports:
            first = imports[told.number].entry.number
            yield Flaw(last, f"entry {last} tells anew of import {told.number}, as {first} did")
        elif told.seals is None:
            yield Flaw(last, f"entry {last} does not say which rows came with {told.name}")
        imports.setdefault(told.number, told)
    yield from _imports(connection, imports, last)
    for table in TABLES:
        yield from _rows(connection, table, imports, last, seen)


def _told(entry: Entry) -> _Told | None:
    number = entry.subject.removeprefix(SUBJECT)
    if not (number.isascii() and number.isdecimal()):
        return None
    try:
        sealed = {table: Seal.from_plain(value) for table, value in entry.body["rows"].items()}
    except (AttributeError, KeyError, TypeError, ValueError):
        return _Told(entry, int(number), None)
    return _Told(entry, int(number), sealed)


def _imports(connection: Connection, imports: Mapping[int, _Told], last: int) -> Iterator[Flaw]:
    """What the list of imports says otherwise than the entries."""
    listed = imports_done(connection)
    for number, told in imports.items():
        entry, row = told.entry, listed.pop(number, None)
        if row is None:
            reason = f"{told.name} is not among the imports that are done, as entry {entry.number}"
            yield Flaw(entry.number, f"{reason} says")
            continue
        said = {name: entry.body.get(name) for name in ("kind", "file", "sha256", *COUNTS)}
        if row != {**said, "actor": entry.actor, "at": entry.at}:
            reason = f"what the store says of {told.name} is not what entry {entry.number} says"
            yield Flaw(entry.number, reason)
    for number, row in listed.items():
        yield Flaw(last, f"import {number} ({row['file']}) is done, and no entry says by whom")


def _rows(
    connection: Connection,
    table: Table,
    imports: Mapping[int, _Told],
    last: int,
    seen: Callable[[int], object] | None,
) -> Iterator[Flaw]:
    """What the rows of a table are otherwise than the entries say."""
    now = seals(connection, table, seen)
    for number, told in imports.items():
        found = now.pop(number, NO_ROWS)
        if told.seals is not None:
            before = told.seals.get(table.name, NO_ROWS)
            if found != before:
                reason = _difference(connection, table, told, before, found)
                yield Flaw(told.entry.number, reason)
    for came, found in now.items():
        rows = _counted(table, found.count)
        if came is None:
            yield Flaw(last, f"{rows} came with no import, and no entry tells of them")
        else:
            yield Flaw(last, f"{rows} came with import {came}, of which no entry tells")


def _difference(connection: Connection, table: Table, told: _Told, before: Seal, now: Seal) -> str:
    """What is wrong with the rows of an import, as precisely as two seals can tell."""
    came = f"came with {told.name}"
    more = now.count - before.count
    seq = now.differs_at(before) if abs(more) <= 1 else None
    if seq is None:
        rows = _counted(table, abs(more))
        if more == 0:
            return f"{table.name} that {came} are not what was imported"
        if more > 0:
            return f"{rows} more {came} now than were imported"
        return f"{rows} that {came} {'is' if more == -1 else 'are'} missing"
    name = f"the {_one(table)} in row {seq}"
    if more < 0:
        return f"{name}, which {came}, is missing"
    known = id_at(connection, table, seq)
    name = f"{name} ({known})" if known else name
    if more == 0:
        return f"{name}, which {came}, is not what was imported"
    return f"{name} did not come with {told.name}, as it says"


def _one(table: Table) -> str:
    return table.name.removesuffix("s")


def _counted(table: Table, count: int) -> str:
    return f"{count:,} {_one(table) if count == 1 else table.name}"
