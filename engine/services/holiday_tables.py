"""Calendars written out, to be kept with a version: no upgrade of a library changes a decision."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any

from engine.core.calendar import BusinessCalendar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

FIRST_YEAR, LAST_YEAR = 1990, 2100
"""Years that are written out: those for which dunning can be decided."""


def written_out(calendar: BusinessCalendar) -> dict[str, object]:
    """A calendar as a value of JSON: its weekend, the other days off, weekend days of work.

    The days are ISO dates in order; `version` says which tables they come from.
    """
    first = datetime.date(FIRST_YEAR, 1, 1).toordinal()
    last = datetime.date(LAST_YEAR, 12, 31).toordinal()
    off = [day for day in range(first, last + 1) if not calendar.is_business_day(day)]
    weeks = (last - first) // 7
    # A weekday that is mostly off is a part of the weekend, whatever single weeks are like.
    weekend = [each for each in range(7) if sum(_weekday(d) == each for d in off) * 2 > weeks]
    free, is_off = set(weekend), set(off)
    return {
        "version": calendar.version,
        "weekend": weekend,
        "off": _dates(day for day in off if _weekday(day) not in free),
        "working": _dates(
            day for day in range(first, last + 1) if _weekday(day) in free and day not in is_off
        ),
    }


def as_calendar(code: str, written: Any) -> BusinessCalendar:  # noqa: ANN401 - a value of JSON
    """The calendar that was written out; other years have weekends only."""
    weekend = frozenset[int](written["weekend"])
    off, working = _days(written["off"]), _days(written["working"])
    return BusinessCalendar(
        code,
        weekend=frozenset(),  # the table of a year holds the weekends too, since some are worked
        holidays=_years(weekend, off, working),
        version=str(written["version"]),
    )


def _years(
    weekend: frozenset[int], off: frozenset[int], working: frozenset[int]
) -> Callable[[int], frozenset[int]]:
    def days_off(year: int) -> frozenset[int]:
        first, last = datetime.date(year, 1, 1).toordinal(), datetime.date(year, 12, 31).toordinal()
        return frozenset(
            day
            for day in range(first, last + 1)
            if day in off or (_weekday(day) in weekend and day not in working)
        )

    return days_off


def _weekday(day: int) -> int:
    """Monday is 0; day 1 was a Monday."""
    return (day - 1) % 7


def _dates(days: Iterable[int]) -> list[str]:
    return [datetime.date.fromordinal(day).isoformat() for day in days]


def _days(dates: Iterable[str]) -> frozenset[int]:
    return frozenset(datetime.date.fromisoformat(each).toordinal() for each in dates)
