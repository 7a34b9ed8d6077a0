"""The ledger in a store, read back as records: as it is, or as it stood earlier.

Facts are kept as the texts that were written. They get their type when they are read, by what the
policies declare that are asked.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import Select, func, select

from engine.core.cells import Bad, read_fact, type_of_fact
from engine.core.model import Customer, Event, Invoice, Ledger
from engine.core.money import Money
from engine.store.ledger import families_of, looked_up
from engine.store.schema.ledger import CUSTOMERS, EVENTS, INVOICES

if TYPE_CHECKING:
    from sqlalchemy import Column, Connection, Row, Table

    from dunlang.types import Type
    from engine.core.model import Value

_PAGE = 5_000
"""Rows that a server sends at once."""


@dataclass(frozen=True, slots=True)
class Position:
    """How far the ledger had got: the highest `seq` of each of its tables, 0 for an empty one.

    Rows are only ever added, so that the ledger as it stood then is what is not above this.
    """

    customers: int
    invoices: int
    events: int

    def of(self, table: Table) -> int:
        """The highest `seq` of a table."""
        return {CUSTOMERS: self.customers, INVOICES: self.invoices, EVENTS: self.events}[table]

    def plain(self) -> dict[str, int]:
        """As values of JSON."""
        return {"customers": self.customers, "invoices": self.invoices, "events": self.events}

    @classmethod
    def from_plain(cls, value: Mapping[str, int]) -> Position:
        """What `plain` wrote. Raises KeyError for what it did not write."""
        return cls(value["customers"], value["invoices"], value["events"])


def position(connection: Connection) -> Position:
    """Where the ledger stands."""
    newest = (
        select(func.coalesce(func.max(table.c.seq), 0)).scalar_subquery()
        for table in (CUSTOMERS, INVOICES, EVENTS)
    )
    return Position(*connection.execute(select(*newest)).one())


@dataclass(frozen=True, slots=True)
class Unfit:
    """A text that is no value of the type that a policy declares; it counts as unknown."""

    owner: str
    """`customer` or `invoice`, or of an event's fact what the event is about."""
    id: str
    name: str
    why: Bad

    def __str__(self) -> str:
        """As a person reads it."""
        return f"{self.owner} {self.id}: {self.name}: {self.why.message}; it counts as unknown"


@dataclass(frozen=True, slots=True)
class LedgerStored:
    """What came of reading a store's ledger."""

    ledger: Ledger
    unfit: tuple[Unfit, ...]


@dataclass(frozen=True, slots=True)
class Typed:
    """Texts of facts read as values, and those that are none."""

    types: Mapping[str, Type]
    """Declared facts by path, such as `customer.risk`."""
    unfit: list[Unfit] = field(default_factory=list)
    _known: dict[str, Type | None] = field(default_factory=dict)

    def facts(self, owner: str, name: str, texts: Mapping[str, str]) -> dict[str, Value]:
        """The facts of a customer or an invoice."""
        found = {fact: self.fact(owner, owner, name, fact, text) for fact, text in texts.items()}
        return {fact: value for fact, value in found.items() if value is not None}

    def fact(self, owner: str, target: str, name: str, fact: str, text: str) -> Value | None:
        """The value of a fact; None, which is noted, if it is none of its type."""
        path = f"{owner}.{fact}"
        if path not in self._known:
            self._known[path] = type_of_fact(self.types, path)
        kind = self._known[path]
        if kind is None:
            return text
        value = read_fact(text, kind)
        if isinstance(value, Bad):
            self.unfit.append(Unfit(target, name, fact, value))
            return None
        return value


# ------------------------------------------------------------------------------------- reading


def read_ledger(
    connection: Connection,
    types: Mapping[str, Type],
    debtors: Collection[str] | None = None,
    upto: Position | None = None,
) -> Ledger:
    """The ledger, or what concerns some debtors and all whom they pay for; now, or as it stood.

    `types` are the declared facts by path. A text that does not fit is an unknown fact;
    `load_ledger` tells which.
    """
    return load_ledger(connection, types, debtors, upto).ledger


def load_ledger(
    connection: Connection,
    types: Mapping[str, Type],
    debtors: Collection[str] | None = None,
    upto: Position | None = None,
) -> LedgerStored:
    """As `read_ledger`, with the texts that do not fit."""
    typed = Typed(types)
    family = None if debtors is None else sorted(families_of(connection, debtors))
    customers = {
        row.id: Customer(row.id, typed.facts("customer", row.id, row.facts), row.payer)
        for row in _in_order(connection, CUSTOMERS.c.id, family, upto)
    }
    invoices = {
        row.id: invoice_of(row._mapping, typed)  # noqa: SLF001 - the public name for its columns
        for row in _in_order(connection, INVOICES.c.customer, family, upto)
    }
    events = [
        event_of(row._mapping, typed)  # noqa: SLF001 - the public name for a row's columns
        for row in _in_order(connection, EVENTS.c.customer, family, upto)
    ]
    events.sort(key=lambda each: each.order)
    return LedgerStored(Ledger(customers, invoices, tuple(events)), tuple(typed.unfit))


def _in_order(
    connection: Connection,
    owner: Column[str],
    family: Collection[str] | None,
    upto: Position | None,
) -> Iterable[Row[Any]]:
    """The rows that belong to some customers, or all, in the order in which they came."""
    table = owner.table
    wanted: Select[Any] = select(table)
    if upto is not None:
        wanted = wanted.where(table.c.seq <= upto.of(table))
    if family is not None:
        return sorted(looked_up(connection, wanted, owner, family), key=lambda row: int(row.seq))
    by_seq = wanted.order_by(table.c.seq)
    return connection.execute(by_seq.execution_options(yield_per=_PAGE))


def invoice_of(row: Mapping[Any, Any], typed: Typed) -> Invoice:
    """An invoice from its columns."""
    return Invoice(
        row["id"],
        row["customer"],
        row["issued"],
        row["due"],
        Money(row["amount"], row["currency"]),
        row["document"],
        row["recorded"],
        typed.facts("invoice", row["id"], row["facts"]),
    )


def event_of(row: Mapping[Any, Any], typed: Typed) -> Event:
    """An event from its columns; its place is `seq`."""
    currency = row["currency"]

    def money(column: str) -> Money | None:
        return None if row[column] is None else Money(row[column], currency)

    value: Value | None = row["value"]
    match row["kind"]:
        case "due_changed":
            value = datetime.date.fromisoformat(row["value"])
        case "stage" if value is not None:
            value = frozenset(part for part in row["value"].split(";") if part)
        case "fact" if value is not None:
            owner = "customer" if row["target"] == "customer" else "invoice"
            named = (owner, row["target"], row["target_id"], row["name"])
            value = typed.fact(*named, row["value"])
    return Event(
        row["kind"],
        row["date"],
        row["target"],
        row["target_id"],
        row["recorded"],
        row["seq"],
        row["id"],
        money("amount"),
        row["until"],
        row["reason"],
        row["name"],
        value,
        row["stage"],
        row["policy"],
        row["version"],
        money("fee"),
        money("interest"),
    )
