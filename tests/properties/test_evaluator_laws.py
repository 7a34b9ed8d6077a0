"""What must hold of decisions and simulations whatever the policies and the ledger are."""

from __future__ import annotations

import datetime
from dataclasses import replace
from itertools import zip_longest
from typing import TYPE_CHECKING

from hypothesis import given, settings

from engine.core.decide import decide_all
from engine.core.history import debtor_of
from engine.core.knowledge import known_at
from engine.core.ledger_index import index_ledger
from tests.properties.worlds import World, having_executed, obey, worlds

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.core.decision import Decision
    from engine.core.model import Event, Ledger
    from tests.oracle.engine_side import Engine
    from tests.oracle.scenarios import Scenario

FEW = settings(max_examples=20)


def decisions(
    engine: Engine,
    asked: Scenario,
    debtor: str,
    days: Sequence[datetime.date],
    *,
    explain: bool = False,
) -> list[list[Decision]]:
    """The decisions for all cases of a debtor, asked in the order of the days given."""
    fold = known_at(index_ledger(asked.ledger), debtor, 0, asked.known).fold
    found = debtor_of(debtor, fold, engine.policies)
    return [
        decide_all(found, found.cases_on(day), day, explain=explain)
        for day in (each.toordinal() for each in days)
    ]


@FEW
@given(worlds())
def test_asking_why_does_not_change_the_answer(world: World) -> None:
    def law(engine: Engine, asked: Scenario, debtor: str) -> object:
        plain = decisions(engine, asked, debtor, asked.days)
        why = decisions(engine, asked, debtor, asked.days, explain=True)
        return apart([[replace(each, because=()) for each in day] for day in why], plain)

    obey(world, law)


@FEW
@given(worlds())
def test_the_order_in_which_days_are_asked_does_not_matter(world: World) -> None:
    def law(engine: Engine, asked: Scenario, debtor: str) -> object:
        forwards = decisions(engine, asked, debtor, asked.days)
        backwards = decisions(engine, asked, debtor, asked.days[::-1])
        return apart(forwards, backwards[::-1])

    obey(world, law)


@FEW
@given(worlds())
def test_a_decision_depends_only_on_what_had_happened_and_was_known(world: World) -> None:
    def law(engine: Engine, asked: Scenario, debtor: str) -> object:
        for day in asked.days:
            evening = datetime.datetime.combine(day, datetime.time(23), datetime.UTC)
            known = asked.known or evening
            whole = engine.decide(asked.ledger, debtor, [day], known)
            then = as_of(asked.ledger, day, known)
            exist = {
                case: each
                for case, each in whole[0].items()
                if case in then.invoices or ":" in case
            }
            wrong = apart([exist], engine.decide(then, debtor, [day], None))
            if wrong:
                return day, known, wrong
        return None

    obey(world, law)


def as_of(ledger: Ledger, day: datetime.date, known: datetime.datetime) -> Ledger:
    """The ledger without what happened after a day or was recorded after a time.

    Money for an invoice that nobody had heard of then was simply the debtor's; money for one that
    was known before its date was kept for that, so the invoice stays.
    """

    def recorded(when: datetime.datetime | None, date: datetime.date) -> datetime.datetime:
        return when or datetime.datetime.combine(date, datetime.time(), datetime.UTC)

    heard_of = {
        name: each
        for name, each in ledger.invoices.items()
        if recorded(each.recorded, each.issued) <= known
    }
    names = {name for each in heard_of.values() for name in (each.id, each.document)}
    debtor_of = index_ledger(ledger).debtor_of
    owed_by = {
        name: debtor_of(each.customer)
        for each in ledger.invoices.values()
        for name in (each.id, each.document)
        if name is not None and name not in names
    }

    def as_understood(event: Event) -> Event:
        if event.kind not in {"payment", "credit"} or event.target_id not in owed_by:
            return event
        return replace(event, target="customer", target_id=owed_by[event.target_id])

    events = tuple(
        as_understood(event)
        for event in ledger.events
        if event.date <= day and event.recorded <= known
    )
    about = {event.target_id for event in events}
    invoices = {
        name: each
        for name, each in heard_of.items()
        if each.issued <= day or not about.isdisjoint((each.id, each.document))
    }
    return replace(ledger, invoices=invoices, events=events)


@FEW
@given(worlds())
def test_a_later_event_never_changes_an_earlier_day(world: World) -> None:
    def law(engine: Engine, asked: Scenario, debtor: str) -> object:
        played = replace(asked.played, known=None)
        whole = engine.simulate(asked.ledger, debtor, played)
        for day in asked.days:
            events = tuple(event for event in asked.ledger.events if event.date <= day)
            early = replace(asked.ledger, events=events)
            before = engine.simulate(early, debtor, replace(played, last=min(day, played.last)))
            wrong = apart(before, [event for event in whole if event.on <= day])
            if wrong:
                return day, wrong
        return None

    obey(world, law)


@FEW
@given(worlds())
def test_a_simulation_cut_in_two_is_the_same_simulation(world: World) -> None:
    """What the first half executes stands in the ledger when the second half begins."""

    def law(engine: Engine, asked: Scenario, debtor: str) -> object:
        played = replace(asked.played, known=None, from_scratch=False, run_on=None)
        whole = engine.simulate(asked.ledger, debtor, played)
        middle = played.first + (played.last - played.first) // 2
        first_half = [event for event in whole if event.on <= middle]
        after = having_executed(asked.ledger, played.first, first_half)
        rest = replace(played, first=middle + datetime.timedelta(days=1))
        wrong = apart(first_half + engine.simulate(after, debtor, rest), whole)
        return wrong and (middle, wrong)

    obey(world, law)


def apart(one: Sequence[object], other: Sequence[object]) -> object:
    """The first place in which two lists differ; None if they do not."""
    pairs = zip_longest(one, other)
    return next((f"{a}\n  is not {b}" for a, b in pairs if a != b), None)
