"""The clauses of a stage: parse tree to `ast.stages`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dunlang.ast.stages import (
    After,
    BoundFee,
    By,
    ChannelChoice,
    Fee,
    FlatFee,
    HandOver,
    Mode,
    NeedsApproval,
    NoticeGap,
    PayWithin,
    PercentFee,
    SumFee,
    Task,
    Template,
    WaitTerm,
    When,
)
from dunlang.reading.lower_common import (
    duration,
    last_token,
    money,
    name,
    names,
    only,
    part,
    parts,
    percent,
    span,
    text_of,
    the,
    time,
    token,
)
from dunlang.reading.lower_expressions import condition

if TYPE_CHECKING:
    from typing import Literal

    from dunlang.ast.stages import Clause, FeeFormula, WaitKind
    from dunlang.reading.lower_common import Parsed
    from dunlang.source import Source

_WAITS: dict[str, WaitKind] = {
    "wait_days_overdue": "overdue",
    "wait_overdue": "overdue",
    "wait_before_due": "before due",
    "wait_since_invoice_date": "since invoice date",
    "wait_past_deadline": "past deadline",
    "wait_since_stage": "since stage",
    "wait_since_last": "since last",
}
_MODES: dict[str, Literal["send", "finalize", "draft", "suggest"]] = {
    "SEND_AUTOMATICALLY": "send",
    "FINALIZE_ONLY": "finalize",
    "DRAFT_ONLY": "draft",
    "SUGGEST_ONLY": "suggest",
}


def clause(source: Source, node: Parsed) -> Clause:
    """One line under a stage."""
    where = span(source, node)
    match node.data:
        case "after":
            return _after(source, node)
        case "when":
            return When(condition(source, parts(node)[0]), span=where)
        case "by":
            return _by(source, node)
        case "fee":
            formula = fee_formula(source, only(node, "fee_formula"))
            return Fee(formula, token(node, "ONCE") is not None, span=where)
        case "no_fee":
            return Fee(None, span=where)
        case "pay_within":
            return PayWithin(duration(source, only(node, "duration")), span=where)
        case "template":
            return Template(text_of(source, node), span=where)
        case "mode" | "send":
            return _mode(source, node)
        case "approval":
            return NeedsApproval(name(source, the(node, "NAME")), span=where)
        case "task":
            channel = token(node, "NAME")
            return Task(
                text_of(source, node), name(source, channel) if channel else None, span=where
            )
        case "hand_over":
            return HandOver(text_of(source, node), span=where)
        case "gap":
            return gap(source, node)
        case other:
            raise AssertionError(f"no clause of a stage: {other}")


def gap(source: Source, node: Parsed) -> NoticeGap:
    """`at least 5 days between notices`."""
    return NoticeGap(duration(source, only(node, "duration")), span=span(source, node))


def _after(source: Source, node: Parsed) -> After:
    return After(tuple(_term(source, piece) for piece in parts(node)), span=span(source, node))


def _term(source: Source, node: Parsed) -> WaitTerm:
    kind = _WAITS[node.data]
    if token(node, "MONTH_END"):
        kind = "month end"
    stage = token(node, "NAME")
    return WaitTerm(
        kind,
        duration(source, part(node, "duration") or node),
        name(source, stage) if stage else None,
        span=span(source, node),
    )


def _by(source: Source, node: Parsed) -> By:
    choices = tuple(
        ChannelChoice(names(source, piece), span=span(source, piece)) for piece in parts(node)
    )
    return By(choices, span=span(source, node))


def _mode(source: Source, node: Parsed) -> Mode:
    how = the(node, *_MODES)
    at = token(node, "TIME")
    return Mode(_MODES[how.type], time(source, at) if at else None, span=span(source, node))


# ------------------------------------------------------------------------------------- fees


def fee_formula(source: Source, node: Parsed) -> FeeFormula:
    """A fee, whatever its shape."""
    fee = _sum(source, only(node, "fee_sum"))
    bounds: dict[str, Parsed] = {}
    kind = ""
    for child in node.children:
        if isinstance(child, str):
            kind = child.type
        elif child.data == "money":
            bounds[kind] = child
    if not bounds:
        return fee
    least, most = bounds.get("AT_LEAST"), bounds.get("AT_MOST")
    return BoundFee(
        fee,
        money(source, least) if least else None,
        money(source, most) if most else None,
        span=span(source, node),
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
            of: Literal["open amount", "original amount"] = (
                "open amount" if last_token(node).type == "OPEN_AMOUNT" else "original amount"
            )
            return PercentFee(percent(source, only(node, "percent")), of, span=where)
        case "fee_group":
            return fee_formula(source, only(node, "fee_formula"))
        case _:
            return FlatFee(money(source, only(node, "money")), span=where)
