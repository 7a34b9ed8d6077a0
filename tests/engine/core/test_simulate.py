"""What a simulation prints, and when."""

from __future__ import annotations

import pytest

from engine.core.model import Customer
from tests.engine.ledgers import day, event, invoice, ledger
from tests.engine.playing import ask, plan, played, policies, told

REACHABLE = Customer("C-1", {"email": "ann@example.org"})
POLICY = """
hold "disputed" while invoice.disputed

stage reminder "Reminder"
  after 3 days overdue
  by email

stage notice "Notice"
  after 7 days
  by email
  fee 5.00 EUR
"""


def test_stages_follow_one_another_until_the_invoice_is_paid() -> None:
    book = ledger([invoice()], [event("payment", "2026-02-20", amount="100.00")], [REACHABLE])
    assert told(played(book, policies(plan(POLICY)), "2026-01-01", "2026-04-01")) == [
        "2026-02-03 stage reminder",
        "2026-02-10 stage notice",
        "2026-02-20 settled",
    ]


def test_a_payment_prevents_the_stage_of_its_day() -> None:
    book = ledger([invoice()], [event("payment", "2026-02-03", amount="100.00")], [REACHABLE])
    assert told(played(book, policies(plan(POLICY)), "2026-01-01", "2026-04-01")) == []


def test_a_reopened_case_begins_again_at_the_first_stage() -> None:
    paid = event("payment", "2026-02-05", amount="100.00", id="P-1")
    bounced = event("reversal", "2026-02-16", value="P-1")
    book = ledger([invoice()], [paid, bounced], [REACHABLE])
    assert told(played(book, policies(plan(POLICY)), "2026-01-01", "2026-02-28")) == [
        "2026-02-03 stage reminder",
        "2026-02-05 settled",
        "2026-02-16 reopened",
        "2026-02-16 stage reminder",
        "2026-02-23 stage notice",
    ]


def test_held_is_told_once_the_stage_is_due_and_released_when_it_ends() -> None:
    events = [event("dispute", "2026-01-20"), event("dispute_resolved", "2026-02-06")]
    book = ledger([invoice()], events, [REACHABLE])
    assert told(played(book, policies(plan(POLICY)), "2026-01-01", "2026-02-07")) == [
        "2026-02-03 held disputed",
        "2026-02-06 released disputed",
        "2026-02-06 stage reminder",
    ]


def test_an_unreachable_customer_is_held_once_and_written_to_when_there_is_an_address() -> None:
    known = event("fact", "2026-02-09", "C-1", name="email", value="ann@example.org")
    book = ledger([invoice()], [known])
    assert told(played(book, policies(plan(POLICY)), "2026-01-01", "2026-02-10")) == [
        "2026-02-03 held unreachable",
        "2026-02-09 released unreachable",
        "2026-02-09 stage reminder",
    ]


def test_stages_before_the_range_stay_and_stages_inside_are_replaced() -> None:
    events = [
        event("stage", "2026-02-08", stage="reminder"),
        event("stage", "2026-02-12", stage="notice"),
    ]
    book = ledger([invoice()], events, [REACHABLE])
    assert told(played(book, policies(plan(POLICY)), "2026-02-10", "2026-03-01")) == [
        "2026-02-15 stage notice"
    ]


@pytest.mark.parametrize("middle", ["2026-02-02", "2026-02-03", "2026-02-05", "2026-02-12"])
def test_what_was_held_before_the_range_is_not_told_again(middle: str) -> None:
    events = [event("dispute", "2026-01-20"), event("dispute_resolved", "2026-02-10")]
    book = ledger([invoice()], events, [REACHABLE])
    whole = told(played(book, policies(plan(POLICY)), "2026-01-01", "2026-02-16"))
    first = [line for line in whole if line[:10] < middle]
    stages = [line.split() for line in first if " stage " in line]
    done = [event("stage", on, stage=stage) for on, _, stage in stages]
    continued = ledger([invoice()], [*events, *done], [REACHABLE])
    assert told(played(continued, policies(plan(POLICY)), middle, "2026-02-16")) == [
        line for line in whole if line[:10] >= middle
    ]


