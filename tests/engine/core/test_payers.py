"""Customers for whom somebody else pays.

A customer with a `payer` is dunned through the payer, at any depth, and the payer's facts, address
and language count. The debtor of an invoice is the last payer: everything called customer
(`customer.*` facts, the decision's `customer`, letters, totals, unapplied money) is the debtor's.
An event on a customer who has a payer counts like one on each of his own invoices; his payments
and credits are unapplied money of the debtor; a `fact` on him has no effect.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.core.model import Customer
from tests.engine.ledgers import event, invoice, ledger
from tests.engine.playing import ask, plan, policies, story

if TYPE_CHECKING:
    from engine.core.model import Event, Ledger

HEADER = "policy p version 1\n  effective 2020-01-01\n  currency EUR\n  timezone UTC\n"
LADDER = "stage one\n  after 3 days overdue\n  by email\nstage two\n  after 7 days\n  by email\n"
HEAD = Customer("C-1", {"email": "head@example.org", "kind": "business", "country": "DE"})
FAMILY = (
    HEAD,
    Customer("C-2", {"email": "two@example.org", "kind": "consumer"}, payer="C-1"),
    Customer("C-3", {"email": "three@example.org"}, payer="C-2"),
)


def book(*events: Event) -> Ledger:
    """R-1 is the payer's own, R-2 and R-3 are of customers he pays for."""
    own = [invoice("R-1"), invoice("R-2", customer="C-2"), invoice("R-3", customer="C-3")]
    return ledger(own, events, FAMILY)


def test_an_invoice_of_who_is_paid_for_is_dunned_as_the_payers() -> None:
    where = policies(plan(HEADER + "  letters per customer\n" + LADDER))
    found = [ask(book(), where, "2026-02-03", case) for case in ("R-1", "R-2", "R-3")]
    assert {each.customer for each in found} == {"C-1"}
    assert {each.letters for each in found} == {("2026-02-03/C-1/EUR/email",)}


def test_the_payers_facts_count() -> None:
    text = "  applies when customer.kind is business\n" + LADDER
    where = policies(plan(HEADER + text))
    assert ask(book(), where, "2026-02-03", "R-2").outcome == "act"
    told = event("fact", "2026-02-01", "C-2", name="kind", value="public_body")
    assert ask(book(told), where, "2026-02-03", "R-2").outcome == "act"
    told = event("fact", "2026-02-01", "C-1", name="kind", value="consumer")
    assert ask(book(told), where, "2026-02-03", "R-2").outcome == "no_policy"


def test_totals_are_those_of_the_payer_with_all_for_whom_he_pays() -> None:
    text = 'exclude "little" when customer.overdue_amount < 300 EUR\n' + LADDER
    where = policies(plan(HEADER + text))
    assert ask(book(), where, "2026-02-03", "R-2").outcome == "act"
    paid = event("payment", "2026-02-02", "R-3", amount="1.00")
    assert ask(book(paid), where, "2026-02-03", "R-2").outcome == "excluded"


def test_money_of_who_is_paid_for_is_unapplied_money_of_the_payer() -> None:
    where = policies(plan(HEADER + "  letters per customer\n" + LADDER))
    paid = event("payment", "2026-02-02", "C-3", amount="300.00")
    assert {
        ask(book(paid), where, "2026-02-03", case).reason for case in ("R-1", "R-2", "R-3")
    } == {"credits cover it"}


def test_what_is_said_of_who_is_paid_for_is_said_of_his_own_invoices_alone() -> None:
    text = (
        'exclude "customer" when customer.excluded\nexclude "invoice" when invoice.excluded\n'
        'hold "disputed" while invoice.disputed\nhold "promise" while promise is pending\n'
    )
    where = policies(plan(HEADER + text + LADDER))
    for said, reason in (
        (event("exclude", "2026-02-01", "C-2"), "invoice"),
        (event("dispute", "2026-02-01", "C-2"), "disputed"),
        (event("promise", "2026-02-01", "C-2", amount="5.00", until="2026-02-09"), "promise"),
    ):
        found = [
            ask(book(said), where, "2026-02-03", case).reason for case in ("R-1", "R-2", "R-3")
        ]
        assert found == [None, reason, None]
    everybody = event("exclude", "2026-02-01", "C-1")
    found = [ask(book(everybody), where, "2026-02-03", c).reason for c in ("R-1", "R-2", "R-3")]
    assert found == ["customer"] * 3


def test_an_assignment_of_who_is_paid_for_beats_the_payers_and_yields_to_the_invoices() -> None:
    three = [
        plan(
            HEADER.replace("policy p", f"policy {name}")
            + "  applies when customer.country is AT\n"
            + LADDER
        )
        for name in ("x", "y", "z")
    ]
    where = policies(*three)
    said = [
        event("assign", "2026-01-05", "C-1", policy="x"),
        event("assign", "2026-01-05", "C-2", policy="y"),
    ]
    found = [ask(book(*said), where, "2026-02-03", c).policy for c in ("R-1", "R-2", "R-3")]
    assert found == ["x", "y", "x"]
    said.append(event("assign", "2026-01-05", "R-2", policy="z"))
    assert ask(book(*said), where, "2026-02-03", "R-2").policy == "z"


def test_a_promise_of_who_is_paid_for_is_broken_unless_his_own_invoices_are_paid() -> None:
    text = 'exclude "kept" when promise is kept\nexclude "broken" when promise is broken\n' + LADDER
    where = policies(plan(HEADER + text))
    promised = event("promise", "2026-02-01", "C-2", amount="50.00", until="2026-02-05")
    for target, reason in (("R-1", "broken"), ("R-2", "kept"), ("C-2", "kept"), ("C-1", "broken")):
        paid = event("payment", "2026-02-03", target, amount="50.00")
        found = ask(book(promised, paid), where, "2026-02-06", "R-2").reason
        assert (target, found) == (target, reason)


def test_the_account_is_the_payers_with_everything_he_pays_for() -> None:
    where = policies(plan(HEADER + "  dun each account\n" + LADDER))
    credit = event("credit", "2026-02-04", "C-3", amount="300.00")
    assert story(book(credit), where, "2026-01-01", "2026-03-01") == [
        "2026-02-03 C-1:EUR stage one",
        "2026-02-04 C-1:EUR settled",
    ]
