"""Values and conditions as text, with no more parentheses than the meaning needs.

`or` binds less than `and`, `and` less than `not`, `not` less than a comparison.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dunlang.ast.expressions import (
    Amount,
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
from dunlang.printing.doc import NOTHING, SPACE, Doc, Group, IfBroken, Nest, layout
from dunlang.printing.remarks import Remarks, above, below, beside, gather

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal

    from dunlang.ast.expressions import Expression
    from dunlang.printing.remarks import Piece

CONTINUED = 2
"""How much deeper than its first line a statement goes on: the parser wants it deeper."""
STEP = 2
UNLIMITED = 1_000_000
"""A line no text fills: for what has no place to be broken."""


def digits(value: Decimal, text: str) -> str:
    """A number with the author's digits; those of the value if a program made the node."""
    return text or f"{value:f}"


def percent(node: Percent) -> str:
    """`2%`."""
    return f"{digits(node.value, node.text)}%"


def amount(node: Amount) -> str:
    """`10.00 EUR`."""
    return f"{digits(node.value, node.text)} {node.currency}"


def money(node: Money) -> str:
    """`10.00 EUR | 10.00 CHF`."""
    return " | ".join(amount(each) for each in node.amounts)


def text(node: Text) -> str:
    """The string in its quotes."""
    return f'"{node.value}"'


def date(node: Date) -> str:
    """`2026-03-02`."""
    return node.value.isoformat()


def value(node: Expression) -> str:
    """A value on one line; a condition in the place of a value in parentheses."""
    match node:
        case Name(text=word) | Choice(text=word) | SegmentRef(name=word) | FactRef(path=word):
            return word
        case Number(value=number, text=written):
            return digits(number, written)
        case Percent():
            return percent(node)
        case Money():
            return money(node)
        case Text():
            return text(node)
        case Date():
            return date(node)
        case YesNo(value=yes):
            return "yes" if yes else "no"
        case PercentOf():
            return f"{percent(node.percent)} of {value(node.of)}"
        case Compare() | OneOf() | Has() | Known() | And() | Or() | Not():
            return f"({layout(condition(node, Remarks()), 0, -UNLIMITED)})"


def condition(node: Expression, remarks: Remarks) -> Doc:
    """A condition that ends or goes on a statement; in parentheses once it needs several lines."""
    parts = node.parts if isinstance(node, And | Or) else (node,)
    within = remarks.to_the_end(parts[-1])
    pieces, last = gather(parts, lambda part: _part(node, part, remarks), remarks, within)
    if len(pieces) == 1 and not last and not pieces[0].remarked:
        return Nest(CONTINUED, pieces[0].doc)
    body = (NOTHING, _joined(_word(node), pieces), below(last))
    return Group(
        (
            IfBroken("("),
            Nest(CONTINUED + STEP, body),
            Nest(CONTINUED, NOTHING),
            IfBroken(")"),
        )
    )


def words(nodes: Sequence[Expression], remarks: Remarks) -> Doc:
    """`(low, medium, high)`, as many on a line as fit; one a line where there are comments."""
    within = remarks.inside(nodes)
    pieces, last = gather(nodes, value, remarks, within)
    between: Doc = SPACE
    if not last and not any(piece.remarked for piece in pieces):
        between = Group(SPACE)
    inner: list[Doc] = [NOTHING]
    for number, piece in enumerate(pieces, 1):
        comma = "," if number < len(pieces) else ""
        inner.extend((above(piece), piece.doc, comma, beside(piece)))
        if comma:
            inner.append(between)
    inner.append(below(last))
    return Group(("(", Nest(STEP, tuple(inner)), NOTHING, ")"))


def _part(whole: Expression, part: Expression, remarks: Remarks) -> Doc:
    """A part of a condition, in parentheses if the whole would tear it apart."""
    match part:
        case Or() if isinstance(whole, And | Not):
            return _enclosed(part, remarks)
        case And() if isinstance(whole, Not):
            return _enclosed(part, remarks)
        case And() | Or() if part is not whole:
            pieces, _ = gather(part.parts, lambda each: _part(part, each, remarks), remarks, None)
            return Group(_joined(_word(part), pieces))
        case _:
            return _test(part, remarks)


def _enclosed(node: And | Or, remarks: Remarks) -> Doc:
    within = remarks.inside(node.parts)
    pieces, last = gather(node.parts, lambda part: _part(node, part, remarks), remarks, within)
    body = (NOTHING, _joined(_word(node), pieces), below(last))
    return Group(("(", Nest(STEP, body), NOTHING, ")"))


def _test(node: Expression, remarks: Remarks) -> Doc:
    """A condition that is neither `and` nor `or`."""
    match node:
        case Not(part=part):
            return ("not ", _part(node, part, remarks))
        case Compare(op=op, left=left, right=right):
            return f"{value(left)} {op} {value(right)}"
        case OneOf(left=left, items=items, negated=negated):
            return (f"{value(left)} {'not in' if negated else 'in'} ", words(items, remarks))
        case Has(left=left, item=item):
            return f"{value(left)} has {text(item)}"
        case Known(left=left, known=known):
            return f"{value(left)} is {'known' if known else 'unknown'}"
        case _:
            return value(node)


def _word(node: Expression) -> str:
    return "and " if isinstance(node, And) else "or "


def _joined(word: str, pieces: Sequence[Piece]) -> Doc:
    """Parts with `and` or `or` before each but the first, a line each if it is broken."""
    out: list[Doc] = []
    for piece in pieces:
        start = (SPACE, above(piece), word) if out else (above(piece),)
        out.append((*start, Nest(STEP, piece.doc), beside(piece)))
    return tuple(out)
