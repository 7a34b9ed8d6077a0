"""Examples as written: facts that exist, values that fit, dates in order."""

from __future__ import annotations

import pytest

from dunlang.ast.examples import Example, GivenCustomer
from dunlang.ast.expressions import Choice
from tests.dunlang.checking import checked, found

INVOICE = "given invoice 250.00 EUR due 2026-03-02"
EXPECT = "expect 2026-03-05 reminder"

FACTS = """
fact customer.credit  : money
fact customer.risk    : one of (low, high)
fact customer.zones   : set of text
fact invoice.project  : text

exclude "used" when customer.credit > 5 EUR and customer.risk is low and customer.zones has "a"
  and invoice.project is "a"
""".replace("\n  and", " and")


def example(*lines: str) -> str:
    return f'{FACTS}\nexample "one"\n' + "".join(f"  {line}\n" for line in lines)


@pytest.mark.parametrize(
    "line",
    [
        "given customer kind consumer, country DE",
        "given customer kind business from 2026-03-04",
        "given customer credit 300.00 USD, risk high",
        'given customer tags "a" "b", zones "north"',
        'given customer language "de", name "Miller"',
        "given customer payment_method direct_debit",
        "given payment 250.00 EUR on 2026-03-20",
        "given credit 10 EUR on 2026-03-20",
        "given dispute from 2026-03-03",
        "given dispute from 2026-03-03 to 2026-03-03",
        "given promise 100 EUR by 2026-03-20",
        "given excluded from 2026-03-03 to 2026-03-04",
        "given invoice excluded from 2026-03-03",
        "expect nothing until 2026-03-05",
        'expect held "disputed" on 2026-03-06',
        "expect settled on 2026-03-06",
        "expect not reminder",
        "expect 2026-03-05 reminder by email and post fee 5 EUR deadline 2026-03-10",
        "expect 2026-03-05 reminder no fee",
        "given charges paid 5.00 EUR on 2026-03-20",
        "given charges waived 5.00 EUR on 2026-03-20",
        "expect 2026-03-05 reminder by email fee 5 EUR interest 0.12 EUR",
        "expect settled on 2026-03-06 interest 0 EUR",
    ],
)
def test_a_line_that_makes_sense_is_accepted(line: str) -> None:
    assert found(example(INVOICE, EXPECT, line)) == []


@pytest.mark.parametrize(
    ("line", "code", "words"),
    [
        ("given customer kind consumr", "D204", "consumr"),
        ("given customer risk hihg", "D204", "hihg"),
        ("given customer country UK", "D205", "UK"),
        ("given customer colour 3", "D201", "colour"),
        ("given customer language de", "D504", "de"),
        ("given customer credit 300", "D504", "300"),
        ("given customer credit 3 EUR | 3 CHF", "D504", "3 EUR | 3 CHF"),
        ("given customer credit 3.001 EUR", "D304", "3.001 EUR"),
        ('given customer name "a" "b"', "D504", 'name "a" "b"'),
        ("given customer tags vip", "D504", "vip"),
        ("given customer excluded yes", "D504", "excluded"),
        ('given customer payer "C-1"', "D504", "payer"),
        ("given customer open_amount 3 EUR", "D504", "open_amount"),
        ("given customer kind consumer, kind business", "D506", "kind"),
        ("given payment 250.00 CHF on 2026-03-20", "D507", "250.00 CHF"),
        ("given promise 250.00 CHF by 2026-03-20", "D507", "250.00 CHF"),
        ("given payment 0 EUR on 2026-03-20", "D508", "0 EUR"),
        ("given payment 1.001 EUR on 2026-03-20", "D304", "1.001 EUR"),
        ("given dispute from 2026-03-03 to 2026-03-02", "D111", "2026-03-02"),
        ("given excluded from 2026-03-03 to 2026-03-02", "D111", "2026-03-02"),
        ("given promise 100 EUR by 2026-03-02 on 2026-03-03", "D111", "2026-03-02"),
        ("given invoice 250.00 EUR due 2026-04-02", "D505", None),
        ("expect 2026-03-04 reminder", "D503", "2026-03-04"),
        ("expect nothing until 2026-03-04", "D503", "2026-03-04"),
        ("expect settled on 2026-03-04", "D503", "2026-03-04"),
        ("expect 2026-03-05 remindr", "D106", "remindr"),
        ("expect not remindr", "D106", "remindr"),
        ("expect 2026-03-05 reminder by emial", "D211", "emial"),
        ("expect 2026-03-05 reminder by post and post", "D115", "post"),
        ("expect 2026-03-05 reminder fee 3 CHF", "D507", "3 CHF"),
        ("given charges paid 0 EUR on 2026-03-20", "D508", "0 EUR"),
        ("given charges waived 5 CHF on 2026-03-20", "D507", "5 CHF"),
        ("expect 2026-03-05 reminder interest 3 CHF", "D507", "3 CHF"),
        ("expect 2026-03-05 reminder interest 3.001 EUR", "D304", "3.001 EUR"),
        ("expect settled on 2026-03-06 interest 3 CHF", "D507", "3 CHF"),
    ],
)
def test_a_line_that_makes_none_is_reported(line: str, code: str, words: str | None) -> None:
    assert found(example(INVOICE, EXPECT, line)) == [(code, words or line)]


