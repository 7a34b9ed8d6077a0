"""Charts as lines of text: bars, bars in parts, and curves in braille.

Pure functions. A line is made of pieces, each with its tone; what a chart tells it tells by
lengths, signs and figures, so that nothing is lost without colours. Widths are cells, and a text of
any script takes exactly those that it is given.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from rich.cells import cell_len

from tui.widgets.table_model import fitted

Piece: TypeAlias = tuple[str, str]
"""A text and its tone, as `tones` has them; empty: none."""
Line: TypeAlias = tuple[Piece, ...]

_EIGHTHS = " ▏▎▍▌▋▊▉"
_FULL = "█"
_APART = 2
"""Cells between the names of parts."""
_DOTS = ((0x01, 0x02, 0x04, 0x40), (0x08, 0x10, 0x20, 0x80))
"""The dots of a braille sign, by column and row."""
_BRAILLE = 0x2800
DOWN, ACROSS = 4, 2
"""Dots in a cell."""


def plain(line: Line) -> str:
    """A line without its tones."""
    return "".join(text for text, _ in line)


# ----------------------------------------------------------------------------------------- bars


@dataclass(frozen=True, slots=True)
class Part:
    """What a part of a bar stands for."""

    name: str
    sign: str
    """One cell wide, and unlike those beside it."""
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar with what stands before it."""

    label: str
    figure: str
    amounts: tuple[int, ...]
    """One for each part."""
    is_selected: bool = False

    @property
    def amount(self) -> int:
        """All parts together."""
        return sum(self.amounts)


def shares(amounts: Sequence[int], cells: int) -> list[int]:
    """How many of some cells each amount takes: in proportion, and none that is there gets none.

    Where there are fewer cells than amounts, the largest get one each.
    """
    whole = sum(each for each in amounts if each > 0)
    found = [0] * len(amounts)
    there = [at for at, each in enumerate(amounts) if each > 0]
    if not whole or cells <= 0:
        return found
    if len(there) >= cells:
        for at in sorted(there, key=lambda at: (-amounts[at], at))[:cells]:
            found[at] = 1
        return found
    for at in there:
        found[at] = cells * amounts[at] // whole
    rest = sorted(there, key=lambda at: (-(cells * amounts[at] % whole), at))
    for at in rest[: cells - sum(found)]:
        found[at] += 1
    for at in there:
        if not found[at]:
            found[at] = 1
            found[max(there, key=lambda at: found[at])] -= 1
    return found


