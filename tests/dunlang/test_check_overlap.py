"""Two policies that cover the same customer are refused, with the customer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from dunlang.checking.check import check_together
from tests.dunlang.checking import checked

if TYPE_CHECKING:
    from dunlang.checking.checked import Checked


def policy(
    name: str,
    applies: str = "",
    declared: str = "",
    *,
    currency: str = "EUR",
    version: int = 1,
    effective: str = "2026-01-01",
) -> Checked:
    when = f"  applies when {applies}\n" if applies else ""
    return checked(
        f"policy {name} version {version}\n  effective {effective}\n{when}  currency {currency}\n"
        f"  timezone Europe/Berlin\n{declared}\nstage reminder\n  by email\n",
        f"policies/{name}/{version}.dun",
    )


def covered_twice(one: str, other: str, declared: str = "") -> str:
    """The customer whom two policies cover, empty if there is none."""
    problems = check_together([policy("a", one, declared), policy("b", other, declared)])
    assert [problem.code for problem in problems] in ([], ["D402"])
    return problems[0].message.removeprefix("b and a both cover ") if problems else ""


def test_the_second_by_name_is_refused_at_the_words_that_say_whom_it_covers() -> None:
    a, b = policy("a", "customer.country is DE"), policy("b", "customer.kind is business")
    (problem,) = check_together([b, a])
    assert (problem.code, problem.span.source.name) == ("D402", "policies/b/1.dun")
    assert problem.span.text == "applies when customer.kind is business"
    assert problem.message == "b and a both cover a business in DE with an invoice in EUR"
    assert problem.notes == ("both are in force from 2026-01-01",)


def test_policies_that_share_no_currency_never_meet() -> None:
    assert check_together([policy("a"), policy("b", currency="CHF, USD")]) == []


def test_policies_for_every_case_meet_in_a_currency_of_both() -> None:
    (problem,) = check_together(
        [policy("a", currency="CHF, EUR"), policy("b", currency="USD, EUR")]
    )
    assert problem.message == "b and a both cover a customer with an invoice in EUR"
    assert problem.span.text == "b version 1"


def test_policies_that_are_never_in_force_together_may_cover_the_same() -> None:
    first = policy("a", "customer.country is DE")
    second = policy("a", "customer.country is AT", version=2, effective="2026-07-01")
    assert check_together([first, second, policy("b", "customer.country is AT")]) != []
    assert check_together([first, policy("b", "customer.country is AT")]) == []
    late = policy("b", "customer.country is DE", effective="2026-07-01")
    assert check_together([first, second, late]) == []


def test_the_first_day_of_both_is_told() -> None:
    first = policy("a", "customer.country is DE")
    second = policy("a", "customer.country is AT", version=2, effective="2026-07-01")
    (problem,) = check_together([first, second, policy("b", "customer.country is AT")])
    assert problem.notes == ("both are in force from 2026-07-01",)


APART = [
    ("customer.country in (DE, AT)", "customer.country is NL"),
    ("customer.country in (DE, AT)", "customer.country not in (DE, AT)"),
    ("customer.country is unknown", "customer.country is not DE"),
    ("customer.kind is business", "not customer.kind is business"),
    ("customer.payment_method is card", "customer.payment_method is unknown"),
    ("invoice.amount < 100 EUR", "invoice.amount >= 100 EUR"),
    ("invoice.amount > 99.99 EUR and invoice.amount < 100 EUR", "customer.kind is business"),
    ("customer.open_amount > customer.overdue_amount",
     "customer.open_amount is customer.overdue_amount"),
    ("customer.overdue_invoices >= 3", "customer.open_invoices < 3"),
    ("customer.overdue_invoices > 2", "customer.overdue_invoices < 3"),
    ('customer.tags has "vip"', 'not customer.tags has "vip"'),
    ('customer.language is "de"', 'customer.language is not "de"'),
    ("invoice.due < 2026-07-01", "invoice.due >= 2026-07-01"),
    ("customer.excluded", "not customer.excluded"),
    ("customer.rating > 2.5", "customer.rating <= 2.5"),
    ("customer.risk is low", "customer.risk in (medium, high)"),
    ("customer.vip", "not customer.vip"),
    ("customer.revenue > 100 EUR", "not customer.revenue > 100 EUR"),
]  # fmt: skip
FACTS = """
fact customer.rating  : number
fact customer.risk    : one of (low, medium, high)
fact customer.vip     : yes/no default no
fact customer.revenue : money
exclude "used" when customer.rating > 9 and customer.risk is low and customer.vip
  and customer.revenue < 1 EUR
"""
FACTS = FACTS.replace("vip\n  and", "vip and")


@pytest.mark.parametrize(("one", "other"), APART)
def test_conditions_that_cannot_hold_together_are_no_overlap(one: str, other: str) -> None:
    assert covered_twice(one, other, FACTS) == ""


@pytest.mark.parametrize(
    ("one", "other", "who"),
    [
        (
            "customer.country in (DE, AT)",
            "customer.country not in (DE, NL)",
            "a customer in AT with an invoice in EUR",
        ),
        (
            "customer.country is unknown",
            "customer.kind is unknown",
            "a customer with an unknown country, an unknown kind and an invoice in EUR",
        ),
        (
            "customer.kind is consumer and customer.risk is low",
            "customer.country is DE",
            "a consumer in DE with a risk that is low and an invoice in EUR",
        ),
        (
            'customer.tags has "vip" and not customer.tags has "key account"',
            "customer.vip",
            'a customer with "vip" among the tags, no "key account" among the tags',
        ),
        (
            "invoice.amount >= 100 EUR",
            "invoice.amount <= 100 EUR and invoice.due > 2026-06-30",
            "a customer with an invoice of 100.00 EUR due on 2026-07-01",
        ),
        (
            "customer.rating > 2 and customer.rating < 3",
            "customer.rating < 2.5",
            "a customer with a rating of 2.25 and an invoice in EUR",
        ),
        (
            "not customer.overdue_invoices < 3",
            "customer.open_amount > customer.overdue_amount",
            "a customer with overdue_invoices of 3",
        ),
    ],
)
def test_the_customer_whom_both_cover_is_described(one: str, other: str, who: str) -> None:
    assert covered_twice(one, other, FACTS).startswith(who)


def test_segments_stand_for_what_they_mean_in_their_own_policy() -> None:
    german = "segment mine when customer.country is DE\n"
    dutch = "segment mine when customer.country is NL\n"
    assert check_together([policy("a", "mine", german), policy("b", "mine", dutch)]) == []
    assert check_together([policy("a", "mine", german), policy("b", "mine", german)]) != []


def test_a_missing_value_is_what_each_policy_takes_it_for() -> None:
    low = "fact customer.risk : one of (low, high) default low\n"
    high = "fact customer.risk : one of (low, high) default high\n"
    a, b = "customer.risk is low", "customer.risk is high"
    assert check_together([policy("a", a, low), policy("b", b, low)]) == []
    (problem,) = check_together([policy("a", a, low), policy("b", b, high)])
    assert "a customer with an unknown risk" in problem.message


def test_conditions_too_large_to_search_are_left_to_a_proof() -> None:
    many = range(60)
    declared = "".join(f"fact customer.f{n} : yes/no\n" for n in many)
    odd = " and ".join(f"(customer.f{n} or customer.f{n + 1})" for n in many[:-1])
    assert covered_twice(odd, f"not ({odd})", declared) == ""
