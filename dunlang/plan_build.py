"""Checked tree -> plan, and the ladder of a plan for a combination of exceptions."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from dunlang.ast.examples import Example
from dunlang.ast.policy import (
    AppliesWhen,
    Calendar,
    Currencies,
    Effective,
    Exclude,
    FeesAtMost,
    ForBlock,
    Grace,
    Hold,
    Letters,
    NoFees,
    Round,
    RunOn,
    Skip,
    Timezone,
    WaitChange,
)
from dunlang.ast.stages import (
    After,
    By,
    Fee,
    HandOver,
    Mode,
    NeedsApproval,
    NoticeGap,
    PayWithin,
    Stage,
    Task,
    Template,
    When,
)
from dunlang.plan import ExceptionPlan, Ladder, Period, Plan, Rule, StagePlan, Wait

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dunlang.ast.policy import ExceptionItem, Header, Item, Setting
    from dunlang.ast.stages import Clause, Duration
    from dunlang.checking.checked import Checked

_S = TypeVar("_S", bound="Setting")


def build(checked: Checked) -> Plan:
    """The plan of a checked policy. Never fails: what could is the checker's to find."""
    policy = checked.policy
    header = policy.header
    effective, currency = _setting(header, Effective), _setting(header, Currencies)
    if effective is None or currency is None:
        message = "a checked policy has an effective date and a currency"
        raise AssertionError(message)
    applies, calendar, timezone = (
        _setting(header, AppliesWhen),
        _setting(header, Calendar),
        _setting(header, Timezone),
    )
    run_on, rounding = _setting(header, RunOn), _setting(header, Round)
    grace = _setting(header, Grace)
    items = policy.items
    rules: tuple[Item, ...] = tuple(item for item in items if not isinstance(item, Example))
    return Plan(
        id=checked.id,
        version=checked.version,
        title=header.title.value if header.title else checked.id,
        effective=effective.date.value.toordinal(),
        source=policy.span.source,
        span=header.span,
        applies=applies.condition if applies else None,
        currencies=tuple(code.text for code in currency.codes),
        calendar=calendar.code.text if calendar else None,
        timezone=timezone.name.text if timezone else "UTC",
        letters_per_customer=_setting(header, Letters) is not None,
        business_days_only=run_on is not None and run_on.days == "business days",
        rounding=rounding.mode if rounding else "half up",
        types=checked.types,
        defaults={path: fact.default for path, fact in checked.facts.items() if fact.default},
        declared={path: checked.types[path] for path in checked.facts},
        segments={name: segment.condition for name, segment in checked.segments.items()},
        base=_base(rules, _period(grace.duration) if grace else Period(0, "day", span=header.span)),
        exceptions=tuple(_exception(item) for item in rules if isinstance(item, ForBlock)),
        examples=tuple(item for item in items if isinstance(item, Example)),
    )


def _setting(header: Header, kind: type[_S]) -> _S | None:
    return next((setting for setting in header.settings if isinstance(setting, kind)), None)


def ladder(plan: Plan, active: int) -> Ladder:
    """The ladder for a combination of exceptions; bit n of `active` stands for the n-th block.

    Blocks apply in the order written and a later one wins; `exclude` and `hold` add up, `skip` is
    a union, of two `wait ... longer` the later wins, and `no fees` and a stage's fee are settled
    by order. A stage's own gap between notices stands before the policy's or an exception's.
    """
    done = plan.base
    for number, block in enumerate(plan.exceptions):
        if active >> number & 1:
            for item in block.items:
                done = _with_item(done, item)
    stages = tuple(stage if stage.gap else replace(stage, gap=done.gap) for stage in done.stages)
    return replace(done, stages=stages)


