"""A stage of the ladder and its clauses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from dunlang.ast.node import Node

if TYPE_CHECKING:
    import datetime

    from dunlang.ast.expressions import Expression, Money, Name, Percent, Text

Unit = Literal["day", "business day", "week", "month"]

WaitKind = Literal[
    "overdue",  # after N days overdue: due date + N
    "before due",  # from N days before due: due date - N
    "since invoice date",  # after N days since invoice date
    "month end",  # after N days overdue at the end of that month
    "since last",  # after N days: last executed stage + N, else due date + N
    "past deadline",  # after N days past deadline
    "since stage",  # after N days since STAGE
]


@dataclass(frozen=True, slots=True)
class Duration(Node):
    """`3 days`, `7 business days`, `2 weeks`, `1 month`."""

    count: int
    unit: Unit


@dataclass(frozen=True, slots=True)
class WaitTerm(Node):
    """One term of a wait; gives an earliest date."""

    kind: WaitKind
    duration: Duration
    stage: Name | None = None
    """Only for `since stage`."""


@dataclass(frozen=True, slots=True)
class After(Node):
    """`after 7 days and 14 days overdue`: the latest of the terms wins."""

    terms: tuple[WaitTerm, ...]


@dataclass(frozen=True, slots=True)
class When(Node):
    """`when CONDITION`: the stage is passed over while it does not hold."""

    condition: Expression


@dataclass(frozen=True, slots=True)
class ChannelChoice(Node):
    """`email else post`: the first for which the customer has an address."""

    options: tuple[Name, ...]


@dataclass(frozen=True, slots=True)
class By(Node):
    """`by email else post and sms`: each choice is used; `else` binds tighter than `and`."""

    choices: tuple[ChannelChoice, ...]


@dataclass(frozen=True, slots=True)
class FlatFee(Node):
    """`5.00 EUR | 5.00 CHF`."""

    money: Money


@dataclass(frozen=True, slots=True)
class PercentFee(Node):
    """`2% of open amount` or `2% of original amount`."""

    percent: Percent
    of: Literal["open amount", "original amount"]


@dataclass(frozen=True, slots=True)
class SumFee(Node):
    """`5.00 EUR + 2% of open amount`. At least two parts; no part is a `SumFee`."""

    parts: tuple[FeeFormula, ...]


@dataclass(frozen=True, slots=True)
class BoundFee(Node):
    """`FEE at least AMOUNT at most AMOUNT`; around a sum the bounds bind the whole."""

    fee: FeeFormula
    at_least: Money | None
    at_most: Money | None


FeeFormula = FlatFee | PercentFee | SumFee | BoundFee


@dataclass(frozen=True, slots=True)
class Fee(Node):
    """`fee FEE [once]`; `no fee` has no formula."""

    formula: FeeFormula | None
    once: bool = False


@dataclass(frozen=True, slots=True)
class PayWithin(Node):
    """`pay within 7 business days`: the deadline that the notice states."""

    duration: Duration


@dataclass(frozen=True, slots=True)
class Template(Node):
    """`template "friendly_reminder"`."""

    name: Text


@dataclass(frozen=True, slots=True)
class Mode(Node):
    """`send automatically [at 09:00]`, `finalize only`, `draft only`, `suggest only`."""

    how: Literal["send", "finalize", "draft", "suggest"]
    at: datetime.time | None = None


@dataclass(frozen=True, slots=True)
class NeedsApproval(Node):
    """`needs approval by credit_manager`."""

    role: Name


@dataclass(frozen=True, slots=True)
class Task(Node):
    """`task "Call the customer" by phone`."""

    text: Text
    channel: Name | None = None


@dataclass(frozen=True, slots=True)
class HandOver(Node):
    """`hand over to "Inkasso Nord"`."""

    to: Text


@dataclass(frozen=True, slots=True)
class NoticeGap(Node):
    """`at least 5 days between notices`; in a policy, an exception or a stage."""

    duration: Duration


Clause = (
    After
    | When
    | By
    | Fee
    | PayWithin
    | Template
    | Mode
    | NeedsApproval
    | Task
    | HandOver
    | NoticeGap
)


@dataclass(frozen=True, slots=True)
class Stage(Node):
    """A stage, or in a `for` block the clauses of it that are replaced there."""

    id: Name
    title: Text | None
    clauses: tuple[Clause, ...]
