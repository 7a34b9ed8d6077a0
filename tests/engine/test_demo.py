"""The demo company is made up, but its books are in order."""

from __future__ import annotations

import datetime
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from engine.core.timeline import facts_on, timelines
from engine.io.ledger import read_ledger
from engine.services.demo import write_demo
from engine.services.demo_company import FACT_TYPES, demo_ledger
from engine.services.policies import read_policies

if TYPE_CHECKING:
    from pathlib import Path

    from engine.core.model import EventKind

TODAY = datetime.date(2026, 6, 30)


def test_the_demo_is_read_without_a_problem_by_the_policies_beside_it(tmp_path: Path) -> None:
    demo = write_demo(tmp_path / "demo", TODAY)
    policies = read_policies([demo.policies])
    assert policies.usable
    assert policies.declared == FACT_TYPES
    assert read_ledger(demo.ledger_folder, policies.declared) == (demo.ledger, [])
    assert (len(demo.ledger.customers), len(demo.ledger.invoices)) == (400, 3_000)


def test_it_was_dunned_before_the_quarter_and_not_in_it(tmp_path: Path) -> None:
    demo = write_demo(tmp_path, datetime.date(2026, 3, 31))
    assert (demo.first, demo.last) == (datetime.date(2026, 1, 1), datetime.date(2026, 3, 31))
    stages = [event for event in demo.ledger.events if event.kind == "stage"]
    assert len(stages) > 100
    assert max(event.date for event in stages) < demo.first
    assert {event.policy for event in stages} == {
        *("de_standard", "nl_wik", "subscription_cards", "uk_late_payment")
    }


def test_what_stages_charged_was_paid_waived_or_neither(tmp_path: Path) -> None:
    demo = write_demo(tmp_path, datetime.date(2026, 3, 31))
    charged = {
        event.target_id for event in demo.ledger.events if event.fee is not None and event.fee.minor
    }
    kinds = Counter(event.kind for event in demo.ledger.events)
    for kind in ("charge_paid", "charge_waived"):
        settled = {event.target_id for event in demo.ledger.events if event.kind == kind}
        assert settled < charged
        assert kinds[kind] > 5


def test_some_businesses_are_paid_for_by_the_largest_of_their_country() -> None:
    customers = demo_ledger(TODAY).customers
    paid_for = [each for each in customers.values() if each.payer is not None]
    assert len(paid_for) > 5
    for each in paid_for:
        payer = customers[each.payer or ""]
        assert payer.payer is None
        assert payer.facts["country"] == each.facts["country"]


def test_rows_stand_in_the_order_in_which_they_were_entered(tmp_path: Path) -> None:
    demo = write_demo(tmp_path, TODAY)
    rows = sorted(demo.ledger.events, key=lambda event: event.row)
    assert [event.recorded for event in rows] == sorted(event.recorded for event in rows)


def test_nothing_in_it_is_later_than_the_day_it_is_made_for() -> None:
    book = demo_ledger(TODAY)
    assert max(invoice.issued for invoice in book.invoices.values()) <= TODAY
    assert max(event.date for event in book.events) <= TODAY
    assert max(event.recorded.date() for event in book.events) <= TODAY


def test_the_same_seed_makes_the_same_company_and_another_makes_another() -> None:
    assert demo_ledger(TODAY, 7) == demo_ledger(TODAY, 7)
    assert demo_ledger(TODAY, 7) != demo_ledger(TODAY, 8)


@pytest.mark.parametrize("seed", range(1, 4))
def test_it_has_something_of_everything(seed: int) -> None:
    book = demo_ledger(TODAY, seed)
    kinds = Counter(event.kind for event in book.events)
    wanted: tuple[EventKind, ...] = (
        *("payment", "credit", "reversal", "dispute", "dispute_resolved", "promise", "exclude"),
        *("due_changed", "fact", "assign"),
    )
    assert [kind for kind in wanted if kinds[kind] < 5] == []
    day = TODAY.toordinal()
    facts = [facts_on(timeline, day) for timeline in timelines(book, None).values()]
    overdue = [each for each in facts if each.open > 0 and each.due < day]
    assert 0.02 < len(overdue) / len(facts) < 0.12
    assert any(0 < each.open < each.original for each in overdue)
    assert any(each.disputed for each in overdue)
    assert any(each.cycle_since > 0 for each in facts)
    broken = [each for each in facts if 0 < each.promise_until < day and not each.promise_kept]
    assert broken


def test_it_can_be_larger() -> None:
    book = demo_ledger(TODAY, customers=1_000, invoices=8_000)
    assert (len(book.customers), len(book.invoices)) == (1_000, 8_000)


def test_a_folder_with_something_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("keep", encoding="utf-8")
    with pytest.raises(FileExistsError):
        write_demo(tmp_path, TODAY)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]
