"""The ledger in a store: added to, and looked up by id."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import Select, exists, func, insert, literal, select

from engine.core.cells import cell_of
from engine.core.ledger_index import account_of
from engine.store.schema.ledger import CUSTOMERS, EVENTS, INVOICES

if TYPE_CHECKING:
    from sqlalchemy import Column, ColumnElement, Connection, Row

    from engine.core.model import Event

_CHUNK = 1_000
"""Ids that are looked up at once."""
CHANGE = "change:"
"""With this begins the key of an event that says that a customer or an invoice came in changed."""


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
    connection: Connection, wanted: Select[Any], column: Column[Any], ids: Iterable[Any]
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


def customers_after(connection: Connection, seq: int, begins: str, limit: int) -> dict[str, int]:
    """Customers after a place, with theirs; at most so many, in the order in which they came.

    With `begins` those who may have a case whose id begins so: an invoice, or an account.
    """
    wanted = select(CUSTOMERS.c.id, CUSTOMERS.c.seq).where(CUSTOMERS.c.seq > seq)
    if begins:
        account = CUSTOMERS.c.id + ":"
        theirs = INVOICES.c.customer == CUSTOMERS.c.id
        same = func.substr(INVOICES.c.id, 1, len(begins)) == begins
        wanted = wanted.where(
            exists().where(theirs, same)
            | (func.substr(account, 1, len(begins)) == begins)
            | (func.substr(literal(begins), 1, func.length(account)) == account)
        )
    rows = connection.execute(wanted.order_by(CUSTOMERS.c.seq).limit(limit))
    return {row.id: row.seq for row in rows}


def all_customers(connection: Connection) -> list[tuple[int, str, str]]:
    """Place, id and name of every customer, in the order in which they came."""
    columns = CUSTOMERS.c.seq, CUSTOMERS.c.id, CUSTOMERS.c.facts
    rows = connection.execute(select(*columns).order_by(CUSTOMERS.c.seq))
    return [(row.seq, row.id, str(row.facts.get("name") or "")) for row in rows]


def invoices_with(connection: Connection, parts: Sequence[str]) -> frozenset[str]:
    """Whose invoices have all of some texts in their ids, in capital letters or not."""
    wanted = select(INVOICES.c.customer).distinct()
    for part in parts:
        wanted = wanted.where(func.lower(INVOICES.c.id).contains(part.lower(), autoescape=True))
    return frozenset(connection.execute(wanted).scalars())


def debtors_after(connection: Connection, seq: int, upto: int, limit: int) -> dict[str, int]:
    """Customers for whom nobody else pays, with their places: after one, up to another.

    At most `limit` of them, in the order in which they came.
    """
    wanted = (
        select(CUSTOMERS.c.id, CUSTOMERS.c.seq)
        .where(CUSTOMERS.c.payer.is_(None), CUSTOMERS.c.seq > seq, CUSTOMERS.c.seq <= upto)
        .order_by(CUSTOMERS.c.seq)
        .limit(limit)
    )
    return {row.id: row.seq for row in connection.execute(wanted)}


def count_debtors(connection: Connection, upto: int) -> int:
    """How many customers there are up to a place for whom nobody else pays."""
    wanted = select(func.count()).where(CUSTOMERS.c.payer.is_(None), CUSTOMERS.c.seq <= upto)
    return connection.execute(wanted).scalar_one()


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


def families_of(connection: Connection, ids: Collection[str]) -> dict[str, str]:
    """Everybody in the families of some customers, each with the debtor who pays in the end."""
    above = with_payers(connection, ids)
    debtors = {name for name, payer in above.items() if payer is None}
    payers = below(connection, debtors)
    found = {name: name for name in debtors}
    for name in payers:
        chain = [name]
        while chain[-1] not in found:
            chain.append(payers[chain[-1]])
        found.update(dict.fromkeys(chain, found[chain[-1]]))
    # Whose payers end nowhere, as only damage can do, is at least looked at alone.
    return {**{name: name for name in ids if name not in found}, **found}


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
