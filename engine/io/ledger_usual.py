"""A ledger of JSON objects in which nothing is unusual, read without the tables that files need.

What it takes it takes as `ledger_json` does. Anything else, above all whatever is wrong, it leaves
to that: there is one place that knows what to say about a mistake.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from dunlang.currencies import MINOR_DIGITS
from engine.core.cells import Bad, midnight, read_day, read_fact, read_minor, type_of_fact
from engine.core.model import Customer, Event, Invoice, Ledger
from engine.core.money import Money
from engine.io.ledger_rows import COMPUTED

if TYPE_CHECKING:
    import datetime
    from collections.abc import Callable, Container, Mapping, Sequence

    from dunlang.types import Type
    from engine.core.model import EventKind, Value

    Fields = Mapping[str, object]

_OF_INVOICES = ("id", "customer", "issued", "due", "amount", "currency")
_ID, _OWN = frozenset({"id"}), frozenset(_OF_INVOICES)
_MONEY = frozenset({"date", "kind", "invoice", "amount"})
_STAGE = frozenset({"date", "kind", "invoice", "stage"})
_NOT_FACTS = {
    "customer": frozenset({"payer", *COMPUTED["customer"]}),
    "invoice": frozenset({"document", "recorded", *COMPUTED["invoice"]}),
}
_FEW = 50
"""Fields that the objects of one list may have together; `ledger_json` counts more of them."""


class _Unusual(Exception):  # noqa: N818 - nothing is wrong
    """Something that the usual way does not know."""


def usual_ledger(
    customers: Sequence[Fields],
    invoices: Sequence[Fields],
    events: Sequence[Fields],
    types: Mapping[str, Type],
) -> Ledger | None:
    """The ledger; None where something is unusual. `types` are the declared facts by path."""
    try:
        read = _Facts("customer", types, {})
        debtors = {each.id: each for each in [_customer(fields, read) for fields in customers]}
        read = _Facts("invoice", types, {})
        owed = {each.id: each for each in [_invoice(fields, read, debtors) for fields in invoices]}
        if len(debtors) < len(customers) or len(owed) < len(invoices):
            return None  # an id stands twice
        happened = [_event(row, fields, owed) for row, fields in enumerate(events, start=1)]
    except _Unusual:
        return None
    happened.sort(key=_order)
    return Ledger(debtors, owed, tuple(happened))


def _order(event: Event) -> tuple[datetime.date, datetime.datetime, int]:
    return event.order


class _Facts(NamedTuple):
    """Reads the facts of customers or of invoices."""

    owner: str
    types: Mapping[str, Type]
    readers: dict[str, Callable[[str], Value | Bad] | None]
    """By name; None for text."""

    def reader(self, name: str) -> Callable[[str], Value | Bad] | None:
        """What reads the texts of a fact."""
        if not name.isprintable() or not name or name in _NOT_FACTS[self.owner]:
            raise _Unusual
        if len(self.readers) >= _FEW:
            raise _Unusual
        kind = type_of_fact(self.types, f"{self.owner}.{name}")
        self.readers[name] = None if kind is None else lambda text: read_fact(text, kind)
        return self.readers[name]

    def of(self, fields: Fields, own: Container[str]) -> dict[str, Value]:
        """The facts of an object, without some fields that are none."""
        found: dict[str, Value] = {}
        readers = self.readers
        for name, text in fields.items():
            if name in own:
                continue
            read = readers[name] if name in readers else self.reader(name)
            if not text and (text is None or text == ""):
                continue
            if type(text) is not str or "\0" in text:
                raise _Unusual
            if read is None:
                found[name] = text
                continue
            value = read(text)
            if isinstance(value, Bad):
                raise _Unusual
            found[name] = value
        return found


def _id(value: Any) -> str:  # noqa: ANN401 - whatever was sent
    if type(value) is not str or not value or not value.isprintable():
        raise _Unusual
    return value


def _customer(fields: Fields, facts: _Facts) -> Customer:
    return Customer(_id(fields.get("id")), facts.of(fields, _ID))


def _invoice(fields: Fields, facts: _Facts, customers: Mapping[str, Customer]) -> Invoice:
    name, customer, issued, due, amount, currency = map(fields.get, _OF_INVOICES)
    if type(customer) is not str or type(currency) is not str:
        raise _Unusual
    if customer not in customers or currency not in MINOR_DIGITS:
        raise _Unusual
    own = facts.of(fields, _OWN) if len(fields) > len(_OF_INVOICES) else _NONE
    money = Money(_minor(amount, currency), currency)
    return Invoice(_id(name), customer, _day(issued), _day(due), money, None, None, own)


def _event(row: int, fields: Fields, invoices: Mapping[str, Invoice]) -> Event:
    """A payment, a credit or a stage of an invoice, as most events are."""
    kind, names = fields.get("kind"), fields.keys()
    invoice = invoices.get(_id(fields.get("invoice")))
    if invoice is None:
        raise _Unusual
    date = _day(fields.get("date"))
    if names == _STAGE and kind == "stage":
        stage = fields["stage"]
        if type(stage) is not str or not stage or "\0" in stage:
            raise _Unusual
        return Event("stage", date, "invoice", invoice.id, midnight(date), row, stage=stage)
    if names == _MONEY and kind in ("payment", "credit"):
        paid = Money(_minor(fields["amount"], invoice.amount.currency), invoice.amount.currency)
        comes_in: EventKind = "payment" if kind == "payment" else "credit"
        return Event(comes_in, date, "invoice", invoice.id, midnight(date), row, amount=paid)
    raise _Unusual


def _day(text: Any) -> datetime.date:  # noqa: ANN401 - whatever was sent
    day = read_day(text) if type(text) is str else None
    if day is None or isinstance(day, Bad):
        raise _Unusual
    return day


def _minor(text: Any, currency: str) -> int:  # noqa: ANN401 - whatever was sent
    """Minor units of an amount above zero."""
    minor = read_minor(text, currency) if type(text) is str else 0
    if isinstance(minor, Bad) or minor <= 0:
        raise _Unusual
    return minor


_NONE: Mapping[str, Value] = {}
"""Shared by all invoices without facts; nobody writes to it."""
