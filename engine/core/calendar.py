"""Business days from a table that is passed in, and the units of the language on day numbers."""

from __future__ import annotations

import datetime
from calendar import monthrange
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from dunlang.ast.stages import Unit

SATURDAY_AND_SUNDAY = frozenset({5, 6})


def no_holidays(year: int) -> frozenset[int]:
    """The table of a policy without a calendar."""
    del year
    return frozenset()


@dataclass(frozen=True)
class BusinessCalendar:
    """Which days are business days.

    Days are `date.toordinal()`. What was once worked out is remembered: the table is asked once a
    year and a day is rolled once.
    """

    name: str = "Monday to Friday"
    weekend: frozenset[int] = SATURDAY_AND_SUNDAY
    """Weekdays that are off, Monday is 0."""
    holidays: Callable[[int], frozenset[int]] = field(default=no_holidays, repr=False)
    """The public holidays of a year, as day numbers."""
    version: str = ""
    """Version of the tables behind `holidays`, recorded with a run."""
    rolled: dict[int, int] = field(init=False, repr=False, compare=False)
    """Day -> the first business day on or after it; fills itself."""

    def __post_init__(self) -> None:
        """Begin with an empty memory."""
        object.__setattr__(self, "rolled", _Rolled(self))

    def is_business_day(self, day: int) -> bool:
        """Whether work is done on that day."""
        return self.rolled[day] == day

    def add(self, day: int, count: int) -> int:
        """The count-th business day strictly after a day (before it for a count below 0).

        A count of 0 gives the day itself.
        """
        rolled = self.rolled
        for _ in range(count):
            day = rolled[day + 1]
        for _ in range(-count):
            day -= 1
            while rolled[day] != day:
                day -= 1
        return day

    def add_period(self, day: int, count: int, unit: Unit) -> int:
        """A day plus a count of units; months keep the day of the month or take the last one."""
        match unit:
            case "day":
                return day + count
            case "week":
                return day + 7 * count
            case "month":
                return add_months(day, count)
            case "business day":
                return self.add(day, count)


class _Rolled(dict[int, int]):
    """Works out a missing day when it is first asked for."""

    def __init__(self, calendar: BusinessCalendar) -> None:
        super().__init__()
        self._weekend = calendar.weekend
        self._holidays = lru_cache(maxsize=None)(calendar.holidays)

    def __missing__(self, day: int) -> int:
        first = day
        # Day 1, 1 January of year 1, was a Monday.
        while first < LAST_DAY and self._is_off(first):
            first += 1
        self[day] = first
        return first

    def _is_off(self, day: int) -> bool:
        return (day - 1) % 7 in self._weekend or day in self._holidays(date_of(day).year)


LAST_DAY = datetime.date.max.toordinal()
"""31 December 9999, which ledgers use for "never": no wait leads beyond it."""


def date_of(day: int) -> datetime.date:
    """The date of a day number; the last there is for what lies beyond."""
    return datetime.date.fromordinal(min(day, LAST_DAY))


@lru_cache(maxsize=100_000)
def add_months(day: int, count: int) -> int:
    """The same day of the month `count` months later, or the last day of that month."""
    date = date_of(day)
    year, month = divmod(date.year * 12 + date.month - 1 + count, 12)
    if year > datetime.MAXYEAR:
        return LAST_DAY
    return datetime.date(year, month + 1, min(date.day, monthrange(year, month + 1)[1])).toordinal()


@lru_cache(maxsize=100_000)
def month_end(day: int) -> int:
    """The last day of the month that holds a day."""
    date = date_of(day)
    return date.replace(day=monthrange(date.year, date.month)[1]).toordinal()