def filled(amount: int, most: int, cells: int) -> str:
    """A bar as long as an amount is of the most, to an eighth of a cell; never quite nothing."""
    if amount <= 0 or most <= 0 or cells <= 0:
        return ""
    eighths = min(cells * 8, max(1, (2 * cells * 8 * amount + most) // (2 * most)))
    return _FULL * (eighths // 8) + (_EIGHTHS[eighths % 8] if eighths % 8 else "")


def stacked(amounts: Sequence[int], parts: Sequence[Part], cells: int) -> Line:
    """A bar of so many cells, in parts."""
    pairs = zip(parts, shares(amounts, cells), strict=True)
    return tuple((part.sign * count, part.tone) for part, count in pairs if count)


def bars(rows: Sequence[Bar], parts: Sequence[Part], width: int, *, most: int = 0) -> list[Line]:
    """A line for each bar: label, figure, bar.

    `most`: the amount that fills the line; 0: each bar fills it, for amounts that cannot be
    compared. With one part, a bar is drawn to an eighth of a cell.
    """
    if not rows:
        return []
    figures = max(cell_len(row.figure) for row in rows)
    names = min(max(cell_len(row.label) for row in rows), max(8, width - figures - 4 - width // 3))
    room = max(0, width - names - figures - 4)
    lines = []
    for row in rows:
        sign, tone = ("▸", "bold") if row.is_selected else (" ", "")
        head = f"{sign}{fitted(row.label, names)} {fitted(row.figure, figures, 'right')}  "
        cells = room if not most else min(room, max(1, (2 * room * row.amount + most) // most // 2))
        if row.amount <= 0:
            drawn: Line = ()
        elif len(parts) == 1 and most:
            drawn = ((filled(row.amount, most, room), parts[0].tone),)
        else:
            drawn = stacked(row.amounts, parts, cells)
        lines.append(((head, tone), *drawn))
    return lines


def legend(parts: Sequence[Part], width: int) -> list[Line]:
    """What the signs of bars mean, in as many lines as that takes."""
    lines: list[list[Piece]] = []
    used = 0
    for part in parts:
        size = cell_len(part.name) + 3 + _APART
        if not lines or used + size - _APART > width:
            lines.append([(" ", "")])
            used = 1
        lines[-1] += [(part.sign * 2, part.tone), (f" {part.name}{' ' * _APART}", "")]
        used += size
    return [tuple(each) for each in lines]


def seen(count: int, at: int, lines: int) -> range:
    """Which of many bars are drawn in so many lines: the first ones, or those around `at`."""
    first = max(0, min(at - lines // 2, count - lines)) if at >= lines else 0
    return range(first, min(count, first + max(lines, 0)))


# --------------------------------------------------------------------------------------- curves


@dataclass(frozen=True, slots=True)
class Curve:
    """A curve in steps: from each day on, a height, until the next one."""

    steps: tuple[tuple[int, int], ...]
    """Day and height, by day; before the first one it is 0."""
    until: int
    """The last day of which anything is known."""
    is_dotted: bool = False

    def height(self, day: int) -> int:
        """The height on a day."""
        found = 0
        for since, height in self.steps:
            if since > day:
                break
            found = height
        return found


def curves(every: Sequence[Curve], days: int, top: int, cells: int, lines: int) -> list[str]:
    """Curves over days from 0 on, up to a height, in braille."""
    wide, high = cells * ACROSS, lines * DOWN
    signs = [[0] * cells for _ in range(lines)]
    for curve in every:
        before: int | None = None
        for x in range(wide):
            day = x * days // max(1, wide - 1)
            if day > curve.until:
                break
            y = (2 * curve.height(day) * (high - 1) + top) // (2 * top)
            if not curve.is_dotted:
                for each in range(y if before is None else min(before + 1, y), y + 1):
                    _dot(signs, x, high - 1 - each)
            elif x % 3 == 0:
                _dot(signs, x, high - 1 - y)
            before = y
    return ["".join(chr(_BRAILLE + each) if each else " " for each in line) for line in signs]


def _dot(signs: list[list[int]], x: int, y: int) -> None:
    signs[y // DOWN][x // ACROSS] |= _DOTS[x % ACROSS][y % DOWN]


def graph(
    every: Sequence[Curve], days: int, marks: Sequence[int], width: int, height: int
) -> list[Line]:
    """Curves of percentages (heights in thousandths) with their axes; days are marked below."""
    label = 6
    cells, lines = width - label, height - 2
    if cells < 8 or lines < 1:  # noqa: PLR2004 - a curve in less room tells nothing
        return []
    drawn = curves(every, days, 1000, cells, lines)
    middle = lines // 2
    found: list[Line] = []
    for at, line in enumerate(drawn):
        percent = "100 %" if at == 0 else "50 %" if at == middle and lines > 2 else ""  # noqa: PLR2004 - else they touch
        found.append(((f"{percent:>5}┤" if percent else "     │", "dim"), (line, "accent")))
    places = {min(cells - 1, day * (cells * ACROSS - 1) // days // ACROSS): day for day in marks}
    axis = "".join("┬" if at in places else "─" for at in range(cells))
    found.append((("  0 %└" + axis, "dim"),))
    below = [" "] * cells
    for at, day in places.items():
        text = f"{day} d"
        start = max(0, min(at - len(text) // 2, cells - len(text)))
        if not "".join(below[max(0, start - 1) : start + len(text)]).strip():
            below[start : start + len(text)] = text
    found.append(((" " * label + "".join(below), "dim"),))
    return found
