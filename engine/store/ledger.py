"""The ledger in a store: looked up by id, and read back as records.

Facts are kept as the texts that were written. They get their type when they are read, by what the
policies declare that are asked.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import Select, func, insert, select

from engine.core.cells import Bad, cell_of, read_fact, type_of_fact
from engine.core.ledger_index import account_of
from engine.core.model import Customer, Event, Invoice, Ledger
from engine.core.money import Money
from engine.store.schema.ledger import CUSTOMERS, EVENTS, INVOICES

if TYPE_CHECKING:
    from sqlalchemy import Column, ColumnElement, Connection, Row

    from dunlang.types import Type
    from engine.core.model import Value

_CHUNK = 1_000
"""Ids that are looked up at once."""
_PAGE = 5_000
"""Rows that a server sends at once."""
CHANGE = "change:"
"""With this begins the key of an event that says that a customer or an invoice came in changed."""


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
    connection: Connection, types: Mapping[str, Type], debtor: str | None = None
) -> Ledger:
    """The ledger, or what concerns one debtor and all whom they pay for.

    `types` are the declared facts by path. A text that does not fit is an unknown fact;
    `load_ledger` tells which.
    """
    return load_ledger(connection, types, debtor).ledger


def load_ledger(
    connection: Connection, types: Mapping[str, Type], debtor: str | None = None
) -> LedgerStored:
    """As `read_ledger`, with the texts that do not fit."""
    typed = Typed(types)
    family = None if debtor is None else sorted(family_of(connection, debtor))
    customers = {
        row.id: Customer(row.id, typed.facts("customer", row.id, row.facts), row.payer)
        for row in _in_order(connection, select(CUSTOMERS), CUSTOMERS.c.id, family)
    }
    invoices = {
        row.id: _invoice(row, typed)
        for row in _in_order(connection, select(INVOICES), INVOICES.c.customer, family)
    }
    events = [
        event_of(row._mapping, typed)  # noqa: SLF001 - the public name for a row's columns
        for row in _in_order(connection, select(EVENTS), EVENTS.c.customer, family)
    ]
    events.sort(key=lambda each: each.order)
    return LedgerStored(Ledger(customers, invoices, tuple(events)), tuple(typed.unfit))


def _in_order(
    connection: Connection,
    wanted: Select[Any],
    column: Column[str],
    ids: Sequence[str] | None,
) -> Iterable[Row[Any]]:
    """The rows with some ids, or all, in the order in which they came."""
    if ids is not None:
        return sorted(looked_up(connection, wanted, column, ids), key=lambda row: int(row.seq))
    seq = column.table.c.seq
    return connection.execution_options(yield_per=_PAGE).execute(wanted.order_by(seq))


def _invoice(row: Row[Any], typed: Typed) -> Invoice:
    return Invoice(
        row.id,
        row.customer,
        row.issued,
        row.due,
        Money(row.amount, row.currency),
        row.document,
        row.recorded,
        typed.facts("invoice", row.id, row.facts),
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


# ------------------------------------------------------------------------------------- writing


def event_columns(event: Event, key: str, customer: str) -> dict[str, Any]:
    """The columns of an event, all but its place.

    `key` is what makes it the same event again, `customer` to whom its target belongs. The value
    of a fact that is a text is kept as it is.
    """
    money = event.amount or event.fee or event.interest
    return {
        "key": key,
        "id": event.id,
        "kind": event.kind,
        "date": event.date,
        "target": event.target,
        "target_id": event.target_id,
        "customer": customer,
        "recorded": event.recorded,
        "amount": None if event.amount is None else event.amount.minor,
        "currency": None if money is None else money.currency,
        "until": event.until,
        "name": event.name,
        "value": None if event.value is None else cell_of(event.value),
        "reason": event.reason,
        "stage": event.stage,
        "policy": event.policy,
        "version": event.version,
        "fee": None if event.fee is None else event.fee.minor,
        "interest": None if event.interest is None else event.interest.minor,
    }


def add_events(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Add events by their columns (`event_columns`), in this order."""
    for part in _parts(rows):
        connection.execute(insert(EVENTS), part)


# --------------------------------------------------------------------------------- looking up


def looked_up(
    connection: Connection, wanted: Select[Any], column: Column[Any], ids: Iterable[str]
) -> Iterator[Row[Any]]:
    """The rows with some ids."""
    for part in _parts(list(dict.fromkeys(ids))):
        yield from connection.execute(wanted.where(column.in_(part)))


def _parts(every: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(every), _CHUNK):
        yield every[start : start + _CHUNK]


def alike(connection: Connection, column: Column[str], ids: Iterable[str]) -> list[str]:
    """Ids that differ from some others only in capitals and signs between letters; for hints."""
    wanted = {_plain(each) for each in sorted(ids)[:_PROPOSALS]}
    if not wanted:
        return []
    plain: ColumnElement[str] = func.lower(column)
    for sign in _SIGNS:
        plain = func.replace(plain, sign, "")
    return list(connection.execute(select(column).where(plain.in_(wanted))).scalars())


