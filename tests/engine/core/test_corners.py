"""Corners of the language where engine and reference interpreter once differed."""

from __future__ import annotations

from engine.core.decide import decide
from engine.core.knowledge import epochs
from engine.core.ledger_index import index_ledger
from engine.core.model import Customer
from engine.core.simulate import Range, simulate_debtor
from tests.engine.ledgers import day, event, invoice, ledger
from tests.engine.playing import ask, plan, policies, whole_debtor


def test_a_hold_that_its_own_stage_starts_stops_the_clock_on_the_day_of_the_stage() -> None:
    """Asked on the next day, the day of the stage counts as stopped; so it must on that day."""
    where = policies(
        plan(
            'hold "first contact" while stage is reminder, clock stopped\n'
            'stage reminder\n  after 1 day overdue\n  task "Call"\n'
            'stage notice\n  after 30 days overdue\n  task "Call"\n'
        )
    )
    found = ask(ledger([invoice()]), where, "2026-02-03")
    assert found.next is not None
    assert (found.stage, str(found.next.due)) == ("reminder", "2026-03-03")
    executed = [event("stage", "2026-02-03", stage="reminder")]
    held = ask(ledger([invoice()], executed), where, "2026-02-03")
    assert held.next == found.next


def test_stopped_days_before_the_invoice_date_count_towards_a_wait_that_began_before_it() -> None:
    where = policies(
        plan(
            'hold "disputed" while invoice.disputed, clock stopped\n'
            'stage reminder\n  task "Call"\n'
            'stage notice\n  after 10 days\n  task "Call"\n'
        )
    )
    book = ledger(
        [invoice(issued="2026-01-20")],
        [
            event("stage", "2026-01-05", stage="reminder"),
            event("dispute", "2026-01-07"),
            event("dispute_resolved", "2026-01-12"),
        ],
    )
    found = ask(book, where, "2026-01-21")
    assert (found.stage, str(found.due)) == ("notice", "2026-01-20")


def test_an_invoice_is_not_due_before_its_invoice_date_even_if_its_due_date_has_passed() -> None:
    where = policies(plan('stage reminder\n  after 1 day overdue\n  task "Call"\n'))
    book = ledger([invoice(issued="2026-02-10", due="2026-02-01")])
    found = ask(book, where, "2026-02-05")
    assert found.outcome == "not_due"
    assert found.next is not None
    assert str(found.next.due) == "2026-02-10"


def test_a_default_in_several_currencies_is_the_one_of_the_case() -> None:
    text = (
        'policy test version 1 "Test"\n  effective 2020-01-01\n  currency EUR, CHF\n'
        "  timezone UTC\n"
        "fact customer.limit : money default 50 EUR | 500 CHF\n"
        'exclude "within the limit" when open amount <= customer.limit\n'
        'stage reminder\n  task "Call"\n'
    )
    where = policies(plan(text))
    customers = [Customer("C-1")]
    for currency, outcome in (("EUR", "act"), ("CHF", "excluded")):
        book = ledger([invoice(amount=f"100.00 {currency}")], [], customers)
        assert ask(book, where, "2026-02-10").outcome == outcome


def test_a_payment_known_to_have_bounced_only_later_reopens_the_case_when_that_is_learnt() -> None:
    where = policies(plan('stage reminder\n  after 1 day overdue\n  task "Call"\n'))
    book = ledger(
        [invoice()],
        [
            event("payment", "2026-02-05", amount="100.00", id="P-1"),
            event("reversal", "2026-02-10", value="P-1", recorded="2026-02-13T09:00:00"),
        ],
    )
    first, last = day("2026-02-01").toordinal(), day("2026-02-20").toordinal()
    known = epochs(index_ledger(book), "C-1", first - 1, last)
    found = simulate_debtor("C-1", known, where, Range(first, last), only="R-1")
    assert [f"{each.on} {each.event}" for each in found] == [
        "2026-02-01 stage",
        "2026-02-05 settled",
        "2026-02-13 reopened",
        "2026-02-13 stage",
    ]


def test_a_payment_learnt_of_on_the_first_day_settles_the_case_on_that_day() -> None:
    where = policies(plan('stage reminder\n  after 1 day overdue\n  task "Call"\n'))
    book = ledger(
        [invoice()],
        [
            event("stage", "2026-02-01", stage="reminder"),
            event("payment", "2026-02-05", amount="100.00", recorded="2026-02-10T09:00:00"),
        ],
    )
    first = day("2026-02-10").toordinal()
    known = epochs(index_ledger(book), "C-1", first - 1, first + 5)
    found = simulate_debtor("C-1", known, where, Range(first, first + 5), only="R-1")
    assert [f"{each.on} {each.event}" for each in found] == ["2026-02-10 settled"]


def test_a_payment_is_not_given_to_an_instalment_that_nobody_has_heard_of_yet() -> None:
    """Day by day: until the older instalment is written, the payment settles the other one."""
    where = policies(plan('stage notice\n  from 1 month before due\n  task "Call"\n'))
    book = ledger(
        [
            invoice("R-1", "100.00", document="D-1", issued="2026-02-01", due="2026-03-03"),
            invoice("R-2", "119.50", document="D-1", issued="2026-02-27", due="2026-02-27"),
        ],
        [event("payment", "2026-02-18", "D-1", amount="119.50")],
    )
    played = Range(day("2026-02-22").toordinal(), day("2026-03-15").toordinal())
    known = epochs(index_ledger(book), "C-1", played.first - 1, played.last)
    found = simulate_debtor("C-1", known, where, played, only="R-1")
    assert [(str(each.on), each.event) for each in found] == [("2026-02-27", "stage")]


def test_the_order_of_questions_does_not_matter_to_a_clock_that_a_hold_stopped() -> None:
    where = policies(
        plan(
            "interest 9% a year\nclaim interest when paid\n"
            'hold "small" while open amount < 500 EUR, clock stopped\n'
            'stage final\n  task "Call"\n  charge interest\n'
        )
    )
    done = [event("stage", "2025-12-31", stage="warning")]
    book = ledger([invoice(issued="2026-01-01")], done)
    fresh, asked = whole_debtor(book, where, "R-1"), whole_debtor(book, where, "R-1")
    later = day("2026-01-20").toordinal()
    decide(asked, asked.invoices["R-1"], day("2025-12-20").toordinal())
    assert decide(asked, asked.invoices["R-1"], later) == decide(
        fresh, fresh.invoices["R-1"], later
    )
