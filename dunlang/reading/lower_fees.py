"""What a stage charges: parse tree to the fees of `ast.stages`."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from dunlang.ast.stages import (
    BoundFee,
    BracketFee,
    Fee,
    FeeBracket,
    FeeStep,
    FlatFee,
    PercentFee,
    StepFee,
    SumFee,
)
from dunlang.reading.lower_common import (
    after_tree,
    first_token,
    money,
    only,
    part,
    parts,
    percent,
    span,
    text_of,
    the,
    token,
)
from dunlang.source import Span

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Literal

    from dunlang.ast.stages import FeeFormula
    from dunlang.reading.lower_common import Parsed
    from dunlang.source import Source

_PLACES: dict[str, Literal["first", "next"] | None] = {
    "OF_THE_FIRST": "first",
    "OF_THE_NEXT": "next",
    "OF_THE_REST": None,
}
_BRACKETS: dict[str, Literal["below", "up to", "otherwise"]] = {
    "BELOW": "below",
    "UP_TO": "up to",
    "OTHERWISE": "otherwise",
}


def fee(source: Source, node: Parsed, formula: FeeFormula, where: Span) -> Fee:
    """`fee FEE once per letter converted by "table"`; `where` is the whole block."""
    return Fee(
        formula,
        token(node, "ONCE") is not None,
        token(node, "PER_LETTER") is not None,
        text_of(source, node) if token(node, "CONVERTED_BY") else None,
        span=where,
    )


def fee_with_lines(
    source: Source, node: Parsed, lines: Sequence[FeeStep | FeeBracket], where: Span
) -> Fee:
    """`fee by steps of ...` or `fee by bracket of ...`; `where` is the whole block."""
    begin = the(node, "BY_STEPS_OF", "BY_BRACKET_OF")
    under = Span(source, begin.start_pos or 0, where.end)
    of = _base(only(node, "fee_base"))
    formula: FeeFormula
    if begin.type == "BY_STEPS_OF":
        formula = StepFee(of, tuple(cast("Sequence[FeeStep]", lines)), span=under)
    else:
        formula = BracketFee(of, tuple(cast("Sequence[FeeBracket]", lines)), span=under)
    return fee(source, node, _bounded(source, node, formula, under), where)


def step(source: Source, node: Parsed) -> FeeStep:
    """`15% of the first 2_500 EUR`: a line under `fee by steps`."""
    pieces = parts(node)
    charged = pieces[0]
    return FeeStep(
        percent(source, charged) if charged.data == "percent" else money(source, charged),
        money(source, pieces[1]) if len(pieces) > 1 else None,
        _PLACES[the(node, "OF_THE_FIRST", "OF_THE_NEXT", "OF_THE_REST").type],
        span=span(source, node),
    )


def bracket(source: Source, node: Parsed) -> FeeBracket:
    """`40 EUR below 1_000 EUR`: a line under `fee by bracket`."""
    limit = part(node, "money")
    return FeeBracket(
        fee_formula(source, only(node, "fee_formula")),
        _BRACKETS[the(node, *_BRACKETS).type],
        money(source, limit) if limit else None,
        span=span(source, node),
    )


def fee_formula(source: Source, node: Parsed) -> FeeFormula:
    """A fee that stands on one line."""
    return _bounded(source, node, _sum(source, only(node, "fee_sum")), span(source, node))


def _bounded(source: Source, node: Parsed, formula: FeeFormula, where: Span) -> FeeFormula:
    """A formula within the bounds of a node, if there are any."""
    bounds = part(node, "fee_bounds")
    if bounds is None:
        return formula
    least, most = after_tree(bounds, "AT_LEAST"), after_tree(bounds, "AT_MOST")
    return BoundFee(
        formula,
        money(source, least) if least else None,
        money(source, most) if most else None,
        span=where,
    )


def _sum(source: Source, node: Parsed) -> FeeFormula:
    flat: list[FeeFormula] = []
    for piece in parts(node):
        one = _fee_part(source, piece)
        flat += one.parts if isinstance(one, SumFee) else (one,)
    return flat[0] if len(flat) == 1 else SumFee(tuple(flat), span=span(source, node))


def _fee_part(source: Source, node: Parsed) -> FeeFormula:
    where = span(source, node)
    match node.data:
        case "percent_fee":
            of = _base(only(node, "fee_base"))
            return PercentFee(percent(source, only(node, "percent")), of, span=where)
        case "fee_group":
            return fee_formula(source, only(node, "fee_formula"))
        case _:
            return FlatFee(money(source, only(node, "money")), span=where)


def _base(node: Parsed) -> Literal["open amount", "original amount"]:
    return "open amount" if first_token(node).type == "OPEN_AMOUNT" else "original amount"
