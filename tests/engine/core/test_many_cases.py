"""A debtor with a great many cases: they are decided like few, and not each for all the others."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.core.knowledge import known_at
from engine.core.letters import by_notice
from engine.core.simulate import Range, simulate_debtor
from engine.core.timeline import index_ledger
from tests.engine.ledgers import day, event, invoice, ledger
from tests.engine.playing import plan, policies

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.core.case import Posting
    from engine.core.fold import CustomerHistory
    from engine.core.model import Event, Invoice
    from engine.core.simulate import SimulationEvent

MANY = 120
HEADER = "policy p version 1\n  effective 2020-01-01\n  currency EUR\n  timezone UTC\n"
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
CHARGES = "  payments settle charges first\n  settled when open amount and charges are paid\n"


def played(
    text: str, invoices: Sequence[Invoice], events: Sequence[Event]
) -> tuple[list[SimulationEvent], int]:
    """What happens in the spring, and how often the debtor's history was worked out for it."""
    index = index_ledger(ledger(invoices, events))
    epoch = known_at(index, "C-1", 0, None)
    folds = 0

    def counted(postings: Sequence[Posting]) -> CustomerHistory:
        nonlocal folds
        folds += 1
        return epoch.fold(postings)

    spring = Range(day("2026-02-01").toordinal(), day("2026-04-30").toordinal())
    found = simulate_debtor("C-1", [replace(epoch, fold=counted)], policies(plan(text)), spring)
    return sorted(found, key=lambda each: each.order), folds


def test_what_many_cases_charge_on_one_day_is_put_on_record_at_once() -> None:
    invoices = [invoice(f"R-{number}") for number in range(MANY)]
    events = [
        event("payment", "2026-02-20", each.id, amount="104.00", id=f"P-{each.id}")
        for each in invoices[::3]
    ]
    together, folds = played(HEADER + CHARGES + LADDER, invoices, events)
    alone = [
        happened
        for each in invoices
        for happened in played(
            HEADER + CHARGES + LADDER, [each], [p for p in events if p.target_id == each.id]
        )[0]
    ]
    assert together == sorted(alone, key=lambda each: each.order)
    assert len([each for each in together if each.event == "stage"]) == 2 * MANY
    assert folds == 3  # what is known, and one for each of the two days on which stages are due


def test_what_the_ledger_says_was_charged_on_one_day_is_put_on_record_at_once() -> None:
    invoices = [invoice(f"R-{number}") for number in range(MANY)]
    done = [
        event("stage", "2026-02-03", each.id, stage="one", fee="5.00", id=f"S-{each.id}")
        for each in invoices
    ]
    spring, folds = played(HEADER + CHARGES + LADDER, invoices, done)
    assert len(spring) == 2 * MANY
    ledger_before = [replace(each, date=day("2026-01-31")) for each in done]
    later, fewer = played(HEADER + CHARGES + LADDER, invoices, ledger_before)
    assert {each.stage for each in later} == {"two"}
    assert (folds, fewer) == (3, 3)


@pytest.mark.parametrize("more", ["", "\nat least 5 days between notices to a customer\n"])
def test_a_stage_that_charges_nothing_changes_nothing_that_is_known(more: str) -> None:
    text = f"{HEADER}{CHARGES}{more}{LADDER.replace('5 EUR', '0 EUR')}"
    invoices = [invoice(f"R-{number}") for number in range(MANY)]
    found, folds = played(text, invoices, [])
    assert len(found) == 2 * MANY
    assert folds == 2  # the terms of a case count from its first stage on


@given(st.lists(st.lists(st.sampled_from("abcdefgh"), max_size=3, unique=True), max_size=12))
def test_items_that_share_a_letter_or_are_joined_by_others_are_one_notice(
    letters: list[list[str]],
) -> None:
    groups, alone = by_notice(range(len(letters)), lambda item: tuple(letters[item]))
    place = {item: group for group in groups for item in group}
    assert sorted([*place, *alone]) == list(range(len(letters)))
    assert alone == [item for item, each in enumerate(letters) if not each]
    for one, together in place.items():
        reached, seen = {one}, set(letters[one])
        while more := {each for each in place if seen & set(letters[each])} - reached:
            reached |= more
            seen.update(letter for each in more for letter in letters[each])
        assert together == sorted(reached)
