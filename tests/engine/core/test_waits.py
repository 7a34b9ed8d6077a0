"""Waits, grace and the days on which a stage may run.

A wait is a list of terms joined by `and`; each gives an earliest date and the latest wins. All
bounds are inclusive. Units: `day(s)`, `business day(s)` (the N-th business day strictly after the
date it counts from), `week(s)`, `month(s)` (same day of the month, or its last day). `wait N days
longer` / `shorter` moves the latest of the terms (not a `before due` date). A stage without
`after`: `after 0 days`. Which stages may run before the due date or in grace: those all of whose
terms count from the invoice date, the start, days before due, or a stage that was itself executed
before the due date. `past deadline` with nothing executed yet: from the due date. `grace` in other
units: the ladder opens on the day after due date + N units. `notices so far` counts stages with
`by`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from engine.core.model import Customer
from tests.engine.ledgers import event, invoice, ledger
from tests.engine.playing import ask, plan, policies, story

if TYPE_CHECKING:
    from engine.core.model import Event, Value

HEADER = "policy p version 1\n  effective 2020-01-01\n  currency EUR\n  timezone UTC\n"
TASK = '  task "Do"\n'


def told(
    text: str, *events: Event, due: str = "2026-01-31", facts: dict[str, Value] | None = None
) -> list[str]:
    """What happens to an invoice of 1 January, due on Saturday, 31 January 2026."""
    people = [Customer("C-1", {"email": "ann@example.org", **(facts or {})})]
    book = ledger([invoice(due=due)], events, people)
    found = story(book, policies(plan(HEADER + text)), "2026-01-01", "2026-04-30")
    return [line[5:].replace(" R-1 stage", "") for line in found]


def stage(name: str, after: str, *clauses: str) -> str:
    more = "".join(f"  {clause}\n" for clause in clauses)
    wait = f"  after {after}\n" if after else ""
    return f"stage {name}\n{wait}{more}" + ("" if "by " in more else TASK)


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        ("3 days overdue", "02-03"),
        ("2 weeks overdue", "02-14"),
        ("1 month overdue", "02-28"),
        ("2 months overdue", "03-31"),
        ("3 business days overdue", "02-04"),
        ("40 days since invoice date", "02-10"),
        ("3 days overdue at the end of that month", "02-28"),
        ("2 days", "02-02"),
        ("5 days past deadline", "02-05"),
        ("2 days and 10 days overdue and 35 days since invoice date", "02-10"),
        ("", "02-01"),
        ("10 days since invoice date", "01-11"),
        ("10 days since invoice date and 0 days", "02-01"),
    ],
)
def test_the_first_stage_comes_when_its_last_term_is_met(after: str, expected: str) -> None:
    assert told(stage("one", after)) == [f"{expected} one"]


def test_the_end_of_the_month_is_that_of_the_month_in_which_the_days_are_over() -> None:
    text = stage("one", "3 days overdue at the end of that month")
    assert told(text, due="2026-01-28") == ["01-31 one"]
    assert told(text, due="2026-01-29") == ["02-28 one"]


@pytest.mark.parametrize(
    ("within", "expected"),
    [("", "02-08"), ("pay within 0 days", "02-08"), ("pay within 4 days", "02-12")],
)
def test_a_deadline_is_that_of_the_last_stage_or_its_own_day(within: str, expected: str) -> None:
    text = stage("one", "3 days overdue", *filter(None, [within]))
    assert told(text + stage("two", "5 days past deadline"))[1] == f"{expected} two"


def test_a_stage_without_a_deadline_makes_one_forgotten_that_was_set_before_it() -> None:
    text = stage("one", "3 days overdue", "pay within 20 days") + stage("two", "1 day")
    assert told(text + stage("three", "5 days past deadline"))[2] == "02-09 three"


def test_a_wait_since_a_stage_has_no_bound_if_it_was_not_executed() -> None:
    text = stage("call", "3 days overdue", "when open amount >= {} EUR") + stage(
        "two", "9 days since call and 5 days overdue"
    )
    assert told(text.format(50)) == ["02-03 call", "02-12 two"]
    assert told(text.format(500)) == ["02-05 two"]


def test_on_a_day_off_a_stage_waits_for_the_next_day_on_which_the_policy_runs() -> None:
    text = "  run on business days\n" + stage("one", "7 days overdue") + stage("two", "5 days")
    # Saturday the 7th becomes Monday the 9th; five days later is Saturday again.
    assert told(text) == ["02-09 one", "02-16 two"]


@pytest.mark.parametrize(
    ("grace", "expected"),
    [("2 days", "02-03"), ("1 week", "02-08"), ("1 month", "03-01"), ("2 business days", "02-04")],
)
def test_the_ladder_opens_on_the_day_after_grace(grace: str, expected: str) -> None:
    assert told(f"  grace {grace}\n" + stage("one", "1 day overdue")) == [f"{expected} one"]


def test_what_counts_from_a_stage_before_the_due_date_may_run_before_it_too() -> None:
    early = stage("one", "10 days since invoice date")
    assert told(early + stage("two", "5 days")) == ["01-11 one", "01-16 two"]
    assert told(early + stage("two", "5 days since one")) == ["01-11 one", "01-16 two"]
    assert told(early + stage("two", "5 days past deadline")) == ["01-11 one", "02-01 two"]
    late = stage("two", "25 days") + stage("three", "1 day")
    assert told("  grace 9 days\n" + early + late) == ["01-11 one", "02-10 two", "02-11 three"]


def test_waiting_longer_or_shorter_moves_the_latest_term_and_no_date_before_due() -> None:
    text = (
        "fact customer.vip : yes/no default yes\n"
        "stage hint\n  from 5 days before due\n  by email\n"
        + stage("one", "1 day and 3 days overdue")
        + "for customer.vip\n  wait 2 days "
    )
    assert told(text + "longer\n") == ["01-26 hint", "02-05 one"]
    assert told(text + "shorter\n") == ["01-26 hint", "02-01 one"]


def test_notices_and_fees_so_far_are_those_of_the_cycle() -> None:
    ladder = (
        stage("one", "3 days overdue", "by email", "fee 5 EUR")
        + stage("two", "3 days", "fee 5 EUR")
        + stage("three", "3 days", "by email", "fee 5 EUR")
        + stage("four", "3 days")
    )
    begin = ["02-03 one fee 5.00 EUR", "02-06 two fee 5.00 EUR", "02-09 three fee 5.00 EUR"]
    assert told('exclude "enough" when notices so far >= 2\n' + ladder) == begin
    assert told('exclude "enough" when fees so far >= 10 EUR\n' + ladder) == begin[:2]
    back = [
        event("payment", "2026-02-10", amount="100.00", id="P-1"),
        event("reversal", "2026-02-11", value="P-1"),
    ]
    again = told('exclude "enough" when notices so far >= 2\n' + ladder, *back)
    assert again[-3:] == [
        "02-11 one fee 5.00 EUR",
        "02-14 two fee 5.00 EUR",
        "02-17 three fee 5.00 EUR",
    ]


def test_the_stage_so_far_can_be_asked_for() -> None:
    text = 'hold "after one" while stage is one\n' + stage("one", "3 days overdue")
    assert told(text + stage("two", "3 days")) == ["02-03 one", "02-06 R-1 held after one"]


def test_on_a_day_off_the_answer_is_the_next_day_on_which_the_policy_runs() -> None:
    where = policies(plan(HEADER + "  run on business days\n" + stage("one", "6 days overdue")))
    # Due on Friday the 6th; the 7th is a Saturday.
    found = ask(ledger([invoice()]), where, "2026-02-07")
    assert found.next is not None
    assert (found.outcome, found.next.stage, str(found.next.due)) == (
        "waiting",
        "one",
        "2026-02-09",
    )
    late = ask(ledger([invoice()]), where, "2026-02-09")
    assert (late.outcome, str(late.due)) == ("act", "2026-02-06")


def test_a_policy_without_a_stage_leaves_its_cases_alone() -> None:
    where = policies(plan(HEADER))
    found = ask(ledger([invoice()]), where, "2026-03-01")
    assert (found.outcome, found.next) == ("no_stage_left", None)


def test_a_case_in_a_currency_that_no_policy_names_has_no_policy() -> None:
    where = policies(plan(HEADER + stage("one", "3 days overdue")))
    found = ask(ledger([invoice(amount="100.00 USD")]), where, "2026-03-01")
    assert found.outcome == "no_policy"


def test_a_hold_that_looks_at_what_is_overdue_in_all_ends_when_something_becomes_overdue() -> None:
    """Asked for a stretch of days at once, as for each of them."""
    where = policies(
        plan(
            'hold "all of it" while open amount >= 100% of customer.overdue_amount, clock stopped\n'
            'stage final\n  after 3 days overdue\n  task "Call"\n'
        )
    )
    book = ledger([invoice(), invoice("R-2")])
    found = ask(book, where, "2026-02-02")
    assert found.next is not None
    assert str(found.next.due) == "2026-02-03"
