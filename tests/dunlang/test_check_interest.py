"""Interest: rates that can be meant, claimed by somebody, and rules that are there."""

from __future__ import annotations

import pytest

from tests.dunlang.checking import found, problems_of

RATE = 'rate base_rate from "de-basiszinssatz"\n'
STAGE = "\nstage reminder\n  after 3 days overdue\n  by email\n"
CLAIMED = f"{STAGE}  charge interest\n"


@pytest.mark.parametrize(
    "rule",
    [
        "12.25% a year",
        "0% a year",
        "2% a month",
        "100% a year from due date by 30/360",
        "base_rate",
        "base_rate fixed at default",
        "base_rate rounded up to 0.5 + 9 pp from reminder by act/360",
    ],
)
def test_a_rule_that_makes_sense_is_accepted(rule: str) -> None:
    rates = RATE if "base_rate" in rule else ""
    assert found(f"{rates}interest {rule}\n{CLAIMED}") == []


@pytest.mark.parametrize(
    ("rule", "problem"),
    [
        ("101% a year", ("D312", "101%")),
        ("9% a month", ("D312", "9%")),
        ("base_rate rounded up to 0", ("D312", "0")),
        ("base_rate + 900 pp", ("D312", "900")),
        ("9% a year from remider", ("D106", "remider")),
        ("9% a year fixed at default", ("W303", "interest 9% a year fixed at default")),
    ],
)
def test_a_rule_that_makes_none_is_reported(rule: str, problem: tuple[str, str]) -> None:
    rates = RATE if "base_rate" in rule else ""
    assert found(f"{rates}interest {rule}\n{CLAIMED}") == [problem]


def test_a_rule_in_an_exception_is_looked_at_too() -> None:
    text = f"interest 9% a year\n{CLAIMED}\nfor customer.kind is consumer\n  interest 900% a year\n"
    assert found(text) == [("D312", "900%")]


def test_a_rate_a_month_is_shown_as_what_it_is_a_year() -> None:
    (problem,) = problems_of(f"interest 12.5% a month\n{CLAIMED}")
    assert problem.message == "interest of 12.5% a month, which is 150% a year, cannot be meant"


# ---------------------------------------------------------------- the rules together


def test_interest_is_claimed_by_a_stage_an_exception_or_the_payment() -> None:
    override = "\nfor customer.kind is business\n  stage reminder\n    charge interest\n"
    for claim in (CLAIMED, f"claim interest when paid\n{STAGE}", f"{STAGE}{override}"):
        assert found(f"interest 9% a year\n{claim}") == []


def test_a_rule_only_for_some_customers_is_a_rule() -> None:
    text = f"no interest below 5 EUR\n{CLAIMED}\nfor customer.kind is consumer\n"
    assert found(f"{text}  interest 5% a year\n") == []


@pytest.mark.parametrize(
    ("text", "code", "words"),
    [
        (CLAIMED, "D313", "charge interest"),
        (f"claim interest when paid\n{STAGE}", "D313", "claim interest when paid"),
        (f"interest 9% a year\n{STAGE}", "W304", "interest 9% a year"),
        (f"no interest below 5 EUR\n{STAGE}", "W305", "no interest below 5 EUR"),
        (f"{STAGE}\nfor customer.kind is consumer\n  no interest\n", "W305", "no interest"),
    ],
)
def test_a_part_without_the_other_is_reported(text: str, code: str, words: str) -> None:
    assert found(text) == [(code, words)]


def test_all_claims_without_a_rule_are_one_mistake() -> None:
    (problem,) = problems_of(f"claim interest when paid\n{CLAIMED}")
    assert [span.text for span, _ in problem.related] == ["charge interest"]


def test_nothing_is_missed_while_a_line_is_broken() -> None:
    assert [code for code, _ in found(f"intrest 9% a year\n{CLAIMED}")] == ["D024"]


def test_an_exception_charges_interest_or_charges_none() -> None:
    block = "\nfor customer.kind is consumer\n  no interest\n  interest 5% a year\n"
    problems = problems_of(f"interest 9% a year\n{CLAIMED}{block}")
    assert [(p.code, p.span.text) for p in problems] == [("D314", "interest 5% a year")]


@pytest.mark.parametrize("rule", ["interest 9% a year", "claim interest when paid"])
def test_a_rule_of_the_policy_stands_once(rule: str) -> None:
    text = f"interest 9% a year\nclaim interest when paid\n{rule}\n{STAGE}"
    assert found(text) == [("D102", rule)]


def test_a_limit_for_small_claims_covers_all_currencies() -> None:
    header = (
        "policy sample version 1\n  effective 2026-01-01\n  currency EUR, CHF\n"
        "  timezone Europe/Berlin\n\ninterest 9% a year\n"
    )
    assert found(f"{header}no interest below 5 EUR | 5 CHF\n{CLAIMED}") == []
    assert found(f"{header}no interest below 5 EUR\n{CLAIMED}") == [("D301", "5 EUR")]
