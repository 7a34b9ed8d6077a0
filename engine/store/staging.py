"""Files on their way into the ledger: rows are staged in batches, and taken all at once."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from sqlalchemy import (
    JSON,
    BigInteger,
    Date,
    DateTime,
    Integer,
    Text,
    case,
    cast,
    delete,
    func,
    insert,
    literal,
    select,
    text,
    update,
)

from engine.store.ledger import looked_up
from engine.store.schema.ledger import CUSTOMERS, EVENTS, IMPORTS, INVOICES, STAGED

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from sqlalchemy import ColumnElement, Connection, Row, Table
    from sqlalchemy.types import TypeEngine

Kind = Literal["customers", "invoices", "events"]

ABANDONED = datetime.timedelta(days=1)
"""Who reads a file for longer than that does not read it any more."""
_PAGE = 1_000
_CUSTOMERS = 200
"""Customers whose events are looked at together."""
_TYPES: Mapping[str, TypeEngine[Any]] = {
    **dict.fromkeys(("date", "until", "issued", "due"), Date()),
    **dict.fromkeys(("amount", "fee", "interest"), BigInteger()),
    "version": Integer(),
    "recorded": DateTime(timezone=True),
}
"""Of the columns that are no text."""
_TABLES: tuple[tuple[str, Table], ...] = (
    ("customer", CUSTOMERS),
    ("invoice", INVOICES),
    ("event", EVENTS),
)


@dataclass(frozen=True, slots=True)
class Import:
    """A file that is being read."""

    id: int
    kind: Kind
    begun_after: int
    """How many imports were done when it was begun: what was checked is right as long as no other
    is done."""
    staged: int
    """How many rows need not be read again."""


class StagedRow(NamedTuple):
    """A part of what a row of a file says."""

    number: int
    """Of the row, from 1."""
    part: int
    """From 0."""
    kind: str
    """See `engine.store.schema.ledger`."""
    id: str
    """Of the customer, the invoice or the document; `id:ID` or `row:DIGEST` of an event."""
    body: Any
    """Columns by name (see `as_json`), or a problem."""


def as_json(columns: Mapping[str, Any]) -> dict[str, Any]:
    """Columns as values of JSON, written as the tables hold them."""
    return {name: _plain(value) for name, value in columns.items()}


def _plain(value: object) -> object:
    match value:
        case datetime.datetime():
            moment = value.astimezone(datetime.UTC).replace(tzinfo=None)
            return moment.isoformat(" ", "microseconds")
        case datetime.date():
            return value.isoformat()
        case _:
            return value


def from_json(body: Mapping[str, Any]) -> dict[str, Any]:
    """The columns that `as_json` wrote."""
    columns = dict(body)
    for name, kind in _TYPES.items():
        written = columns.get(name)
        if written is None:
            continue
        if isinstance(kind, Date):
            columns[name] = datetime.date.fromisoformat(written)
        elif isinstance(kind, DateTime):
            columns[name] = datetime.datetime.fromisoformat(written).replace(tzinfo=datetime.UTC)
    return columns


# -------------------------------------------------------------------------------- one import


def finished(connection: Connection) -> int:
    """How many imports are done."""
    wanted = select(func.count()).select_from(IMPORTS).where(IMPORTS.c.state == "done")
    return connection.execute(wanted).scalar_one()


def begin(
    connection: Connection,
    kind: Kind,
    file: str,
    sha256: str,
    actor: str,
    at: datetime.datetime,
) -> Import:
    """Go on with the file of this SHA-256 if its reading was broken off, else begin anew."""
    done = finished(connection)
    same = (IMPORTS.c.kind == kind, IMPORTS.c.sha256 == sha256, IMPORTS.c.state == "staging")
    left = connection.execute(select(IMPORTS).where(*same).order_by(IMPORTS.c.id)).first()
    if left is not None:
        found = Import(left.id, kind, left.begun_after, left.staged)
        return found if left.begun_after == done else restart(connection, found)
    _forget_abandoned(connection, done, at)
    counts = dict.fromkeys(("staged", "taken", "changed", "unchanged", "bad"), 0)
    named = {"kind": kind, "file": file, "sha256": sha256, "actor": actor, "started_at": at}
    values = {**named, **counts, "state": "staging", "begun_after": done}
    key = connection.execute(insert(IMPORTS).values(values)).inserted_primary_key
    return Import(0 if key is None else key[0], kind, done, 0)


def _forget_abandoned(connection: Connection, done: int, at: datetime.datetime) -> None:
    """Take away what was staged of files that nobody goes on with.

    Another file was taken since, so that these would be looked at from the beginning anyway.
    """
    abandoned = (
        (IMPORTS.c.state == "staging")
        & (IMPORTS.c.staged > 0)
        & (IMPORTS.c.begun_after < done)
        & (IMPORTS.c.started_at < at - ABANDONED)
    )
    numbers = select(IMPORTS.c.id).where(abandoned)
    connection.execute(delete(STAGED).where(STAGED.c.import_id.in_(numbers)))
    connection.execute(update(IMPORTS).where(abandoned).values(staged=0))


def restart(connection: Connection, begun: Import) -> Import:
    """Forget what was staged, because another file was imported since: look at all of it again."""
    connection.execute(delete(STAGED).where(STAGED.c.import_id == begun.id))
    done = finished(connection)
    values = {"staged": 0, "begun_after": done}
    connection.execute(update(IMPORTS).where(IMPORTS.c.id == begun.id).values(values))
    return Import(begun.id, begun.kind, done, 0)


def advance(connection: Connection, begun: Import, rows: int) -> bool:
    """Say that so many rows more are staged; False if another process goes on with this file."""
    same = (
        IMPORTS.c.id == begun.id,
        IMPORTS.c.state == "staging",
        IMPORTS.c.staged == begun.staged,
        IMPORTS.c.begun_after == begun.begun_after,
    )
    changed = connection.execute(update(IMPORTS).where(*same).values(staged=begun.staged + rows))
    return changed.rowcount == 1


def end(
    connection: Connection,
    begun: Import,
    state: Literal["done", "refused"],
    counts: Mapping[str, int],
    at: datetime.datetime,
) -> None:
    """Say what became of it. What was staged is taken away."""
    connection.execute(delete(STAGED).where(STAGED.c.import_id == begun.id))
    values = {**counts, "state": state, "ended_at": at}
    connection.execute(update(IMPORTS).where(IMPORTS.c.id == begun.id).values(values))


# --------------------------------------------------------------------------------- its rows


def stage(connection: Connection, begun: Import, rows: Sequence[StagedRow]) -> None:
    """Keep what rows say until all of them are taken."""
    for start in range(0, len(rows), _PAGE):
        part = [{"import_id": begun.id, **row._asdict()} for row in rows[start : start + _PAGE]]
        connection.execute(insert(STAGED), part)


def count_again(connection: Connection) -> None:
    """Let PostgreSQL know how much there is of what: it looks by itself only once a minute.

    Until it does it searches a table that was empty a moment ago from its beginning to its end.
    """
    if connection.dialect.name == "postgresql":
        for table in (STAGED, CUSTOMERS, INVOICES, EVENTS):
            connection.execute(text(f"ANALYZE {table.name}"))


def unstage(connection: Connection, begun: Import, numbers: Iterable[int]) -> None:
    """Forget what some rows say."""
    every = list(numbers)
    for start in range(0, len(every), _PAGE):
        these = STAGED.c.number.in_(every[start : start + _PAGE])
        connection.execute(delete(STAGED).where(STAGED.c.import_id == begun.id, these))


def staged(connection: Connection, begun: Import, ids: Iterable[str]) -> Iterator[Row[Any]]:
    """What was staged under some ids, in no order."""
    wanted = select(STAGED).where(STAGED.c.import_id == begun.id)
    return looked_up(connection, wanted, STAGED.c.id, ids)


def bad_rows(connection: Connection, begun: Import) -> Iterator[Any]:
    """What is wrong with rows, in the order of the file."""
    is_bad = STAGED.c.kind.in_(("bad", "lost"))
    wanted = (
        select(STAGED.c.number, STAGED.c.part, STAGED.c.body)
        .where(STAGED.c.import_id == begun.id, is_bad)
        .order_by(STAGED.c.number, STAGED.c.part)
        .limit(_PAGE)
    )
    number, part = 0, -1
    while True:
        after = (STAGED.c.number > number) | ((STAGED.c.number == number) & (STAGED.c.part > part))
        rows = connection.execute(wanted.where(after)).all()
        if not rows:
            return
        for row in rows:
            yield row.body
        number, part = rows[-1].number, rows[-1].part


def counts(connection: Connection, begun: Import) -> dict[str, int]:
    """How many rows of a file are of which kind; of bad ones, how many problems as `problems`."""
    wanted = (
        # Every row has one part 0 of its kind.
        select(STAGED.c.kind, func.count(), func.count(case((STAGED.c.part == 0, 1))))
        .where(STAGED.c.import_id == begun.id)
        .group_by(STAGED.c.kind)
    )
    rows = {kind: (parts, numbers) for kind, parts, numbers in connection.execute(wanted)}
    of = {kind: numbers for kind, (_, numbers) in rows.items()}
    problems = sum(rows[kind][0] for kind in ("bad", "lost") if kind in rows)
    return {
        "taken": of.get(begun.kind.removesuffix("s"), 0),
        "changed": of.get("changed", 0),
        "unchanged": of.get("same", 0),
        "bad": of.get("bad", 0) + of.get("lost", 0),
        "problems": problems,
    }


def has_lost(connection: Connection, begun: Import) -> bool:
    """Whether there was a row that could not even be taken apart."""
    wanted = select(STAGED.c.number).where(STAGED.c.import_id == begun.id, STAGED.c.kind == "lost")
    return connection.execute(wanted.limit(1)).first() is not None


def take(connection: Connection, begun: Import) -> None:
    """Add everything that was staged and is new, in the order of the file."""
    for kind, table in _TABLES:
        columns = [each.name for each in table.c if each.name not in ("seq", "import_id")]
        is_sqlite = connection.dialect.name == "sqlite"
        fields = [
            STAGED.c.id if name == "id" and kind != "event" else _field(name, is_sqlite=is_sqlite)
            for name in columns
        ]
        rows = (
            select(*fields, literal(begun.id, Integer()))
            .where(STAGED.c.import_id == begun.id, STAGED.c.kind == kind)
            .order_by(STAGED.c.number, STAGED.c.part)
        )
        connection.execute(insert(table).from_select([*columns, "import_id"], rows))


def _field(name: str, *, is_sqlite: bool) -> ColumnElement[Any]:
    """A column of a staged row, as its table keeps it."""
    if is_sqlite:
        return func.json_extract(STAGED.c.body, f"$.{name}")
    kind = _TYPES.get(name, Text())
    found: ColumnElement[Any] = func.json_extract_path_text(cast(STAGED.c.body, JSON), name)
    # A moment stands there in UTC, without saying so.
    return cast(found.op("||")("+00") if isinstance(kind, DateTime) else found, kind)


# ---------------------------------------------------------------------- once they were taken


def concerned(connection: Connection, begun: Import, kinds: Sequence[str]) -> Iterator[list[str]]:
    """The customers of whom an import took events of some kinds, some at a time."""
    wanted = (
        select(EVENTS.c.customer)
        .where(EVENTS.c.import_id == begun.id, EVENTS.c.kind.in_(kinds))
        .distinct()
        .order_by(EVENTS.c.customer)
        .limit(_CUSTOMERS)
    )
    last = ""
    while True:
        page = list(connection.execute(wanted.where(EVENTS.c.customer > last)).scalars())
        if not page:
            return
        yield page
        last = page[-1]


def without_payers(connection: Connection, begun: Import) -> dict[int, str]:
    """By row, the customers of an import whose chain of payers ends with nobody."""
    is_new = CUSTOMERS.c.import_id == begun.id
    known = (
        select(CUSTOMERS.c.id)
        .where(CUSTOMERS.c.payer.is_(None) | CUSTOMERS.c.import_id.is_distinct_from(begun.id))
        .cte("known", recursive=True)
    )
    known = known.union(select(CUSTOMERS.c.id).where(is_new, CUSTOMERS.c.payer == known.c.id))
    # Not `NOT IN`: PostgreSQL would go through all of them for each customer.
    beside = CUSTOMERS.outerjoin(known, known.c.id == CUSTOMERS.c.id)
    lost = select(CUSTOMERS.c.id).select_from(beside).where(is_new, known.c.id.is_(None))
    names = list(connection.execute(lost).scalars())
    rows = staged(connection, begun, names)
    return {row.number: row.id for row in rows if row.kind == "customer"}
