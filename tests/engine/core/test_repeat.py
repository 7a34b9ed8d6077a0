"""Stages that come again.

`repeat every N days [at most M more times]` executes the stage again, N days after itself, before
the ladder goes on; its fee is charged again unless `once`; on the last stage without a bound it
goes on until the case is settled. A repetition waits N days after itself only, plus gap and
`wait longer`; its `when` must hold.
"""

from __future__ import annotations

import pytest

from engine.core.model import Customer
from tests.engine.ledgers import event, invoice, ledger
from tests.engine.playing import ask, plan, policies, story

BOOK = ledger([invoice()])
REACHABLE = Customer("C-1", {"email": "ann@example.org"})
TWICE = (
    'stage one\n  after 3 days overdue\n  task "One"\n  repeat every 5 days at most 2 more times\n'
)


def test_it_comes_before_the_ladder_goes_on_and_its_own_wait_is_not_looked_at() -> None:
    text = TWICE + 'stage two\n  after 1 day\n  task "Two"\n'
    assert story(BOOK, policies(plan(text)), "2026-01-01", "2026-04-30") == [
        "2026-02-03 R-1 stage one",
        "2026-02-08 R-1 stage one",
        "2026-02-13 R-1 stage one",
        "2026-02-14 R-1 stage two",
    ]


@pytest.mark.parametrize(("once", "again"), [("", " fee 5.00 EUR"), (" once", "")])
def test_its_fee_is_charged_again_unless_it_is_charged_once(once: str, again: str) -> None:
    text = TWICE + f"  fee 5 EUR{once}\n"
    assert story(BOOK, policies(plan(text)), "2026-01-01", "2026-04-30") == [
        "2026-02-03 R-1 stage one fee 5.00 EUR",
        f"2026-02-08 R-1 stage one{again}",
        f"2026-02-13 R-1 stage one{again}",
    ]


def test_the_last_stage_may_go_on_until_the_case_is_settled() -> None:
    text = 'stage one\n  after 3 days overdue\n  task "One"\n  repeat every 5 days\n'
    book = ledger([invoice()], [event("payment", "2026-02-18", amount="100.00")])
    assert story(book, policies(plan(text)), "2026-01-01", "2026-04-30") == [
        "2026-02-03 R-1 stage one",
        "2026-02-08 R-1 stage one",
        "2026-02-13 R-1 stage one",
        "2026-02-18 R-1 settled",
    ]


def test_a_gap_between_notices_that_is_longer_counts() -> None:
    text = "at least 6 days between notices\n" + TWICE.replace('task "One"', "by email")
    book = ledger([invoice()], [], [REACHABLE])
    assert story(book, policies(plan(text)), "2026-01-01", "2026-04-30") == [
        "2026-02-03 R-1 stage one",
        "2026-02-09 R-1 stage one",
        "2026-02-15 R-1 stage one",
    ]


def test_waiting_longer_moves_every_repetition() -> None:
    text = (
        "fact customer.slow : yes/no default no\n"
        + TWICE
        + "for customer.slow\n  wait 2 days longer\n"
    )
    book = ledger([invoice()], [], [Customer("C-1", {"slow": True})])
    assert story(book, policies(plan(text)), "2026-01-01", "2026-04-30") == [
        "2026-02-05 R-1 stage one",
        "2026-02-12 R-1 stage one",
        "2026-02-19 R-1 stage one",
    ]


def test_a_stopped_clock_moves_it() -> None:
    text = 'hold "disputed" while invoice.disputed, clock stopped\n' + TWICE
    book = ledger(
        [invoice()], [event("dispute", "2026-02-05"), event("dispute_resolved", "2026-02-07")]
    )
    assert story(book, policies(plan(text)), "2026-01-01", "2026-04-30") == [
        "2026-02-03 R-1 stage one",
        "2026-02-10 R-1 stage one",
        "2026-02-15 R-1 stage one",
    ]


