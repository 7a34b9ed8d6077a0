"""What stands at the margin and has nothing under it: parse tree to `ast.policy`."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from dunlang.ast.policy import (
    Claim,
    ClaimWhenPaid,
    ContactHours,
    ContactLimit,
    Exclude,
    FactDecl,
    FeesAtMost,
    FeesTaxedAt,
    Hold,
    Include,
    Interest,
    LiteralRate,
    NoInterestBelow,
    RateDecl,
    Segment,
    TableRate,
    TypeExpr,
    WithoutStage,
)
from dunlang.reading.lower_common import (
    after,
    money,
    name,
    names,
    number,
    only,
    part,
    parts,
    percent,
    span,
    text_of,
    the,
    time,
    token,
    tokens,
    whole,
)
from dunlang.reading.lower_expressions import condition, literal
from dunlang.reading.lower_stages import gap

if TYPE_CHECKING:
    from typing import Literal

    from dunlang.ast.policy import DayCount, Item, TypeName
    from dunlang.reading.lower_common import Parsed
    from dunlang.source import Source


def item(source: Source, node: Parsed) -> Item:
    """One statement."""
    where = span(source, node)
    match node.data:
        case "fact":
            return _fact(source, node)
        case "rate":
            return RateDecl(name(source, the(node, "NAME")), text_of(source, node), span=where)
        case "segment":
            return Segment(
                name(source, the(node, "NAME")), condition(source, parts(node)[0]), span=where
            )
        case "exclude":
            return Exclude(text_of(source, node), condition(source, parts(node)[1]), span=where)
        case "hold":
            return Hold(
                text_of(source, node),
                condition(source, parts(node)[1]),
                token(node, "CLOCK_STOPPED") is not None,
                span=where,
            )
        case "gap":
            return gap(source, node)
        case "contact_limit":
            return _contact_limit(source, node)
        case "contact_hours":
            first, last = (time(source, one) for one in tokens(node, "TIME"))
            return ContactHours(first, last, span=where)
        case "include":
            return Include(text_of(source, node), span=where)
        case "without_stage":
            return WithoutStage(name(source, the(node, "NAME")), span=where)
        case _:
            return _charges(source, node)


def _charges(source: Source, node: Parsed) -> Item:
    """What is said about fees and interest as a whole."""
    where = span(source, node)
    match node.data:
        case "fees_at_most":
            return FeesAtMost(money(source, only(node, "money")), span=where)
        case "fees_taxed":
            return FeesTaxedAt(percent(source, only(node, "percent")), span=where)
        case "interest":
            return _interest(source, node)
        case "no_interest_below":
            return NoInterestBelow(money(source, only(node, "money")), span=where)
        case "claim_when_paid":
            return ClaimWhenPaid(span=where)
        case other:
            raise AssertionError(f"no statement at the margin: {other}")


def _fact(source: Source, node: Parsed) -> FactDecl:
    default = part(node, "default_value")
    return FactDecl(
        name(source, the(node, "PATH")),
        _type(source, only(node, "type")),
        literal(source, parts(default)[0]) if default else None,
        span=span(source, node),
    )


def _type(source: Source, node: Parsed) -> TypeExpr:
    where = span(source, node)
    choices = part(node, "one_of_type")
    if choices:
        return TypeExpr("one of", names(source, only(choices, "names")), span=where)
    return TypeExpr(cast("TypeName", " ".join(the(node).split())), span=where)


def _interest(source: Source, node: Parsed) -> Interest:
    start, by = after(node, "FROM"), part(node, "day_count")
    return Interest(
        _rate(source, parts(node)[0]),
        name(source, start) if start and start.type == "NAME" else None,
        cast("DayCount", str(the(by))) if by else None,
        token(node, "FIXED_AT_DEFAULT") is not None,
        span=span(source, node),
    )


def _rate(source: Source, node: Parsed) -> LiteralRate | TableRate:
    where = span(source, node)
    if node.data == "literal_rate":
        per: Literal["year", "month"] = "year" if token(node, "A_YEAR") else "month"
        return LiteralRate(percent(source, only(node, "percent")), per, span=where)
    rounded, points = part(node, "number"), token(node, "NUMBER")
    return TableRate(
        name(source, the(node, "NAME")),
        number(source, the(rounded)) if rounded else None,
        number(source, points) if points else None,
        span=where,
    )


def _contact_limit(source: Source, node: Parsed) -> ContactLimit:
    times, days = tokens(node, "NUMBER")
    return ContactLimit(
        whole(source, times, "the number of contacts"),
        whole(source, days, "the number of days"),
        names(source, only(node, "names")),
        span=span(source, node),
    )


def claim(source: Source, node: Parsed) -> Claim:
    """`at STAGE for WHO: CONDITION` or `always for WHO: CONDITION`: a line of a guarantee."""
    stage, who = token(node, "NAME"), part(node, "claim_who")
    return Claim(
        name(source, stage) if stage else None,
        condition(source, parts(who)[0]) if who else None,
        condition(source, parts(node)[-1]),
        span=span(source, node),
    )
