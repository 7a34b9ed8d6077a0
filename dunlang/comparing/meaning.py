"""What a part of a policy means, as a value: equal where only layout, digits or order differ.

Order has no meaning where the language combines parts in a way that does not look at it: `and` and
`or`, the amounts of several currencies, the terms of a wait (the latest wins), channels that are
all used. It has one in `A else B`, on the ladder, and among rules, of which the first applies.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import fields
from decimal import Decimal
from typing import Any

from dunlang.ast.expressions import And, Compare, Money, OneOf, Or
from dunlang.ast.node import Node
from dunlang.ast.policy import (
    ContactLimit,
    Currencies,
    Guarantee,
    Interest,
    LiteralRate,
    Skip,
    TableRate,
    TypeExpr,
)
from dunlang.ast.stages import After, By, Duration, Replaces, SumFee

_UNORDERED: dict[type[Node], str] = {
    And: "parts",
    Or: "parts",
    Money: "amounts",
    OneOf: "items",
    Currencies: "codes",
    TypeExpr: "choices",
    ContactLimit: "channels",
    Skip: "stages",
    After: "terms",
    By: "choices",
    Replaces: "stages",
    Guarantee: "claims",
}
"""The part of which the order has no meaning, nor that something is named twice."""
_TURNED = {">": "<", ">=": "<="}


def meaning_of(part: Any) -> Hashable:  # noqa: ANN401 - whatever a node holds
    """The meaning of a node, or of what it holds."""
    match part:
        case OneOf(left=left, items=(item,), negated=negated):
            return meaning_of(Compare("is not" if negated else "is", left, item, span=part.span))
        case Compare(op=(">" | ">=") as op, left=left, right=right):
            return "Compare", _TURNED[op], meaning_of(right), meaning_of(left)
        case LiteralRate(percent=percent, per=per):
            return "LiteralRate", percent.value * (12 if per == "month" else 1)
        case TableRate(name=name, rounded_up_to=rounded, points=points):
            added = points.value if points else Decimal(0)
            return "TableRate", name.text, meaning_of(rounded), added
        case Interest(rate=rate, start=start, by=by, fixed_at_default=fixed):
            return "Interest", meaning_of(rate), meaning_of(start), by or "act/365", fixed
        case Duration(count=count, unit="week"):
            return "Duration", 7 * count, "day"
        case SumFee(parts=parts):
            return "SumFee", tuple(sorted(map(meaning_of, parts), key=repr))
        case Node():
            return _node(part)
        case tuple():
            return tuple(map(meaning_of, part))
        case _:
            found: Hashable = part
            return found


def _node(node: Node) -> Hashable:
    unordered = _UNORDERED.get(type(node))
    found: list[Hashable] = [type(node).__name__]
    for each in fields(node):
        if each.compare:
            value = getattr(node, each.name)
            is_set = each.name == unordered
            found.append(frozenset(map(meaning_of, value)) if is_set else meaning_of(value))
    return tuple(found)
