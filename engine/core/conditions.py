"""Conditions of a plan as Python expressions.

Unknown values make conditions three-valued. Instead of computing with three values, a condition
is written out twice: once as "certainly holds" and once as "certainly does not hold" (Kleene's
strong logic: `not` swaps the two, `and` and `or` combine them pairwise). Both are ordinary
Python, and where nothing can be unknown one is the negation of the other.

The names in the generated text: `c` CaseFacts, `p` Place, `f` the tuple of bound facts, `D` the
day, and constants that `Names` hands out.
"""

from __future__ import annotations

from dataclasses import dataclass, field
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
    Name,
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
from engine.core.money import to_minor

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dunlang.ast.expressions import CompareOp, Expression
    from dunlang.types import Type

_BUILTIN = {
    "open amount": "c.open",
    "original amount": "c.original",
    "invoice.amount": "c.original",
    "invoice.issued": "c.issued",
    "invoice.due": "c.due",
    "invoice.disputed": "c.disputed",
    "invoice.excluded": "(D <= c.invoice_excluded_until)",
    "customer.excluded": "(D <= c.customer_excluded_until)",
    "days overdue": "(D - c.due if D > c.due else 0)",
    "promise": (
        "('none' if c.promise_until < 0 else 'pending' if D <= c.promise_until"
        " else 'kept' if c.promise_kept else 'broken')"
    ),
    "stage": "(p.stage or 'none')",
    "fees so far": "p.fees",
    "notices so far": "p.notices",
}
"""Facts that are read from the case; every other one is bound into `f`."""

TOTALS = (
    "customer.open_amount",
    "customer.overdue_amount",
    "customer.open_invoices",
    "customer.overdue_invoices",
)
"""Facts that look at all invoices of a customer, in the order of `timeline.Totals`."""

START = "start"
"""In place of a fact: the first day on which the policy covered the case."""

ALWAYS_KNOWN = frozenset(
    {
        *_BUILTIN,
        "customer.id",
        "customer.tags",
        "invoice.id",
        *TOTALS,
    }
)

_OPERATORS: dict[CompareOp, str] = {
    "is": "==",
    "is not": "!=",
    "<": "<",
    "<=": "<=",
    ">": ">",
    ">=": ">=",
}


@dataclass(slots=True)
class Names:
    """Constants of the generated code, and the places of facts in `f`."""

    currency: str
    types: Mapping[str, Type]
    slots: Mapping[str, int]
    conditions: Mapping[str, Expression]
    """Of the segments, by name."""
    defaults: frozenset[str]
    """Declared facts with a default: never unknown."""
    constants: dict[str, object] = field(default_factory=dict)
    settled: dict[tuple[Expression, bool], int] = field(default_factory=dict)
    """Conditions on bound facts alone, by wanted outcome: their place in `f` behind the facts."""

    def constant(self, value: object) -> str:
        """A name (or a literal) for a value."""
        if isinstance(value, bool | int | str):
            return repr(value)
        name = f"K{len(self.constants)}"
        self.constants[name] = value
        return name


@dataclass(frozen=True, slots=True)
class _Operand:
    """A value in generated code: `text * numerator / denominator` for an amount."""

    text: str
    known: str
    """Condition under which it has a value; empty if always."""
    share: Fraction = Fraction(1)
    amounts: Mapping[str, int] | None = None
    """A literal amount: minor units by currency."""
    has_currency: bool = False
    """A declared money fact: `text` is a pair of minor units and currency."""


def holds(expression: Expression, names: Names) -> str:
    """Python that is true exactly when the condition certainly holds."""
    return _write(expression, names, wanted=True)


def fails(expression: Expression, names: Names) -> str:
    """Python that is true exactly when the condition certainly does not hold."""
    return _write(expression, names, wanted=False)


def value(expression: Expression, names: Names) -> str:
    """Python for the value of a fact, None if unknown."""
    return _operand(expression, names).text


def slot_paths(expressions: list[Expression]) -> list[str]:
    """Facts that must be bound into `f`, each once, in order of appearance."""
    found: dict[str, None] = {}
    for expression in expressions:
        for atom in atoms(expression):
            if isinstance(atom, FactRef) and atom.path not in _BUILTIN:
                found[atom.path] = None
    return list(found)


