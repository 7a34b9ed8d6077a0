"""The clauses of a stage: parse tree to `ast.stages`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dunlang.ast.expressions import FactRef
from dunlang.ast.stages import (
    After,
    By,
    Cancel,
    ChannelChoice,
    ChargeInterest,
    Fee,
    HandOver,
    Mode,
    NeedsApproval,
    NoticeGap,
    PayWithin,
    Repeat,
    Replaced,
    Replaces,
    Suspend,
    Task,
    Template,
    WaitTerm,
    When,
    WriteOff,
)
from dunlang.reading.lower_common import (
    duration,
    name,
    names,
    only,
    part,
    parts,
    span,
    text_of,
    the,
    time,
    token,
    whole,
)
from dunlang.reading.lower_expressions import condition
from dunlang.reading.lower_fees import fee, fee_formula

if TYPE_CHECKING:
    from typing import Literal

    from dunlang.ast.stages import Clause, WaitKind
    from dunlang.reading.lower_common import Parsed
    from dunlang.source import Source

_WAITS: dict[str, WaitKind] = {
    "wait_days_overdue": "overdue",
    "wait_overdue": "overdue",
    "wait_before_due": "before due",
    "wait_since_invoice_date": "since invoice date",
    "wait_since_start": "since start",
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
            other = token(node, "NAME")
            otherwise = name(source, other) if other else None
            return When(condition(source, parts(node)[0]), otherwise, span=where)
        case "repeat":
            return _repeat(source, node)
        case "by":
            return _by(source, node)
        case "fee":
            return fee(source, node, fee_formula(source, only(node, "fee_formula")), where)
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
        case "charge_interest":
            return ChargeInterest(span=where)
        case "suspend":
            return Suspend(text_of(source, node), span=where)
        case "cancel":
            return _cancel(source, node)
        case "write_off":
            return WriteOff(span=where)
        case "replaces":
            return Replaces(tuple(_replaced(source, piece) for piece in parts(node)), span=where)
        case "gap":
            return gap(source, node)
        case other:
            raise AssertionError(f"no clause of a stage: {other}")


def gap(source: Source, node: Parsed) -> NoticeGap:
    """`at least 5 days between notices [to a customer]`."""
    return NoticeGap(
        duration(source, only(node, "duration")),
        token(node, "TO_A_CUSTOMER") is not None,
        span=span(source, node),
    )


def _repeat(source: Source, node: Parsed) -> Repeat:
    more = token(node, "NUMBER")
    return Repeat(
        duration(source, only(node, "duration")),
        whole(source, more, "the number of repetitions") if more else None,
        span=span(source, node),
    )


def _cancel(source: Source, node: Parsed) -> Cancel:
    at: FactRef | None = None
    day = token(node, "PATH", "AT_THE_END_OF_THE_TERM")
    if day is not None:
        path = str(day) if day.type == "PATH" else "customer.term_end"
        at = FactRef(path, span=span(source, day))
    return Cancel(text_of(source, node), at, span=span(source, node))


def _replaced(source: Source, node: Parsed) -> Replaced:
    policy, _, stage = str(the(node)).rpartition(".")
    return Replaced(stage, policy or None, span=span(source, node))


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
