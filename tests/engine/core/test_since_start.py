"""Waits that count from the day on which a policy first covered the case.

`after N days since start`: first day on which a version of this policy covered the case + N. A
stage all of whose terms count from the invoice date, the start, ... may run before the due date.
`since start` is the first day (not before the invoice date) on which the version in force that day
covered it: it was assigned to the policy, or `applies when` held and nothing else was assigned.
"""

from __future__ import annotations

import pytest

from engine.core.model import Customer
from tests.engine.ledgers import event, invoice, ledger
from tests.engine.playing import ask, plan, policies, story

HEADER = "policy p version {number}\n  effective {effective}\n  currency EUR\n  timezone UTC\n"
STAGE = 'stage welcome\n  after 3 days since start\n  task "Welcome"\n'
LATE = 'stage welcome\n  after 3 days since start and 1 day overdue\n  task "Welcome"\n'


def since(effective: str, text: str = STAGE, number: int = 1) -> str:
    return HEADER.format(number=number, effective=effective) + text


def test_it_counts_from_the_day_on_which_the_policy_took_effect() -> None:
    where = policies(plan(since("2026-02-10", LATE)))
    assert story(ledger([invoice()]), where, "2026-01-01", "2026-03-01") == [
        "2026-02-13 R-1 stage welcome"
    ]


def test_it_counts_from_the_invoice_date_if_that_is_later_and_may_come_before_the_due_date() -> (
    None
):
    where = policies(plan(since("2025-01-01")))
    book = ledger([invoice(issued="2026-02-01", due="2026-03-01")])
    assert story(book, where, "2026-01-01", "2026-04-01") == ["2026-02-04 R-1 stage welcome"]


def test_it_counts_from_the_first_version_that_covered_the_case() -> None:
    where = policies(plan(since("2025-01-01", LATE)), plan(since("2026-02-10", LATE, 2)))
    assert story(ledger([invoice()]), where, "2026-02-11", "2026-03-01") == [
        "2026-02-11 R-1 stage welcome"
    ]


def test_it_counts_from_an_assignment() -> None:
    text = since("2025-01-01", "  applies when customer.country is AT\n" + LATE)
    book = ledger([invoice()], [event("assign", "2026-02-10", policy="p")])
    assert story(book, policies(plan(text)), "2026-01-01", "2026-03-01") == [
        "2026-02-13 R-1 stage welcome"
    ]


def test_it_counts_from_the_first_day_on_which_the_condition_held() -> None:
    text = since("2025-01-01", "  applies when customer.country is AT\n" + LATE)
    lives = [
        event("fact", on, "C-1", name="country", value=country)
        for on, country in (("2026-02-10", "AT"), ("2026-02-11", "DE"), ("2026-02-20", "AT"))
    ]
    book = ledger([invoice()], lives, [Customer("C-1", {"country": "DE"})])
    # Covered on the 10th and not again until the 20th, when the wait is long over.
    assert story(book, policies(plan(text)), "2026-01-01", "2026-03-01") == [
        "2026-02-20 R-1 stage welcome"
    ]


def test_while_it_is_assigned_elsewhere_it_has_not_started() -> None:
    other = HEADER.format(number=1, effective="2025-01-01").replace("policy p", "policy q")
    where = policies(
        plan(since("2025-01-01", LATE)),
        plan(
            other
            + "  applies when customer.country is AT\n"
            + 'stage s\n  after 99 days overdue\n  task "S"\n'
        ),
    )
    book = ledger(
        [invoice()],
        [event("assign", "2026-01-01", policy="q"), event("assign", "2026-02-10")],
    )
    assert story(book, where, "2026-01-01", "2026-03-01") == ["2026-02-13 R-1 stage welcome"]


@pytest.mark.parametrize("paid", ["2026-02-05", "2026-02-12"])
def test_the_start_does_not_begin_again_with_a_new_cycle(paid: str) -> None:
    where = policies(plan(since("2026-02-02", LATE)))
    events = [
        event("payment", paid, amount="100.00", id="P-1"),
        event("reversal", "2026-02-20", value="P-1"),
    ]
    found = story(ledger([invoice()], events), where, "2026-01-01", "2026-03-01")
    assert found[-1] == "2026-02-20 R-1 stage welcome"


def test_an_account_starts_on_the_first_day_on_which_one_of_its_invoices_is_covered() -> None:
    text = since("2026-01-20", "  dun each account\n" + LATE.replace("3 days", "14 days"))
    book = ledger([invoice("R-1", issued="2026-01-01"), invoice("R-2", issued="2026-01-25")])
    assert story(book, policies(plan(text)), "2026-01-01", "2026-03-01") == [
        "2026-02-03 C-1:EUR stage welcome"
    ]


def test_a_decision_says_when_it_will_come() -> None:
    where = policies(plan(since("2026-01-25")))
    found = ask(ledger([invoice()]), where, "2026-01-26")
    assert found.next is not None
    assert (found.outcome, str(found.next.due)) == ("not_due", "2026-01-28")
