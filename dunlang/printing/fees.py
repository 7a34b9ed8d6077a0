"""Fees as text: the formula on the line of the clause, steps and brackets on lines below it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dunlang.ast.expressions import Percent
from dunlang.ast.stages import (
    BoundFee,
    BracketFee,
    FeeBracket,
    FeeStep,
    FlatFee,
    PercentFee,
    StepFee,
    SumFee,
)
from dunlang.printing.expressions import money, percent, text

if TYPE_CHECKING:
    from dunlang.ast.stages import Fee, FeeFormula


def fee(node: Fee) -> str:
    """`fee 5.00 EUR once`, without the lines of a table; `no fee`."""
    if node.formula is None:
        return "no fee"
    once = " once" if node.once else ""
    per_letter = " per letter" if node.per_letter else ""
    converted = f" converted by {text(node.converted_by)}" if node.converted_by else ""
    return f"fee {formula(node.formula)}{once}{per_letter}{converted}"


def formula(node: FeeFormula) -> str:
    """A fee; bounds after a sum bind the whole of it, so those of a part need parentheses."""
    match node:
        case FlatFee():
            return money(node.money)
        case PercentFee(percent=share, of=of):
            return f"{percent(share)} of {of}"
        case SumFee(parts=parts):
            return " + ".join(
                formula(part) if isinstance(part, FlatFee | PercentFee) else f"({formula(part)})"
                for part in parts
            )
        case BoundFee(fee=inner, at_least=least, at_most=most):
            bound = f"({formula(inner)})" if isinstance(inner, BoundFee) else formula(inner)
            lower = f" at least {money(least)}" if least else ""
            upper = f" at most {money(most)}" if most else ""
            return f"{bound}{lower}{upper}"
        case StepFee(of=of):
            return f"by steps of {of}"
        case BracketFee(of=of):
            return f"by bracket of {of}"


def table(node: FeeFormula | None) -> list[tuple[FeeStep | FeeBracket, str]]:
    """The lines that stand under a fee by steps or by bracket."""
    match node:
        case BoundFee(fee=inner):
            return table(inner)
        case StepFee(steps=steps):
            return [(step, _step(step, first=step is steps[0])) for step in steps]
        case BracketFee(brackets=brackets):
            return [(bracket, _bracket(bracket)) for bracket in brackets]
        case _:
            return []


def _step(node: FeeStep, *, first: bool) -> str:
    part = percent(node.part) if isinstance(node.part, Percent) else money(node.part)
    if node.width is None:
        return f"{part} of the rest"
    # A word in the wrong place stays: what its author meant is for the checker to ask.
    return f"{part} of the {node.place or ('first' if first else 'next')} {money(node.width)}"


def _bracket(node: FeeBracket) -> str:
    limit = f" {money(node.limit)}" if node.limit else ""
    return f"{formula(node.fee)} {node.kind}{limit}"
