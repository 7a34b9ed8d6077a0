"""The plan: what a policy means, with every default filled in.

Plain immutable data. The evaluator, the prover, the diff and the documentation read the plan and
nothing else. Conditions are checked expressions (`ast.expressions`, without a `Name`), so every
value still knows the words it came from.

Exceptions stay apart: `plan_build.ladder(plan, active)` gives the ladder that holds for the
combination of `for` blocks that are active for a case on a day. Combinations are resolved when
they occur; there are 2^n of them and a ledger meets a handful.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import datetime
    from collections.abc import Mapping
    from decimal import Decimal

    from dunlang.ast.examples import Example
    from dunlang.ast.expressions import Expression, Money
    from dunlang.ast.policy import DayCount, ExceptionItem, Guarantee
    from dunlang.ast.stages import FeeFormula, Unit, WaitKind
    from dunlang.source import Source, Span
    from dunlang.types import Type


@dataclass(frozen=True, slots=True)
class Period:
    """A count of units; below 0 for `shorter`."""

    count: int
    unit: Unit
    span: Span = field(compare=False, repr=False, kw_only=True)


@dataclass(frozen=True, slots=True)
class Wait:
    """One term of a wait."""

    kind: WaitKind
    period: Period
    stage: str | None
    """Only for `since stage`."""
    span: Span = field(compare=False, repr=False, kw_only=True)


@dataclass(frozen=True, slots=True)
class Rule:
    """An `exclude` or a `hold`."""

    text: str
    condition: Expression
    clock_stopped: bool
    span: Span = field(compare=False, repr=False, kw_only=True)


@dataclass(frozen=True, slots=True)
class Repetition:
    """`repeat every N days [at most M more times]`."""

    every: Period
    at_most: int | None


@dataclass(frozen=True, slots=True)
class Cancellation:
    """`cancel "..." now` or on the day that a fact of the customer holds."""

    text: str
    fact: str | None
    """Path of a date fact; None: now."""


@dataclass(frozen=True, slots=True)
class InterestRule:
    """How interest accrues: simple, on the open amount at the start of each day."""

    percent: Decimal | None
    """A year, for a literal rate; else None."""
    table: str | None
    """Name of the file of the dated table (`de-basiszinssatz`); None for a literal rate."""
    rounded_up_to: Decimal | None
    points: Decimal
    from_stage: str | None
    """Accrues from the day after its first execution in the case's life; None: the due date."""
    by: DayCount
    fixed_at_default: bool
    span: Span = field(compare=False, repr=False, kw_only=True)


@dataclass(frozen=True, slots=True)
class ContactRule:
    """`contact at most 7 times in 7 days by phone, sms`."""

    times: int
    days: int
    channels: frozenset[str]
    span: Span = field(compare=False, repr=False, kw_only=True)


@dataclass(frozen=True, slots=True)
class StagePlan:
    """One stage of a ladder, complete."""

    id: str
    title: str
    span: Span = field(compare=False, repr=False, kw_only=True)
    waits: tuple[Wait, ...]
    when: Expression | None = None
    otherwise: str | None = None
    """The earlier stage that is executed again while `when` does not hold."""
    repeat: Repetition | None = None
    choices: tuple[tuple[str, ...], ...] = ()
    """Channels: of each choice the first that reaches the customer. Empty: no notice."""
    choices_span: Span | None = field(default=None, compare=False, repr=False)
    fee: FeeFormula | None = None
    fee_once: bool = False
    fee_per_letter: bool = False
    fee_converted_by: str | None = None
    """Name of the file of exchange rates."""
    charge_interest: bool = False
    pay_within: Period | None = None
    gap: Period | None = None
    """At least this long after the last notice; the stage's own or the ladder's."""
    customer_gap: Period | None = None
    """At least this long after the last notice to the customer, whatever it was about."""
    template: str | None = None
    mode: Literal["send", "finalize", "draft", "suggest"] = "send"
    send_at: datetime.time | None = None
    approval: str | None = None
    task: str | None = None
    task_channel: str | None = None
    hand_over: str | None = None
    suspend: str | None = None
    cancel: Cancellation | None = None
    write_off: bool = False
    replaces: tuple[tuple[str | None, str], ...] = ()
    """(policy or None for this one, stage): places that this stage takes over."""
    skipped: Span | None = None
    """The `skip` that takes the stage out, if one does."""

    @property
    def is_notice(self) -> bool:
        """Whether the customer is written to: the stage has `by`."""
        return bool(self.choices)


@dataclass(frozen=True, slots=True)
class Ladder:
    """Everything that decides a case, exceptions applied."""

    stages: tuple[StagePlan, ...]
    excludes: tuple[Rule, ...]
    holds: tuple[Rule, ...]
    grace: Period
    cap: Money | None
    """`fees at most`."""
    gap: Period | None
    shift: Period | None
    """`wait ... longer` (above 0) or `shorter` (below 0)."""
    customer_gap: Period | None = None
    interest: InterestRule | None = None
    interest_floor: Money | None = None
    """`no interest below`."""


@dataclass(frozen=True, slots=True)
class ExceptionPlan:
    """A `for` block."""

    condition: Expression
    first: int | None
    """First day (`date.toordinal()`), None for no bound."""
    until: int | None
    """Last day."""
    items: tuple[ExceptionItem, ...]
    span: Span = field(compare=False, repr=False, kw_only=True)


@dataclass(frozen=True, slots=True)
class Plan:
    """One version of a policy."""

    id: str
    version: int
    title: str
    effective: int
    """`date.toordinal()`."""
    source: Source = field(compare=False, repr=False, kw_only=True)
    span: Span = field(compare=False, repr=False, kw_only=True)
    applies: Expression | None
    """None: to every case."""
    currencies: tuple[str, ...]
    calendar: str | None
    """None: Monday to Friday."""
    timezone: str
    letters_per: Literal["case", "customer", "customer and stage"]
    business_days_only: bool
    rounding: Literal["half up", "half even"]
    coins: Mapping[str, int]
    """Minor units of the smallest coin, by currency; 1 where the policy names none."""
    unit: Literal["invoice", "account"]
    split_by: str | None
    """Path of the fact of the invoice that splits accounts."""
    straight: bool
    """`late runs go straight to the stage reached`."""
    steps_down: bool
    stays: bool
    """`running cases stay with their version`."""
    reopened_continue: bool
    charges_first: bool
    """`payments settle charges first`."""
    until_charges_paid: bool
    """`settled when open amount and charges are paid`."""
    claims_when_paid: bool
    fee_tax: Decimal | None
    """Percent; None: fees are not taxed."""
    contacts: tuple[ContactRule, ...]
    contact_hours: tuple[datetime.time, datetime.time] | None
    rates: Mapping[str, str]
    """Name of the table's file by the name of the `rate`."""
    guarantees: tuple[Guarantee, ...]
    types: Mapping[str, Type]
    defaults: Mapping[str, Expression]
    """Default values of declared facts, by path."""
    declared: Mapping[str, Type]
    """Declared facts only, by path."""
    segments: Mapping[str, Expression]
    base: Ladder
    exceptions: tuple[ExceptionPlan, ...]
    examples: tuple[Example, ...]
