"""What a customer owes in all, day by day: sums over the invoices of one customer.

A policy may ask for them at every case of a customer on every day. They are worked out once for
all days, so that a customer with thousands of invoices costs no more than thousands of customers.
"""

from __future__ import annotations

from bisect import bisect_right
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from engine.core.case import FOREVER

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from engine.core.case import CaseTimeline


class Totals(NamedTuple):
    """Sums over a customer's invoices in one currency on one day; amounts in minor units."""

    open_amount: int = 0
    overdue_amount: int = 0
    open_invoices: int = 0
    overdue_invoices: int = 0


class Steps(NamedTuple):
    """The totals in one currency: `totals[i]` from `days[i]` on; nothing before the first day."""

    days: Sequence[int]
    totals: Sequence[Totals]


NOTHING = Totals()


class Cases(tuple["CaseTimeline", ...]):  # noqa: SLOT001 - it keeps its sums
    """The timelines of all cases of one customer, as known at one time."""

    @cached_property
    def steps(self) -> Mapping[str, Steps]:
        """The totals of all days by currency, worked out when first asked for."""
        return steps_of(self)


def totals(timelines: Iterable[CaseTimeline], currency: str, day: int) -> Totals:
    """Sums over those of a customer's timelines that are in this currency and exist on this day.

    Overdue is what is open after its due date. `day` is a `date.toordinal()`. Ask with the same
    `Cases` each time: what takes time is done once for each of them.
    """
    steps = timelines.steps if isinstance(timelines, Cases) else steps_of(timelines)
    found = steps.get(currency)
    at = bisect_right(found.days, day) if found is not None else 0
    return found.totals[at - 1] if found is not None and at else NOTHING


def steps_of(timelines: Iterable[CaseTimeline]) -> dict[str, Steps]:
    """The totals of all days by currency."""
    changes: dict[str, dict[int, list[int]]] = {}
    for timeline in timelines:
        of_currency = changes.setdefault(timeline.currency, {})
        ends = [span.since for span in timeline.spans[1:]]
        for span, end in zip(timeline.spans, [*ends, FOREVER], strict=True):
            begin = max(span.since, timeline.known_from)
            if span.open <= 0 or begin >= end:
                continue
            overdue = min(max(begin, span.due + 1), end)
            for day, sign in ((begin, 1), (end, -1)):
                change = of_currency.setdefault(day, [0, 0, 0, 0])
                change[0] += sign * span.open
                change[2] += sign
            for day, sign in ((overdue, 1), (end, -1)):
                change = of_currency.setdefault(day, [0, 0, 0, 0])
                change[1] += sign * span.open
                change[3] += sign
    return {currency: _summed(of_days) for currency, of_days in changes.items()}


def _summed(changes: Mapping[int, list[int]]) -> Steps:
    days = sorted(changes)
    found: list[Totals] = []
    now = NOTHING
    for day in days:
        now = Totals(*(before + change for before, change in zip(now, changes[day], strict=True)))
        found.append(now)
    return Steps(days, found)
