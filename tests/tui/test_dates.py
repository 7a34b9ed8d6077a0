"""A day as a person types it."""

from __future__ import annotations

import datetime

import pytest

from tui.frame.dates import NoDate, read_date

TODAY = datetime.date(2026, 3, 31)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-04-14", "2026-04-14"),
        ("14.4", "2026-04-14"),
        ("14.4.", "2026-04-14"),
        ("14.4.27", "2027-04-14"),
        ("1.12.2025", "2025-12-01"),
        ("30.12", "2025-12-30"),
        ("29.2", "2028-02-29"),
        ("+30", "2026-04-30"),
        ("-7", "2026-03-24"),
        ("+2w", "2026-04-14"),
        ("+1m", "2026-04-30"),
        ("-1m", "2026-02-28"),
        ("fri", "2026-04-03"),
        ("Tuesday", "2026-04-07"),
        ("0", "2026-03-31"),
        ("today", "2026-03-31"),
        ("  +1 ", "2026-04-01"),
    ],
)
def test_a_day_is_understood_however_it_is_written(text: str, day: str) -> None:
    shown = datetime.date(2027, 6, 1) if text == "29.2" else TODAY
    assert read_date(text, TODAY, shown) == datetime.date.fromisoformat(day)


def test_steps_count_from_the_day_that_is_shown() -> None:
    shown = datetime.date(2026, 5, 1)
    assert read_date("+3", TODAY, shown) == datetime.date(2026, 5, 4)
    assert read_date("0", TODAY, shown) == TODAY


@pytest.mark.parametrize(
    "text", ["", "x", "31.4.2026", "32.1", "2026-13-01", "+99999", "1980-01-01", "٣", "s"]
)
def test_what_is_no_day_is_answered_with_a_sentence(text: str) -> None:
    found = read_date(text, TODAY)
    assert isinstance(found, NoDate)
    assert found.reason
