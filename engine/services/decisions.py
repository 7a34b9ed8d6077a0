"""Decisions from a ledger: of one case, or of every case that is not settled."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from dunlang.suggest import did_you_mean
from engine.core.decide import decide
from engine.core.decision import Decision
from engine.core.fold import fold_customer
from engine.core.history import walk_of
from engine.core.money import Money
from engine.core.policies import PolicyVersion
from engine.core.simulate import Range, play
from engine.core.timeline import Cases, cases_of, facts_on

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dunlang.plan import StagePlan
    from engine.core.case import CaseFacts, CaseTimeline
    from engine.core.ledger_index import LedgerIndex
    from engine.core.place import Executed
    from engine.core.policies import PolicySet
    from engine.core.simulate import SimulationEvent
    from engine.core.walk import CaseWalk

PROJECTED_DAYS = 400
"""How far ahead a case is played to say when its next stages would come."""

_MANY = 5_000
"""Among more ids than these no similar one is looked for."""


@dataclass(frozen=True, slots=True)
class NoCase:
    """There is no such case to decide."""

    reason: str
    """One sentence, without a full stop."""
    hint: str = ""


@dataclass(frozen=True, slots=True)
class CaseStory:
    """A case on its ladder: what was done, what is to be done, what would follow."""

    decision: Decision
    facts: CaseFacts
    """As they are on the day."""
    name: str | None
    """The customer's, where the ledger has one."""
    done: tuple[Executed, ...]
    """Stages executed in this cycle, in order."""
    ladder: tuple[StagePlan, ...]
    """All stages of the version that decides, as they hold for this case; empty without one."""
    ahead: tuple[SimulationEvent, ...]
    """What would happen after the day if nothing changes and no money comes."""


def decide_case(
    index: LedgerIndex,
    policies: PolicySet,
    case: str,
    on: datetime.date,
    *,
    known: datetime.datetime | None = None,
    explain: bool = False,
) -> Decision | NoCase:
    """What is to be done next for a case on a day, as known at a time (None: all that is known)."""
    found = _timelines(index, case, known)
    if isinstance(found, NoCase):
        return found
    timeline, siblings = found
    return _decided(timeline, siblings, policies, on, explain=explain)


def decide_open(
    index: LedgerIndex,
    policies: PolicySet,
    on: datetime.date,
    *,
    known: datetime.datetime | None = None,
    explain: bool = False,
) -> Iterator[Decision]:
    """The decisions of all cases that exist on a day and are not settled, by id (code point).

    A case that cannot be decided is `undecided` and stops none of the others.
    """
    day = on.toordinal()
    folded: dict[str, tuple[Cases, dict[str, CaseTimeline]]] = {}
    invoices = index.ledger.invoices
    for case in sorted(invoices):
        customer = index.debtor_of(invoices[case].customer)
        if customer not in folded:
            cases = cases_of(index, customer, known)
            folded[customer] = cases, {each.case: each for each in cases}
        siblings, by_id = folded[customer]
        timeline = by_id.get(case)
        if timeline is None or timeline.known_from > day or facts_on(timeline, day).open <= 0:
            continue
        decision = _decided(timeline, siblings, policies, on, explain=explain)
        if decision.outcome != "settled":
            yield decision


def story_of(
    index: LedgerIndex,
    policies: PolicySet,
    case: str,
    on: datetime.date,
    *,
    known: datetime.datetime | None = None,
    explain: bool = False,
) -> CaseStory | NoCase:
    """As `decide_case`, with the whole ladder around the decision."""
    found = _timelines(index, case, known)
    if isinstance(found, NoCase):
        return found
    timeline, siblings = found
    decision = _decided(timeline, siblings, policies, on, explain=explain)
    try:
        walk = walk_of(timeline, siblings, policies)
        done, ladder = _rungs(walk, on.toordinal())
        ahead = _ahead(index, policies, timeline, on, known)
    except Exception:  # noqa: BLE001 - the decision says already that the case cannot be decided
        done, ladder, ahead = (), (), ()
    facts = facts_on(timeline, on.toordinal())
    name = facts.customer_facts.get("name")
    return CaseStory(decision, facts, str(name) if name else None, done, ladder, ahead)


