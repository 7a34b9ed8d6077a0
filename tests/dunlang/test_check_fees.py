"""Fees by steps and brackets, converted and taxed; coins."""

from __future__ import annotations

import pytest

from dunlang.printing.fmt import format_source
from dunlang.source import Source
from tests.dunlang.checking import found, problems_of


def policy(currencies: str, *fee: str, setting: str = "calendar DE") -> str:
    lines = "".join(f"    {line}\n" for line in fee[1:])
    return (
        "policy sample version 1\n  effective 2026-01-01\n"
        f"  currency {currencies}\n  timezone Europe/Berlin\n  {setting}\n\n"
        f"stage reminder\n  by email\n  fee {fee[0]}\n{lines}"
    )


STEPS = "by steps of open amount"
BRACKETS = "by bracket of open amount"


@pytest.mark.parametrize(
    ("currencies", "fee"),
    [
        ("EUR", (STEPS, "15% of the first 2_500 EUR", "1% of the rest")),
        ("EUR", (STEPS, "15% of the first 2_500 EUR", "10% of the next 2_500 EUR")),
        ("EUR", (STEPS, "5 EUR of the first 100 EUR", "0 EUR of the rest")),
        ("EUR", (STEPS, "1% of the rest")),
        ("EUR", (f"{STEPS} at least 40 EUR at most 40 EUR once", "1% of the rest")),
        ("EUR, CHF", (STEPS, "5 EUR | 5 CHF of the first 100 CHF | 100 EUR")),
        ("EUR", (BRACKETS, "40 EUR below 1_000 EUR", "70 EUR otherwise")),
        ("EUR", (BRACKETS, "1 EUR below 9 EUR", "2 EUR up to 9 EUR", "3 EUR otherwise")),
        ("EUR", (BRACKETS, "2 EUR + 1% of original amount at most 9 EUR otherwise")),
        ("EUR, CHF", (BRACKETS, "1 EUR | 1 CHF up to 9 EUR | 7 CHF", "2 EUR | 2 CHF otherwise")),
        ("EUR, SEK", ('40 EUR converted by "ecb"',)),
        ("EUR, SEK", ('5 USD + 1 USD at most 9 USD converted by "ecb"',)),
        ("SEK", ('40 EUR once converted by "ecb"',)),
    ],
)
def test_a_fee_that_makes_sense_is_accepted(currencies: str, fee: tuple[str, ...]) -> None:
    assert found(policy(currencies, *fee)) == []


@pytest.mark.parametrize(
    ("currencies", "fee", "code", "words"),
    [
        # Steps begin at the first, end at the rest, and take something.
        ("EUR", (STEPS,), "D307", STEPS),
        ("EUR", (STEPS, "1% of the next 9 EUR"), "D307", "of the next"),
        ("EUR", (STEPS, "2% of the first 9 EUR", "1% of the first 9 EUR"), "D307", "of the first"),
        ("EUR", (STEPS, "2% of the rest", "1% of the rest"), "D307", "1% of the rest"),
        ("EUR", (STEPS, "1% of the first 0 EUR"), "D308", "0 EUR"),
        ("EUR", (STEPS, "1% of the first 9.001 EUR"), "D304", "9.001 EUR"),
        ("EUR, CHF", (STEPS, "1% of the first 9 EUR"), "D301", "9 EUR"),
        ("EUR", (STEPS, "101% of the first 9 EUR"), "D306", "101%"),
        ("EUR, CHF", (STEPS, "1 EUR of the rest"), "D301", "1 EUR"),
        ("EUR", (f"{STEPS} at least 9 EUR at most 8 EUR", "1% of the rest"), "D305", "9 EUR"),
        ("EUR, CHF", (f"{STEPS} at least 9 EUR", "1% of the rest"), "D301", "9 EUR"),
        # Brackets ascend and end with `otherwise`.
        ("EUR", (BRACKETS,), "D310", BRACKETS),
        ("EUR", (BRACKETS, "1 EUR below 9 EUR"), "D310", None),
        ("EUR", (BRACKETS, "1 EUR otherwise", "2 EUR otherwise"), "D310", "2 EUR otherwise"),
        (
            "EUR",
            (BRACKETS, "1 EUR below 9 EUR", "2 EUR below 9 EUR", "3 EUR otherwise"),
            "D309",
            "9 EUR",
        ),
        (
            "EUR",
            (BRACKETS, "1 EUR up to 9 EUR", "2 EUR below 9 EUR", "3 EUR otherwise"),
            "D309",
            "9 EUR",
        ),
        (
            "EUR, CHF",
            (
                BRACKETS,
                "1 EUR | 1 CHF below 5 EUR | 9 CHF",
                "2 EUR | 2 CHF below 8 CHF | 7 EUR",
                "3 EUR | 3 CHF otherwise",
            ),
            "D309",
            "8 CHF",
        ),
        ("EUR", (BRACKETS, "1 EUR up to 0 EUR", "2 EUR otherwise"), "D308", "0 EUR"),
        ("EUR, CHF", (BRACKETS, "1 EUR otherwise"), "D301", "1 EUR"),
        ("EUR", (BRACKETS, "101% of open amount otherwise"), "D306", "101%"),
        # A converted fee is in one currency and depends on nothing.
        ("EUR, SEK", ('40 EUR | 400 SEK converted by "ecb"',), "D311", "400 SEK"),
        ("EUR, SEK", ('40 EUR at most 50 SEK converted by "ecb"',), "D311", "50 SEK"),
        ("EUR, SEK", ('2% of open amount converted by "ecb"',), "D311", "2% of open amount"),
        ("EUR, SEK", (f'{STEPS} converted by "ecb"', "1% of the rest"), "D311", None),
        ("EUR, SEK", (f'{BRACKETS} converted by "ecb"', "1 EUR otherwise"), "D311", None),
        ("EUR, SEK", ('40 EURO converted by "ecb"',), "D212", "EURO"),
        ("EUR", ('40 EUR converted by "ecb"',), "W302", "40 EUR"),
        # A letter is shared only where letters are joined.
        ("EUR", ("5 EUR per letter",), "W301", "fee 5 EUR per letter"),
    ],
)
def test_a_fee_that_makes_none_is_reported(
    currencies: str, fee: tuple[str, ...], code: str, words: str | None
) -> None:
    (problem,) = found(policy(currencies, *fee))
    assert problem[0] == code
    assert words is None or problem[1] == words


