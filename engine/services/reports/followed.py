"""What became of the amount that stood open when a stage was executed, day by day."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.core.account import AccountWalk
from engine.core.case import FOREVER
from engine.core.timeline import facts_on

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from engine.core.case import CaseTimeline
    from engine.core.walk import InvoiceWalk


@dataclass(frozen=True, slots=True)
class Followed:
    """The amount of an execution from its day on, as it stands on the day of a report.

    What was given back by then never counted as paid. Amounts are in minor units.
    """

    amount: int
    """What was open at the end of the day of the execution."""
    days: tuple[int, ...]
    """On which something changed, beginning with that of the execution."""
    paid: tuple[int, ...]
    """What had been paid by the end of each day, and was not given back later."""
    credited: tuple[int, ...]
    """What credits had taken off it by the end of each day."""
    settled: tuple[bool, ...]
    """Whether nothing of it was open at the end of each day, nor later."""

    def paid_by(self, day: int) -> int:
        """What had been paid by the end of a day."""
        return self.paid[self._at(day)]

    def owed_by(self, day: int) -> int:
        """The amount without what credits had taken off it by the end of a day."""
        return max(0, self.amount - self.credited[self._at(day)])

    def settled_by(self, day: int) -> bool:
        """Whether nothing of it was open at the end of a day, nor later."""
        return self.settled[self._at(day)]

    @property
    def settled_on(self) -> int:
        """The day from which on nothing of it was open; FOREVER if there is none."""
        pairs = zip(self.days, self.settled, strict=True)
        return next((day for day, is_settled in pairs if is_settled), FOREVER)

    def _at(self, day: int) -> int:
        return bisect_right(self.days, day) - 1


def follow(walk: InvoiceWalk | AccountWalk, since: int, day: int) -> Followed:
    """What became of what a case owed on the day of an execution, by the day of a report.

    Of an account the invoices count that made up its amount then; money that no invoice took
    counts for its oldest ones.
    """
    if isinstance(walk, AccountWalk):
        with suppress(Exception):  # one case never stops the others; decisions say what is wrong
            return _of_account(walk, since, day)
        return Followed(0, (since,), (0,), (0,), (True,))
    timeline = walk.timeline
    opened = {each: amount for each, amount in _open_amounts(timeline, since) if each <= day}
    return _followed(opened, _credits(timeline))


def _of_account(account: AccountWalk, since: int, day: int) -> Followed:
    # Amounts are summed up step by step: an account may have thousands of invoices.
    timelines = [each.timeline for each in account.items(since).overdue]
    history = account.debtor.history
    purses = (account.currency, account.case)
    changes: Counter[int] = Counter()
    for each in timelines:
        before = 0
        for when, amount in _open_amounts(each, since):
            changes[when] += amount - before
            before = amount
    for purse in purses:
        changes.update({when: 0 for when, _ in history.unapplied.get(purse, ()) if when > since})
    opened, gross = {since: 0}, 0
    for when in sorted(changes):
        gross += changes[when]
        if when <= day:
            money = account.debtor.money_of(account, when) if gross else 0
            opened[when] = max(0, gross - money)
    credits_ = [pair for each in timelines for pair in _credits(each)]
    credits_ += [pair for purse in purses for pair in history.credits.get(purse, ())]
    return _followed(opened, credits_)


def _open_amounts(timeline: CaseTimeline, since: int) -> Iterator[tuple[int, int]]:
    """The open amount of an invoice at the end of a day, and of each on which it changed later."""
    yield since, facts_on(timeline, since).open
    for span in timeline.spans:
        if span.since > since:
            yield span.since, span.open


def _credits(timeline: CaseTimeline) -> list[tuple[int, int]]:
    return [(each.day, each.amount) for each in timeline.bookings if each.kind == "credited"]


def _followed(opened: Mapping[int, int], credits_: Iterable[tuple[int, int]]) -> Followed:
    """From the open amount at the end of each day on which it changed, in order of days."""
    days, amounts = (*opened,), (*opened.values(),)
    coming = sorted(each for each in credits_ if each[0] > days[0])[::-1]
    credited: list[int] = []
    sofar = 0
    for day in days:
        while coming and coming[-1][0] <= day:
            sofar += coming.pop()[1]
        credited.append(max(0, sofar))
    paid = [amounts[0] - left - less for left, less in zip(amounts, credited, strict=True)]
    settled = [left == 0 for left in amounts]
    for at in range(len(days) - 2, -1, -1):
        paid[at] = min(paid[at], paid[at + 1])
        settled[at] = settled[at] and settled[at + 1]
    lasting = tuple(max(0, each) for each in paid)
    return Followed(amounts[0], days, lasting, tuple(credited), tuple(settled))
