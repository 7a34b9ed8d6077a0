"""Accounts that owe less than justified their stage.

`step down when less is owed` (accounts): when facts make the furthest stage so justified lower
than the last executed one, the case returns to it, or below the first stage, without a notice;
what the stages above it suspended is resumed; waits then count from the on-time dates of that
chain. Fees and notices so far, the last notice and `once` stay those of what really happened.
"""

from __future__ import annotations

from datetime import date

from engine.core.decision import Next
from engine.core.model import Customer
from tests.engine.ledgers import event, invoice, ledger
from tests.engine.playing import ask, plan, policies, story

HEADER = """policy acc version 1
  effective 2020-01-01
  currency EUR
  timezone UTC
  dun each account
  step down when less is owed
"""
LADDER = """
stage one
  after 3 days overdue
  task "One"
  fee 5 EUR
stage two
  after 7 days
  task "Two"
  fee 5 EUR once
  suspend "new orders"
stage three
  after 7 days
  task "Three"
  fee 5 EUR
  suspend "deliveries"
"""
WHERE = policies(plan(HEADER + LADDER))
PAID = event("payment", "2026-02-19", "R-1", amount="100.00", id="P-1")
# With R-1, due on 31 January: one on the 3rd, two on the 10th, three on the 17th.
BEGIN = [
    "2026-02-03 C-1:EUR stage one fee 5.00 EUR",
    "2026-02-10 C-1:EUR stage two fee 5.00 EUR",
    "2026-02-17 C-1:EUR stage three fee 5.00 EUR",
]


def test_it_goes_back_to_the_stage_that_the_younger_invoices_justify() -> None:
    # R-2 alone: one on the 15th, two on the 22nd, three on 1 March; two was charged once before.
    book = ledger([invoice("R-1"), invoice("R-2", due="2026-02-12")], [PAID])
    assert story(book, WHERE, "2026-01-01", "2026-04-01") == [
        *BEGIN,
        "2026-02-19 C-1:EUR stepped_down one",
        "2026-02-19 C-1:EUR resumed two new orders",
        "2026-02-19 C-1:EUR resumed three deliveries",
        "2026-02-22 C-1:EUR stage two",
        "2026-03-01 C-1:EUR stage three fee 5.00 EUR",
    ]


def test_what_the_stage_below_suspended_stays_so() -> None:
    # R-2 alone: one on the 12th, two on the 19th.
    book = ledger([invoice("R-1"), invoice("R-2", due="2026-02-09")], [PAID])
    assert story(book, WHERE, "2026-01-01", "2026-04-01") == [
        *BEGIN,
        "2026-02-19 C-1:EUR stepped_down two",
        "2026-02-19 C-1:EUR resumed three deliveries",
        "2026-02-26 C-1:EUR stage three fee 5.00 EUR",
    ]


def test_it_goes_below_the_first_stage_if_none_is_justified() -> None:
    book = ledger([invoice("R-1"), invoice("R-2", due="2026-02-17")], [PAID])
    assert story(book, WHERE, "2026-01-01", "2026-04-01") == [
        *BEGIN,
        "2026-02-19 C-1:EUR stepped_down",
        "2026-02-19 C-1:EUR resumed two new orders",
        "2026-02-19 C-1:EUR resumed three deliveries",
        "2026-02-20 C-1:EUR stage one fee 5.00 EUR",
        "2026-02-27 C-1:EUR stage two",
        "2026-03-06 C-1:EUR stage three fee 5.00 EUR",
    ]


def test_it_stays_while_the_oldest_invoice_is_only_paid_in_part() -> None:
    part = event("payment", "2026-02-19", "R-1", amount="99.00")
    book = ledger([invoice("R-1"), invoice("R-2", due="2026-02-17")], [part])
    assert story(book, WHERE, "2026-01-01", "2026-04-01") == BEGIN


def test_once_down_it_climbs_only_as_time_passes_even_if_the_payment_bounces() -> None:
    bounced = event("reversal", "2026-02-20", value="P-1")
    book = ledger([invoice("R-1"), invoice("R-2", due="2026-02-12")], [PAID, bounced])
    assert story(book, WHERE, "2026-01-01", "2026-02-28")[6:] == [
        "2026-02-22 C-1:EUR stage two",
    ]


def test_fees_that_were_charged_still_count_towards_the_cap() -> None:
    where = policies(plan(HEADER + "fees at most 17 EUR\n" + LADDER))
    book = ledger([invoice("R-1"), invoice("R-2", due="2026-02-17")], [PAID])
    found = story(book, where, "2026-01-01", "2026-04-01")
    assert [line for line in found if " stage " in line] == [
        *BEGIN,
        "2026-02-20 C-1:EUR stage one fee 2.00 EUR",
        "2026-02-27 C-1:EUR stage two",
        "2026-03-06 C-1:EUR stage three",
    ]


