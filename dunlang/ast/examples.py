"""`example` blocks: what is given and what is expected, line by line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from dunlang.ast.node import Node

if TYPE_CHECKING:
    from dunlang.ast.expressions import Amount, Date, Expression, Money, Name, Text


@dataclass(frozen=True, slots=True)
class GivenValue(Node):
    """`kind consumer`: a fact's name (without `customer.` or `invoice.`) and its value.

    The value is a `Name`, `Text`, `Number`, `Percent`, `Money`, `Date` or `YesNo`; a set of text
    is one `Text` per element: `tags "a" "b"`.
    """

    name: Name
    values: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class GivenCustomer(Node):
    """`given customer kind consumer, country DE [from DATE]`."""

    values: tuple[GivenValue, ...]
    first: Date | None = None


@dataclass(frozen=True, slots=True)
class GivenInvoice(Node):
    """`given invoice 250.00 EUR due 2026-03-02 [issued DATE][, NAME VALUE]...`."""

    amount: Amount
    due: Date
    issued: Date | None = None
    values: tuple[GivenValue, ...] = ()


@dataclass(frozen=True, slots=True)
class GivenPayment(Node):
    """`given payment 250.00 EUR on DATE`; `credit` likewise."""

    kind: Literal["payment", "credit"]
    amount: Amount
    on: Date


@dataclass(frozen=True, slots=True)
class GivenCharges(Node):
    """`given charges paid 5.00 EUR on DATE` or `given charges waived 5.00 EUR on DATE`."""

    kind: Literal["charge_paid", "charge_waived"]
    amount: Amount
    on: Date


@dataclass(frozen=True, slots=True)
class GivenDispute(Node):
    """`given dispute from DATE [to DATE]`; `to` names the last day."""

    first: Date
    last: Date | None = None


@dataclass(frozen=True, slots=True)
class GivenPromise(Node):
    """`given promise 100.00 EUR by DATE [on DATE]`; made on the due date unless `on` is given."""

    amount: Amount
    by: Date
    on: Date | None = None


@dataclass(frozen=True, slots=True)
class GivenExcluded(Node):
    """`given [customer|invoice] excluded from DATE [to DATE]`; without a word, the customer."""

    whom: Literal["customer", "invoice"]
    first: Date
    last: Date | None = None


@dataclass(frozen=True, slots=True)
class ExpectStage(Node):
    """`expect DATE STAGE [by A and B] [fee MONEY | no fee] [interest MONEY] [deadline DATE]`."""

    on: Date
    stage: Name
    channels: tuple[Name, ...] = ()
    fee: Money | None = None
    no_fee: bool = False
    interest: Money | None = None
    deadline: Date | None = None


@dataclass(frozen=True, slots=True)
class ExpectNothing(Node):
    """`expect nothing until DATE`: no action up to and including that day, but those listed."""

    until: Date


@dataclass(frozen=True, slots=True)
class ExpectHeld(Node):
    """`expect held "disputed" on DATE`; `excluded` likewise."""

    outcome: Literal["held", "excluded"]
    reason: Text
    on: Date


@dataclass(frozen=True, slots=True)
class ExpectSettled(Node):
    """`expect settled on DATE [interest MONEY]`."""

    on: Date
    interest: Money | None = None
    """The last claim, made on the day on which the open amount is paid."""


@dataclass(frozen=True, slots=True)
class ExpectNot(Node):
    """`expect not STAGE`: it is not executed while the example runs."""

    stage: Name


ExampleLine = (
    GivenCustomer
    | GivenInvoice
    | GivenPayment
    | GivenCharges
    | GivenDispute
    | GivenPromise
    | GivenExcluded
    | ExpectStage
    | ExpectNothing
    | ExpectHeld
    | ExpectSettled
    | ExpectNot
)


@dataclass(frozen=True, slots=True)
class Example(Node):
    """`example "title"` and its lines, in the order written."""

    title: Text
    lines: tuple[ExampleLine, ...]
