"""Names and amounts of a file that several policies include, as one of them means them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from dunlang.ast.expressions import Compare, Money
from dunlang.compile import read_source
from dunlang.composing.library import Empty, Found
from dunlang.source import Source

if TYPE_CHECKING:
    from dunlang.checking.checked import Checked
    from dunlang.diagnostics import Diagnostic


class OneFile(Empty):
    """A library that has one file to include."""

    def __init__(self, text: str) -> None:
        self.found = Found(Source("shared.dun", text))

    def policy(self, policy: str, version: int, beside: Source) -> None:
        """Nothing."""

    def shared(self, path: str, beside: Source) -> Found | None:
        """The file."""
        return self.found if path == "shared.dun" and beside.name == "p.dun" else None


def read(
    shared: str, currency: str = "EUR", own: str = ""
) -> tuple[Checked | None, list[Diagnostic]]:
    text = (
        f"policy p version 1\n  effective 2026-01-01\n  currency {currency}\n"
        f'  timezone Europe/Berlin\n\ninclude "shared.dun"\n\nstage reminder\n  by email\n{own}'
    )
    return read_source(Source("p.dun", text), OneFile(shared))


def found(shared: str, currency: str = "EUR", own: str = "") -> list[tuple[str, str]]:
    return [(problem.code, problem.span.text) for problem in read(shared, currency, own)[1]]


def test_what_is_shared_need_not_be_used() -> None:
    shared = (
        "fact customer.risk : number\nsegment big when open amount > 100 EUR\n"
        "segment odd when customer.kind is business and customer.kind is consumer\n"
        'rate base_rate from "de-basiszinssatz"\n'
    )
    assert found(shared) == []


@pytest.mark.parametrize("currency", ["EUR", "CHF", "EUR, CHF"])
def test_a_shared_amount_may_name_currencies_of_other_policies(currency: str) -> None:
    shared = 'guarantee "free"\n  at reminder: fee is 0 EUR | 0 CHF | 0 USD\n'
    assert found(shared, currency) == []


def test_only_amounts_in_the_currencies_of_the_policy_are_left() -> None:
    shared = "segment big when open amount > 100 EUR | 120 USD\n"
    policy, problems = read(shared, own="for big\n  grace 3 days\n")
    assert problems == []
    assert policy is not None
    condition = policy.segments["big"].condition
    assert isinstance(condition, Compare)
    assert isinstance(condition.right, Money)
    assert [amount.currency for amount in condition.right.amounts] == ["EUR"]


def test_a_shared_amount_names_every_currency_of_the_policy() -> None:
    shared = 'guarantee "free"\n  at reminder: fee is 0 EUR\n'
    assert found(shared, "EUR, CHF") == [("D301", "0 EUR")]


def test_a_fact_with_its_own_currency_is_compared_as_it_is_written() -> None:
    shared = "fact customer.revenue : money\nsegment big when customer.revenue > 100 USD\n"
    assert found(shared, own="for big\n  grace 3 days\n") == []
