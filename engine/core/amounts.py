"""Which amounts policies tell apart: most compare what is owed with a few written amounts.

Between two of those the amount of a case does not matter, unless a fee is a share of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dunlang.ast.expressions import Compare, FactRef, Money
from dunlang.ast.parts import parts_of
from dunlang.ast.stages import FlatFee
from engine.core.evaluator import all_conditions
from engine.core.features import ladders
from engine.core.fees import minor_of

if TYPE_CHECKING:
    from dunlang.ast.expressions import Expression
    from dunlang.plan import Plan

_AMOUNTS = frozenset({"open amount", "original amount", "invoice.amount"})


def amount_steps(plan: Plan, currency: str) -> frozenset[int] | None:
    """The amounts with which a version compares what is owed and what was billed, in minor units.

    None where it asks for more: compares them with a fact, or with a share of one another.
    """
    found: set[int] = set()
    for condition in all_conditions(plan):
        parts = list(parts_of(condition))
        written = [each for each in map(_compared, parts) if each is not None]
        if sum(map(_is_amount, parts)) > len(written):
            return None
        found.update(minor_of(each, currency) for each in written)
    return frozenset(found)


def _compared(part: Expression) -> Money | None:
    """The written amount with which a comparison compares an amount of the case, and only that."""
    match part:
        case Compare(left=left, right=Money() as written) if _is_amount(left):
            return written
        case Compare(left=Money() as written, right=right) if _is_amount(right):
            return written
        case _:
            return None


def _is_amount(part: Expression) -> bool:
    return isinstance(part, FactRef) and part.path in _AMOUNTS


def stages_by_amount(plan: Plan) -> frozenset[str]:
    """The ids of the stages of which a fee may depend on the amount."""
    return frozenset(
        stage.id
        for resolved in ladders(plan)
        for stage in resolved.stages
        if not (stage.fee is None or isinstance(stage.fee, FlatFee))
    )
