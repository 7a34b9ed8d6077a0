"""What a condition or a value is made of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dunlang.ast.expressions import And, Compare, FactRef, Has, Known, Not, OneOf, Or, PercentOf

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dunlang.ast.expressions import Expression


def parts_of(expression: Expression) -> Iterator[Expression]:
    """An expression and everything in it, from left to right."""
    yield expression
    match expression:
        case And(parts=parts) | Or(parts=parts):
            inside: tuple[Expression, ...] = parts
        case Not(part=part):
            inside = (part,)
        case Compare(left=left, right=right):
            inside = (left, right)
        case OneOf(left=left, items=items):
            inside = (left, *items)
        case Has(left=left) | Known(left=left):
            inside = (left,)
        case PercentOf(of=of):
            inside = (of,)
        case _:
            inside = ()
    for part in inside:
        yield from parts_of(part)


def looks_at_facts(expression: Expression) -> bool:
    """Whether a value or a condition depends on any fact by itself."""
    return any(isinstance(part, FactRef) for part in parts_of(expression))
