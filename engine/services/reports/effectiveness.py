"""The effectiveness report: which stages were executed in a period, and what was paid on them.

What is paid after several stages belongs to the last one executed before it; the days to payment
alone count from every stage, whatever followed.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from engine.core.case import FOREVER
from engine.core.place import executed_by
from engine.services.reports.done import USUAL, Dunned, Period
from engine.services.reports.followed import follow
from engine.services.reports.survival import Waits

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from engine.core.account import AccountWalk
    from engine.core.debtor import Debtor
    from engine.core.place import Executed
    from engine.core.walk import InvoiceWalk
    from engine.services.reports.done import ByDone
    from engine.services.reports.followed import Followed
    from engine.services.reports.groups import Key

WINDOWS = (7, 14, 30)
MOST_WINDOWS, LONGEST = 6, 3_650
"""How many windows may be asked for, and of how many days."""


@dataclass(slots=True)
class Window:
    """What came of executions within so many days; amounts in minor units."""

    days: int
    ended: int = 0
    """Executions whose days are over by the day of the report, and of which something was owed."""
    settled: int = 0
    """Those of them whose amount was paid in full."""
    owed: int = 0
    paid: int = 0
    """Of what those that are over were owed."""
    running: int = 0
    """Executions whose days are not over yet; they count nowhere else here."""


@dataclass(slots=True)
class Effect:
    """What came of executions in one currency; amounts in minor units."""

    windows: tuple[Window, ...]
    executed: int = 0
    customers: int = 0
    nothing_open: int = 0
    """Executions at which nothing was open (any more); they count in no window."""
    amount: int = 0
    """What was open at the executions."""
    waits: Waits = field(default_factory=Waits)

    def add(self, one: _Execution, day: int) -> None:
        """Count an execution."""
        self.executed += 1
        self.amount += one.followed.amount
        if not one.followed.amount:
            self.nothing_open += 1
            return
        for window in self.windows:
            last = one.day + window.days
            if last > day:
                window.running += 1
                continue
            until = min(last, one.followed_on)
            owed = one.followed.owed_by(until)
            if owed:
                window.ended += 1
                window.owed += owed
                window.paid += one.followed.paid_by(until)
                window.settled += one.followed.settled_by(until)
        self._wait(one, day)

    def _wait(self, one: _Execution, day: int) -> None:
        paid_on = one.followed.settled_on
        last = min(paid_on, one.written_off_on, day)
        is_paid = last == paid_on and one.followed.owed_by(last) > 0
        self.waits.add(last - one.day, is_paid=is_paid)


@dataclass(frozen=True, slots=True)
class _Execution:
    """A stage of a case that was executed and not taken back."""

    walk: InvoiceWalk | AccountWalk
    made: Executed
    followed: Followed
    followed_on: int
    """The day on which the next stage of the case was executed; FOREVER if none was."""
    written_off_on: int
    """The day on which a stage wrote the case off; FOREVER if none did."""

    @property
    def day(self) -> int:
        """When it was executed."""
        return self.made.day


@dataclass(slots=True)
class Effectiveness:
    """All that was executed in a period, by currency and by group."""

    period: Period
    within: tuple[int, ...] = WINDOWS
    """In so many days."""
    by: tuple[ByDone, ...] = USUAL
    totals: dict[str, Effect] = field(default_factory=dict)
    groups: dict[str, dict[Key, Effect]] = field(default_factory=dict)
    """By currency, and group."""

    def add(self, debtor: Debtor, day: int) -> None:
        """Count what was executed for a debtor, as it stands at the end of a day."""
        dunned: Dunned | None = None
        counted: set[int] = set()
        walks: list[InvoiceWalk | AccountWalk] = [*debtor.invoices.values()]
        for walk in (*walks, *debtor.accounts.values()):
            if not walk.moves or walk.known_from > day:
                continue
            for one in self._executions(walk, day):
                dunned = dunned or Dunned.on(debtor, day)
                key = dunned.key(walk, one.made, self.by)
                for effect in self._all(walk.currency, key):
                    effect.add(one, day)
                    if id(effect) not in counted:
                        counted.add(id(effect))
                        effect.customers += 1

    def _executions(self, walk: InvoiceWalk | AccountWalk, day: int) -> Iterable[_Execution]:
        made = executed_by(walk.moves, day)
        for at, each in enumerate(made):
            if self.period.has(each.day):
                following = made[at + 1].day if at + 1 < len(made) else FOREVER
                written = (one.day for one in made[at:] if one.write_off)
                followed = follow(walk, each.day, day)
                yield _Execution(walk, each, followed, following, next(written, FOREVER))

    def _all(self, currency: str, key: Key) -> Iterable[Effect]:
        if currency not in self.totals:
            self.totals[currency] = self._new()
        yield self.totals[currency]
        groups = self.groups.setdefault(currency, {})
        if key not in groups:
            groups[key] = self._new()
        yield groups[key]

    def _new(self) -> Effect:
        return Effect(tuple(map(Window, self.within)))


def effectiveness(
    debtors: Iterable[Debtor],
    on: datetime.date,
    period: Period | None = None,
    within: Sequence[int] = WINDOWS,
    by: Sequence[ByDone] = USUAL,
) -> Effectiveness:
    """What came of the stages of a period by a day, of debtors that are caught up."""
    windows = tuple(sorted(set(within)))
    found = Effectiveness(period or Period(), windows, tuple(by))
    for debtor in debtors:
        found.add(debtor, on.toordinal())
    return found
