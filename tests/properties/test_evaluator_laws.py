"""What must hold of decisions and simulations whatever the policies and the ledger are."""

from __future__ import annotations

import datetime
import random
from dataclasses import replace
from typing import TYPE_CHECKING

from engine.core.decide import decide
from engine.core.history import walk_of
from engine.core.model import Event, Ledger
from engine.core.money import Money
from tests.oracle.engine_side import Engine
from tests.oracle.fuzz import numbered
from tests.oracle.scenarios import Scenario, checked
from tests.oracle.shown import as_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.oracle.play import Happening

SCENARIOS = 100


def scenarios() -> Iterator[tuple[str, Scenario, Engine]]:
    """Random scenarios with a text that repeats them, and the engine with their policies."""
    first = random.getrandbits(40)
    for number in range(first, first + SCENARIOS):
        found = numbered(number)
        engine = Engine([checked(text) for text in found.texts], found.holidays)
        yield f"scenario {number}\n{as_text(found)}", found, engine


def test_asking_why_does_not_change_the_answer() -> None:
    for shown, asked, engine in scenarios():
        for customer in asked.ledger.customers:
            cases = engine.cases(asked.ledger, customer, asked.known)
            for case in cases:
                for day in asked.days:
                    number = day.toordinal()
                    plain = decide(walk_of(case, cases, engine.policies), number)
                    why = decide(walk_of(case, cases, engine.policies), number, explain=True)
                    assert replace(why, because=()) == plain, shown


def test_the_order_in_which_days_are_asked_does_not_matter() -> None:
    for shown, asked, engine in scenarios():
        for customer in asked.ledger.customers:
            cases = engine.cases(asked.ledger, customer, asked.known)
            for case in cases:
                forwards = engine.decide(cases, case, asked.days)
                backwards = engine.decide(cases, case, asked.days[::-1])
                assert forwards == backwards[::-1], shown


def test_a_simulation_cut_in_two_is_the_same_simulation() -> None:
    """What the first half executes stands in the ledger when the second half begins."""
    for shown, asked, engine in scenarios():
        middle = asked.first + (asked.last - asked.first) // 2
        for customer in asked.ledger.customers:
            cases = engine.cases(asked.ledger, customer, None)
            whole = engine.simulate(cases, asked.first, asked.last)
            first_half = [event for event in whole if event.on <= middle]
            after = having_executed(asked.ledger, asked.first, first_half)
            again = engine.cases(after, customer, None)
            next_day = middle + datetime.timedelta(days=1)
            second_half = engine.simulate(again, next_day, asked.last)
            assert first_half + second_half == whole, shown


def having_executed(ledger: Ledger, first: datetime.date, played: list[Happening]) -> Ledger:
    """The ledger with what was simulated from `first` on in place of what stood there."""
    kept = [
        event
        for event in ledger.events
        if event.kind not in ("stage", "stage_cancelled") or event.date < first
    ]
    rows = [
        Event(
            kind="stage",
            date=happening.on,
            target="invoice",
            target_id=happening.case,
            recorded=datetime.datetime.combine(happening.on, datetime.time(), datetime.UTC),
            row=1_000 + number,
            stage=happening.stage,
            fee=Money(happening.fee or 0, ledger.invoices[happening.case].amount.currency),
            until=happening.deadline,
            value=frozenset(happening.channels) or None,
        )
        for number, happening in enumerate(played)
        if happening.event == "stage"
    ]
    return replace(ledger, events=tuple(sorted((*kept, *rows), key=lambda event: event.order)))
