"""The values of facts that can make a difference to some conditions."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING

from dunlang.ast.expressions import Compare, FactRef, Has, OneOf, PercentOf, SegmentRef
from dunlang.ast.parts import parts_of
from dunlang.builtins import FACTS
from dunlang.checking.truth import literal
from dunlang.countries import COUNTRIES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from dunlang.ast.expressions import Expression
    from dunlang.checking.truth import Key, Terms
    from dunlang.types import Kind

_COUNTRIES = ("DE", "AT", "CH", "FR", "NL", "GB", "US", *sorted(COUNTRIES))
"""Countries to take as an example, the best known first."""
OTHER_CURRENCY = "XXX"
"""Stands for any currency that the conditions do not name."""
_SOME_DAY = datetime.date(2026, 3, 2)
_LEAST: dict[str, int] = {"invoice.amount": 1, "original amount": 1}
"""The least value of built-in amounts and counts; 0 for the others."""


@dataclass(slots=True)
class _Fact:
    kind: Kind
    choices: dict[str, None]
    """Of all policies together."""
    may_be_unknown: bool


@dataclass(slots=True)
class Matter:
    """Collects what conditions compare, and then says which values to try."""

    currency: str
    complete: bool = True
    """Whether the values are all that matter; percentages of facts can need others."""
    _facts: dict[str, _Fact] = field(default_factory=dict)
    _literals: dict[str, dict[object, None]] = field(default_factory=dict)
    """What a fact is compared with, by its path."""
    _elements: dict[Key, None] = field(default_factory=dict)
    _linked: dict[str, set[str]] = field(default_factory=dict)
    """Facts that are compared with one another share their values: all names of each group."""
    _seen: set[tuple[int, str]] = field(default_factory=set)

    def has(self, path: str) -> bool:
        """Whether some condition looks at a fact."""
        return path in self._facts

    def add(self, condition: Expression, terms: Terms) -> None:
        """Look at a condition, and at the segments in it."""
        for part in parts_of(condition):
            match part:
                case FactRef(path=path):
                    self._add_fact(path, terms)
                case Has(left=FactRef(path=path), item=item):
                    self._elements.setdefault((path, item.value))
                case Compare():
                    self._add_pair(part.left, part.right)
                case OneOf():
                    for listed in part.items:
                        self._add_pair(part.left, listed)
                case SegmentRef(name=name):
                    if (id(terms), name) not in self._seen:
                        self._seen.add((id(terms), name))
                        self.add(terms.segments[name], terms)
                case _:
                    pass

    def domains(self) -> Mapping[Key, tuple[object, ...]]:
        """For every fact the values to try, those that read best first."""
        found: dict[Key, tuple[object, ...]] = dict.fromkeys(self._elements, (True, False))
        for path, fact in self._facts.items():
            if fact.kind == "set of text":
                continue
            group = self._linked.get(path, {path})
            literals = [each for name in sorted(group) for each in self._literals.get(name, ())]
            values = dict.fromkeys(self._values(path, fact, literals, len(group)))
            if fact.may_be_unknown:
                values.setdefault(None)
            found[path, ""] = tuple(values)
        return found

    # ---------------------------------------------------------------------- collecting

    def _add_fact(self, path: str, terms: Terms) -> None:
        type_ = terms.types[path]
        # A default stands in for a missing value only under the policy that declares it, so the
        # value may be missing all the same.
        may_be_unknown = path not in FACTS or FACTS[path].may_be_unknown
        fact = self._facts.setdefault(path, _Fact(type_.kind, {}, may_be_unknown))
        choices = ("none", *terms.stages) if type_.kind == "stage" else type_.choices
        fact.choices.update(dict.fromkeys(choices))
        default = terms.defaults.get(path)
        if default is not None and path in self._linked:
            self._add_literal(path, default)

    def _add_pair(self, left: Expression, right: Expression) -> None:
        mine, theirs = _fact_in(left), _fact_in(right)
        for fact, value in ((mine, right), (theirs, left)):
            if fact is not None and _fact_in(value) is None:
                self._add_literal(fact, value)
        for side in (left, right):
            if isinstance(side, PercentOf) and _fact_in(side) is not None:
                self.complete = False
        if mine is not None and theirs is not None:
            group = self._linked.get(mine, {mine}) | self._linked.get(theirs, {theirs})
            for name in group:
                self._linked[name] = group

    def _add_literal(self, path: str, value: Expression) -> None:
        share = Fraction(1)
        while isinstance(value, PercentOf):
            share *= Fraction(value.percent.value) / 100
            value = value.of
        written = literal(value)
        pairs: Iterable[object] = (
            ((code, share * amount) for code, amount in written.items())
            if isinstance(written, Mapping)
            else (written,)
        )
        self._literals.setdefault(path, {}).update(dict.fromkeys(pairs))

    # -------------------------------------------------------------------------- values

    def _values(
        self, path: str, fact: _Fact, literals: list[object], others: int
    ) -> Iterator[object]:
        """Values of one fact; `others` of those that the conditions do not name."""
        match fact.kind:
            case "yes/no":
                yield from (False, True)
            case "one of":
                rest = [each for each in fact.choices if each not in literals]
                yield from (each for each in literals if each in fact.choices)
                yield from rest if others > 1 else rest[:1]
            case "country":
                rest = [code for code in _COUNTRIES if code not in literals]
                yield from (*literals, *rest[:others])
            case "stage":
                yield from (*fact.choices, "another_stage")
            case "text":
                fresh = (_text(n) for n in range(len(literals) + others))
                rest = [text for text in fresh if text not in literals]
                yield from (*literals, *rest[:others])
            case "number" | "percent":
                numbers = [n for n in literals if isinstance(n, Fraction)]
                # Numbers that the language knows by itself are counts.
                yield from (
                    _whole(literals, others, least=0) if path in FACTS else _dense(numbers, others)
                )
            case "date":
                yield from _days(
                    [day for day in literals if isinstance(day, datetime.date)], others
                )
            case "case money":
                yield from self._amounts(self.currency, literals, others, _LEAST.get(path, 0))
            case "money":
                pairs = [pair for pair in literals if isinstance(pair, tuple)]
                for code in dict.fromkeys((self.currency, *(pair[0] for pair in pairs))):
                    yield from self._amounts(code, literals, others, None)
                yield from ((OTHER_CURRENCY, n) for n in range(others))
            case "set of text":
                return

    def _amounts(
        self, currency: str, literals: list[object], others: int, least: int | None
    ) -> Iterator[object]:
        mine = [pair[1] for pair in literals if isinstance(pair, tuple) and pair[0] == currency]
        for amount in _whole(mine, others, least=least):
            yield currency, amount


def _text(number: int) -> str:
    return f"other {number}" if number else "other"


def _fact_in(node: Expression) -> str | None:
    """The fact that a value is or is a percentage of."""
    while isinstance(node, PercentOf):
        node = node.of
    return node.path if isinstance(node, FactRef) else None


def _whole(literals: list[object], others: int, *, least: int | None) -> Iterator[int]:
    """Whole numbers at, and up to `others` steps beside, each of some numbers."""
    numbers = [n for n in literals if isinstance(n, (int, Fraction))] or [Fraction(least or 0)]
    for n in numbers:
        near = n.numerator // n.denominator
        for step in sorted(range(-others, others + 2), key=abs):
            if least is None or near + step >= least:
                yield near + step


def _days(literals: list[datetime.date], others: int) -> Iterator[datetime.date]:
    """Days at, and up to `others` beside, each of some days."""
    numbers: list[object] = [day.toordinal() for day in literals or [_SOME_DAY]]
    for number in _whole(numbers, others, least=1):
        if number <= datetime.date.max.toordinal():
            yield datetime.date.fromordinal(number)


def _dense(literals: list[Fraction], others: int) -> Iterator[Fraction]:
    """Each of some numbers, and `others` below, above, and between every two of them."""
    numbers = sorted(set(literals)) or [Fraction(0)]
    yield from numbers
    for step in range(1, others + 1):
        yield numbers[0] - step
        yield numbers[-1] + step
    for low, high in pairwise(numbers):
        for step in range(1, others + 1):
            yield low + (high - low) * Fraction(step, others + 1)