def find_case(index: LedgerIndex, case: str) -> NoCase | None:
    """Why there is no such case in the ledger; None if there is."""
    every = index.ledger.invoices
    if case in every:
        return None
    hint = did_you_mean(case, every) if len(every) <= _MANY else ""
    if case in index.ledger.customers:
        hint = "it is a customer's; name one of their invoices"
    return NoCase(f"there is no case '{case}' in the ledger", hint)


def _timelines(
    index: LedgerIndex, case: str, known: datetime.datetime | None
) -> tuple[CaseTimeline, Sequence[CaseTimeline]] | NoCase:
    """The timeline of a case, and those of all cases of its customer."""
    missing = find_case(index, case)
    if missing is not None:
        return missing
    debtor = index.debtor_of(index.ledger.invoices[case].customer)
    siblings = cases_of(index, debtor, known)
    timeline = next((each for each in siblings if each.case == case), None)
    if timeline is None:
        return NoCase(f"case '{case}' was not recorded yet at that time", "choose a later --known")
    return timeline, siblings


def _decided(
    timeline: CaseTimeline,
    siblings: Sequence[CaseTimeline],
    policies: PolicySet,
    on: datetime.date,
    *,
    explain: bool,
) -> Decision:
    """The decision; whatever goes wrong with one case is an answer too."""
    try:
        walk = walk_of(timeline, siblings, policies)
        return decide(walk, on.toordinal(), explain=explain)
    except Exception as error:  # noqa: BLE001 - one case never stops the others
        blank = Decision(
            case=timeline.case,
            customer=timeline.customer,
            on=on,
            policy=None,
            version=None,
            outcome="undecided",
            open_amount=Money(facts_on(timeline, on.toordinal()).open, timeline.currency),
        )
        return replace(blank, reason=why_undecided(error))


def why_undecided(error: Exception) -> str:
    """What to tell about a case with which something went wrong."""
    if isinstance(error, OverflowError):
        return "a date of this case lies beyond the calendar"
    return f"an internal error ({type(error).__name__}: {error})"


def _rungs(walk: CaseWalk, day: int) -> tuple[tuple[Executed, ...], tuple[StagePlan, ...]]:
    """What was executed in this cycle, and the ladder as it holds on a day."""
    facts, place = walk.facts(day), walk.place(day)
    done = tuple(each for each in place.history if each.day >= facts.cycle_since)
    version = walk.version(day)
    if not isinstance(version, PolicyVersion):
        return done, ()
    evaluator = version.evaluator(walk.timeline.currency)
    variant = evaluator.variant(facts, place, walk.bound(version, day), day)
    return done, variant.ladder.stages


def _ahead(
    index: LedgerIndex,
    policies: PolicySet,
    timeline: CaseTimeline,
    on: datetime.date,
    known: datetime.datetime | None,
) -> tuple[SimulationEvent, ...]:
    """The days after a day, played without anything that the ledger says about them."""
    customer, day = timeline.customer, on.toordinal()
    if facts_on(timeline, day).open <= 0:
        return ()
    invoices = [
        each
        for each in index.invoices.get(customer, ())
        if known is None or each.recorded is None or each.recorded <= known
    ]
    events = [
        event
        for event in index.events.get(customer, ())
        if event.date <= on and (known is None or event.recorded <= known)
    ]
    siblings = fold_customer(index.ledger.customers[customer], invoices, events).timelines
    same = next(each for each in siblings if each.case == timeline.case)
    played = Range(day, day + PROJECTED_DAYS)
    walk = walk_of(same, siblings, policies)
    # What the ledger says was done on the day itself stays done.
    return tuple(event for event in play(walk, played) if event.on > on)
