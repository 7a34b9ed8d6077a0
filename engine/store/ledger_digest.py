"""Digests of the ledger's rows: whoever changes a byte of it, in whatever way, is found.

A row becomes one line of ASCII text, made by the database from what it really holds: of each cell
the kind of the value (`i`nteger, `t`ext, `n`othing, and what only damage can put there), and its
bytes in hexadecimal. SQLite and PostgreSQL make the same line of the same row. What no reader of
dates or JSON would accept has a line as well.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache, reduce
from itertools import islice
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    BigInteger,
    Integer,
    Text,
    case,
    cast,
    func,
    literal,
    not_,
    or_,
    select,
    type_coerce,
)

from engine.store.ledger import families_of, looked_up
from engine.store.schema.base import Day, Moment, MomentIfAny
from engine.store.schema.ledger import CUSTOMERS, EVENTS, IMPORTS, INVOICES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from sqlalchemy import Column, ColumnElement, Connection, Select, Table

    from engine.store.ledger_read import Position

TABLES = (CUSTOMERS, INVOICES, EVENTS)
IMPORTED = "file imported"
"""What the audit trail calls it."""
SUBJECT = "import "
"""With this begins what such an entry is about; the import's number follows."""
OWN_KEYS = ("stage:", "cancel:")
"""With these begin the keys of events that no file brought: stages executed and taken back."""
COUNTS = ("taken", "changed", "unchanged", "bad")
"""What came of an import."""
_DEBTORS = 500
"""Whose rows are held at once."""
_PAGE = 5_000
"""Rows that a server sends at once."""
_PRIME = (1 << 61) - 1


# --------------------------------------------------------------------------------------- lines


def line_of(connection: Connection, table: Table) -> ColumnElement[str]:
    """The line of a row. By which import it came is not in it."""
    return _line(connection.dialect.name, table)


@cache
def _line(dialect: str, table: Table) -> ColumnElement[str]:
    cells = [_raw_cell(dialect, each) for each in table.c if each.name != "import_id"]
    return reduce(lambda line, cell: line.op("||")(",").op("||")(cell), cells)


def raw_cell(connection: Connection, column: Column[Any]) -> ColumnElement[str]:
    """What a cell really holds, as ASCII text."""
    return _raw_cell(connection.dialect.name, column)


def _raw_cell(dialect: str, column: Column[Any]) -> ColumnElement[str]:
    if dialect == "sqlite":
        # Its columns take a value of any kind, and text that is none.
        raw = type_coerce(column, Text)
        kind: ColumnElement[str] = func.substr(func.typeof(raw), 1, 1)
        return kind.op("||")(func.lower(func.hex(raw)))
    is_number = isinstance(column.type, (BigInteger, Integer))
    held = func.encode(func.convert_to(_written(column), "UTF8"), "hex")
    return func.coalesce(literal("i" if is_number else "t").op("||")(held), "n")


def _written(column: Column[Any]) -> ColumnElement[str]:
    """The text of a value as SQLite keeps it."""
    as_it_is = cast(column, Text)
    if isinstance(column.type, Day):
        form = func.to_char(column, "YYYY-MM-DD")
    elif isinstance(column.type, Moment):
        form = func.to_char(func.timezone("UTC", column), "YYYY-MM-DD HH24:MI:SS.US")
    else:
        return as_it_is
    # There is no form for infinity, nor for years before the first.
    return case((func.date_part("year", column).between(1, 9999), form), else_=as_it_is)


# --------------------------------------------------------------------------- of some debtors


def facts_digests(connection: Connection, debtors: Iterable[str], upto: Position) -> dict[str, str]:
    """The SHA-256 of all that concerns a debtor and whom they pay for, up to a position.

    By debtor. It covers every byte of the customers, the invoices and the events, each in the
    order in which they came.
    """
    found: dict[str, str] = {}
    every = iter(dict.fromkeys(debtors))
    while part := list(islice(every, _DEBTORS)):
        payers = families_of(connection, part)
        digests = {payers[name]: hashlib.sha256() for name in part}
        for table, owner in (
            (CUSTOMERS, CUSTOMERS.c.id),
            (INVOICES, INVOICES.c.customer),
            (EVENTS, EVENTS.c.customer),
        ):
            line = line_of(connection, table)
            wanted = select(table.c.seq, owner, line).where(table.c.seq <= upto.of(table))
            for _, name, text in sorted(map(tuple, looked_up(connection, wanted, owner, payers))):
                digests[payers[name]].update(f"{table.name} {text}\n".encode())
        found.update((name, digests[payers[name]].hexdigest()) for name in part)
    return found


# ------------------------------------------------------------------------------- of an import


