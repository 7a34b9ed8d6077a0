"""Suspending, cancelling and writing off.

`suspend "..."`; `cancel "..." now` or `at the end of the term` (`customer.term_end` or another date
fact, `at customer.FACT`); `write off`, which ends the case: it is `no_stage_left` until it is
settled, and suspensions stay. When a case is settled what it suspended is resumed. A
`stage_cancelled` also resumes what the stage suspended. After `hand over` no further stage is
executed unless the policy writes one.
"""

from __future__ import annotations

from datetime import date

import pytest

from engine.core.decision import Cancel
from engine.core.knowledge import epochs
from engine.core.ledger_index import index_ledger
from engine.core.model import Customer
from engine.core.simulate import Range, simulate_debtor
from tests.engine.ledgers import day, event, invoice, ledger
from tests.engine.playing import ask, plan, played, policies, story, told

HEADER = "policy p version 1\n  effective 2020-01-01\n  currency EUR\n  timezone UTC\n"
LADDER = """
stage one
  after 3 days overdue
  task "One"
  suspend "new orders"
stage two
  after 7 days
  suspend "deliveries"
stage three
  after 7 days
  write off
"""
WHERE = policies(plan(HEADER + LADDER))
PAID = event("payment", "2026-02-12", amount="100.00", id="P-1")


def test_what_was_suspended_is_told_and_resumed_when_the_case_is_settled() -> None:
    book = ledger([invoice()], [PAID])
    assert story(book, WHERE, "2026-01-01", "2026-03-01") == [
        "2026-02-03 R-1 stage one",
        "2026-02-10 R-1 stage two",
        "2026-02-12 R-1 settled",
        "2026-02-12 R-1 resumed one new orders",
        "2026-02-12 R-1 resumed two deliveries",
    ]
    found = played(book, WHERE, "2026-01-01", "2026-03-01")
    assert [each.suspend for each in found[:2]] == ["new orders", "deliveries"]
    assert ask(book, WHERE, "2026-02-03").suspend == "new orders"


def test_a_stage_that_was_taken_back_no_longer_suspends() -> None:
    done = [
        event("stage", "2026-02-03", stage="one"),
        event("stage", "2026-02-10", stage="two"),
        event("stage_cancelled", "2026-02-11", stage="two"),
    ]
    for known, resumed in ((done[:2], ["one", "two"]), (done, ["one"])):
        found = story(ledger([invoice()], [*known, PAID]), WHERE, "2026-02-12", "2026-03-01")
        assert found[0] == "2026-02-12 R-1 settled"
        assert [line.split()[3] for line in found[1:]] == resumed


def test_a_stage_executed_twice_suspends_once() -> None:
    text = LADDER.partition("stage two")[0] + "  repeat every 2 days\n"
    book = ledger([invoice()], [event("payment", "2026-02-08", amount="100.00")])
    assert story(book, policies(plan(HEADER + text)), "2026-01-01", "2026-03-01") == [
        "2026-02-03 R-1 stage one",
        "2026-02-05 R-1 stage one",
        "2026-02-07 R-1 stage one",
        "2026-02-08 R-1 settled",
        "2026-02-08 R-1 resumed one new orders",
    ]


def test_a_new_cycle_suspends_anew() -> None:
    back = event("reversal", "2026-02-14", value="P-1")
    found = story(ledger([invoice()], [PAID, back]), WHERE, "2026-01-01", "2026-02-16")
    assert found[5:] == ["2026-02-14 R-1 reopened", "2026-02-14 R-1 stage one"]


def test_writing_off_ends_the_case_and_leaves_suspensions() -> None:
    text = LADDER + 'stage four\n  after 1 day\n  task "Four"\n'
    late = event("payment", "2026-03-05", amount="100.00", id="P-1")
    back = event("reversal", "2026-03-08", value="P-1")
    book = ledger([invoice()], [late, back])
    where = policies(plan(HEADER + text))
    assert story(book, where, "2026-01-01", "2026-03-08") == [
        "2026-02-03 R-1 stage one",
        "2026-02-10 R-1 stage two",
        "2026-02-17 R-1 stage three",
        "2026-02-17 R-1 written_off three",
        "2026-03-05 R-1 settled",
        "2026-03-05 R-1 resumed one new orders",
        "2026-03-05 R-1 resumed two deliveries",
        "2026-03-08 R-1 reopened",
        "2026-03-08 R-1 stage one",
    ]


