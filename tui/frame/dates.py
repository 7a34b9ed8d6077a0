"""A day as a person types it: 14.4, +30, fri, 2026-04-14, 0."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass

FIRST_YEAR, LAST_YEAR = 1990, 2100
"""Years for which dunning can be decided: those that tables of holidays cover."""

_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_LEAST_LETTERS = 2
HINT = "write 14.4, 14.4.2026, 2026-04-14, +30, -7, fri, or 0 for today"


@dataclass(frozen=True, slots=True)
class NoDate:
    """Why a text is no day that can be looked at."""

    reason: str
    """One sentence without a full stop."""


def read_date(
    text: str, today: datetime.date, shown: datetime.date | None = None
) -> datetime.date | NoDate:
    """The day that is meant; `+30` and `fri` count from the day that is shown."""
    word = text.strip().lower()
    start = shown or today
    if word in {"0", "today"}:
        return today
    try:
        found = _counted(word, start) or _weekday(word, start) or _written(word, start)
    except (ValueError, OverflowError):
        return NoDate(f"'{text.strip()}' is not in the calendar; {HINT}")
    if found is None:
        return NoDate(f"'{text.strip()}' is no day; {HINT}" if word else HINT)
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        return NoDate(f"days from {FIRST_YEAR} to {LAST_YEAR} can be looked at")
    return found


def _counted(word: str, start: datetime.date) -> datetime.date | None:
    """`+30` days, `-2w` weeks, `+1m` months."""
    match = re.fullmatch(r"([+-])(\d{1,5})\s*([dwm]?)", word, re.ASCII)
    if match is None:
        return None
    number = int(match[1] + match[2])
    if match[3] == "m":
        months = start.year * 12 + start.month - 1 + number
        return _in_month(months // 12, months % 12 + 1, start.day)
    return start + datetime.timedelta(days=number * (7 if match[3] == "w" else 1))


def _in_month(year: int, month: int, day: int) -> datetime.date:
    """The day of a month, or its last one."""
    following = datetime.date(year + month // 12, month % 12 + 1, 1)
    last = (following - datetime.timedelta(days=1)).day
    return datetime.date(year, month, min(day, last))


def _weekday(word: str, start: datetime.date) -> datetime.date | None:
    """The next such day of the week, never the same day."""
    if len(word) < _LEAST_LETTERS or not word.isalpha():
        return None
    for number, name in enumerate(_WEEKDAYS):
        full = datetime.date(2024, 1, 1 + number).strftime("%A").lower()
        if full.startswith(word) or word == name:
            ahead = (number - start.weekday() - 1) % 7 + 1
            return start + datetime.timedelta(days=ahead)
    return None


def _written(word: str, start: datetime.date) -> datetime.date | None:
    """`14.4`, `14.4.26`, `2026-04-14`; without a year, the one that is nearest."""
    iso = re.fullmatch(r"(\d{4})-(\d{1,2})-(\d{1,2})", word, re.ASCII)
    if iso is not None:
        return datetime.date(int(iso[1]), int(iso[2]), int(iso[3]))
    match = re.fullmatch(r"(\d{1,2})\.(\d{1,2})\.?(\d{4}|\d{2})?", word, re.ASCII)
    if match is None:
        return None
    day, month = int(match[1]), int(match[2])
    if match[3]:
        year = int(match[3])
        return datetime.date(year if year > 99 else 2000 + year, month, day)  # noqa: PLR2004 - two digits
    near = []
    for year in (start.year - 1, start.year, start.year + 1):
        try:
            near.append(datetime.date(year, month, day))
        except ValueError:
            continue  # 29.2 in a year without it
    if not near:
        raise ValueError(word)
    return min(near, key=lambda each: abs((each - start).days))
