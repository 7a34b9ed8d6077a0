"""Tables in the one style of `dun`: no lines but one under the header, nothing cut off."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from rich import box
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

Align = Literal["left", "right"]

BARE = box.Box("    \n    \n -- \n    \n    \n    \n    \n    \n", ascii=True)
"""Only the line under the header."""


def table(*columns: tuple[str, Align], title: str = "") -> Table:
    """A table with these columns. A text that is too wide is folded; no text is cut."""
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
            name, justify=align, overflow="fold", no_wrap=align == "right", vertical="top"
        )
    return made


def rows(*widths: int | None) -> Table:
    """Rows without a header; a width for each column, None for one that takes what is left."""
    made = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    for width in widths:
        made.add_column(width=width, overflow="fold", vertical="top")
    return made


def texts(cells: Sequence[str], style: str = "") -> list[Text]:
    """Cells of a row in one style."""
    return [Text(cell, style=style) for cell in cells]