@dataclass(frozen=True, slots=True)
class Seal:
    """What tells of every byte of a table's rows that came with one import."""

    count: int
    first: int
    """The lowest `seq`; 0 if there is no row."""
    last: int
    sha256: str
    """Over the SHA-256 of each row's line, in order of `seq`."""
    sums: tuple[int, int]
    """Of the rows' digests, and of the digests times `seq`; both modulo a prime."""

    def plain(self) -> dict[str, object]:
        """As values of JSON, for the audit trail."""
        of = {"count": self.count, "first": self.first, "last": self.last, "sha256": self.sha256}
        return {**of, "sums": [f"{each:x}" for each in self.sums]}

    @classmethod
    def from_plain(cls, value: Any) -> Seal:  # noqa: ANN401 - JSON that anybody may have changed
        """What `plain` wrote. Raises KeyError, TypeError or ValueError for what it did not."""
        count, first, last = (int(value[name]) for name in ("count", "first", "last"))
        plain, weighted = (int(each, 16) for each in value["sums"])
        return cls(count, first, last, str(value["sha256"]), (plain, weighted))

    def differs_at(self, other: Seal) -> int | None:
        """The `seq` of the one row that is another one in `other`; None if there are more.

        A row that is changed, put in or taken out shifts the first sum by the difference of its
        digests, and the second by `seq` times as much.
        """
        shift, weighted = (
            (ours - theirs) % _PRIME for ours, theirs in zip(self.sums, other.sums, strict=True)
        )
        if shift == 0:
            return None
        seq = weighted * pow(shift, -1, _PRIME) % _PRIME
        # Several differences give any number below the prime, hardly ever one that can be meant.
        return seq if seq <= max(self.last, other.last) else None


NO_ROWS = Seal(0, 0, 0, hashlib.sha256().hexdigest(), (0, 0))


class _Tally:
    """Rows that are sealed one after another."""

    __slots__ = ("count", "digest", "first", "last", "plain", "weighted")

    def __init__(self) -> None:
        self.count = self.first = self.last = self.plain = self.weighted = 0
        self.digest = hashlib.sha256()

    def add(self, seq: int, line: str) -> None:
        """One more row, of a higher `seq`."""
        self.first = self.first or seq
        self.last = seq
        self.count += 1
        digest = hashlib.sha256(line.encode()).digest()
        self.digest.update(digest)
        number = int.from_bytes(digest)
        self.plain = (self.plain + number) % _PRIME
        self.weighted = (self.weighted + seq * number) % _PRIME

    def seal(self) -> Seal:
        """What came of it."""
        sums = self.plain, self.weighted
        return Seal(self.count, self.first, self.last, self.digest.hexdigest(), sums)


def sealed_rows(connection: Connection, number: int, after: Position) -> dict[str, Seal]:
    """What seals the rows of an import that has just added them: by table, none without rows.

    `after`: where the ledger stood before.
    """
    found: dict[str, Seal] = {}
    for table in TABLES:
        tally = _Tally()
        wanted = (
            select(table.c.seq, line_of(connection, table))
            .where(table.c.seq > after.of(table), table.c.import_id == number)
            .order_by(table.c.seq)
        )
        for seq, line in _streamed(connection, wanted):
            tally.add(seq, line)
        if tally.count:
            found[table.name] = tally.seal()
    return found


def seals(
    connection: Connection, table: Table, seen: Callable[[int], object] | None = None
) -> dict[int | str | None, Seal]:
    """What would seal a table's rows now, by import; None: of rows that came with no import.

    Of the latter, stages that this program executed or took back are not among them: for those
    their own entries stand. `seen` is told now and then how many rows more were looked at.
    """
    came = raw_cell(connection, table.c.import_id)
    wanted = select(table.c.seq, came, line_of(connection, table)).order_by(table.c.seq)
    if table is EVENTS:
        own = EVENTS.c.kind.in_(("stage", "stage_cancelled")) & or_(
            *(func.substr(EVENTS.c.key, 1, len(begin)) == begin for begin in OWN_KEYS)
        )
        wanted = wanted.where(not_(own & EVENTS.c.import_id.is_(None)))
    tallies: dict[str, _Tally] = {}
    for number, (seq, cell, line) in enumerate(_streamed(connection, wanted), start=1):
        tally = tallies.get(cell)
        if tally is None:
            tally = tallies[cell] = _Tally()
        tally.add(seq, line)
        if seen is not None and number % _PAGE == 0:
            seen(_PAGE)
    return {_value(cell): tally.seal() for cell, tally in tallies.items()}


def _value(cell: str) -> int | str | None:
    """What stands in a raw cell: a number, nothing, or the text of what else is there."""
    if cell == "n":
        return None
    text = bytes.fromhex(cell[1:]).decode(errors="replace")
    return int(text) if cell.startswith("i") else text


def _streamed(connection: Connection, wanted: Select[Any]) -> Iterable[Any]:
    return connection.execute(wanted.execution_options(yield_per=_PAGE))


def row_count(connection: Connection) -> int:
    """How many rows the ledger has."""
    counts = (select(func.count()).select_from(table).scalar_subquery() for table in TABLES)
    return sum(connection.execute(select(*counts)).one())


def id_at(connection: Connection, table: Table, seq: int) -> str:
    """The id of what stands in a row, however damaged; empty if it has none or is gone."""
    wanted = select(raw_cell(connection, table.c.id)).where(table.c.seq == seq)
    cell = connection.execute(wanted).scalar()
    return "" if cell is None else bytes.fromhex(cell[1:]).decode(errors="replace")


def imports_done(connection: Connection) -> dict[int, dict[str, Any]]:
    """What the store says of each import that is done: file, what came of it, who and when."""
    ended = type_coerce(IMPORTS.c.ended_at, MomentIfAny()).label("at")
    columns = (IMPORTS.c[name] for name in ("kind", "file", "sha256", *COUNTS, "actor"))
    wanted = select(IMPORTS.c.id, *columns, ended).where(IMPORTS.c.state == "done")
    rows = connection.execute(wanted.order_by(IMPORTS.c.id))
    found = [dict(row) for row in rows.mappings()]
    return {row.pop("id"): row for row in found}
