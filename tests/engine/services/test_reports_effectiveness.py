"""Effectiveness: which stages were executed, and what was paid on them within some days."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from engine.core.ledger_index import index_ledger
from engine.core.model import Customer
from engine.services.reports.done import Period
from engine.services.reports.effectiveness import Effect, Effectiveness, effectiveness
from engine.services.reports.plain_done import effectiveness_rows
from engine.services.reports.reading import debtors_in
from engine.services.reports.survival import Waits
from tests.engine.ledgers import day, event, invoice, ledger, moment
from tests.engine.playing import HEADER, plan, policies

if TYPE_CHECKING:
    import datetime

    from engine.core.model import Event, Ledger
    from engine.services.reports.done import ByDone

ON = "2026-06-30"
LADDER = """\
stage reminder
  after 3 days overdue
  by portal
stage warning
  after 10 days
  by portal
stage end
  after 90 days
  write off
"""
INVOICES = HEADER + LADDER
ACCOUNTS = HEADER + "  dun each account\n" + LADDER
REMINDER = event("stage", "2026-02-03", stage="reminder")
WARNING = event("stage", "2026-02-13", stage="warning")


def paid(date: str, amount: str = "100.00", target: str = "R-1", name: str | None = None) -> Event:
    return (
        event("payment", date, target, amount=amount)
        if name is None
        else event("payment", date, target, amount=amount, id=name)
    )


def made(
    *events: Event,
    text: str = INVOICES,
    on: str = ON,
    by: tuple[ByDone, ...] = ("stage",),
    period: Period | None = None,
) -> Effectiveness:
    return of(ledger([invoice()], events), text=text, on=on, by=by, period=period)


def of(
    book: Ledger,
    *,
    text: str = INVOICES,
    on: str = ON,
    by: tuple[ByDone, ...] = ("stage",),
    period: Period | None = None,
    known: datetime.datetime | None = None,
) -> Effectiveness:
    debtors = debtors_in(index_ledger(book), policies(plan(text)), day(on), known)
    return effectiveness(debtors, day(on), period, (7, 14, 30), by)


def stage(found: Effectiveness, name: str = "reminder") -> Effect:
    return found.groups["EUR"][name,]


def settled(effect: Effect) -> list[int]:
    return [window.settled for window in effect.windows]


def ended(effect: Effect) -> list[int]:
    return [window.ended for window in effect.windows]


def amounts(effect: Effect) -> list[tuple[int, int]]:
    """What was owed and paid in each window."""
    return [(window.owed, window.paid) for window in effect.windows]


@pytest.mark.parametrize(
    ("date", "within"),
    [
        ("2026-02-04", [1, 1, 1]),
        ("2026-02-10", [1, 1, 1]),  # the 7th day
        ("2026-02-11", [0, 1, 1]),
        ("2026-02-17", [0, 1, 1]),  # the 14th
        ("2026-02-18", [0, 0, 1]),
        ("2026-03-05", [0, 0, 1]),  # the 30th
        ("2026-03-06", [0, 0, 0]),
    ],
)
def test_a_case_is_settled_within_the_days_after_its_stage(date: str, within: list[int]) -> None:
    effect = stage(made(REMINDER, paid(date)))
    assert (effect.executed, ended(effect), settled(effect)) == (1, [1, 1, 1], within)


def test_what_was_paid_in_part_is_part_of_the_amount_and_settles_nothing() -> None:
    effect = stage(made(REMINDER, paid("2026-02-05", "30.00"), paid("2026-02-12", "20.00")))
    assert amounts(effect) == [(10_000, 3_000), (10_000, 5_000), (10_000, 5_000)]
    assert settled(effect) == [0, 0, 0]


def test_what_was_paid_before_the_stage_is_not_owed_at_it() -> None:
    effect = stage(made(paid("2026-02-03", "40.00"), REMINDER, paid("2026-02-05", "60.00")))
    assert (effect.amount, amounts(effect)[0], settled(effect)[0]) == (6_000, (6_000, 6_000), 1)


def test_a_stage_whose_days_are_not_over_is_running_also_if_it_was_paid() -> None:
    for events in ((REMINDER,), (REMINDER, paid("2026-02-05"))):
        effect = stage(made(*events, on="2026-02-16"))
        assert [window.running for window in effect.windows] == [0, 1, 1]
        assert ended(effect) == [1, 0, 0]
    assert ended(stage(made(REMINDER, on="2026-02-17"))) == [1, 1, 0]


def test_a_payment_belongs_to_the_last_stage_before_it() -> None:
    found = made(REMINDER, WARNING, paid("2026-02-15"))
    assert settled(stage(found)) == [0, 0, 0]
    assert amounts(stage(found)) == [(10_000, 0)] * 3
    assert settled(stage(found, "warning")) == [1, 1, 1]


def test_a_payment_on_the_day_of_a_stage_belongs_to_the_stage_before() -> None:
    found = made(REMINDER, paid("2026-02-13", "40.00"), WARNING, paid("2026-02-15", "60.00"))
    assert amounts(stage(found)) == [(10_000, 0), (10_000, 4_000), (10_000, 4_000)]
    assert amounts(stage(found, "warning")) == [(6_000, 6_000)] * 3


def test_the_days_to_payment_count_from_every_stage_whatever_followed() -> None:
    found = made(REMINDER, WARNING, paid("2026-02-15"))
    assert stage(found).waits.median == 12
    assert stage(found, "warning").waits.median == 2


def test_a_payment_that_was_given_back_never_was_one() -> None:
    back = event("reversal", "2026-05-20", value="P-1")
    events = (REMINDER, paid("2026-02-05", name="P-1"), back)
    effect = stage(made(*events))
    assert (settled(effect), amounts(effect)) == ([0, 0, 0], [(10_000, 0)] * 3)
    assert effect.waits.median is None
    assert settled(stage(made(*events, on="2026-05-19"))) == [1, 1, 1]


def test_what_was_paid_again_after_it_was_given_back_counts_from_then() -> None:
    back = event("reversal", "2026-02-08", value="P-1")
    effect = stage(made(REMINDER, paid("2026-02-05", name="P-1"), back, paid("2026-02-12")))
    assert (settled(effect), effect.waits.median) == ([0, 1, 1], 9)


def test_a_credit_is_no_payment() -> None:
    credit = event("credit", "2026-02-05", amount="40.00")
    effect = stage(made(REMINDER, credit, paid("2026-02-06", "30.00")))
    assert amounts(effect)[0] == (6_000, 3_000)
    effect = stage(made(REMINDER, credit, paid("2026-02-06", "60.00")))
    assert (amounts(effect)[0], settled(effect)[0]) == ((6_000, 6_000), 1)


def test_a_credit_from_before_the_stage_is_no_part_of_what_is_followed() -> None:
    before = event("credit", "2026-02-03", amount="40.00")
    effect = stage(made(before, REMINDER, paid("2026-02-06", "30.00")))
    assert (effect.amount, amounts(effect)[0]) == (6_000, (6_000, 3_000))


def test_what_a_credit_took_off_wholly_was_not_unpaid() -> None:
    effect = stage(made(REMINDER, event("credit", "2026-02-12", amount="100.00")))
    assert (ended(effect), settled(effect)) == ([1, 0, 0], [0, 0, 0])
    assert effect.waits == Waits(unpaid=effect.waits.unpaid)
    assert effect.waits.unpaid == {9: 1}


def test_a_credit_that_was_taken_back_does_not_count() -> None:
    credit = event("credit", "2026-02-05", amount="100.00", id="G-1")
    effect = stage(made(REMINDER, credit, event("reversal", "2026-02-08", value="G-1")))
    assert (ended(effect), amounts(effect)[1]) == ([1, 1, 1], (10_000, 0))


def test_a_stage_at_which_nothing_was_open_is_told_apart() -> None:
    effect = stage(made(REMINDER, paid("2026-02-03")))
    assert (effect.executed, effect.nothing_open, ended(effect)) == (1, 1, [0, 0, 0])


def test_a_stage_that_was_taken_back_was_not_executed() -> None:
    back = event("stage_cancelled", "2026-02-14")
    found = made(REMINDER, WARNING, back, paid("2026-02-20"))
    assert set(found.groups["EUR"]) == {("reminder",)}
    assert settled(stage(found)) == [0, 0, 1]
    assert set(made(REMINDER, WARNING, back, on="2026-02-13").groups["EUR"]) == {
        ("reminder",),
        ("warning",),
    }


def test_who_was_written_off_is_looked_at_up_to_then() -> None:
    end = event("stage", "2026-05-14", stage="end")
    effect = stage(made(REMINDER, end, paid("2026-06-01")))
    assert (effect.waits.unpaid, effect.waits.paid) == ({100: 1}, {})


def test_a_stage_for_an_account_is_followed_by_the_invoices_that_it_was_about() -> None:
    book = ledger(
        [invoice("R-1"), invoice("R-2", "50.00"), invoice("R-3", "70.00", due="2026-02-20")],
        [
            event("stage", "2026-02-03", "C-1:EUR", stage="reminder"),
            paid("2026-02-05", "100.00", "R-1"),
            paid("2026-02-12", "50.00", "C-1"),
        ],
    )
    effect = stage(of(book, text=ACCOUNTS))
    assert amounts(effect) == [(15_000, 10_000), (15_000, 15_000), (15_000, 15_000)]
    assert (settled(effect), effect.waits.median) == ([0, 1, 1], 9)


def test_credits_on_a_customer_are_no_payments_on_their_account() -> None:
    book = ledger(
        [invoice()],
        [
            event("stage", "2026-02-03", "C-1:EUR", stage="reminder"),
            event("credit", "2026-02-05", "C-1", amount="30.00"),
            paid("2026-02-06", "20.00", "C-1"),
        ],
    )
    effect = stage(of(book, text=ACCOUNTS))
    assert amounts(effect)[0] == (7_000, 2_000)


def test_only_stages_of_the_period_count_with_all_that_was_paid_on_them() -> None:
    period = Period(day("2026-02-13"), day("2026-02-13"))
    found = made(REMINDER, WARNING, paid("2026-02-15"), period=period)
    assert set(found.groups["EUR"]) == {("warning",)}
    before = Period(day("2026-02-03"), day("2026-02-12"))
    assert settled(stage(made(REMINDER, WARNING, paid("2026-02-15"), period=before))) == [0, 0, 0]


def test_only_what_was_recorded_by_then_counts() -> None:
    late = event("payment", "2026-02-05", amount="100.00", recorded="2026-06-20")
    book = ledger([invoice()], [REMINDER, late])
    assert settled(stage(of(book))) == [1, 1, 1]
    assert settled(stage(of(book, known=moment("2026-06-19")))) == [0, 0, 0]


def test_currencies_and_groups_are_counted_for_themselves() -> None:
    text = INVOICES.replace("currency EUR", "currency EUR, CHF")
    people = [Customer("C-1", {"country": "DE"}), Customer("C-2", {"country": "AT"})]
    invoices = [
        invoice("R-1"),
        invoice("R-2", "9.00 CHF"),
        invoice("R-3", customer="C-2"),
        invoice("R-4", customer="C-2"),
    ]
    events = [event("stage", "2026-02-03", each.id, stage="reminder") for each in invoices]
    found = of(ledger(invoices, events, people), text=text, by=("country", "month"))
    assert {code: each.executed for code, each in found.totals.items()} == {"EUR": 3, "CHF": 1}
    assert {key: (each.executed, each.customers) for key, each in found.groups["EUR"].items()} == {
        ("DE", "2026-02"): (1, 1),
        ("AT", "2026-02"): (2, 1),
    }


def test_a_table_has_the_counts_of_each_window() -> None:
    (row,) = effectiveness_rows(made(REMINDER, paid("2026-02-12", "100.00"))).rows
    assert (row["settled_7"], row["settled_14"], row["paid_14"], row["median_days"]) == (
        *(0, 1),
        *("100.00", 9),
    )


@pytest.mark.parametrize(
    ("paid_after", "unpaid_after", "median"),
    [
        ([], [], None),
        ([5], [], 5),
        ([], [5, 5], None),
        ([1, 2, 3, 4], [], 2),
        ([1, 2, 3], [], 2),
        ([4], [9], 4),
        ([4], [9, 9], None),
        ([6, 6, 6, 7, 10, 13, 16, 22, 23], [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35], 23),
        ([2], [1, 1, 1], 2),
        ([3, 3], [3, 3], 3),
    ],
)
def test_the_median_is_that_of_kaplan_and_meier(
    paid_after: list[int], unpaid_after: list[int], median: int | None
) -> None:
    # The long one is the usual example: remissions under 6-mercaptopurine (Freireich, 1963).
    waits = Waits()
    for days in paid_after:
        waits.add(days, is_paid=True)
    for days in unpaid_after:
        waits.add(days, is_paid=False)
    assert waits.median == median
