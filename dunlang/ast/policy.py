"""A policy file: its header, its rules, its exceptions, its examples."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from dunlang.ast.node import Node
from dunlang.ast.stages import Duration, NoticeGap, Stage

if TYPE_CHECKING:
    import datetime

    from dunlang.ast.examples import Example
    from dunlang.ast.expressions import (
        Date,
        Expression,
        FactRef,
        Money,
        Name,
        Number,
        Percent,
        Text,
    )

# ----------------------------------------------------------------- the header


@dataclass(frozen=True, slots=True)
class Effective(Node):
    """`effective 2026-01-01`."""

    date: Date


@dataclass(frozen=True, slots=True)
class AppliesWhen(Node):
    """`applies when CONDITION`."""

    condition: Expression


@dataclass(frozen=True, slots=True)
class Currencies(Node):
    """`currency EUR, CHF`."""

    codes: tuple[Name, ...]


@dataclass(frozen=True, slots=True)
class Calendar(Node):
    """`calendar DE-BY`: a country, a subdivision, or TARGET."""

    code: Name


@dataclass(frozen=True, slots=True)
class Timezone(Node):
    """`timezone Europe/Berlin`."""

    name: Name


@dataclass(frozen=True, slots=True)
class DunEach(Node):
    """`dun each invoice`, `dun each account`, `dun each account by invoice.entity`."""

    unit: Literal["invoice", "account"]
    by: FactRef | None = None
    """The fact of the invoice that splits accounts further."""


@dataclass(frozen=True, slots=True)
class Letters(Node):
    """`letters per customer [and stage]`: what falls due together travels in one letter."""

    per: Literal["customer", "customer and stage"]


@dataclass(frozen=True, slots=True)
class Grace(Node):
    """`grace 2 days`; in the header or an exception."""

    duration: Duration


@dataclass(frozen=True, slots=True)
class RunOn(Node):
    """`run on business days` or `run on any day`."""

    days: Literal["business days", "any day"]


@dataclass(frozen=True, slots=True)
class Round(Node):
    """`round half up` or `round half even`, `[to 0.05 CHF | 1 EUR]`."""

    mode: Literal["half up", "half even"]
    to: Money | None = None
    """The smallest coin by currency; one that is not named rounds to its minor unit."""


@dataclass(frozen=True, slots=True)
class LateRuns(Node):
    """`late runs go one stage at a time` or `straight to the stage reached`."""

    how: Literal["one stage at a time", "straight to the stage reached"]


@dataclass(frozen=True, slots=True)
class RunningCases(Node):
    """`running cases move to this version` or `stay with their version`."""

    how: Literal["move to this version", "stay with their version"]


@dataclass(frozen=True, slots=True)
class ReopenedContinue(Node):
    """`reopened cases continue`: a reopening keeps the place and the cycle."""


@dataclass(frozen=True, slots=True)
class StepDown(Node):
    """`step down when less is owed`; only for accounts."""


@dataclass(frozen=True, slots=True)
class PaymentsSettle(Node):
    """`payments settle open amount first` or `charges first`."""

    first: Literal["open amount", "charges"]


@dataclass(frozen=True, slots=True)
class SettledWhen(Node):
    """`settled when open amount is paid` or `settled when open amount and charges are paid`."""

    paid: Literal["open amount", "open amount and charges"]


@dataclass(frozen=True, slots=True)
class Extends(Node):
    """`extends ID version N`: this policy starts from that one."""

    id: Name
    version: Number


Setting = (
    Effective
    | AppliesWhen
    | Currencies
    | Calendar
    | Timezone
    | DunEach
    | Letters
    | Grace
    | RunOn
    | Round
    | LateRuns
    | RunningCases
    | ReopenedContinue
    | StepDown
    | PaymentsSettle
    | SettledWhen
    | Extends
)


@dataclass(frozen=True, slots=True)
class Header(Node):
    """`policy ID version N "Title"` and everything indented under it."""

    id: Name
    version: Number
    title: Text | None
    settings: tuple[Setting, ...]


# ---------------------------------------------------- facts, segments, rules

TypeName = Literal["money", "number", "percent", "text", "date", "yes/no", "one of", "set of text"]


@dataclass(frozen=True, slots=True)
class TypeExpr(Node):
    """`money`, `one of (low, medium, high)`, ..."""

    name: TypeName
    choices: tuple[Name, ...] = ()
    """Only for `one of`."""


@dataclass(frozen=True, slots=True)
class FactDecl(Node):
    """`fact customer.risk : one of (low, medium, high) default medium`."""

    path: Name
    """`customer.risk` or `invoice.project`."""
    type: TypeExpr
    default: Expression | None = None
    """A literal, or for `one of` a bare word; a text set has no default other than empty."""


@dataclass(frozen=True, slots=True)
class Segment(Node):
    """`segment business when customer.kind is business`."""

    name: Name
    condition: Expression


@dataclass(frozen=True, slots=True)
class Exclude(Node):
    """`exclude "text" when CONDITION`."""

    text: Text
    condition: Expression


@dataclass(frozen=True, slots=True)
class Hold(Node):
    """`hold "text" while CONDITION[, clock stopped]`."""

    text: Text
    condition: Expression
    clock_stopped: bool = False


@dataclass(frozen=True, slots=True)
class FeesAtMost(Node):
    """`fees at most 40.00 EUR | 40.00 CHF`: the cap of a cycle."""

    money: Money


@dataclass(frozen=True, slots=True)
class FeesTaxedAt(Node):
    """`fees taxed at 20%`."""

    percent: Percent


@dataclass(frozen=True, slots=True)
class RateDecl(Node):
    """`rate base_rate from "de-basiszinssatz"`: a dated table `rates/NAME.csv`."""

    name: Name
    table: Text


@dataclass(frozen=True, slots=True)
class LiteralRate(Node):
    """`12.25% a year` or `2% a month`."""

    percent: Percent
    per: Literal["year", "month"]


@dataclass(frozen=True, slots=True)
class TableRate(Node):
    """`base_rate [rounded up to 0.5] [+ 9 pp]`."""

    name: Name
    """Of a `rate`."""
    rounded_up_to: Number | None = None
    """The reference goes up to the next multiple, before the points are added."""
    points: Number | None = None


DayCount = Literal["act/365", "act/360", "act/act", "30/360"]


@dataclass(frozen=True, slots=True)
class Interest(Node):
    """`interest RATE [from due date | from STAGE] [by DAYCOUNT] [fixed at default]`."""

    rate: LiteralRate | TableRate
    start: Name | None = None
    """A stage; None: the due date."""
    by: DayCount | None = None
    """None: act/365."""
    fixed_at_default: bool = False
    """Whether the rate of the first day overdue stays."""


@dataclass(frozen=True, slots=True)
class NoInterest(Node):
    """`no interest`; only in an exception."""


@dataclass(frozen=True, slots=True)
class NoInterestBelow(Node):
    """`no interest below 5.00 EUR`: a smaller claim is left to the next time."""

    money: Money


@dataclass(frozen=True, slots=True)
class ClaimWhenPaid(Node):
    """`claim interest when paid`: a last claim on the day the open amount is paid."""


@dataclass(frozen=True, slots=True)
class ContactLimit(Node):
    """`contact at most 7 times in 7 days by phone, sms`."""

    times: int
    days: int
    """The window: so many days that end on the day."""
    channels: tuple[Name, ...]


@dataclass(frozen=True, slots=True)
class ContactHours(Node):
    """`contact between 08:00 and 20:00`, in the policy's timezone."""

    first: datetime.time
    last: datetime.time


