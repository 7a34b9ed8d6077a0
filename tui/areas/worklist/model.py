"""What the worklist shows and says, worked out without a screen."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal, TypeAlias

from engine.services.run_lines import RunLine, Section
from tui.areas.worklist.saying import counted
from tui.widgets.table_model import Column, Tone

if TYPE_CHECKING:
    from engine.services.run_lines import Board
    from engine.services.task_lines import TaskLine

Part: TypeAlias = Section | Literal["tasks"]

PARTS: tuple[tuple[Part, str], ...] = (
    ("review", "Review"),
    ("tasks", "Tasks"),
    ("ready", "Ready"),
    ("held", "Held"),
    ("failed", "Failed"),
    ("done", "Done"),
    ("withdrawn", "Withdrawn"),
)
EMPTY: Mapping[Part, str] = {
    "review": "Nothing waits for you. → leads to what is ready.",
    "tasks": "Nobody has to call anybody.",
    "ready": "Nothing is ready to go.",
    "held": "Nothing is kept back.",
    "failed": "Nothing failed.",
    "done": "Nothing was sent yet.",
    "withdrawn": "Nothing was withdrawn.",
}

# --------------------------------------------------------------------------------------- parts


def next_part(part: Part, steps: int) -> Part:
    """The part that follows, or the one before; around the end."""
    names = [name for name, _ in PARTS]
    return names[(names.index(part) + steps) % len(names)]


def tabs(board: Board | None, tasks: int, part: Part, width: int) -> list[tuple[str, bool]]:
    """The parts with their numbers, and whether one is looked at; shorter where it is narrow."""
    found = []
    for name, title in PARTS:
        if name == "tasks":
            number = f"{tasks:,}"
        else:
            number = "-" if board is None else f"{board.counts[name]:,}"
        due = board.due_back if board is not None and name == "held" else 0
        more = f" ({due:,} due)" if due else ""
        found.append((f" {title} {number}{more} ", name == part))
    if sum(len(text) for text, _ in found) > width:
        return [
            (text if is_seen else f" {text[1:4].strip()} {text.split()[1]} ", is_seen)
            for text, is_seen in found
        ]
    return found


def run_note(board: Board, as_of: datetime.date) -> str:
    """The status line: by whom and when it was proposed, and what is special about it."""
    run = board.run
    said = f"proposed by {run.proposed_by} {run.proposed_at:%m-%d %H:%M} UTC"
    if board.over is not None:
        return f"{board.over.message}; this one can only be looked at"
    if run.executed_at is not None:
        said += f" · executed by {run.executed_by} {run.executed_at:%m-%d %H:%M}"
    if run.day != as_of:
        said += f" · n proposes one for {as_of}"
    elif board.idle:
        said += f" · {board.idle}"
    undecided = run.outcomes.get("undecided", 0)
    if undecided:
        said += f" · {counted(undecided, 'case')} cannot be decided"
    return said


# ------------------------------------------------------------------------------------- columns


def line_columns(today: datetime.date) -> list[Column[RunLine]]:
    """The columns of actions."""
    return [
        Column("customer", "Customer", lambda row: row.name or row.customer, least=12, most=30),
        Column("case", "Case", lambda row: row.case, least=8, rigid=True, most=24),
        Column(
            "open",
            "Open",
            lambda row: str(row.open_amount),
            align="right",
            least=10,
            order=lambda row: (row.open_amount.currency, row.open_amount.minor),
        ),
        Column(
            "overdue",
            "Late",
            lambda row: "" if row.overdue is None else f"{row.overdue} d",
            align="right",
            least=5,
            order=lambda row: row.overdue or 0,
        ),
        Column(
            "flag",
            "Flag",
            lambda row: flag_of(row, today),
            least=14,
            most=60,
            tone=lambda row: flag_tone(row, today),
        ),
        Column("action", "Action", action_of, least=14, most=34),
        Column(
            "fee",
            "Fee",
            lambda row: str(row.fee) if row.fee is not None and row.fee.minor else "",
            align="right",
            least=3,
            order=lambda row: ("", 0) if row.fee is None else (row.fee.currency, row.fee.minor),
        ),
        Column("policy", "Policy", lambda row: f"{row.policy} {row.version}", least=8, most=24),
        Column("id", "Customer id", lambda row: row.customer, shown=False),
    ]


def action_of(row: RunLine) -> str:
    """The stage, and by which way."""
    return f"{row.stage} · {', '.join(row.by)}" if row.by else row.stage


def flag_of(row: RunLine, today: datetime.date) -> str:
    """What is special about an action: a sign and words."""
    match row.state:
        case "blocked":
            return f"✕ {row.reason}"
        case "held":
            until = row.held_until
            sign = "!" if until is not None and until <= today else "H"
            return f"{sign} {row.reason}"
        case "dropped":
            return f"S skipped: {row.reason}"
        case "begun":
            return f"! {row.reason}" if row.reason else "… being sent"
        case "performed":
            return "✓ sent"
        case "withdrawn":
            return f"- {row.reason}"
        case "proposed":
            pass
    if row.waits == "approval":
        return f"A by {row.approval}"
    if row.waits == "release":
        return f"L {row.mode} only" if row.mode != "finalize" else "L to be finalised"
    return f"✓ approved by {row.approved_by}" if row.approved_by else "● goes out"


def flag_tone(row: RunLine, today: datetime.date) -> Tone:
    """The tone of it."""
    if row.state in {"blocked", "begun"}:
        return "bad"
    if row.state == "held":
        until = row.held_until
        return "warning" if until is not None and until <= today else ""
    if row.state == "performed" or row.approved_by:
        return "good"
    return "warning" if row.waits else "dim"


def task_columns() -> list[Column[TaskLine]]:
    """The columns of tasks."""
    return [
        Column(
            "number",
            "Task",
            lambda row: f"{row.task.id}",
            align="right",
            least=4,
            order=lambda row: row.task.id,
        ),
        Column("since", "Since", lambda row: str(row.task.day), least=10, rigid=True),
        Column(
            "customer",
            "Customer",
            lambda row: row.name or row.task.customer,
            least=12,
            most=30,
        ),
        Column("case", "Case", lambda row: row.task.case, least=8, rigid=True, most=24),
        Column(
            "amount",
            "Open then",
            lambda row: str(row.amount),
            align="right",
            least=10,
            order=lambda row: (row.task.currency, row.task.amount),
        ),
        Column("text", "What", what_of, least=16, most=60),
        Column("stage", "Stage", lambda row: row.task.stage, least=8, shown=False),
    ]


def what_of(row: TaskLine) -> str:
    """What is to be done: a sign and words."""
    sign = {"call": "☎", "task": "☐"}.get(row.task.kind, "▸")
    return f"{sign} {row.task.text}"
