"""What of a policy its examples reach: stages executed, rules in effect, exceptions in force."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from dunlang.ast.policy import Exclude, Hold
from engine.core.answers import EXCLUDED, HELD
from engine.core.examples import example_case, example_debtor
from engine.core.judge import judge
from engine.core.policies import Uncovered
from engine.core.simulate import Range, play

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dunlang.ast.examples import Example
    from dunlang.plan import Plan
    from dunlang.source import Span
    from engine.core.calendar import BusinessCalendar
    from engine.core.policies import Tables
    from engine.core.walk import Walk


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a policy that an example can reach."""

    what: Literal["stage", "exclude", "hold", "exception"]
    name: str
    """A stage's id, a rule's text, an exception's condition as written."""
    span: Span


def parts_of(plan: Plan) -> tuple[Part, ...]:
    """Every stage, rule and exception of a policy, in the order written.

    What a policy inherits is no part of its text: the examples of the other one reach it.
    """
    found = [Part("stage", stage.id, stage.span) for stage in plan.base.stages]
    found += [Part("exclude", rule.text, rule.span) for rule in plan.base.excludes]
    found += [Part("hold", rule.text, rule.span) for rule in plan.base.holds]
    for block in plan.exceptions:
        found.append(Part("exception", " ".join(block.condition.span.text.split()), block.span))
        for item in block.items:
            if isinstance(item, Exclude | Hold):
                what: Literal["exclude", "hold"] = (
                    "exclude" if isinstance(item, Exclude) else "hold"
                )
                found.append(Part(what, item.text.value, item.span))
    own = [part for part in found if part.span.source == plan.source]
    return tuple(sorted(own, key=lambda part: part.span.start))


def unreached(
    plan: Plan, calendar: BusinessCalendar, tables: Tables | None = None
) -> tuple[Part, ...]:
    """The parts that no example of the policy reaches, in the order written."""
    reached = {
        part for example in plan.examples for part in _reached(plan, calendar, example, tables)
    }
    return tuple(part for part in parts_of(plan) if part.span not in reached)


def _reached(
    plan: Plan, calendar: BusinessCalendar, example: Example, tables: Tables | None
) -> Iterator[Span]:
    """The parts that an example reaches.

    An exception counts on days on which it could show: a stage is executed, or a rule applies.
    """
    debtor, last = example_debtor(plan, calendar, example, tables)
    walk = example_case(debtor)
    story = play(debtor, Range(walk.known_from, last))
    stages = {stage.id: stage.span for stage in plan.base.stages}
    executed = {event.on.toordinal(): event.stage for event in story if event.event == "stage"}
    for day in range(walk.known_from, last + 1):
        version = walk.version(day)
        if isinstance(version, Uncovered):
            continue
        verdict = judge(walk, version, day)
        ruled = verdict.outcome in {EXCLUDED, HELD}
        if ruled:
            yield verdict.rule.span
        stage = executed.get(day)
        if stage is not None:
            yield stages[stage]
        if ruled or stage is not None:
            yield from _in_force(plan, walk, day)


def _in_force(plan: Plan, walk: Walk, day: int) -> Iterator[Span]:
    """The exceptions that hold on a day, before what is done on it."""
    version = walk.version(day)
    if isinstance(version, Uncovered):
        return
    facts, place = walk.facts(day), walk.place(day - 1)
    evaluator = version.evaluator(walk.currency)
    active = evaluator.active(facts, place, walk.bound(version, day), day)
    for number, block in enumerate(plan.exceptions):
        if active >> number & 1:
            yield block.span
