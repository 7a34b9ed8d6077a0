"""Rates, interest and what else is said of money at the margin, as text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dunlang.ast.policy import (
    ClaimWhenPaid,
    FeesAtMost,
    FeesTaxedAt,
    Interest,
    LiteralRate,
    NoFees,
    NoInterest,
    NoInterestBelow,
)
from dunlang.printing.expressions import digits, money, percent

if TYPE_CHECKING:
    from dunlang.ast.policy import TableRate

Charge = FeesAtMost | FeesTaxedAt | Interest | NoInterest | NoInterestBelow | ClaimWhenPaid | NoFees


def charge(node: Charge) -> str:
    """One line on what is charged, at the margin or in an exception."""
    match node:
        case FeesAtMost():
            return f"fees at most {money(node.money)}"
        case FeesTaxedAt():
            return f"fees taxed at {percent(node.percent)}"
        case Interest():
            return _interest(node)
        case NoInterest():
            return "no interest"
        case NoInterestBelow():
            return f"no interest below {money(node.money)}"
        case ClaimWhenPaid():
            return "claim interest when paid"
        case NoFees():
            return "no fees"


def _interest(node: Interest) -> str:
    """`from due date` means the same as nothing: it stays where the author wrote it."""
    start = f" from {node.start.text}" if node.start else ""
    if not start and " from due date" in " ".join(node.span.text.split()):
        start = " from due date"
    count = f" by {node.by}" if node.by else ""
    fixed = " fixed at default" if node.fixed_at_default else ""
    return f"interest {_rate(node.rate)}{start}{count}{fixed}"


def _rate(node: LiteralRate | TableRate) -> str:
    if isinstance(node, LiteralRate):
        return f"{percent(node.percent)} a {node.per}"
    rounded = points = ""
    if node.rounded_up_to:
        rounded = f" rounded up to {digits(node.rounded_up_to.value, node.rounded_up_to.text)}"
    if node.points:
        points = f" + {digits(node.points.value, node.points.text)} pp"
    return f"{node.name.text}{rounded}{points}"
