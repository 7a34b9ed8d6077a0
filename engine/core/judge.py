"""Asking a version what to do with a case on a day: the short form of a decision."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.core.answers import EXCLUDED
from engine.core.case import NEVER
from engine.core.fees import fee_of
from engine.core.place import Executed, Place

if TYPE_CHECKING:
    from dunlang.plan import Rule, StagePlan
    from engine.core.answers import Answer, Facts, Stops
    from engine.core.case import CaseFacts
    from engine.core.evaluator import Evaluator, Variant
    from engine.core.policies import PolicyVersion
    from engine.core.walk import CaseWalk


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was decided, with everything that led to it at hand."""

    version: PolicyVersion
    variant: Variant
    facts: CaseFacts
    place: Place
    bound: Facts
    stops: Stops
    day: int
    outcome: int
    """One of the numbers in `codegen`."""
    number: int
    """Of the rule (excluded, held) or of the stage; below 0 where there is none."""
    own_day: int
    """The day from which the stage can be executed."""
    run_day: int
    """The first day on which that is still possible."""

    @property
    def stage(self) -> StagePlan:
        """The stage, where there is one."""
        return self.variant.ladder.stages[self.number]

    @property
    def rule(self) -> Rule:
        """The rule that excludes or holds the case."""
        ladder = self.variant.ladder
        rules = ladder.excludes if self.outcome == EXCLUDED else ladder.holds
        return rules[self.number]


def judge(
    walk: CaseWalk, version: PolicyVersion, day: int, evaluator: Evaluator | None = None
) -> Verdict:
    """Ask a version what to do on a day; `evaluator` asks another compilation of it."""
    facts, place = walk.facts(day), walk.place(day)
    bound = walk.bound(version, day)
    compiled = evaluator or version.evaluator(walk.timeline.currency)
    variant = compiled.variant(facts, place, bound, day)
    stops = walk.stops(version, day)
    low = max(day + 1 if place.last_day == day else day, walk.timeline.known_from)
    answer = variant.decide(facts, place, bound, stops, day, low)
    return Verdict(version, variant, facts, place, bound, stops, day, *answer)


def due_of_held(verdict: Verdict) -> Answer:
    """For a case that is held: the stage that would come next, and since when."""
    v = verdict
    return v.variant.next_stage(v.facts, v.place, v.bound, v.stops, v.day, NEVER)


def execution(walk: CaseWalk, verdict: Verdict) -> Executed:
    """What executing the stage of a verdict puts on record."""
    stage = verdict.stage
    fee = fee_of(
        stage,
        verdict.variant.ladder,
        verdict.facts,
        verdict.place,
        walk.timeline.currency,
        verdict.version.plan.rounding,
    )
    within = stage.pay_within
    deadline = verdict.version.deadline(within, verdict.day) if within else NEVER
    return Executed(verdict.day, stage.id, deadline, fee, is_notice=stage.is_notice)
