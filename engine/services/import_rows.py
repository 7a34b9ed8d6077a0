"""Rows of a file that is imported: looked at a batch at a time, against what the store holds.

The rules are those of a ledger folder (`engine.io`). For each batch a `Reading` is made that holds
what its rows refer to and nothing else, so that memory does not grow with the file.
"""

from __future__ import annotations

import datetime
import hashlib
from collections import Counter
from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING, Any

from engine.core.ledger_index import account_of
from engine.core.model import Customer, Event, Invoice
from engine.core.money import Money
from engine.core.problems import DataProblem
from engine.io.ledger_events import read_event
from engine.io.ledger_rows import fact_columns, read_customer, read_invoice
from engine.io.ledger_state import Reading
from engine.services.import_changes import changed_customer, changed_invoice
from engine.store import ledger, ledger_read, staging
from engine.store.schema.base import canonical
from engine.store.schema.ledger import CUSTOMERS, INVOICES
from engine.store.staging import StagedRow, as_json, from_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sqlalchemy import Connection, Row

    from engine.core.model import TargetKind
    from engine.io import sheets
    from engine.io.sheets import Sheet
    from engine.store.staging import Import

_TARGETS: tuple[TargetKind, ...] = ("invoice", "document", "customer", "case")
_OWN = {"customers": "customer", "invoices": "invoice", "events": "id"}


@dataclass(slots=True)
class Batch:
    """Rows that are looked at together."""

    connection: Connection
    begun: Import
    sheet: Sheet
    at: datetime.datetime
    reading: Reading = field(default_factory=lambda: Reading({}, keeps_good_rows=True))
    rows: list[StagedRow] = field(default_factory=list)
    """What has to be staged."""

    def cells(self, rows: Iterable[sheets.Row], *names: str) -> set[str]:
        """Everything that stands under some columns."""
        places = [self.sheet.columns[name] for name in names if name in self.sheet.columns]
        return {row.cells[at] for row in rows for at in places} - {""}

    def stage(self, part: int, kind: str, name: str, body: Any) -> None:  # noqa: ANN401 - JSON
        """Stage a part of the row at hand."""
        self.rows.append(StagedRow(self.sheet.row.number, part, kind, name, body))

    def stage_problems(self) -> bool:
        """Stage what is wrong with the row at hand; whether anything is."""
        problems, self.sheet.problems = self.sheet.problems, []
        own = self.sheet.cell("id")
        if own and _OWN[self.begun.kind] == "id":
            own = f"id:{own}"
        for part, problem in enumerate(problems):
            self.stage(part, "bad", own, problem_as_json(problem))
        return bool(problems)


def problem_as_json(problem: DataProblem) -> dict[str, Any]:
    """A problem as it is staged: what is no text in it is replaced."""
    return {
        name: value.encode(errors="replace").decode() if isinstance(value, str) else value
        for name, value in asdict(problem).items()
    }


def look_at(batch: Batch, items: Sequence[tuple[int, sheets.Row | DataProblem]]) -> None:
    """Look at rows, and stage what they say or what is wrong with them."""
    rows = []
    for number, item in items:
        if isinstance(item, DataProblem):
            batch.rows.append(StagedRow(number, 0, "lost", "", problem_as_json(item)))
        else:
            rows.append(item._replace(number=number))
    {"customers": _customers, "invoices": _invoices, "events": _events}[batch.begun.kind](
        batch, rows
    )


# ---------------------------------------------------------------------- customers and invoices


def _customers(batch: Batch, rows: Sequence[sheets.Row]) -> None:
    sheet, reading = batch.sheet, batch.reading
    ids = batch.cells(rows, "id")
    there = ledger.customers(batch.connection, ids)
    changes = ledger.changes(batch.connection, "customer", there)
    for each in staging.staged(batch.connection, batch.begun, ids):
        if each.kind == "bad":
            reading.bad["customer"].add(each.id)
        else:
            reading.customers[each.id] = Customer(each.id)
    columns = fact_columns(reading, sheet, "customers")
    for row in rows:
        sheet.take(row)
        read_customer(reading, sheet, columns)
        name = sheet.cell("id")
        facts = {fact: sheet.cell(fact) for fact in columns if sheet.has(fact)}
        stored = there.get(name)
        events = (
            []
            if stored is None or sheet.failed()
            else changed_customer(sheet, stored, changes.get(name, ()), facts, batch.at)
        )
        if batch.stage_problems():
            continue
        if stored is None:
            payer = sheet.cell("payer") or None
            batch.stage(0, "customer", name, {"payer": payer, "facts": _texts(facts)})
        else:
            _stage_changes(batch, name, name, events)


