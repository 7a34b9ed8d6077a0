"""What an editor does to a text, without a terminal: places, finding, comments.

A place in an editor is a row and a column from 0; a place in a `Source` is an offset. Both count
code points, and an editor may end its lines otherwise than with a line feed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dunlang.diagnostics import Diagnostic
    from dunlang.source import Source, Span

Location: TypeAlias = tuple[int, int]
"""Row and column, from 0."""
Looks: TypeAlias = list[tuple[int, int, str]]
"""Of a line: from which byte to which it has which look."""
MARK = "# "
"""What makes a line a comment."""
STEP = "  "
"""How deep the lines under a statement stand."""
_OPENS = re.compile(
    r"(?:policy|stage|for|guarantee|example)\b(?!.*\()|fee[ \t]+by[ \t]+(?:steps|bracket)[ \t]+of\b"
)


def location_of(source: Source, offset: int) -> Location:
    """Where an offset is shown."""
    line, column = source.position(min(max(offset, 0), len(source.text)))
    return line - 1, min(column - 1, len(source.line(line)))


def offset_of(source: Source, location: Location) -> int:
    """The offset of a place that is shown."""
    row, column = location
    number = min(max(row, 0), source.line_count - 1) + 1
    return source.start_of(number) + min(max(column, 0), len(source.line(number)))


def range_of(span: Span) -> tuple[Location, Location]:
    """From where to where a span is shown."""
    return location_of(span.source, span.start), location_of(span.source, span.end)


# ------------------------------------------------------------------------------------- problems


def underlined(
    problems: Sequence[Diagnostic], source: Source, lines: Sequence[str]
) -> Mapping[int, Looks]:
    """By row, which bytes are underlined and how; at least one character for each problem.

    `lines` are those that are shown now. Warnings come first, so that errors are on top.
    """
    found: dict[int, list[tuple[int, int, str]]] = {}
    for problem in sorted(problems, key=lambda each: each.severity, reverse=True):
        if problem.span.source.name != source.name:
            continue
        (row, first), (last_row, last) = range_of(problem.span)
        for at in range(row, min(last_row, row + 1) + 1):
            if at >= len(lines):
                break
            line = lines[at]
            begin = first if at == row else 0
            end = last if at == last_row else len(line)
            if at == last_row != row and not line[:end].strip():
                continue
            begin, end = _at_least_one(line, begin, end)
            bytes_before = len(line[:begin].encode("utf-8", "replace"))
            width = len(f"{line} "[begin:end].encode("utf-8", "replace"))
            look = f"problem.{problem.severity}"
            found.setdefault(at, []).append((bytes_before, bytes_before + width, look))
    return found


def _at_least_one(line: str, begin: int, end: int) -> tuple[int, int]:
    begin = min(begin, len(line))
    return begin, max(end, begin + 1)


def next_place(places: Sequence[Location], here: Location, step: int) -> Location | None:
    """The next place after the one where the cursor is, or before it; around the ends."""
    ordered = sorted(set(places))
    if not ordered:
        return None
    if step > 0:
        return next((each for each in ordered if each > here), ordered[0])
    return next((each for each in reversed(ordered) if each < here), ordered[-1])


# ------------------------------------------------------------------------------ find and replace


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for."""

    text: str
    whole_words: bool = False
    exact_case: bool = False

    @property
    def pattern(self) -> re.Pattern[str] | None:
        """As a pattern; None for nothing."""
        if not self.text:
            return None
        escaped = re.escape(self.text)
        if self.whole_words:
            escaped = rf"(?<!\w){escaped}(?!\w)"
        return re.compile(escaped, 0 if self.exact_case else re.IGNORECASE)


def wanted(text: str) -> Wanted:
    """As people expect it: a capital letter asks for that very spelling."""
    return Wanted(text, exact_case=text != text.lower())


def matches(lines: Sequence[str], what: Wanted) -> list[tuple[Location, Location]]:
    """Where something stands, in the order of the text."""
    pattern = what.pattern
    if pattern is None:
        return []
    return [
        ((row, found.start()), (row, found.end()))
        for row, line in enumerate(lines)
        for found in pattern.finditer(line)
    ]


def replaced(lines: Sequence[str], what: Wanted, text: str) -> tuple[list[str], int]:
    """The lines with something else in place of what is looked for, and how often it was there."""
    pattern = what.pattern
    if pattern is None:
        return list(lines), 0
    count = 0
    changed: list[str] = []
    for line in lines:
        after, times = pattern.subn(lambda _: text, line)
        changed.append(after)
        count += times
    return changed, count


# ------------------------------------------------------------------------------------- comments


def commented(lines: Sequence[str]) -> list[str]:
    """The lines as comments; where all of them are, the other way round. Blank lines stay."""
    written = [line for line in lines if line.strip()]
    if written and all(line.lstrip().startswith("#") for line in written):
        return [_bare(line) for line in lines]
    depth = min((len(line) - len(line.lstrip()) for line in written), default=0)
    return [f"{line[:depth]}{MARK}{line[depth:]}" if line.strip() else line for line in lines]


def _bare(line: str) -> str:
    before, sign, behind = line.partition("#")
    return f"{before}{behind.removeprefix(' ')}" if sign and not before.strip() else line


# ------------------------------------------------------------------------------------ new texts


def indentation_after(line: str) -> str:
    """How deep the line after this one stands: deeper where a block begins."""
    written = line.lstrip(" ")
    indent = line[: len(line) - len(written)]
    return f"{indent}{STEP}" if _OPENS.match(written) else indent


def indented(lines: Sequence[str], steps: int) -> list[str]:
    """The lines a step deeper, or less deep; blank lines stay."""
    if steps > 0:
        return [f"{STEP}{line}" if line.strip() else line for line in lines]
    return [line[len(STEP) :] if line.startswith(STEP) else line.lstrip(" ") for line in lines]


@dataclass(frozen=True, slots=True)
class Change:
    """Some lines in place of others."""

    first: int
    """The first row that differs."""
    last: int
    """The row after the last one that differs."""
    lines: tuple[str, ...]


def smallest_change(old: Sequence[str], new: Sequence[str]) -> Change | None:
    """What makes the new lines of the old ones, touching as few as possible; None: nothing."""
    if list(old) == list(new):
        return None
    same = 0
    while same < min(len(old), len(new)) and old[same] == new[same]:
        same += 1
    tail = 0
    while tail < min(len(old), len(new)) - same and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    return Change(same, len(old) - tail, tuple(new[same : len(new) - tail]))
