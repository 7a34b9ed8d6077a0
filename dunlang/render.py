"""Diagnostics as text for people.

The other forms (JSON, SARIF, GitHub annotations) are in `render_formats` and offered here too.
Nothing here decides an exit code or prints a summary: callers do.
"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from dunlang.render_formats import as_github, as_json, as_sarif

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dunlang.diagnostics import Diagnostic
    from dunlang.source import Span

__all__ = ["as_github", "as_json", "as_sarif", "as_text"]

_GUTTER = 5
"""Digits kept free for a line number, so that several problems of a file stand aligned."""
_WIDTH = 100
"""Cells of a source line that are shown; a longer one is cut around the caret."""
_BEFORE = 30
"""Cells kept to the left of the words when a line is cut."""
_ELLIPSIS = "…"

_RED = "1;31"
_YELLOW = "1;33"
_BLUE = "34"
_BOLD = "1"


def as_text(problems: Iterable[Diagnostic], *, color: bool = False) -> str:
    """Problems as a person reads them, in the order given, one blank line between.

    Each is a sentence with its place, the source line, a caret under the exact words with the
    hint, notes behind `= `, and other places that matter. Ends with a line end unless empty.
    `color` adds ANSI sequences; texts and widths stay the same.
    """
    return "\n".join(_one(problem, color=color) for problem in problems)


def _one(problem: Diagnostic, *, color: bool) -> str:
    span, severity = problem.span, problem.severity
    tint = _RED if severity == "error" else _YELLOW
    name = visible(span.source.name)
    heading = _painted(f"{severity}[{problem.code}]", tint, color=color)
    message = _painted(visible(problem.message), _BOLD, color=color)
    lines = [f"{name}:{span.line}:{span.column}: {heading}: {message}"]
    lines += _excerpt(span, "^", problem.hint, tint, color=color)
    gutter = " " * (_gutter(span) + 1)
    lines += [
        f"{gutter}{_painted('=', _BLUE, color=color)} {visible(note)}" for note in problem.notes
    ]
    for place, what in problem.related:
        if place.source.name != span.source.name:
            where = f"{visible(place.source.name)}:{place.line}:{place.column}"
            lines.append(f"{gutter}{_painted('=', _BLUE, color=color)} {where}:")
        lines += _excerpt(place, "-", what, _BLUE, color=color)
    return "\n".join(lines) + "\n"


def _excerpt(span: Span, mark: str, text: str, tint: str, *, color: bool) -> list[str]:
    """The source line of a span and, under it, `mark` below the words with a text beside."""
    line, column = span.line, span.column
    source = span.source.line(line)
    start = column - 1
    end = min(max(start + span.end - span.start, start + 1), max(len(source), start + 1))
    left = width(source[:start])
    marked = max(1, width(source[start:end]))
    shown, left, marked = _cut(visible(source), left, marked)
    width_of_number = _gutter(span)
    bar = _painted("|", _BLUE, color=color)
    number = _painted(f"{line:>{width_of_number}}", _BLUE, color=color)
    caret = _painted(f"{mark * marked} {visible(text)}".rstrip(), tint, color=color)
    return [
        f"{number} {bar} {shown}".rstrip(),
        f"{' ' * width_of_number} {bar} {' ' * left}{caret}",
    ]


def _gutter(span: Span) -> int:
    return max(_GUTTER, len(str(span.line)))


def _cut(text: str, left: int, marked: int) -> tuple[str, int, int]:
    """A line that is too long, cut to a window around the words; positions move along."""
    if width(text) <= _WIDTH:
        return text, left, marked
    cells = [(letter, width(letter)) for letter in text]
    first = max(0, left - _BEFORE) if left + marked > _WIDTH - 1 else 0
    kept: list[str] = []
    at = used = skipped = 0
    for letter, cell in cells:
        if at < first:
            skipped += cell
        elif used + cell < _WIDTH - 1:
            kept.append(letter)
            used += cell
        else:
            kept.append(_ELLIPSIS)
            break
        at += cell
    if skipped:
        # The ellipsis takes one cell, everything else moves left by what was skipped.
        kept.insert(0, _ELLIPSIS)
        left = left - skipped + 1
    return "".join(kept), left, min(marked, max(1, _WIDTH - left))


def width(text: str) -> int:
    """How many cells of a terminal a text takes, as `visible` shows it."""
    return sum(_cells(letter) for letter in text)


def _cells(letter: str) -> int:
    if letter.isascii():
        return 1
    if unicodedata.combining(letter) or unicodedata.category(letter) in {"Mn", "Me"}:
        return 0
    return 2 if unicodedata.east_asian_width(letter) in {"W", "F"} else 1


def visible(text: str) -> str:
    """A text that a terminal shows as it stands.

    A tab is one blank. Control characters, and the invisible ones that reorder or join text,
    become a replacement character: a policy must not be able to write to the reader's terminal,
    nor look like something it is not.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        " "
        if letter == "\t"
        else "\N{REPLACEMENT CHARACTER}"
        if unicodedata.category(letter) in {"Cc", "Cf", "Cs", "Zl", "Zp"}
        else letter
        for letter in text
    )


def _painted(text: str, tint: str, *, color: bool) -> str:
    return f"\x1b[{tint}m{text}\x1b[0m" if color and text else text
