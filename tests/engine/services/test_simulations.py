"""Simulations of a ledger whose knowledge grows, and of one that is no more paid."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

import pytest

from dunlang.source import Source
from engine.core.ledger_index import index_ledger
from engine.services.policies import load_policies
from engine.services.simulations import Simulation, simulate
from tests.engine.ledgers import day, event, invoice, ledger, moment

if TYPE_CHECKING:
    from engine.core.model import Ledger
    from engine.core.policies import PolicySet

POLICY = """\
policy p version 1
  effective 2020-01-01
  currency EUR
  timezone UTC

hold "disputed" while invoice.disputed, clock stopped

stage reminder
  after 3 days overdue
  by webhook
  fee 1.00 EUR

stage notice
  after 7 days
  by webhook
  fee 5.00 EUR

stage final
  after 7 days
  by webhook
"""


@pytest.fixture
def policies() -> PolicySet:
    found = load_policies([Source("p.dun", POLICY)])
    assert found.usable, found.problems
    return found.together()


def story(book: Ledger, policies: PolicySet, asked: Simulation) -> list[str]:
    """`02-03 reminder` for a stage, `02-10 settled` for what else happens."""
    found = simulate(index_ledger(book), policies, asked)
    return [f"{each.on:%m-%d} {each.stage or each.event}" for each in found]


def spring(**other: object) -> Simulation:
    return Simulation(day("2026-02-01"), day("2026-03-31"), **other)  # type: ignore[arg-type]  # as each test names them


def test_in_hindsight_a_payment_counts_from_its_day(policies: PolicySet) -> None:
    book = ledger(
        [invoice(due="2026-02-01")],
        [event("payment", "2026-02-09", amount="100.00", recorded="2026-02-13T10:00:00")],
    )
    assert story(book, policies, spring()) == ["02-04 reminder", "02-09 settled"]


def test_day_by_day_a_payment_counts_from_the_day_on_which_it_was_recorded(
    policies: PolicySet,
) -> None:
    book = ledger(
        [invoice(due="2026-02-01")],
        [event("payment", "2026-02-09", amount="100.00", recorded="2026-02-13T10:00:00")],
    )
    assert story(book, policies, spring(known="each-day")) == [
        "02-04 reminder",
        "02-11 notice",
        "02-13 settled",
    ]


def test_what_was_recorded_in_time_gives_the_same_as_hindsight(policies: PolicySet) -> None:
    book = ledger(
        [invoice(due="2026-02-01"), invoice("R-2", due="2026-02-20")],
        [
            event("dispute", "2026-02-06"),
            event("dispute_resolved", "2026-02-16"),
            event("payment", "2026-03-02", amount="100.00"),
            event("payment", "2026-02-23", "R-2", amount="30.00", recorded="2026-02-23T23:59:00"),
        ],
    )
    assert story(book, policies, spring(known="each-day")) == story(book, policies, spring())


def test_an_invoice_that_was_recorded_late_is_dunned_from_then_on(policies: PolicySet) -> None:
    book = ledger([invoice(due="2026-02-01", recorded="2026-02-20T08:00:00")])
    assert story(book, policies, spring(known="each-day"))[:2] == ["02-20 reminder", "02-27 notice"]
    assert story(book, policies, spring())[0] == "02-04 reminder"


def test_a_stop_that_is_learnt_of_late_moves_what_comes_next(policies: PolicySet) -> None:
    book = ledger(
        [invoice(due="2026-02-01")],
        [
            event("dispute", "2026-02-06", recorded="2026-02-09T08:00:00"),
            event("dispute_resolved", "2026-02-10"),
        ],
    )
    known = story(book, policies, spring(known="each-day"))
    assert known[:2] == ["02-04 reminder", "02-15 notice"]


def test_a_reversal_that_is_learnt_of_late_reopens_the_case_then(policies: PolicySet) -> None:
    book = ledger(
        [invoice(due="2026-02-01")],
        [
            event("payment", "2026-02-05", amount="100.00", id="P-1"),
            event("reversal", "2026-02-08", value="P-1", recorded="2026-02-12T08:00:00"),
        ],
    )
    assert story(book, policies, spring(known="each-day"))[:4] == [
        "02-04 reminder",
        "02-05 settled",
        "02-12 reopened",
        "02-12 reminder",
    ]


def test_what_is_recorded_after_the_range_never_counts(policies: PolicySet) -> None:
    book = ledger(
        [invoice(due="2026-02-01")],
        [event("payment", "2026-02-05", amount="100.00", recorded="2026-04-01T00:00:00")],
    )
    assert "settled" not in " ".join(story(book, policies, spring(known="each-day")))


def test_without_further_payments_nothing_that_came_before_is_lost(policies: PolicySet) -> None:
    book = ledger(
        [invoice(due="2026-02-01")],
        [
            event("payment", "2026-01-20", amount="40.00", id="P-1"),
            event("payment", "2026-02-05", amount="60.00", id="P-2"),
            event("reversal", "2026-02-20", value="P-2"),
            event("credit", "2026-02-21", amount="60.00"),
        ],
    )
    found = simulate(index_ledger(book), policies, spring(no_more_payments=True))
    assert [each.event for each in found] == ["stage"] * 3
    assert {each.open_amount.minor for each in found} == {6000}


def test_a_reversal_of_an_earlier_payment_still_happens(policies: PolicySet) -> None:
    book = ledger(
        [invoice(due="2026-02-01")],
        [
            event("payment", "2026-01-20", amount="100.00", id="P-1"),
            event("reversal", "2026-02-20", value="P-1"),
        ],
    )
    assert story(book, policies, spring(no_more_payments=True))[0] == "02-20 reminder"


def test_one_case_alone_gives_what_it_gives_among_all(policies: PolicySet) -> None:
    book = ledger([invoice(f"R-{n}", due=f"2026-02-0{n}") for n in range(1, 6)])
    everything = simulate(index_ledger(book), policies, spring())
    alone = simulate(index_ledger(book), policies, spring(case="R-3"))
    assert alone == [each for each in everything if each.case == "R-3"]


def test_a_case_that_fails_stops_none_of_the_others() -> None:
    text = POLICY.replace(
        "hold ", 'fact invoice.score : number\nhold "low" while invoice.score < 5\nhold '
    )
    found = load_policies([Source("p.dun", text)])
    assert found.usable, found.problems
    # A number that is none cannot come from a file; whoever makes ledgers otherwise may be wrong.
    book = ledger(
        [
            invoice("R-1", due="2026-02-01"),
            invoice("R-2", due="2026-02-01", facts={"score": "many"}),
            invoice("R-3", due="2026-02-01", facts={"score": 7}),
        ]
    )
    events = simulate(index_ledger(book), found.together(), spring())
    (failed,) = (each for each in events if each.case == "R-2")
    assert (failed.event, failed.on) == ("undecided", day("2026-02-01"))
    assert "TypeError" in (failed.reason or "")
    assert [each.case for each in events if each.event == "stage"] == ["R-1", "R-3"] * 3


def test_progress_is_told_after_each_customer(policies: PolicySet) -> None:
    book = ledger([invoice("R-1"), invoice("R-2", customer="C-2")])
    told: list[tuple[int, int]] = []
    simulate(index_ledger(book), policies, spring(), lambda done, of: told.append((done, of)))
    assert told == [(1, 2), (2, 2)]


def test_what_was_known_at_a_time_is_all_that_counts(policies: PolicySet) -> None:
    book = ledger(
        [invoice(due="2026-02-01")],
        [event("payment", "2026-02-05", amount="100.00", recorded="2026-02-06T12:00:00")],
    )
    before = datetime.timedelta(seconds=1)
    known = moment("2026-02-06T12:00:00")
    assert story(book, policies, spring(known=known))[-1] == "02-05 settled"
    assert story(book, policies, spring(known=known - before))[-1] == "02-18 final"
