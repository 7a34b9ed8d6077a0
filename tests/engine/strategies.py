"""Random ledgers for Hypothesis: small, consistent, and full of same-day events and late news.

C-1 is the debtor of all: C-2 has them as payer.
"""

from __future__ import annotations

import datetime

from hypothesis import strategies as st

from engine.core.case import Posting, Terms
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
    "charge_paid",
    "charge_waived",
)
_ON_ACCOUNTS = ("payment", "credit", "promise", "stage", "charge_paid", "charge_waived")
_OF_A_CASE = ("stage", "charge_paid", "charge_waived")
_WITH_AMOUNT = ("payment", "credit", "promise", "charge_paid", "charge_waived")


@st.composite
def ledgers(draw: st.DrawFn) -> Ledger:
    """A ledger of one debtor with up to four invoices and up to fifteen events."""
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
        {"C-2": Customer("C-2", {"risk": "high"}, "C-1"), "C-1": Customer("C-1", {"risk": "low"})},
        book,
        tuple(sorted(events, key=lambda each: each.order)),
    )


def _invoice(draw: st.DrawFn, number: int) -> Invoice:
    issued = draw(days)
    document = draw(st.sampled_from([None, "D-1"]))
    currency = "EUR" if document else draw(st.sampled_from(["EUR", "EUR", "CHF"]))
    return Invoice(
        f"R-{number}",
        "C-1" if document else draw(st.sampled_from(["C-1", "C-1", "C-2"])),
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
    currency = invoice.amount.currency
    if kind in _ON_ACCOUNTS:
        targets += [("case", f"C-1:{currency}"), ("case", f"C-1:{currency}:north")]
    if kind not in ("due_changed", *_OF_A_CASE):
        targets += [("customer", "C-1"), ("customer", "C-2")]
        if invoice.document is not None:
            targets.append(("document", invoice.document))
    target = draw(st.sampled_from(targets))
    date = draw(days)
    later = date + datetime.timedelta(days=draw(st.integers(0, 15)))
    return Event(
        kind,
        date,
        *target,
        _recorded(draw, date),
        row,
        id=f"E-{row}" if kind in ("payment", "credit") else None,
        amount=Money(draw(amounts), currency) if kind in _WITH_AMOUNT else None,
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
        fee=_charged(draw, kind, currency),
        interest=_charged(draw, kind, currency),
    )


def _charged(draw: st.DrawFn, kind: str, currency: str) -> Money | None:
    minor = draw(st.sampled_from([None, 0, 5])) if kind == "stage" else None
    return None if minor is None else Money(minor, currency)


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


@st.composite
def postings(draw: st.DrawFn) -> list[Posting]:
    """What dunning may have put on record for the invoices of `ledgers`, one a day and invoice."""
    return [
        Posting(
            (FIRST + datetime.timedelta(days=after)).toordinal(),
            case,
            draw(st.integers(-100, 200)),
            Terms(*draw(st.tuples(st.booleans(), st.booleans(), st.booleans()))),
        )
        for after, case in draw(
            st.lists(
                st.tuples(st.integers(0, DAYS), st.sampled_from(["R-1", "R-2", "C-1:EUR"])),
                max_size=8,
                unique=True,
            )
        )
    ]
