"""Rows of the files `customers` and `invoices` as records."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.core.cells import (
    Bad,
    read_currency,
    read_day,
    read_fact,
    read_minor,
    read_moment,
    type_of_fact,
)
from engine.core.model import Customer, Invoice
from engine.core.money import Money

if TYPE_CHECKING:
    import datetime
    from collections.abc import Mapping

    from dunlang.types import Type
    from engine.core.model import Value
    from engine.io.ledger_state import Reading
    from engine.io.sheets import Sheet

COLUMNS = {
    "customers": ("id",),
    "invoices": ("id", "customer", "issued", "due", "amount", "currency"),
    "events": ("date", "kind"),
}
"""Columns that a file must have."""

OPTIONAL = {
    "customers": (
        *("name", "kind", "country", "language", "email", "phone", "street", "postcode", "city"),
        *("payment_method", "payer", "tags"),
    ),
    "invoices": ("document", "recorded"),
    "events": (
        *("invoice", "document", "customer", "case", "amount", "currency", "until", "name"),
        *("value", "reason", "stage", "policy", "version", "fee", "interest", "recorded", "id"),
    ),
}
"""Columns with a meaning that it may have."""

COMPUTED = {
    "customer": ("excluded", "open_amount", "overdue_amount", "open_invoices", "overdue_invoices"),
    "invoice": ("excluded", "disputed"),
}
"""Facts that follow from invoices and events, and so cannot be given."""


def fact_type(reading: Reading, owner: str, name: str) -> Type | None:
    """The type of a fact, declared or built in; None for text and for one nobody declares."""
    return type_of_fact(reading.types, f"{owner}.{name}")


def fact_columns(reading: Reading, sheet: Sheet, file: str) -> dict[str, Type | None]:
    """The columns of a file that hold facts, with their types."""
    owner = file.removesuffix("s")
    known = {"customers": ("id", "payer"), "invoices": (*COLUMNS[file], *OPTIONAL[file])}[file]
    return {name: fact_type(reading, owner, name) for name in sheet.columns if name not in known}


def read_customer(reading: Reading, sheet: Sheet, facts: Mapping[str, Type | None]) -> None:
    """Take the customer in the row at hand, or report what is wrong with it."""
    name = _own_id(sheet, reading.customers, reading.bad["customer"], "customer")
    payer = sheet.cell("payer") or None
    values = _facts(sheet, facts)
    if sheet.failed():
        reading.bad["customer"].add(name)
    else:
        reading.customers[name] = Customer(name, values, payer)
        if payer is not None:
            reading.payers[name] = sheet.row


def read_invoice(reading: Reading, sheet: Sheet, facts: Mapping[str, Type | None]) -> None:
    """Take the invoice in the row at hand, or report what is wrong with it."""
    name = _own_id(sheet, reading.invoices, reading.bad["invoice"], "invoice")
    cell = sheet.cell
    customer = cell("customer")
    dropped = not _refers(reading, sheet, customer)
    issued, due = day(sheet, "issued"), day(sheet, "due")
    amount = _owed(sheet)
    document = cell("document") or None
    if document is not None and not document.isprintable():
        sheet.complain("L124", "document", "an id may only hold printable characters")
    if document is not None and amount is not None:
        _instalment(reading, sheet, document, customer, amount.currency)
    recorded = moment(sheet)
    values = _facts(sheet, facts)
    if sheet.failed() or dropped or issued is None or due is None or amount is None:
        reading.bad["invoice"].add(name)
        if document is not None and document not in reading.documents:
            reading.bad["document"].add(document)
        return
    if document is not None:
        reading.documents[document] = customer, amount.currency
    payer: str | None = customer
    while payer is not None:
        reading.currencies.setdefault(payer, set()).add(amount.currency)
        known = reading.customers.get(payer)
        payer = None if known is None else known.payer
    reading.invoices[name] = Invoice(
        name, customer, issued, due, amount, document, recorded, values
    )


def day(sheet: Sheet, name: str) -> datetime.date | None:
    """The date in a cell that must hold one; None when it does not, which is reported."""
    text = sheet.cell(name)
    if not text:
        sheet.complain_empty(name, "write a date")
        return None
    found = read_day(text)
    if isinstance(found, Bad):
        sheet.complain(found.code, name, found.message, found.hint)
        return None
    return found


def moment(sheet: Sheet) -> datetime.datetime | None:
    """When the row was recorded, in UTC; None where it says nothing or, reported, nonsense."""
    text = sheet.cell("recorded")
    if not text:
        return None
    found = read_moment(text)
    if isinstance(found, Bad):
        sheet.complain(found.code, "recorded", found.message, found.hint)
        return None
    return found


def unknown(
    reading: Reading,
    sheet: Sheet,
    what: str,
    text: str,
    known: Mapping[str, object],
    *,
    column: str = "",
) -> None:
    """Report a reference to something that is not there, unless that is only an echo.

    `what` is the name of the column too, where that is not given.
    """
    column = column or what
    if reading.is_echo(what, text):
        return
    if text in reading.bad[what]:
        sheet.complain("L108", column, f"the row of {what} '{text}' was left out")
        return
    where = "" if sheet.table.unit == "item" else " to its file"
    hint = f"correct it, or add the {what}{where}"
    # An id with another digit is another id, so only its writing is looked at. That takes a look
    # at all of them, and nobody reads hundreds of proposals.
    if len(sheet.problems) < _PROPOSALS:
        meant = next((each for each in known if _plain(each) == _plain(text)), None)
        if meant is not None:
            hint = f"did you mean '{meant}'?"
    sheet.complain("L108", column, f"there is no {what} '{text}'", hint)


_PROPOSALS = 50


def _plain(name: str) -> str:
    """An id without what differs between two ways to write it."""
    return "".join(letter for letter in name.casefold() if letter.isalnum())


def _own_id(sheet: Sheet, known: Mapping[str, object], bad: set[str], what: str) -> str:
    text = sheet.cell("id")
    if not text:
        sheet.complain("L107", "id", f"this {what} has no id", "every row needs its own id")
    elif not text.isprintable():
        sheet.complain("L124", "id", "an id may only hold printable characters")
    elif text in known or text in bad:
        sheet.complain(
            "L106", "id", f"there is already another {what} '{text}'", "every id stands once"
        )
    return text


def _refers(reading: Reading, sheet: Sheet, customer: str) -> bool:
    """Whether the invoice's customer can be used. Reported unless it would be an echo."""
    if not customer:
        sheet.complain_empty("customer")
        return False
    if customer in reading.customers or not reading.complete:
        return True
    unknown(reading, sheet, "customer", customer, reading.customers)
    return False


