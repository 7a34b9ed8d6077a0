"""Example blocks: what running them finds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from dunlang.codes.runs import PAGES
from engine.core.calendar import BusinessCalendar
from engine.core.examples import run_examples
from tests.engine.playing import law, plan

if TYPE_CHECKING:
    from dunlang.codes.page import CodePage


@pytest.mark.parametrize("page", PAGES, ids=[page.code for page in PAGES])
def test_the_wrong_example_of_each_page_fails_with_its_code(page: CodePage) -> None:
    wrong = run_examples(plan(page.wrong), BusinessCalendar())
    assert {problem.code for each in wrong for problem in each.problems} == {page.code}


@pytest.mark.parametrize("page", PAGES, ids=[page.code for page in PAGES])
def test_the_right_example_of_each_page_passes(page: CodePage) -> None:
    right = run_examples(plan(page.right), BusinessCalendar())
    assert [problem for each in right for problem in each.problems] == []


def test_the_example_of_the_language_passes_and_tells_its_story() -> None:
    (result,) = run_examples(law(), BusinessCalendar("DE-BY"))
    assert result.passed
    assert [(str(each.on), each.event, each.stage) for each in result.story] == [
        ("2026-03-05", "stage", "reminder"),
        ("2026-03-16", "stage", "notice"),
        ("2026-03-20", "settled", None),
    ]


def test_an_example_is_decided_by_its_own_version_before_it_takes_effect() -> None:
    text = (
        'policy later version 1 "Later"\n  effective 2040-01-01\n  currency EUR\n\n'
        'stage reminder "R"\n  after 3 days overdue\n  by email\n\n'
        'example "today"\n  given invoice 100.00 EUR due 2026-03-02\n  expect 2026-03-05 reminder\n'
    )
    assert all(each.passed for each in run_examples(plan(text), BusinessCalendar()))


def test_a_missing_action_says_what_happens_instead() -> None:
    text = (
        'hold "disputed" while invoice.disputed\n\n'
        'stage reminder "R"\n  after 3 days overdue\n  by email\n\n'
        'example "held"\n  given invoice 100.00 EUR due 2026-03-02\n'
        "  given dispute from 2026-03-01\n  expect 2026-03-05 reminder\n"
    )
    (result,) = run_examples(plan(text), BusinessCalendar())
    assert [problem.message for problem in result.problems] == [
        "reminder does not happen; on 2026-03-05 the case is held: disputed"
    ]
