"""How the days of a case are drawn: a sign for each symbol, what it means, and how strong it is."""

from __future__ import annotations

from dataclasses import dataclass

from engine.core import standing
from tui.widgets.gantt import Look


@dataclass(frozen=True, slots=True)
class Sign:
    """A symbol as it is drawn."""

    shown: str
    meaning: str
    tone: str
    """One of `tui.widgets.gantt.TONES`."""


SIGNS = {
    standing.ABSENT: Sign(" ", "not there yet", "none"),
    standing.NOT_DUE: Sign("·", "not due", "calm"),
    standing.OVERDUE: Sign("0", "overdue, nothing sent", "low"),
    **{
        rung: Sign(rung, f"stage {rung}", "low" if at < 2 else "middle" if at < 4 else "high")  # noqa: PLR2004 - thirds of a ladder
        for at, rung in enumerate(standing.RUNGS)
    },
    standing.HELD_BACK: Sign("H", "held", "stopped"),
    standing.PROMISED: Sign("P", "promise", "stopped"),
    standing.DISPUTED: Sign("D", "disputed", "stopped"),
    standing.TAKEN_OUT: Sign("X", "excluded", "stopped"),
    standing.NO_POLICY: Sign("N", "no policy", "stopped"),
    standing.UNCLEAR: Sign("?", "undecided", "bad"),
    standing.LEGAL: Sign("L", "handed over", "bad"),
    standing.WRITTEN_OFF: Sign("W", "written off", "bad"),
    standing.PAID: Sign("✓", "paid", "done"),
    standing.IN_ACCOUNT: Sign("A", "in its account", "calm"),
}
"""By symbol of `engine.core.standing`."""

LOOK = Look(
    {ord(symbol): sign.shown for symbol, sign in SIGNS.items()},
    {sign.shown: sign.tone for sign in SIGNS.values()},
)


def legend(width: int) -> str:
    """What the signs mean, the commonest first, as far as there is room."""
    parts = [
        f"{SIGNS[symbol].shown} {SIGNS[symbol].meaning}"
        for symbol in (standing.NOT_DUE, standing.OVERDUE)
    ]
    parts.append("1-9 stage")
    parts += [
        f"{SIGNS[symbol].shown} {SIGNS[symbol].meaning}"
        for symbol in (
            *(standing.HELD_BACK, standing.PROMISED, standing.DISPUTED, standing.PAID),
            *(standing.LEGAL, standing.TAKEN_OUT, standing.IN_ACCOUNT, standing.WRITTEN_OFF),
            *(standing.NO_POLICY, standing.UNCLEAR),
        )
    ]
    line = ""
    for part in parts:
        longer = f"{line}  {part}" if line else part
        if len(longer) > width:
            break
        line = longer
    return line
