"""Stages and their clauses as text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dunlang.ast.stages import (
    After,
    By,
    Cancel,
    ChargeInterest,
    Fee,
    HandOver,
    Mode,
    NeedsApproval,
    NoticeGap,
    PayWithin,
    Repeat,
    Replaces,
    Suspend,
    Task,
    Template,
    When,
    WriteOff,
)
from dunlang.printing.expressions import condition, text
from dunlang.printing.fees import fee

if TYPE_CHECKING:
    from dunlang.ast.expressions import FactRef
    from dunlang.ast.stages import Clause, Duration, Replaced, Stage, WaitTerm
    from dunlang.printing.doc import Doc
    from dunlang.printing.remarks import Remarks

_MODES = {
    "send": "send automatically",
    "finalize": "finalize only",
    "draft": "draft only",
    "suggest": "suggest only",
}
TERM_END = "customer.term_end"
"""The fact that `at the end of the term` asks."""


def duration(node: Duration) -> str:
    """`3 days`, `1 business day`."""
    return f"{node.count} {node.unit}{'' if node.count == 1 else 's'}"


def stage(node: Stage) -> str:
    """The first line of a stage."""
    place = f" after {node.after.text}" if node.after else ""
    return f"stage {node.id.text}{place}" + (f" {text(node.title)}" if node.title else "")


def notice_gap(node: NoticeGap) -> str:
    """`at least 5 days between notices`."""
    whose = " to a customer" if node.to_customer else ""
    return f"at least {duration(node.duration)} between notices{whose}"


def clause(node: Clause, remarks: Remarks) -> Doc:
    """One line of a stage."""
    match node:
        case After():
            return wait(node)
        case When(otherwise=otherwise):
            instead = f" else {otherwise.text}" if otherwise else ""
            return ("when ", condition(node.condition, remarks), instead)
        case Repeat(every=every, at_most=most):
            return f"repeat every {duration(every)}{_more(most)}"
        case By(choices=choices):
            each = (" else ".join(name.text for name in choice.options) for choice in choices)
            return f"by {' and '.join(each)}"
        case Fee():
            return fee(node)
        case PayWithin():
            return f"pay within {duration(node.duration)}"
        case Template():
            return f"template {text(node.name)}"
        case Mode(how=how, at=at):
            return _MODES[how] + (f" at {at:%H:%M}" if at else "")
        case NeedsApproval(role=role):
            return f"needs approval by {role.text}"
        case NoticeGap():
            return notice_gap(node)
        case ChargeInterest():
            return "charge interest"
        case Replaces(stages=stages):
            return f"replaces {', '.join(_replaced(each) for each in stages)}"
        case _:
            return _deed(node)


def _deed(node: Task | HandOver | Suspend | Cancel | WriteOff) -> str:
    """What a stage does besides sending a notice."""
    match node:
        case Task(text=what, channel=channel):
            return f"task {text(what)}" + (f" by {channel.text}" if channel else "")
        case HandOver(to=to):
            return f"hand over to {text(to)}"
        case Suspend(text=what):
            return f"suspend {text(what)}"
        case Cancel(text=what, at=at):
            return f"cancel {text(what)} {_cancelled_at(at)}"
        case WriteOff():
            return "write off"


def _cancelled_at(fact: FactRef | None) -> str:
    if fact is None:
        return "now"
    return "at the end of the term" if fact.path == TERM_END else f"at {fact.path}"


def _more(times: int | None) -> str:
    if times is None:
        return ""
    return f" at most {times} more {'time' if times == 1 else 'times'}"


def _replaced(node: Replaced) -> str:
    return f"{node.policy}.{node.stage}" if node.policy else node.stage


def wait(node: After) -> str:
    """`after 7 days and 14 days overdue`; the preposition again only where it changes."""
    out: list[str] = []
    said = ""
    for term in node.terms:
        word = "from" if term.kind == "before due" else "after"
        out.append(_term(term) if word == said else f"{word} {_term(term)}")
        said = word
    return " and ".join(out)


def _term(node: WaitTerm) -> str:
    span = duration(node.duration)
    match node.kind:
        case "overdue":
            return f"{span} overdue"
        case "before due":
            return f"{span} before due"
        case "since invoice date":
            return f"{span} since invoice date"
        case "since start":
            return f"{span} since start"
        case "month end":
            return f"{span} overdue at the end of that month"
        case "since last":
            return span
        case "past deadline":
            return f"{span} past deadline"
        case "since stage":
            return f"{span} since {node.stage.text if node.stage else ''}"
