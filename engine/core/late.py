"""Late runs: the stages that dunning on time would have reached by a day.

The chain of a case takes the next stage after another, each on the day on which it would have been
executed had every run been on time: its waits count from the stage of the chain before it, while
conditions and exceptions are asked of the facts as they are on the day of the question. Gaps
between notices are no part of it. Source: the language, "The chain of a late run".
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from engine.core.answers import ACT, HELD, NO_STAGE_LEFT, NONE_LEFT, NOT_DUE, WAITING
from engine.core.case import NEVER
from engine.core.place import Executed, Place, standing_at

if TYPE_CHECKING:
    from engine.core.answers import Answer, Facts, Stops
    from engine.core.case import CaseFacts
    from engine.core.evaluator import Variant
    from engine.core.policies import PolicyVersion


@dataclass(frozen=True, slots=True)
class Question:
    """A case on a day, as the generated code is asked about it."""

    version: PolicyVersion
    variant: Variant
    facts: CaseFacts
    place: Place
    bound: Facts
    stops: Stops
    day: int
    low: int
    """The first day on which a stage may still be executed."""
    out: frozenset[int] = frozenset()
    """Stages before the due date that a gap between notices holds back until then."""


@dataclass(frozen=True, slots=True)
class Chain:
    """What was reached by a day, and what would come next."""

    reached: tuple[Executed, ...]
    number: int
    """Of the next stage; below 0 if there is none, see `answers`."""
    day: int
    """Its day."""
    is_again: bool
    """Whether the last stage reached (or the next) is executed again."""


def chain(asked: Question, start: Place, horizon: int) -> Chain:
    """The chain from a place up to a day."""
    plan = asked.version.plan
    follow = asked.variant.chain
    if follow is None:
        message = "the policy does not ask for late runs"
        raise AssertionError(message)
    reached: list[Executed] = []
    at, was_again = start, False
    while True:
        again, number, own, _ = follow(
            asked.facts,
            asked.place,
            at,
            asked.bound,
            asked.stops,
            asked.day,
            asked.low,
            asked.out,
        )
        if reached:
            own = max(own, reached[-1].day)
        if number < 0 or own > horizon:
            return Chain(tuple(reached), number, own, was_again if reached else bool(again))
        was_again = bool(again)
        stage = asked.variant.ladder.stages[number]
        within = stage.pay_within
        deadline = asked.version.deadline(within, own) if within else NEVER
        on_time = Executed(
            own,
            stage.id,
            deadline,
            fee=0,
            is_notice=stage.is_notice,
            policy=plan.id,
            version=plan.version,
        )
        reached.append(on_time)
        at = standing_at(at, (*at.standing, on_time))


def straight_on(asked: Question) -> Answer:
    """What comes next if late runs go straight to the stage reached.

    The answer is that of the generated `decide` for a case that no rule keeps from the ladder.
    """
    horizon = asked.day
    while True:
        number, own, is_again = _candidate(asked, horizon)
        if number < 0:
            return closed(asked, NO_STAGE_LEFT if number == NONE_LEFT else WAITING), number, 0, 0
        if own > horizon:
            horizon = own  # nothing is reached by now: what is when the next one has come
            continue
        own = _behind_gaps(asked, number, own)
        run = own if own >= asked.low else asked.version.run_day(asked.low)
        # One that is executed again does not wait for the due date.
        if run >= asked.facts.due and not is_again and _is_before_due(asked, number):
            asked, horizon = replace(asked, out=asked.out | {number}), asked.day
            continue
        if run <= horizon:
            break
        horizon = run
    return ACT if run == asked.day else closed(asked, WAITING), number, own, run


def straight_held(asked: Question) -> Answer:
    """For a case that is held: the stage that would be executed, and since when."""
    number, own, _ = _candidate(asked, asked.day)
    if number >= 0:
        own = _behind_gaps(asked, number, own)
    return HELD, number, own, own


def stepped_down(asked: Question) -> tuple[Executed, ...] | None:
    """Where the case stands if less is owed than justifies its stage; None if it stays.

    Source: the language, "step down when less is owed".
    """
    ids = {stage.id: number for number, stage in enumerate(asked.variant.ladder.stages)}
    stands = _index(asked)
    if stands < 0:
        return None
    justified = chain(asked, standing_at(asked.place, ()), asked.day).reached
    furthest = ids[justified[-1].stage] if justified else -1
    return justified if furthest < stands else None


def _index(asked: Question) -> int:
    """How high the case stands: by its stage's id, else by what a stage replaces; below 0: not."""
    place, plan = asked.place, asked.version.plan
    for number, stage in enumerate(asked.variant.ladder.stages):
        if stage.id == place.stage:
            return number
    for number, stage in enumerate(asked.variant.ladder.stages):
        for policy, old in stage.replaces:
            under = {plan.id, None} if policy is None else {policy}
            if old == place.stage and place.policy in under:
                return number
    return -1


def _is_before_due(asked: Question, number: int) -> bool:
    waits = asked.variant.ladder.stages[number].waits
    return any(wait.kind == "before due" for wait in waits)


def _candidate(asked: Question, horizon: int) -> tuple[int, int, bool]:
    """The last stage reached by a day, else the next one.

    Its number, its day on time, and whether it is executed again.
    """
    found = chain(asked, asked.place, horizon)
    ids = {stage.id: number for number, stage in enumerate(asked.variant.ladder.stages)}
    if not found.reached:
        return found.number, found.day, found.is_again
    last = found.reached[-1]
    return ids[last.stage], last.day, found.is_again


def _behind_gaps(asked: Question, number: int, day: int) -> int:
    """The day, moved behind the gaps between notices, on which the policy runs."""
    stage, add = asked.variant.ladder.stages[number], asked.version.calendar.add_period
    if stage.is_notice:
        for gap, notice in (
            (stage.gap, asked.place.last_notice),
            (stage.customer_gap, asked.place.customer_notice),
        ):
            if gap is not None and notice >= 0:
                day = max(day, add(notice, gap.count, gap.unit))
    return asked.version.run_day(day)


def closed(asked: Question, outcome: int) -> int:
    """The outcome, or that the ladder has not opened yet."""
    grace = asked.variant.ladder.grace
    opens = asked.version.calendar.add_period(asked.facts.due, grace.count, grace.unit) + 1
    return NOT_DUE if asked.day < opens or asked.day < asked.facts.issued else outcome
