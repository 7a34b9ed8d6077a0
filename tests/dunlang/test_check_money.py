"""Amounts name every currency of the policy, with the decimals it has."""

from __future__ import annotations

import pytest

from tests.dunlang.checking import found, problems_of


def policy(currencies: str, fee: str) -> str:
    return (
        "policy sample version 1\n  effective 2026-01-01\n"
        f"  currency {currencies}\n  timezone Europe/Berlin\n\n"
        f"stage reminder\n  by email\n  fee {fee}\n"
    )


@pytest.mark.parametrize(
    ("currencies", "fee"),
    [
        ("EUR", "5 EUR"),
        ("EUR", "5.5 EUR"),
        ("EUR, CHF", "5.00 CHF | 5.00 EUR"),
        ("JPY", "500 JPY"),
        ("KWD", "1.250 KWD"),
        ("EUR", "2% of open amount"),
        ("EUR", "100% of original amount"),
        ("EUR", "2% of open amount at least 5 EUR at most 5 EUR"),
        ("EUR, CHF", "5 EUR | 5 CHF + 2% of open amount at most 9 EUR | 9 CHF"),
    ],
)
def test_a_fee_that_makes_sense_is_accepted(currencies: str, fee: str) -> None:
    assert found(policy(currencies, fee)) == []


@pytest.mark.parametrize(
    ("currencies", "fee", "problem"),
    [
        ("EUR, CHF", "5 EUR", ("D301", "5 EUR")),
        ("EUR", "5 EUR | 5 CHF", ("D302", "5 CHF")),
        ("EUR, CHF", "5 EUR | 5 USD", ("D302", "5 USD")),
        ("EUR", "5 CHF", ("D302", "5 CHF")),
        ("EUR, CHF", "5 EUR | 6 EUR", ("D303", "6 EUR")),
        ("EUR", "5.005 EUR", ("D304", "5.005 EUR")),
        ("JPY", "500.00 JPY", ("D304", "500.00 JPY")),
        ("EUR", "5 EURO", ("D212", "EURO")),
        ("EUR, CHF", "5 EUR | 5 CHR", ("D212", "CHR")),
        ("EUR", "2% of open amount at least 9 EUR at most 5 EUR", ("D305", "9 EUR")),
        ("EUR, CHF", "2% of open amount at least 5 EUR", ("D301", "5 EUR")),
        ("EUR, CHF", "1 EUR | 1 CHF + 2 EUR", ("D301", "2 EUR")),
        ("EUR", "101% of open amount", ("D306", "101%")),
    ],
)
def test_a_fee_that_makes_none_is_reported(
    currencies: str, fee: str, problem: tuple[str, str]
) -> None:
    assert found(policy(currencies, fee)) == [problem]


def test_bounds_are_compared_currency_by_currency() -> None:
    fee = "2% of open amount at least 1 EUR | 9 CHF | 7 USD at most 5 USD | 5 EUR | 5 CHF"
    problems = problems_of(policy("EUR, CHF, USD", fee))
    assert [(p.code, p.span.text, p.related[0][0].text) for p in problems] == [
        ("D305", "9 CHF", "5 CHF"),
        ("D305", "7 USD", "5 USD"),
    ]


def test_a_currency_that_the_header_forgot_is_one_mistake() -> None:
    (problem,) = problems_of(policy("EUR", "5 EUR | 5 CHF + 1 EUR | 1 CHF at most 9 EUR | 9 CHF"))
    assert (problem.code, problem.span.text) == ("D302", "5 CHF")
    assert [span.text for span, _ in problem.related] == ["1 CHF", "9 CHF"]


def test_all_missing_currencies_are_named_at_once() -> None:
    (problem,) = problems_of(policy("EUR, CHF, DKK", "5 EUR"))
    assert problem.message == "the amounts in CHF and DKK are missing"
    assert problem.hint == "write 5 EUR | ... CHF | ... DKK"
    assert problem.notes == ("the policy's currencies are EUR, CHF and DKK",)


def test_a_point_that_was_meant_for_thousands_is_explained() -> None:
    (problem,) = problems_of(policy("EUR", "1.000 EUR"))
    assert problem.hint == "write 1_000 EUR if thousands are meant, else 1.00 EUR"


@pytest.mark.parametrize(
    ("rule", "problem"),
    [
        ("fees at most 5 EUR", ("D301", "5 EUR")),
        ('exclude "small" when open amount < 5 EUR', ("D301", "5 EUR")),
        ('exclude "small" when fees so far < 5 EUR', ("D301", "5 EUR")),
        ('exclude "small" when customer.credit < 10% of 5 EUR', None),
        ('exclude "small" when open amount < 10% of 5 EUR', ("D301", "5 EUR")),
        ('exclude "small" when customer.credit < 5 USD', None),
        ('exclude "small" when customer.credit < 5 USD | 5 USD', ("D303", "5 USD")),
    ],
)
def test_the_cases_own_money_is_compared_in_every_currency_and_a_fact_in_any(
    rule: str, problem: tuple[str, str] | None
) -> None:
    text = (
        "fact customer.credit : money\n"
        f'{rule}\nexclude "used" when customer.credit > 0 EUR\n'
        "stage reminder\n  by email\n"
    )
    header = policy("EUR, CHF", "1 EUR | 1 CHF").partition("stage")[0]
    assert found(header + text) == ([problem] if problem else [])
