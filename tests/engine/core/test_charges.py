"""Fees and claimed interest after they were charged.

Fees and claimed interest are *charges* with a life of their own: paying the open amount does not
make them vanish. `payments settle open amount first` or `charges first` says how money is applied,
`settled when open amount is paid` or `when open amount and charges are paid` when a case ends;
unpaid charges stay on record until paid or waived. With `settled when open amount and charges are
paid` a case that owes only charges goes on climbing. Waiving does not make room under a cap or
bring back a `once`; cancelling a stage does both. A credit lowers the open amount, never charges.
An account's charges are paid by `charge_paid` only. A posting counts from the end of its day: what
comes in on the day does not pay it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.engine.ledgers import event, invoice, ledger
from tests.engine.playing import ask, plan, policies, story

if TYPE_CHECKING:
    from engine.core.model import Event, EventKind

HEADER = "policy p version 1\n  effective 2020-01-01\n  currency EUR\n  timezone UTC\n"
ALL = "  settled when open amount and charges are paid\n"
FIRST = "  payments settle charges first\n"
LADDER = """
stage one
  after 3 days overdue
  task "One"
  fee 5 EUR
stage two
  after 7 days
  task "Two"
  fee 5 EUR
"""


def told(text: str, *events: Event, last: str = "2026-03-31") -> list[str]:
    """What happens to an invoice of 100.00 EUR due on 31 January, from `MM-DD` on."""
    found = story(ledger([invoice()], events), policies(plan(HEADER + text)), "2026-01-01", last)
    return [line[5:].replace(" R-1", "") for line in found]


def pay(on: str, amount: str, target: str = "R-1", kind: EventKind = "payment") -> Event:
    return event(kind, on, target, amount=amount, id=f"{kind}-{on}")


def test_a_case_is_settled_when_the_open_amount_is_paid_whatever_charges_are_left() -> None:
    assert told(LADDER, pay("2026-02-05", "100.00")) == [
        "02-03 stage one fee 5.00 EUR",
        "02-05 settled",
    ]


def test_where_charges_must_be_paid_a_case_that_owes_only_charges_goes_on_climbing() -> None:
    assert told(ALL + LADDER, pay("2026-02-05", "100.00")) == [
        "02-03 stage one fee 5.00 EUR",
        "02-10 stage two fee 5.00 EUR",
    ]


@pytest.mark.parametrize("kind", ["payment", "charge_paid", "charge_waived"])
def test_it_ends_when_the_last_charge_is_paid_or_waived(kind: EventKind) -> None:
    events = (pay("2026-02-05", "100.00"), pay("2026-02-12", "9.99", kind=kind))
    assert told(ALL + LADDER, *events)[2:] == []
    assert told(ALL + LADDER, *events, pay("2026-02-14", "0.01", kind=kind))[2:] == [
        "02-14 settled"
    ]


def test_a_credit_does_not_pay_charges() -> None:
    events = (pay("2026-02-05", "100.00"), pay("2026-02-12", "10.00", kind="credit"))
    assert told(ALL + LADDER, *events)[2:] == []


def test_what_is_charged_on_the_day_of_a_payment_is_not_paid_by_it() -> None:
    assert told(ALL + LADDER, pay("2026-02-10", "105.00"), pay("2026-02-12", "5.00")) == [
        "02-03 stage one fee 5.00 EUR",
        "02-10 settled",
    ]
    # With a cent of it open that day, two is executed and its fee comes on top.
    assert told(ALL + LADDER, pay("2026-02-10", "104.99"), pay("2026-02-12", "5.00")) == [
        "02-03 stage one fee 5.00 EUR",
        "02-10 stage two fee 5.00 EUR",
    ]
    assert told(ALL + LADDER, pay("2026-02-10", "104.99"), pay("2026-02-12", "5.01"))[2:] == [
        "02-12 settled"
    ]


def test_tax_is_charged_with_the_fee() -> None:
    text = ALL + "fees taxed at 20%\n" + LADDER
    assert told(text, pay("2026-02-05", "105.99"))[:2] == [
        "02-03 stage one fee 5.00 EUR tax 1.00 EUR",
        "02-10 stage two fee 5.00 EUR tax 1.00 EUR",
    ]
    assert told(text, pay("2026-02-05", "106.00"))[1:] == ["02-05 settled"]


def test_claimed_interest_is_a_charge() -> None:
    text = ALL + "interest 36.5% a year\n" + LADDER.replace("fee 5 EUR", "charge interest")
    # Three days at 0.10 EUR, then two more.
    assert told(text, pay("2026-02-05", "100.30"))[1:] == ["02-05 settled"]
    assert told(text, pay("2026-02-05", "100.29"))[1:] == ["02-10 stage two interest 0.20 EUR"]


@pytest.mark.parametrize(("settle", "open_"), [("", "0.00 EUR"), (FIRST, "5.00 EUR")])
def test_the_policy_says_what_a_payment_settles_first(settle: str, open_: str) -> None:
    where = policies(plan(HEADER + settle + LADDER))
    done = event("stage", "2026-02-03", stage="one")
    book = ledger([invoice()], [done, pay("2026-02-05", "100.00")])
    assert str(ask(book, where, "2026-02-05").open_amount) == open_


def test_before_anything_is_charged_a_payment_settles_the_open_amount() -> None:
    where = policies(plan(HEADER + FIRST + LADDER))
    done = event("stage", "2026-02-03", stage="one")
    book = ledger([invoice()], [pay("2026-02-02", "40.00"), done, pay("2026-02-05", "10.00")])
    assert [str(ask(book, where, f"2026-02-0{day}").open_amount) for day in (2, 3, 5)] == [
        "60.00 EUR",
        "60.00 EUR",
        "55.00 EUR",
    ]


def test_a_reversal_takes_back_the_open_amount_first_if_charges_were_settled_first() -> None:
    where = policies(plan(HEADER + FIRST + LADDER))
    done = event("stage", "2026-02-03", stage="one")
    part = event("reversal", "2026-02-06", value="payment-2026-02-05", amount="96.00")
    book = ledger([invoice()], [done, pay("2026-02-05", "100.00"), part, pay("2026-02-07", "1.00")])
    found = [str(ask(book, where, f"2026-02-0{day}").open_amount) for day in (5, 6, 7)]
    # 95.00 of the open amount come back, then 1.00 of the fee, which is paid first again.
    assert found == ["5.00 EUR", "100.00 EUR", "100.00 EUR"]


# ---------------------------------------------------------------------------- documents

PARTS = [
    invoice("R-1", "60.00", document="D-1"),
    invoice("R-2", "40.00", document="D-1", due="2026-02-10"),
]
DONE = [
    event("stage", "2026-02-03", "R-1", stage="one"),
    event("stage", "2026-02-13", "R-2", stage="one"),
]


def amounts(settings: str, *events: Event, on: str = "2026-02-14") -> list[str]:
    where = policies(plan(HEADER + settings + LADDER))
    book = ledger(PARTS, [*DONE, *events])
    return [str(ask(book, where, on, case).open_amount) for case in ("R-1", "R-2")]


def test_charges_first_on_a_document_goes_instalment_by_instalment() -> None:
    # 5.00 and 60.00 of the first, then 5.00 of the second's charges.
    assert amounts(FIRST, pay("2026-02-14", "70.00", "D-1")) == ["0.00 EUR", "40.00 EUR"]
    # Before the second was charged anything, all of the rest lowers it.
    early = pay("2026-02-12", "70.00", "D-1")
    assert amounts(FIRST, early, on="2026-02-12") == ["0.00 EUR", "35.00 EUR"]


def test_open_amounts_first_on_a_document_pays_charges_when_all_instalments_are_paid() -> None:
    assert amounts("", pay("2026-02-14", "70.00", "D-1")) == ["0.00 EUR", "30.00 EUR"]
    where = policies(plan(HEADER + ALL + LADDER))
    # 102.00 leave 3.00 of the first fee and all of the second.
    paid = pay("2026-02-14", "102.00", "D-1")
    for amount, outcome in (("2.99", "act"), ("3.00", "settled")):
        rest = pay("2026-02-16", amount, kind="charge_paid")
        book = ledger(PARTS, [*DONE, paid, rest])
        assert ask(book, where, "2026-02-16", "R-1").outcome == outcome
        assert ask(book, where, "2026-02-16", "R-2").outcome == "waiting"


# -------------------------------------------------------------------------- cap and once


def test_waiving_makes_no_room_under_the_cap_and_cancelling_does() -> None:
    where = policies(plan(HEADER + "fees at most 5 EUR\n" + LADDER))
    done = event("stage", "2026-02-03", stage="one")
    waived = pay("2026-02-04", "5.00", kind="charge_waived")
    assert str(ask(ledger([invoice()], [done, waived]), where, "2026-02-10").fee) == "0.00 EUR"
    back = event("stage_cancelled", "2026-02-04", stage="one")
    found = ask(ledger([invoice()], [done, back]), where, "2026-02-10")
    assert (found.stage, str(found.fee)) == ("one", "5.00 EUR")


def test_waiving_does_not_bring_back_a_fee_that_is_charged_once_and_cancelling_does() -> None:
    text = LADDER.partition("stage two")[0].replace("5 EUR", "5 EUR once\n  repeat every 7 days")
    where = policies(plan(HEADER + text))
    done = event("stage", "2026-02-03", stage="one")
    waived = pay("2026-02-04", "5.00", kind="charge_waived")
    assert str(ask(ledger([invoice()], [done, waived]), where, "2026-02-10").fee) == "0.00 EUR"
    back = event("stage_cancelled", "2026-02-04", stage="one")
    assert str(ask(ledger([invoice()], [done, back]), where, "2026-02-10").fee) == "5.00 EUR"


def test_a_cancelled_stage_takes_its_charges_back() -> None:
    where = policies(plan(HEADER + ALL + LADDER))
    done = event("stage", "2026-02-03", stage="one")
    paid = pay("2026-02-05", "100.00")
    back = event("stage_cancelled", "2026-02-06", stage="one")
    book = ledger([invoice()], [done, paid, back])
    assert [ask(book, where, f"2026-02-0{day}").outcome for day in (5, 6)] == ["waiting", "settled"]


# ----------------------------------------------------------------------------- accounts


def test_an_accounts_charges_are_paid_by_charge_paid_on_the_account_alone() -> None:
    where = policies(plan(HEADER + "  dun each account\n" + ALL + LADDER))
    done = event("stage", "2026-02-03", "C-1:EUR", stage="one")
    paid = pay("2026-02-05", "100.00")
    cases: list[tuple[str, EventKind, bool]] = [
        ("C-1", "payment", False),
        ("C-1:EUR", "payment", False),
        ("R-1", "charge_paid", False),
        ("C-1:EUR", "charge_paid", True),
        ("C-1:EUR", "charge_waived", True),
    ]
    for target, kind, is_settled in cases:
        more = pay("2026-02-06", "5.00", target, kind)
        found = ask(ledger([invoice()], [done, paid, more]), where, "2026-02-06", "C-1:EUR")
        assert (kind, found.outcome == "settled") == (kind, is_settled)


def test_a_fee_that_the_cap_cut_to_nothing_was_not_charged() -> None:
    text = "fees at most 5 EUR\n" + LADDER.replace("fee 5 EUR\n", "fee 5 EUR once\n")
    back = event("reversal", "2026-02-12", value="payment-2026-02-11")
    assert told(text, pay("2026-02-11", "100.00"), back) == [
        "02-03 stage one fee 5.00 EUR",
        "02-10 stage two",
        "02-11 settled",
        "02-12 reopened",
        "02-12 stage one",
        "02-19 stage two fee 5.00 EUR",
    ]


def test_a_fee_that_the_ledger_says_is_taxed_by_its_version() -> None:
    where = policies(plan(HEADER + ALL + "fees taxed at 20%\n" + LADDER))
    done = event("stage", "2026-02-03", stage="one", fee="5.00")
    for amount, outcome in (("105.99", "waiting"), ("106.00", "settled")):
        book = ledger([invoice()], [done, pay("2026-02-05", amount)])
        assert ask(book, where, "2026-02-05").outcome == outcome
