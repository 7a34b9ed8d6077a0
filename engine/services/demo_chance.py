"""Chance, as the demo company needs it; the same seed always falls the same way."""

from __future__ import annotations

import datetime
import math
from random import Random


class Chance(Random):
    """A seeded source of chance. It is for made-up data, never for secrets."""

    def happens(self, percent: float) -> bool:
        """Whether something happens that happens so often."""
        return self.random() * 100 < percent

    def days(self, median: float, spread: float) -> datetime.timedelta:
        """Some days, log-normal around their median."""
        return datetime.timedelta(days=int(self.lognormvariate(math.log(median), spread)))

    def between(self, first: int, last: int) -> datetime.timedelta:
        """Some days from `first` to `last`."""
        return datetime.timedelta(days=self.randint(first, last))


def workday(day: datetime.date) -> datetime.date:
    """The day itself, or the Monday after a weekend."""
    return day + datetime.timedelta(days=(0, 0, 0, 0, 0, 2, 1)[day.weekday()])
