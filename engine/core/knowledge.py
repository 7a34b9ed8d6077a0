"""A ledger as it becomes known: day by day, each as of its evening (UTC).

Most of a ledger is known on its own day. What was recorded later counts from the day on which it
was recorded, so a customer is folded again only on the days on which something late came in, or
an instalment of a document that was paid before.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from engine.core.fold import fold_customer
from engine.core.timeline import history_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from engine.core.case import Posting
    from engine.core.fold import CustomerHistory
    from engine.core.ledger_index import LedgerIndex
    from engine.core.model import Event, Invoice


@dataclass(frozen=True, slots=True)
class Epoch:
    """What is known of a debtor from a day on, until the next epoch."""

    day: int
    """`date.toordinal()`."""
    fold: Callable[[Sequence[Posting]], CustomerHistory]
    """The history, given what dunning put on record for the invoices; that is known at once."""


def known_at(index: LedgerIndex, customer: str, day: int, known: datetime.datetime | None) -> Epoch:
    """What is known of a debtor at a time, for good: from a day (`date.toordinal()`) on."""
    return Epoch(day, lambda postings: history_of(index, customer, known, postings))


def epochs(index: LedgerIndex, customer: str, first: int, last: int) -> list[Epoch]:
    """The knowledge of a debtor from day to day, `first` to `last` (`date.toordinal()`).

    The first epoch begins on `first`. What is recorded after `last` is in none.
    """
    happened = index.events.get(customer, ())
    events = [(known_on(each), each) for each in happened]
    invoices = [
        (known_on_invoice(each, happened), each) for each in index.invoices.get(customer, ())
    ]
    late = {day for day, _ in (*invoices, *events)}
    debtor = index.ledger.customers[customer]
    return [
        Epoch(
            day,
            partial(
                fold_customer,
                debtor,
                [each for known, each in invoices if known <= day],
                [each for known, each in events if known <= day],
            ),
        )
        for day in sorted({first, *(day for day in late if first < day <= last)})
    ]


def known_on(event: Event) -> int:
    """The day on which an event that was recorded after its own day became known; else 0."""
    return _late(event.recorded, event.date)


def known_on_invoice(invoice: Invoice, events: Iterable[Event] = ()) -> int:
    """The day on which an invoice became known where that matters; else 0.

    It does if it was recorded after its invoice date; or if something happened to it or to its
    document before: until then nobody could have given it a part of a payment, and what was done
    for it does not count for the customer.
    """
    day = (invoice.recorded.date() if invoice.recorded else invoice.issued).toordinal()
    if day > invoice.issued.toordinal():
        return day
    early = any(
        event.target_id == {"document": invoice.document, "invoice": invoice.id}.get(event.target)
        and event.date.toordinal() < day
        for event in events
    )
    return day if early else 0


def _late(recorded: datetime.datetime, date: datetime.date) -> int:
    day = recorded.date()
    return day.toordinal() if day > date else 0
