"""A file as rows: one for each statement, with what it is aligned with and how deep it stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from dunlang.ast.examples import Example
from dunlang.ast.policy import (
    ContactHours,
    ContactLimit,
    Exclude,
    FactDecl,
    ForBlock,
    Grace,
    Guarantee,
    Hold,
    Include,
    Policy,
    RateDecl,
    Segment,
    Skip,
    WaitChange,
    WithoutStage,
)
from dunlang.ast.stages import Fee, NoticeGap, Stage
from dunlang.printing.doc import Nest
from dunlang.printing.examples import example_line
from dunlang.printing.expressions import CONTINUED, condition, date, text, value, words
from dunlang.printing.fees import table
from dunlang.printing.header import grace, setting, title
from dunlang.printing.interest import Charge, charge
from dunlang.printing.stages import clause, duration, notice_gap, stage

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dunlang.ast.node import Node
    from dunlang.ast.policy import Claim, ExceptionItem, Item, Shared, TypeExpr
    from dunlang.ast.stages import Clause
    from dunlang.printing.doc import Doc
    from dunlang.printing.remarks import Remarks

Group = Literal[
    "header", "include", "fact", "rate", "segment", "rule", "limit", "block", "guarantee", "line"
]
"""What a row is: facts, rates, segments and rules are aligned; in a program's tree, top-level
rows of one group stand together. A block or a guarantee is what has lines of its own under it."""


@dataclass(frozen=True, slots=True)
class Row:
    """A statement, or the first line of a block."""

    node: Node
    depth: int
    group: Group
    rest: Doc
    cells: tuple[str, ...] = ()
    """What comes before `rest`; cells of adjacent rows of a group are as wide as the widest."""


def rows(file: Policy | Shared, remarks: Remarks) -> Iterator[Row]:
    """All statements of a file in order, which is the order in which comments are taken."""
    if isinstance(file, Policy):
        yield Row(file.header, 0, "header", title(file.header))
        for each in file.header.settings:
            yield Row(each, 1, "line", setting(each, remarks))
    for item in file.items:
        yield from _item(item, 0, remarks)


def _item(node: Item | ExceptionItem | Example, depth: int, remarks: Remarks) -> Iterator[Row]:
    match node:
        case Stage():
            yield Row(node, depth, "block", stage(node))
            for each in node.clauses:
                yield from _clause(each, depth + 1, remarks)
        case ForBlock():
            first = f" from {date(node.first)}" if node.first else ""
            until = f" until {date(node.until)}" if node.until else ""
            who = condition(node.condition, remarks)
            yield Row(node, depth, "block", ("for ", who, first, until))
            for item in node.items:
                yield from _item(item, depth + 1, remarks)
        case Guarantee():
            yield Row(node, depth, "guarantee", f"guarantee {text(node.title)}")
            for claim in node.claims:
                yield Row(claim, depth + 1, "line", _claim(claim, remarks))
        case Example():
            yield Row(node, depth, "block", f"example {text(node.title)}")
            for line in node.lines:
                yield Row(line, depth + 1, "line", example_line(line))
        case FactDecl() | RateDecl() | Segment() | Exclude() | Hold():
            yield _aligned(node, depth, remarks)
        case Include(path=path):
            yield Row(node, depth, "include", f"include {text(path)}")
        case _:
            yield Row(node, depth, "limit", _limit(node))


def _clause(node: Clause, depth: int, remarks: Remarks) -> Iterator[Row]:
    below = table(node.formula) if isinstance(node, Fee) else []
    yield Row(node, depth, "block" if below else "line", clause(node, remarks))
    for line, written in below:
        yield Row(line, depth + 1, "line", written)


def _claim(node: Claim, remarks: Remarks) -> Doc:
    when = f"at {node.at.text}" if node.at else "always"
    who: Doc = (" for ", condition(node.who, remarks)) if node.who else ""
    return (when, who, ": ", condition(node.condition, remarks))


def _aligned(
    node: FactDecl | RateDecl | Segment | Exclude | Hold, depth: int, remarks: Remarks
) -> Row:
    match node:
        case FactDecl():
            default = f" default {value(node.default)}" if node.default else ""
            kind = (": ", _type(node.type, remarks), default)
            return Row(node, depth, "fact", kind, (f"fact {node.path.text}",))
        case RateDecl():
            return Row(node, depth, "rate", f"from {text(node.table)}", (f"rate {node.name.text}",))
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


def _limit(
    node: Charge
    | NoticeGap
    | ContactLimit
    | ContactHours
    | Grace
    | WaitChange
    | Skip
    | WithoutStage,
) -> str:
    match node:
        case NoticeGap():
            return notice_gap(node)
        case ContactLimit(times=times, days=days, channels=channels):
            often = f"{times} {'time' if times == 1 else 'times'}"
            window = f"{days} {'day' if days == 1 else 'days'}"
            by = ", ".join(each.text for each in channels)
            return f"contact at most {often} in {window} by {by}"
        case ContactHours(first=first, last=last):
            return f"contact between {first:%H:%M} and {last:%H:%M}"
        case Grace():
            return grace(node)
        case WaitChange(direction=direction):
            return f"wait {duration(node.duration)} {direction}"
        case Skip(stages=stages):
            return f"skip {', '.join(each.text for each in stages)}"
        case WithoutStage(stage=left_out):
            return f"without stage {left_out.text}"
        case _:
            return charge(node)


def _type(node: TypeExpr, remarks: Remarks) -> Doc:
    if node.name == "one of":
        return ("one of ", Nest(CONTINUED, words(node.choices, remarks)))
    return node.name
