"""Why a verdict came out as it did: the lines of the policy that led to it, in order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.core.answers import ACT, EXCLUDED, HELD
from engine.core.calendar import date_of
from engine.core.case import NEVER
from engine.core.explain import because, sentences
from engine.core.judge import judge
from engine.core.money import Money

if TYPE_CHECKING:
    from engine.core.decision import Because
    from engine.core.joint import Ruling
    from engine.core.judge import Verdict


def explanation(ruling: Ruling) -> tuple[Because, ...]:
    """The lines that led to a ruling: the same question, asked of the explaining compilation."""
    walk, verdict = ruling.walk, ruling.verdict
    currency, day = walk.currency, verdict.day
    version = verdict.version
    evaluator, recorder = version.explainer(currency)
    recorder.start()
    if verdict.facts.assigned is None:
        evaluator.applies(verdict.facts, verdict.bound, day)
    judge(walk, version, day, evaluator, verdict.place.customer_notice)
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
        found += _action(ruling)
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


def _action(ruling: Ruling) -> list[Because]:
    """What is done, and by which clauses."""
    verdict, done = ruling.verdict, ruling.done
    stage, ladder = verdict.stage, verdict.variant.ladder
    if done is None:
        return [because(stage.span, f"so this would be executed today, but {ruling.undecided}")]
    if ruling.held is not None:
        found = [because(stage.span, f"so this would be executed today, but {ruling.held}")]
    else:
        found = [because(stage.span, "so this is executed today")]
    currency = ruling.walk.currency
    if stage.choices_span is not None:
        by = " and ".join(done.channels) or "nothing"
        found.append(because(stage.choices_span, f"goes by {by}"))
    if stage.fee is not None:
        found.append(because(stage.fee.span, f"the fee is {Money(done.fee, currency)}"))
    if stage.charge_interest and ladder.interest is not None:
        claimed = Money(done.interest, currency)
        found.append(because(ladder.interest.span, f"interest of {claimed} is claimed"))
    if stage.pay_within is not None and done.deadline != NEVER:
        deadline = date_of(done.deadline)
        found.append(because(stage.pay_within.span, f"the deadline is {deadline}"))
    return found
