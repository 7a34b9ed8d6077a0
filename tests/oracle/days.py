"""Counting days: business days, weeks, months."""

from __future__ import annotations

import calendar as months
import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dunlang.ast.stages import Duration
    from tests.oracle.versions import Version

DAY = datetime.timedelta(days=1)
SATURDAY = 5

Holidays = Mapping[str, frozenset[datetime.date]]
"""Public holidays by calendar code."""


def is_business_day(day: datetime.date, version: Version, holidays: Holidays) -> bool:
    """Law: No calendar (Monday to Friday are business days); with one, without its holidays."""
    if day.weekday() >= SATURDAY:
        return False
    return version.calendar is None or day not in holidays[version.calendar]


def is_run_day(day: datetime.date, version: Version, holidays: Holidays) -> bool:
    """Whether the policy executes stages on a day."""
    return not version.on_business_days or is_business_day(day, version, holidays)


def rolled(day: datetime.date, version: Version, holidays: Holidays) -> datetime.date:
    """Law: Rolls a result that falls on a day off forward to the next business day."""
    while not is_run_day(day, version, holidays):
        day += DAY
    return day


def moved(
    day: datetime.date, by: Duration, sign: int, version: Version, holidays: Holidays
) -> datetime.date:
    """The day that lies a duration after (sign 1) or before (sign -1) another."""
    if by.unit == "day":
        return day + sign * by.count * DAY
    if by.unit == "week":
        return day + sign * 7 * by.count * DAY
    if by.unit == "month":
        return months_after(day, sign * by.count)
    # "The N-th business day strictly after the date it counts from."
    left = by.count
    while left > 0:
        day += sign * DAY
        left -= is_business_day(day, version, holidays)
    return day


def months_after(day: datetime.date, count: int) -> datetime.date:
    """Law: Same day of the month, or its last day."""
    year, month = divmod(day.year * 12 + day.month - 1 + count, 12)
    return datetime.date(year, month + 1, min(day.day, last_day(year, month + 1)))


def end_of_month(day: datetime.date) -> datetime.date:
    """The last day of the month that holds a day."""
    return day.replace(day=last_day(day.year, day.month))


def last_day(year: int, month: int) -> int:
    """How many days a month has."""
    return months.monthrange(year, month)[1]