def test_on_a_day_off_only_settling_and_reopening_happen() -> None:
    text = (
        'policy p version 1 "P"\n  effective 2020-01-01\n  currency EUR\n  run on business days\n'
        + POLICY
    )
    # 7 and 8 February 2026 are a weekend.
    events = [
        event("dispute", "2026-01-20"),
        event("payment", "2026-02-07", amount="100.00", id="P-1"),
        event("reversal", "2026-02-08", value="P-1"),
        event("dispute_resolved", "2026-02-08"),
    ]
    done = event("stage", "2026-02-03", stage="reminder")
    book = ledger([invoice()], [done, *events], [REACHABLE])
    assert told(played(book, policies(plan(text)), "2026-02-04", "2026-02-12")) == [
        "2026-02-07 settled",
        "2026-02-08 reopened",
        "2026-02-09 stage reminder",
    ]


def test_what_was_held_at_the_last_run_is_released_at_the_next_one() -> None:
    text = (
        'policy p version 1 "P"\n  effective 2020-01-01\n  currency EUR\n  run on business days\n'
        + POLICY
    )
    # Unreachable on Friday, 13 March; paid on Saturday; the range begins on Sunday.
    paid = event("payment", "2026-03-14", amount="100.00")
    book = ledger([invoice()], [paid])
    assert told(played(book, policies(plan(text)), "2026-03-15", "2026-03-20")) == [
        "2026-03-16 released unreachable"
    ]


def test_a_cancellation_inside_the_range_is_left_out_like_the_stages_there() -> None:
    done = event("stage", "2026-02-03", stage="reminder")
    back = event("stage_cancelled", "2026-02-06", stage="reminder")
    book = ledger([invoice()], [done, back], [REACHABLE])
    where = policies(plan(POLICY))
    assert told(played(book, where, "2026-02-05", "2026-02-12")) == ["2026-02-10 stage notice"]
    assert told(played(book, where, "2026-02-07", "2026-02-12")) == ["2026-02-07 stage reminder"]


def test_people_do_at_once_what_waits_for_them() -> None:
    text = POLICY.replace("by email", "by email\n  draft only\n  needs approval by credit_manager")
    book = ledger([invoice()], [], [REACHABLE])
    assert told(played(book, policies(plan(text)), "2026-01-01", "2026-03-01")) == [
        "2026-02-03 stage reminder",
        "2026-02-10 stage notice",
    ]


def test_held_is_released_whatever_ended_it() -> None:
    done = event("stage", "2026-02-03", stage="reminder")
    where = policies(plan('exclude "taken out" when invoice.excluded\n' + POLICY))
    # The notice counts from a stage before the new due date: it may come before it, and stays held.
    for ends, then in (
        (event("payment", "2026-02-14", amount="100.00"), ["2026-02-14 settled"]),
        (event("exclude", "2026-02-14"), []),
        (event("assign", "2026-02-14", policy="unknown"), []),
        (event("due_changed", "2026-02-14", value=day("2026-03-31")), []),
    ):
        events = [done, event("dispute", "2026-02-05"), ends]
        book = ledger([invoice()], events, [REACHABLE])
        assert told(played(book, where, "2026-02-04", "2026-02-20")) == [
            "2026-02-10 held disputed",
            *(["2026-02-14 released disputed"] if ends.kind != "due_changed" else []),
            *then,
        ]


def test_a_rule_is_asked_before_it_is_looked_at_whether_the_case_is_overdue() -> None:
    book = ledger([invoice()], [event("dispute", "2026-01-10")], [REACHABLE])
    found = ask(book, policies(plan(POLICY)), "2026-01-20")
    assert (found.outcome, found.reason) == ("held", "disputed")
