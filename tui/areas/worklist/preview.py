"""What will be sent to whom, and why; and what one has at hand for a task."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, TypeAlias

from tui.areas.customers.model import mattering, sign_of, values_of
from tui.areas.worklist.model import what_of
from tui.areas.worklist.saying import added, amounts, counted
from tui.widgets.table_model import Tone

if TYPE_CHECKING:
    from engine.services.run_lines import ActionLook
    from engine.services.task_lines import Reached, TaskLine

Line: TypeAlias = tuple[str, Tone]
"""A line of text and its tone."""
_LISTED = 12
"""Other cases of a letter that are told one by one."""


def preview(look: ActionLook) -> Iterator[Line]:
    """What will be sent to whom, and why."""
    line, decision = look.line, look.decision
    yield f"{headline(look)}", "accent"
    yield f"to {_address(look.to) or line.customer}", ""
    yield from _ways(look)
    owed = f"open {decision.open_amount}"
    if decision.fee is not None and decision.fee.minor:
        owed += f", fee {decision.fee}"
    if decision.tax is not None and decision.tax.minor:
        owed += f" and tax {decision.tax}"
    if decision.interest is not None and decision.interest.minor:
        owed += f", interest {decision.interest}"
    if decision.deadline is not None:
        owed += f"; pay by {decision.deadline}"
    yield owed, ""
    if look.together:
        yield from _together(look)
    yield from _standing(look)
    yield "Why", "accent"
    for because in mattering(decision.because):
        seen = values_of(because) if because.values else ""
        verdict = f": {because.verdict}" if because.verdict else ""
        yield f"{because.line:>4} {sign_of(because)} {because.text}{verdict}", ""
        if seen:
            yield f"       {seen}", "dim"


def headline(look: ActionLook) -> str:
    """What it is, in a line."""
    line, decision = look.line, look.decision
    template = f", letter “{decision.template}”" if decision.template else ""
    return f"{line.stage} by {' and '.join(line.by) or 'nobody'}{template} · {line.case}"


def _address(to: Mapping[str, str]) -> str:
    place = " ".join(filter(None, (to.get("postcode"), to.get("city"))))
    parts = (to.get("name"), to.get("street"), place, to.get("country"))
    return ", ".join(each for each in parts if each)


def _ways(look: ActionLook) -> Iterator[Line]:
    """How each channel reaches them; that it does not stands out."""
    keys = {"email": "email", "phone": "phone", "sms": "phone"}
    for channel in look.decision.channels:
        if channel in keys:
            known = look.to.get(keys[channel])
            yield (f"{channel}: {known}", "") if known else (f"{channel}: unknown", "bad")
    language = look.to.get("language")
    if language:
        yield f"language {language}", "dim"


def _together(look: ActionLook) -> Iterator[Line]:
    totals = added([look.line, *look.together])
    if look.is_more:
        yield f"one letter for more than {len(look.together):,} cases", ""
    else:
        number = counted(totals.actions, "case")
        yield f"one letter for {number}: {amounts(totals.open_amounts)}", ""
    for each in look.together[:_LISTED]:
        yield f"  {each.case}  {each.open_amount}  {each.stage}", "dim"
    left = len(look.together) - _LISTED
    if left > 0:
        yield f"  and {left:,} more", "dim"


def _standing(look: ActionLook) -> Iterator[Line]:
    action = look.action
    if action.approved_by:
        yield f"approved by {action.approved_by} {action.approved_at:%Y-%m-%d %H:%M}", "good"
    elif action.approval:
        yield f"needs the approval of {action.approval}", "warning"
    if action.released_by:
        yield f"let go by {action.released_by} {action.released_at:%Y-%m-%d %H:%M}", "good"
    elif action.mode != "send" and action.state == "proposed":
        yield f"{action.mode}: goes out when somebody lets it go (l)", "warning"
    if look.line.reason:
        yield f"{action.state}: {look.line.reason} (by {action.changed_by})", "warning"


def call_sheet(row: TaskLine, to: Reached | None) -> Iterator[Line]:
    """What one has at hand for a task."""
    task = row.task
    yield f"{what_of(row)} · {task.case}", "accent"
    known = {} if to is None else to.facts
    yield f"{_address(known) or task.customer}", ""
    if known.get("phone"):
        yield f"☎ {known['phone']}", "good"
    elif task.channel == "phone":
        yield "no telephone number is known", "bad"
    if known.get("email"):
        yield f"email {known['email']}", "dim"
    yield f"{row.amount} was open on {task.day}; {task.policy} {task.version}, {task.stage}", ""
    yield "f says what came of it, enter shows the case, P notes a promise, D a dispute", "dim"
