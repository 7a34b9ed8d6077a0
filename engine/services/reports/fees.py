"""The fees report: what dunning charged in a period, and what became of it."""

from __future__ import annotations

import datetime
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from engine.services.reports.charged import Fate, charges_of
from engine.services.reports.done import USUAL, Dunned, Period

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from engine.core.debtor import Debtor
    from engine.core.walk import Walk
    from engine.services.reports.charged import Charge
    from engine.services.reports.done import ByDone
    from engine.services.reports.groups import Key


@dataclass(slots=True)
class Charged:
    """What was charged in one currency; amounts in minor units."""

    charges: int = 0
    """How often something was charged."""
    customers: int = 0
    fees: Fate = field(default_factory=Fate)
    """With tax."""
    interest: Fate = field(default_factory=Fate)
    tax: int = 0
    """The part of the fees that is tax, also of those that were taken back."""

    @property
    def total(self) -> Fate:
        """Fees and interest together."""
        whole = Fate()
        whole.add(self.fees)
        whole.add(self.interest)
        return whole

    def add(self, charge: Charge) -> None:
        """Count a charge."""
        self.charges += 1
        self.fees.add(charge.fee)
        self.interest.add(charge.interest)
        self.tax += charge.tax


@dataclass(slots=True)
class Fees:
    """All that was charged in a period, by currency and by group."""

    period: Period
    by: tuple[ByDone, ...] = USUAL
    totals: dict[str, Charged] = field(default_factory=dict)
    groups: dict[str, dict[Key, Charged]] = field(default_factory=dict)
    """By currency, and group."""

    def add(self, debtor: Debtor, day: int) -> None:
        """Count what a debtor was charged, as it stands at the end of a day."""
        dunned: Dunned | None = None
        written: dict[str, bool] = {}
        counted: set[int] = set()
        for charge in charges_of(debtor, day):
            if not self.period.has(charge.made.day):
                continue
            dunned = dunned or Dunned.on(debtor, day)
            walk = charge.walk
            if walk.case not in written:
                written[walk.case] = is_written_off(walk, day)
            if written[walk.case]:
                for each in (charge.fee, charge.interest):
                    each.written_off = each.open
            key = dunned.key(walk, charge.made, self.by)
            groups = self.groups.setdefault(walk.currency, {})
            for charged in (
                self.totals.setdefault(walk.currency, Charged()),
                groups.setdefault(key, Charged()),
            ):
                charged.add(charge)
                if id(charged) not in counted:
                    counted.add(id(charged))
                    charged.customers += 1


def fees(
    debtors: Iterable[Debtor],
    on: datetime.date,
    period: Period | None = None,
    by: Sequence[ByDone] = USUAL,
) -> Fees:
    """What was charged in a period and what became of it by a day, of debtors that are caught up.

    Without `by` there are no groups.
    """
    found = Fees(period or Period(), tuple(by))
    for debtor in debtors:
        found.add(debtor, on.toordinal())
    return found


def is_written_off(walk: Walk, day: int) -> bool:
    """Whether a stage wrote a case off that is not settled since."""
    with suppress(Exception):  # one case never stops the others; decisions say what is wrong
        return walk.place(day).written_off and not walk.facts(day).settled
    return False
