"""What must hold of decisions and simulations whatever the policies and the ledger are."""

from __future__ import annotations

import datetime
from dataclasses import replace
from typing import TYPE_CHECKING

from hypothesis import given, settings

from engine.core.decide import decide_all
from engine.core.history import debtor_of
from engine.core.knowledge import known_at
from engine.core.ledger_index import index_ledger
from tests.properties.worlds import World, having_executed, shown, worlds

if TYPE_CHECKING:
    from engine.core.decision import Decision
    from engine.core.model import Ledger
    from tests.oracle.scenarios import Scenario

FEW = settings(max_examples=20)


def decisions(
    world: World, asked: Scenario, debtor: str, days: tuple[datetime.date, ...], *, explain: bool
) -> list[list[Decision]]:
    """The decisions for all cases of a debtor, asked in the order of the days given."""
    fold = known_at(index_ledger(asked.ledger), debtor, 0, asked.known).fold
    found = debtor_of(debtor, fold, world.engine.policies)
    return [
        decide_all(found, found.cases_on(day), day, explain=explain)
        for day in (each.toordinal() for each in days)
    ]


@FEW
@given(worlds())
def test_asking_why_does_not_change_the_answer(world: World) -> None:
    for asked, debtor in world.debtors():
        plain = decisions(world, asked, debtor, asked.days, explain=False)
        why = decisions(world, asked, debtor, asked.days, explain=True)
        assert [[replace(each, because=()) for each in day] for day in why] == plain, shown(asked)


@FEW
@given(worlds())
def test_the_order_in_which_days_are_asked_does_not_matter(world: World) -> None:
    for asked, debtor in world.debtors():
        forwards = decisions(world, asked, debtor, asked.days, explain=False)
        backwards = decisions(world, asked, debtor, asked.days[::-1], explain=False)
        assert forwards == backwards[::-1], shown(asked, *asked.days)


@FEW
@given(worlds())
def test_a_decision_depends_only_on_what_had_happened_and_was_known(world: World) -> None:
    for asked, debtor in world.debtors():
        for day in asked.days:
            known = asked.known or datetime.datetime.combine(day, datetime.time(23), datetime.UTC)
            whole = world.engine.decide(asked.ledger, debtor, [day], known)
            then = as_of(asked.ledger, day, known)
            assert world.engine.decide(then, debtor, [day], None) == whole, shown(asked, day, known)


def as_of(ledger: Ledger, day: datetime.date, known: datetime.datetime) -> Ledger:
    """The ledger without what happened after a day or was recorded after a time."""

    def recorded(when: datetime.datetime | None, date: datetime.date) -> datetime.datetime:
        return when or datetime.datetime.combine(date, datetime.time(), datetime.UTC)

    invoices = {
        name: each
        for name, each in ledger.invoices.items()
        if each.issued <= day and recorded(each.recorded, each.issued) <= known
    }
    events = tuple(e for e in ledger.events if e.date <= day and e.recorded <= known)
    return replace(ledger, invoices=invoices, events=events)


@FEW
@given(worlds())
def test_a_later_event_never_changes_an_earlier_day(world: World) -> None:
    for asked, debtor in world.debtors():
        played = replace(asked.played, known=None)
        for day in asked.days:
            early = replace(
                asked.ledger, events=tuple(e for e in asked.ledger.events if e.date <= day)
            )
            whole = world.engine.simulate(asked.ledger, debtor, played)
            before = world.engine.simulate(early, debtor, replace(played, last=day))
            assert before == [event for event in whole if event.on <= day], shown(asked, day)


@FEW
@given(worlds())
def test_a_simulation_cut_in_two_is_the_same_simulation(world: World) -> None:
    """What the first half executes stands in the ledger when the second half begins."""
    for asked, debtor in world.debtors():
        played = replace(asked.played, known=None, from_scratch=False, run_on=None)
        whole = world.engine.simulate(asked.ledger, debtor, played)
        middle = played.first + (played.last - played.first) // 2
        first_half = [event for event in whole if event.on <= middle]
        after = having_executed(asked.ledger, played.first, first_half)
        rest = replace(played, first=middle + datetime.timedelta(days=1))
        second_half = world.engine.simulate(after, debtor, rest)
        assert first_half + second_half == whole, shown(asked, middle)
