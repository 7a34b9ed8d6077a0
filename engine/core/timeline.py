"""The ledger as histories: what was true of each case on each day, as known at one time.

A fact counts on day D if its date is D or before and it was recorded by the time asked for. An
invoice counts once it is recorded (without a time: 00:00 UTC of its invoice date), and exists from
its invoice date on. `known=None` is hindsight: everything in the ledger counts.
"""

from __future__ import annotations

import datetime
from bisect import bisect_right
from operator import attrgetter
from typing import TYPE_CHECKING

from engine.core.fold import CustomerHistory, fold_customer
from engine.core.ledger_index import LedgerIndex, index_ledger
from engine.core.sums import Cases, Totals, totals

if TYPE_CHECKING:
    from collections.abc import Iterable

    from engine.core.case import CaseFacts, CaseTimeline, Posting
    from engine.core.model import Invoice, Ledger

__all__ = [
    "Cases",
    "CustomerHistory",
    "LedgerIndex",
    "Totals",
    "cases_of",
    "facts_on",
    "history_of",
    "index_ledger",
    "timelines",
    "timelines_of",
    "totals",
    "unapplied",
]

_SINCE = attrgetter("since")


def timelines(
    ledger: Ledger | LedgerIndex, known: datetime.datetime | None
) -> dict[str, CaseTimeline]:
    """The timeline of every case by its id, in the order of the ledger's customers."""
    index = _indexed(ledger)
    return {
        timeline.case: timeline
        for customer in index.ledger.customers
        for timeline in timelines_of(index, customer, known)
    }


def cases_of(ledger: Ledger | LedgerIndex, customer: str, known: datetime.datetime | None) -> Cases:
    """The timelines of one debtor's cases, as what is asked for their sums; see `totals`."""
    return history_of(ledger, customer, known).timelines


def timelines_of(
    ledger: Ledger | LedgerIndex, customer: str, known: datetime.datetime | None
) -> list[CaseTimeline]:
    """The timelines of one debtor's cases; empty for a customer for whom somebody else pays.

    Pass the index where more than one debtor is asked for: it is what takes time to make.
    """
    return list(history_of(ledger, customer, known).timelines)


def history_of(
    ledger: Ledger | LedgerIndex,
    customer: str,
    known: datetime.datetime | None,
    postings: Iterable[Posting] = (),
) -> CustomerHistory:
    """All that is known about one debtor: the timelines, and money that no invoice has taken.

    `postings` is what dunning put on record for their invoices. A customer whom somebody else
    pays for has no history: theirs is part of their debtor's, see `LedgerIndex.debtor_of`.
    """
    index = _indexed(ledger)
    debtor = index.ledger.customers.get(customer)
    if debtor is None or debtor.payer is not None:
        return CustomerHistory(Cases(), {})
    invoices = index.invoices.get(customer, ())
    events = index.events.get(customer, ())
    if known is not None:
        invoices = [invoice for invoice in invoices if _recorded(invoice) <= known]
        events = [event for event in events if event.recorded <= known]
    return fold_customer(debtor, invoices, events, postings)


def unapplied(history: CustomerHistory, purse: str, day: int) -> int:
    """Payments and credits of a debtor that no invoice had taken by the end of a day.

    `purse` is a currency, or the id of an account for what came in on that. In minor units, never
    below 0. `day` is a `date.toordinal()`.
    """
    steps = history.unapplied.get(purse, ())
    at = bisect_right(steps, day, key=_first)
    return steps[at - 1][1] if at else 0


def facts_on(timeline: CaseTimeline, day: int) -> CaseFacts:
    """The facts of a case at the end of a day (`date.toordinal()`, 0 or later)."""
    return timeline.spans[bisect_right(timeline.spans, day, key=_SINCE) - 1]


def _indexed(ledger: Ledger | LedgerIndex) -> LedgerIndex:
    return ledger if isinstance(ledger, LedgerIndex) else index_ledger(ledger)


def _recorded(invoice: Invoice) -> datetime.datetime:
    """When an invoice became known, in UTC."""
    if invoice.recorded is not None:
        return invoice.recorded
    return datetime.datetime.combine(invoice.issued, datetime.time(), datetime.UTC)


def _first(step: tuple[int, int]) -> int:
    return step[0]
