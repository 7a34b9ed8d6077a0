"""Days are skipped only where nothing can happen, also while a hold keeps a stage back."""

from __future__ import annotations

from tests.engine.ledgers import event, invoice, ledger
from tests.engine.playing import plan, policies, story


def test_a_stopped_clock_and_a_wait_that_is_shorter_by_business_days_are_looked_at_daily() -> None:
    """From Friday to Saturday the date moves by a day, and by fewer business days back."""
    where = policies(
        plan(
            'hold "promised" while promise is pending, clock stopped\n'
            'stage notice\n  after 36 days since invoice date\n  task "Call"\n'
            "for customer.id is known\n  wait 2 business days shorter\n"
        )
    )
    promised = event("promise", "2028-01-14", "C-1", amount="50.00", until="2028-01-27")
    book = ledger([invoice(issued="2027-12-12", due="2027-12-26")], [promised])
    told = story(book, where, "2028-01-21", "2028-01-26")
    assert told[0] == "2028-01-22 R-1 released promised"


def test_a_hint_whose_date_moves_too_close_to_the_due_date_is_passed_over_on_that_day() -> None:
    """While the clock is stopped it moves on day by day; then the stage after it is held."""
    where = policies(
        plan(
            'hold "always" while days overdue < 6, clock stopped\n'
            "stage hint\n  from 4 days before due and 3 days\n  by webhook\n"
            'stage call\n  task "Call"\n'
        )
    )
    executed = event("stage", "2026-02-05", stage="reminder")
    book = ledger([invoice(issued="2026-01-30", due="2026-02-28")], [executed])
    told = story(book, where, "2026-02-20", "2026-02-27")
    assert told == ["2026-02-25 R-1 held always"]


def test_a_day_on_which_a_second_policy_begins_to_cover_a_case_is_not_skipped() -> None:
    """It counts the customer's invoices, and on that day there is one more."""
    some = 'stage notice\n  after 30 days\n  task "Call"\n'
    head = "policy many version 1\n  effective 2020-01-01\n  currency EUR\n  timezone UTC\n"
    many = head + "  applies when customer.open_invoices > 1\n" + some
    where = policies(plan(some), plan(many))
    book = ledger([invoice("R-1"), invoice("R-2", issued="2026-01-20", due="2026-02-20")])
    told = story(book, where, "2026-01-10", "2026-01-25")
    assert [each[:24].rstrip() for each in told] == [
        "2026-01-20 R-1 undecided",
        "2026-01-20 R-2 undecided",
    ]


def test_a_stopped_clock_that_moves_a_shorter_wait_behind_the_due_date_closes_the_ladder() -> None:
    """Four days after it the date is no longer before it, and there is grace until the 6th."""
    where = policies(
        plan(
            'hold "always" while promise is none, clock stopped\n'
            'stage call\n  task "Call"\n'
            "for customer.id is known\n  wait 4 days shorter\n  grace 6 days\n"
        )
    )
    book = ledger([invoice()], [event("stage", "2026-01-10", stage="reminder")])
    assert story(book, where, "2026-02-03", "2026-02-20") == [
        "2026-02-05 R-1 released always",
        "2026-02-07 R-1 held always",
    ]
