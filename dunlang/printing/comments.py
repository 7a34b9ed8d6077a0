"""The comments of a policy's text: where they stand, and whether inside a statement.

Reads the text by itself instead of asking the lexer, so that "as many comments come out as went
in" is a second opinion. The text must have been parsed: parentheses are taken to match.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dunlang.source import Source

TAB = 8
"""Columns of a tab before a comment; before a statement it is an error."""
_LANDMARK = re.compile(r'"[^"\r\n]*"|#[^\r\n]*|[()\n]')


@dataclass(frozen=True, slots=True)
class Comment:
    """One comment, with its `#` and without blanks at its end."""

    start: int
    """Offset of the `#`."""
    column: int
    """Counted from 0."""
    text: str
    beside: bool
    """Whether something stands before it on its line."""
    above_is_blank: bool
    """Whether the line above has nothing on it."""


@dataclass(frozen=True, slots=True)
class Comments:
    """All comments of a text."""

    between: tuple[Comment, ...]
    """Those outside of parentheses, beside a statement or on a line of their own."""
    within: tuple[Comment, ...]
    """Those inside parentheses, so in the middle of a statement."""
    brackets: tuple[tuple[int, int], ...]
    """Start and end of the parentheses in statements that have comments within, by their end."""
    line_ends: tuple[int, ...]
    """Offsets of the line ends outside parentheses: each ends a statement or an empty line."""

    @property
    def texts(self) -> list[str]:
        """What they say, in the order of the text."""
        everything = sorted(self.between + self.within, key=lambda comment: comment.start)
        return [comment.text for comment in everything]


def read_comments(source: Source) -> Comments:
    """Find all comments."""
    between: list[Comment] = []
    within: list[Comment] = []
    brackets: list[tuple[int, int]] = []
    line_ends: list[int] = []
    open_: list[int] = []
    pairs: list[tuple[int, int]] = []
    for match in _LANDMARK.finditer(source.text):
        start = match.start()
        match source.text[start]:
            case "#":
                (within if open_ else between).append(_comment(source, match))
            case "(":
                open_.append(start)
            case ")" if open_:
                pairs.append((open_.pop(), start + 1))
                if not open_ and within and within[-1].start > pairs[-1][0]:
                    brackets.extend(pairs)
                if not open_:
                    pairs.clear()
            case "\n" if not open_:
                line_ends.append(start)
            case _:
                pass
    return Comments(tuple(between), tuple(within), tuple(brackets), tuple(line_ends))


def blank_above(source: Source, line: int) -> bool:
    """Whether the line above this one has nothing on it."""
    return line > 1 and not source.line(line - 1).strip()


def _comment(source: Source, match: re.Match[str]) -> Comment:
    line, column = source.position(match.start())
    before = source.line(line)[: column - 1].lstrip("\ufeff").expandtabs(TAB)
    return Comment(
        match.start(),
        len(before),
        match[0].rstrip(),
        beside=not before.isspace() and before != "",
        above_is_blank=blank_above(source, line),
    )
