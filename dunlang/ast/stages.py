"""A stage of the ladder and its clauses."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from dunlang.ast.node import Node

if TYPE_CHECKING:
    import datetime

    from dunlang.ast.expressions import Expression, FactRef, Money, Name, Percent, Text

Unit = Literal["day", "business day", "week", "month"]

WaitKind = Literal[
    "overdue",  # after N days overdue: due date + N
    "before due",  # from N days before due: due date - N
    "since invoice date",  # after N days since invoice date
    "since start",  # after N days since start: first day under a version of this policy + N
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
    """`when CONDITION [else STAGE]`.

    Without `else` the stage is passed over while the condition does not hold; with it the named
    earlier stage is executed again.
    """

    condition: Expression
    otherwise: Name | None = None


@dataclass(frozen=True, slots=True)
class Repeat(Node):
    """`repeat every N days [at most M more times]`."""

    every: Duration
    at_most: int | None = None
    """How many more times; None: until the case is settled."""


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


@dataclass(frozen=True, slots=True)
class FeeStep(Node):
    """`15% of the first 2_500 EUR`, `10% of the next 2_500 EUR`, `1% of the rest`.

    A percentage is of the slice; an amount is charged in full once the slice is reached.
    """

    part: Percent | Money
    width: Money | None
    """How much of the amount the slice takes; None: all that is left."""
    place: Literal["first", "next"] | None = field(default=None, compare=False)
    """The word as written. It follows from the step's place, and the checker sees to that."""


@dataclass(frozen=True, slots=True)
class StepFee(Node):
    """`by steps of open amount` and its lines: the sum over the slices."""

    of: Literal["open amount", "original amount"]
    steps: tuple[FeeStep, ...]


@dataclass(frozen=True, slots=True)
class FeeBracket(Node):
    """`40 EUR below 1_000 EUR`, `70 EUR up to 10_000 EUR`, `100 EUR otherwise`."""

    fee: FeeFormula
    kind: Literal["below", "up to", "otherwise"]
    limit: Money | None
    """None only for `otherwise`."""


@dataclass(frozen=True, slots=True)
class BracketFee(Node):
    """`by bracket of open amount` and its lines: the first line that fits applies."""

    of: Literal["open amount", "original amount"]
    brackets: tuple[FeeBracket, ...]


FeeFormula = FlatFee | PercentFee | SumFee | BoundFee | StepFee | BracketFee


@dataclass(frozen=True, slots=True)
class Fee(Node):
    """`fee FEE [once] [per letter] [converted by "table"]`; `no fee` has no formula.

    `fee by steps of open amount [at least A] [at most A]` is a `BoundFee` around a `StepFee`.
    """

    formula: FeeFormula | None
    once: bool = False
    per_letter: bool = False
    """Once for a whole letter, on its oldest item."""
    converted_by: Text | None = None
    """A table of exchange rates; the formula's amounts are then in one currency."""


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
    """`at least 5 days between notices [to a customer]`; in a policy, an exception or a stage."""

    duration: Duration
    to_customer: bool = False
    """Whether all notices to the customer count, and not only those of the case."""


@dataclass(frozen=True, slots=True)
class ChargeInterest(Node):
    """`charge interest`: claims what has accrued and was not yet claimed."""


@dataclass(frozen=True, slots=True)
class Suspend(Node):
    """`suspend "the service"`; resumed when the case is settled."""

    text: Text


@dataclass(frozen=True, slots=True)
class Cancel(Node):
    """`cancel "the contract" now`, `at the end of the term`, or `at customer.FACT`."""

    text: Text
    at: FactRef | None
    """The fact that holds the day; None: now. `at the end of the term` is `customer.term_end`."""


@dataclass(frozen=True, slots=True)
class WriteOff(Node):
    """`write off`: ends the case."""


@dataclass(frozen=True, slots=True)
class Replaced(Node):
    """`notice` or `old_policy.notice`: a stage whose place this one takes."""

    stage: str
    policy: str | None = None
    """None: of an earlier version of this policy."""


@dataclass(frozen=True, slots=True)
class Replaces(Node):
    """`replaces OLD, other_policy.OLD`: cases that stand there stand here."""

    stages: tuple[Replaced, ...]


Clause = (
    After
    | When
    | Repeat
    | By
    | Fee
    | PayWithin
    | Template
    | Mode
    | NeedsApproval
    | Task
    | HandOver
    | NoticeGap
    | ChargeInterest
    | Suspend
    | Cancel
    | WriteOff
    | Replaces
)


@dataclass(frozen=True, slots=True)
class Stage(Node):
    """A stage, or in a `for` block the clauses of it that are replaced there."""

    id: Name
    title: Text | None
    clauses: tuple[Clause, ...]
    after: Name | None = None
    """`stage X after Y`: where it stands in a policy that extends another."""
