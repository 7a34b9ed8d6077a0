"""A policy file: its header, its rules, its exceptions, its examples."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from dunlang.ast.node import Node
from dunlang.ast.stages import Duration, NoticeGap, Stage

if TYPE_CHECKING:
    from dunlang.ast.examples import Example
    from dunlang.ast.expressions import Date, Expression, Money, Name, Number, Text

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
    """`dun each invoice`."""

    unit: Literal["invoice"]


@dataclass(frozen=True, slots=True)
class Letters(Node):
    """`letters per customer`: what falls due together travels in one letter."""

    per: Literal["customer"]


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
    """`round half up` or `round half even`."""

    mode: Literal["half up", "half even"]


@dataclass(frozen=True, slots=True)
class LateRuns(Node):
    """`late runs go one stage at a time`."""

    how: Literal["one stage at a time"]


@dataclass(frozen=True, slots=True)
class RunningCases(Node):
    """`running cases move to this version`."""

    how: Literal["move to this version"]


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


ExceptionItem = Stage | WaitChange | Skip | NoFees | Exclude | Hold | FeesAtMost | NoticeGap | Grace


@dataclass(frozen=True, slots=True)
class ForBlock(Node):
    """`for CONDITION [from DATE] [until DATE]` and the settings under it."""

    condition: Expression
    first: Date | None
    until: Date | None
    """The last day."""
    items: tuple[ExceptionItem, ...]


Item = FactDecl | Segment | Exclude | Hold | FeesAtMost | NoticeGap | Stage | ForBlock


@dataclass(frozen=True, slots=True)
class Policy(Node):
    """A whole file."""

    header: Header
    items: tuple[Item | Example, ...]
    """Everything after the header, in the order written."""
