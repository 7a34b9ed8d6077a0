"""Disputes, promises, exclusions, due dates, facts and assignments on a timeline."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from engine.core.model import Customer
from engine.core.money import Money
from engine.core.timeline import timelines, timelines_of
from tests.engine.ledgers import day, event, facts, invoice, ledger, moment, shown

if TYPE_CHECKING:
    from engine.core.model import EventKind


@pytest.mark.parametrize("target", ["R-1", "D-1", "C-1"])
def test_a_dispute_ends_on_the_day_it_is_resolved(target: str) -> None:
    book = ledger(
        [invoice(document="D-1")],
        [
            event("dispute", "2026-02-05", target),
            event("dispute_resolved", "2026-02-09", target),
        ],
    )
    seen = [facts(book, f"2026-02-0{n}").disputed for n in (4, 5, 8, 9)]
    assert seen == [False, True, True, False]


def test_resolving_the_customers_dispute_leaves_the_invoices_own() -> None:
    book = ledger(
        [invoice()],
        [
            event("dispute", "2026-02-05", "R-1"),
            event("dispute", "2026-02-05", "C-1"),
            event("dispute_resolved", "2026-02-06", "C-1"),
        ],
    )
    assert facts(book, "2026-02-06").disputed


def test_an_exclusion_has_a_last_day_or_none() -> None:
    book = ledger(
        [invoice()],
        [
            event("exclude", "2026-02-05", "R-1", until="2026-02-20"),
            event("exclude", "2026-02-05", "C-1"),
            event("exclude_ended", "2026-02-10", "C-1"),
        ],
    )
    first, last = facts(book, "2026-02-05"), facts(book, "2026-02-10")
    assert shown(first.invoice_excluded_until) == "2026-02-20"
    assert shown(first.customer_excluded_until) == "forever"
    assert shown(last.invoice_excluded_until) == "2026-02-20"
    assert shown(last.customer_excluded_until) == "never"


def test_a_moved_due_date_counts_from_its_day_on() -> None:
    book = ledger([invoice()], [event("due_changed", "2026-02-05", value=day("2026-03-15"))])
    assert shown(facts(book, "2026-02-04").due) == "2026-01-31"
    assert shown(facts(book, "2026-02-05").due) == "2026-03-15"


def test_a_fact_changes_the_customers_and_an_empty_value_takes_it_away() -> None:
    book = ledger(
        [invoice(), invoice("R-2")],
        [
            event("fact", "2026-02-05", "C-1", name="risk", value="high"),
            event("fact", "2026-02-05", "C-1", name="country", value="AT"),
            event("fact", "2026-02-06", "C-1", name="risk"),
        ],
        [Customer("C-1", {"country": "DE"})],
    )
    assert facts(book, "2026-02-04").customer_facts == {"country": "DE"}
    assert facts(book, "2026-02-05").customer_facts == {"country": "AT", "risk": "high"}
    assert facts(book, "2026-02-06").customer_facts == {"country": "AT"}


def test_unchanged_facts_are_the_same_object_in_every_span_and_case() -> None:
    book = ledger(
        [invoice(), invoice("R-2")],
        [
            event("fact", "2026-02-05", "C-1", name="risk", value="high"),
            event("payment", "2026-02-06", "R-1", amount="1.00"),
        ],
    )
    first, second = timelines(book, None).values()
    seen = [span.customer_facts for span in (*first.spans[1:], *second.spans[1:])]
    assert len(seen) == 3
    assert all(each is seen[0] for each in seen)


def test_a_fact_on_an_invoice_is_its_own() -> None:
    book = ledger(
        [invoice(facts={"entity": "north"}), invoice("R-2")],
        [event("fact", "2026-02-05", "R-2", name="entity", value="south")],
    )
    assert facts(book, "2026-02-05", "R-1").invoice_facts == {"entity": "north"}
    assert facts(book, "2026-02-05", "R-2").invoice_facts == {"entity": "south"}


def test_a_fact_that_comes_back_within_a_day_changes_nothing() -> None:
    book = ledger(
        [invoice()],
        [
            event("fact", "2026-02-05", "C-1", name="risk", value="high"),
            event("fact", "2026-02-05", "C-1", name="risk", value="low"),
        ],
        [Customer("C-1", {"risk": "low"})],
    )
    assert len(timelines(book, None)["R-1"].spans) == 1


def test_same_day_facts_count_in_order_of_recording_then_of_the_file() -> None:
    book = ledger(
        [invoice()],
        [
            event("fact", "2026-02-05", "C-1", name="a", value="last", recorded="2026-02-05T10:00"),
            event("fact", "2026-02-05", "C-1", name="a", value="first"),
            event("fact", "2026-02-05", "C-1", name="b", value="first"),
            event("fact", "2026-02-05", "C-1", name="b", value="last"),
        ],
    )
    assert facts(book, "2026-02-05").customer_facts == {"a": "last", "b": "last"}


def test_an_invoices_assignment_beats_its_customers() -> None:
    book = ledger(
        [invoice()],
        [
            event("assign", "2026-02-05", "C-1", policy="general"),
            event("assign", "2026-02-06", "R-1", policy="special"),
            event("assign", "2026-02-07", "R-1"),
            event("assign", "2026-02-08", "C-1"),
        ],
    )
    seen = [facts(book, f"2026-02-0{n}").assigned for n in (4, 5, 6, 7, 8)]
    assert seen == [None, "general", "special", "general", None]


def test_a_promise_on_an_invoice_is_kept_by_its_payments() -> None:
    book = ledger(
        [invoice()],
        [
            event("payment", "2026-02-04", amount="10.00"),
            event("promise", "2026-02-05", amount="60.00", until="2026-02-20"),
            event("payment", "2026-02-05", amount="20.00"),
            event("payment", "2026-02-20", amount="40.00"),
        ],
    )
    assert shown(facts(book, "2026-02-04").promise_until) == "never"
    assert shown(facts(book, "2026-02-05").promise_until) == "2026-02-20"
    assert not facts(book, "2026-02-19").promise_kept
    assert facts(book, "2026-02-20").promise_kept


def test_a_payment_earlier_on_the_promises_day_counts_for_it() -> None:
    book = ledger(
        [invoice()],
        [
            event("payment", "2026-02-05", amount="60.00"),
            event("promise", "2026-02-05", amount="60.00", until="2026-02-20"),
        ],
    )
    assert facts(book, "2026-02-05").promise_kept


@pytest.mark.parametrize(
    ("kind", "target", "date"),
    [
        ("credit", "R-1", "2026-02-10"),  # a credit does not keep a promise
        ("payment", "R-2", "2026-02-10"),  # nor does a payment on another invoice
        ("payment", "C-1", "2026-02-10"),  # or on the customer
        ("payment", "R-1", "2026-02-21"),  # or too late
    ],
)
def test_what_does_not_keep_a_promise_on_an_invoice(
    kind: EventKind, target: str, date: str
) -> None:
    book = ledger(
        [invoice(), invoice("R-2")],
        [
            event("promise", "2026-02-05", amount="60.00", until="2026-02-20"),
            event(kind, date, target, amount="60.00"),
        ],
    )
    assert not facts(book, "2026-02-28").promise_kept


def test_the_part_of_a_document_payment_that_reached_the_invoice_counts() -> None:
    book = ledger(
        [
            invoice("R-1", document="D-1", due="2026-03-31"),
            invoice("R-2", document="D-1", due="2026-02-28"),
        ],
        [
            event("promise", "2026-02-05", "R-1", amount="30.00", until="2026-02-20"),
            event("payment", "2026-02-06", "D-1", amount="120.00"),
            event("payment", "2026-02-07", "D-1", amount="10.00"),
        ],
    )
    assert not facts(book, "2026-02-06").promise_kept
    assert facts(book, "2026-02-07").promise_kept


def test_a_customers_promise_is_kept_by_any_payment_in_its_currency() -> None:
    book = ledger(
        [invoice(), invoice("R-2"), invoice("R-3", "100.00 CHF")],
        [
            event("promise", "2026-02-05", "C-1", amount="60.00", until="2026-02-20"),
            event("payment", "2026-02-06", "R-3", amount="100.00 CHF"),
            event("payment", "2026-02-07", "R-2", amount="30.00"),
            event("payment", "2026-02-08", "C-1", amount="30.00"),
        ],
    )
    assert not facts(book, "2026-02-07").promise_kept
    assert facts(book, "2026-02-08").promise_kept
    assert shown(facts(book, "2026-02-08", "R-3").promise_until) == "never"


def test_a_reversal_breaks_a_promise_that_was_kept() -> None:
    book = ledger(
        [invoice()],
        [
            event("promise", "2026-02-05", amount="60.00", until="2026-02-20"),
            event("payment", "2026-02-10", amount="60.00", id="P-1"),
            event("reversal", "2026-02-25", value="P-1"),
        ],
    )
    assert facts(book, "2026-02-24").promise_kept
    assert not facts(book, "2026-02-25").promise_kept


def test_the_newest_promise_counts_wherever_it_was_made() -> None:
    book = ledger(
        [invoice()],
        [
            event("promise", "2026-02-05", "R-1", amount="60.00", until="2026-02-20"),
            event("promise", "2026-02-06", "C-1", amount="60.00", until="2026-03-15"),
            event("promise", "2026-02-07", "R-1", amount="60.00", until="2026-02-28"),
        ],
    )
    seen = [shown(facts(book, f"2026-02-0{n}").promise_until) for n in (5, 6, 7)]
    assert seen == ["2026-02-20", "2026-03-15", "2026-02-28"]


def test_stages_stand_beside_the_facts() -> None:
    stage = event("stage", "2026-02-05", stage="reminder", policy="p", version=1, fee="5.00")
    book = ledger([invoice()], [stage, event("stage_cancelled", "2026-02-06", stage="reminder")])
    timeline = timelines(book, None)["R-1"]
    assert [each.kind for each in timeline.stages] == ["stage", "stage_cancelled"]
    assert timeline.stages[0].fee == Money(500, "EUR")
    assert len(timeline.spans) == 1


def test_only_what_was_recorded_by_then_is_known() -> None:
    book = ledger(
        [invoice(), invoice("R-2", recorded="2026-02-10")],
        [
            event("payment", "2026-02-05", amount="100.00", recorded="2026-02-07T08:30"),
            event("dispute", "2026-02-05"),
        ],
    )
    assert facts(book, "2026-02-05", known="2026-02-07T08:29").open == 10000
    assert facts(book, "2026-02-05", known="2026-02-07T08:30").open == 0
    assert facts(book, "2026-02-05", known="2026-02-07T08:29").disputed
    assert list(timelines(book, moment("2026-02-09"))) == ["R-1"]
    assert list(timelines(book, moment("2026-02-10"))) == ["R-1", "R-2"]


def test_an_invoice_without_a_recorded_time_is_known_from_its_invoice_date() -> None:
    book = ledger([invoice(issued="2026-01-10")])
    assert timelines(book, moment("2026-01-09T23:59")) == {}
    assert list(timelines(book, moment("2026-01-10"))) == ["R-1"]


def test_a_customer_who_is_not_in_the_ledger_has_no_cases() -> None:
    assert timelines_of(ledger([invoice()]), "C-2", None) == []
