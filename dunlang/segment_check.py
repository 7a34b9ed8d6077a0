"""Segments that refer to one another, and which facts they come down to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dunlang.ast.expressions import (
    And,
    Compare,
    FactRef,
    Has,
    Known,
    Not,
    OneOf,
    Or,
    PercentOf,
    SegmentRef,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from dunlang.ast.expressions import Expression
    from dunlang.scope import Scope


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


def check_circles(conditions: Mapping[str, Expression], scope: Scope) -> bool:
    """Report segments that depend on themselves, each circle once; False if there is one.

    `conditions` are the resolved ones, by the segment's name; a segment that is wrong in itself
    may be left out.
    """
    refers = {
        name: [part.name for part in parts_of(condition) if isinstance(part, SegmentRef)]
        for name, condition in conditions.items()
    }
    done: set[str] = set()
    good = True
    for start in refers:
        good = _walk(start, [], refers, done, scope) and good
    return good


def _walk(
    name: str, path: list[str], refers: dict[str, list[str]], done: set[str], scope: Scope
) -> bool:
    if name in done or name not in refers:
        return True
    if name in path:
        circle = path[path.index(name) :]
        _report_circle(circle, scope)
        done.update(circle)
        return False
    good = True
    for other in refers[name]:
        good = _walk(other, [*path, name], refers, done, scope) and good
    done.add(name)
    return good


def _report_circle(circle: list[str], scope: Scope) -> None:
    names = [scope.segments[name].name for name in circle]
    scope.report(
        "D112",
        names[0].span,
        f"segment {circle[0]} depends on itself",
        notes=(" needs ".join((*circle, circle[0])),) if len(circle) > 1 else (),
        related=tuple((name.span, "through this") for name in names[1:]),
    )


def facts_behind(
    expression: Expression, conditions: Mapping[str, Expression]
) -> Iterator[tuple[FactRef, Expression]]:
    """Every fact that a resolved condition looks at, also through segments.

    Each with the part of the condition itself that leads there: the fact, or the segment's name.
    The segments in `conditions` must be free of circles.
    """
    for part in parts_of(expression):
        if isinstance(part, FactRef):
            yield part, part
        elif isinstance(part, SegmentRef) and part.name in conditions:
            for fact, _ in facts_behind(conditions[part.name], conditions):
                yield fact, part
