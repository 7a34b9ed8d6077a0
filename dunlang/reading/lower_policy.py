"""Header, facts, rules and exceptions: parse tree to `ast.policy`."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from dunlang.ast.policy import (
    AppliesWhen,
    Calendar,
    Currencies,
    DunEach,
    Effective,
    Exclude,
    FactDecl,
    FeesAtMost,
    ForBlock,
    Grace,
    Header,
    Hold,
    LateRuns,
    Letters,
    NoFees,
    Round,
    RunningCases,
    RunOn,
    Segment,
    Skip,
    Timezone,
    TypeExpr,
    WaitChange,
)
from dunlang.ast.stages import Stage
from dunlang.reading.lower_common import (
    after,
    date,
    duration,
    money,
    name,
    names,
    number,
    only,
    part,
    parts,
    span,
    text,
    text_of,
    the,
    token,
    whole,
)
from dunlang.reading.lower_expressions import condition, literal
from dunlang.reading.lower_stages import gap

if TYPE_CHECKING:
    from dunlang.ast.policy import ExceptionItem, Item, Setting, TypeName
    from dunlang.ast.stages import Clause
    from dunlang.reading.lower_common import Parsed
    from dunlang.source import Source, Span


# -------------------------------------------------------------------------------- the header


def header(source: Source, node: Parsed, settings: tuple[Setting, ...], where: Span) -> Header:
    """`policy ID version N "Title"`; `where` is the whole block."""
    title = token(node, "STRING")
    version = the(node, "NUMBER")
    whole(source, version, "the version")
    return Header(
        name(source, the(node, "NAME")),
        number(source, version),
        text(source, title) if title else None,
        settings,
        span=where,
    )


def setting(source: Source, node: Parsed) -> Setting:
    """One line under `policy`."""
    where = span(source, node)
    match node.data:
        case "effective":
            return Effective(date(source, the(node, "DATE")), span=where)
        case "applies_when":
            return AppliesWhen(condition(source, parts(node)[0]), span=where)
        case "currencies":
            return Currencies(names(source, only(node, "names")), span=where)
        case "calendar":
            return Calendar(name(source, the(node, "NAME")), span=where)
        case "timezone":
            return Timezone(name(source, the(node, "NAME", "ZONE")), span=where)
        case "dun_each":
            return DunEach("invoice", span=where)
        case "letters":
            return Letters("customer", span=where)
        case "grace":
            return _grace(source, node)
        case "run_on":
            business = token(node, "BUSINESS_DAYS") is not None
            return RunOn("business days" if business else "any day", span=where)
        case "rounding":
            return Round("half up" if token(node, "HALF_UP") else "half even", span=where)
        case "late_runs":
            return LateRuns("one stage at a time", span=where)
        case "running_cases":
            return RunningCases("move to this version", span=where)
        case other:
            raise AssertionError(f"no setting of a policy: {other}")


def _grace(source: Source, node: Parsed) -> Grace:
    return Grace(duration(source, only(node, "duration")), span=span(source, node))


# ----------------------------------------------------------------------- facts, segments, rules


def item(source: Source, node: Parsed) -> Item:
    """A statement at the margin that has nothing under it."""
    where = span(source, node)
    match node.data:
        case "fact":
            return _fact(source, node)
        case "segment":
            return Segment(
                name(source, the(node, "NAME")), condition(source, parts(node)[0]), span=where
            )
        case "gap":
            return gap(source, node)
        case _:
            return _rule(source, node)


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


def _rule(source: Source, node: Parsed) -> Exclude | Hold | FeesAtMost:
    where = span(source, node)
    match node.data:
        case "exclude":
            return Exclude(text_of(source, node), condition(source, parts(node)[1]), span=where)
        case "hold":
            return Hold(
                text_of(source, node),
                condition(source, parts(node)[1]),
                token(node, "CLOCK_STOPPED") is not None,
                span=where,
            )
        case "fees_at_most":
            return FeesAtMost(money(source, only(node, "money")), span=where)
        case other:
            raise AssertionError(f"no rule: {other}")


# ------------------------------------------------------------------------- stages, exceptions


def stage(source: Source, node: Parsed, clauses: tuple[Clause, ...], where: Span) -> Stage:
    """`stage ID "Title"`; `where` is the whole block."""
    title = token(node, "STRING")
    return Stage(
        name(source, the(node, "NAME")), text(source, title) if title else None, clauses, span=where
    )


def for_block(
    source: Source, node: Parsed, items: tuple[ExceptionItem, ...], where: Span
) -> ForBlock:
    """`for CONDITION from DATE until DATE`; `where` is the whole block."""
    first, until = after(node, "FROM"), after(node, "UNTIL")
    return ForBlock(
        condition(source, parts(node)[0]),
        date(source, first) if first else None,
        date(source, until) if until else None,
        items,
        span=where,
    )


def exception(source: Source, node: Parsed) -> ExceptionItem:
    """A statement under `for` that has nothing under it."""
    where = span(source, node)
    match node.data:
        case "wait_change":
            longer = token(node, "LONGER") is not None
            wait = duration(source, only(node, "duration"))
            return WaitChange(wait, "longer" if longer else "shorter", span=where)
        case "skip":
            return Skip(names(source, only(node, "names")), span=where)
        case "no_fees":
            return NoFees(span=where)
        case "grace":
            return _grace(source, node)
        case "gap":
            return gap(source, node)
        case _:
            return _rule(source, node)