def test_a_written_off_case_has_no_stage_left_whatever_rules_say() -> None:
    text = 'exclude "taken out" when customer.excluded\n' + LADDER
    where = policies(plan(HEADER + text + 'stage four\n  after 1 day\n  task "Four"\n'))
    done = [
        event("stage", "2026-02-17", stage="three"),
        event("exclude", "2026-02-20", "C-1"),
        event("payment", "2026-03-05", amount="100.00"),
    ]
    book = ledger([invoice()], done)
    found = ask(book, where, "2026-02-25")
    assert (found.outcome, found.next) == ("no_stage_left", None)
    assert ask(book, where, "2026-03-05").outcome == "settled"


def test_the_stage_that_writes_off_has_nothing_after_it() -> None:
    where = policies(plan(HEADER + LADDER + 'stage four\n  after 1 day\n  task "Four"\n'))
    done = event("stage", "2026-02-10", stage="two")
    found = ask(ledger([invoice()], [done]), where, "2026-02-17")
    assert (found.stage, found.write_off, found.next) == ("three", True, None)


def test_after_handing_over_only_a_stage_that_the_policy_writes_is_executed() -> None:
    text = 'stage one\n  after 3 days overdue\n  hand over to "Inkasso Nord"\n'
    more = 'stage two\n  after 30 days\n  task "Ask them"\n'
    book = ledger([invoice()])
    assert story(book, policies(plan(HEADER + text)), "2026-01-01", "2026-06-01") == [
        "2026-02-03 R-1 stage one"
    ]
    assert story(book, policies(plan(HEADER + text + more)), "2026-01-01", "2026-06-01") == [
        "2026-02-03 R-1 stage one",
        "2026-03-05 R-1 stage two",
    ]


@pytest.mark.parametrize(
    ("when", "on", "problems"),
    [
        ("now", date(2026, 2, 3), ()),
        ("at the end of the term", date(2026, 6, 30), ()),
        ("at customer.paid_until", date(2026, 4, 1), ()),
        ("at customer.nobody_knows", None, ("no date for customer.nobody_knows",)),
    ],
)
def test_a_contract_is_cancelled_on_a_day(
    when: str, on: date | None, problems: tuple[str, ...]
) -> None:
    text = (
        "fact customer.term_end : date\nfact customer.paid_until : date\n"
        "fact customer.nobody_knows : date\n"
        f'stage one\n  after 3 days overdue\n  cancel "the contract" {when}\n'
    )
    facts = {"term_end": date(2026, 6, 30), "paid_until": date(2026, 4, 1)}
    book = ledger([invoice()], [], [Customer("C-1", facts)])
    where = policies(plan(HEADER + text))
    found = ask(book, where, "2026-02-03")
    assert (found.outcome, found.cancel, found.problems) == (
        "act",
        Cancel("the contract", on),
        problems,
    )
    (happened,) = played(book, where, "2026-01-01", "2026-03-01")
    assert happened.cancel == found.cancel


def test_a_cancellation_that_is_learnt_of_later_resumes_what_the_stage_suspended_then() -> None:
    book = ledger(
        [invoice()],
        [
            event("stage", "2026-02-03", stage="one"),
            event("stage", "2026-02-10", stage="two"),
            event("stage_cancelled", "2026-02-11", stage="two", recorded="2026-02-13T09:00:00"),
        ],
    )
    first, last = day("2026-02-12").toordinal(), day("2026-02-14").toordinal()
    known = epochs(index_ledger(book), "C-1", first - 1, last)
    found = told(simulate_debtor("C-1", known, WHERE, Range(first, last)))
    assert found == ["2026-02-13 resumed two deliveries", "2026-02-13 stage two"]
