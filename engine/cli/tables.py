"""Tables in the one style of `dun`: no lines but one under the header, nothing cut off.

A name or an amount is never broken in two, so that it can be searched for and copied.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from rich import box
from rich.cells import cell_len
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console
    from rich.table import Column

Align = Literal["left", "right", "text"]
"""How a column stands; names on the left and figures on the right are never folded, text is."""
_GAP = 3
"""Columns of a terminal between two columns of a table."""

BARE = box.Box("    \n    \n -- \n    \n    \n    \n    \n    \n", ascii=True)
"""Only the line under the header."""


def table(*columns: tuple[str, Align], title: str = "") -> Table:
    """A table with these columns. A text that is too wide is folded between words."""
    made = Table(
        box=BARE,
        show_edge=False,
        pad_edge=False,
        padding=(0, 2, 0, 0),
        title=title or None,
        title_justify="left",
        title_style="bold",
        header_style="",
    )
    for name, align in columns:
        made.add_column(
            name,
            justify="right" if align == "right" else "left",
            overflow="fold",
            no_wrap=align != "text",
            vertical="top",
        )
    return made


def rows(*widths: int | None) -> Table:
    """Rows without a header; a width for each column, None for as much as its texts need.

    Only the last one is folded, between words.
    """
    made = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    for number, width in enumerate(widths, start=1):
        last = number == len(widths)
        made.add_column(width=width, overflow="fold", no_wrap=not last, vertical="top")
    return made


def width_of(made: Table) -> int:
    """Columns of a terminal that a table needs: no less without breaking a word or a name."""
    return sum(map(_narrowest, made.columns)) + _GAP * (len(made.columns) - 1)


def show(console: Console, made: Table) -> None:
    """Print a table. What is too wide for the terminal is left to it: a line is wrapped there."""
    for column in made.columns:
        column.min_width = _narrowest(column)
    given = console.width
    console.width = max(given, width_of(made))
    console.print(made)
    console.width = given


def _narrowest(column: Column) -> int:
    if column.width is not None:
        return column.width
    texts = [str(text) for text in (column.header, *column.cells)]
    parts = (part for text in texts for part in _whole(text, column))
    return max(map(cell_len, parts), default=0)


def _whole(text: str, column: Column) -> list[str]:
    """The parts of a text that a column may not break."""
    return text.splitlines() if column.no_wrap else text.split()


def texts(cells: Sequence[str], style: str = "") -> list[Text]:
    """Cells of a row in one style."""
    return [Text(cell, style=style) for cell in cells]
