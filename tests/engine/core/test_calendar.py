"""Business days, months and periods."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.core.calendar import BusinessCalendar, add_months, month_end
from tests.engine.ledgers import day, shown

DAYS = st.dates(datetime.date(1990, 1, 1), datetime.date(2090, 12, 31)).map(datetime.date.toordinal)
EASTER = frozenset(day(date).toordinal() for date in ("2026-04-03", "2026-04-06"))
CALENDAR = BusinessCalendar("Easter 2026", holidays=lambda _year: EASTER)


@pytest.mark.parametrize(
    ("date", "count", "expected"),
    [
        ("2026-04-02", 1, "2026-04-07"),
        ("2026-04-03", 1, "2026-04-07"),
        ("2026-04-07", -1, "2026-04-02"),
        ("2026-04-04", 0, "2026-04-04"),
        ("2026-04-01", 5, "2026-04-10"),
    ],
)
def test_the_nth_business_day_lies_strictly_after(date: str, count: int, expected: str) -> None:
    assert shown(CALENDAR.add(day(date).toordinal(), count)) == expected


@pytest.mark.parametrize(
    ("date", "months", "expected"),
    [
        ("2026-01-31", 1, "2026-02-28"),
        ("2028-01-31", 1, "2028-02-29"),
        ("2026-03-31", -1, "2026-02-28"),
        ("2026-12-15", 1, "2027-01-15"),
        ("2026-01-15", -1, "2025-12-15"),
    ],
)
def test_a_month_later_is_the_same_day_or_the_last(date: str, months: int, expected: str) -> None:
    assert shown(add_months(day(date).toordinal(), months)) == expected


def test_the_end_of_the_month_is_its_last_day() -> None:
    assert shown(month_end(day("2028-02-01").toordinal())) == "2028-02-29"
    assert shown(month_end(day("2026-12-31").toordinal())) == "2026-12-31"


@given(DAYS)
def test_a_rolled_day_is_the_first_business_day_on_or_after(start: int) -> None:
    rolled = CALENDAR.rolled[start]
    assert rolled >= start
    assert CALENDAR.is_business_day(rolled)
    assert not any(CALENDAR.is_business_day(each) for each in range(start, rolled))


@given(DAYS, st.integers(0, 30))
def test_counting_business_days_there_and_back_again(start: int, count: int) -> None:
    first = CALENDAR.rolled[start]
    there = CALENDAR.add(first, count)
    assert CALENDAR.add(there, -count) == first
    between = sum(CALENDAR.is_business_day(each) for each in range(first + 1, there + 1))
    assert between == count
