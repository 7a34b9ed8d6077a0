"""The decisions of many cases, for people: what is to be done, and how the others stand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dunlang.render import visible
from engine.cli.amounts import summed
from engine.cli.tables import show, table
from engine.cli.words import counted
from engine.services.words import OUTCOMES

if TYPE_CHECKING:
    import datetime
    from collections.abc import Sequence

    from rich.console import Console

    from engine.cli.console import Output
    from engine.core.decision import Decision

LISTED = 40
"""So many actions are listed one by one; more are only summed up."""


def show_decisions(out: Output, decisions: Sequence[Decision], day: datetime.date) -> None:
    """Print what is to be done on a day, by stage and case, and what is not done and why."""
    with out.page() as console:
        if not decisions:
            console.print(f"No case is open on {day}.")
            return
        acts = [decision for decision in decisions if decision.outcome == "act"]
        if acts:
            _stages(console, acts, day)
            console.print()
            if len(acts) <= LISTED:
                _cases(console, acts)
                console.print()
        _outcomes(console, decisions)
        if len(acts) > LISTED:
            console.print()
            console.print("--format json lists every case; --case ID shows one with its ladder.")


def _stages(console: Console, acts: Sequence[Decision], day: datetime.date) -> None:
    made = table(
        ("policy", "left"),
        ("stage", "left"),
        ("cases", "right"),
        ("open", "right"),
        ("fees", "right"),
        title=f"To be done on {day}",
    )
    groups: dict[tuple[str, str], list[Decision]] = {}
    for act in acts:
        groups.setdefault((act.policy or "", act.stage or ""), []).append(act)
    for (policy, stage), group in sorted(groups.items()):
        made.add_row(
            policy,
            stage,
            f"{len(group):,}",
            summed(act.open_amount for act in group),
            summed((act.fee for act in group if act.fee is not None), none="-"),
        )
    show(console, made)


def _cases(console: Console, acts: Sequence[Decision]) -> None:
    made = table(
        ("case", "left"),
        ("customer", "left"),
        ("stage", "left"),
        ("by", "text"),
        ("open", "right"),
        ("fee", "right"),
    )
    for act in acts:
        made.add_row(
            visible(act.case),
            visible(act.customer),
            act.stage or "",
            _how(act),
            str(act.open_amount),
            str(act.fee) if act.fee is not None and act.fee.minor else "-",
        )
    show(console, made)


def _how(act: Decision) -> str:
    if act.problems and not act.channels:
        return f"({visible(act.problems[0])})"
    return ", ".join(act.channels) or ("task" if act.task else "") or act.hand_over or "-"


def _outcomes(console: Console, decisions: Sequence[Decision]) -> None:
    made = table(
        ("", "text"),
        ("why", "text"),
        ("cases", "right"),
        ("open", "right"),
        title="All open cases",
    )
    groups: dict[tuple[str, str], list[Decision]] = {}
    order = list(OUTCOMES)
    for decision in decisions:
        why = decision.reason or ""
        groups.setdefault((decision.outcome, why), []).append(decision)
    for (outcome, why), group in sorted(
        groups.items(), key=lambda item: (order.index(item[1][0].outcome), item[0])
    ):
        made.add_row(
            OUTCOMES.get(group[0].outcome, outcome),
            visible(why),
            f"{len(group):,}",
            summed(decision.open_amount for decision in group),
        )
    show(console, made)
    console.print(f"\n{counted(len(decisions), 'case')} open in all")
