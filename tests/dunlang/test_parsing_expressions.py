"""Conditions become the tree that the language reference says."""

from __future__ import annotations

import datetime

import pytest

from dunlang.ast.expressions import (
    And,
    Compare,
    CompareOp,
    Date,
    Expression,
    Has,
    Known,
    Not,
    OneOf,
    Or,
    PercentOf,
    YesNo,
)
from tests.dunlang.reading import (
    HERE,
    condition,
    fact,
    money,
    name,
    number,
    percent,
    text,
    told,
)

A, B, C, D = (name(letter) for letter in "ABCD")


def both(*parts: Expression) -> And:
    return And(parts, span=HERE)


def either(*parts: Expression) -> Or:
    return Or(parts, span=HERE)


def no(part: Expression) -> Not:
    return Not(part, span=HERE)


def compare(op: CompareOp, left: Expression, right: Expression) -> Compare:
    return Compare(op, left, right, span=HERE)


def test_and_binds_tighter_than_or() -> None:
    assert condition("A or B and C or D") == either(A, both(B, C), D)
    assert condition("A and B or C and D") == either(both(A, B), both(C, D))


def test_not_binds_tighter_than_and() -> None:
    assert condition("not A and B") == both(no(A), B)
    assert condition("A or not B") == either(A, no(B))


def test_not_binds_looser_than_a_comparison() -> None:
    tagged = Has(fact("customer.tags"), text("x"), span=HERE)
    assert condition('not customer.tags has "x"') == no(tagged)
    assert condition("not days overdue < 5") == no(compare("<", fact("days overdue"), number("5")))
    assert condition("not A is B and C") == both(no(compare("is", A, B)), C)


def test_parentheses_decide_and_leave_no_trace() -> None:
    assert condition("(A or B) and C") == both(either(A, B), C)
    assert condition("not (A and B)") == no(both(A, B))
    assert condition("((A))") == A


def test_conjunctions_of_the_same_kind_are_flat() -> None:
    assert condition("A and (B and (C and D))") == both(A, B, C, D)
    assert condition("(A or B) or (C or D)") == either(A, B, C, D)
    assert condition("A and (B or C)") == both(A, either(B, C))


@pytest.mark.parametrize("op", ["is", "is not", "<", "<=", ">", ">="])
def test_comparisons(op: CompareOp) -> None:
    assert condition(f"open amount {op} 5 EUR") == compare(op, fact("open amount"), money("5 EUR"))


def test_comparisons_need_no_blanks_and_may_have_several() -> None:
    assert condition("days overdue<=5") == compare("<=", fact("days overdue"), number("5"))
    assert condition("A   is \t not   B") == compare("is not", A, B)


def test_membership() -> None:
    country = fact("customer.country")
    assert condition("customer.country in (DE, AT)") == OneOf(
        country, (name("DE"), name("AT")), negated=False, span=HERE
    )
    assert condition("customer.country not in (DE)") == OneOf(
        country, (name("DE"),), negated=True, span=HERE
    )
    assert condition("not customer.country in (DE)") == no(OneOf(country, (name("DE"),), span=HERE))


def test_known_and_unknown() -> None:
    risk = fact("customer.risk")
    assert condition("customer.risk is known") == Known(risk, known=True, span=HERE)
    assert condition("customer.risk is unknown") == Known(risk, known=False, span=HERE)
    assert condition("not customer.risk is known") == no(Known(risk, known=True, span=HERE))


@pytest.mark.parametrize(
    "path",
    [
        "customer.kind",
        "invoice.due",
        "customer.no-calls_2",
        "customer.stage",
        "open amount",
        "original amount",
        "days overdue",
        "fees so far",
        "notices so far",
        "promise",
        "stage",
    ],
)
def test_facts(path: str) -> None:
    assert condition(path) == fact(path)
    assert condition(f"{path} is A") == compare("is", fact(path), A)


def test_phrases_are_spelt_with_single_blanks_in_the_tree() -> None:
    assert condition("open \t amount is known") == Known(fact("open amount"), known=True, span=HERE)


def test_values() -> None:
    day = Date(datetime.date(2026, 3, 2), span=HERE)
    assert condition("invoice.due < 2026-03-02") == compare("<", fact("invoice.due"), day)
    assert condition("A is yes") == compare("is", A, YesNo(value=True, span=HERE))
    assert condition("A is no") == compare("is", A, YesNo(value=False, span=HERE))
    assert condition('A is ""') == compare("is", A, text(""))
    assert condition("A >= 2.5%") == compare(">=", A, percent("2.5"))
    assert condition("A > 1_000.5") == compare(">", A, number("1000.5"))
    assert condition("A > 5 EUR | 6 CHF") == compare(">", A, money("5 EUR", "6 CHF"))


def test_a_percentage_of_an_amount() -> None:
    assert condition("open amount < 10% of original amount") == compare(
        "<",
        fact("open amount"),
        PercentOf(percent("10"), fact("original amount"), span=HERE),
    )
    assert condition("A < 10% of 50 EUR | 60 CHF") == compare(
        "<", A, PercentOf(percent("10"), money("50 EUR", "60 CHF"), span=HERE)
    )


def test_numbers_keep_the_digits_of_their_author() -> None:
    found = condition("A > 250_000.00")
    assert isinstance(found, Compare)
    assert getattr(found.right, "text", None) == "250_000.00"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("(A and B) is C", ("D047", "(A and B)")),
        ("A is (not B)", ("D047", "(not B)")),
        ("A in (B, C is D)", ("D021", "is")),
        ("A < B < C", ("D028", "<")),
        ("A is is B", ("D021", "is")),
        ("A and or B", ("D026", "or")),
        ("() and A", ("D026", ")")),
        ("A in ()", ("D026", ")")),
    ],
)
def test_a_broken_condition_is_reported_at_the_wrong_word(
    text: str, problem: tuple[str, str]
) -> None:
    assert told(f'policy p version 1\nexclude "x" when {text}\n') == [problem]
