"""Segments that refer to one another, and which facts they come down to."""

from __future__ import annotations

from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING

from dunlang.ast.expressions import FactRef, SegmentRef
from dunlang.ast.parts import parts_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from dunlang.ast.expressions import Expression
    from dunlang.checking.scope import Scope


def check_circles(conditions: Mapping[str, Expression], scope: Scope) -> None:
    """Report segments that depend on themselves, each circle once.

    `conditions` are the resolved ones, by the segment's name.
    """
    needs = {
        name: [part.name for part in parts_of(condition) if isinstance(part, SegmentRef)]
        for name, condition in conditions.items()
    }
    while circle := _circle(needs):
        _report_circle(circle, scope)
        for name in circle:
            del needs[name]


def _circle(needs: Mapping[str, list[str]]) -> list[str]:
    """Some circle, each member needing the next; empty if there is none."""
    try:
        TopologicalSorter(needs).prepare()
    except CycleError as error:
        members: list[str] = error.args[1][:0:-1]
        first = members.index(next(name for name in needs if name in members))
        return members[first:] + members[:first]
    return []


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
    """
    for part in parts_of(expression):
        if isinstance(part, FactRef):
            yield part, part
        elif isinstance(part, SegmentRef):
            for fact in _facts_of_segment(part.name, conditions):
                yield fact, part


def _facts_of_segment(name: str, conditions: Mapping[str, Expression]) -> Iterator[FactRef]:
    seen: set[str] = set()
    waiting = [name]
    while waiting:
        here = waiting.pop()
        if here in seen or here not in conditions:
            continue
        seen.add(here)
        for part in parts_of(conditions[here]):
            if isinstance(part, FactRef):
                yield part
            elif isinstance(part, SegmentRef):
                waiting.append(part.name)
