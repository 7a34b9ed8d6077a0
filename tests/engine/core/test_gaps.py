"""Distance between notices.

`at least N days between notices` is one more term, against the last notice of the case (a stage
with `by`); `between notices to a customer` looks at all of the customer's; both may be restated in
a stage or an exception. The gap between notices holds back stages with `by`, counts from the
case's (or customer's) last notice in any cycle, comes after `wait shorter` and is neither shortened
by it nor moved by a stopped clock; the items of one letter are one notice, for gaps and for contact
limits.
"""

from __future__ import annotations

from engine.core.model import Customer, Event, Invoice
from tests.engine.ledgers import event, invoice, ledger
from tests.engine.playing import ask, plan, policies, story

HEADER = "policy p version 1\n  effective 2020-01-01\n  currency EUR\n  timezone UTC\n"
GAP = "at least 5 days between notices to a customer\n"
ONE = "stage one\n  after 3 days overdue\n  by email\n"
TWO = "stage two\n  after 1 day\n  by email\n"
ANN = Customer("C-1", {"email": "ann@example.org"})
BEA = Customer("C-2", {"email": "bea@example.org"})


def told(text: str, *rows: Invoice | Event, customers: tuple[Customer, ...] = (ANN,)) -> list[str]:
    invoices = [each for each in rows if isinstance(each, Invoice)]
    events = [each for each in rows if isinstance(each, Event)]
    book = ledger(invoices, events, customers)
    found = story(book, policies(plan(HEADER + text)), "2026-01-01", "2026-03-31")
    return [line[5:] for line in found]


def test_a_gap_to_the_customer_looks_at_all_cases() -> None:
    assert told(GAP + ONE, invoice("R-1"), invoice("R-2", due="2026-02-02")) == [
        "02-03 R-1 stage one",
        "02-08 R-2 stage one",
    ]
    of_the_case = "at least 5 days between notices\n"
    assert told(of_the_case + ONE, invoice("R-1"), invoice("R-2", due="2026-02-02")) == [
        "02-03 R-1 stage one",
        "02-05 R-2 stage one",
    ]


def test_of_two_cases_on_one_day_the_first_by_id_goes_and_the_other_waits() -> None:
    assert told(GAP + ONE, invoice("R-2"), invoice("R-1")) == [
        "02-03 R-1 stage one",
        "02-08 R-2 stage one",
    ]


def test_what_travels_in_one_letter_is_one_notice() -> None:
    joined = "  letters per customer\n" + GAP + ONE + TWO
    assert told(joined, invoice("R-1"), invoice("R-2")) == [
        "02-03 R-1 stage one",
        "02-03 R-2 stage one",
        "02-08 R-1 stage two",
        "02-08 R-2 stage two",
    ]


def test_letters_per_stage_keep_their_distance_to_each_other() -> None:
    text = (
        "  letters per customer and stage\n" + GAP + ONE + "stage two\n  after 7 days\n  by email\n"
    )
    # On the 10th R-1 is due for two and R-2 for one: two letters.
    assert told(text, invoice("R-1"), invoice("R-2", due="2026-02-07")) == [
        "02-03 R-1 stage one",
        "02-10 R-1 stage two",
        "02-15 R-2 stage one",
        "02-22 R-2 stage two",
    ]


def test_a_task_is_no_notice_and_waits_for_none() -> None:
    text = GAP + 'stage one\n  after 3 days overdue\n  task "Call" by phone\n' + TWO
    assert told(text, invoice("R-1"), invoice("R-2")) == [
        "02-03 R-1 stage one",
        "02-03 R-2 stage one",
        "02-04 R-1 stage two",
        "02-09 R-2 stage two",
    ]


def test_other_customers_do_not_count() -> None:
    found = told(GAP + ONE, invoice("R-1"), invoice("R-2", customer="C-2"), customers=(ANN, BEA))
    assert found == ["02-03 R-1 stage one", "02-03 R-2 stage one"]


def test_who_is_paid_for_counts_as_the_payer() -> None:
    paid_for = Customer("C-2", {"email": "bea@example.org"}, payer="C-1")
    found = told(
        GAP + ONE, invoice("R-1"), invoice("R-2", customer="C-2"), customers=(ANN, paid_for)
    )
    assert found == ["02-03 R-1 stage one", "02-08 R-2 stage one"]


def test_it_counts_from_notices_of_earlier_cycles_too() -> None:
    paid = event("payment", "2026-02-04", amount="100.00", id="P-1")
    back = event("reversal", "2026-02-05", value="P-1")
    for said in (GAP, "at least 5 days between notices\n"):
        assert told(said + ONE, invoice("R-1"), paid, back)[1:] == [
            "02-04 R-1 settled",
            "02-05 R-1 reopened",
            "02-08 R-1 stage one",
        ]


def test_it_comes_after_a_shorter_wait_and_is_not_moved_by_a_stopped_clock() -> None:
    text = (
        "fact customer.fast : yes/no default yes\n"
        'hold "disputed" while invoice.disputed, clock stopped\n'
        "at least 10 days between notices\n" + ONE + "stage two\n  after 12 days\n  by email\n"
        "for customer.fast\n  wait 2 days shorter\n"
    )
    # One on the 1st, two 12 - 2 days later on the 11th; three disputed days make it the 14th.
    dispute = [event("dispute", "2026-02-04"), event("dispute_resolved", "2026-02-07")]
    assert told(text, invoice("R-1"), *dispute) == ["02-01 R-1 stage one", "02-14 R-1 stage two"]
    shorter = text.replace("wait 2", "wait 9")
    # Three days after the 1st, moved to the 7th; the gap to the 1st ends on the 11th.
    assert told(shorter, invoice("R-1"), *dispute)[-1] == "02-11 R-1 stage two"


def test_a_stage_or_an_exception_may_state_another_gap() -> None:
    own = ONE + TWO + "  at least 9 days between notices to a customer\n"
    assert told(GAP + own, invoice("R-1"))[-1] == "02-12 R-1 stage two"
    text = (
        "fact customer.calm : yes/no default yes\n"
        + GAP
        + ONE
        + TWO
        + "for customer.calm\n  at least 20 days between notices to a customer\n"
    )
    assert told(text, invoice("R-1"))[-1] == "02-23 R-1 stage two"


def test_a_decision_of_the_day_says_until_when_the_other_case_waits() -> None:
    where = policies(plan(HEADER + GAP + ONE))
    book = ledger([invoice("R-1"), invoice("R-2")], [], [ANN])
    first, second = (ask(book, where, "2026-02-03", each) for each in ("R-1", "R-2"))
    assert first.outcome == "act"
    assert second.next is not None
    assert (second.outcome, str(second.next.due)) == ("waiting", "2026-02-08")


def test_a_notice_that_the_ledger_has_for_the_day_counts() -> None:
    where = policies(plan(HEADER + GAP + ONE))
    done = event("stage", "2026-02-03", "R-2", stage="one")
    book = ledger([invoice("R-1"), invoice("R-2")], [done], [ANN])
    found = ask(book, where, "2026-02-03", "R-1")
    assert found.next is not None
    assert (found.outcome, str(found.next.due)) == ("waiting", "2026-02-08")


def test_the_gap_ends_on_a_day_on_which_the_policy_runs() -> None:
    # The 7th is a Saturday.
    text = "  run on business days\n" + GAP.replace("5 days", "4 days") + ONE
    assert told(text, invoice("R-1"), invoice("R-2"))[-1] == "02-09 R-2 stage one"
