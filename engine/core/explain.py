"""Why: the lines of the policy that mattered, with what they saw.

The explaining compilation of a plan reports each condition and each day to a `Recorder`; here
those reports become sentences.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from engine.core.calendar import date_of
from engine.core.decision import Because
from engine.core.money import Money

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dunlang.source import Span
    from engine.core.answers import Note


class Recorder:
    """Collects what one decision saw; decisions in several threads keep apart."""

    def __init__(self) -> None:
        self._local = threading.local()

    def start(self) -> None:
        """Forget what was seen so far."""
        self._local.seen = {}

    @property
    def seen(self) -> dict[int, tuple[str, tuple[object, ...], int]]:
        """By note: verdict, values, day; in the order first seen."""
        found: dict[int, tuple[str, tuple[object, ...], int]] = self._local.__dict__.setdefault(
            "seen", {}
        )
        return found

    def condition(self, note: int, holds: bool, fails: bool, values: tuple[object, ...]) -> bool:  # noqa: FBT001 - called by generated code
        """A condition was asked."""
        verdict = "holds" if holds else "does not hold" if fails else "unknown"
        self.seen[note] = verdict, values, 0
        return holds

    def segment(
        self,
        note: int,
        holds: bool,  # noqa: FBT001 - called by generated code
        fails: bool,  # noqa: FBT001 - as above
        values: tuple[object, ...],
    ) -> bool | None:
        """A segment was asked on behalf of a condition."""
        self.condition(note, holds, fails, values)
        return True if holds else False if fails else None

    def day(self, note: int, day: int) -> int:
        """A wait, a gap or a grace gave a day."""
        self.seen[note] = "day", (), day
        return day


_DAYS = {
    "earliest": "earliest {}",
    "shifted": "moved to {}",
    "gap": "not before {}",
    "open": "the ladder opens on {}",
}


def sentences(recorder: Recorder, notes: Sequence[Note], currency: str) -> list[Because]:
    """What a recorder saw, a line of the policy each, in the order in which they were asked."""
    found = []
    for number, (verdict, values, day) in recorder.seen.items():
        note = notes[number]
        if note.what != "condition":
            said = _DAYS[note.what].format(date_of(day).isoformat())
            found.append(because(note.span, said))
            continue
        shown = tuple(
            (label, shown_value(value, kind, currency))
            for (label, kind), value in zip(note.atoms, values, strict=True)
        )
        found.append(because(note.span, _concluded(verdict, shown), shown))
    return found


def _concluded(verdict: str, shown: tuple[tuple[str, str], ...]) -> str:
    if verdict != "unknown":
        return verdict
    missing = " and ".join(label for label, value in shown if value == "unknown")
    return f"does not apply: {missing} is unknown"


def because(span: Span, verdict: str, values: tuple[tuple[str, str], ...] = ()) -> Because:
    """A line of an explanation: the place, the whole line of text, and the conclusion."""
    line, column = span.source.position(span.start)
    text = span.source.line(line).split("#")[0].strip()
    return Because(span.source.name, line, column, text, values, verdict)


def shown_value(value: object, kind: str, currency: str) -> str:
    """A value as a credit manager writes it; kinds are those of `dunlang.types.Type`."""
    match value:
        case None:
            return "unknown"
        case bool():
            return "yes" if value else "no"
        case Money():
            return str(value)
        case int() if kind == "case money":
            return str(Money(value, currency))
        case int() if kind == "date":
            return date_of(value).isoformat()
        case frozenset():
            return ", ".join(sorted(str(each) for each in value)) or "none"
        case _:
            return f"{value}%" if kind == "percent" else str(value)
