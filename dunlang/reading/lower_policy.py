"""Header, stages and exceptions: parse tree to `ast.policy`."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from dunlang.ast.expressions import FactRef
from dunlang.ast.policy import (
    AppliesWhen,
    Calendar,
    Currencies,
    DunEach,
    Effective,
    Extends,
    ForBlock,
    Grace,
    Header,
    LateRuns,
    Letters,
    NoFees,
    NoInterest,
    PaymentsSettle,
    ReopenedContinue,
    Round,
    RunningCases,
    RunOn,
    SettledWhen,
    Skip,
    StepDown,
    Timezone,
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
    the,
    token,
    whole,
)
from dunlang.reading.lower_expressions import condition
from dunlang.reading.lower_rules import item

if TYPE_CHECKING:
    from dunlang.ast.policy import ExceptionItem, Setting
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
        case "extends":
            version = the(node, "NUMBER")
            whole(source, version, "the version")
            return Extends(name(source, the(node, "NAME")), number(source, version), span=where)
        case "dun_each":
            by = token(node, "PATH")
            return DunEach(
                "account" if token(node, "DUN_EACH_ACCOUNT") else "invoice",
                FactRef(str(by), span=span(source, by)) if by else None,
                span=where,
            )
        case "letters":
            staged = token(node, "STAGE") is not None
            return Letters("customer and stage" if staged else "customer", span=where)
        case "grace":
            return _grace(source, node)
        case "run_on":
            business = token(node, "BUSINESS_DAYS") is not None
            return RunOn("business days" if business else "any day", span=where)
        case "rounding":
            to = part(node, "money")
            return Round(
                "half up" if token(node, "HALF_UP") else "half even",
                money(source, to) if to else None,
                span=where,
            )
        case _:
            return _conduct(source, node)


def _conduct(source: Source, node: Parsed) -> Setting:
    """A setting that says how cases run and when they end."""
    where = span(source, node)
    match node.data:
        case "late_runs":
            single = token(node, "ONE_STAGE_AT_A_TIME") is not None
            return LateRuns(
                "one stage at a time" if single else "straight to the stage reached", span=where
            )
        case "running_cases":
            move = token(node, "MOVE_TO_THIS_VERSION") is not None
            return RunningCases(
                "move to this version" if move else "stay with their version", span=where
            )
        case "reopened_cases":
            return ReopenedContinue(span=where)
        case "step_down":
            return StepDown(span=where)
        case "payments_settle":
            charges = token(node, "CHARGES_FIRST") is not None
            return PaymentsSettle("charges" if charges else "open amount", span=where)
        case "settled_when":
            alone = token(node, "OPEN_AMOUNT_IS_PAID") is not None
            return SettledWhen("open amount" if alone else "open amount and charges", span=where)
        case other:
            raise AssertionError(f"no setting of a policy: {other}")


def _grace(source: Source, node: Parsed) -> Grace:
    return Grace(duration(source, only(node, "duration")), span=span(source, node))


# ------------------------------------------------------------------------- stages, exceptions


def stage(source: Source, node: Parsed, clauses: tuple[Clause, ...], where: Span) -> Stage:
    """`stage ID "Title"`; `where` is the whole block."""
    title, place = token(node, "STRING"), after(node, "AFTER")
    return Stage(
        name(source, the(node, "NAME")),
        text(source, title) if title else None,
        clauses,
        name(source, place) if place else None,
        span=where,
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
        case "no_interest":
            return NoInterest(span=where)
        case _:
            return cast("ExceptionItem", item(source, node))
