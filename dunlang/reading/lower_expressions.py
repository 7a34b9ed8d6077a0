"""Conditions and values: parse tree to `ast.expressions`."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from dunlang.ast.expressions import (
    And,
    Compare,
    FactRef,
    Has,
    Known,
    Money,
    Not,
    OneOf,
    Or,
    PercentOf,
    YesNo,
)
from dunlang.diagnostics import Diagnostic
from dunlang.reading.lower_common import (
    RejectedError,
    date,
    money,
    name,
    number,
    only,
    part,
    parts,
    percent,
    span,
    text,
    the,
    token,
)

if TYPE_CHECKING:
    from dunlang.ast.expressions import CompareOp, Expression
    from dunlang.reading.lower_common import Parsed
    from dunlang.source import Source

_CONDITIONS = (And, Or, Not, Compare, OneOf, Has, Known)
_OPERATORS: dict[str, CompareOp] = {
    "IS": "is",
    "IS_NOT": "is not",
    "LESS": "<",
    "LESS_OR_EQUAL": "<=",
    "MORE": ">",
    "MORE_OR_EQUAL": ">=",
}


def condition(source: Source, node: Parsed) -> Expression:
    """A condition or value from any piece that the rule `condition` makes."""
    match node.data:
        case "or_condition":
            return Or(_flat(source, node, Or), span=span(source, node))
        case "and_condition":
            return And(_flat(source, node, And), span=span(source, node))
        case "negation":
            return Not(condition(source, parts(node)[0]), span=span(source, node))
        case "group":
            return condition(source, parts(node)[0])
        case "compare" | "membership" | "has" | "known":
            return _comparison(source, node)
        case _:
            return literal(source, node)


def _flat(source: Source, node: Parsed, kind: type[And | Or]) -> tuple[Expression, ...]:
    """The parts of `and` or `or`; `a and (b and c)` is `a and b and c`."""
    flat: list[Expression] = []
    for piece in parts(node):
        one = condition(source, piece)
        flat += one.parts if isinstance(one, kind) else (one,)
    return tuple(flat)


def _comparison(source: Source, node: Parsed) -> Expression:
    pieces = parts(node)
    where = span(source, node)
    left = _operand(source, pieces[0])
    match node.data:
        case "compare":
            sign = the(node, *_OPERATORS)
            return Compare(_OPERATORS[sign.type], left, _operand(source, pieces[1]), span=where)
        case "membership":
            items = tuple(_operand(source, piece) for piece in pieces[1:])
            return OneOf(left, items, negated=token(node, "NOT_IN") is not None, span=where)
        case "has":
            return Has(left, text(source, the(pieces[-1], "STRING")), span=where)
        case _:
            return Known(left, token(node, "IS_KNOWN") is not None, span=where)


def _operand(source: Source, node: Parsed) -> Expression:
    found = condition(source, node)
    if isinstance(found, _CONDITIONS):
        raise RejectedError(
            Diagnostic(
                "D047",
                span(source, node),
                "a whole condition cannot be compared with something else",
                hint="join conditions with 'and' or 'or'",
            )
        )
    return found


def literal(source: Source, node: Parsed) -> Expression:
    """A fact, a name, or a value as it is written."""
    match node.data:
        case "fact_ref":
            word = the(node)
            return FactRef(" ".join(word.split()), span=span(source, node))
        case "name":
            return name(source, the(node, "NAME"))
        case "yes_no":
            return YesNo(token(node, "YES") is not None, span=span(source, node))
        case "number":
            return number(source, the(node, "NUMBER"))
        case "percent":
            return percent(source, node)
        case "percent_of":
            return _percent_of(source, node)
        case "money":
            return money(source, node)
        case "text":
            return text(source, the(node, "STRING"))
        case "date":
            return date(source, the(node, "DATE"))
        case other:
            raise AssertionError(f"no value: {other}")


def _percent_of(source: Source, node: Parsed) -> PercentOf:
    amount = part(node, "fact_ref") or only(node, "money")
    of = cast("FactRef | Money", literal(source, amount))
    return PercentOf(percent(source, only(node, "percent")), of, span=span(source, node))