_SIGNS = "-_ ./#"
_PROPOSALS = 50
"""Nobody reads more of them."""


def _plain(name: str) -> str:
    return "".join(letter for letter in name.lower() if letter not in _SIGNS)


def customers(connection: Connection, ids: Iterable[str]) -> dict[str, Row[Any]]:
    """Rows of customers by id; who is not there is left out."""
    return {row.id: row for row in looked_up(connection, select(CUSTOMERS), CUSTOMERS.c.id, ids)}


def with_payers(connection: Connection, ids: Iterable[str]) -> dict[str, str | None]:
    """The payer of some customers, and of these, to the end of each chain."""
    found: dict[str, str | None] = {}
    wanted = set(ids)
    columns = select(CUSTOMERS.c.id, CUSTOMERS.c.payer)
    while wanted:
        rows = list(looked_up(connection, columns, CUSTOMERS.c.id, wanted))
        found.update((row.id, row.payer) for row in rows)
        wanted = {row.payer for row in rows if row.payer is not None} - found.keys()
    return found


def below(connection: Connection, ids: Iterable[str]) -> dict[str, str]:
    """The payer of each customer for whom some customers pay, at once or through others."""
    found: dict[str, str] = {}
    wanted = set(ids)
    columns = select(CUSTOMERS.c.id, CUSTOMERS.c.payer)
    while wanted:
        rows = list(looked_up(connection, columns, CUSTOMERS.c.payer, wanted))
        wanted = {row.id for row in rows} - found.keys()
        found.update((row.id, row.payer) for row in rows)
    return found


def owner_of(connection: Connection, case: str) -> str | None:
    """The customer of an invoice or an account; None if there is none of this id."""
    found = invoices(connection, [case]).get(case)
    if found is not None:
        return str(found.customer)
    # A customer's id may hold colons.
    names = (case[:at] for at, letter in enumerate(case) if letter == ":")
    account = account_of(case, customers(connection, names))
    return None if account is None else account.debtor


def family_of(connection: Connection, customer: str) -> set[str]:
    """The debtor of a customer, and everybody whom that debtor pays for."""
    above = with_payers(connection, [customer])
    roots = {name for name, payer in above.items() if payer is None}
    return {*roots, *below(connection, roots)}


def invoices(connection: Connection, ids: Iterable[str]) -> dict[str, Row[Any]]:
    """Rows of invoices by id; what is not there is left out."""
    return {row.id: row for row in looked_up(connection, select(INVOICES), INVOICES.c.id, ids)}


def documents(connection: Connection, ids: Iterable[str]) -> dict[str, tuple[str, str]]:
    """Customer and currency of documents."""
    columns = INVOICES.c.document, INVOICES.c.customer, INVOICES.c.currency
    rows = looked_up(connection, select(*columns).distinct(), INVOICES.c.document, ids)
    return {row.document: (row.customer, row.currency) for row in rows}


def currencies(connection: Connection, ids: Iterable[str]) -> dict[str, set[str]]:
    """The currencies of the invoices that customers have or pay."""
    asked = set(ids)
    payers = below(connection, asked)
    found: dict[str, set[str]] = {}
    wanted = select(INVOICES.c.customer, INVOICES.c.currency).distinct()
    for row in looked_up(connection, wanted, INVOICES.c.customer, {*asked, *payers}):
        at: str | None = row.customer
        while at is not None:
            found.setdefault(at, set()).add(row.currency)
            at = payers.get(at)
    return {name: found[name] for name in asked & found.keys()}


def events_by_key(connection: Connection, keys: Iterable[str]) -> dict[str, Row[Any]]:
    """Rows of events by what makes them the same again."""
    return {row.key: row for row in looked_up(connection, select(EVENTS), EVENTS.c.key, keys)}


def events_of_kinds(
    connection: Connection, kinds: Sequence[str], owners: Iterable[str]
) -> list[Row[Any]]:
    """Rows of events of some kinds that belong to some customers."""
    wanted = select(EVENTS).where(EVENTS.c.kind.in_(kinds))
    return list(looked_up(connection, wanted, EVENTS.c.customer, owners))


def changes(
    connection: Connection, target: str, owners: Iterable[str]
) -> dict[str, list[Row[Any]]]:
    """By id, the events with which customers or invoices came in changed, the oldest first.

    `owners` are the customers to whom they belong.
    """
    wanted = select(EVENTS).where(EVENTS.c.target == target, EVENTS.c.key.startswith(CHANGE))
    found: dict[str, list[Row[Any]]] = {}
    rows = looked_up(connection, wanted, EVENTS.c.customer, owners)
    for row in sorted(rows, key=lambda each: int(each.seq)):
        found.setdefault(row.target_id, []).append(row)
    return found