def _invoices(batch: Batch, rows: Sequence[sheets.Row]) -> None:
    sheet, reading, connection = batch.sheet, batch.reading, batch.connection
    ids = batch.cells(rows, "id")
    there = ledger.invoices(connection, ids)
    owners = {row.customer for row in there.values()}
    changes = ledger.changes(connection, "invoice", owners)
    owners = batch.cells(rows, "customer")
    known = ledger.customers(connection, owners)
    near = ledger.alike(connection, CUSTOMERS.c.id, owners - known.keys())
    known |= ledger.customers(connection, near)
    reading.customers.update(_plain_customers(known))
    documents = batch.cells(rows, "document")
    reading.documents.update(ledger.documents(connection, documents))
    for each in staging.staged(connection, batch.begun, ids | documents):
        if each.kind == "document":
            reading.documents[each.id] = each.body["customer"], each.body["currency"]
        elif each.id not in ids:
            continue
        elif each.kind == "bad":
            reading.bad["invoice"].add(each.id)
        else:
            reading.invoices[each.id] = _NO_INVOICE
    columns = fact_columns(reading, sheet, "invoices")
    for row in rows:
        sheet.take(row)
        read_invoice(reading, sheet, columns)
        name = sheet.cell("id")
        facts = {fact: sheet.cell(fact) for fact in columns if sheet.has(fact)}
        stored = there.get(name)
        failed = sheet.failed()
        events = (
            []
            if stored is None or failed
            else changed_invoice(
                sheet, stored, changes.get(name, ()), reading.invoices[name], facts, batch.at
            )
        )
        if batch.stage_problems():
            continue
        if stored is None:
            _stage_invoice(batch, reading.invoices[name], facts)
        else:
            _stage_changes(batch, name, stored.customer, events)


def _stage_invoice(batch: Batch, invoice: Invoice, facts: Mapping[str, str]) -> None:
    named = {
        "customer": invoice.customer,
        "document": invoice.document,
        "issued": invoice.issued,
        "due": invoice.due,
        "amount": invoice.amount.minor,
        "currency": invoice.amount.currency,
        "recorded": invoice.recorded,
    }
    batch.stage(0, "invoice", invoice.id, {**as_json(named), "facts": _texts(facts)})
    if invoice.document is not None:
        owner = {"customer": invoice.customer, "currency": invoice.amount.currency}
        batch.stage(1, "document", invoice.document, owner)


def _stage_changes(batch: Batch, name: str, customer: str, events: Sequence[Event]) -> None:
    """Stage a row whose customer or invoice is there already, as the events that changed it."""
    batch.stage(0, "changed" if events else "same", name, {})
    for part, event in enumerate(events, start=1):
        key = f"{ledger.CHANGE}{batch.begun.id}:{batch.sheet.row.number}:{part}"
        batch.stage(part, "event", key, as_json(ledger.event_columns(event, key, customer)))


def _texts(facts: Mapping[str, str]) -> str:
    return canonical({name: text for name, text in facts.items() if text})


_NO_INVOICE = Invoice("", "", datetime.date.min, datetime.date.min, Money(1, "EUR"))
"""Stands for an invoice of which only the id matters."""


# -------------------------------------------------------------------------------------- events


def _events(batch: Batch, rows: Sequence[sheets.Row]) -> None:
    sheet, reading = batch.sheet, batch.reading
    _load_targets(batch, rows)
    _load_same(batch, rows)
    taken: list[tuple[sheets.Row, str, Event | None]] = []
    for row in rows:
        sheet.take(row)
        repeated = reading.repeated
        read_event(reading, sheet)
        if batch.stage_problems():
            continue
        event = reading.events.pop(row.number, None)
        if reading.repeated > repeated or event is None:
            taken.append((row, f"id:{sheet.cell('id')}", None))
            continue
        if event.kind == "fact":
            event = replace(event, value=sheet.cell("value") or None)
        taken.append((row, _identity(event), event))
    reading.rows.clear()
    _stage_events(batch, taken)


