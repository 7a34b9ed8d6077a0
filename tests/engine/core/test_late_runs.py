"""Runs that come late.

`late runs go one stage at a time` (default): in order, however late. `late runs go straight to the
stage reached`: the furthest stage that would have been reached by now had every run been on time
(chain the next stages' earliest dates, each counted from the one before); the stages jumped over
are not executed and cost nothing. The chain of a late run: conditions and exceptions are asked on
D for all of it; a date is never before the one before it; repetitions are part of it, but those
jumped over do not count towards M; gaps and contact limits are not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from engine.core.model import Customer
from tests.engine.ledgers import event, invoice, ledger
from tests.engine.playing import ask, plan, policies, story

if TYPE_CHECKING:
    from engine.core.policies import PolicySet

HEADER = """policy p version 1
  effective 2020-01-01
  currency EUR
  timezone UTC
"""
STRAIGHT = HEADER + "  late runs go straight to the stage reached\n"
# On time: one on 3 February, two on the 10th, three on the 20th.
LADDER = """
stage one
  after 3 days overdue
  task "One"
  fee 5 EUR
stage two
  after 7 days
  task "Two"
  fee 5 EUR
stage three
  after 10 days
  task "Three"
  fee 1 EUR
"""
BOOK = ledger([invoice()])
REACHABLE = Customer("C-1", {"email": "ann@example.org"})


def test_one_stage_at_a_time_goes_in_order_however_late() -> None:
    assert story(BOOK, policies(plan(HEADER + LADDER)), "2026-03-15", "2026-04-30") == [
        "2026-03-15 R-1 stage one fee 5.00 EUR",
        "2026-03-22 R-1 stage two fee 5.00 EUR",
        "2026-04-01 R-1 stage three fee 1.00 EUR",
    ]


@pytest.mark.parametrize(
    ("first", "expected"),
    [
        ("2026-02-01", ["02-03 one", "02-10 two", "02-20 three"]),
        ("2026-02-09", ["02-09 one", "02-16 two", "02-26 three"]),
        ("2026-02-10", ["02-10 two", "02-20 three"]),
        ("2026-02-19", ["02-19 two", "03-01 three"]),
        ("2026-02-20", ["02-20 three"]),
        ("2026-03-15", ["03-15 three"]),
    ],
)
def test_straight_to_the_stage_that_runs_on_time_would_have_reached(
    first: str, expected: list[str]
) -> None:
    found = story(BOOK, policies(plan(STRAIGHT + LADDER)), first, "2026-04-30")
    assert [line[5:].replace(" R-1 stage", "").partition(" fee")[0] for line in found] == expected


def test_stages_jumped_over_cost_nothing() -> None:
    assert story(BOOK, policies(plan(STRAIGHT + LADDER)), "2026-03-15", "2026-04-30") == [
        "2026-03-15 R-1 stage three fee 1.00 EUR"
    ]


def test_the_decision_says_since_when_the_stage_reached_was_due_and_what_follows() -> None:
    found = ask(BOOK, policies(plan(STRAIGHT + LADDER)), "2026-02-14")
    assert (found.outcome, found.stage, str(found.due)) == ("act", "two", "2026-02-10")
    assert found.next is not None
    assert (found.next.stage, str(found.next.due)) == ("three", "2026-02-24")


def test_a_deadline_in_the_chain_is_the_one_that_the_stage_would_have_set_on_time() -> None:
    text = (
        'stage one\n  after 3 days overdue\n  task "One"\n  pay within 5 days\n'
        'stage two\n  after 2 days past deadline\n  task "Two"\n'
    )
    where = policies(plan(STRAIGHT + text))
    assert [ask(BOOK, where, f"2026-02-{day}").stage for day in ("09", "10")] == ["one", "two"]


def test_conditions_are_asked_of_what_is_true_on_the_day_of_the_run_for_the_whole_chain() -> None:
    text = LADDER.replace('task "Two"', 'task "Two"\n  when open amount >= 50 EUR')
    where = policies(plan(STRAIGHT + text))
    paid = ledger([invoice()], [event("payment", "2026-02-12", amount="60.00")])
    # Without two, three comes ten days after one.
    assert ask(paid, where, "2026-02-11").stage == "two"
    found = ask(paid, where, "2026-02-13")
    assert (found.stage, str(found.due)) == ("three", "2026-02-13")


def test_a_date_in_the_chain_is_never_before_the_one_before_it() -> None:
    text = (
        'stage one\n  after 10 days overdue\n  task "One"\n'
        'stage two\n  after 1 day overdue\n  task "Two"\n'
    )
    where = policies(plan(STRAIGHT + text))
    assert ask(BOOK, where, "2026-02-09").outcome == "waiting"
    found = ask(BOOK, where, "2026-02-12")
    assert (found.stage, str(found.due)) == ("two", "2026-02-10")


def test_dates_in_the_chain_are_days_on_which_the_policy_runs() -> None:
    text = (
        'stage one\n  after 3 days overdue\n  task "One"\n'
        'stage two\n  after 4 days\n  task "Two"\n'
        'stage three\n  after 3 days\n  task "Three"\n'
    )
    where = policies(plan(STRAIGHT + "  run on business days\n" + text))
    # One on Tuesday the 3rd, two on Monday the 9th instead of Saturday, three on the 12th.
    assert [ask(BOOK, where, f"2026-02-{day}").stage for day in ("06", "09", "11", "12")] == [
        "one",
        "two",
        "two",
        "three",
    ]


def test_repetitions_are_part_of_the_chain_but_those_jumped_over_do_not_count() -> None:
    text = (
        'stage one\n  after 3 days overdue\n  task "One"\n'
        "  repeat every 5 days at most 2 more times\n"
        'stage two\n  after 7 days\n  task "Two"\n'
    )
    where = policies(plan(STRAIGHT + text))
    # On time: one on the 3rd, 8th and 13th, two on the 20th.
    assert str(ask(BOOK, where, "2026-02-10").due) == "2026-02-08"
    assert ask(BOOK, where, "2026-02-20").stage == "two"
    assert story(BOOK, where, "2026-02-10", "2026-03-10") == [
        "2026-02-10 R-1 stage one",
        "2026-02-15 R-1 stage one",
        "2026-02-20 R-1 stage one",
        "2026-02-27 R-1 stage two",
    ]


def test_going_back_is_part_of_the_chain() -> None:
    text = (
        "fact customer.ready : yes/no default no\n"
        'stage one\n  after 3 days overdue\n  task "One"\n'
        'stage two\n  after 4 days\n  when customer.ready else one\n  task "Two"\n'
    )
    where = policies(plan(STRAIGHT + text))
    # On time: one on the 3rd, and again on the 7th and the 11th.
    found = ask(BOOK, where, "2026-02-09")
    assert (found.stage, str(found.due)) == ("one", "2026-02-07")
    assert story(BOOK, where, "2026-02-09", "2026-02-14") == [
        "2026-02-09 R-1 stage one",
        "2026-02-13 R-1 stage one",
    ]


def test_gaps_between_notices_are_no_part_of_the_chain_and_hold_back_what_it_reaches() -> None:
    text = (
        "at least 30 days between notices\n"
        "stage one\n  after 3 days overdue\n  by email\n"
        + "".join(
            f"stage {name}\n  after 10 days\n  by email\n" for name in ("two", "three", "four")
        )
    )
    where = policies(plan(STRAIGHT + text))
    book = ledger([invoice()], [], [REACHABLE])
    # On time: one on the 3rd, two on the 13th. Counted from two on the 15th: three on the 25th,
    # four on 7 March; until the gap is over on 17 March, four is reached.
    found = ask(book, where, "2026-02-15")
    assert (found.stage, str(found.due)) == ("two", "2026-02-13")
    assert story(book, where, "2026-02-15", "2026-04-30") == [
        "2026-02-15 R-1 stage two",
        "2026-03-17 R-1 stage four",
    ]
    sent = ledger([invoice()], [event("stage", "2026-02-15", stage="two")], [REACHABLE])
    waits = ask(sent, where, "2026-02-20")
    assert waits.next is not None
    assert (waits.outcome, waits.next.stage, str(waits.next.due)) == (
        "waiting",
        "four",
        "2026-03-17",
    )


def test_a_hold_that_ends_lets_the_stage_go_that_was_reached_meanwhile() -> None:
    where = policies(plan(STRAIGHT + 'hold "disputed" while invoice.disputed\n' + LADDER))
    book = ledger(
        [invoice()], [event("dispute", "2026-02-12"), event("dispute_resolved", "2026-02-25")]
    )
    found = ask(book, where, "2026-02-12")
    assert found.next is not None
    assert (found.outcome, found.next.stage, str(found.next.due)) == ("held", "two", "2026-02-10")
    assert story(book, where, "2026-02-12", "2026-04-30") == [
        "2026-02-12 R-1 held disputed",
        "2026-02-25 R-1 released disputed",
        "2026-02-25 R-1 stage three fee 1.00 EUR",
    ]


def test_a_stopped_clock_moves_the_chain() -> None:
    where = policies(
        plan(STRAIGHT + 'hold "disputed" while invoice.disputed, clock stopped\n' + LADDER)
    )
    book = ledger(
        [invoice()], [event("dispute", "2026-02-12"), event("dispute_resolved", "2026-02-25")]
    )
    # Thirteen days: three would have come on 5 March.
    assert story(book, where, "2026-02-12", "2026-04-30") == [
        "2026-02-12 R-1 held disputed",
        "2026-02-25 R-1 released disputed",
        "2026-02-25 R-1 stage two fee 5.00 EUR",
        "2026-03-07 R-1 stage three fee 1.00 EUR",
    ]
    assert ask(book, where, "2026-03-04").stage == "two"
    assert ask(book, where, "2026-03-05").stage == "three"


def test_a_bounded_repetition_an_else_and_the_stage_behind_them_in_one_late_run() -> None:
    text = (
        'stage one\n  after 3 days overdue\n  task "One"\n'
        "  repeat every 2 days at most 1 more time\n"
        'stage two\n  after 4 days\n  when open amount < 50 EUR else one\n  task "Two"\n'
        'stage three\n  after 5 days\n  task "Three"\n'
    )
    where = policies(plan(STRAIGHT + text))
    # Owing 100.00: one on the 3rd and 5th, back to one on the 9th and the 13th.
    found = ask(BOOK, where, "2026-02-14")
    assert (found.stage, str(found.due)) == ("one", "2026-02-13")
    # Owing 40.00 on the 14th, asked of the whole chain: one 3rd and 5th, two 9th, three 14th.
    paid = ledger([invoice()], [event("payment", "2026-02-14", amount="60.00")])
    found = ask(paid, where, "2026-02-14")
    assert (found.stage, str(found.due)) == ("three", "2026-02-14")


def test_a_straight_run_keeps_its_distance_to_other_notices_to_the_customer() -> None:
    gap = "at least 5 days between notices to a customer\n"
    text = gap + "stage one\n  after 3 days overdue\n  by email\n"
    book = ledger([invoice("R-1"), invoice("R-2")], [], [REACHABLE])
    assert story(book, policies(plan(STRAIGHT + text)), "2026-01-01", "2026-03-01") == [
        "2026-02-03 R-1 stage one",
        "2026-02-08 R-2 stage one",
    ]


def test_before_the_ladder_opens_a_straight_policy_says_not_due() -> None:
    found = ask(BOOK, policies(plan(STRAIGHT + LADDER)), "2026-01-20")
    assert found.next is not None
    assert (found.outcome, found.next.stage, str(found.next.due)) == (
        "not_due",
        "one",
        "2026-02-03",
    )


def announced(where: PolicySet, *days: str) -> list[str]:
    """What comes next by day, for a customer who has had a notice for R-9 on 26 January."""
    sent = [event("stage", "2026-01-26", "R-9", stage="one")]
    book = ledger([invoice(), invoice("R-9")], sent, [REACHABLE])
    found = [ask(book, where, day) for day in days]
    return [f"{on.next.stage} {on.next.due}" if on.next else f"{on.stage} now" for on in found]


def test_a_notice_before_the_due_date_behind_a_stage_after_it_is_no_part_of_the_chain() -> None:
    text = (
        "at least 25 days between notices to a customer\n"
        "stage one\n  by email\n"
        "stage two\n  from 10 days before due\n  by email\n"
        "stage three\n  by email\n"
        "stage four\n  after 30 days since two\n  by email\n"
    )
    # On time, one comes on 1 February, when two is missed; so four waits for nothing.
    where = policies(plan(STRAIGHT + text))
    expected = ["four 2026-02-20"] * 4 + ["four now"]
    days = ("2026-01-27", "2026-01-30", "2026-01-31", "2026-02-01", "2026-02-20")
    assert announced(where, *days) == expected


def test_no_stage_comes_in_place_of_a_notice_before_the_due_date_once_that_is_missed() -> None:
    text = (
        "stage one\n  by email\n"
        "stage two\n  from 10 days before due\n  by email\n"
        "  when customer.overdue_amount > 0 EUR else one\n  at least 1 day between notices\n"
        "stage three\n  by email\n"
    )
    where = policies(plan(STRAIGHT + text))
    days = ("2026-01-27", "2026-01-30", "2026-01-31")
    assert announced(where, *days) == ["three 2026-02-01"] * 3
    assert announced(where, "2026-02-01") == ["three now"]
