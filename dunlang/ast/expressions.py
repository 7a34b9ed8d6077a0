"""Conditions and values as written, and as checked.

The parser makes a `Name` of every bare word (`business`, `key_account`, `DE`). The checker
replaces each `Name` by what it turned out to be: a `Choice` (a value of an enumeration or a
country), or a `SegmentRef`. A checked tree holds no `Name`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from dunlang.ast.node import Node

if TYPE_CHECKING:
    import datetime
    from decimal import Decimal

CompareOp = Literal["is", "is not", "<", "<=", ">", ">="]


@dataclass(frozen=True, slots=True)
class Name(Node):
    """A bare word whose meaning the checker finds. Not in a checked tree."""

    text: str


@dataclass(frozen=True, slots=True)
class Choice(Node):
    """A value of an enumeration or a country code. Only in a checked tree."""

    text: str


@dataclass(frozen=True, slots=True)
class SegmentRef(Node):
    """A segment by its name. Only in a checked tree."""

    name: str


@dataclass(frozen=True, slots=True)
class FactRef(Node):
    """A fact: `customer.kind`, `invoice.due`, or a phrase such as `open amount`.

    Phrases are spelt with single blanks: `open amount`, `original amount`, `days overdue`,
    `fees so far`, `notices so far`, `promise`, `stage`.
    """

    path: str


@dataclass(frozen=True, slots=True)
class Number(Node):
    """`3`, `2.5`, `250_000`."""

    value: Decimal
    text: str = field(compare=False)
    """As written, so that the formatter keeps the author's digits."""


@dataclass(frozen=True, slots=True)
class Percent(Node):
    """`2%`: the value is 2."""

    value: Decimal
    text: str = field(compare=False)
    """The number as written, without the sign."""


@dataclass(frozen=True, slots=True)
class Amount(Node):
    """One amount in one currency, `10.00 EUR`."""

    value: Decimal
    currency: str
    text: str = field(compare=False)
    """The number as written."""


@dataclass(frozen=True, slots=True)
class Money(Node):
    """One amount per currency, `10.00 EUR | 10.00 CHF`."""

    amounts: tuple[Amount, ...]


@dataclass(frozen=True, slots=True)
class Text(Node):
    """A string in double quotes; the value is what stands between them."""

    value: str


@dataclass(frozen=True, slots=True)
class Date(Node):
    """`2026-03-02`."""

    value: datetime.date


@dataclass(frozen=True, slots=True)
class YesNo(Node):
    """`yes` or `no`."""

    value: bool


@dataclass(frozen=True, slots=True)
class PercentOf(Node):
    """`10% of original amount`."""

    percent: Percent
    of: Expression


@dataclass(frozen=True, slots=True)
class Compare(Node):
    """`left OP right`."""

    op: CompareOp
    left: Expression
    right: Expression


@dataclass(frozen=True, slots=True)
class OneOf(Node):
    """`left in (a, b)` or `left not in (a, b)`."""

    left: Expression
    items: tuple[Expression, ...]
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Has(Node):
    """`customer.tags has "key-account"`."""

    left: Expression
    item: Text


@dataclass(frozen=True, slots=True)
class Known(Node):
    """`left is known` or `left is unknown`."""

    left: Expression
    known: bool


@dataclass(frozen=True, slots=True)
class And(Node):
    """All parts hold (Kleene). At least two parts; no part is itself an `And`."""

    parts: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Or(Node):
    """One part holds (Kleene). At least two parts; no part is itself an `Or`."""

    parts: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Not(Node):
    """The part does not hold (Kleene)."""

    part: Expression


Expression = (
    Name
    | Choice
    | SegmentRef
    | FactRef
    | Number
    | Percent
    | Money
    | Text
    | Date
    | YesNo
    | PercentOf
    | Compare
    | OneOf
    | Has
    | Known
    | And
    | Or
    | Not
)