@pytest.mark.parametrize(
    ("every", "expected"),
    [("1 month", "2026-03-03"), ("2 weeks", "2026-02-17"), ("4 business days", "2026-02-09")],
)
def test_it_can_be_counted_in_any_unit(every: str, expected: str) -> None:
    text = TWICE.replace("5 days at most 2 more times", f"{every} at most 1 more time")
    assert story(BOOK, policies(plan(text)), "2026-01-01", "2026-04-30") == [
        "2026-02-03 R-1 stage one",
        f"{expected} R-1 stage one",
    ]


def test_the_ladder_goes_on_when_its_condition_no_longer_holds() -> None:
    text = TWICE + "  when open amount >= 50 EUR\n" + 'stage two\n  after 8 days\n  task "Two"\n'
    book = ledger([invoice()], [event("payment", "2026-02-06", amount="60.00")])
    assert story(book, policies(plan(text)), "2026-01-01", "2026-04-30") == [
        "2026-02-03 R-1 stage one",
        "2026-02-11 R-1 stage two",
    ]


def test_as_the_last_stage_it_waits_while_its_condition_does_not_hold() -> None:
    where = policies(plan(TWICE + "  when open amount >= 50 EUR\n"))
    paid = event("payment", "2026-02-06", amount="60.00", id="P-1")
    done = event("stage", "2026-02-03", stage="one")
    found = ask(ledger([invoice()], [done, paid]), where, "2026-02-20")
    assert (found.outcome, found.next) == ("waiting", None)
    bounced = event("reversal", "2026-02-21", value="P-1")
    assert ask(ledger([invoice()], [done, paid, bounced]), where, "2026-02-21").stage == "one"
    often = [event("stage", f"2026-02-{day}", stage="one") for day in ("03", "08", "13")]
    assert ask(ledger([invoice()], often), where, "2026-02-28").outcome == "no_stage_left"


def test_only_an_unbroken_run_at_the_end_counts() -> None:
    text = (
        "fact customer.ready : yes/no default no\n"
        'stage one\n  after 3 days overdue\n  task "One"\n'
        "  repeat every 2 days at most 1 more time\n"
        'stage two\n  after 3 days\n  task "Two"\n'
        'stage three\n  after 4 days\n  when customer.ready else one\n  task "Three"\n'
    )
    assert story(BOOK, policies(plan(text)), "2026-01-01", "2026-02-20") == [
        "2026-02-03 R-1 stage one",
        "2026-02-05 R-1 stage one",
        "2026-02-08 R-1 stage two",
        "2026-02-12 R-1 stage one",
        "2026-02-14 R-1 stage one",
        "2026-02-17 R-1 stage two",
    ]


def test_a_cancelled_repetition_comes_again() -> None:
    where = policies(plan(TWICE + 'stage two\n  after 1 day\n  task "Two"\n'))
    done = [event("stage", f"2026-02-{day}", stage="one") for day in ("03", "08", "13")]
    taken_back = event("stage_cancelled", "2026-02-13", stage="one")
    found = ask(ledger([invoice()], [*done, taken_back]), where, "2026-02-14")
    assert (found.stage, str(found.due)) == ("one", "2026-02-13")


def test_a_settled_case_begins_anew_with_all_its_repetitions() -> None:
    text = TWICE.replace("2 more times", "1 more time")
    book = ledger(
        [invoice()],
        [
            event("payment", "2026-02-10", amount="100.00", id="P-1"),
            event("reversal", "2026-02-20", value="P-1"),
        ],
    )
    assert story(book, policies(plan(text)), "2026-01-01", "2026-04-30") == [
        "2026-02-03 R-1 stage one",
        "2026-02-08 R-1 stage one",
        "2026-02-10 R-1 settled",
        "2026-02-20 R-1 reopened",
        "2026-02-20 R-1 stage one",
        "2026-02-25 R-1 stage one",
    ]
