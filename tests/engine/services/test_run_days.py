"""The words of `--run-on`."""

from __future__ import annotations

import datetime

import pytest

from dunlang.compile import compile_source
from dunlang.source import Source
from engine.core.policies import PolicyVersion, policy_set
from engine.services.run_days import RunDays, run_days


def policy(run_on: str) -> PolicyVersion:
    plan, problems = compile_source(
        Source(
            "p.dun",
            "policy p version 1\n  effective 2020-01-01\n  currency EUR\n  timezone UTC\n"
            f"  run on {run_on}\n\nstage a\n  after 1 day overdue\n  by email\n",
        )
    )
    assert plan is not None, problems
    (version,) = policy_set([plan]).versions["p"]
    return version


def chosen(text: str, version: PolicyVersion | None, first: str, last: str) -> list[str]:
    """The days of a range that a text chooses."""
    days = run_days(text)
    assert isinstance(days, RunDays)
    begin, end = (datetime.date.fromisoformat(day).toordinal() for day in (first, last))
    every = (day for day in range(begin, end + 1) if days.is_run(day, version))
    return [datetime.date.fromordinal(day).isoformat() for day in every]


def test_weekdays_are_those_of_the_calendar() -> None:
    week = ("2026-03-16", "2026-03-22")
    assert chosen("monday", None, *week) == ["2026-03-16"]
    assert chosen("friday,Sunday", None, *week) == ["2026-03-20", "2026-03-22"]


def test_dates_and_words_may_be_mixed() -> None:
    assert chosen("2026-03-18, saturday", None, "2026-03-16", "2026-03-22") == [
        "2026-03-18",
        "2026-03-21",
    ]


def test_the_end_of_a_month_is_its_last_run_day() -> None:
    spring = ("2026-01-01", "2026-05-31")
    ends = ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30", "2026-05-31"]
    assert chosen("month-end", policy("any day"), *spring) == ends
    assert chosen("month-end", None, *spring) == ends
    business = ["2026-01-30", "2026-02-27", "2026-03-31", "2026-04-30", "2026-05-29"]
    assert chosen("month-end", policy("business days"), *spring) == business


NOTHING = "is no date, no day of the week and not month-end"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", f"'' {NOTHING}"),
        ("munday", f"'munday' {NOTHING}; did you mean 'monday'?"),
        ("2026-02-30", f"'2026-02-30' {NOTHING}"),
        ("monday;friday", f"'monday;friday' {NOTHING}"),
    ],
)
def test_what_names_no_day_is_told(text: str, said: str) -> None:
    assert run_days(text) == said