def test_the_gap_to_the_last_notice_counts_from_the_one_that_was_really_sent() -> None:
    text = "at least 5 days between notices\n" + LADDER.replace('task "Three"', "by email").replace(
        'task "One"', "by email"
    )
    book = ledger(
        [invoice("R-1"), invoice("R-2", due="2026-02-17")],
        [PAID],
        [Customer("C-1", {"email": "ann@example.org"})],
    )
    # One would come on the 20th, but a letter went out on the 17th.
    found = story(book, policies(plan(HEADER + text)), "2026-01-01", "2026-02-28")
    assert found[-1] == "2026-02-22 C-1:EUR stage one fee 5.00 EUR"


def test_it_does_not_step_down_while_a_rule_holds_it() -> None:
    where = policies(plan(HEADER + 'hold "promise" while promise is pending\n' + LADDER))
    promised = event("promise", "2026-02-18", "C-1", amount="10.00", until="2026-02-21")
    book = ledger([invoice("R-1"), invoice("R-2", due="2026-02-12")], [promised, PAID])
    # On the 22nd two is what R-2 justifies.
    assert story(book, where, "2026-01-01", "2026-04-01") == [
        *BEGIN,
        "2026-02-22 C-1:EUR stepped_down two",
        "2026-02-22 C-1:EUR resumed three deliveries",
        "2026-03-01 C-1:EUR stage three fee 5.00 EUR",
    ]


def test_it_steps_down_on_days_on_which_the_policy_runs() -> None:
    where = policies(plan(HEADER + "  run on business days\n" + LADDER))
    # 21 February is a Saturday.
    paid = event("payment", "2026-02-21", "R-1", amount="100.00")
    book = ledger([invoice("R-1"), invoice("R-2", due="2026-02-16")], [paid])
    # R-2 alone: one on the 19th, two on the 26th.
    found = story(book, where, "2026-01-01", "2026-04-01")
    assert found[3:] == [
        "2026-02-23 C-1:EUR stepped_down one",
        "2026-02-23 C-1:EUR resumed two new orders",
        "2026-02-23 C-1:EUR resumed three deliveries",
        "2026-02-26 C-1:EUR stage two",
        "2026-03-05 C-1:EUR stage three fee 5.00 EUR",
    ]


def test_a_settled_account_begins_a_new_cycle_instead() -> None:
    book = ledger([invoice("R-1"), invoice("R-2", due="2026-02-25")], [PAID])
    assert story(book, WHERE, "2026-01-01", "2026-03-01")[3:] == [
        "2026-02-19 C-1:EUR settled",
        "2026-02-19 C-1:EUR resumed two new orders",
        "2026-02-19 C-1:EUR resumed three deliveries",
        "2026-02-26 C-1:EUR reopened",
        "2026-02-28 C-1:EUR stage one fee 5.00 EUR",
    ]


def test_a_decision_from_a_ledger_knows_that_it_stepped_down() -> None:
    done = [
        event("stage", f"2026-02-{day}", "C-1:EUR", stage=stage)
        for day, stage in (("03", "one"), ("10", "two"), ("17", "three"))
    ]
    book = ledger([invoice("R-1"), invoice("R-2", due="2026-02-12")], [*done, PAID])
    found = ask(book, WHERE, "2026-02-18", "C-1:EUR")
    assert (found.outcome, found.next) == ("no_stage_left", None)
    found = ask(book, WHERE, "2026-02-19", "C-1:EUR")
    assert (found.outcome, found.next) == ("waiting", Next("two", date(2026, 2, 22)))
    found = ask(book, WHERE, "2026-02-25", "C-1:EUR")
    assert (found.outcome, found.stage, found.due) == ("act", "two", date(2026, 2, 22))
    assert found.next == Next("three", date(2026, 3, 4))


def test_without_the_word_an_account_stays_where_it_is() -> None:
    where = policies(plan(HEADER.replace("  step down when less is owed\n", "") + LADDER))
    book = ledger([invoice("R-1"), invoice("R-2", due="2026-02-17")], [PAID])
    assert story(book, where, "2026-01-01", "2026-04-01") == BEGIN


def test_waits_since_a_stage_count_from_its_day_on_time() -> None:
    text = LADDER.replace('after 7 days\n  task "Three"', 'after 9 days since one\n  task "Three"')
    book = ledger([invoice("R-1"), invoice("R-2", due="2026-02-12")], [PAID])
    # One on the 15th: two on the 22nd, three on the 24th.
    found = story(book, policies(plan(HEADER + text)), "2026-01-01", "2026-03-31")
    assert found[-2:] == [
        "2026-02-22 C-1:EUR stage two",
        "2026-02-24 C-1:EUR stage three fee 5.00 EUR",
    ]
