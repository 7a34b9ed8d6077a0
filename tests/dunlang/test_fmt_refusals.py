"""What the formatter does not do, and what it finds wrong with its own text."""

from __future__ import annotations

import pytest

from dunlang.printing.comments import read_comments
from dunlang.printing.fmt import _mistake, format_source
from dunlang.reading.parsing import parse
from dunlang.source import Source
from tests.dunlang.formatting import HEADER


def test_a_text_with_errors_is_refused_with_the_errors() -> None:
    source = Source("a.dun", HEADER + "segment s whn customer.excluded\n")
    text, problems = format_source(source)
    assert text is None
    assert problems == parse(source)[1]
    assert problems


def test_a_text_without_a_policy_is_refused() -> None:
    text, problems = format_source(Source("a.dun", "# nothing\n"))
    assert text is None
    assert problems


def test_warnings_of_reading_are_passed_on() -> None:
    text, problems = format_source(Source("a.dun", f"\ufeff{HEADER}"))
    assert text == HEADER
    assert [problem.severity for problem in problems] == ["warning"]


def mistake_in(text: str, written: str) -> str:
    """What the formatter says of itself if it writes this instead of that."""
    source = Source("a.dun", text)
    policy, _ = parse(source)
    assert policy is not None
    mistake = _mistake(policy, source, read_comments(source), written)
    return f"{mistake.code} {mistake.message}" if mistake else ""


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("fees at most 5\n", "it could not be read again"),
        ("fees at most 5.01 EUR  # cap\n", "it did not mean the same"),
        ("fees at most 5 EUR\n", "its comments were not the same"),
        ("fees at most 5 EUR  # cap # cap\n", "its comments were not the same"),
        (
            "fees at most 5 EUR # cap\n",
            "formatting it once more would have changed it again",
        ),
    ],
)
def test_the_formatter_refuses_its_own_text_if_more_than_the_layout_changed(
    written: str, why: str
) -> None:
    text = f"{HEADER}\nfees at most 5 EUR  # cap\n"
    said = mistake_in(text, f"{HEADER}\n{written}")
    assert said == f"D090 the file was left as it is, because the formatter made a mistake: {why}"
    assert mistake_in(text, text) == ""


def test_a_condition_so_deep_that_breaking_it_goes_too_far_is_left_alone() -> None:
    condition = "customer.excluded"
    for _ in range(20):
        condition = f"not (invoice.disputed and {condition})"
    text = f"{HEADER}\nsegment s when customer.excluded or {condition}\n"
    assert parse(Source("a.dun", text))[1] == []
    result, problems = format_source(Source("a.dun", text))
    assert result is None
    assert [problem.code for problem in problems] == ["D017"]