@dataclass(frozen=True, slots=True)
class WithoutStage(Node):
    """`without stage X`: leaves out a stage of the policy that this one extends."""

    stage: Name


@dataclass(frozen=True, slots=True)
class Include(Node):
    """`include "segments.dun"`: shares its facts, rates, segments and guarantees."""

    path: Text


@dataclass(frozen=True, slots=True)
class Claim(Node):
    """A line of a guarantee: `at STAGE [for WHO]: CONDITION` or `always [for WHO]: CONDITION`."""

    at: Name | None
    """A stage; None: always."""
    who: Expression | None
    condition: Expression


@dataclass(frozen=True, slots=True)
class Guarantee(Node):
    """`guarantee "title"` and its claims: must hold for every possible history."""

    title: Text
    claims: tuple[Claim, ...]


# ------------------------------------------------------------------ exceptions


@dataclass(frozen=True, slots=True)
class WaitChange(Node):
    """`wait 14 days longer` or `shorter`; only in an exception."""

    duration: Duration
    direction: Literal["longer", "shorter"]


@dataclass(frozen=True, slots=True)
class Skip(Node):
    """`skip reminder, phone_call`; only in an exception."""

    stages: tuple[Name, ...]


@dataclass(frozen=True, slots=True)
class NoFees(Node):
    """`no fees`; only in an exception."""


ExceptionItem = (
    Stage
    | WaitChange
    | Skip
    | NoFees
    | Exclude
    | Hold
    | FeesAtMost
    | NoticeGap
    | Grace
    | Interest
    | NoInterest
    | NoInterestBelow
)


@dataclass(frozen=True, slots=True)
class ForBlock(Node):
    """`for CONDITION [from DATE] [until DATE]` and the settings under it."""

    condition: Expression
    first: Date | None
    until: Date | None
    """The last day."""
    items: tuple[ExceptionItem, ...]


Item = (
    FactDecl
    | Segment
    | Exclude
    | Hold
    | FeesAtMost
    | FeesTaxedAt
    | NoticeGap
    | RateDecl
    | Interest
    | NoInterestBelow
    | ClaimWhenPaid
    | ContactLimit
    | ContactHours
    | WithoutStage
    | Include
    | Guarantee
    | Stage
    | ForBlock
)


@dataclass(frozen=True, slots=True)
class Policy(Node):
    """A whole file."""

    header: Header
    items: tuple[Item | Example, ...]
    """Everything after the header, in the order written."""


SharedItem = FactDecl | RateDecl | Segment | Guarantee


@dataclass(frozen=True, slots=True)
class Shared(Node):
    """A file without a header, for `include`."""

    items: tuple[SharedItem, ...]
