"""A policy as rows: one for each statement, with what it is aligned with and how deep it stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from dunlang.ast.examples import Example
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
    WaitChange,
)
from dunlang.ast.stages import NoticeGap, Stage
from dunlang.printing.doc import Nest
from dunlang.printing.examples import example_line
from dunlang.printing.expressions import (
    CONTINUED,
    condition,
    date,
    digits,
    money,
    text,
    value,
    words,
)
from dunlang.printing.stages import clause, duration, notice_gap, stage

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dunlang.ast.node import Node
    from dunlang.ast.policy import ExceptionItem, Header, Item, Policy, Setting, TypeExpr
    from dunlang.printing.doc import Doc
    from dunlang.printing.remarks import Remarks

Group = Literal["header", "fact", "segment", "rule", "limit", "block", "line"]
"""What a row is: facts, segments and rules are aligned; in a program's tree, top-level rows of
one group stand together. A block is what has lines of its own under it."""


@dataclass(frozen=True, slots=True)
class Row:
    """A statement, or the first line of a block."""

    node: Node
    depth: int
    group: Group
    rest: Doc
    cells: tuple[str, ...] = ()
    """What comes before `rest`; cells of adjacent rows of a group are as wide as the widest."""


def rows(policy: Policy, remarks: Remarks) -> Iterator[Row]:
    """All statements of a policy in order, which is the order in which comments are taken."""
    header = policy.header
    yield Row(header, 0, "header", _title(header))
    for setting in header.settings:
        yield Row(setting, 1, "line", _setting(setting, remarks))
    for item in policy.items:
        yield from _item(item, 0, remarks)


def _title(node: Header) -> str:
    version = digits(node.version.value, node.version.text)
    line = f"policy {node.id.text} version {version}"
    return f"{line} {text(node.title)}" if node.title else line


def _setting(node: Setting, remarks: Remarks) -> Doc:
    match node:
        case Effective():
            return f"effective {date(node.date)}"
        case AppliesWhen():
            return ("applies when ", condition(node.condition, remarks))
        case Currencies(codes=codes):
            return f"currency {', '.join(code.text for code in codes)}"
        case Calendar(code=code):
            return f"calendar {code.text}"
        case Timezone(name=name):
            return f"timezone {name.text}"
        case DunEach(unit=unit):
            return f"dun each {unit}"
        case Letters(per=per):
            return f"letters per {per}"
        case Grace():
            return _grace(node)
        case RunOn(days=days):
            return f"run on {days}"
        case Round(mode=mode):
            return f"round {mode}"
        case LateRuns(how=how):
            return f"late runs go {how}"
        case RunningCases(how=what):
            return f"running cases {what}"


def _grace(node: Grace) -> str:
    return f"grace {duration(node.duration)}"


def _item(node: Item | ExceptionItem | Example, depth: int, remarks: Remarks) -> Iterator[Row]:
    match node:
        case Stage():
            yield Row(node, depth, "block", stage(node))
            for each in node.clauses:
                yield Row(each, depth + 1, "line", clause(each, remarks))
        case ForBlock():
            first = f" from {date(node.first)}" if node.first else ""
            until = f" until {date(node.until)}" if node.until else ""
            who = condition(node.condition, remarks)
            yield Row(node, depth, "block", ("for ", who, first, until))
            for item in node.items:
                yield from _item(item, depth + 1, remarks)
        case Example():
            yield Row(node, depth, "block", f"example {text(node.title)}")
            for line in node.lines:
                yield Row(line, depth + 1, "line", example_line(line))
        case _:
            yield _statement(node, depth, remarks)


def _statement(
    node: FactDecl
    | Segment
    | Exclude
    | Hold
    | FeesAtMost
    | NoticeGap
    | Grace
    | WaitChange
    | Skip
    | NoFees,
    depth: int,
    remarks: Remarks,
) -> Row:
    match node:
        case FactDecl():
            default = f" default {value(node.default)}" if node.default else ""
            kind = (": ", _type(node.type, remarks), default)
            return Row(node, depth, "fact", kind, (f"fact {node.path.text}",))
        case Segment():
            who = ("when ", condition(node.condition, remarks))
            return Row(node, depth, "segment", who, (f"segment {node.name.text}",))
        case Exclude():
            when = ("when ", condition(node.condition, remarks))
            return Row(node, depth, "rule", when, ("exclude", text(node.text)))
        case Hold():
            clock = ", clock stopped" if node.clock_stopped else ""
            during = ("while ", condition(node.condition, remarks), clock)
            return Row(node, depth, "rule", during, ("hold", text(node.text)))
        case FeesAtMost():
            return Row(node, depth, "limit", f"fees at most {money(node.money)}")
        case NoticeGap():
            return Row(node, depth, "limit", notice_gap(node))
        case Grace():
            return Row(node, depth, "limit", _grace(node))
        case WaitChange(direction=direction):
            return Row(node, depth, "limit", f"wait {duration(node.duration)} {direction}")
        case Skip(stages=stages):
            return Row(node, depth, "limit", f"skip {', '.join(each.text for each in stages)}")
        case NoFees():
            return Row(node, depth, "limit", "no fees")


def _type(node: TypeExpr, remarks: Remarks) -> Doc:
    if node.name == "one of":
        return ("one of ", Nest(CONTINUED, words(node.choices, remarks)))
    return node.name
