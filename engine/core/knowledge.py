"""A ledger as it becomes known: day by day, each as of its evening (UTC).

Most of a ledger is known on its own day. What was recorded later counts from the day on which it
was recorded, so a customer is folded again only on the days on which something late came in.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.core.fold import fold_customer

if TYPE_CHECKING:
    from engine.core.case import CaseTimeline
    from engine.core.ledger_index import LedgerIndex
    from engine.core.model import Event, Invoice


@dataclass(frozen=True, slots=True)
class Epoch:
    """What is known of a customer from a day on, until the next epoch."""

    day: int
    """`date.toordinal()`."""
    timelines: tuple[CaseTimeline, ...]


def epochs(index: LedgerIndex, customer: str, first: int, last: int) -> list[Epoch]:
    """The knowledge of a customer from day to day, `first` to `last` (`date.toordinal()`).

    The first epoch begins on `first`. What is recorded after `last` is in none.
    """
    invoices = [(known_on_invoice(each), each) for each in index.invoices.get(customer, ())]
    events = [(known_on(each), each) for each in index.events.get(customer, ())]
    late = {day for day, _ in (*invoices, *events)}
    debtor = index.ledger.customers[customer]
    return [
        Epoch(
            day,
            fold_customer(
                debtor,
                [each for known, each in invoices if known <= day],
                [each for known, each in events if known <= day],
            ).timelines,
        )
        for day in sorted({first, *(day for day in late if first < day <= last)})
    ]


def known_on(event: Event) -> int:
    """The day on which an event that was recorded after its own day became known; else 0."""
    return _late(event.recorded, event.date)


def known_on_invoice(invoice: Invoice) -> int:
    """The day on which an invoice recorded after its invoice date became known; else 0."""
    return 0 if invoice.recorded is None else _late(invoice.recorded, invoice.issued)


def _late(recorded: datetime.datetime, date: datetime.date) -> int:
    day = recorded.date()
    return day.toordinal() if day > date else 0
