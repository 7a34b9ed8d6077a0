"""Python that is written line by line, each line with the policy's line that it came from.

With a recorder, each condition and each wait also reports what it saw: the explaining variant.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from dunlang.ast.expressions import SegmentRef
from engine.core.answers import Note, Stops
from engine.core.calendar import month_end
from engine.core.conditions import atoms, fails, holds, value

if TYPE_CHECKING:
    from dunlang.ast.expressions import Expression
    from dunlang.source import Span
    from engine.core.evaluator import Evaluator


def moved_by_stops(stops: Stops, base: int, day: int) -> int:
    """A wait's day after the clock stood still.

    Each interval [from, to), in order, that starts before the day reached so far and ends after
    the day counted from moves it by its days that lie after the day counted from. Source: the
    language, "Excluding and holding".
    """
    for first, end in stops:
        if first < day and end > base:
            day += end - max(first, base + 1)
    return day


class GeneratedCode:
    """Generated Python of a plan, for one currency."""

    def __init__(self, evaluator: Evaluator) -> None:
        self._evaluator = evaluator
        self._plan = evaluator.plan
        self._names = evaluator.names
        self._lines: list[str] = []
        self._places: list[int] = []
        self._at = evaluator.plan.span.line

    @property
    def text(self) -> str:
        """The Python written so far."""
        return "\n".join(self._lines) + "\n"

    def compile(self) -> dict[str, Any]:
        """Run the generated module under the policy's name and line numbers."""
        tree = ast.parse(self.text)
        for node in ast.walk(tree):
            if isinstance(node, ast.expr | ast.stmt | ast.arg):
                node.lineno = node.end_lineno = self._places[node.lineno - 1]
        calendar = self._evaluator.calendar
        scope: dict[str, Any] = {
            **self._names.constants,
            "rolled": calendar.rolled,
            "add": calendar.add_period,
            "month_end": month_end,
            "moved": moved_by_stops,
            "R": self._evaluator.recorder,
        }
        exec(compile(tree, self._plan.source.name, "exec"), scope)  # noqa: S102 - our own text
        return scope

    # ---------------------------------------------------------------- for who writes

    def _condition(self, expression: Expression) -> str:
        text = holds(expression, self._names)
        if self._evaluator.recorder is None:
            return text
        note, values = self._seen(expression)
        return f"R.condition({note}, {text}, {fails(expression, self._names)}, {values})"

    def _seen(self, expression: Expression) -> tuple[int, str]:
        """A note for a condition, and Python for the values that it saw.

        A segment reports its own line when its value is taken.
        """
        values = ""
        kinds = []
        for atom in dict.fromkeys(atoms(expression)):
            if isinstance(atom, SegmentRef):
                condition = self._plan.segments[atom.name]
                inner, inside = self._seen(condition)
                yes, no = holds(condition, self._names), fails(condition, self._names)
                values += f"R.segment({inner}, {yes}, {no}, {inside}), "
                kinds.append((atom.name, "yes/no"))
            else:
                values += f"{value(atom, self._names)}, "
                kinds.append((atom.path, self._plan.types[atom.path].kind))
        return self._note(Note(expression.span, "condition", tuple(kinds))), f"({values})"

    def _noted(self, day: str, span: Span, what: str) -> str:
        if self._evaluator.recorder is None:
            return day
        return f"R.day({self._note(Note(span, what))}, {day})"

    def _note(self, note: Note) -> int:
        self._evaluator.notes.append(note)
        return len(self._evaluator.notes) - 1

    def _stand(self, span: Span) -> None:
        """Let the next lines stand for a line of the policy; its header for one of another text."""
        own = span if span.source is self._plan.source else self._plan.span
        self._at = own.line

    def _line(self, depth: int, text: str) -> None:
        self._lines.append("    " * depth + text)
        self._places.append(self._at)