def atoms(expression: Expression) -> list[FactRef | SegmentRef]:
    """The facts and segments that a condition names, in order."""
    match expression:
        case FactRef() | SegmentRef():
            return [expression]
        case And() | Or():
            return [atom for part in expression.parts for atom in atoms(part)]
        case Not():
            return atoms(expression.part)
        case Compare():
            return atoms(expression.left) + atoms(expression.right)
        case OneOf():
            return [a for each in (expression.left, *expression.items) for a in atoms(each)]
        case Has() | Known():
            return atoms(expression.left)
        case PercentOf():
            return atoms(expression.of)
        case _:
            return []


def facts_of(expression: Expression, names: Names) -> list[str]:
    """Paths of the facts behind a condition, also through segments."""
    found: list[str] = []
    for atom in atoms(expression):
        if isinstance(atom, SegmentRef):
            found += facts_of(names.conditions[atom.name], names)
        else:
            found.append(atom.path)
    return found


def settle(expressions: list[Expression], names: Names) -> str:
    """Python for the conditions that bound facts alone decide, as a tuple.

    They change only when the facts change, so they are worked out once for each binding and found
    in `f` behind the facts.
    """
    texts: list[str] = []
    found: dict[tuple[Expression, bool], int] = {}
    for expression in expressions:
        for part in _settled_parts(expression, names):
            for wanted in (True, False):
                if (part, wanted) not in found:
                    found[part, wanted] = len(names.slots) + len(texts)
                    texts.append(_write(part, names, wanted=wanted))
    names.settled.update(found)
    return f"({' '.join(text + ',' for text in texts)})"


def _settled_parts(expression: Expression, names: Names) -> list[Expression]:
    """The largest parts of a condition that bound facts alone decide."""
    if _is_settled(expression, names):
        return [expression]
    match expression:
        case And() | Or():
            return [part for each in expression.parts for part in _settled_parts(each, names)]
        case Not():
            return _settled_parts(expression.part, names)
        case _:
            return []


def _is_settled(expression: Expression, names: Names) -> bool:
    """Whether every fact behind a condition is bound and stands still while the facts do."""
    for atom in atoms(expression):
        if isinstance(atom, SegmentRef):
            if not _is_settled(names.conditions[atom.name], names):
                return False
        elif atom.path in _BUILTIN or atom.path in TOTALS:
            return False
    return True


def _write(expression: Expression, names: Names, *, wanted: bool) -> str:
    place = names.settled.get((expression, wanted))
    if place is not None:
        return f"f[{place}]"
    match expression:
        case And() | Or():
            word = " and " if isinstance(expression, And) is wanted else " or "
            return f"({word.join(_write(p, names, wanted=wanted) for p in expression.parts)})"
        case Not():
            return _write(expression.part, names, wanted=not wanted)
        case SegmentRef():
            return _write(names.conditions[expression.name], names, wanted=wanted)
        case Compare():
            return _compare(expression, names, wanted=wanted)
        case OneOf():
            return _one_of(expression, names, wanted=wanted)
        case Has():
            left = _operand(expression.left, names)
            test = f"{names.constant(expression.item.value)} in {left.text}"
            return _guarded(left.known, test, wanted=wanted)
        case Known():
            known = _operand(expression.left, names).known or "True"
            return f"({known})" if expression.known is wanted else f"(not ({known}))"
        case _:  # a yes/no fact, or a literal
            operand = _operand(expression, names)
            return _guarded(operand.known, operand.text, wanted=wanted)


def _guarded(known: str, test: str, *, wanted: bool) -> str:
    test = f"({test})" if wanted else f"(not ({test}))"
    return f"({known} and {test})" if known else test


