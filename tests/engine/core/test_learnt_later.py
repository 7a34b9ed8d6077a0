"""Simulating day by day: what is learnt later changes the past, and what was done stays done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.core.knowledge import epochs
from engine.core.ledger_index import index_ledger
from engine.core.simulate import Range, simulate_debtor
from tests.engine.ledgers import day, event, invoice, ledger
from tests.engine.playing import plan, policies

if TYPE_CHECKING:
    from engine.core.model import Ledger
    from engine.core.policies import PolicySet

# A tenth of a euro a day on 100.00.
CLAIMING = policies(
    plan(
        "interest 36.5% a year from due date by act/365\nclaim interest when paid\n"
        'stage notice\n  after 10 days overdue\n  task "Write"\n  charge interest\n'
    )
)


def learnt(book: Ledger, first: str, last: str, where: PolicySet = CLAIMING) -> list[str]:
    """What happens, as each day is known at its end, with the interest that is claimed."""
    played = Range(day(first).toordinal(), day(last).toordinal())
    known = epochs(index_ledger(book), "C-1", played.first - 1, played.last)
    return [
        f"{each.on} {each.event} {each.interest or ''}".rstrip()
        for each in simulate_debtor("C-1", known, where, played)
    ]


def test_interest_that_a_stage_claimed_is_not_claimed_again_when_a_payment_becomes_known() -> None:
    """Paid on the day of the notice, which nobody knew when the notice went out."""
    paid = event("payment", "2026-02-10", amount="100.00", recorded="2026-02-13T09:00:00")
    assert learnt(ledger([invoice()], [paid]), "2026-02-01", "2026-02-20") == [
        "2026-02-10 stage 1.00 EUR",
        "2026-02-13 settled",
    ]


def test_a_claim_of_an_end_that_was_told_is_not_told_again_for_an_earlier_payment() -> None:
    """The payment of the 6th bounced; then one of the 5th turns up, on which less had accrued."""
    book = ledger(
        [invoice()],
        [
            event("payment", "2026-02-05", amount="100.00", recorded="2026-02-08T09:00:00"),
            event("payment", "2026-02-06", amount="100.00", id="P-1"),
            event("reversal", "2026-02-07", value="P-1"),
        ],
    )
    assert learnt(book, "2026-02-01", "2026-02-09") == ["2026-02-06 settled 0.60 EUR"]


def test_a_claim_of_an_end_that_nobody_was_told_of_is_told_with_the_next_one() -> None:
    """Paid on the 5th and bounced on the 6th, which is known on the 7th; paid again on the 9th."""
    book = ledger(
        [invoice()],
        [
            event("payment", "2026-02-05", amount="100.00", id="P-1", recorded="2026-02-07"),
            event("reversal", "2026-02-06", value="P-1", recorded="2026-02-07"),
            event("dispute", "2026-02-06", recorded="2026-02-08"),
            event("payment", "2026-02-09", amount="100.00"),
        ],
    )
    assert learnt(book, "2026-02-06", "2026-02-09") == ["2026-02-09 settled 0.80 EUR"]


def test_a_claim_that_lacks_a_rate_is_told_of_an_invoice_that_becomes_known_when_it_is_paid() -> (
    None
):
    """Nothing else would say that its interest could not be claimed."""
    text = (
        'rate base from "base"\ninterest base from due date by act/365\nclaim interest when paid\n'
    )
    where = policies(plan(text + 'stage notice\n  after 10 days overdue\n  task "Write"\n'))
    late = invoice(recorded="2026-02-12T11:00:00")
    paid = event("payment", "2026-02-12", amount="100.00")
    assert learnt(ledger([late], [paid]), "2026-02-10", "2026-02-14", where) == [
        "2026-02-12 undecided"
    ]


ALONE = "policy alone version 1\n  effective 2020-01-01\n  currency EUR\n  timezone UTC\n"
TOGETHER = ALONE.replace("alone", "together")
TOGETHER += "  dun each account\n  applies when customer.kind is business\n"


def given_by_mistake(alone: str, together: str) -> list[str]:
    """An invoice that is dunned alone was given to the account; on 5 February that is learnt."""
    book = ledger(
        [invoice()],
        [
            event("assign", "2026-01-20", policy="together"),
            event("assign", "2026-01-20", recorded="2026-02-05T09:00:00"),
        ],
    )
    played = Range(day("2026-02-01").toordinal(), day("2026-03-20").toordinal())
    known = epochs(index_ledger(book), "C-1", played.first - 1, played.last)
    where = policies(plan(ALONE + alone), plan(TOGETHER + together))
    found = simulate_debtor("C-1", known, where, played)
    return [f"{each.on} {each.case} {each.event} {each.stage}" for each in found]


def test_what_an_account_suspended_is_resumed_when_it_is_learnt_that_it_never_was_one() -> None:
    found = given_by_mistake(
        'stage call\n  after 30 days overdue\n  task "Call"\n',
        'stage stop\n  after 1 day overdue\n  suspend "deliveries"\n',
    )
    assert found == [
        "2026-02-01 C-1:EUR stage stop",
        "2026-02-05 C-1:EUR resumed stop",
        "2026-03-02 R-1 stage call",
    ]


def test_an_account_that_never_was_one_is_not_dunned_on_and_its_notice_was_sent() -> None:
    gap = "at least 20 days between notices to a customer\n"
    reminder = gap + "stage reminder\n  after 1 day overdue\n  by portal\n"
    notice = "stage notice\n  after 21 days\n  by portal\n"
    assert given_by_mistake(reminder, reminder + notice) == [
        "2026-02-01 C-1:EUR stage reminder",
        "2026-02-21 R-1 stage reminder",
    ]


def test_a_claim_of_an_invoice_that_becomes_known_when_it_is_paid_is_told_with_its_end() -> None:
    """Its payment of the 3rd was known before; it is at its end when the claim is paid, too."""
    text = "  settled when open amount and charges are paid\n"
    text += "interest 36.5% a year from due date by act/365\nclaim interest when paid\n"
    where = policies(plan(ALONE + text + 'stage notice\n  after 30 days overdue\n  task "Write"\n'))
    book = ledger(
        [invoice(recorded="2026-02-12T11:00:00")],
        [
            event("payment", "2026-02-03", amount="100.00"),
            event("charge_paid", "2026-02-20", amount="0.30"),
        ],
    )
    assert learnt(book, "2026-02-12", "2026-02-24", where) == ["2026-02-20 settled 0.30 EUR"]


def test_a_claim_of_an_account_that_becomes_known_when_it_is_paid_is_told_with_its_end() -> None:
    """The day before there was no such account: of the other invoice it is known who owes it."""
    text = ALONE + "  dun each account by invoice.branch\n"
    text += "  settled when open amount and charges are paid\n"
    text += "fact invoice.branch : one of (north, south)\n"
    text += "interest 36.5% a year from due date by act/365\nclaim interest when paid\n"
    where = policies(plan(text + 'stage notice\n  after 60 days overdue\n  task "Write"\n'))
    book = ledger(
        [
            invoice(recorded="2026-02-12T11:00:00"),
            invoice("R-2", facts={"branch": "north"}),
        ],
        [
            event("payment", "2026-02-03", amount="100.00"),
            event("charge_waived", "2026-02-20", "C-1:EUR", amount="0.30"),
        ],
    )
    assert learnt(book, "2026-02-04", "2026-02-24", where) == ["2026-02-20 settled 0.30 EUR"]
