"""What a table shows, worked out without a screen: columns, their widths, order and filter."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Literal, TypeAlias, TypeVar

from rich.cells import cell_len, chop_cells

from dunlang.render import visible
from engine.services.names import folded, spelled_out

Row = TypeVar("Row")
Tone: TypeAlias = Literal["", "dim", "good", "warning", "bad", "accent"]
"""What a cell means for who reads it; never said by colour alone."""

GAP = 2
"""Cells between two columns."""
MARGIN = 2
"""Cells before the first: whether the line is selected or marked."""


@dataclass(frozen=True)  # with slots, `Column[Row](...)` fails in Python 3.11
class Column(Generic[Row]):
    """A column: how a row is shown in it, and how rows are put in order by it."""

    id: str
    title: str
    text: Callable[[Row], str]
    align: Literal["left", "right"] = "left"
    least: int = 4
    """Cells below which it is not made narrower."""
    most: int = 40
    order: Callable[[Row], Any] | None = None
    """What rows are sorted by; None: the text."""
    tone: Callable[[Row], Tone] | None = None
    shown: bool = True
    """Whether it is shown before somebody chooses."""
    rigid: bool = False
    """Whether a part of it says nothing: it gives no way. So do amounts, which stand right."""


@dataclass(frozen=True, slots=True)
class Order:
    """By which column rows are sorted."""

    column: str
    descending: bool = False


def widths(
    columns: Sequence[Column[Row]], sample: Iterable[Row], room: int
) -> list[tuple[Column[Row], int]]:
    """The columns that fit and their widths, from some of the rows.

    Wide columns give way first; what still does not fit is left out from the right.
    """
    rows = list(sample)
    wide = [
        max(
            cell_len(each.title) + 2,  # the sign of the order
            each.least,
            min(each.most, max((cell_len(each.text(row)) for row in rows), default=0)),
        )
        for each in columns
    ]
    floors = [
        width if each.rigid or each.align == "right" else max(each.least, cell_len(each.title))
        for each, width in zip(columns, wide, strict=True)
    ]
    count = len(wide)
    while count > 1 and MARGIN + sum(floors[:count]) + GAP * (count - 1) > room:
        count -= 1
    floors, wide = floors[:count], wide[:count]
    spare = room - MARGIN - GAP * (count - 1)
    while sum(wide) > spare and wide != floors:
        widest = max(range(count), key=lambda n: wide[n] - floors[n])
        wide[widest] -= 1
    if sum(wide) > spare:
        wide = [max(1, spare)]
    return list(zip(columns, wide, strict=False))


def fitted(text: str, width: int, align: str = "left") -> str:
    """A text in exactly so many cells, whatever is in it."""
    if text.isascii() and text.isprintable():
        size = len(text)
    else:
        text = visible(text)
        size = cell_len(text)
    if size > width:
        if width <= 0:
            return ""
        text = chop_cells(text, width - 1)[0] + "…" if width > 1 else "…"
        size = cell_len(text)
    blank = " " * (width - size)
    return blank + text if align == "right" else text + blank


def view(
    rows: Sequence[Row], columns: Sequence[Column[Row]], order: Order | None, wanted: str
) -> Sequence[int]:
    """The places of the rows that are shown, in their order."""
    found: Sequence[int] = range(len(rows))
    if wanted.strip():
        words = [folded(word) for word in wanted.split()]
        found = [place for place in found if _fits(rows[place], columns, words)]
    column = next((each for each in columns if order and each.id == order.column), None)
    if order is None or column is None:
        return found
    key = column.order or column.text
    return sorted(found, key=lambda place: key(rows[place]), reverse=order.descending)


def _fits(row: Row, columns: Sequence[Column[Row]], words: list[str]) -> bool:
    text = " ".join(each.text(row) for each in columns)
    forms = (folded(text),) if text.isascii() else (folded(text), spelled_out(text))
    return all(any(word in form for form in forms) for word in words)


def next_order(columns: Sequence[Column[Row]], order: Order | None) -> Order | None:
    """The order that follows when `s` is pressed: the next column, at last the natural one."""
    ids = [each.id for each in columns]
    at = ids.index(order.column) if order and order.column in ids else -1
    return Order(ids[at + 1]) if at + 1 < len(ids) else None