@pytest.mark.parametrize("per", ["customer", "customer and stage"])
def test_a_fee_per_letter_is_for_policies_that_join_letters(per: str) -> None:
    assert found(policy("EUR", "5 EUR per letter", setting=f"letters per {per}")) == []


def test_a_stage_without_a_notice_has_no_letter_to_charge_for() -> None:
    text = policy("EUR", "5 EUR per letter", setting="letters per customer")
    text = text.replace("by email", 'task "Call"')
    assert found(text) == [("W103", "fee 5 EUR per letter")]


def test_a_broken_line_of_steps_or_brackets_is_one_mistake() -> None:
    for fee in (
        (STEPS, "1% off the rest"),
        (BRACKETS, "1 EUR below 9 EUR", "2 EUR otherwis"),
    ):
        assert [code for code, _ in found(policy("EUR", *fee))] == ["D024"]


def test_the_first_step_is_said_once_because_two_would_be_meant_from_zero() -> None:
    fee = (STEPS, "10% of the first 500 EUR", "5% of the first 900 EUR")
    (problem,) = problems_of(policy("EUR", *fee))
    assert problem.hint == "write 'of the next', and the amount by which it goes on"
    assert [span.text for span, _ in problem.related] == ["10% of the first 500 EUR"]


def test_the_formatter_does_not_turn_a_wrong_step_into_another_fee() -> None:
    text = policy("EUR", STEPS, "10% of the first 500 EUR", "5% of the first 900 EUR")
    assert "    5% of the first 900 EUR\n" in (format_source(Source("sample.dun", text))[0] or "")


@pytest.mark.parametrize(
    ("coins", "problems"),
    [
        ("half up to 0.05 CHF", []),
        ("half even to 0.05 CHF | 1 EUR", []),
        ("half up to 0 CHF", [("D308", "0 CHF")]),
        ("half up to 0.005 CHF", [("D304", "0.005 CHF")]),
        ("half up to 0.05 CHF | 0.1 CHF", [("D303", "0.1 CHF")]),
        ("half up to 0.05 USD", [("D302", "0.05 USD")]),
        ("half up to 0.05 CHR", [("D212", "CHR")]),
    ],
)
def test_a_coin_is_one_of_the_policys_money(coins: str, problems: list[tuple[str, str]]) -> None:
    assert found(policy("EUR, CHF", "5 EUR | 5 CHF", setting=f"round {coins}")) == problems


@pytest.mark.parametrize(
    ("tax", "problems"),
    [("0%", []), ("20%", []), ("100%", []), ("100.5%", [("D306", "100.5%")])],
)
def test_a_tax_is_at_most_the_fee(tax: str, problems: list[tuple[str, str]]) -> None:
    assert found(f"fees taxed at {tax}\n") == problems
