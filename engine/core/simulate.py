"""Dunning played over a range of days.

The ledger as it stands before the first day is kept; what happens inside the range (payments,
disputes, promises) is taken as it is, and what was executed inside the range is replaced by what
the policies would have done. People are assumed to do at once what waits for them.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from engine.core.answers import ACT, HELD
from engine.core.calendar import date_of
from engine.core.case import NEVER
from engine.core.decide import is_unreachable, letters_of
from engine.core.fees import UNREACHABLE, channels_of
from engine.core.history import walk_of
from engine.core.judge import due_of_held, execution, judge
from engine.core.money import Money
from engine.core.policies import PolicySet, PolicyVersion, Uncovered

if TYPE_CHECKING:
    from engine.core.case import CaseFacts, CaseTimeline
    from engine.core.judge import Verdict
    from engine.core.knowledge import Epoch
    from engine.core.walk import CaseWalk

EventName = Literal["reopened", "released", "settled", "held", "undecided", "stage"]

_ORDER: dict[EventName, int] = {
    "reopened": 0,
    "released": 1,
    "settled": 2,
    "held": 3,
    "undecided": 4,
    "stage": 5,
}
"""Within one case and day. Source: the language, "Cases and policies"."""

LOOK_BACK = 62
"""Days before the first one in which the last run is looked for, to know what was held then."""


@dataclass(frozen=True, slots=True)
class SimulationEvent:
    """Something that happens in a simulation."""

    on: datetime.date
    case: str
    customer: str
    policy: str | None
    version: int | None
    event: EventName
    open_amount: Money
    stage: str | None = None
    channels: tuple[str, ...] = ()
    fee: Money | None = None
    interest: Money | None = None
    deadline: datetime.date | None = None
    letters: tuple[str, ...] = ()
    reason: str | None = None

    @property
    def order(self) -> tuple[datetime.date, str, int]:
        """Sort key: day, then case by code point, then the order within a case and day."""
        return self.on, self.case, _ORDER[self.event]


@dataclass(frozen=True, slots=True)
class Range:
    """What to play: first to last day (`date.toordinal()`), and on which of them runs happen."""

    first: int
    last: int
    runs: Callable[[int, PolicyVersion | None], bool] | None = None
    """Whether a run takes place on a day, beyond the policy's own run days; None: on every one."""

    def is_run(self, day: int, version: PolicyVersion | None) -> bool:
        """Whether the policy runs on a day and a run was asked for."""
        if version is not None and version.run_day(day) != day:
            return False
        return self.runs is None or self.runs(day, version)


def simulate_customer(
    timelines: Sequence[CaseTimeline],
    policies: PolicySet,
    played: Range,
    *,
    from_scratch: bool = False,
) -> list[SimulationEvent]:
    """Everything that happens to the cases of one customer in a range, unsorted."""
    found: list[SimulationEvent] = []
    for timeline in timelines:
        before = NEVER if from_scratch else played.first
        walk = walk_of(timeline, timelines, policies, before)
        found.extend(play(walk, played))
    return found


def simulate_case(
    case: str,
    known: Sequence[Epoch],
    policies: PolicySet,
    played: Range,
    *,
    from_scratch: bool = False,
) -> list[SimulationEvent]:
    """Everything that happens to one case in a range, in order.

    `known` is what is known of its customer, in order of day, and knows the case at least once.
    """
    before = NEVER if from_scratch else played.first
    (since, first), *later = [
        (epoch.day, walk_of(timeline, epoch.timelines, policies, before))
        for epoch in known
        for timeline in epoch.timelines
        if timeline.case == case
    ]
    return play(first, played, since, later)


def play(
    walk: CaseWalk,
    played: Range,
    since: int = NEVER,
    later: Sequence[tuple[int, CaseWalk]] = (),
) -> list[SimulationEvent]:
    """Everything that happens to one case in a range, in order; the walk holds what was done.

    The case is known from day `since` on: from before the range, if changes are measured against
    what was known then. `later` are walks through the case as it is known from later days on, in
    order.
    """
    return _Player(walk, played).play(since, later)