def _identity(event: Event) -> str:
    """What identifies an event among those of a file: its id, else everything that it says."""
    if event.id is not None:
        return f"id:{event.id}"
    columns = ledger.event_columns(event, "", "")
    return f"row:{hashlib.sha256(canonical(as_json(columns)).encode()).hexdigest()}"


def _stage_events(batch: Batch, taken: Sequence[tuple[sheets.Row, str, Event | None]]) -> None:
    """Stage events under their keys; those without an id are told apart by counting."""
    digests = [name for _, name, _ in taken if name.startswith("row:")]
    seen = Counter(row.id for row in staging.staged(batch.connection, batch.begun, digests))
    keys = []
    for _, name, _ in taken:
        if name.startswith("row:"):
            seen[name] += 1
            keys.append(f"{name}:{seen[name]}")
        else:
            keys.append(name)
    there = ledger.events_by_key(batch.connection, (key for key in keys if key[:4] == "row:"))
    for (row, name, event), key in zip(taken, keys, strict=True):
        batch.sheet.take(row)
        if event is None or key in there:
            batch.stage(0, "same", name, {})
        else:
            customer = _owner(batch.reading, event)
            batch.stage(0, "event", name, as_json(ledger.event_columns(event, key, customer)))


def _owner(reading: Reading, event: Event) -> str:
    """To whom the target of an event belongs."""
    match event.target:
        case "invoice":
            return reading.invoices[event.target_id].customer
        case "document":
            return reading.documents[event.target_id][0]
        case "case":
            account = account_of(event.target_id, reading.customers)
            return event.target_id if account is None else account.debtor
        case "customer":
            return event.target_id


def _load_same(batch: Batch, rows: Sequence[sheets.Row]) -> None:
    """Load the events that stand in the store, or further up in the file, under the same ids."""
    keys = {f"id:{each}" for each in batch.cells(rows, "id")}
    typed = ledger_read.Typed({})
    for row in ledger.events_by_key(batch.connection, keys).values():
        batch.reading.by_id[row.id] = ledger_read.event_of(row._mapping, typed)  # noqa: SLF001 - the public name for a row's columns
    for row in staging.staged(batch.connection, batch.begun, keys):
        if row.kind == "event":
            columns = {**from_json(row.body), "seq": row.number}
            batch.reading.by_id[columns["id"]] = ledger_read.event_of(columns, typed)


def _load_targets(batch: Batch, rows: Sequence[sheets.Row]) -> None:
    """Load what events are about."""
    connection, reading = batch.connection, batch.reading
    named = batch.cells(rows, "invoice")
    invoices = ledger.invoices(connection, named)
    near = ledger.alike(connection, INVOICES.c.id, named - invoices.keys())
    invoices |= ledger.invoices(connection, near)
    reading.invoices.update((name, _plain_invoice(row)) for name, row in invoices.items())
    reading.documents.update(ledger.documents(connection, batch.cells(rows, "document")))
    customers = batch.cells(rows, "customer")
    # An id may hold colons, so an account may be of any of these.
    accounts = {
        case[:at]
        for case in batch.cells(rows, "case")
        for at, letter in enumerate(case)
        if letter == ":"
    }
    # The account of a customer and a currency has such an id too.
    payers = ledger.with_payers(connection, customers | accounts)
    near = ledger.alike(connection, CUSTOMERS.c.id, customers - payers.keys())
    payers |= ledger.with_payers(connection, near)
    reading.customers.update((name, Customer(name, {}, payer)) for name, payer in payers.items())
    at = batch.sheet.columns.get("currency")
    unclear = [row for row in rows if at is None or not row.cells[at]]
    reading.currencies.update(ledger.currencies(connection, batch.cells(unclear, "customer")))


def _plain_customers(rows: Mapping[str, Row[Any]]) -> dict[str, Customer]:
    return {name: Customer(name, {}, row.payer) for name, row in rows.items()}


def _plain_invoice(row: Row[Any]) -> Invoice:
    amount = Money(row.amount, row.currency)
    return Invoice(row.id, row.customer, row.issued, row.due, amount, row.document, row.recorded)
