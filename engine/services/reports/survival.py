"""How long it takes until half of all is paid, where not everything has been paid yet."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from fractions import Fraction

HALF = Fraction(1, 2)


@dataclass(slots=True)
class Waits:
    """How many days passed until something was paid, or until it was looked at for the last time.

    The estimate is that of Kaplan and Meier: who has not paid yet counts as long as they were
    looked at, and neither as paid nor as never paying.
    """

    paid: Counter[int] = field(default_factory=Counter)
    """How many were paid after so many days."""
    unpaid: Counter[int] = field(default_factory=Counter)
    """How many were not paid after so many days, and nothing is known of them beyond."""

    def add(self, days: int, *, is_paid: bool) -> None:
        """Count one."""
        (self.paid if is_paid else self.unpaid)[days] += 1

    @property
    def median(self) -> int | None:
        """The first day by whose end at most half is still unpaid; None if it never comes.

        Who was looked at up to the day of a payment counts as unpaid on it.
        """
        left = self.paid.total() + self.unpaid.total()
        still = Fraction(1)
        for days in sorted({*self.paid, *self.unpaid}):
            if self.paid[days]:
                still *= Fraction(left - self.paid[days], left)
                if still <= HALF:
                    return days
            left -= self.paid[days] + self.unpaid[days]
        return None
