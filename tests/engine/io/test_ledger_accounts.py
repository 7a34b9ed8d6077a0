"""Payers, accounts and charges in ledger files: what is read, and what is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from engine.core.model import Customer, Event
from engine.core.money import Money
from engine.io.ledger import load_ledger
from tests.engine.io.folders import TYPES, brief, folder, load

if TYPE_CHECKING:
    from pathlib import Path

    from engine.core.model import Ledger

CUSTOMERS = "id,payer\nC-1,\nC-2,C-1\nC-3,\n"
INVOICES = (
    "id,customer,issued,due,amount,currency\n"
    "R-1,C-1,2026-01-01,2026-01-31,100.00,EUR\n"
    "R-2,C-2,2026-01-01,2026-01-31,50.00,CHF\n"
    "R-3,C-3,2026-01-01,2026-01-31,50.00,EUR\n"
)
HEADER = "date,kind,invoice,customer,case,amount,currency,stage,fee,interest\n"


def good(path: Path, events: str, customers: str = CUSTOMERS) -> Ledger:
    """The ledger with these events, which must be right."""
    found = load(path, customers=customers, invoices=INVOICES, events=HEADER + events)
    assert [brief(each) for each in found.problems] == []
    assert found.ledger is not None
    return found.ledger


def told(path: Path, events: str = "", customers: str = CUSTOMERS) -> list[tuple[str, str, str]]:
    """Code, column and message of each problem."""
    found = load(path, customers=customers, invoices=INVOICES, events=HEADER + events)
    return [(each.code, each.name, each.message) for each in found.problems]


def only(book: Ledger) -> Event:
    (event,) = book.events
    return event


def test_a_payer_is_no_fact(tmp_path: Path) -> None:
    assert good(tmp_path, "").customers["C-2"] == Customer("C-2", {}, "C-1")


def test_a_payer_may_stand_further_down(tmp_path: Path) -> None:
    book = good(tmp_path, "", "id,payer\nC-3,C-2\nC-2,C-1\nC-1,\n")
    assert [each.payer for each in book.customers.values()] == ["C-2", "C-1", None]


def test_a_payer_who_is_not_there_is_named(tmp_path: Path) -> None:
    assert told(tmp_path, customers="id,payer\nC-1,C-9\nC-2,c1\nC-3,\n") == [
        ("L108", "payer", "there is no customer 'C-9'"),
        ("L108", "payer", "there is no customer 'c1'"),
    ]


def test_a_circle_of_payers_is_told_to_everybody_on_it(tmp_path: Path) -> None:
    customers = "id,payer\nC-1,C-2\nC-2,C-3\nC-3,C-2\n"
    message = "customers pay for one another in a circle: "
    assert told(tmp_path, customers=customers) == [
        ("L126", "payer", message + "'C-2' for 'C-3' for 'C-2'"),
        ("L126", "payer", message + "'C-3' for 'C-2' for 'C-3'"),
    ]
    assert told(tmp_path, customers="id,payer\nC-1,C-1\nC-2,\nC-3,\n") == [
        ("L126", "payer", message + "'C-1' for 'C-1'")
    ]


def test_who_is_paid_by_a_bad_row_is_left_out_with_it(tmp_path: Path) -> None:
    ledger = folder(
        tmp_path / "book", customers="id,payer\nC-1,C-2\nC-2,C-9\nC-3,\n", invoices=INVOICES
    )
    found = load_ledger(ledger, TYPES, skip_bad=tmp_path / "bad.csv")
    assert found.ledger is not None
    assert list(found.ledger.customers) == ["C-3"]
    assert list(found.ledger.invoices) == ["R-3"]
    assert [each.message for each in found.problems][:2] == [
        "the row of customer 'C-2' was left out",
        "there is no customer 'C-9'",
    ]


def test_a_payer_is_not_changed_by_a_fact(tmp_path: Path) -> None:
    found = load(
        tmp_path,
        customers=CUSTOMERS,
        invoices=INVOICES,
        events="date,kind,customer,name,value\n2026-02-05,fact,C-3,payer,C-1\n",
    )
    assert [(each.code, each.name) for each in found.problems] == [("L120", "name")]


@pytest.mark.parametrize("kind", ["charge_paid", "charge_waived"])
def test_charges_are_paid_and_waived_on_an_invoice_or_an_account(kind: str, tmp_path: Path) -> None:
    of_invoice = only(good(tmp_path, f"2026-02-05,{kind},R-1,,,5.00,,,,\n"))
    of_account = only(good(tmp_path, f"2026-02-05,{kind},,,C-1:CHF:north,5.00,,,,\n"))
    assert (of_invoice.target, of_invoice.amount) == ("invoice", Money(500, "EUR"))
    assert (of_account.target, of_account.target_id) == ("case", "C-1:CHF:north")
    assert of_account.amount == Money(500, "CHF")


def test_a_stage_of_a_customer_and_a_currency_is_their_accounts(tmp_path: Path) -> None:
    named = only(good(tmp_path, "2026-02-05,stage,,C-1,,,EUR,notice,5.00,1.20\n"))
    alone = only(good(tmp_path, "2026-02-05,stage,,C-3,,,,notice,5.00,1.20\n"))
    assert (named.target, named.target_id) == ("case", "C-1:EUR")
    assert (alone.target, alone.target_id) == ("case", "C-3:EUR")
    assert (named.fee, named.interest) == (Money(500, "EUR"), Money(120, "EUR"))


def test_a_customer_who_pays_for_others_owes_in_their_currencies_too(tmp_path: Path) -> None:
    assert told(tmp_path, "2026-02-05,payment,,C-1,,5.00,,,,\n") == [
        ("L114", "currency", "the currency is missing: customer 'C-1' has invoices in CHF and EUR")
    ]
    paid = only(good(tmp_path, "2026-02-05,payment,,C-2,,5.00,,,,\n"))
    assert paid.amount == Money(500, "CHF")


@pytest.mark.parametrize("case", ["C-9:EUR", "C-1:EURO", "C-1", "C-1:EUR:"])
def test_an_account_that_cannot_be_is_told(case: str, tmp_path: Path) -> None:
    assert told(tmp_path, f"2026-02-05,stage,,,{case},,,notice,,\n") == [
        ("L108", "case", f"there is no account '{case}'")
    ]


def test_who_is_paid_for_has_no_account(tmp_path: Path) -> None:
    for where, column in ((",,C-2:EUR:a,,", "case"), (",C-2,,,EUR", "customer")):
        assert told(tmp_path, f"2026-02-05,stage,{where},notice,,\n") == [
            ("L108", column, "customer 'C-2' has no account: 'C-1' pays for them")
        ]


@pytest.mark.parametrize(
    ("kind", "about"),
    [
        ("dispute", "an invoice, a document or a customer"),
        ("fact", "an invoice, a document or a customer"),
        ("assign", "an invoice, a document or a customer"),
        ("exclude", "an invoice, a document or a customer"),
        ("due_changed", "one invoice"),
    ],
)
def test_some_events_are_not_about_an_account(kind: str, about: str, tmp_path: Path) -> None:
    assert told(tmp_path, f"2026-02-05,{kind},,,C-1:EUR,,,,,\n") == [
        ("L109", "case", f"an event of kind {kind} is about {about}")
    ]


def test_money_on_an_account_is_in_its_currency(tmp_path: Path) -> None:
    assert told(tmp_path, "2026-02-05,payment,,,C-1:EUR,5.00,CHF,,,\n") == [
        ("L114", "currency", "case 'C-1:EUR' is in EUR, this amount in CHF")
    ]


@pytest.mark.parametrize("amount", ["0", "0.00", "-1.00"])
def test_what_is_paid_of_charges_is_more_than_nothing(amount: str, tmp_path: Path) -> None:
    found = told(tmp_path, f"2026-02-05,charge_paid,R-1,,,{amount},,,,\n")
    assert [(code, name) for code, name, _ in found] == [("L111", "amount")]


def test_interest_is_zero_or_more(tmp_path: Path) -> None:
    assert only(good(tmp_path, "2026-02-05,stage,R-1,,,,,notice,,0\n")).interest == Money(0, "EUR")
    found = told(tmp_path, "2026-02-05,stage,R-1,,,,,notice,,1.234\n")
    assert [(code, name) for code, name, _ in found] == [("L113", "interest")]


def test_a_row_with_two_mistakes_tells_both(tmp_path: Path) -> None:
    found = told(tmp_path, "2026-02-31,charge_paid,R-1,,,0.001,,,,\n")
    assert [(code, name) for code, name, _ in found] == [("L115", "date"), ("L113", "amount")]


def cancelled(path: Path, where: str, kind: str, amount: str) -> list[tuple[str, str, str]]:
    """What is told when a second stage is cancelled after a part of all charges was paid."""
    return told(
        path,
        f"2026-02-05,stage,{where},,,reminder,3.00,\n"
        f"2026-02-10,stage,{where},,,notice,5.00,1.00\n"
        f"2026-02-12,{kind},{where},{amount},,,,\n"
        f"2026-02-13,stage_cancelled,{where},,,notice,,\n",
    )


@pytest.mark.parametrize("where", ["R-1,,", ",,C-1:EUR"])
def test_a_stage_is_not_cancelled_once_its_charges_are_paid(where: str, tmp_path: Path) -> None:
    name = where.strip(",")
    assert cancelled(tmp_path, where, "charge_paid", "3.00") == []
    assert cancelled(tmp_path, where, "charge_waived", "9.00") == []
    assert cancelled(tmp_path, where, "charge_paid", "3.01") == [
        ("L118", "stage", f"the charges of stage 'notice' of '{name}' have been paid")
    ]


def test_cancelling_on_an_account_takes_back_its_newest_stage(tmp_path: Path) -> None:
    events = (
        "2026-02-05,stage,,C-1,,,EUR,reminder,,\n"
        "2026-02-06,stage,,,C-1:CHF,,,notice,,\n"
        "2026-02-07,stage_cancelled,,,C-1:EUR,,,{},,\n"
    )
    assert told(tmp_path, events.format("reminder")) == []
    assert told(tmp_path, events.format("notice")) == [
        ("L118", "stage", "by 2026-02-07 the newest executed stage of 'C-1:EUR' is 'reminder'")
    ]