def _compare(node: Compare, names: Names, *, wanted: bool) -> str:
    if isinstance(node.left, FactRef) and node.left.path == "promise":
        short = _promise_is(node)
        if short:
            return _guarded("", short, wanted=wanted)
    left, right = _operand(node.left, names), _operand(node.right, names)
    operator = _OPERATORS[node.op]
    known = [side.known for side in (left, right) if side.known]
    if (
        left.amounts is None
        and right.amounts is None
        and not (left.has_currency or right.has_currency)
    ):
        test = f"{_scaled(left, right)} {operator} {_scaled(right, left)}"
        return _guarded(" and ".join(known), test, wanted=wanted)
    return _compare_money(left, right, operator, known, names, wanted=wanted)


def _promise_is(node: Compare) -> str:
    if isinstance(node.right, Choice) and node.right.text == "pending":
        if node.op == "is":
            return "D <= c.promise_until"
        if node.op == "is not":
            return "D > c.promise_until"
    return ""


def _compare_money(
    left: _Operand, right: _Operand, operator: str, known: list[str], names: Names, *, wanted: bool
) -> str:
    """Amounts of which at least one is a literal list or carries a currency of its own."""
    fact = next((side.text for side in (left, right) if side.has_currency), None)
    sides = []
    for side in (left, right):
        if side.amounts is not None and fact is None:
            sides.append(str(side.amounts[names.currency]))
        elif side.amounts is not None:
            table = names.constant(side.amounts)
            known.append(f"{fact}[1] in {table}")
            sides.append(f"{table}[{fact}[1]]")
        elif side.has_currency:
            if side.text != fact:
                known.append(f"{side.text}[1] == {fact}[1]")
            sides.append(f"{side.text}[0]")
        else:
            if fact is not None:
                known.append(f"{fact}[1] == {names.currency!r}")
            sides.append(side.text)
    scaled = [_times(sides[0], left, right), _times(sides[1], right, left)]
    return _guarded(" and ".join(known), f"{scaled[0]} {operator} {scaled[1]}", wanted=wanted)


def _scaled(side: _Operand, other: _Operand) -> str:
    return _times(side.text, side, other)


def _times(text: str, side: _Operand, other: _Operand) -> str:
    """Both sides of a comparison over their common denominator: integers stay integers."""
    factor = side.share.numerator * other.share.denominator
    return text if factor == 1 else f"{text} * {factor}"


def _one_of(node: OneOf, names: Names, *, wanted: bool) -> str:
    wanted = wanted is not node.negated
    left = _operand(node.left, names)
    literals = [_literal(item) for item in node.items]
    if all(literal is not None for literal in literals):
        test = f"{left.text} in {names.constant(frozenset(literals))}"
        return _guarded(left.known, test, wanted=wanted)
    parts = tuple(Compare("is", node.left, item, span=item.span) for item in node.items)
    if len(parts) == 1:
        return _write(parts[0], names, wanted=wanted)
    return _write(Or(parts, span=node.span), names, wanted=wanted)


def _operand(node: Expression, names: Names) -> _Operand:
    match node:
        case FactRef():
            return _fact(node.path, names)
        case Money():
            amounts = {each.currency: to_minor(each.value, each.currency) for each in node.amounts}
            exact = {code: minor for code, minor in amounts.items() if minor is not None}
            return _Operand("", "", amounts=exact)
        case PercentOf():
            inner = _operand(node.of, names)
            share = inner.share * Fraction(node.percent.value) / 100
            return _Operand(inner.text, inner.known, share, inner.amounts, inner.has_currency)
        case _:
            return _Operand(names.constant(_literal(node)), "")


def _fact(path: str, names: Names) -> _Operand:
    text = _BUILTIN.get(path) or f"f[{names.slots[path]}]"
    always = path in ALWAYS_KNOWN or path in names.defaults
    return _Operand(
        text,
        "" if always else f"{text} is not None",
        has_currency=names.types[path].kind == "money",
    )


def _literal(node: Expression) -> object:
    """The value of a literal as generated code compares it; None if it is not a literal."""
    match node:
        case Number():
            return exact_number(node.value)
        case Percent():
            return node.value
        case Text():
            return node.value
        case YesNo():
            return node.value
        case Date():
            return node.value.toordinal()
        case Choice() | Name():
            return node.text
        case _:
            return None


def exact_number(number: Decimal) -> int | Decimal:
    """A whole number as int, which compares fastest; any other as it is."""
    return int(number) if number == number.to_integral_value() else number
