"""Conditions asked of facts of which only some are settled yet.

The answer is every way in which the condition may still come out: a sum of `HOLDS`, `FAILS` and
`UNKNOWN`. With all facts settled it is one of them, by Kleene's logic.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from dunlang.ast.expressions import (
    And,
    Choice,
    Compare,
    Date,
    FactRef,
    Has,
    Known,
    Money,
    Not,
    Number,
    OneOf,
    Or,
    Percent,
    PercentOf,
    SegmentRef,
    Text,
    YesNo,
)
from dunlang.currencies import MINOR_DIGITS

if TYPE_CHECKING:
    from dunlang.ast.expressions import CompareOp, Expression
    from dunlang.checking.checked import Checked
    from dunlang.types import Type

HOLDS, FAILS, UNKNOWN = 1, 2, 4
_ANY = HOLDS | FAILS | UNKNOWN

Key = tuple[str, str]
"""A fact by its path; and of a set of texts, the element of which it is asked (else empty)."""
World = dict[Key, object]
"""Values of the facts that are settled.

Money is a pair of currency and minor units, numbers and percentages are fractions or whole,
choices and texts plain texts, dates dates; an element is in its set or not. None: unknown.
"""

_OPEN = object()
"""The value of a fact that is not settled yet."""


@dataclass(frozen=True, slots=True)
class Terms:
    """How one policy understands the words of its conditions."""

    types: Mapping[str, Type]
    segments: Mapping[str, Expression]
    """Their conditions, by name."""
    defaults: Mapping[str, Expression]
    """Of declared facts, by path."""
    stages: tuple[str, ...]

    @classmethod
    def of(cls, checked: Checked) -> Terms:
        """The terms of a policy that has been checked."""
        return cls(
            checked.types,
            {name: segment.condition for name, segment in checked.segments.items()},
            {path: fact.default for path, fact in checked.facts.items() if fact.default},
            tuple(checked.stages),
        )


@dataclass(frozen=True, slots=True)
class Test:
    """A condition ready to be asked."""

    ask: Callable[[World], int]
    keys: tuple[Key, ...]
    """The facts it looks at, in the order of its text."""


def compiled(condition: Expression, terms: Terms, currency: str) -> Test:
    """A condition as one policy understands it, for cases in a currency."""
    compiler = _Compiler(terms, currency, {})
    ask = compiler.condition(condition)
    return Test(ask, tuple(compiler.keys))


def _combined(both: Callable[[int, int], int]) -> tuple[tuple[int, ...], ...]:
    """A table: of two sums of answers, the sum of what they may come to together."""

    def together(left: int, right: int) -> int:
        answer = 0
        for one in (HOLDS, FAILS, UNKNOWN):
            for other in (HOLDS, FAILS, UNKNOWN):
                if left & one and right & other:
                    answer |= both(one, other)
        return answer

    return tuple(tuple(together(left, right) for right in range(8)) for left in range(8))


def _and(one: int, other: int) -> int:
    if FAILS in {one, other}:
        return FAILS
    return UNKNOWN if UNKNOWN in {one, other} else HOLDS


_NOT = tuple(
    (FAILS if may & HOLDS else 0) | (HOLDS if may & FAILS else 0) | may & UNKNOWN
    for may in range(8)
)
_AND = _combined(_and)
_OR = tuple(tuple(_NOT[_AND[_NOT[left]][_NOT[right]]] for right in range(8)) for left in range(8))


@dataclass(frozen=True, slots=True)
class _Compiler:
    terms: Terms
    currency: str
    keys: dict[Key, None]

    def condition(self, node: Expression) -> Callable[[World], int]:
        match node:
            case And(parts=parts):
                return _folded([self.condition(part) for part in parts], _AND, FAILS)
            case Or(parts=parts):
                return _folded([self.condition(part) for part in parts], _OR, HOLDS)
            case Not(part=part):
                return _negated(self.condition(part))
            case SegmentRef(name=name):
                return self.condition(self.terms.segments[name])
            case FactRef():
                return _truth(self.operand(node))
            case Compare(op=op, left=left, right=right):
                return _compared(op, self.operand(left), self.operand(right))
            case OneOf(left=left, items=items, negated=negated):
                there = self.operand(left)
                among = _folded(
                    [_compared("is", there, self.operand(item)) for item in items], _OR, HOLDS
                )
                return _negated(among) if negated else among
            case Has(left=FactRef(path=path), item=item):
                return _truth(self._fact((path, item.value), None))
            case Known(left=FactRef(path=path) as left, known=known):
                if self.terms.types[path].kind == "set of text":
                    return lambda _: HOLDS if known else FAILS
                return _known(self.operand(left), known=known)
            case _:
                raise TypeError(f"{type(node).__name__} is no condition of a checked tree")

    def operand(self, node: Expression) -> Callable[[World], object]:
        match node:
            case FactRef(path=path):
                default = self.terms.defaults.get(path)
                return self._fact((path, ""), None if default is None else self.default(default))
            case PercentOf(percent=percent, of=of):
                return _scaled(Fraction(percent.value) / 100, self.operand(of))
            case _:
                fixed = literal(node)
                return lambda _: fixed

    def default(self, node: Expression) -> object:
        """The value of a default as a fact has it: money in one currency."""
        value = literal(node)
        if not isinstance(value, Mapping):
            return value
        currency = self.currency if self.currency in value else next(iter(value))
        return currency, value[currency]

    def _fact(self, key: Key, default: object) -> Callable[[World], object]:
        self.keys.setdefault(key)

        def read(world: World) -> object:
            value = world.get(key, _OPEN)
            return default if value is None else value

        return read


def literal(node: Expression) -> object:
    """The value of what is written; of money, minor units by currency."""
    match node:
        case Number(value=value) | Percent(value=value):
            return Fraction(value)
        case Choice(text=text) | Text(value=text):
            return text
        case Date(value=day):
            return day
        case YesNo(value=yes):
            return yes
        case Money(amounts=amounts):
            return {amount.currency: minor(amount.value, amount.currency) for amount in amounts}
        case _:
            raise TypeError(f"{type(node).__name__} is no value of a checked tree")


def minor(value: Decimal, currency: str) -> Fraction:
    """An amount in minor units."""
    return Fraction(value) * Fraction(10) ** MINOR_DIGITS[currency]


def _folded(
    parts: list[Callable[[World], int]], table: tuple[tuple[int, ...], ...], enough: int
) -> Callable[[World], int]:
    def ask(world: World) -> int:
        may = parts[0](world)
        for part in parts[1:]:
            if may == enough:
                break
            may = table[may][part(world)]
        return may

    return ask


def _negated(part: Callable[[World], int]) -> Callable[[World], int]:
    return lambda world: _NOT[part(world)]


def _answer(value: object) -> int:
    return UNKNOWN if value is None else HOLDS if value else FAILS


def _truth(read: Callable[[World], object]) -> Callable[[World], int]:
    def ask(world: World) -> int:
        value = read(world)
        return _ANY if value is _OPEN else _answer(value)

    return ask


def _known(read: Callable[[World], object], *, known: bool) -> Callable[[World], int]:
    def ask(world: World) -> int:
        value = read(world)
        return HOLDS | FAILS if value is _OPEN else _answer((value is not None) == known)

    return ask


def _scaled(share: Fraction, read: Callable[[World], object]) -> Callable[[World], object]:
    def scaled(world: World) -> object:
        match read(world):
            case (str() as currency, (int() | Fraction()) as amount):
                return currency, share * amount
            case Mapping() as amounts:
                return {currency: share * amount for currency, amount in amounts.items()}
            case other:
                return other

    return scaled


def _compared(
    op: CompareOp, left: Callable[[World], object], right: Callable[[World], object]
) -> Callable[[World], int]:
    def ask(world: World) -> int:
        one, other = left(world), right(world)
        if one is _OPEN or other is _OPEN:
            return _ANY
        return _answer(_holds(op, one, other))

    return ask


def _holds(op: CompareOp, left: object, right: object) -> bool | None:
    if left is None or right is None:
        return None
    if isinstance(left, Mapping) and isinstance(right, tuple):
        left = (right[0], left[right[0]]) if right[0] in left else None
    elif isinstance(right, Mapping) and isinstance(left, tuple):
        right = (left[0], right[left[0]]) if left[0] in right else None
    if isinstance(left, tuple) and isinstance(right, tuple):
        left, right = (left[1], right[1]) if left[0] == right[0] else (None, None)
    if left is None or right is None:
        return None
    if op == "is":
        return left == right
    if op == "is not":
        return left != right
    less: bool = left < right  # type: ignore[operator]  # the checker saw to it
    equal = left == right
    return {"<": less, "<=": less or equal, ">": not (less or equal), ">=": not less}[op]
