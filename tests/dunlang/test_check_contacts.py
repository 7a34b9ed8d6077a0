"""Limits on contacts, and the hours in which they may happen."""

from __future__ import annotations

import pytest

from tests.dunlang.checking import found


@pytest.mark.parametrize(
    "line",
    [
        "contact at most 7 times in 7 days by phone, sms",
        "contact at most 1 time in 1 day by phone",
        "contact between 08:00 and 20:00",
        "contact between 00:00 and 23:59",
    ],
)
def test_a_line_that_makes_sense_is_accepted(line: str) -> None:
    assert found(f"{line}\n") == []


@pytest.mark.parametrize(
    ("line", "code", "words"),
    [
        ("contact at most 0 times in 7 days by phone", "D140", None),
        ("contact at most 7 times in 0 days by phone", "D140", None),
        ("contact at most 7 times in 9999 days by phone", "D140", None),
        ("contact at most 7 times in 7 days by telephone", "D211", "telephone"),
        ("contact at most 7 times in 7 days by phone, sms, phone", "D115", "phone"),
        ("contact between 20:00 and 08:00", "D142", None),
        ("contact between 08:00 and 08:00", "D142", None),
    ],
)
def test_a_line_that_makes_none_is_reported(line: str, code: str, words: str | None) -> None:
    assert found(f"{line}\n") == [(code, words or line)]


def test_two_limits_stand_side_by_side_when_their_days_or_their_channels_differ() -> None:
    week = "contact at most 7 times in 7 days by phone, sms\n"
    assert found(f"{week}contact at most 20 times in 30 days by phone, sms\n") == []
    assert found(f"{week}contact at most 3 times in 7 days by phone\n") == []
    again = "contact at most 3 times in 7 days by sms, phone"
    assert found(f"{week}{again}\n") == [("D141", again)]


def test_hours_are_said_once() -> None:
    again = "contact between 09:00 and 18:00"
    assert found(f"contact between 08:00 and 20:00\n{again}\n") == [("D102", again)]


@pytest.mark.parametrize(
    ("time", "fits"),
    [("07:59", False), ("08:00", True), ("12:30", True), ("20:00", True), ("20:01", False)],
)
def test_a_stage_sends_within_the_hours(time: str, *, fits: bool) -> None:
    hours = "contact between 08:00 and 20:00\n"
    stage = f"\nstage reminder\n  by email\n  send automatically at {time}\n"
    assert found(f"{hours}{stage}") == ([] if fits else [("D143", time)])
    block = f"\nfor customer.kind is business\n  stage reminder\n    send automatically at {time}\n"
    plain = "\nstage reminder\n  by email\n  send automatically\n"
    assert found(f"{hours}{plain}{block}") == ([] if fits else [("D143", time)])
