"""Random ledgers for Hypothesis: small, consistent, and full of same-day events and late news."""

from __future__ import annotations

import datetime

from hypothesis import strategies as st

from engine.core.model import Customer, Event, EventKind, Invoice, Ledger, TargetKind
from engine.core.money import Money

FIRST = datetime.date(2026, 1, 1)
DAYS = 40
"""Everything happens within so many days, so that events meet."""

days = st.integers(0, DAYS).map(lambda n: FIRST + datetime.timedelta(days=n))
amounts = st.integers(1, 300)
_PLAIN: tuple[EventKind, ...] = (
    "payment",
    "credit",
    "promise",
    "dispute",
    "dispute_resolved",
    "exclude",
    "exclude_ended",
    "due_changed",
    "fact",
    "assign",
    "stage",
)


@st.composite
def ledgers(draw: st.DrawFn) -> Ledger:
    """A ledger of one customer with up to four invoices and up to fifteen events."""
    book = {f"R-{n}": _invoice(draw, n) for n in range(1, draw(st.integers(1, 4)) + 1)}
    events: list[Event] = []
    left: dict[str, Event] = {}
    for row in range(1, draw(st.integers(0, 15)) + 1):
        if left and draw(st.integers(0, 3)) == 0:
            events.append(_reversal(draw, row, left.pop(draw(st.sampled_from(sorted(left))))))
            continue
        event = _event(draw, row, book)
        if event.kind in ("payment", "credit"):
            left[str(event.id)] = event
        events.append(event)
    return Ledger(
        {"C-1": Customer("C-1", {"risk": "low"})},
        book,
        tuple(sorted(events, key=lambda each: each.order)),
    )


def _invoice(draw: st.DrawFn, number: int) -> Invoice:
    issued = draw(days)
    document = draw(st.sampled_from([None, "D-1"]))
    currency = "EUR" if document else draw(st.sampled_from(["EUR", "EUR", "CHF"]))
    return Invoice(
        f"R-{number}",
        "C-1",
        issued,
        issued + datetime.timedelta(days=draw(st.integers(0, 20))),
        Money(draw(amounts), currency),
        document,
        _recorded(draw, issued) if draw(st.booleans()) else None,
        draw(st.sampled_from([{}, {"entity": "north"}])),
    )


def _recorded(draw: st.DrawFn, date: datetime.date) -> datetime.datetime:
    """A time on the day itself, or some days after."""
    hours = draw(st.sampled_from([0, 0, 9, 15, 24 * 3, 24 * 9]))
    return datetime.datetime.combine(date, datetime.time(), datetime.UTC) + datetime.timedelta(
        hours=hours
    )


def _event(draw: st.DrawFn, row: int, book: dict[str, Invoice]) -> Event:
    kind = draw(st.sampled_from(_PLAIN))
    invoice = book[draw(st.sampled_from(sorted(book)))]
    targets: list[tuple[TargetKind, str]] = [("invoice", invoice.id)]
    if kind not in ("due_changed", "stage"):
        targets.append(("customer", "C-1"))
        if invoice.document is not None:
            targets.append(("document", invoice.document))
    target = draw(st.sampled_from(targets))
    date = draw(days)
    later = date + datetime.timedelta(days=draw(st.integers(0, 15)))
    has_amount = kind in ("payment", "credit", "promise")
    return Event(
        kind,
        date,
        *target,
        _recorded(draw, date),
        row,
        id=f"E-{row}" if kind in ("payment", "credit") else None,
        amount=Money(draw(amounts), invoice.amount.currency) if has_amount else None,
        until=later if kind in ("promise", "exclude") else None,
        reason=draw(st.sampled_from([None, "by hand"])) if kind == "exclude" else None,
        name="risk" if kind == "fact" else None,
        value=later
        if kind == "due_changed"
        else draw(st.sampled_from([None, "low", "high"]))
        if kind == "fact"
        else None,
        stage="reminder" if kind == "stage" else None,
        policy=draw(st.sampled_from([None, "special"])) if kind == "assign" else None,
    )


def _reversal(draw: st.DrawFn, row: int, original: Event) -> Event:
    """Take back all or a part of a payment or credit, on its day or later."""
    assert original.amount is not None
    date = original.date + datetime.timedelta(days=draw(st.integers(0, 10)))
    part = draw(st.none() | st.integers(1, original.amount.minor))
    return Event(
        "reversal",
        date,
        original.target,
        original.target_id,
        _recorded(draw, date),
        row,
        amount=None if part is None else Money(part, original.amount.currency),
        value=original.id,
    )
