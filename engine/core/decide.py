"""A decision: the next action of a case on a day.

`judge.judge` is the short form that a simulation asks thousands of times; `decide` gives the
whole `Decision`, with an explanation if asked for.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from engine.core.answers import ACT, EXCLUDED, HELD, NO_STAGE_LEFT, NOT_DUE, SETTLED, WAITING
from engine.core.calendar import date_of
from engine.core.case import NEVER
from engine.core.decision import Decision, Next, Outcome
from engine.core.fees import UNREACHABLE, channels_of
from engine.core.judge import due_of_held, execution, judge
from engine.core.money import Money
from engine.core.place import Executed, place_of
from engine.core.policies import Uncovered
from engine.core.reasons import explanation

if TYPE_CHECKING:
    from engine.core.answers import Answer
    from engine.core.judge import Verdict
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


def decide(walk: CaseWalk, day: int, *, explain: bool = False) -> Decision:
    """The next action of a case on a day (`date.toordinal()`).

    Everything is in the answer: a case that cannot be decided is `undecided` with the reason.
    """
    timeline, facts = walk.timeline, walk.facts(day)
    version = walk.version(day)
    blank = Decision(
        case=timeline.case,
        customer=timeline.customer,
        on=date_of(day),
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
    if verdict.outcome == ACT:
        return _action(walk, verdict, decision)
    if verdict.outcome in {NOT_DUE, WAITING}:
        return replace(decision, next=_waiting_for(verdict))
    if verdict.outcome == HELD:
        following = _next(verdict, due_of_held(verdict))
        return replace(decision, reason=verdict.rule.text, next=following)
    if verdict.outcome == EXCLUDED:
        return replace(decision, reason=verdict.rule.text)
    return decision


def _waiting_for(verdict: Verdict) -> Next | None:
    answer = (0, verdict.number, verdict.own_day, verdict.run_day)
    return _next(verdict, answer)


def _next(verdict: Verdict, answer: Answer) -> Next | None:
    _, number, _, run = answer
    if number < 0:
        return None
    stages = verdict.variant.ladder.stages
    return Next(stages[number].id, date_of(run))


def _action(walk: CaseWalk, verdict: Verdict, decision: Decision) -> Decision:
    stage, plan = verdict.stage, verdict.version.plan
    currency = walk.timeline.currency
    done = execution(walk, verdict)
    channels, problems = channels_of(stage, verdict.facts.customer_facts)
    return replace(
        decision,
        stage=stage.id,
        title=stage.title,
        due=date_of(verdict.own_day),
        channels=channels,
        letters=letters_of(walk, verdict, channels),
        mode=stage.mode,
        send_at=stage.send_at,
        approval=stage.approval,
        template=stage.template,
        fee=Money(done.fee, currency),
        interest=Money(0, currency),
        deadline=None if done.deadline == NEVER else date_of(done.deadline),
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
    joined = verdict.version.plan.letters_per != "case"
    whose = f"{timeline.customer}/{timeline.currency}" if joined else timeline.case
    on = date_of(verdict.day)
    return tuple(f"{on}/{whose}/{channel}" for channel in channels)


def _after(walk: CaseWalk, verdict: Verdict, done: Executed) -> Next | None:
    """The stage after this one, as if this one had been executed today."""
    v = verdict
    place = place_of((*v.place.history, done), v.facts.cycle_since)
    evaluator = v.version.evaluator(walk.timeline.currency)
    variant = evaluator.variant(v.facts, place, v.bound, v.day)
    low = max(v.day + 1, walk.timeline.known_from)
    stops = walk.stops(v.version, v.day, place)
    answer = variant.next_stage(v.facts, place, v.bound, stops, v.day, low)
    return _next(replace(v, variant=variant), answer)


def is_unreachable(problems: tuple[str, ...]) -> bool:
    """Whether a notice cannot go out because no channel reaches the customer."""
    return UNREACHABLE in problems
