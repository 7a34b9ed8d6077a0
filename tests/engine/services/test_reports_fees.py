"""Fees: what was charged, and what became of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from engine.core.ledger_index import index_ledger
from engine.core.model import Customer
from engine.services.reports.done import Period
from engine.services.reports.fees import Charged, Fees, fees
from engine.services.reports.plain_done import fees_rows
from engine.services.reports.reading import debtors_in
from tests.engine.ledgers import day, event, invoice, ledger, moment
from tests.engine.playing import HEADER, plan, policies

if TYPE_CHECKING:
    import datetime

    from engine.core.model import Event, Ledger
    from engine.services.reports.charged import Fate
    from engine.services.reports.done import ByDone

ON = "2026-03-31"
LADDER = """\
segment big when customer.kind is business
interest 36.5% a year
stage reminder
  after 3 days overdue
  by portal
  fee 5.00 EUR
stage warning
  after 10 days
  by email and portal
  fee 10.00 EUR
stage final
  after 10 days
  by portal
  fee 20.00 EUR
  charge interest
stage end
  after 90 days
  write off
"""
TAXED = HEADER + "fees taxed at 20%\n" + LADDER
ACCOUNTS = HEADER + "  dun each account\n" + LADDER
FIRST_CHARGES = HEADER + "  payments settle charges first\n" + LADDER
REMINDER = event("stage", "2026-02-03", stage="reminder")
WARNING = event("stage", "2026-02-13", stage="warning")
FINAL = event("stage", "2026-02-23", stage="final")


def charged(
    *events: Event,
    text: str = HEADER + LADDER,
    on: str = ON,
    by: tuple[ByDone, ...] = ("stage",),
    period: Period | None = None,
) -> Fees:
    return of(ledger([invoice()], events), text=text, on=on, by=by, period=period)


def of(
    book: Ledger,
    *,
    text: str = HEADER + LADDER,
    on: str = ON,
    by: tuple[ByDone, ...] = ("stage",),
    period: Period | None = None,
    known: datetime.datetime | None = None,
) -> Fees:
    where = policies(plan(text))
    return fees(debtors_in(index_ledger(book), where, day(on), known), day(on), period, by)


def euros(found: Fees) -> Charged:
    return found.totals["EUR"]


def fate(of: Fate) -> tuple[int, int, int, int, int]:
    """Charged, paid, waived, taken back, open."""
    return of.charged, of.paid, of.waived, of.cancelled, of.open


def by_stage(found: Fees) -> dict[str | None, tuple[int, int, int, int, int]]:
    return {key[0]: fate(each.total) for key, each in found.groups["EUR"].items()}


def test_what_stages_charge_is_open_until_somebody_pays_or_waives_it() -> None:
    found = charged(REMINDER, WARNING)
    assert (euros(found).charges, euros(found).customers) == (2, 1)
    assert by_stage(found) == {
        "reminder": (500, 0, 0, 0, 500),
        "warning": (1_000, 0, 0, 0, 1_000),
    }


def test_what_is_paid_settles_the_oldest_charge_first() -> None:
    found = charged(REMINDER, WARNING, event("charge_paid", "2026-03-02", amount="7.00"))
    assert by_stage(found) == {
        "reminder": (500, 500, 0, 0, 0),
        "warning": (1_000, 200, 0, 0, 800),
    }


def test_what_is_waived_is_told_apart_from_what_is_paid() -> None:
    paid = event("charge_paid", "2026-03-02", amount="2.00")
    waived = event("charge_waived", "2026-03-03", amount="9.00")
    assert by_stage(charged(REMINDER, WARNING, paid, waived)) == {
        "reminder": (500, 200, 300, 0, 0),
        "warning": (1_000, 0, 600, 0, 400),
    }


def test_a_charge_that_came_later_is_not_paid_by_what_came_before_it() -> None:
    early = event("charge_paid", "2026-02-05", amount="7.00")
    assert by_stage(charged(REMINDER, early, WARNING))["warning"] == (1_000, 0, 0, 0, 1_000)


@pytest.mark.parametrize(
    ("text", "paid"), [(HEADER + LADDER, 0), (FIRST_CHARGES, 500)], ids=["amount", "charges"]
)
def test_a_payment_pays_charges_as_the_policy_has_it(text: str, paid: int) -> None:
    found = charged(REMINDER, event("payment", "2026-03-02", amount="50.00"), text=text)
    assert fate(euros(found).total) == (500, paid, 0, 0, 500 - paid)


def test_a_payment_beyond_the_invoice_pays_its_charges() -> None:
    found = charged(REMINDER, event("payment", "2026-03-02", amount="104.00"))
    assert fate(euros(found).total) == (500, 400, 0, 0, 100)


def test_a_payment_that_was_given_back_did_not_pay_the_newest_charges() -> None:
    events = [
        REMINDER,
        WARNING,
        event("payment", "2026-03-02", amount="115.00", id="P-1"),
        event("reversal", "2026-03-09", value="P-1", amount="12.00"),
    ]
    assert by_stage(charged(*events)) == {
        "reminder": (500, 300, 0, 0, 200),
        "warning": (1_000, 0, 0, 0, 1_000),
    }
    assert euros(charged(*events, on="2026-03-08")).total.open == 0


def test_a_stage_that_was_taken_back_took_its_charges_with_it() -> None:
    back = event("stage_cancelled", "2026-02-14", stage="warning")
    paid = event("charge_paid", "2026-03-02", amount="4.00")
    assert by_stage(charged(REMINDER, WARNING, back, paid)) == {
        "reminder": (500, 400, 0, 0, 100),
        "warning": (1_000, 0, 0, 1_000, 0),
    }


def test_a_stage_that_is_executed_again_after_it_was_taken_back_is_a_charge_of_its_own() -> None:
    back = event("stage_cancelled", "2026-02-14", stage="warning")
    again = event("stage", "2026-02-20", stage="warning")
    found = charged(REMINDER, WARNING, back, again)
    assert (euros(found).charges, by_stage(found)["warning"]) == (3, (2_000, 0, 0, 1_000, 1_000))


def test_fees_interest_and_tax_are_told_apart() -> None:
    found = euros(charged(REMINDER, WARNING, FINAL, text=TAXED))
    # 0.1 % a day of 100.00 EUR, for 23 days
    assert fate(found.interest) == (230, 0, 0, 0, 230)
    assert (fate(found.fees), found.tax) == ((4_200, 0, 0, 0, 4_200), 700)
    assert found.total.charged == 4_430


def test_of_one_charge_the_fee_is_paid_before_the_interest() -> None:
    found = euros(charged(FINAL, event("charge_paid", "2026-03-02", amount="21.00")))
    assert (found.fees.paid, found.interest.paid) == (2_000, 100)


def test_interest_that_is_claimed_when_the_amount_is_paid_is_a_charge_without_a_stage() -> None:
    paid = event("payment", "2026-02-10", amount="100.00")
    text = HEADER + LADDER.replace("a year\n", "a year\nclaim interest when paid\n")
    found = charged(paid, text=text, by=("policy", "stage", "version", "channel"))
    assert {key: fate(each.interest)[0] for key, each in found.groups["EUR"].items()} == {
        ("test", None, "test 1", None): 100
    }


def test_what_an_account_was_charged_is_settled_by_what_is_noted_on_the_account() -> None:
    events = [
        event("stage", "2026-02-03", "C-1:EUR", stage="reminder"),
        event("stage", "2026-02-13", "C-1:EUR", stage="warning"),
        event("charge_paid", "2026-03-02", "C-1:EUR", amount="6.00"),
        event("charge_waived", "2026-03-02", "C-1:EUR", amount="90.00"),
    ]
    assert by_stage(charged(*events, text=ACCOUNTS)) == {
        "reminder": (500, 500, 0, 0, 0),
        "warning": (1_000, 100, 900, 0, 0),
    }


def test_what_is_open_of_a_case_that_was_written_off_is_told_apart() -> None:
    end = event("stage", "2026-03-20", stage="end")
    found = euros(charged(REMINDER, end)).total
    assert (found.open, found.written_off) == (500, 500)
    late = event("payment", "2026-03-25", amount="100.00")
    found = euros(charged(REMINDER, end, late)).total
    assert (found.open, found.written_off) == (500, 0)


def test_only_charges_of_the_period_count_with_all_that_became_of_them() -> None:
    paid = event("charge_paid", "2026-03-02", amount="7.00")
    for first, last, stages in (
        ("2026-02-03", "2026-02-12", {"reminder": (500, 500, 0, 0, 0)}),
        ("2026-02-04", "2026-02-13", {"warning": (1_000, 200, 0, 0, 800)}),
    ):
        found = charged(REMINDER, WARNING, paid, period=Period(day(first), day(last)))
        assert by_stage(found) == stages
    assert charged(REMINDER, period=Period(day("2026-02-04"), None)).totals == {}


def test_what_happens_after_the_day_does_not_count() -> None:
    found = charged(
        REMINDER, WARNING, event("charge_paid", "2026-02-13", amount="5.00"), on="2026-02-12"
    )
    assert by_stage(found) == {"reminder": (500, 0, 0, 0, 500)}


def test_only_what_was_recorded_by_then_counts() -> None:
    late = event("charge_paid", "2026-02-13", amount="5.00", recorded="2026-03-20")
    book = ledger([invoice()], [REMINDER, late])
    assert euros(of(book)).total.open == 0
    assert euros(of(book, known=moment("2026-03-19"))).total.open == 500


def test_currencies_are_never_added_up() -> None:
    text = HEADER.replace("currency EUR", "currency EUR, CHF")
    ladder = "stage reminder\n  after 3 days overdue\n  by portal\n  fee 5.00 EUR | 4.00 CHF\n"
    events = [REMINDER, event("stage", "2026-02-03", "R-2", stage="reminder")]
    found = of(ledger([invoice(), invoice("R-2", "9.00 CHF")], events), text=text + ladder)
    assert {code: each.total.charged for code, each in found.totals.items()} == {
        "EUR": 500,
        "CHF": 400,
    }


def test_charges_are_broken_down_by_what_was_done_and_to_whom() -> None:
    first = {"country": "DE", "kind": "business", "email": "a@example.com"}
    people = [Customer("C-1", first), Customer("C-2", {"email": "b@example.com"})]
    second = invoice("R-2", customer="C-2")
    events = [REMINDER, WARNING, event("stage", "2026-02-13", "R-2", stage="warning")]
    book = ledger([invoice(), second], events, people)
    wanted: list[tuple[ByDone, dict[str | None, int]]] = [
        ("month", {"2026-02": 2_500}),
        ("customer", {"C-1": 1_500, "C-2": 1_000}),
        ("country", {"DE": 1_500, None: 1_000}),
        ("kind", {"business": 1_500, None: 1_000}),
        ("segment", {"big": 1_500, None: 1_000}),
        ("version", {"test 1": 2_500}),
        ("channel", {"portal": 500, "email, portal": 2_000}),
    ]
    for by, groups in wanted:
        found = of(book, by=(by,))
        assert {key[0]: each.total.charged for key, each in found.groups["EUR"].items()} == groups


def test_months_come_in_their_order() -> None:
    reminders = [("R-1", "2026-01-10"), ("R-2", "2026-03-10"), ("R-3", "2026-03-11")]
    events = [event("stage", date, name, stage="reminder") for name, date in reminders]
    book = ledger([invoice(name) for name, _ in reminders], events)
    rows = fees_rows(of(book, by=("month",))).rows
    assert [(row["month"], row["charged"]) for row in rows] == [
        ("2026-01", "5.00"),
        ("2026-03", "10.00"),
    ]


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        ("2026-03-02", "2026-03-01", "ends on 2026-03-01, before it begins on 2026-03-02"),
        ("2026-04-01", None, "begins on 2026-04-01, after the day of the report"),
        (None, "2026-04-01", "ends on 2026-04-01, after the day of the report"),
        ("2026-03-31", "2026-03-31", None),
        (None, None, None),
    ],
)
def test_a_period_that_cannot_be_is_told(
    first: str | None, last: str | None, said: str | None
) -> None:
    wrong = Period(day(first) if first else None, day(last) if last else None).wrong(day(ON))
    assert wrong is None if said is None else said in str(wrong)
