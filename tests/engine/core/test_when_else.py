"""Going back in the ladder.

`when C else STAGE` executes the named earlier stage again while C does not hold. It is asked when
this stage's own wait is over; then STAGE is the last executed one, so those between come again; C
unknown counts as not holding; if STAGE is skipped or its own `when` fails, this stage is passed
over.
"""

from __future__ import annotations

from engine.core.model import Customer
from tests.engine.ledgers import event, invoice, ledger
from tests.engine.playing import ask, plan, policies, story

BOOK = ledger([invoice()])
READY = event("fact", "2026-02-12", "C-1", name="ready", value=True)
LADDER = """
fact customer.ready : yes/no
fact customer.vip   : yes/no default no

stage one
  after 3 days overdue
  task "One"
stage two
  after 2 days
  task "Two"
stage three
  after 4 days
  when customer.ready else one
  task "Three"
stage four
  after 10 days
  task "Four"
"""


def test_the_stages_between_come_again_until_the_condition_holds() -> None:
    """Nobody knows whether the customer is ready: that counts as not ready."""
    book = ledger([invoice()], [READY])
    assert story(book, policies(plan(LADDER)), "2026-01-01", "2026-04-30") == [
        "2026-02-03 R-1 stage one",
        "2026-02-05 R-1 stage two",
        "2026-02-09 R-1 stage one",
        "2026-02-11 R-1 stage two",
        "2026-02-15 R-1 stage three",
        "2026-02-25 R-1 stage four",
    ]


def test_before_its_own_wait_is_over_it_is_what_comes_next() -> None:
    done = [
        event("stage", "2026-02-03", stage="one"),
        event("stage", "2026-02-05", stage="two"),
    ]
    where = policies(plan(LADDER))
    found = ask(ledger([invoice()], done), where, "2026-02-08")
    assert found.next is not None
    assert (found.outcome, found.next.stage, str(found.next.due)) == (
        "waiting",
        "three",
        "2026-02-09",
    )
    found = ask(ledger([invoice()], done), where, "2026-02-10")
    assert (found.outcome, found.stage, str(found.due)) == ("act", "one", "2026-02-09")


def test_the_stage_gone_back_to_does_not_wait_but_keeps_its_distance_to_the_last_notice() -> None:
    text = LADDER.replace(
        'task "One"', "by email\n  fee 5 EUR once\n  at least 10 days between notices"
    )
    book = ledger([invoice()], [], [Customer("C-1", {"email": "ann@example.org"})])
    assert story(book, policies(plan(text)), "2026-01-01", "2026-02-15") == [
        "2026-02-03 R-1 stage one fee 5.00 EUR",
        "2026-02-05 R-1 stage two",
        "2026-02-13 R-1 stage one",
        "2026-02-15 R-1 stage two",
    ]


def test_if_the_stage_to_go_back_to_is_skipped_this_one_is_passed_over() -> None:
    text = LADDER.replace("after 10 days", "after 1 day") + "for customer.vip\n  skip one\n"
    book = ledger([invoice()], [], [Customer("C-1", {"vip": True})])
    # Four could have come on the 3rd, but until the 6th three was next.
    assert story(book, policies(plan(text)), "2026-01-01", "2026-04-30") == [
        "2026-02-02 R-1 stage two",
        "2026-02-06 R-1 stage four",
    ]


def test_if_the_stage_to_go_back_to_no_longer_applies_this_one_is_passed_over() -> None:
    text = LADDER.replace('task "One"', 'task "One"\n  when open amount >= 50 EUR')
    book = ledger([invoice()], [event("payment", "2026-02-06", amount="60.00")])
    assert story(book, policies(plan(text)), "2026-01-01", "2026-04-30") == [
        "2026-02-03 R-1 stage one",
        "2026-02-05 R-1 stage two",
        "2026-02-15 R-1 stage four",
    ]


def test_while_it_is_the_last_stage_and_is_passed_over_no_stage_has_a_date() -> None:
    text = LADDER.partition("stage four")[0].replace(
        'task "One"', 'task "One"\n  when open amount >= 50 EUR'
    )
    done = [
        event("stage", "2026-02-03", stage="one"),
        event("stage", "2026-02-05", stage="two"),
    ]
    book = ledger([invoice()], [*done, event("payment", "2026-02-06", amount="60.00")])
    found = ask(book, policies(plan(text)), "2026-02-10")
    assert (found.outcome, found.next) == ("waiting", None)


def test_a_stage_with_else_and_repeat_stops_repeating_when_its_condition_fails() -> None:
    text = (
        "fact customer.ready : yes/no default yes\n"
        'stage one\n  after 3 days overdue\n  task "One"\n'
        'stage two\n  after 4 days\n  when customer.ready else one\n  task "Two"\n'
        "  repeat every 3 days at most 5 more times\n"
        'stage three\n  after 5 days\n  task "Three"\n'
    )
    no = event("fact", "2026-02-12", "C-1", name="ready", value=False)
    assert story(ledger([invoice()], [no]), policies(plan(text)), "2026-01-01", "2026-04-30") == [
        "2026-02-03 R-1 stage one",
        "2026-02-07 R-1 stage two",
        "2026-02-10 R-1 stage two",
        "2026-02-15 R-1 stage three",
    ]


def test_a_stage_that_comes_again_behind_the_due_date_by_its_gap_waits_for_the_grace_to_end() -> (
    None
):
    text = (
        "  grace 3 days\n"
        "stage notice\n  from 2 days before due\n  by portal\n"
        "  at least 4 days between notices\n"
        "stage warning\n  after 1 day\n  by portal\n"
        "  when open amount < 50 EUR else notice\n"
    )
    book = ledger([invoice()])
    assert story(book, policies(plan(text)), "2026-01-20", "2026-02-06") == [
        "2026-01-29 R-1 stage notice",
        "2026-02-04 R-1 stage notice",
    ]
