"""Asking a version what to do with a case on a day: the short form of a decision."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from engine.core.answers import EXCLUDED, HELD, NO_STAGE_LEFT, NONE_LEFT
from engine.core.case import NEVER
from engine.core.claims import claim
from engine.core.fees import channels_of, fee_of
from engine.core.late import Question, straight_held, straight_on
from engine.core.letters import letters_of
from engine.core.place import Executed, Place
from engine.core.rates import MissingRate

if TYPE_CHECKING:
    from dunlang.plan import Rule, StagePlan
    from engine.core.answers import Answer, Facts, Stops
    from engine.core.case import CaseFacts
    from engine.core.evaluator import Evaluator, Variant
    from engine.core.policies import PolicyVersion
    from engine.core.walk import Walk


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

    def question(self, low: int) -> Question:
        """The same case and day, to be asked about the stages that may come from a day on."""
        return Question(
            self.version,
            self.variant,
            self.facts,
            self.place,
            self.bound,
            self.stops,
            self.day,
            low,
        )


def judge(
    walk: Walk,
    version: PolicyVersion,
    day: int,
    evaluator: Evaluator | None = None,
    customer_notice: int = NEVER,
) -> Verdict:
    """Ask a version what to do on a day; `evaluator` asks another compilation of it.

    `customer_notice`: day of the newest notice to the customer about anything, where the version
    asks for it.
    """
    facts, place = walk.facts(day), walk.place(day)
    if customer_notice != NEVER:
        place = replace(place, customer_notice=customer_notice)
    bound = walk.bound(version, day)
    compiled = evaluator or version.evaluator(walk.currency)
    variant = compiled.variant(facts, place, bound, day)
    stops = walk.stops(version, day)
    low = max(day + 1 if place.last_day == day else day, walk.known_from)
    answer = variant.decide(facts, place, bound, stops, day, low)
    if place.written_off and not facts.settled:
        answer = NO_STAGE_LEFT, NONE_LEFT, 0, 0
    found = Verdict(version, variant, facts, place, bound, stops, day, *answer)
    if version.plan.straight and not place.written_off and answer[0] > HELD:
        outcome, number, own, run = straight_on(found.question(low))
        return replace(found, outcome=outcome, number=number, own_day=own, run_day=run)
    return found


def due_of_held(verdict: Verdict) -> Answer:
    """For a case that is held: the stage that would come next, and since when."""
    v = verdict
    if v.version.plan.straight:
        return straight_held(v.question(NEVER))
    return v.variant.next_stage(v.facts, v.place, v.bound, v.stops, v.day, NEVER)


def execution(
    walk: Walk, verdict: Verdict, *, per_letter_waived: bool = False
) -> Executed | MissingRate:
    """What executing the stage of a verdict puts on record; or a rate that it needs."""
    stage, version, ladder = verdict.stage, verdict.version, verdict.variant.ladder
    charge = fee_of(
        stage,
        ladder,
        verdict.facts,
        verdict.place,
        verdict.day,
        version.charging(walk.currency),
        per_letter_waived=per_letter_waived,
    )
    if isinstance(charge, MissingRate):
        return charge
    interest = 0
    if stage.charge_interest:
        claimed = claim(walk, version, ladder, verdict.place, verdict.day)
        if isinstance(claimed, MissingRate):
            return claimed
        interest = claimed
    within = stage.pay_within
    channels, _ = channels_of(stage, verdict.facts.customer_facts)
    return Executed(
        verdict.day,
        stage.id,
        version.deadline(within, verdict.day) if within else NEVER,
        charge.fee,
        is_notice=stage.is_notice,
        tax=charge.tax,
        interest=interest,
        policy=version.plan.id,
        version=version.plan.version,
        channels=channels,
        letters=letters_of(walk, version.plan, stage, verdict.day, channels),
        suspend=stage.suspend,
        write_off=stage.write_off,
        terms=version.terms,
    )