@pytest.mark.parametrize(
    ("invoice", "code", "words"),
    [
        ("given invoice 0 EUR due 2026-03-02", "D508", "0 EUR"),
        ("given invoice 5 USD due 2026-03-02", "D302", "5 USD"),
        ("given invoice 5 EURO due 2026-03-02", "D212", "EURO"),
        ('given invoice 5 EUR due 2026-03-02, projekt "x"', "D201", "projekt"),
        ("given invoice 5 EUR due 2026-03-02, project x", "D504", "x"),
        ("given invoice 5 EUR due 2026-03-02, disputed yes", "D504", "disputed"),
    ],
)
def test_an_invoice_that_cannot_be_is_reported_once(invoice: str, code: str, words: str) -> None:
    payment = "given payment 1 EUR on 2026-03-20"
    assert found(example(invoice, payment, EXPECT)) == [(code, words)]


def test_an_example_has_an_invoice_and_expects_something() -> None:
    assert found(example("given customer kind business")) == [
        ("D501", '"one"'),
        ("D502", '"one"'),
    ]
    assert found(example(INVOICE, "expect not reminder")) == []


def test_given_words_become_choices() -> None:
    text = example("given customer kind consumer, country DE", INVOICE, EXPECT)
    (one,) = [item for item in checked(text).policy.items if isinstance(item, Example)]
    given = one.lines[0]
    assert isinstance(given, GivenCustomer)
    assert [value.values for value in given.values] == [
        (Choice("consumer", span=given.span),),
        (Choice("DE", span=given.span),),
    ]


# ------------------------------------------------------------------------- accounts

ACCOUNT = (
    "policy sample version 1\n  effective 2026-01-01\n  currency EUR, CHF\n"
    "  timezone Europe/Berlin\n  dun each account\n"
)
STAGE = "\nstage reminder\n  after 3 days overdue\n  by email\n"


def account_example(*lines: str) -> str:
    return ACCOUNT + STAGE + example(*lines)


def test_an_account_has_several_invoices_each_with_facts_of_its_own() -> None:
    invoices = (
        'given invoice 250.00 EUR due 2026-03-02, project "a"',
        'given invoice 80.00 EUR due 2026-03-09, project "b"',
    )
    assert found(account_example(*invoices, EXPECT)) == []


def test_the_invoices_of_an_account_are_in_one_currency() -> None:
    other = "given invoice 80.00 CHF due 2026-03-09"
    assert found(account_example(INVOICE, other, EXPECT)) == [("D507", "80.00 CHF")]


def test_the_same_fact_is_given_once_for_an_invoice() -> None:
    twice = 'given invoice 80.00 EUR due 2026-03-09, project "a", project "b"'
    assert found(account_example(INVOICE, twice, EXPECT)) == [("D506", "project")]
