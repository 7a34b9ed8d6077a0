"""What the next action of a case is, and why."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

import pytest

from engine.core.model import Customer
from engine.core.money import Money
from tests.engine.ledgers import event, invoice, ledger
from tests.engine.playing import ask, law, plan, policies

if TYPE_CHECKING:
    from engine.core.model import Value

ADDRESSES: dict[str, Value] = {
    "email": "ann@example.org",
    "phone": "+49 30 1",
    "street": "Am Markt 1",
    "postcode": "10115",
    "city": "Berlin",
}
CONSUMER = Customer("C-1", {"kind": "consumer", "country": "DE", **ADDRESSES})
BUSINESS = Customer("C-1", {"kind": "business", "country": "DE", **ADDRESSES})
TWO_STAGES = """
stage reminder "Reminder"
  after 3 days overdue
  by email

stage notice "Notice"
  after 7 days
  by email and post
  fee 5.00 EUR
  pay within 10 days
"""


def test_the_decision_of_the_interface_description_comes_out_exactly() -> None:
    book = ledger(
        [invoice("R-1001", "250.00 EUR", customer="C-17", issued="2026-01-31", due="2026-03-02")],
        [event("stage", "2026-03-05", "R-1001", stage="reminder")],
        [Customer("C-17", CONSUMER.facts)],
    )
    found = ask(book, policies(law()), "2026-03-16", "R-1001")
    assert (found.policy, found.version, found.outcome) == ("de_standard", 3, "act")
    assert (found.stage, str(found.due), found.mode) == ("notice", "2026-03-16", "send")
    assert found.channels == ("email", "post")
    assert found.letters == ("2026-03-16/C-17/EUR/email", "2026-03-16/C-17/EUR/post")
    assert (str(found.open_amount), str(found.fee)) == ("250.00 EUR", "5.00 EUR")
    assert found.interest == Money(0, "EUR")
    assert str(found.deadline) == "2026-03-25"
    assert found.next is not None
    assert (found.next.stage, str(found.next.due)) == ("warning", "2026-03-30")
    assert (found.reason, found.problems) == (None, ())


@pytest.mark.parametrize(
    ("on", "outcome", "following"),
    [
        ("2026-01-20", "not_due", "reminder 2026-02-03"),
        ("2026-01-31", "not_due", "reminder 2026-02-03"),
        ("2026-02-01", "waiting", "reminder 2026-02-03"),
        ("2026-02-02", "waiting", "reminder 2026-02-03"),
        ("2026-02-03", "act", "notice 2026-02-10"),
        ("2026-02-28", "act", "notice 2026-03-07"),
    ],
)
def test_a_case_is_not_due_then_waits_then_acts(on: str, outcome: str, following: str) -> None:
    found = ask(ledger([invoice()]), policies(plan(TWO_STAGES)), on)
    assert found.outcome == outcome
    assert found.next is not None
    assert f"{found.next.stage} {found.next.due}" == following


def test_a_late_run_says_since_when_the_stage_was_due() -> None:
    found = ask(ledger([invoice()]), policies(plan(TWO_STAGES)), "2026-03-15")
    assert (found.stage, str(found.due)) == ("reminder", "2026-02-03")


def test_a_stage_of_today_leaves_nothing_to_do_today() -> None:
    book = ledger([invoice()], [event("stage", "2026-03-15", stage="reminder")])
    found = ask(book, policies(plan(TWO_STAGES)), "2026-03-15")
    assert found.outcome == "waiting"
    assert found.next is not None
    assert (found.next.stage, str(found.next.due)) == ("notice", "2026-03-22")


def test_after_the_last_stage_no_stage_is_left() -> None:
    done = [("reminder", "2026-02-03"), ("notice", "2026-02-10")]
    book = ledger([invoice()], [event("stage", on, stage=stage) for stage, on in done])
    assert ask(book, policies(plan(TWO_STAGES)), "2026-05-01").outcome == "no_stage_left"


def test_a_paid_invoice_is_settled_even_where_no_policy_covers_it() -> None:
    book = ledger([invoice(amount="10.00 USD")], [event("payment", "2026-02-01", amount="10 USD")])
    assert ask(book, policies(plan(TWO_STAGES)), "2026-01-31").outcome == "no_policy"
    assert ask(book, policies(plan(TWO_STAGES)), "2026-02-01").outcome == "settled"


def test_an_exclusion_is_asked_before_a_hold() -> None:
    rules = 'hold "second" while invoice.disputed\nexclude "first" when invoice.disputed\n'
    book = ledger([invoice()], [event("dispute", "2026-02-01")])
    found = ask(book, policies(plan(rules + TWO_STAGES)), "2026-02-10")
    assert (found.outcome, found.reason, found.next) == ("excluded", "first", None)


def test_a_held_case_says_what_would_come_and_since_when() -> None:
    rules = 'hold "disputed" while invoice.disputed\n'
    book = ledger([invoice()], [event("dispute", "2026-02-01")])
    found = ask(book, policies(plan(rules + TWO_STAGES)), "2026-02-10")
    assert (found.outcome, found.reason) == ("held", "disputed")
    assert found.next is not None
    assert str(found.next.due) == "2026-02-03"


def test_two_policies_that_cover_a_case_leave_it_undecided() -> None:
    other = plan(TWO_STAGES)
    twin = plan(
        f'policy other version 2 "Other"\n  effective 2020-01-01\n  currency EUR\n{TWO_STAGES}'
    )
    found = ask(ledger([invoice()]), policies(other, twin), "2026-02-10")
    assert found.outcome == "undecided"
    assert found.reason == "other version 2 and test version 1 both cover it"


def test_an_assignment_beats_the_conditions_of_the_policies() -> None:
    text = 'policy {} version 1 "P"\n  effective 2020-01-01\n  currency EUR\n' + TWO_STAGES
    both = policies(plan(text.format("one")), plan(text.format("two")))
    book = ledger([invoice()], [event("assign", "2026-02-01", policy="two")])
    assert ask(book, both, "2026-01-31").outcome == "undecided"
    assert ask(book, both, "2026-02-10").policy == "two"


def test_the_version_in_force_decides() -> None:
    text = 'policy p version {} "P"\n  effective {}\n  currency EUR\n' + TWO_STAGES
    both = policies(plan(text.format(1, "2025-01-01")), plan(text.format(2, "2026-02-05")))
    assert ask(ledger([invoice()]), both, "2026-02-04").version == 1
    assert ask(ledger([invoice()]), both, "2026-02-05").version == 2


def test_without_an_address_the_action_carries_the_problem_and_is_not_lost() -> None:
    book = ledger([invoice()], [event("stage", "2026-02-03", stage="reminder")])
    found = ask(book, policies(plan(TWO_STAGES)), "2026-02-10")
    assert (found.outcome, found.stage, found.channels) == ("act", "notice", ())
    assert found.problems[0] == "unreachable"


def test_one_missing_address_of_two_is_said_and_the_other_is_used() -> None:
    by_mail = Customer("C-1", {"email": "ann@example.org"})
    book = ledger([invoice()], [event("stage", "2026-02-03", stage="reminder")], [by_mail])
    found = ask(book, policies(plan(TWO_STAGES)), "2026-02-10")
    assert (found.channels, found.problems) == (("email",), ("no postal address",))


def test_the_stopped_clock_moves_the_wait_by_the_days_of_the_dispute() -> None:
    rules = 'hold "disputed" while invoice.disputed, clock stopped\n'
    book = ledger(
        [invoice()], [event("dispute", "2026-02-02"), event("dispute_resolved", "2026-02-12")]
    )
    found = ask(book, policies(plan(rules + TWO_STAGES)), "2026-02-12")
    assert found.next is not None
    # Due on 31 January plus 3 days, and ten days of dispute.
    assert (found.outcome, str(found.next.due)) == ("waiting", "2026-02-13")


def test_the_running_clock_lets_the_stage_go_when_the_dispute_ends() -> None:
    rules = 'hold "disputed" while invoice.disputed\n'
    book = ledger(
        [invoice()], [event("dispute", "2026-02-02"), event("dispute_resolved", "2026-02-12")]
    )
    found = ask(book, policies(plan(rules + TWO_STAGES)), "2026-02-12")
    assert (found.outcome, str(found.due)) == ("act", "2026-02-03")


def test_a_cancelled_stage_is_executed_again_and_its_fee_no_longer_counts() -> None:
    text = "fees at most 6.00 EUR\n" + TWO_STAGES
    book = ledger(
        [invoice()],
        [
            event("stage", "2026-02-03", stage="reminder"),
            event("stage", "2026-02-10", stage="notice"),
            event("stage_cancelled", "2026-02-12", stage="notice"),
        ],
        [CONSUMER],
    )
    found = ask(book, policies(plan(text)), "2026-02-13")
    assert (found.outcome, found.stage, str(found.fee)) == ("act", "notice", "5.00 EUR")


def test_the_cap_cuts_the_fee_that_would_pass_it() -> None:
    text = (
        'fees at most 7.50 EUR\n\nstage one "1"\n  after 1 day overdue\n  by email\n  fee 5 EUR\n'
    )
    text += '\nstage two "2"\n  after 1 day\n  by email\n  fee 5 EUR\n'
    book = ledger([invoice()], [event("stage", "2026-02-01", stage="one")], [CONSUMER])
    assert str(ask(book, policies(plan(text)), "2026-02-03").fee) == "2.50 EUR"


def test_every_line_that_mattered_is_named_with_what_it_saw() -> None:
    book = ledger(
        [invoice("R-1", "250.00", issued="2026-01-31", due="2026-03-02")],
        [event("stage", "2026-03-05", stage="reminder")],
        [CONSUMER],
    )
    found = ask(book, policies(law()), "2026-03-16", explain=True)
    said = {(each.text, each.verdict) for each in found.because}
    assert ("fee 5.00 EUR | 5.00 CHF", "the fee is 5.00 EUR") in said
    assert ("after 7 days and 14 days overdue", "earliest 2026-03-16") in said
    assert ("at least 5 days between notices", "not before 2026-03-10") in said
    revenue = next(each for each in found.because if each.text.startswith("segment key_account"))
    assert revenue.verdict == "does not apply: customer.revenue_12m is unknown"
    assert revenue.values == (("customer.revenue_12m", "unknown"), ("customer.tags", "none"))
    lines = {each.line for each in found.because}
    assert all(1 <= line <= law().source.line_count for line in lines)
    assert ask(book, policies(law()), "2026-03-16").because == ()


def test_an_explained_decision_decides_the_same() -> None:
    book = ledger([invoice(issued="2026-01-31", due="2026-03-02")], (), [BUSINESS])
    where = policies(law())
    for day in range(120):
        on = (datetime.date(2026, 2, 1) + datetime.timedelta(days=day)).isoformat()
        plain, explained = (ask(book, where, on, explain=each) for each in (False, True))
        assert plain.because == ()
        assert explained.because
        assert (plain.outcome, plain.stage, plain.next) == (
            explained.outcome,
            explained.stage,
            explained.next,
        )


def test_a_due_date_that_means_never_is_only_a_late_due_date() -> None:
    text = 'stage one "1"\n  after 12 months overdue and 3 business days overdue\n  by email\n'
    for header in ("", "  run on business days\n"):
        start = 'policy p version 1 "P"\n  effective 2020-01-01\n  currency EUR\n'
        where = policies(plan(start + header + "\n" + text))
        found = ask(ledger([invoice(due="9999-12-31")]), where, "2026-02-10")
        assert found.outcome == "not_due"
        assert found.next is not None
        assert str(found.next.due) == "9999-12-31"
