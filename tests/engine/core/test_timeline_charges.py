"""Charges on a timeline: postings, what pays them, and when a case is settled and reopened."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from engine.core.case import USUAL, Posting, Terms
from engine.core.timeline import facts_on, history_of, unapplied
from tests.engine.ledgers import day, event, invoice, ledger, shown

if TYPE_CHECKING:
    from engine.core.case import CaseFacts
    from engine.core.model import Event, Ledger

FIRST = Terms(charges_first=True)
ALL = Terms(until_charges_paid=True)


def posting(date: str, cents: int, terms: Terms = USUAL, case: str = "R-1") -> Posting:
    return Posting(day(date).toordinal(), case, cents, terms)


def facts(book: Ledger, postings: list[Posting], date: str, case: str = "R-1") -> CaseFacts:
    history = history_of(book, "C-1", None, postings)
    timeline = next(each for each in history.timelines if each.case == case)
    return facts_on(timeline, day(date).toordinal())


def owed(book: Ledger, postings: list[Posting], date: str) -> tuple[int, int, int]:
    """Open amount, charges, and what is unapplied."""
    found = facts(book, postings, date)
    left = unapplied(history_of(book, "C-1", None, postings), "EUR", day(date).toordinal())
    return found.open, found.charges, left


def paid(amount: str, date: str = "2026-02-10") -> Event:
    return event("payment", date, amount=amount, id="P-1")


def test_a_charge_stands_from_the_day_on_which_it_was_posted() -> None:
    book, posted = ledger([invoice()]), [posting("2026-02-05", 500)]
    assert [facts(book, posted, f"2026-02-0{n}").charges for n in (4, 5, 6)] == [0, 500, 500]


def test_without_charges_settled_is_what_has_nothing_open() -> None:
    book = ledger([invoice()], [paid("100.00")])
    assert [facts(book, [], f"2026-02-{n:02}").settled for n in (9, 10)] == [False, True]


def test_a_payment_settles_the_open_amount_first_then_charges_then_stays_unapplied() -> None:
    posted = [posting("2026-02-05", 500)]
    for amount, expected in (
        ("98.00", (200, 500, 0)),
        ("102.00", (0, 300, 0)),
        ("107.00", (0, 0, 200)),
    ):
        assert owed(ledger([invoice()], [paid(amount)]), posted, "2026-02-10") == expected


def test_a_payment_settles_charges_first_where_the_terms_say_so() -> None:
    posted = [posting("2026-02-05", 500, FIRST)]
    book = ledger([invoice()], [paid("3.00"), event("payment", "2026-02-11", amount="10.00")])
    assert owed(book, posted, "2026-02-10") == (10000, 200, 0)
    assert owed(book, posted, "2026-02-11") == (9200, 0, 0)


def test_what_comes_in_on_the_day_of_a_charge_does_not_pay_it() -> None:
    book = ledger([invoice()], [paid("107.00"), event("charge_paid", "2026-02-10", amount="1.00")])
    assert owed(book, [posting("2026-02-10", 500, FIRST)], "2026-02-12") == (0, 500, 700)


def test_a_credit_never_pays_charges() -> None:
    for terms in (USUAL, FIRST):
        book = ledger([invoice()], [event("credit", "2026-02-10", amount="107.00")])
        assert owed(book, [posting("2026-02-05", 500, terms)], "2026-02-10") == (0, 500, 700)


@pytest.mark.parametrize("kind", ["charge_paid", "charge_waived"])
def test_charges_are_paid_and_waived_by_themselves_and_never_below_nothing(kind: str) -> None:
    made = event("charge_paid" if kind == "charge_paid" else "charge_waived", "2026-02-10")
    for amount, left in (("2.00", 300), ("9.00", 0)):
        some = event(made.kind, "2026-02-10", amount=amount)
        posted = [posting("2026-02-05", 500), posting("2026-02-20", 100)]
        book = ledger([invoice()], [some])
        assert owed(book, posted, "2026-02-10") == (10000, left, 0)
        assert owed(book, posted, "2026-02-20") == (10000, left + 100, 0)


def test_a_cancelled_stage_takes_its_charges_back() -> None:
    posted = [posting("2026-02-05", 500), posting("2026-02-09", 700), posting("2026-02-10", -700)]
    book = ledger([invoice()], [event("charge_waived", "2026-02-06", amount="4.00")])
    assert [owed(book, posted, f"2026-02-{n:02}")[1] for n in (6, 9, 10)] == [100, 800, 100]


def test_on_a_document_charges_are_paid_when_all_instalments_are() -> None:
    book = ledger(
        [invoice("R-1", "10.00", document="D-1"), invoice("R-2", "10.00", document="D-1")],
        [event("payment", "2026-02-10", "D-1", amount="23.00")],
    )
    posted = [posting("2026-02-05", 500), posting("2026-02-05", 100, case="R-2")]
    first, second = (facts(book, posted, "2026-02-10", case) for case in ("R-1", "R-2"))
    assert (first.open, first.charges) == (0, 200)
    assert (second.open, second.charges) == (0, 100)


def test_on_a_document_each_instalment_goes_by_its_own_terms() -> None:
    book = ledger(
        [invoice("R-1", "10.00", document="D-1"), invoice("R-2", "10.00", document="D-1")],
        [event("payment", "2026-02-10", "D-1", amount="12.00")],
    )
    posted = [posting("2026-02-05", 500), posting("2026-02-05", 100, FIRST, "R-2")]
    first, second = (facts(book, posted, "2026-02-10", case) for case in ("R-1", "R-2"))
    assert (first.open, first.charges) == (0, 500)
    assert (second.open, second.charges) == (900, 0)


def test_a_reversal_undoes_the_last_first() -> None:
    posted = [posting("2026-02-05", 500)]
    for back, expected in (
        ("1.00", (0, 0, 100)),
        ("4.00", (0, 200, 0)),
        ("9.00", (200, 500, 0)),
    ):
        taken = event("reversal", "2026-02-12", value="P-1", amount=back)
        book = ledger([invoice()], [paid("107.00"), taken])
        assert owed(book, posted, "2026-02-12") == expected


def test_a_case_that_owes_only_charges_is_settled_or_not_by_its_terms() -> None:
    book = ledger([invoice()], [paid("100.00"), event("charge_paid", "2026-02-20", amount="5.00")])
    assert facts(book, [posting("2026-02-05", 500)], "2026-02-10").settled
    assert not facts(book, [posting("2026-02-05", 500, ALL)], "2026-02-19").settled
    assert facts(book, [posting("2026-02-05", 500, ALL)], "2026-02-20").settled


def test_the_terms_are_those_of_the_newest_charge() -> None:
    book = ledger([invoice()], [paid("100.00")])
    posted = [posting("2026-02-05", 500, ALL), posting("2026-02-06", 0)]
    assert facts(book, posted, "2026-02-10").settled
    assert not facts(book, posted[:1], "2026-02-10").settled


def test_a_charge_posted_when_the_rest_is_paid_keeps_the_case_from_being_settled() -> None:
    book = ledger([invoice()], [paid("100.00")])
    assert not facts(book, [posting("2026-02-10", 50, ALL)], "2026-02-10").settled


def test_a_reopened_case_begins_a_cycle_unless_its_terms_go_on() -> None:
    back = event("reversal", "2026-02-20", value="P-1")
    book = ledger([invoice()], [paid("100.00"), back])
    going_on = Terms(reopened_continue=True)
    for terms, begins in ((USUAL, "2026-02-20"), (going_on, "from the start")):
        found = facts(book, [posting("2026-02-05", 500, terms)], "2026-02-20")
        assert shown(found.cycle_since) == begins


def test_a_stage_on_the_day_of_the_reopening_has_no_say_in_its_own_cycle() -> None:
    book = ledger([invoice()], [paid("100.00"), event("reversal", "2026-02-20", value="P-1")])
    late = posting("2026-02-20", 500, Terms(reopened_continue=True))
    assert shown(facts(book, [late], "2026-02-21").cycle_since) == "2026-02-20"


def test_a_case_that_still_owed_charges_was_not_settled_and_is_not_reopened() -> None:
    book = ledger([invoice()], [paid("100.00"), event("reversal", "2026-02-20", value="P-1")])
    found = facts(book, [posting("2026-02-05", 500, ALL)], "2026-02-20")
    assert shown(found.cycle_since) == "from the start"


def test_charges_of_accounts_and_of_other_cases_change_nothing() -> None:
    book = ledger([invoice()], [paid("30.00")])
    posted = [posting("2026-02-05", 500, ALL, case) for case in ("C-1:EUR", "R-9")]
    assert history_of(book, "C-1", None, posted) == history_of(book, "C-1", None)


def test_of_two_postings_on_one_day_the_later_ones_terms_hold() -> None:
    first = Posting(day("2026-02-01").toordinal(), "R-1", 500, USUAL)
    second = Posting(day("2026-02-01").toordinal(), "R-1", 0, Terms(charges_first=True))
    book = ledger([invoice()], [event("payment", "2026-02-05", amount="100.00")])
    (timeline,) = history_of(book, "C-1", None, [first, second]).timelines
    assert (timeline.spans[-1].open, timeline.spans[-1].charges) == (500, 0)
