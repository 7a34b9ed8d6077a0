"""Customers who are paid for, and what is said of whole accounts."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

import pytest

from engine.core.knowledge import epochs
from engine.core.ledger_index import AccountId, account_of
from engine.core.model import Customer
from engine.core.timeline import facts_on, history_of, index_ledger, timelines, totals, unapplied
from tests.engine.ledgers import day, event, facts, invoice, ledger, shown

if TYPE_CHECKING:
    from engine.core.case import CaseFacts
    from engine.core.model import Event, Invoice, Ledger

FAMILY = (
    Customer("C-1", {"risk": "low"}),
    Customer("C-2", {"risk": "high"}, payer="C-1"),
    Customer("C-3", payer="C-2"),
)
"""C-1 pays for C-2, and through C-2 for C-3."""
OWN = (
    invoice("R-1"),
    invoice("R-2", customer="C-2"),
    invoice("R-3", customer="C-3"),
)


def book(*events: Event, invoices: tuple[Invoice, ...] = OWN) -> Ledger:
    return ledger(invoices, events, FAMILY)


def everywhere(made: Ledger, date: str) -> list[CaseFacts]:
    return [facts(made, date, each) for each in ("R-1", "R-2", "R-3")]


def account(made: Ledger, date: str, name: str) -> CaseFacts:
    """What is said of an account at the end of a day."""
    spans = history_of(made, "C-1", None).accounts[name]
    return [span for span in spans if span.since <= day(date).toordinal()][-1]


def test_the_debtor_is_the_last_payer() -> None:
    index = index_ledger(book())
    assert [index.debtor_of(each) for each in ("C-1", "C-2", "C-3")] == ["C-1"] * 3
    assert index.debtors == ["C-1"]
    assert {each.customer for each in timelines(index, None).values()} == {"C-1"}
    assert [each.case for each in history_of(index, "C-1", None).timelines] == ["R-1", "R-2", "R-3"]


def test_who_is_paid_for_has_no_cases_of_their_own() -> None:
    assert history_of(book(), "C-2", None).timelines == ()


def test_the_debtors_facts_count_for_all() -> None:
    made = book(event("fact", "2026-02-05", "C-1", name="risk", value="medium"))
    assert [each.customer_facts for each in everywhere(made, "2026-02-05")] == [
        {"risk": "medium"}
    ] * 3


def test_a_fact_of_who_is_paid_for_has_no_effect() -> None:
    made = book(event("fact", "2026-02-05", "C-2", name="risk", value="medium"))
    assert timelines(made, None)["R-2"].spans == timelines(book(), None)["R-2"].spans


def test_a_dispute_of_who_is_paid_for_concerns_their_own_invoices() -> None:
    made = book(event("dispute", "2026-02-05", "C-2"))
    assert [each.disputed for each in everywhere(made, "2026-02-05")] == [False, True, False]


def test_who_is_paid_for_is_excluded_with_their_invoices_not_as_the_customer() -> None:
    made = book(event("exclude", "2026-02-05", "C-2"), event("exclude", "2026-02-06", "C-1"))
    before, after = facts(made, "2026-02-05", "R-2"), facts(made, "2026-02-06", "R-2")
    assert shown(before.invoice_excluded_until) == "forever"
    assert shown(before.customer_excluded_until) == "never"
    assert shown(after.customer_excluded_until) == "forever"
    assert shown(facts(made, "2026-02-06", "R-1").invoice_excluded_until) == "never"


def test_an_assignment_goes_by_invoice_then_customer_then_debtor() -> None:
    made = book(
        event("assign", "2026-02-05", "C-1", policy="far"),
        event("assign", "2026-02-06", "C-2", policy="near"),
        event("assign", "2026-02-07", "R-2", policy="own"),
    )
    seen = [facts(made, f"2026-02-0{n}", "R-2").assigned for n in (5, 6, 7)]
    assert seen == ["far", "near", "own"]
    assert facts(made, "2026-02-07", "R-3").assigned == "far"


def test_a_promise_of_who_is_paid_for_is_kept_by_what_they_pay() -> None:
    promised = event("promise", "2026-02-05", "C-2", amount="40.00", until="2026-02-20")
    for target, kept in (("C-2", True), ("R-2", True), ("R-1", False), ("C-1", False)):
        made = book(promised, event("payment", "2026-02-10", target, amount="40.00"))
        assert facts(made, "2026-02-10", "R-2").promise_kept is kept
        assert shown(facts(made, "2026-02-10", "R-1").promise_until) == "never"


def test_the_debtors_promise_is_kept_by_all_that_comes_in() -> None:
    promised = event("promise", "2026-02-05", "C-1", amount="40.00", until="2026-02-20")
    for target in ("C-1", "C-2", "C-3", "R-3", "C-1:EUR"):
        made = book(promised, event("payment", "2026-02-10", target, amount="40.00"))
        assert all(each.promise_kept for each in everywhere(made, "2026-02-10"))


def test_money_of_who_is_paid_for_is_the_debtors() -> None:
    made = book(
        event("payment", "2026-02-10", "C-3", amount="40.00"),
        event("payment", "2026-02-11", "R-2", amount="130.00"),
    )
    history = history_of(made, "C-1", None)
    assert unapplied(history, "EUR", day("2026-02-11").toordinal()) == 7000
    assert totals(history.timelines, "EUR", day("2026-02-11").toordinal()) == (20000, 20000, 2, 2)


def test_late_news_of_who_is_paid_for_is_news_of_the_debtor() -> None:
    made = book(event("payment", "2026-02-05", "R-3", amount="100.00", recorded="2026-02-09T10:00"))
    first = day("2026-02-05").toordinal()
    found = epochs(index_ledger(made), "C-1", first, first + 10)
    assert [each.day - first for each in found] == [0, 4]
    timelines_then = [each.fold(()).timelines for each in found]
    paid = [facts_on(lines[-1], first).settled for lines in timelines_then]
    assert paid == [False, True]


def test_an_account_shares_what_is_said_of_its_customer() -> None:
    made = book(
        event("exclude", "2026-02-05", "C-1", until="2026-03-01"),
        event("dispute", "2026-02-06", "C-1"),
        event("fact", "2026-02-07", "C-1", name="risk", value="high"),
        event("assign", "2026-02-07", "C-1", policy="special"),
        event("dispute", "2026-02-08", "R-1"),
    )
    last = account(made, "2026-02-09", "EUR")
    assert (last.open, last.original, last.issued, last.due) == (0, 0, 0, 0)
    assert shown(last.since) == "2026-02-07"
    assert shown(last.customer_excluded_until) == "2026-03-01"
    assert last.disputed
    assert last.customer_facts == {"risk": "high"}
    assert last.assigned == "special"
    assert not account(made, "2026-02-04", "EUR").disputed


def test_a_promise_on_an_account_is_that_accounts_alone() -> None:
    made = book(
        event("promise", "2026-02-05", "C-1:EUR:north", amount="40.00", until="2026-02-20"),
        event("promise", "2026-02-04", "C-1", amount="90.00", until="2026-02-25"),
    )
    assert shown(account(made, "2026-02-05", "C-1:EUR:north").promise_until) == "2026-02-20"
    assert shown(account(made, "2026-02-05", "EUR").promise_until) == "2026-02-25"
    assert shown(facts(made, "2026-02-05").promise_until) == "2026-02-25"


@pytest.mark.parametrize(
    ("target", "kept"),
    [("C-1:EUR:north", True), ("C-1", True), ("R-2", True), ("C-1:EUR:south", False)],
)
def test_a_promise_on_an_account_is_kept_by_all_but_other_accounts(
    target: str, *, kept: bool
) -> None:
    made = book(
        event("promise", "2026-02-05", "C-1:EUR:north", amount="40.00", until="2026-02-20"),
        event("payment", "2026-02-10", target, amount="40.00"),
    )
    assert account(made, "2026-02-10", "C-1:EUR:north").promise_kept is kept


def test_money_on_an_account_waits_under_its_name() -> None:
    made = book(
        event("payment", "2026-02-10", "C-1:EUR", amount="40.00", id="P-1"),
        event("reversal", "2026-02-12", "C-1:EUR", value="P-1", amount="15.00"),
    )
    history = history_of(made, "C-1", None)
    on = day("2026-02-12").toordinal()
    assert unapplied(history, "C-1:EUR", on - 1) == 4000
    assert unapplied(history, "C-1:EUR", on) == 2500
    assert unapplied(history, "EUR", on) == 0


def test_stages_and_charges_of_an_account_stand_under_its_name() -> None:
    made = book(
        event("stage", "2026-02-05", "C-1:EUR", stage="reminder"),
        event("stage", "2026-02-06", "R-1", stage="notice"),
        event("charge_paid", "2026-02-07", "C-1:EUR", amount="5.00"),
        event("charge_waived", "2026-02-07", "C-1:CHF", amount="5.00 CHF"),
        event("stage_cancelled", "2026-02-08", "C-1:EUR", stage="reminder"),
    )
    history = history_of(made, "C-1", None)
    kinds = {name: [each.kind for each in of] for name, of in history.account_events.items()}
    assert kinds == {
        "C-1:EUR": ["stage", "charge_paid", "stage_cancelled"],
        "C-1:CHF": ["charge_waived"],
    }
    assert [each.stage for each in timelines(made, None)["R-1"].stages] == ["notice"]


def test_events_on_an_account_count_once_they_are_known() -> None:
    made = book(event("stage", "2026-02-05", "C-1:EUR", stage="x", recorded="2026-02-09T10:00"))
    early = datetime.datetime(2026, 2, 8, tzinfo=datetime.UTC)
    assert history_of(made, "C-1", early).account_events == {}
    assert "C-1:EUR" not in history_of(made, "C-1", early).accounts


def test_the_id_of_an_account_is_taken_apart() -> None:
    assert account_of("C-1:EUR", {"C-1"}) == AccountId("C-1", "EUR", None)
    assert account_of("C-1:EUR:a:b", {"C-1"}) == AccountId("C-1", "EUR", "a:b")
    assert account_of("10:20:EUR", {"10:20"}) == AccountId("10:20", "EUR", None)
    for wrong in ("C-1", "C-1:XYZ", "C-2:EUR", "C-1:EUR:", ":EUR", ""):
        assert account_of(wrong, {"C-1"}) is None
