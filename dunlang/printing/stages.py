"""Stages and their clauses as text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dunlang.ast.stages import (
    After,
    BoundFee,
    By,
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
    When,
)
from dunlang.printing.expressions import condition, money, percent, text

if TYPE_CHECKING:
    from dunlang.ast.stages import Clause, Duration, FeeFormula, Stage, WaitTerm
    from dunlang.printing.doc import Doc
    from dunlang.printing.remarks import Remarks

_MODES = {
    "send": "send automatically",
    "finalize": "finalize only",
    "draft": "draft only",
    "suggest": "suggest only",
}


def duration(node: Duration) -> str:
    """`3 days`, `1 business day`."""
    return f"{node.count} {node.unit}{'' if node.count == 1 else 's'}"


def stage(node: Stage) -> str:
    """The first line of a stage."""
    return f"stage {node.id.text}" + (f" {text(node.title)}" if node.title else "")


def notice_gap(node: NoticeGap) -> str:
    """`at least 5 days between notices`."""
    return f"at least {duration(node.duration)} between notices"


def clause(node: Clause, remarks: Remarks) -> Doc:
    """One line of a stage."""
    match node:
        case After():
            return wait(node)
        case When():
            return ("when ", condition(node.condition, remarks))
        case By(choices=choices):
            each = (" else ".join(name.text for name in choice.options) for choice in choices)
            return f"by {' and '.join(each)}"
        case Fee(formula=formula, once=once):
            return f"fee {fee(formula)}{' once' if once else ''}" if formula else "no fee"
        case PayWithin():
            return f"pay within {duration(node.duration)}"
        case Template():
            return f"template {text(node.name)}"
        case Mode(how=how, at=at):
            return _MODES[how] + (f" at {at:%H:%M}" if at else "")
        case NeedsApproval(role=role):
            return f"needs approval by {role.text}"
        case Task(text=what, channel=channel):
            return f"task {text(what)}" + (f" by {channel.text}" if channel else "")
        case HandOver(to=to):
            return f"hand over to {text(to)}"
        case NoticeGap():
            return notice_gap(node)


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
        case "month end":
            return f"{span} overdue at the end of that month"
        case "since last":
            return span
        case "past deadline":
            return f"{span} past deadline"
        case "since stage":
            return f"{span} since {node.stage.text if node.stage else ''}"


def fee(node: FeeFormula) -> str:
    """A fee; bounds after a sum bind the whole of it, so those of a part need parentheses."""
    match node:
        case FlatFee():
            return money(node.money)
        case PercentFee(percent=share, of=of):
            return f"{percent(share)} of {of}"
        case SumFee(parts=parts):
            return " + ".join(
                fee(part) if isinstance(part, FlatFee | PercentFee) else f"({fee(part)})"
                for part in parts
            )
        case BoundFee(fee=inner, at_least=least, at_most=most):
            bound = f"({fee(inner)})" if isinstance(inner, BoundFee) else fee(inner)
            lower = f" at least {money(least)}" if least else ""
            upper = f" at most {money(most)}" if most else ""
            return f"{bound}{lower}{upper}"
