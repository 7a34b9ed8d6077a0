"""Names of rates and guarantees: each once, used, and known where they are used."""

from __future__ import annotations

import pytest

from dunlang.ast.expressions import Compare, SegmentRef
from dunlang.ast.policy import Guarantee
from dunlang.checking.check import check_together
from tests.dunlang.checking import checked, found, problems_of

RATE = 'rate base_rate from "de-basiszinssatz"\n'
CLAIM = "\nstage reminder\n  after 3 days overdue\n  by email\n  charge interest\n"


def test_interest_names_a_rate_that_there_is() -> None:
    assert found(f"{RATE}interest base_rate + 9 pp\n{CLAIM}") == []
    (problem,) = problems_of(
        f"{RATE}interest base_rate\nfor customer.excluded\n  interest bas_rate\n{CLAIM}"
    )
    assert (problem.code, problem.span.text) == ("D116", "bas_rate")
    assert problem.hint == "did you mean 'base_rate'?"


def test_a_rate_has_one_name_and_is_used() -> None:
    assert found(f"{RATE}{RATE}interest base_rate\n{CLAIM}") == [("D103", "base_rate")]
    assert found(RATE) == [("W406", "base_rate")]


@pytest.mark.parametrize("name", ["rates/a.csv", "../a", "a.csv", "", "a b", "C:\\rates\\a.csv"])
def test_a_table_is_named_without_folder_and_ending(name: str) -> None:
    text = f'rate base_rate from "{name}"\ninterest base_rate\n{CLAIM}'
    assert [code for code, _ in found(text)] == ["D119"]


@pytest.mark.parametrize(
    "setting",
    [
        "reopened cases continue",
        "payments settle charges first",
        "settled when open amount and charges are paid",
        "late runs go straight to the stage reached",
        "running cases stay with their version",
    ],
)
def test_a_setting_stands_once(setting: str) -> None:
    header = "policy sample version 1\n  effective 2026-01-01\n  currency EUR\n  timezone UTC\n"
    text = f"{header}  {setting}\n  {setting}\n\nstage reminder\n  by email\n"
    assert found(text) == [("D102", setting)]


# ---------------------------------------------------------------------- guarantees


def test_the_claims_of_a_guarantee_are_resolved() -> None:
    policy = checked(
        "segment private when customer.kind is consumer\n"
        'guarantee "a"\n  at reminder for private: fee is 0 EUR\n'
    ).policy
    (guarantee,) = (item for item in policy.items if isinstance(item, Guarantee))
    (claim,) = guarantee.claims
    assert isinstance(claim.who, SegmentRef)
    assert isinstance(claim.condition, Compare)


@pytest.mark.parametrize(
    ("claim", "problems"),
    [
        ("at reminder: fee <= 5 EUR", []),
        ("at reminder: fee <= 10% of open amount", []),
        ("always: fees so far <= 40 EUR", []),
        ("at remindr: fee <= 5 EUR", [("D106", "remindr")]),
        ("at reminder: fee", [("D209", "fee")]),
        ("at reminder: fee <= 5", [("D206", "5")]),
        ("at reminder: fee <= 5 USD", [("D302", "5 USD")]),
        ("at reminder: fee is known", [("W201", "fee is known")]),
        ("always: fee <= 5 EUR", [("D223", "fee")]),
        ("at reminder for fee > 1 EUR: days overdue > 1", [("D223", "fee")]),
        ("at reminder for privat: days overdue > 1", [("D202", "privat")]),
    ],
)
def test_claims_are_typed(claim: str, problems: list[tuple[str, str]]) -> None:
    assert found(f'guarantee "a"\n  {claim}\n') == problems


def test_a_guarantee_promises_something() -> None:
    assert found('guarantee "nothing"\n') == [("D509", '"nothing"')]


def test_what_only_a_guarantee_asks_for_is_used() -> None:
    text = "fact customer.risk : number\nsegment risky when customer.risk > 3\n"
    assert found(f'{text}guarantee "a"\n  always for risky: fees so far < 9 EUR\n') == []


# ------------------------------------------------------------------ dropped stages


def version(number: int, *stages: str, header: str = "") -> str:
    ladder = "".join(f"\nstage {stage}\n" for stage in stages)
    return (
        f"policy sample version {number}\n  effective 202{number}-01-01\n  currency EUR\n"
        f"  timezone UTC\n{header}{ladder}"
    )


def dropped(*texts: str) -> list[str]:
    problems = check_together([checked(text, f"{n}.dun") for n, text in enumerate(texts)])
    assert {problem.code for problem in problems} <= {"D124"}
    return [problem.message for problem in problems]


def test_a_version_that_drops_a_stage_says_where_its_cases_go() -> None:
    one = version(1, "first_letter\n  by email", "second_letter\n  by post")
    assert dropped(one, version(2, "first_letter\n  by email")) == [
        "version 2 takes over cases that stand at second_letter, and has no such stage"
    ]
    replaced = version(2, "first_letter\n  by email\n  replaces second_letter")
    assert dropped(one, replaced) == []


def test_cases_that_stay_with_their_version_need_no_new_place() -> None:
    one, header = version(1, "letter\n  by email"), "  running cases stay with their version\n"
    assert dropped(one, version(2, "other\n  by email", header=header)) == []


def test_a_case_may_come_from_any_earlier_version() -> None:
    one, two = version(1, "old\n  by email"), version(2, "new\n  by email\n  replaces old")
    three = version(3, "new\n  by email")
    assert dropped(one, two, three) == [
        "version 3 takes over cases that stand at old, and has no such stage"
    ]
