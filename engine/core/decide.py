"""A decision: the next action of a case on a day.

`judge.judge` is the short form that a simulation asks thousands of times; `decide` gives the
whole `Decision`, with an explanation if asked for.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from engine.core.answers import ACT, EXCLUDED, HELD, NO_STAGE_LEFT, NOT_DUE, SETTLED, WAITING
from engine.core.calendar import date_of
from engine.core.case import NEVER
from engine.core.decision import Cancel, Decision, Next, Outcome
from engine.core.fees import UNREACHABLE, channels_of
from engine.core.history import catch_up
from engine.core.joint import (
    Ruling,
    Together,
    is_coupled,
    ruling,
    rulings,
)
from engine.core.judge import Verdict, due_of_held
from engine.core.late import straight_on
from engine.core.money import Money
from engine.core.place import Claimed, place_after
from engine.core.policies import PolicyVersion, Uncovered
from engine.core.reasons import explanation

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable

    from engine.core.answers import Answer
    from engine.core.debtor import Debtor
    from engine.core.place import Executed
    from engine.core.walk import Walk

OUTCOMES: dict[int, Outcome] = {
    SETTLED: "settled",
    EXCLUDED: "excluded",
    HELD: "held",
    NOT_DUE: "not_due",
    WAITING: "waiting",
    ACT: "act",
    NO_STAGE_LEFT: "no_stage_left",
}
"""What a generated `decide` answers first, as decisions have it."""


def decide(debtor: Debtor, walk: Walk, day: int, *, explain: bool = False) -> Decision:
    """The next action of a case on a day (`date.toordinal()`).

    Everything is in the answer: a case that cannot be decided is `undecided` with the reason.
    """
    catch_up(debtor, day)
    together = _together(debtor, walk, day)
    return _decision(debtor, walk, day, together, explain=explain)


def decide_all(
    debtor: Debtor,
    walks: Iterable[Walk],
    day: int,
    *,
    explain: bool = False,
    without: Container[str] = (),
) -> list[Decision]:
    """The decisions for several cases of a debtor on a day, in the order given.

    `without`: cases for which nothing is done today, so that no other case has to wait for them.
    """
    catch_up(debtor, day)
    if not is_coupled(debtor):
        return [decide(debtor, walk, day, explain=explain) for walk in walks]
    cases = [walk for walk in debtor.cases_on(day) if walk.case not in without]
    together = rulings(debtor, cases, day)
    return [_decision(debtor, walk, day, together, explain=explain) for walk in walks]


def _together(debtor: Debtor, walk: Walk, day: int) -> Together:
    """The rulings that a decision needs: of the case alone, unless cases look at one another."""
    if is_coupled(debtor):
        # Who asks for an invoice that does not exist yet gets an answer too.
        cases = debtor.cases_on(day)
        return rulings(debtor, cases if walk in cases else [*cases, walk], day)
    version = walk.version(day)
    if not isinstance(version, PolicyVersion):
        return Together({})
    return Together({walk.case: ruling(walk, version, day)})


def _decision(
    debtor: Debtor, walk: Walk, day: int, together: Together, *, explain: bool
) -> Decision:
    facts, version = walk.facts(day), walk.version(day)
    owed = Money(facts.open, walk.currency)
    # Said once: `replace` would fill all fields anew at each step.
    says = partial(Decision, walk.case, walk.customer, date_of(day))
    if isinstance(version, Uncovered):
        if facts.settled:
            return says(None, None, "settled", owed)
        if walk.place(day).written_off:
            return says(None, None, "no_stage_left", owed)
        outcome: Outcome = "undecided" if version.undecided else "no_policy"
        return says(None, None, outcome, owed, version.reason)
    says = partial(says, version.plan.id, version.plan.version)
    failed = debtor.failed.get((walk.case, day))
    if failed is not None:
        return says("undecided", owed, failed)
    mine = together.rulings.get(walk.case)
    if mine is None:
        mine = ruling(walk, version, day)
    verdict = mine.verdict
    says = partial(says, open_amount=owed, because=explanation(mine) if explain else ())
    if verdict.outcome == ACT:
        return _action(mine, together, says)
    outcome = OUTCOMES[verdict.outcome]
    if verdict.outcome in {NOT_DUE, WAITING}:
        return says(outcome, next=_waiting_for(verdict))
    if verdict.outcome == HELD:
        following = _next(verdict, due_of_held(verdict))
        return says(outcome, reason=verdict.rule.text, next=following)
    if verdict.outcome == EXCLUDED:
        return says(outcome, reason=verdict.rule.text)
    if verdict.outcome == SETTLED:
        return says(outcome, interest=claimed_on(walk, day))
    return says(outcome)


def claimed_on(walk: Walk, day: int) -> Money | None:
    """The interest claimed because the open amount was paid on a day."""
    claims = [m.interest for m in walk.moves if isinstance(m, Claimed) and m.day == day]
    return Money(sum(claims), walk.currency) if claims else None


def _waiting_for(verdict: Verdict) -> Next | None:
    answer = (0, verdict.number, verdict.own_day, verdict.run_day)
    return _next(verdict, answer)


def _next(verdict: Verdict, answer: Answer) -> Next | None:
    _, number, _, run = answer
    if number < 0:
        return None
    stages = verdict.variant.ladder.stages
    return Next(stages[number].id, date_of(run))


def _action(mine: Ruling, together: Together, says: Callable[..., Decision]) -> Decision:
    verdict, walk = mine.verdict, mine.walk
    stage, plan = verdict.stage, verdict.version.plan
    if mine.undecided is not None:
        return says("undecided", reason=mine.undecided)
    if mine.held is not None and mine.held != UNREACHABLE:
        following = _next(verdict, (0, verdict.number, verdict.own_day, verdict.own_day))
        return says("held", reason=mine.held, next=following)
    done = mine.done
    if done is None:
        message = "a stage that is executed puts something on record"
        raise AssertionError(message)
    cancel = cancel_of(mine)
    what = stage.cancel.fact if stage.cancel else None
    no_date = (f"no date for {what}",) if cancel and not cancel.on else ()
    return says(
        "act",
        stage=stage.id,
        title=stage.title,
        due=date_of(verdict.own_day),
        channels=done.channels,
        letters=done.letters,
        mode=stage.mode,
        send_at=stage.send_at,
        contact_hours=plan.contact_hours,
        approval=stage.approval,
        template=stage.template,
        fee=Money(done.fee, walk.currency),
        tax=None if plan.fee_tax is None else Money(done.tax, walk.currency),
        interest=Money(done.interest, walk.currency),
        deadline=None if done.deadline == NEVER else date_of(done.deadline),
        task=stage.task,
        hand_over=stage.hand_over,
        suspend=stage.suspend,
        cancel=cancel,
        write_off=stage.write_off,
        problems=(*mine.problems, *no_date),
        next=_after(mine, together, done),
    )


def cancel_of(mine: Ruling) -> Cancel | None:
    """What the stage of an action cancels, and when."""
    verdict = mine.verdict
    what = verdict.stage.cancel
    if what is None:
        return None
    if what.fact is None:
        return Cancel(what.text, date_of(verdict.day))
    on = mine.walk.value(what.fact, verdict.version, verdict.facts, verdict.day)
    return Cancel(what.text, date_of(on) if isinstance(on, int) else None)


def _after(mine: Ruling, together: Together, done: Executed) -> Next | None:
    """The stage after this one, as if this one had been executed today."""
    v, walk = mine.verdict, mine.walk
    place = place_after(v.place, done)
    if place.written_off:
        return None
    if v.version.features.customer_gap:
        place = replace(place, customer_notice=together.notice)
    evaluator = v.version.evaluator(walk.currency)
    variant = evaluator.variant(v.facts, place, v.bound, v.day)
    low = max(v.day + 1, walk.known_from)
    stops = walk.stops(v.version, v.day, place)
    answer = v.outcome, v.number, v.own_day, v.run_day
    after = Verdict(v.version, variant, v.facts, place, v.bound, stops, v.day, *answer)
    if v.version.plan.straight:
        answer = straight_on(after.question(low))
    else:
        answer = variant.next_stage(v.facts, place, v.bound, stops, v.day, low)
    number = answer[1]
    if number >= 0 and v.version.plan.contacts:
        stage = variant.ladder.stages[number]
        channels, _ = channels_of(stage, v.facts.customer_facts)
        room = together.contacts.fitting(v.version, channels, answer[3])
        answer = (*answer[:3], room)
    return _next(after, answer)


def is_unreachable(problems: tuple[str, ...]) -> bool:
    """Whether a notice cannot go out because no channel reaches the customer."""
    return UNREACHABLE in problems
