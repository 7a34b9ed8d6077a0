"""A case on its ladder: what was done, what is to be done, and what would follow."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from engine.core.fold import fold_customer
from engine.core.history import catch_up, debtor_of
from engine.core.policies import PolicyVersion
from engine.core.simulate import Range, play_ahead
from engine.services.charges import charges_on
from engine.services.decisions import NoCase, decided_alone, find_walk

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dunlang.plan import StagePlan
    from engine.core.case import CaseFacts, Posting
    from engine.core.decision import Decision
    from engine.core.fold import CustomerHistory
    from engine.core.ledger_index import LedgerIndex
    from engine.core.place import Executed
    from engine.core.policies import PolicySet
    from engine.core.simulate import SimulationEvent
    from engine.core.walk import Walk

PROJECTED_DAYS = 400
"""How far ahead a case is played to say when its next stages would come."""
PROJECTED_CASES = 50_000
"""Of a debtor whose cases wait for one another, so many are asked for it, day by day: for some
seconds, so that who looks at one of thousands is answered."""


class Suspended(NamedTuple):
    """What a stage suspended, and is suspended still."""

    stage: str
    what: str
    """In the words of the policy."""
    since: datetime.date


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
    ahead_until: datetime.date
    """The last day that was looked at for it: where thousands of cases of a debtor wait for one
    another, it comes sooner."""
    charges: int = 0
    """Fees and claimed interest that are neither paid nor waived, in minor units."""
    suspended: tuple[Suspended, ...] = ()
    """In the order in which it was."""

    @property
    def no_further(self) -> str:
        """Why nothing is said of days after `ahead_until`; empty if that is far enough."""
        if self.ahead_until >= _last_ahead(self.decision.on):
            return ""
        many = "too many cases of the customer wait for one another"
        return f"days after {self.ahead_until} are not looked at: {many}"


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
    found = find_walk(index, policies, case, on, known)
    if isinstance(found, NoCase):
        return found
    debtor, walk = found
    decision = decided_alone(debtor, walk, on, explain=explain)
    try:
        done, ladder = _rungs(walk, on.toordinal())
        suspended = suspended_on(walk, on)
        ahead, until = _ahead(index, policies, walk, on, known)
    except Exception:  # noqa: BLE001 - the decision says already that the case cannot be decided
        done, ladder, suspended, ahead, until = (), (), (), (), _last_ahead(on)
    facts = walk.facts(on.toordinal())
    name = facts.customer_facts.get("name")
    charges = charges_on(debtor, walk, on.toordinal())
    named = str(name) if name else None
    return CaseStory(decision, facts, named, done, ladder, ahead, until, charges, suspended)


def _rungs(walk: Walk, day: int) -> tuple[tuple[Executed, ...], tuple[StagePlan, ...]]:
    """What was executed in this cycle, and the ladder as it holds on a day."""
    facts, place = walk.facts(day), walk.place(day)
    done = tuple(each for each in place.history if each.day >= facts.cycle_since)
    version = walk.version(day)
    if not isinstance(version, PolicyVersion):
        return done, ()
    evaluator = version.evaluator(walk.currency)
    variant = evaluator.variant(facts, place, walk.bound(version, day), day)
    return done, variant.ladder.stages


def suspended_on(walk: Walk, on: datetime.date) -> tuple[Suspended, ...]:
    """What is suspended at the end of a day; with a settlement all of it is resumed."""
    day = on.toordinal()
    facts, place = walk.facts(day), walk.place(day)
    if facts.settled:
        return ()
    since: dict[tuple[str, str | None], int] = {}
    for each in place.history:
        if each.day >= facts.open_since:
            since.setdefault((each.stage, each.suspend), each.day)
    return tuple(
        Suspended(stage, what, datetime.date.fromordinal(since[stage, what]))
        for stage, what in place.suspended
    )


def _ahead(
    index: LedgerIndex,
    policies: PolicySet,
    walk: Walk,
    on: datetime.date,
    known: datetime.datetime | None,
) -> tuple[tuple[SimulationEvent, ...], datetime.date]:
    """The days after a day, played without anything that the ledger says about them."""
    customer, day = walk.customer, on.toordinal()
    last = _last_ahead(on)
    if walk.facts(day).settled:
        return (), last
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
    whose = index.ledger.customers[customer]

    def fold(postings: Sequence[Posting]) -> CustomerHistory:
        return fold_customer(whose, invoices, events, postings)

    # What the ledger says was done on the day itself stays done.
    debtor = debtor_of(customer, fold, policies)
    catch_up(debtor, day)
    range_ = Range(day, last.toordinal())
    played, until = play_ahead(debtor, range_, walk.case, PROJECTED_CASES)
    found = tuple(sorted((event for event in played if event.on > on), key=_when))
    return found, last if until >= range_.last else datetime.date.fromordinal(until)


def _last_ahead(on: datetime.date) -> datetime.date:
    last = min(on.toordinal() + PROJECTED_DAYS, datetime.date.max.toordinal())
    return datetime.date.fromordinal(last)


def _when(event: SimulationEvent) -> tuple[datetime.date, str, int]:
    return event.order
