"""Why a verdict came out as it did: the lines of the policy that led to it, in order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.core.answers import ACT, EXCLUDED, HELD
from engine.core.calendar import date_of
from engine.core.case import NEVER
from engine.core.explain import because, sentences
from engine.core.fees import channels_of
from engine.core.judge import execution, judge
from engine.core.money import Money

if TYPE_CHECKING:
    from engine.core.decision import Because
    from engine.core.judge import Verdict
    from engine.core.walk import CaseWalk


def explanation(walk: CaseWalk, verdict: Verdict) -> tuple[Because, ...]:
    """The lines that led to a verdict: the same question, asked of the explaining compilation."""
    currency, day = walk.timeline.currency, verdict.day
    version = verdict.version
    evaluator, recorder = version.explainer(currency)
    recorder.start()
    if verdict.facts.assigned is None:
        evaluator.applies(verdict.facts, verdict.bound, day)
    judge(walk, version, day, evaluator)
    effective = date_of(version.plan.effective)
    found = [
        because(version.plan.span, f"in force since {effective}"),
        *sentences(recorder, evaluator.notes, currency),
        *_left_out(verdict),
    ]
    if verdict.outcome in {EXCLUDED, HELD}:
        said = "excluded" if verdict.outcome == EXCLUDED else "held"
        found.append(because(verdict.rule.span, f"so the case is {said}"))
    elif verdict.outcome == ACT:
        found += _action(walk, verdict)
    elif verdict.number >= 0:
        run = date_of(verdict.run_day)
        found.append(because(verdict.stage.span, f"so this is next, on {run}"))
    return tuple(dict.fromkeys(found))


def _left_out(verdict: Verdict) -> list[Because]:
    """Stages between the last executed one and the next that an exception skips."""
    ids = [stage.id for stage in verdict.variant.ladder.stages]
    last = ids.index(verdict.place.stage) if verdict.place.stage in ids else -1
    until = verdict.number if verdict.number >= 0 else len(ids)
    between = verdict.variant.ladder.stages[last + 1 : until]
    return [because(each.skipped, f"{each.id} is left out") for each in between if each.skipped]


def _action(walk: CaseWalk, verdict: Verdict) -> list[Because]:
    """What is done, and by which clauses."""
    stage = verdict.stage
    done = execution(walk, verdict)
    found = [because(stage.span, "so this is executed today")]
    channels, _ = channels_of(stage, verdict.facts.customer_facts)
    if stage.choices_span is not None:
        found.append(because(stage.choices_span, f"goes by {' and '.join(channels) or 'nothing'}"))
    if stage.fee is not None:
        fee = Money(done.fee, walk.timeline.currency)
        found.append(because(stage.fee.span, f"the fee is {fee}"))
    if stage.pay_within is not None and done.deadline != NEVER:
        deadline = date_of(done.deadline)
        found.append(because(stage.pay_within.span, f"the deadline is {deadline}"))
    return found
