"""Rows and comments put on the page: blank lines, indentation, alignment."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import zip_longest
from typing import TYPE_CHECKING

from dunlang.printing.doc import layout

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from dunlang.printing.doc import Doc
    from dunlang.printing.policy import Group

INDENT = 2
BLOCKS = ("header", "block", "guarantee")
"""Groups that have lines of their own under them."""
_ALIGNED = ("fact", "rate", "segment", "rule")


@dataclass(slots=True)
class Line:
    """A statement, or a comment on a line of its own."""

    depth: int
    group: Group | None
    """None for a comment."""
    rest: Doc
    cells: tuple[str, ...] = ()
    blank_above: bool = False
    comment: str = ""
    """What stands behind it."""
    leads: bool = False
    """A comment that belongs to the statement below it."""


def page(lines: Sequence[Line]) -> str:
    """The text, which ends in one line end."""
    _set_blanks(lines)
    out: list[str] = []
    for run in _runs(lines):
        widths = [
            max(map(len, column))
            for column in zip_longest(*(line.cells for line in run), fillvalue="")
        ]
        for line in run:
            if line.blank_above:
                out.append("")
            out.append(_written(line, widths))
    return "\n".join([*out, ""])


def _written(line: Line, widths: Sequence[int]) -> str:
    margin = INDENT * line.depth
    start = " " * margin
    for cell, width in zip(line.cells, widths, strict=False):
        start += f"{cell:{width}} "
    text = start + layout(line.rest, margin, len(start))
    return f"{text}  {line.comment}" if line.comment else text


def _set_blanks(lines: Iterable[Line]) -> None:
    """One blank line around a top-level block, none where a block begins; others as they are.

    Guarantees are short: between two of them it is the author's choice.
    """
    above: Line | None = None
    group: Group | None = None  # of the last top-level statement
    chunk: list[Line] = []
    for line in lines:
        chunk.append(line)
        if line.leads:
            continue
        first = chunk[0]
        if above is None or (above.group in BLOCKS and first.depth > above.depth):
            first.blank_above = False
        elif line.depth == 0 and (group in BLOCKS or line.group in BLOCKS):
            first.blank_above |= not group == line.group == "guarantee"
        if line.depth == 0:
            group = line.group
        above = line
        chunk = []


def _runs(lines: Iterable[Line]) -> Iterator[list[Line]]:
    """Adjacent lines that are aligned with one another; comments between them do not part them."""
    run: list[Line] = []
    group: Group | None = None
    for line in lines:
        comment = line.group is None
        joins = line.depth == run[0].depth and not line.blank_above if run else True
        fits = comment or group is None or (line.group == group and group in _ALIGNED)
        if not (joins and fits):
            yield run
            run, group = [], None
        run.append(line)
        group = group or line.group
    if run:
        yield run
