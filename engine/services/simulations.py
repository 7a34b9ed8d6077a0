"""Dunning played over a range of days: the whole ledger, or one case."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, replace
from operator import attrgetter
from typing import TYPE_CHECKING, Literal

from engine.core.knowledge import Epoch, epochs, known_at
from engine.core.ledger_index import index_ledger
from engine.core.money import Money
from engine.core.simulate import Range, SimulationEvent, Story, tell_debtor
from engine.services.decisions import debtor_of_case, why_undecided

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from engine.core.case import CaseTimeline
    from engine.core.ledger_index import LedgerIndex
    from engine.core.policies import PolicySet
    from engine.services.run_days import RunDays

MONEY_COMES_IN = frozenset({"payment", "credit"})
_ORDER = attrgetter("order")


@dataclass(frozen=True, slots=True)
class Simulation:
    """What to play."""

    first: datetime.date
    last: datetime.date
    known: datetime.datetime | Literal["each-day"] | None = None
    """As of which time the ledger is known. `each-day`: on every day as of its end. None: now."""
    run_on: RunDays | None = None
    """Which days of those on which the policy runs; None: all."""
    from_scratch: bool = False
    """Leave out all stages that the ledger says were executed, earlier ones too."""
    no_more_payments: bool = False
    """Leave out payments and credits from the first day on."""
    case: str | None = None
    """Only this case."""
    customer: str | None = None
    """Only those whose id or name holds this, whatever the capitals; see `is_asked_for`."""

    @property
    def range(self) -> Range:
        """The days and runs."""
        runs = None if self.run_on is None else self.run_on.is_run
        return Range(self.first.toordinal(), self.last.toordinal(), runs)


def simulate(
    index: LedgerIndex,
    policies: PolicySet,
    asked: Simulation,
    progress: Callable[[int, int], None] | None = None,
) -> list[SimulationEvent]:
    """Everything that happens, by date, case (code point) and the order within a case and day.

    A case with which something goes wrong is `undecided` and stops none of the others. `progress`
    is told after each customer how many of how many are done.
    """
    found: list[SimulationEvent] = []
    every = customers_of(index, asked)
    for number, stories in enumerate(stories_of(index, policies, asked, every), start=1):
        for each in stories:
            found += each.events
        if progress is not None:
            progress(number, len(every))
    found.sort(key=_ORDER)
    return found


def stories_of(
    index: LedgerIndex, policies: PolicySet, asked: Simulation, customers: Iterable[str]
) -> Iterator[list[Story]]:
    """What happens to each of some customers: one story, or where that goes wrong one a case.

    Of a case that cannot be played alone either, the story is that it is `undecided`.
    """
    if asked.no_more_payments:
        index = without_money(index, asked.first)
    played = asked.range
    for customer in customers:
        yield _played(customer, known_of(index, customer, asked), policies, played, asked)


def customers_of(index: LedgerIndex, asked: Simulation) -> list[str]:
    """Who is played: everybody who owes something, or those who were asked for."""
    if asked.case is not None:
        debtor = debtor_of_case(index, asked.case)
        return [] if debtor is None else [debtor]
    if asked.customer is None:
        return index.debtors
    return [each for each in index.debtors if is_asked_for(index, each, asked.customer)]


def is_asked_for(index: LedgerIndex, customer: str, part: str) -> bool:
    """Whether the id or the name of a customer holds a text, whatever the capitals."""
    name = index.ledger.customers[customer].facts.get("name") or ""
    return part.casefold() in customer.casefold() or part.casefold() in str(name).casefold()


def without_money(index: LedgerIndex, first: datetime.date) -> LedgerIndex:
    """The ledger without payments and credits from a day on; nor what takes them back."""
    events = index.ledger.events
    dropped = {e.id for e in events if e.date >= first and e.kind in MONEY_COMES_IN}
    kept = tuple(
        event
        for event in events
        if not (
            event.date >= first
            and (
                event.kind in MONEY_COMES_IN
                or (event.kind == "reversal" and str(event.value) in dropped)
            )
        )
    )
    return index_ledger(replace(index.ledger, events=kept))


def known_of(index: LedgerIndex, customer: str, asked: Simulation) -> list[Epoch]:
    """What is known of a customer, from which day on, the day before the first included."""
    before = asked.first.toordinal() - 1
    if asked.known == "each-day":
        return epochs(index, customer, before, asked.last.toordinal())
    return [known_at(index, customer, before, asked.known)]


def _played(
    debtor: str,
    known: Sequence[Epoch],
    policies: PolicySet,
    played: Range,
    asked: Simulation,
) -> list[Story]:
    scratch = asked.from_scratch
    try:
        return [tell_debtor(debtor, known, policies, played, from_scratch=scratch, only=asked.case)]
    except Exception:  # noqa: BLE001 - one case never stops the others: they are asked alone
        timelines = {each.case: each for epoch in known for each in epoch.fold(()).timelines}
    found: list[Story] = []
    for case, timeline in timelines.items():
        if asked.case not in {None, case}:
            continue
        try:
            found.append(
                tell_debtor(debtor, known, policies, played, from_scratch=scratch, only=case)
            )
        except Exception as error:  # noqa: BLE001 - as above
            found.append(Story([_undecided(timeline, asked.first, error)], (), {}, case))
    return found


def _undecided(timeline: CaseTimeline, first: datetime.date, error: Exception) -> SimulationEvent:
    return SimulationEvent(
        on=first,
        case=timeline.case,
        customer=timeline.customer,
        policy=None,
        version=None,
        event="undecided",
        open_amount=Money(timeline.spans[-1].open, timeline.currency),
        reason=why_undecided(error),
    )