def _base(rules: Iterable[Item], grace: Period) -> Ladder:
    base = Ladder(stages=(), excludes=(), holds=(), grace=grace, cap=None, gap=None, shift=None)
    for item in rules:
        match item:
            case Stage():
                base = replace(base, stages=(*base.stages, _new_stage(item)))
            case Exclude() | Hold() | FeesAtMost() | NoticeGap():
                base = _with_item(base, item)
            case _:  # facts, segments and exceptions have places of their own in the plan
                pass
    return base


def _exception(block: ForBlock) -> ExceptionPlan:
    return ExceptionPlan(
        condition=block.condition,
        first=block.first.value.toordinal() if block.first else None,
        until=block.until.value.toordinal() if block.until else None,
        items=block.items,
        span=block.span,
    )


def _new_stage(stage: Stage) -> StagePlan:
    title = stage.title.value if stage.title else stage.id.text
    # Without `after`: after 0 days.
    now = Period(0, "day", span=stage.id.span)
    at_once = Wait("since last", now, None, span=stage.id.span)
    blank = StagePlan(id=stage.id.text, title=title, span=stage.id.span, waits=(at_once,))
    return _with_clauses(blank, stage.clauses)


def _with_item(done: Ladder, item: ExceptionItem) -> Ladder:
    match item:
        case Stage():
            stages = tuple(
                _with_clauses(stage, item.clauses) if stage.id == item.id.text else stage
                for stage in done.stages
            )
            return replace(done, stages=stages)
        case Skip():
            spans = {name.text: name.span for name in item.stages}
            skipped = tuple(
                replace(stage, skipped=spans[stage.id]) if stage.id in spans else stage
                for stage in done.stages
            )
            return replace(done, stages=skipped)
        case NoFees():
            free = tuple(replace(stage, fee=None, fee_once=False) for stage in done.stages)
            return replace(done, stages=free)
        case WaitChange():
            sign = 1 if item.direction == "longer" else -1
            return replace(done, shift=_period(item.duration, sign))
        case Exclude():
            return replace(done, excludes=(*done.excludes, _rule(item)))
        case Hold():
            return replace(done, holds=(*done.holds, _rule(item)))
        case FeesAtMost():
            return replace(done, cap=item.money)
        case Grace():
            return replace(done, grace=_period(item.duration))
        case NoticeGap():
            return replace(done, gap=_period(item.duration))


def _with_clauses(stage: StagePlan, clauses: Iterable[Clause]) -> StagePlan:
    for clause in clauses:
        stage = _with_clause(stage, clause)
    return stage


def _with_clause(stage: StagePlan, clause: Clause) -> StagePlan:
    match clause:
        case After():
            return replace(stage, waits=_waits(clause))
        case When():
            return replace(stage, when=clause.condition)
        case By():
            choices = tuple(tuple(name.text for name in each.options) for each in clause.choices)
            return replace(stage, choices=choices, choices_span=clause.span)
        case Fee():
            return replace(stage, fee=clause.formula, fee_once=clause.once)
        case PayWithin():
            return replace(stage, pay_within=_period(clause.duration))
        case NoticeGap():
            return replace(stage, gap=_period(clause.duration))
        case Template():
            return replace(stage, template=clause.name.value)
        case Mode():
            return replace(stage, mode=clause.how, send_at=clause.at)
        case NeedsApproval():
            return replace(stage, approval=clause.role.text)
        case Task():
            channel = clause.channel.text if clause.channel else None
            return replace(stage, task=clause.text.value, task_channel=channel)
        case HandOver():
            return replace(stage, hand_over=clause.to.value)


def _waits(clause: After) -> tuple[Wait, ...]:
    return tuple(
        Wait(
            term.kind,
            _period(term.duration),
            term.stage.text if term.stage else None,
            span=term.span,
        )
        for term in clause.terms
    )


def _rule(node: Exclude | Hold) -> Rule:
    stopped = isinstance(node, Hold) and node.clock_stopped
    return Rule(node.text.value, node.condition, stopped, span=node.span)


def _period(duration: Duration, sign: int = 1) -> Period:
    return Period(sign * duration.count, duration.unit, span=duration.span)
