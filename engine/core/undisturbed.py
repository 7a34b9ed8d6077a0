"""The history of a debtor to whom nothing happened but payments and stages, the common case.

Nothing depends on anything else there, so it is written down without the bookkeeping that `fold`
needs for disputes, promises, documents and what is taken back; it is what `fold` would say.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.core.case import NEVER, Booking, CaseFacts, CaseTimeline

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from engine.core.model import Customer, Event, Invoice, Value

_STAGES = frozenset({"stage", "stage_cancelled"})
_MONEY = frozenset({"payment", "credit"})
_NO_FACTS: Mapping[str, Value] = {}


def undisturbed(
    customer: Customer, invoices: Iterable[Invoice], events: Sequence[Event]
) -> list[CaseTimeline] | None:
    """The timelines of the debtor's invoices; None where something else happened.

    As far as nothing was posted. `events` are by `Event.order`.
    """
    if not events:
        return [_timeline(customer, each, (_first(customer, each),), ()) for each in invoices]
    of_invoice: dict[str, list[Event]] = {}
    for event in events:
        kind = event.kind
        if event.target != "invoice" or (kind not in _STAGES and kind not in _MONEY):
            return None
        of_invoice.setdefault(event.target_id, []).append(event)
    found = []
    for invoice in invoices:
        mine = of_invoice.pop(invoice.id, ())
        spans = _spans(customer, invoice, mine)
        if spans is None:
            return None
        stages = tuple(event for event in mine if event.kind in _STAGES)
        found.append(_timeline(customer, invoice, spans, stages, _credited(mine)))
    if any(event.kind in _MONEY for others in of_invoice.values() for event in others):
        return None  # money for something that is not known stays with the debtor
    return found


def account_facts(customer: Customer) -> CaseFacts:
    """What is true of all accounts of such a debtor."""
    never = NEVER, NEVER, NEVER
    return CaseFacts(0, 0, 0, 0, 0, False, *never, False, 0, None, _NO_FACTS, customer.facts)  # noqa: FBT003 - in the order of the fields


def _timeline(
    customer: Customer,
    invoice: Invoice,
    spans: tuple[CaseFacts, ...],
    stages: tuple[Event, ...],
    bookings: tuple[Booking, ...] = (),
) -> CaseTimeline:
    issued, currency = invoice.issued.toordinal(), invoice.amount.currency
    return CaseTimeline(invoice.id, customer.id, currency, issued, spans, stages, bookings)


def _credited(events: Iterable[Event]) -> tuple[Booking, ...]:
    return tuple(
        Booking(event.date.toordinal(), "credited", event.amount.minor)
        for event in events
        if event.kind == "credit" and event.amount is not None
    )


def _first(customer: Customer, invoice: Invoice) -> CaseFacts:
    return _facts(customer, invoice, 0, invoice.amount.minor)


def _spans(
    customer: Customer, invoice: Invoice, events: Sequence[Event]
) -> tuple[CaseFacts, ...] | None:
    """By `since`; None where more came in than was open, or money of another currency."""
    spans = [_first(customer, invoice)]
    currency, left = invoice.amount.currency, invoice.amount.minor
    for event in events:
        if event.kind not in _MONEY or event.amount is None:
            continue
        left -= event.amount.minor
        if event.amount.minor <= 0 or left < 0 or event.amount.currency != currency:
            return None
        day = event.date.toordinal()
        if spans[-1].since == day:
            spans.pop()
        spans.append(_facts(customer, invoice, day, left))
    return tuple(spans)


def _facts(customer: Customer, invoice: Invoice, since: int, left: int) -> CaseFacts:
    return CaseFacts(
        since,
        left,
        invoice.amount.minor,
        invoice.issued.toordinal(),
        invoice.due.toordinal(),
        False,  # noqa: FBT003 - in the order of the fields, as it is made for every invoice
        NEVER,
        NEVER,
        NEVER,
        False,  # noqa: FBT003 - as above
        0,
        None,
        invoice.facts,
        customer.facts,
        0,
        left == 0,
    )
