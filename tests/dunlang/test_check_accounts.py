"""Policies that dun accounts: what goes with them, and what may be asked of an account."""

from __future__ import annotations

import pytest

from tests.dunlang.checking import checked, found, problems_of

HEADER = """\
policy sample version 1
  effective 2026-01-01
  currency EUR
  timezone Europe/Berlin
  dun each account
"""
STAGE = "stage reminder\n  after 3 days overdue\n  by email\n"
OF_INVOICES = HEADER.replace("account", "invoice")


def test_a_policy_for_accounts_is_a_policy() -> None:
    policy = checked(f"{HEADER}  step down when less is owed\n  letters per customer\n\n{STAGE}")
    assert policy.id == "sample"


@pytest.mark.parametrize("header", [OF_INVOICES, HEADER.replace("  dun each account\n", "")])
def test_only_accounts_step_down(header: str) -> None:
    text = f"{header}  step down when less is owed\n\n{STAGE}"
    assert found(text) == [("D117", "step down when less is owed")]


@pytest.mark.parametrize(
    ("declared", "by", "problems"),
    [
        ("fact invoice.entity : text\n", "invoice.entity", []),
        ("fact invoice.entity : one of (north, south)\n", "invoice.entity", []),
        ("fact invoice.entity : number\n", "invoice.entity", ["D118"]),
        ("fact customer.owner : text\n", "customer.owner", ["D118"]),
        ("", "invoice.due", ["D118"]),
        ("", "invoice.id", ["D118"]),
        ("", "invoice.entity", ["D201"]),
    ],
)
def test_accounts_are_split_by_a_declared_text_or_choice_of_the_invoice(
    declared: str, by: str, problems: list[str]
) -> None:
    text = f"{HEADER.rstrip()} by {by}\n\n{declared}\n{STAGE}"
    assert found(text) == [(code, by) for code in problems]


def test_rules_at_the_margin_are_asked_of_each_invoice() -> None:
    text = (
        'hold "disputed" while invoice.disputed, clock stopped\n'
        'exclude "small" when invoice.amount < 5 EUR\n'
        "segment old when invoice.issued < 2025-01-01\n"
        'exclude "old" when old\n\n'
    )
    assert found(f"{HEADER}  applies when invoice.amount > 1 EUR\n\n{text}{STAGE}") == []


def test_rules_in_an_exception_for_customers_are_too() -> None:
    text = 'for customer.country is AT\n  hold "a" while invoice.due < 2026-06-30\n'
    assert found(f"{HEADER}\n{STAGE}\n{text}") == []


def test_rules_in_an_exception_for_the_state_of_an_account_are_not() -> None:
    text = 'for open amount > 100 EUR\n  hold "a" while invoice.due < 2026-06-30\n'
    assert found(f"{HEADER}\n{STAGE}\n{text}") == [("D221", "invoice.due")]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("stage last\n  when invoice.amount > 9 EUR\n  by post\n", "invoice.amount"),
        ("for invoice.disputed\n  no fees\n", "invoice.disputed"),
        (
            "for customer.country is AT\n  stage reminder\n    when invoice.due > 2026-01-31\n",
            "invoice.due",
        ),
        ("segment big when invoice.amount > 9 EUR\nfor big\n  no fees\n", "big"),
        ('guarantee "a"\n  at reminder: invoice.amount > 9 EUR\n', "invoice.amount"),
        ('guarantee "a"\n  always for invoice.disputed: fees so far < 9 EUR\n', "invoice.disputed"),
    ],
)
def test_elsewhere_nothing_is_asked_of_a_single_invoice(text: str, place: str) -> None:
    assert found(f"{HEADER}\n{STAGE}\n{text}") == [("D221", place)]
    assert found(f"{OF_INVOICES}\n{STAGE}\n{text}") == []


def test_the_error_says_what_to_ask_instead() -> None:
    text = f"{HEADER}\n{STAGE}\nfor invoice.due < 2026-01-31\n  no fees\n"
    (problem,) = problems_of(text)
    assert problem.hint == "write 'days overdue', which counts from the oldest overdue invoice"


def test_the_same_question_is_blamed_once() -> None:
    text = "for invoice.disputed\n  no fees\n\nfor invoice.disputed and customer.excluded\n"
    assert found(f"{HEADER}\n{STAGE}\n{text}  grace 3 days\n") == [("D221", "invoice.disputed")]


def test_an_account_is_not_dunned_before_anything_is_due() -> None:
    early = "stage early\n  from 3 days before due\n  by email\n"
    assert found(f"{HEADER}\n{early}") == [("D222", "3 days before due")]
    restated = "for customer.excluded\n  stage reminder\n    from 3 days before due\n"
    assert found(f"{HEADER}\n{STAGE}\n{restated}") == [("D222", "3 days before due")]
    assert found(f"{OF_INVOICES}\n{early}") == []
