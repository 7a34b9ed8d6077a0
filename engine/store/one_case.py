"""What concerns one invoice, read by one statement: what a service asks over and over.

The debtor, everybody they pay for, and the invoices and events of all of them, as one state of the
store, without a transaction around it.
"""

from __future__ import annotations

import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from pydantic_core import from_json
from sqlalchemy import Text, bindparam, cast, func, select, union

from engine.core.model import Customer, Ledger
from engine.store.errors import BROKEN, StoreError
from engine.store.ledger_read import Typed, event_of, invoice_of
from engine.store.schema.base import Day, Json, Moment
from engine.store.schema.ledger import CUSTOMERS, EVENTS, INVOICES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from sqlalchemy import Connection, Select, Table

    from dunlang.types import Type

_TABLES = CUSTOMERS, INVOICES, EVENTS
_OWNER = CUSTOMERS.c.id, INVOICES.c.customer, EVENTS.c.customer
_LEFT_OUT = frozenset({"key", "import_id"})


def ledger_of_invoice(
    connection: Connection, invoice: str, types: Mapping[str, Type]
) -> Ledger | None:
    """The ledger as far as it concerns the debtor of an invoice; None if there is none of this id.

    `types` are the declared facts by path; a text that is no value of its type is an unknown fact.
    Raises StoreError.
    """
    asked = question(connection.dialect.name)
    return ledger_in(connection.execute(asked, {"invoice": invoice}).one(), types)


def ledger_in(texts: Sequence[str | None], types: Mapping[str, Type]) -> Ledger | None:
    """As `ledger_of_invoice`, from the answer to its `question`. Raises StoreError."""
    customers, invoices, events = (
        sorted(_rows(table, text), key=_seq) for table, text in zip(_TABLES, texts, strict=True)
    )
    if not invoices:
        return None
    typed = Typed(types)
    happened = sorted((event_of(row, typed) for row in events), key=lambda each: each.order)
    return Ledger(
        {
            row["id"]: Customer(
                row["id"], typed.facts("customer", row["id"], row["facts"]), row["payer"]
            )
            for row in customers
        },
        {row["id"]: invoice_of(row, typed) for row in invoices},
        tuple(happened),
    )


def _seq(row: Mapping[str, Any]) -> int:
    return int(row["seq"])


@lru_cache
def question(dialect: str) -> Select[Any]:
    """The statement: for an `invoice`, the rows of each table as a list of JSON, in no order."""
    asked = select(INVOICES.c.customer).where(INVOICES.c.id == bindparam("invoice"))
    above = (
        select(CUSTOMERS.c.id, CUSTOMERS.c.payer)
        .where(CUSTOMERS.c.id.in_(asked))
        .cte("above", recursive=True)
    )
    payer = select(CUSTOMERS.c.id, CUSTOMERS.c.payer).join(above, CUSTOMERS.c.id == above.c.payer)
    above = above.union(payer)
    debtor = select(above.c.id).where(above.c.payer.is_(None))
    family = debtor.cte("family", recursive=True)
    paid = select(CUSTOMERS.c.id).join(family, CUSTOMERS.c.payer == family.c.id)
    family = family.union(paid)
    # Whose payers end nowhere, as only damage can do, is at least looked at alone.
    every = union(select(family.c.id), asked)
    return select(
        *(
            select(_listed(dialect, table)).where(owner.in_(every)).scalar_subquery()
            for table, owner in zip(_TABLES, _OWNER, strict=True)
        )
    )


def _listed(dialect: str, table: Table) -> Any:  # noqa: ANN401 - an expression of any type
    columns = (column for name, column in table.c.items() if name not in _LEFT_OUT)
    if dialect == "sqlite":
        return func.json_group_array(func.json_array(*columns))
    return cast(func.json_agg(func.json_build_array(*columns)), Text)


@lru_cache
def columns_of(
    table: Table,
) -> tuple[tuple[str, ...], tuple[tuple[str, Callable[[Any], object]], ...]]:
    """The columns in their order, and what reads those in whose place JSON has a text."""
    columns = [(name, type(each.type)) for name, each in table.c.items() if name not in _LEFT_OUT]
    readers: dict[type, Callable[[Any], object]]
    readers = {Day: datetime.date.fromisoformat, Json: from_json, Moment: _moment}
    read = ((name, readers.get(kind)) for name, kind in columns)
    names = tuple(name for name, _ in columns)
    return names, tuple((name, reader) for name, reader in read if reader is not None)


def _rows(table: Table, text: str | None) -> Iterator[dict[str, Any]]:
    return (record(table, values) for values in (from_json(text) if text else ()))


def record(table: Table, values: Sequence[Any]) -> dict[str, Any]:
    """A row by its columns, from the values that JSON has for them. Raises StoreError."""
    names, readers = columns_of(table)
    row = dict(zip(names, values, strict=True))
    for name, read in readers:
        value = row[name]
        if value is None:
            continue
        try:
            row[name] = read(value)
        except (ValueError, TypeError):
            message = f"the store holds {value!r} where that cannot stand: it is damaged"
            hint = "restore the last backup; see docs/operations.md"
            raise StoreError(BROKEN, message, hint) from None
    return row


def _moment(text: str) -> datetime.datetime:
    moment = datetime.datetime.fromisoformat(text)
    if moment.tzinfo is None:
        return moment.replace(tzinfo=datetime.UTC)
    return moment.astimezone(datetime.UTC)
