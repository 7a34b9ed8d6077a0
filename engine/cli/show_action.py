"""One action of a run, for people: what it says, why, who let it go, and what happened to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from dunlang.render import visible
from engine.cli.show_case import answer, show_why
from engine.cli.show_run import standing
from engine.cli.tables import rows, show
from engine.services.plain_runs import decision_from

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rich.console import Console

    from engine.cli.console import Output
    from engine.services.audit import Entry
    from engine.store.runs import Action

_TOLD = ("reason", "approved_by", "released_by")
"""What of an entry is not said above it already."""


def show_action(out: Output, action: Action, history: Sequence[Entry]) -> None:
    """Print an action; `history` is what the audit trail says of it."""
    decision = decision_from(action.decision)
    with out.page() as console:
        console.print(
            f"{visible(action.case)}  {visible(action.customer)}  {decision.open_amount} open"
            f"  {action.policy} version {action.version}"
        )
        console.print()
        console.print(Text(visible(answer(decision)), style="bold"))
        console.print(f"  {visible(standing(action))}")
        for letter in decision.letters:
            console.print(f"  letter {visible(letter)}")
        for what, who, when in (
            ("approved", action.approved_by, action.approved_at),
            ("released", action.released_by, action.released_at),
        ):
            if who is not None and when is not None:
                console.print(f"  {what} by {visible(who)} on {when:%Y-%m-%d %H:%M} UTC")
        show_why(console, decision)
        _history(console, history)


def _history(console: Console, history: Sequence[Entry]) -> None:
    if not history:
        return
    console.print()
    console.print(Text("What happened:", style="bold"))
    made = rows(16, None, None)
    for entry in history:
        said = f"{entry.action} by {visible(entry.actor)}"
        made.add_row(f"{entry.at:%Y-%m-%d %H:%M}", said, visible(_more(entry.body)))
    show(console, made)


def _more(body: Mapping[str, object]) -> str:
    told = [str(body[name]) for name in _TOLD if body.get(name) and name == "reason"]
    letters = body.get("letters")
    return ", ".join([*told, *(letters if isinstance(letters, dict) else ())])
