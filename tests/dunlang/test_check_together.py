"""Policies side by side: versions in order, and facts that mean the same everywhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dunlang.checking.check import check_together
from tests.dunlang.checking import checked

if TYPE_CHECKING:
    from dunlang.checking.checked import Checked


def policy(version: int, effective: str, fact: str = "", name: str = "sample") -> Checked:
    # Policies of other names have cases of their own.
    currency = "EUR" if name == "sample" else "CHF"
    use = f'fact customer.risk : {fact}\nexclude "a" when customer.risk is known\n' if fact else ""
    return checked(
        f"policy {name} version {version}\n  effective {effective}\n  currency {currency}\n"
        f"  timezone Europe/Berlin\n{use}stage reminder\n  by email\n",
        f"policies/{name}/{version}.dun",
    )


def found(*policies: Checked) -> list[tuple[str, str, str]]:
    return [(p.code, p.span.source.name, p.span.text) for p in check_together(policies)]


def test_versions_that_follow_one_another_are_right_in_any_order_given() -> None:
    assert found(policy(2, "2026-07-01"), policy(1, "2026-01-01"), policy(10, "2027-01-01")) == []


def test_different_policies_may_take_effect_on_the_same_day() -> None:
    assert found(policy(1, "2026-01-01"), policy(1, "2026-01-01", name="other")) == []


def test_a_version_exists_once() -> None:
    assert found(policy(2, "2026-07-01"), policy(2, "2026-08-01")) == [
        ("D120", "policies/sample/2.dun", "sample version 2")
    ]


def test_a_version_takes_effect_after_the_one_before_it() -> None:
    (problem,) = check_together([policy(3, "2026-07-01"), policy(2, "2026-07-01")])
    assert (problem.code, problem.span.source.name) == ("D121", "policies/sample/3.dun")
    assert problem.message == "version 3 must take effect after version 2"
    assert problem.hint == "write a day after 2026-07-01"


def test_a_fact_has_one_type_in_all_policies() -> None:
    one, other = policy(1, "2026-01-01", "number"), policy(1, "2026-01-01", "text", "other")
    (problem,) = check_together([one, other])
    assert (problem.code, problem.span.text, problem.related[0][0].text) == (
        "D122",
        "number",
        "text",
    )
    assert problem.message == "customer.risk is a number here and a text elsewhere"


def test_choices_may_grow_from_version_to_version() -> None:
    old = policy(1, "2026-01-01", "one of (low, high)")
    new = policy(2, "2026-07-01", "one of (low, medium, high)")
    assert found(old, new) == []
    assert found(old, new, policy(1, "2026-01-01", "one of (high, low, medium)", "other")) == []


def test_the_newest_versions_of_different_policies_agree_on_choices() -> None:
    old = policy(1, "2026-01-01", "one of (low, high)")
    new = policy(2, "2026-07-01", "one of (low, medium, high)")
    other = policy(1, "2026-01-01", "one of (low, high)", "zother")
    assert found(old, new, other) == [("D122", "policies/zother/1.dun", "one of (low, high)")]


def dunning(version: int, unit: str, cases: str) -> Checked:
    return checked(
        f"policy sample version {version}\n  effective {2025 + version}-01-01\n  currency EUR\n"
        f"  timezone Europe/Berlin\n  dun each {unit}\n  running cases {cases}\n"
        "fact invoice.entity : text\nstage reminder\n  by email\n"
        + ("" if "entity" in unit else 'exclude "x" when invoice.entity is known\n'),
        f"policies/sample/{version}.dun",
    )


def test_what_a_version_duns_stays_while_cases_stay_with_the_version_before() -> None:
    stay, move = "stay with their version", "move to this version"
    invoices, accounts = dunning(1, "invoice", stay), dunning(2, "account", stay)
    assert found(invoices, accounts) == [("D157", "policies/sample/2.dun", "dun each account")]
    assert found(invoices, dunning(2, "account", move)) == []
    assert found(invoices, dunning(2, "invoice", stay)) == []
    assert found(dunning(1, "account", move), dunning(2, "account by invoice.entity", stay)) == [
        ("D157", "policies/sample/2.dun", "dun each account by invoice.entity")
    ]