def _owed(sheet: Sheet) -> Money | None:
    """What the invoice comes to; None when that is reported."""
    code, text = sheet.cell("currency"), sheet.cell("amount")
    if not code:
        sheet.complain_empty("currency")
    if not text:
        sheet.complain_empty("amount")
    if not code or not text:
        return None
    currency = read_currency(code)
    if isinstance(currency, Bad):
        sheet.complain(currency.code, "currency", currency.message, currency.hint)
        return None
    minor = read_minor(text, currency)
    if isinstance(minor, Bad):
        sheet.complain(minor.code, "amount", minor.message, minor.hint)
        return None
    if minor <= 0:
        sheet.complain(
            "L111",
            "amount",
            f"an invoice comes to more than zero, this one to {text}",
            "a credit note is an event of kind credit",
        )
        return None
    return Money(minor, currency)


def _instalment(
    reading: Reading, sheet: Sheet, document: str, customer: str, currency: str
) -> None:
    """Instalments of one document have one customer and one currency."""
    owner, theirs = reading.documents.get(document, (customer, currency))
    if owner != customer:
        sheet.complain(
            "L123", "document", f"document '{document}' already belongs to customer '{owner}'"
        )
    elif theirs != currency:
        sheet.complain(
            "L123", "document", f"the other instalments of document '{document}' are in {theirs}"
        )


def _facts(sheet: Sheet, facts: Mapping[str, Type | None]) -> Mapping[str, Value]:
    if not facts:
        return _NONE
    values: dict[str, Value] = {}
    cells, columns = sheet.row.cells, sheet.columns
    for name, kind in facts.items():
        text = cells[columns[name]]
        if text:
            value = text if kind is None else read_fact(text, kind)
            if isinstance(value, Bad):
                sheet.complain(value.code, name, value.message, value.hint)
            else:
                values[name] = value
    return values


_NONE: Mapping[str, Value] = {}
"""Shared by all invoices without facts; nobody writes to it."""
