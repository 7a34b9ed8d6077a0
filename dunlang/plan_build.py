"""Checked tree -> plan, and the ladder of a plan for a combination of exceptions."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Literal, TypeVar

from dunlang.ast.examples import Example
from dunlang.ast.policy import (
    AppliesWhen,
    Calendar,
    ClaimWhenPaid,
    ContactHours,
    ContactLimit,
    Currencies,
    DunEach,
    Effective,
    Exclude,
    FeesAtMost,
    FeesTaxedAt,
    ForBlock,
    Grace,
    Guarantee,
    Hold,
    Interest,
    LateRuns,
    Letters,
    LiteralRate,
    NoFees,
    NoInterest,
    NoInterestBelow,
    PaymentsSettle,
    RateDecl,
    ReopenedContinue,
    Round,
    RunningCases,
    RunOn,
    SettledWhen,
    Skip,
    StepDown,
    Timezone,
    WaitChange,
)
from dunlang.ast.stages import (
    After,
    By,
    Cancel,
    ChargeInterest,
    Fee,
    HandOver,
    Mode,
    NeedsApproval,
    NoticeGap,
    PayWithin,
    Repeat,
    Replaces,
    Stage,
    Suspend,
    Task,
    Template,
    When,
    WriteOff,
)
from dunlang.currencies import MINOR_DIGITS
from dunlang.plan import (
    Cancellation,
    ContactRule,
    ExceptionPlan,
    InterestRule,
    Ladder,
    Period,
    Plan,
    Repetition,
    Rule,
    StagePlan,
    Wait,
)

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterable, Mapping

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
    rates = {item.name.text: item.table.value for item in rules if isinstance(item, RateDecl)}
    each, late = _setting(header, DunEach), _setting(header, LateRuns)
    running, settle = _setting(header, RunningCases), _setting(header, PaymentsSettle)
    settled = _setting(header, SettledWhen)
    hours = next((item for item in rules if isinstance(item, ContactHours)), None)
    taxed = next((item for item in rules if isinstance(item, FeesTaxedAt)), None)
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
        letters_per=_letters(_setting(header, Letters)),
        business_days_only=run_on is not None and run_on.days == "business days",
        rounding=rounding.mode if rounding else "half up",
        coins=_coins(rounding, [code.text for code in currency.codes]),
        unit=each.unit if each else "invoice",
        split_by=each.by.path if each and each.by else None,
        straight=late is not None and late.how == "straight to the stage reached",
        steps_down=_setting(header, StepDown) is not None,
        stays=running is not None and running.how == "stay with their version",
        reopened_continue=_setting(header, ReopenedContinue) is not None,
        charges_first=settle is not None and settle.first == "charges",
        until_charges_paid=settled is not None and settled.paid == "open amount and charges",
        claims_when_paid=any(isinstance(item, ClaimWhenPaid) for item in rules),
        fee_tax=taxed.percent.value if taxed else None,
        contacts=tuple(_contact(item) for item in rules if isinstance(item, ContactLimit)),
        contact_hours=_hours(hours),
        rates=rates,
        guarantees=tuple(item for item in rules if isinstance(item, Guarantee)),
        types=checked.types,
        defaults={path: fact.default for path, fact in checked.facts.items() if fact.default},
        declared={path: checked.types[path] for path in checked.facts},
        segments={name: segment.condition for name, segment in checked.segments.items()},
        base=_base(
            rules, _period(grace.duration) if grace else Period(0, "day", span=header.span), rates
        ),
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
                done = _with_item(done, item, plan.rates)
    stages = tuple(
        replace(
            stage,
            gap=stage.gap or done.gap,
            customer_gap=stage.customer_gap or done.customer_gap,
        )
        for stage in done.stages
    )
    return replace(done, stages=stages)


def _base(rules: Iterable[Item], grace: Period, rates: Mapping[str, str]) -> Ladder:
    base = Ladder(stages=(), excludes=(), holds=(), grace=grace, cap=None, gap=None, shift=None)
    for item in rules:
        match item:
            case Stage():
                base = replace(base, stages=(*base.stages, _new_stage(item)))
            case Exclude() | Hold() | FeesAtMost() | NoticeGap() | Interest() | NoInterestBelow():
                base = _with_item(base, item, rates)
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


def _with_item(done: Ladder, item: ExceptionItem, rates: Mapping[str, str]) -> Ladder:
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
            free = tuple(_without_fee(stage) for stage in done.stages)
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
            if item.to_customer:
                return replace(done, customer_gap=_period(item.duration))
            return replace(done, gap=_period(item.duration))
        case Interest():
            return replace(done, interest=_interest(item, rates))
        case NoInterest():
            return replace(done, interest=None)
        case NoInterestBelow():
            return replace(done, interest_floor=item.money)


def _interest(item: Interest, rates: Mapping[str, str]) -> InterestRule:
    rate = item.rate
    percent = table = rounded = None
    points = Decimal(0)
    if isinstance(rate, LiteralRate):
        # "2% a month" is twelve times that a year.
        percent = rate.percent.value * (12 if rate.per == "month" else 1)
    else:
        table = rates[rate.name.text]
        rounded = rate.rounded_up_to.value if rate.rounded_up_to else None
        points = rate.points.value if rate.points else Decimal(0)
    return InterestRule(
        percent=percent,
        table=table,
        rounded_up_to=rounded,
        points=points,
        from_stage=item.start.text if item.start else None,
        by=item.by or "act/365",
        fixed_at_default=item.fixed_at_default,
        span=item.span,
    )


def _with_clauses(stage: StagePlan, clauses: Iterable[Clause]) -> StagePlan:
    for clause in clauses:
        stage = _with_clause(stage, clause)
    return stage


def _with_clause(stage: StagePlan, clause: Clause) -> StagePlan:
    match clause:
        case After():
            return replace(stage, waits=_waits(clause))
        case When():
            otherwise = clause.otherwise.text if clause.otherwise else None
            return replace(stage, when=clause.condition, otherwise=otherwise)
        case Repeat():
            return replace(stage, repeat=Repetition(_period(clause.every), clause.at_most))
        case By():
            choices = tuple(tuple(name.text for name in each.options) for each in clause.choices)
            return replace(stage, choices=choices, choices_span=clause.span)
        case Fee():
            return replace(
                stage,
                fee=clause.formula,
                fee_once=clause.once,
                fee_per_letter=clause.per_letter,
                fee_converted_by=clause.converted_by.value if clause.converted_by else None,
            )
        case PayWithin():
            return replace(stage, pay_within=_period(clause.duration))
        case NoticeGap():
            if clause.to_customer:
                return replace(stage, customer_gap=_period(clause.duration))
            return replace(stage, gap=_period(clause.duration))
        case ChargeInterest():
            return replace(stage, charge_interest=True)
        case Suspend():
            return replace(stage, suspend=clause.text.value)
        case Cancel():
            fact = clause.at.path if clause.at else None
            return replace(stage, cancel=Cancellation(clause.text.value, fact))
        case WriteOff():
            return replace(stage, write_off=True)
        case Replaces():
            return replace(stage, replaces=tuple((old.policy, old.stage) for old in clause.stages))
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


def _without_fee(stage: StagePlan) -> StagePlan:
    return replace(stage, fee=None, fee_once=False, fee_per_letter=False, fee_converted_by=None)


def _letters(setting: Letters | None) -> Literal["case", "customer", "customer and stage"]:
    return setting.per if setting else "case"


def _coins(rounding: Round | None, currencies: Iterable[str]) -> dict[str, int]:
    named = rounding.to.amounts if rounding and rounding.to else ()
    coins = dict.fromkeys(currencies, 1)
    for amount in named:
        coins[amount.currency] = int(amount.value.scaleb(MINOR_DIGITS[amount.currency]))
    return coins


def _contact(item: ContactLimit) -> ContactRule:
    channels = frozenset(channel.text for channel in item.channels)
    return ContactRule(item.times, item.days, channels, span=item.span)


def _hours(item: ContactHours | None) -> tuple[datetime.time, datetime.time] | None:
    return (item.first, item.last) if item else None


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
