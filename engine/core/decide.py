"""A decision: the next action of a case on a day.

`judge` is the short form that a simulation asks thousands of times; `decide` gives the whole
`Decision`, with an explanation if asked for.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from engine.core.case import NEVER
from engine.core.codegen import ACT, EXCLUDED, HELD, NO_STAGE_LEFT, NOT_DUE, SETTLED, WAITING
from engine.core.decision import Because, Decision, Next, Outcome
from engine.core.explain import because, sentences
from engine.core.fees import UNREACHABLE, channels_of, fee_of
from engine.core.money import Money
from engine.core.place import Executed, Place, place_of
from engine.core.policies import Uncovered

if TYPE_CHECKING:
    from dunlang.plan import StagePlan
    from engine.core.case import CaseFacts
    from engine.core.codegen import Answer, Evaluator, Facts, Stops, Variant
    from engine.core.policies import PolicyVersion
    from engine.core.walk import CaseWalk

_OUTCOMES: dict[int, Outcome] = {
    SETTLED: "settled",
    EXCLUDED: "excluded",
    HELD: "held",
    NOT_DUE: "not_due",
    WAITING: "waiting",
    ACT: "act",
    NO_STAGE_LEFT: "no_stage_left",
}


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
    def rule_text(self) -> str:
        """Text of the rule that excludes or holds the case."""
        ladder = self.variant.ladder
        rules = ladder.excludes if self.outcome == EXCLUDED else ladder.holds
        return rules[self.number].text


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


def decide(walk: CaseWalk, day: int, *, explain: bool = False) -> Decision:
    """The next action of a case on a day (`date.toordinal()`).

    Everything is in the answer: a case that cannot be decided is `undecided` with the reason.
    """
    timeline, facts = walk.timeline, walk.facts(day)
    version = walk.version(day)
    blank = Decision(
        case=timeline.case,
        customer=timeline.customer,
        on=datetime.date.fromordinal(day),
        policy=None,
        version=None,
        outcome="settled",
        open_amount=Money(facts.open, timeline.currency),
    )
    if isinstance(version, Uncovered):
        if facts.open <= 0:
            return blank
        outcome: Outcome = "undecided" if version.undecided else "no_policy"
        return replace(blank, outcome=outcome, reason=version.reason)
    plan = version.plan
    blank = replace(blank, policy=plan.id, version=plan.version)
    verdict = judge(walk, version, day)
    because_of = explanation(walk, verdict) if explain else ()
    decision = replace(blank, outcome=_OUTCOMES[verdict.outcome], because=because_of)
    match verdict.outcome:
        case 1 | 2:
            reason = verdict.rule_text
            following = _next(verdict, due_of_held(verdict)) if verdict.outcome == HELD else None
            return replace(decision, reason=reason, next=following)
        case 3 | 4:
            return replace(decision, next=_waiting_for(verdict))
        case 5:
            return _action(walk, verdict, decision)
        case _:
            return decision


def _waiting_for(verdict: Verdict) -> Next | None:
    answer = (0, verdict.number, verdict.own_day, verdict.run_day)
    return _next(verdict, answer)


def _next(verdict: Verdict, answer: Answer) -> Next | None:
    _, number, _, run = answer
    if number < 0:
        return None
    stages = verdict.variant.ladder.stages
    return Next(stages[number].id, datetime.date.fromordinal(run))


def _action(walk: CaseWalk, verdict: Verdict, decision: Decision) -> Decision:
    stage, plan = verdict.stage, verdict.version.plan
    currency = walk.timeline.currency
    done = execution(walk, verdict)
    channels, problems = channels_of(stage, verdict.facts.customer_facts)
    return replace(
        decision,
        stage=stage.id,
        title=stage.title,
        due=datetime.date.fromordinal(verdict.own_day),
        channels=channels,
        letters=letters_of(walk, verdict, channels),
        mode=stage.mode,
        send_at=stage.send_at,
        approval=stage.approval,
        template=stage.template,
        fee=Money(done.fee, currency),
        interest=Money(0, currency),
        deadline=None if done.deadline == NEVER else datetime.date.fromordinal(done.deadline),
        task=stage.task,
        hand_over=stage.hand_over,
        problems=problems,
        next=_after(walk, verdict, done),
        policy=plan.id,
    )


def letters_of(walk: CaseWalk, verdict: Verdict, channels: tuple[str, ...]) -> tuple[str, ...]:
    """One id per channel of a notice: what shares an id travels in one letter."""
    if not verdict.stage.is_notice:
        return ()
    timeline = walk.timeline
    joined = verdict.version.plan.letters_per_customer
    whose = f"{timeline.customer}/{timeline.currency}" if joined else timeline.case
    on = datetime.date.fromordinal(verdict.day)
    return tuple(f"{on}/{whose}/{channel}" for channel in channels)


def _after(walk: CaseWalk, verdict: Verdict, done: Executed) -> Next | None:
    """The stage after this one, as if this one had been executed today."""
    v = verdict
    place = place_of((*v.place.history, done), v.facts.cycle_since)
    evaluator = v.version.evaluator(walk.timeline.currency)
    variant = evaluator.variant(v.facts, place, v.bound, v.day)
    low = max(v.day + 1, walk.timeline.known_from)
    answer = variant.next_stage(v.facts, place, v.bound, v.stops, v.day, low)
    return _next(replace(v, variant=variant), answer)


def explanation(walk: CaseWalk, verdict: Verdict) -> tuple[Because, ...]:
    """The lines that led to a verdict: asked again of the explaining compilation."""
    currency, day = walk.timeline.currency, verdict.day
    version = verdict.version
    evaluator, recorder = version.explainer(currency)
    recorder.start()
    if verdict.facts.assigned is None:
        evaluator.applies(verdict.facts, verdict.bound, day)
    again = judge(walk, version, day, evaluator)
    lines = sentences(recorder, evaluator.notes, currency)
    effective = datetime.date.fromordinal(version.plan.effective)
    found = [because(version.plan.span, f"in force since {effective}"), *lines]
    if again.outcome in {EXCLUDED, HELD}:
        ladder = again.variant.ladder
        rules = ladder.excludes if again.outcome == EXCLUDED else ladder.holds
        found.append(because(rules[again.number].span, f"the case is {_OUTCOMES[again.outcome]}"))
    elif again.number >= 0:
        run = datetime.date.fromordinal(again.run_day)
        said = "is executed today" if again.outcome == ACT else f"is next, on {run}"
        found.append(because(again.stage.span, said))
    return tuple(found)


def is_unreachable(problems: tuple[str, ...]) -> bool:
    """Whether a notice cannot go out because no channel reaches the customer."""
    return UNREACHABLE in problems
