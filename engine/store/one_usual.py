"""One invoice with which nothing is the matter, found in the rows that concern it.

Those who only want to know what is next ask for hardly anything else. Instead of a ledger of all
that its debtor owes, just the invoice is read; of all else it is enough that it changes nothing.
"""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from pydantic_core import from_json

from engine.core.usual_items import done_of
from engine.store.ledger_read import Typed, event_of
from engine.store.one_case import columns_of, record
from engine.store.schema.ledger import CUSTOMERS, EVENTS, INVOICES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Table

    from engine.core.usual_items import Done

    Values: TypeAlias = "Sequence[Any]"


class UsualInvoice(NamedTuple):
    """An invoice whose customer pays for themselves, with nothing but payments and stages.

    Days are `date.toordinal()`, amounts minor units.
    """

    customer: str
    theirs: Mapping[str, str]
    """Facts of the customer, as written."""
    own: Mapping[str, str]
    """The same, of the invoice."""
    currency: str
    issued: int
    due: int
    amount: int
    paid: Sequence[tuple[int, int]]
    stages: tuple[Done, ...]
    is_only: bool


def usual_invoice(texts: Sequence[str | None], invoice: str) -> UsualInvoice | None:
    """What the answer to `one_case.question` says of its invoice; None if anything is unusual.

    Raises StoreError where the store is damaged, and may raise ValueError and TypeError.
    """
    customers, invoices, events = map(_listed, texts)
    if len(customers) != 1 or customers[0][_PAYER] is not None:
        return None
    owed = {each[_ID]: each for each in invoices}
    left: dict[str, int] = {}
    found = owed.get(invoice)
    if found is None or found[_DOCUMENT] is not None:
        return None
    paid: list[tuple[int, int]] = []
    stages: list[Values] = []
    for event in events:
        target, kind = event[_TARGET_ID], event[_KIND]
        if event[_TARGET] != "invoice" or target not in owed:
            return None
        if kind == "stage":
            if target == invoice:
                stages.append(event)
        elif kind in {"payment", "credit"} and event[_PAID] is not None:
            left[target] = left.get(target, owed[target][_AMOUNT]) - event[_PAID]
            if left[target] < 0 or event[_PAID_IN] != owed[target][_CURRENCY]:
                return None
            if target == invoice:
                paid.append((_day(event[_DATE]), event[_PAID]))
        else:
            return None
    return UsualInvoice(
        customers[0][_CUSTOMER_ID],
        from_json(customers[0][_THEIRS]),
        from_json(found[_OWN]),
        found[_CURRENCY],
        _day(found[_ISSUED]),
        _day(found[_DUE]),
        found[_AMOUNT],
        paid,
        _done(stages) if stages else (),
        len(invoices) == 1,
    )


def _listed(text: str | None) -> list[Values]:
    return from_json(text) if text else []


def _done(rows: Sequence[Values]) -> tuple[Done, ...]:
    typed = Typed({})
    events = [event_of(record(EVENTS, row), typed) for row in rows]
    return tuple(map(done_of, sorted(events, key=lambda each: each.order)))


def _day(text: str) -> int:
    return datetime.date.fromisoformat(text).toordinal()


def _places(table: Table, *names: str) -> tuple[int, ...]:
    return tuple(columns_of(table)[0].index(name) for name in names)


_CUSTOMER_ID, _PAYER, _THEIRS = _places(CUSTOMERS, "id", "payer", "facts")
_ID, _DOCUMENT, _ISSUED, _DUE, _AMOUNT, _CURRENCY, _OWN = _places(
    INVOICES, "id", "document", "issued", "due", "amount", "currency", "facts"
)
_KIND, _DATE, _TARGET, _TARGET_ID, _PAID, _PAID_IN = _places(
    EVENTS, "kind", "date", "target", "target_id", "amount", "currency"
)
