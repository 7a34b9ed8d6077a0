"""Cycles: when a case ends, and where it stands when it is open again.

When a case is settled the cycle ends, what it suspended is resumed, and a later reopening
(reversal, new invoice on an account) starts a new cycle at the first stage; `reopened cases
continue` keeps the place: the whole cycle goes on (place, dates, deadline, fees and notices so
far). `settled` and `reopened` are printed only if a stage was executed in the cycle that ended.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.engine.ledgers import event, invoice, ledger
from tests.engine.playing import ask, plan, policies, story

if TYPE_CHECKING:
    from engine.core.model import Event

HEADER = "policy p version 1\n  effective 2020-01-01\n  currency EUR\n  timezone UTC\n"
ON = "  reopened cases continue\n"
LADDER = """
fees at most 8 EUR
stage one
  after 3 days overdue
  task "One"
  fee 5 EUR
  pay within 20 days
stage two
  after 7 days
  task "Two"
  fee 5 EUR
stage three
  after 9 days
  task "Three"
  fee 5 EUR
"""
PAID = event("payment", "2026-02-05", amount="100.00", id="P-1")
BACK = event("reversal", "2026-02-08", value="P-1")


def told(text: str, *events: Event) -> list[str]:
    where = policies(plan(HEADER + text))
    found = story(ledger([invoice()], events), where, "2026-01-01", "2026-03-31")
    return [line[5:].replace(" R-1", "") for line in found]


def test_a_reopened_case_begins_anew_with_its_fees() -> None:
    assert told(LADDER, PAID, BACK) == [
        "02-03 stage one fee 5.00 EUR",
        "02-05 settled",
        "02-08 reopened",
        "02-08 stage one fee 5.00 EUR",
        "02-15 stage two fee 3.00 EUR",
        "02-24 stage three",
    ]


def test_it_can_go_on_where_it_stood_with_all_of_its_cycle() -> None:
    assert told(ON + LADDER, PAID, BACK) == [
        "02-03 stage one fee 5.00 EUR",
        "02-05 settled",
        "02-08 reopened",
        "02-10 stage two fee 3.00 EUR",
        "02-19 stage three",
    ]


def test_the_deadline_goes_on_too() -> None:
    text = LADDER.replace("after 7 days", "after 1 day past deadline")
    assert told(ON + text, PAID, BACK)[3] == "02-24 stage two fee 3.00 EUR"


def test_a_partial_reversal_reopens() -> None:
    some = event("reversal", "2026-02-08", value="P-1", amount="0.01")
    assert told(LADDER, PAID, some)[2:4] == ["02-08 reopened", "02-08 stage one fee 5.00 EUR"]


def test_a_payment_and_its_reversal_on_one_day_change_nothing() -> None:
    same_day = event("reversal", "2026-02-05", value="P-1")
    assert told(LADDER, PAID, same_day)[1] == "02-10 stage two fee 3.00 EUR"


def test_without_a_stage_nothing_is_said_of_paying_and_bouncing() -> None:
    paid = event("payment", "2026-02-01", amount="100.00", id="P-1")
    back = event("reversal", "2026-02-02", value="P-1")
    assert told(LADDER, paid, back)[0] == "02-03 stage one fee 5.00 EUR"


def test_a_cancelled_payment_that_was_never_due_reopens_before_the_ladder_does() -> None:
    paid = event("payment", "2026-01-10", amount="100.00", id="P-1")
    back = event("reversal", "2026-01-20", value="P-1")
    assert told(LADDER, paid, back)[0] == "02-03 stage one fee 5.00 EUR"


def test_a_new_invoice_on_a_settled_account_begins_anew_or_goes_on() -> None:
    account = "  dun each account\n"
    book = ledger(
        [invoice("R-1"), invoice("R-2", due="2026-02-06")],
        [event("payment", "2026-02-05", "R-1", amount="100.00")],
    )
    begins, goes_on = (
        story(book, policies(plan(HEADER + account + on + LADDER)), "2026-01-01", "2026-02-18")
        for on in ("", ON)
    )
    start = [
        "2026-02-03 C-1:EUR stage one fee 5.00 EUR",
        "2026-02-05 C-1:EUR settled",
        "2026-02-07 C-1:EUR reopened",
    ]
    assert begins == [
        *start,
        "2026-02-09 C-1:EUR stage one fee 5.00 EUR",
        "2026-02-16 C-1:EUR stage two fee 3.00 EUR",
    ]
    assert goes_on == [*start, "2026-02-10 C-1:EUR stage two fee 3.00 EUR"]


def test_whether_it_goes_on_is_the_word_of_the_version_that_charged_last() -> None:
    second = HEADER.replace("version 1", "version 2").replace("2020-01-01", "2026-02-06")
    where = policies(plan(HEADER + ON + LADDER), plan(second + LADDER))
    book = ledger([invoice()], [PAID, BACK])
    found = story(book, where, "2026-01-01", "2026-02-12")
    assert found[-1] == "2026-02-10 R-1 stage two fee 3.00 EUR"


def test_what_must_be_paid_is_the_word_of_the_version_that_charged_last() -> None:
    all_of_it = "  settled when open amount and charges are paid\n"
    second = HEADER.replace("version 1", "version 2").replace("2020-01-01", "2026-02-04")
    where = policies(plan(HEADER + LADDER), plan(second + all_of_it + LADDER))
    done = event("stage", "2026-02-03", stage="one")
    assert ask(ledger([invoice()], [done, PAID]), where, "2026-02-05").outcome == "settled"
    later = event("payment", "2026-02-12", amount="100.00")
    more = event("stage", "2026-02-10", stage="two")
    found = ask(ledger([invoice()], [done, more, later]), where, "2026-02-12")
    assert found.outcome == "waiting"


def test_a_settled_case_asked_about_says_so_even_if_it_is_held() -> None:
    where = policies(plan(HEADER + 'hold "disputed" while invoice.disputed\n' + LADDER))
    book = ledger([invoice()], [event("dispute", "2026-02-01"), PAID])
    assert [ask(book, where, f"2026-02-0{day}").outcome for day in (4, 5)] == ["held", "settled"]
