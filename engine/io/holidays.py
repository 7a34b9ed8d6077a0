"""Business days of a country, a part of one, or the ECB, from the `holidays` library.

The library knows public holidays, each country's weekend, and the Saturdays and Sundays that a
country declares to be working days. A year that it has no table for has weekends only.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import version as distribution_version
from typing import TYPE_CHECKING

from dunlang.suggest import did_you_mean
from engine.core.calendar import BusinessCalendar

if TYPE_CHECKING:
    from collections.abc import Callable

    from holidays import HolidayBase

TARGET = "TARGET"
"""The calendar of the European Central Bank's payment system."""

_EVERY_DAY = frozenset[int]()
"""No weekday is off by itself: the table of a year holds the weekends too."""


@dataclass(frozen=True, slots=True)
class UnknownCalendar:
    """A code that the library has no calendar for."""

    code: str
    country: str | None
    """The country, where only the part of it is unknown."""
    parts: tuple[str, ...]
    """The parts of that country that have calendars of their own."""
    hint: str
    """What was probably meant, such as `did you mean 'DE-BY'?`; may be empty."""


@lru_cache(maxsize=64)
def business_calendar(code: str) -> BusinessCalendar | UnknownCalendar:
    """The calendar of a code such as `DE`, `DE-BY` or `TARGET`."""
    # Takes a fifth of a second, which a policy without a calendar need not wait for.
    import holidays  # noqa: PLC0415 - slow to import
    from holidays.registry import COUNTRIES  # noqa: PLC0415 - as above

    if code == TARGET:
        return _calendar(code, lambda year: holidays.financial_holidays("ECB", years=year))
    country, _, part = code.partition("-")
    countries = {names[1] for names in COUNTRIES.values()}
    if country not in countries:
        known = (f"{each}-{part}" if part else each for each in sorted(countries))
        upper = country.upper()
        hint = f"did you mean '{upper}{code[len(country) :]}'?" if upper in countries else ""
        return UnknownCalendar(code, None, (), hint or did_you_mean(code, [TARGET, *known]))
    parts = _parts(country)
    if not part and code == country:
        return _calendar(code, lambda year: _country(country, None, year))
    if part not in parts:
        hint = did_you_mean(code, [f"{country}-{each}" for each in parts])
        return UnknownCalendar(code, country, parts, hint)
    return _calendar(code, lambda year: _country(country, part, year))


def _country(country: str, part: str | None, year: int) -> HolidayBase:
    import holidays  # noqa: PLC0415 - see above

    return holidays.country_holidays(country, subdiv=part, years=year, expand=False)


def _parts(country: str) -> tuple[str, ...]:
    """The parts of a country that a policy can name: those whose codes are one word."""
    import holidays  # noqa: PLC0415 - see above

    every: tuple[str, ...] = getattr(holidays, country).subdivisions
    return tuple(part for part in every if part.isascii() and part.isalnum())


def _calendar(code: str, table: Callable[[int], HolidayBase]) -> BusinessCalendar:
    def days_off(year: int) -> frozenset[int]:
        of_year = table(year)
        first, last = datetime.date(year, 1, 1).toordinal(), datetime.date(year, 12, 31).toordinal()
        return frozenset(
            day
            for day in range(first, last + 1)
            if not of_year.is_working_day(datetime.date.fromordinal(day))
        )

    version = f"holidays {distribution_version('holidays')}"
    return BusinessCalendar(code, weekend=_EVERY_DAY, holidays=days_off, version=version)
