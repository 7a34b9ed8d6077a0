"""Conditions that cannot hold for a case with which nothing is the matter.

Most holds that stop the clock wait for a dispute or a promise. Where a case never had one, and is
not excluded, nobody need go through its past to see that its clock never stood still.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dunlang.ast.expressions import And, Choice, Compare, FactRef, Not, Or, SegmentRef
from engine.core.case import NEVER

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from dunlang.ast.expressions import Expression
    from engine.core.case import CaseFacts

_CALM = frozenset({"invoice.disputed", "invoice.excluded", "customer.excluded"})


def is_calm(spans: Iterable[CaseFacts]) -> bool:
    """Whether a case was never disputed, excluded, or promised to be paid."""
    return not any(
        span.disputed
        or span.promise_until != NEVER
        or span.invoice_excluded_until != NEVER
        or span.customer_excluded_until != NEVER
        for span in spans
    )


def when_calm(condition: Expression, segments: Mapping[str, Expression]) -> bool | None:
    """Whether a condition holds for every calm case, or for none; None if that depends on more."""
    match condition:
        case FactRef(path=path):
            return False if path in _CALM else None
        case SegmentRef(name=name):
            return when_calm(segments[name], segments)
        case Not(part=part):
            found = when_calm(part, segments)
            return None if found is None else not found
        case And(parts=parts) | Or(parts=parts):
            settling = isinstance(condition, Or)
            values = {when_calm(part, segments) for part in parts}
            if settling in values:
                return settling
            return None if None in values else not settling
        case Compare(left=FactRef(path="promise"), op="is" | "is not" as op, right=Choice() as one):
            return (one.text == "none") is (op == "is")
        case _:
            return None
