"""Problems of data, as values: which file, row and column, the text found there, and a way out.

The counterpart of `dunlang.diagnostics` for ledgers, where a place is a cell and not a span.
Nothing here prints.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from dunlang.render import visible, width

if TYPE_CHECKING:
    from collections.abc import Iterable

_GUTTER = 5
_WIDTH = 100
"""Cells of a terminal; a longer row is not shown, its cell is."""


@dataclass(frozen=True, slots=True)
class DataProblem:
    """One thing that is wrong with a file."""

    code: str
    """Stable code, such as `L110`; see `ledger_codes`."""
    file: str
    """The file as it is shown."""
    message: str
    """One sentence; lower case first letter, no full stop."""
    hint: str = ""
    """What to do instead."""
    line: int | None = None
    """From 1; None when the file as a whole is meant."""
    unit: Literal["line", "row", "item"] = "line"
    """What `line` counts: lines of a text file, rows of a Parquet file, or items of a list."""
    column: int | None = None
    """Number of the column from 1; None when the whole row is meant."""
    name: str = ""
    """The column's name in the header."""
    text: str = ""
    """What stands in the cell."""
    row: str = ""
    """The whole line without its end; empty where there is none to show."""


def as_text(problems: Iterable[DataProblem], *, color: bool = False) -> str:
    """Problems as a person reads them, in the order given, one blank line between."""
    return "\n".join(_one(problem, color=color) for problem in problems)


def as_json(problem: DataProblem) -> dict[str, str | int | None]:
    """A problem as an object of JSON; the same keys as for a policy's problems where they fit."""
    return {
        "code": problem.code,
        "severity": "error",
        "file": problem.file,
        problem.unit: problem.line,
        "column": problem.column,
        "name": problem.name or None,
        "text": problem.text if problem.column is not None else None,
        "message": problem.message,
        "hint": problem.hint or None,
    }


def place(problem: DataProblem) -> str:
    """`ledger/events.csv:24`, or `ledger/events.parquet row 24`."""
    file = visible(problem.file)
    if problem.line is None:
        return file
    return f"{file}:{problem.line}" if problem.unit == "line" else f"{file} row {problem.line}"


def cell_place(row: str, column: int) -> tuple[int, int] | None:
    """Where a cell (from 1) stands in a line of CSV, quotes included: [start, end), or None."""
    start = 0
    quoted = False
    for at, letter in enumerate(f"{row},"):
        if letter == '"':
            quoted = not quoted
        elif letter == "," and not quoted:
            column -= 1
            if column == 0:
                return start, at
            start = at + 1
    return None


def _one(problem: DataProblem, *, color: bool) -> str:
    where = ""
    if problem.column is not None:
        named = f" ({visible(problem.name)})" if problem.name else ""
        where = f"column {problem.column}{named}: "
    heading = _painted(f"error[{problem.code}]", "1;31", color=color)
    message = _painted(visible(where + problem.message), "1", color=color)
    lines = [f"{place(problem)}: {heading}: {message}"]
    shown = _excerpt(problem, color=color)
    lines += shown
    if problem.hint and not shown:
        lines.append(
            f"{' ' * (_GUTTER + 1)}{_painted('=', '34', color=color)} {visible(problem.hint)}"
        )
    return "\n".join(lines) + "\n"


def _excerpt(problem: DataProblem, *, color: bool) -> list[str]:
    """The row with a caret under the cell, where there is one and it is short enough."""
    row = problem.row
    if not row or problem.line is None or width(row) > _WIDTH or "\n" in row or "\r" in row:
        return []
    span = (0, len(row)) if problem.column is None else cell_place(row, problem.column)
    if span is None:
        return []
    start, end = span
    bar = _painted("|", "34", color=color)
    number = _painted(f"{problem.line:>{_GUTTER}}", "34", color=color)
    marks = "^" * max(1, width(row[start:end]))
    caret = _painted(f"{marks} {visible(problem.hint)}".rstrip(), "1;31", color=color)
    gutter = " " * max(_GUTTER, len(str(problem.line)))
    return [f"{number} {bar} {visible(row)}", f"{gutter} {bar} {' ' * width(row[:start])}{caret}"]


def _painted(text: str, tint: str, *, color: bool) -> str:
    return f"\x1b[{tint}m{text}\x1b[0m" if color and text else text
