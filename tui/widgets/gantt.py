"""Lines of days: a symbol a day beside what the line is about, with one day chosen in all of them.

However many lines there are, only those that are seen are drawn, and of their days only those.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.message import Message
from textual.strip import Strip

from tui.keys import bindings
from tui.widgets.lines import Lines
from tui.widgets.table_model import fitted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual import events
    from textual.binding import BindingType

TONES = ("none", "calm", "low", "middle", "high", "stopped", "bad", "done")
_GAP = "  "
_LONGEST = 7
"""Cells of a date and the gap behind it."""


@dataclass(frozen=True, slots=True)
class Look:
    """How symbols are drawn."""

    shown: Mapping[int, str]
    """Symbols that are drawn as something else, by their number; for `str.translate`."""
    tones: Mapping[str, str]
    """Of each that is drawn, one of `TONES`."""


@dataclass(frozen=True, slots=True)
class Side:
    """What stands before the days."""

    title: str
    width: int
    text: Callable[[int], str]
    """Of a row."""
    align: str = "left"


class Gantt(Lines, inherit_bindings=False):
    """The lines."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "gantt--head",
        "gantt--day",
        *(f"gantt--{tone}" for tone in TONES),
    }
    DEFAULT_CSS = """
    Gantt {
        & > .gantt--head { background: $panel; color: $foreground; text-style: bold; }
        & > .gantt--day { text-style: reverse; }
        & > .gantt--none { color: $text-muted; }
        & > .gantt--calm { color: $text-muted; }
        & > .gantt--low { color: $text-primary; }
        & > .gantt--middle { color: $text-accent; }
        & > .gantt--high { color: $text-error; }
        & > .gantt--stopped { color: $text-secondary; }
        & > .gantt--bad { color: $text-error; text-style: bold; }
        & > .gantt--done { color: $text-success; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = bindings("timeline")

    @dataclass
    class Selected(Message):
        """Another line is selected."""

        row: int | None

    @dataclass
    class Pointed(Message):
        """A day was clicked."""

        day: int

    @dataclass
    class Opened(Message):
        """A line is to be looked at."""

        row: int

    def __init__(self, look: Look, empty: str, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name for it
        """`empty`: what is said where there are no lines."""
        super().__init__(id=id)
        self.look = look
        self.empty = empty
        self.first = datetime.date.min
        self.days = 1
        self.day = 0
        self.start = 0
        self.rows: Sequence[int] = ()
        self.sides: Sequence[Side] = ()
        self._part: Callable[[int, int, int], bytes] = lambda *_: b""
        self._sides_in: Callable[[int], Sequence[Side]] = lambda _: ()

    def follow(
        self,
        first: datetime.date,
        days: int,
        part: Callable[[int, int, int], bytes],
        sides: Callable[[int], Sequence[Side]],
    ) -> None:
        """Show other days.

        `part`: of a row, the symbols from a day to before another; `sides`: what stands before the
        days where there are so many cells.
        """
        self.first, self.days, self._part, self._sides_in = first, days, part, sides
        self.rows, self.at = (), 0
        self.lay()

    def show(self, rows: Sequence[int], at: int | None = None) -> None:
        """Show some rows; `at`: the line to select."""
        self.rows = rows
        if at is not None:
            self.at = max(0, min(at, len(rows) - 1))
        self.lay()

    def lay(self) -> None:
        """There are other lines, or there is other room."""
        self.sides = self._sides_in(self.room)
        self._see_day()
        super().lay()

    def go(self, day: int) -> None:
        """Choose a day."""
        self.day = day
        self._see_day()
        self.refresh()

    def _see_day(self) -> None:
        self.start = window(self.day, self.days, self.seen, self.start)

    @property
    def beside(self) -> int:
        """Cells before the days."""
        return 2 + sum(each.width + len(_GAP) for each in self.sides)

    @property
    def seen(self) -> int:
        """Days that can be seen."""
        return max(1, self.room - self.beside)

    @property
    def row(self) -> int | None:
        """The row of the selected line."""
        return self.rows[self.at] if 0 <= self.at < len(self.rows) else None

    # ------------------------------------------------------------------------- as lines are drawn

    def __len__(self) -> int:
        """How many lines there are."""
        return len(self.rows)

    def said_where_empty(self) -> str:
        """What is said where there are no lines."""
        return self.empty

    def moved(self) -> None:
        """Another line is selected."""
        self.post_message(self.Selected(self.row))

    def action_open(self) -> None:
        """Look at the selected line."""
        if self.row is not None:
            self.post_message(self.Opened(self.row))

    def head(self, width: int) -> Strip:
        """What the columns are, and the dates over the days."""
        style = self.get_component_rich_style("gantt--head")
        parts = ["  "]
        parts += [fitted(each.title, each.width, each.align) + _GAP for each in self.sides]
        shown = min(self.seen, self.days - self.start)
        dates = dates_over(self.first, self.start, shown)
        at = self.day - self.start
        before = "".join(parts) + dates[:at]
        chosen = style + self.get_component_rich_style("gantt--day", partial=True)
        return Strip(
            [
                Segment(before, style),
                Segment(dates[at : at + 1], chosen),
                Segment(fitted(dates[at + 1 :], max(0, width - len(before) - 1)), style),
            ]
        ).adjust_cell_length(width, style)

    def line(self, at: int, width: int, base: Style, *, is_cursor: bool) -> Strip:
        """A row: what it is about, and its days."""
        row = self.rows[at]
        segments = [Segment("▸ " if is_cursor else "  ", base)]
        segments += [
            Segment(fitted(each.text(row), each.width, each.align) + _GAP, base)
            for each in self.sides
        ]
        end = min(self.days, self.start + self.seen)
        shown = self._part(row, self.start, end).decode("ascii").translate(self.look.shown)
        segments += self._days(shown, self.day - self.start, base)
        return Strip(segments).adjust_cell_length(width, base)

    def _days(self, shown: str, chosen: int, base: Style) -> list[Segment]:
        segments: list[Segment] = []
        reverse = self.get_component_rich_style("gantt--day", partial=True)
        at = 0
        for sign, group in groupby(shown):
            count = sum(1 for _ in group)
            style = base + self._tone(sign)
            before = chosen - at
            if 0 <= before < count:
                segments += [
                    Segment(sign * before, style),
                    Segment(sign, style + reverse),
                    Segment(sign * (count - before - 1), style),
                ]
            else:
                segments.append(Segment(sign * count, style))
            at += count
        return segments

    def _tone(self, sign: str) -> Style:
        tone = self.look.tones.get(sign, "none")
        return self.get_component_rich_style(f"gantt--{tone}", partial=True)

    # ------------------------------------------------------------------------------------- mouse

    def on_click(self, event: events.Click) -> None:
        """A click selects the line and the day."""
        day = self.start + event.x - self.beside
        if event.x >= self.beside and day < self.days:
            self.post_message(self.Pointed(day))
        super().on_click(event)


def window(day: int, days: int, width: int, start: int) -> int:
    """The first day of those that are seen, so that a day is; moved only where it must be.

    What lies beside the day is seen too: a fifth of the width, as far as there are days.
    """
    if width >= days:
        return 0
    margin = min(width // 5, (width - 1) // 2)
    start = min(start, day - margin)
    start = max(start, day + margin - width + 1)
    return max(0, min(start, days - width))


def dates_over(first: datetime.date, start: int, count: int) -> str:
    """Dates over days, a cell a day: months by name, Mondays by number, as far as there is room."""
    line = [" "] * count
    free = 0
    dates = [first + datetime.timedelta(days=start + cell) for cell in range(count)]
    for cell, date in enumerate(dates):
        # A month that just ends gives way to the next one.
        is_short = not cell and any(each.day == 1 for each in dates[1:_LONGEST])
        is_named = date.day == 1 or (not cell and not is_short)
        name = f"{date:%b} {date.day}" if is_named else str(date.day)
        if (is_named or date.weekday() == 0) and cell >= free and cell + len(name) <= count:
            line[cell : cell + len(name)] = name
            free = cell + len(name) + 1
    return "".join(line)
