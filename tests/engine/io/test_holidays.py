"""Calendars from the library's tables."""

from __future__ import annotations

import datetime
from importlib.metadata import version

import holidays
import pytest
from holidays.registry import COUNTRIES

from engine.core.calendar import BusinessCalendar
from engine.io.holidays import UnknownCalendar, business_calendar


def calendar(code: str) -> BusinessCalendar:
    found = business_calendar(code)
    assert isinstance(found, BusinessCalendar)
    return found


def works(code: str, day: str) -> bool:
    return calendar(code).is_business_day(datetime.date.fromisoformat(day).toordinal())


@pytest.mark.parametrize(
    ("code", "day", "expected"),
    [
        ("DE", "2026-03-16", True),
        ("DE", "2026-03-14", False),  # a Saturday
        ("DE", "2026-05-01", False),
        ("DE", "2026-01-06", True),  # Epiphany, a holiday in the south only
        ("DE-BY", "2026-01-06", False),
        ("DE-BE", "2026-01-06", True),
        ("TARGET", "2026-01-06", True),
        ("TARGET", "2026-04-03", False),  # Good Friday
        ("TARGET", "2026-05-01", False),
        ("GB-ENG", "2026-05-01", True),
        ("US", "2026-07-03", False),  # the Fourth falls on a Saturday
        ("SA", "2026-03-13", False),  # a Friday
        ("SA", "2026-03-15", True),  # a Sunday
        ("CN", "2025-01-26", True),  # a Sunday that is worked on for the New Year
    ],
)
def test_a_day_is_worked_on_or_not_as_the_country_has_it(
    code: str, day: str, *, expected: bool
) -> None:
    assert works(code, day) is expected


@pytest.mark.parametrize("code", ["DE-BY", "AT", "NL", "GB-SCT", "JP", "HU", "AE"])
def test_every_day_of_a_year_agrees_with_the_library(code: str) -> None:
    country, _, part = code.partition("-")
    table = holidays.country_holidays(country, subdiv=part or None, years=2026)
    ours = calendar(code)
    first = datetime.date(2026, 1, 1).toordinal()
    for day in range(first, first + 365):
        date = datetime.date.fromordinal(day)
        assert (date, ours.is_business_day(day)) == (date, table.is_working_day(date))


def test_the_version_of_the_tables_is_known() -> None:
    assert calendar("DE-BY").version == f"holidays {version('holidays')}"
    assert calendar("DE-BY").name == "DE-BY"


def test_a_year_without_a_table_has_weekends_only() -> None:
    assert works("DE", "1850-12-25")  # a Wednesday
    assert not works("DE", "1850-12-28")


@pytest.mark.parametrize(
    ("code", "country", "hint"),
    [
        ("DE-XX", "DE", ""),
        ("DE-BYY", "DE", "did you mean 'DE-BY'?"),
        ("de-BY", None, "did you mean 'DE-BY'?"),
        ("TARGTE", None, "did you mean 'TARGET'?"),
        ("ZZ", None, None),
        ("DE-", "DE", None),
    ],
)
def test_a_code_without_a_table_is_told_with_what_was_meant(
    code: str, country: str | None, hint: str | None
) -> None:
    found = business_calendar(code)
    assert isinstance(found, UnknownCalendar)
    assert found.country == country
    assert hint is None or found.hint == hint


def test_the_parts_of_a_country_are_named() -> None:
    found = business_calendar("AT-99")
    assert isinstance(found, UnknownCalendar)
    assert found.parts == ("1", "2", "3", "4", "5", "6", "7", "8", "9")


def test_every_country_of_the_library_makes_a_calendar() -> None:
    for _, code, *_ in list(COUNTRIES.values())[::12]:
        assert calendar(code).is_business_day(datetime.date(2026, 3, 18).toordinal()) in (
            True,
            False,
        )