@dataclass(slots=True)
class _Player:
    """Plays one case day by day."""

    walk: CaseWalk
    played: Range
    held: str | None = None
    """Reason of the printed `held` that was not released yet."""
    undecided: bool = False

    def play(self, since: int, later: Sequence[tuple[int, CaseWalk]]) -> list[SimulationEvent]:
        found: list[SimulationEvent] = []
        since = max(since, self.walk.timeline.known_from)
        first = max(self.played.first, since)
        if first > self.played.last:
            return found
        was_open = False
        if since < self.played.first:
            self._look_back(first)
            was_open = self.walk.facts(first - 1).open > 0
        coming = list(reversed(later))
        for day in range(first, self.played.last + 1):
            yesterday = self.walk
            while coming and coming[-1][0] <= day:
                self._learn(coming.pop()[1])
            facts = self.walk.facts(day)
            is_open = facts.open > 0
            if is_open or was_open or self.held or self.undecided:
                turn: EventName | None = None
                # Whether a stage was executed is asked of the case as it was known yesterday.
                if (
                    is_open is not was_open
                    and since < day
                    and yesterday.place(day - 1).stage is not None
                ):
                    turn = "reopened" if is_open else "settled"
                found.extend(self._day(day, facts, turn))
            was_open = is_open
        return found

    def _learn(self, walk: CaseWalk) -> None:
        """Go on with what is known now; what was executed inside the range stays executed."""
        walk.moves += [move for move in self.walk.moves if move.day >= self.played.first]
        self.walk = walk

    def _look_back(self, first: int) -> None:
        """Find out what was held at the last run before the range."""
        for day in range(first - 1, max(first - LOOK_BACK, self.walk.timeline.known_from) - 1, -1):
            version = self.walk.version(day)
            known = version if isinstance(version, PolicyVersion) else None
            if self.played.is_run(day, known):
                is_open = self.walk.facts(day).open > 0
                self.undecided = is_open and isinstance(version, Uncovered) and version.undecided
                self.held = self._held_reason(judge(self.walk, known, day)) if known else None
                return

    def _day(self, day: int, facts: CaseFacts, turn: EventName | None) -> list[SimulationEvent]:
        version = self.walk.version(day)
        known = version if isinstance(version, PolicyVersion) else None
        plan = known.plan if known else None
        blank = SimulationEvent(
            on=date_of(day),
            case=self.walk.timeline.case,
            customer=self.walk.timeline.customer,
            policy=plan.id if plan else None,
            version=plan.version if plan else None,
            event="settled",
            open_amount=Money(facts.open, self.walk.timeline.currency),
        )
        found = [replace(blank, event=turn)] if turn else []
        if self.played.is_run(day, known):
            undecided = isinstance(version, Uncovered) and version.undecided and facts.open > 0
            if isinstance(version, Uncovered) and undecided and not self.undecided:
                found.append(replace(blank, event="undecided", reason=version.reason))
            self.undecided = undecided
            found.extend(self._run(day, known if facts.open > 0 else None, blank))
        return sorted(found, key=lambda event: event.order)

    def _run(
        self, day: int, version: PolicyVersion | None, blank: SimulationEvent
    ) -> list[SimulationEvent]:
        verdict = judge(self.walk, version, day) if version else None
        reason = self._held_reason(verdict) if verdict else None
        found = []
        if self.held is not None and reason != self.held:
            found.append(replace(blank, event="released", reason=self.held))
        if reason is not None and reason != self.held:
            found.append(replace(blank, event="held", reason=reason))
        self.held = reason
        if verdict is not None and verdict.outcome == ACT and reason is None:
            found.append(self._execute(verdict, blank))
        return found

    def _held_reason(self, verdict: Verdict) -> str | None:
        """Why a stage that would otherwise be executed is not."""
        if verdict.outcome == HELD:
            _, number, _, run = due_of_held(verdict)
            executed_today = verdict.place.last_day == verdict.day
            due = number >= 0 and run <= verdict.day and not executed_today
            return verdict.rule.text if due else None
        if verdict.outcome == ACT:
            _, problems = channels_of(verdict.stage, verdict.facts.customer_facts)
            return UNREACHABLE if is_unreachable(problems) else None
        return None

    def _execute(self, verdict: Verdict, blank: SimulationEvent) -> SimulationEvent:
        done = execution(self.walk, verdict)
        self.walk.moves.append(done)
        channels, _ = channels_of(verdict.stage, verdict.facts.customer_facts)
        currency = self.walk.timeline.currency
        deadline = None if done.deadline == NEVER else date_of(done.deadline)
        return replace(
            blank,
            event="stage",
            stage=done.stage,
            channels=channels,
            fee=Money(done.fee, currency),
            interest=Money(0, currency),
            deadline=deadline,
            letters=letters_of(self.walk, verdict, channels),
        )
