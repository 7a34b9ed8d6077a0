"""A bar over a range of days with a day chosen on it: keys move it, and so does the mouse."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from rich.segment import Segment
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from tui.widgets.table_model import fitted

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from rich.style import Style
    from textual import events

LEVELS = " ▁▂▃▄▅▆▇█"
_LEAST_MONTH = 8
"""Cells from one month's name to the next."""


@dataclass(frozen=True, slots=True)
class Scale:
    """Days on cells: each day has a cell, each cell its first day."""

    days: int
    width: int

    def cell(self, day: int) -> int:
        """Where a day is drawn."""
        return day * self.width // self.days

    def day(self, cell: int) -> int:
        """The first day that is drawn in a cell; of one beside the bar, the nearest."""
        cell = max(0, min(cell, self.width - 1))
        return min(self.days - 1, -(-cell * self.days // self.width))

    def heights(self, series: Sequence[int]) -> str:
        """A line of bars: of each cell the highest day, against the highest of all."""
        most = max(series, default=0)
        bars = []
        for cell in range(self.width):
            first = cell * self.days // self.width
            end = max(first + 1, (cell + 1) * self.days // self.width)
            height = max(series[first:end], default=0)
            bars.append(LEVELS[-(-height * (len(LEVELS) - 1) // most)] if most else LEVELS[0])
        return "".join(bars)


def months(first: datetime.date, scale: Scale) -> str:
    """The names of months over their first days; those without room are left out."""
    names: list[tuple[int, str]] = []
    for day in range(scale.days):
        date = first + datetime.timedelta(days=day)
        if not day or date.day == 1:
            is_new = not names or date.month == 1
            names.append((scale.cell(day), f"{date:%b %Y}" if is_new else f"{date:%b}"))
    is_cut = first.day > 1 and len(names) > 1
    if is_cut and names[0][0] + len(names[0][1]) >= names[1][0]:
        # The rest of a month gives way to a whole one.
        date = first.replace(day=28) + datetime.timedelta(days=4)
        names[:2] = [(names[1][0], f"{date:%b %Y}")]
    line = [" "] * scale.width
    free = 0
    for at, name in names:
        if at >= free and at + len(name) <= scale.width:
            line[at : at + len(name)] = name
            free = at + max(_LEAST_MONTH, len(name) + 2)
    return "".join(line)


class Scrubber(Widget):
    """The bar. What it shows is given to it; which day is wanted it tells."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "scrubber--scale",
        "scrubber--bars",
        "scrubber--past",
        "scrubber--ahead",
        "scrubber--day",
        "scrubber--mark",
    }
    DEFAULT_CSS = """
    Scrubber {
        height: 4; background: $background; color: $foreground;
        & > .scrubber--scale { color: $text-muted; }
        & > .scrubber--bars { color: $primary; }
        & > .scrubber--past { color: $accent; }
        & > .scrubber--ahead { color: $text-muted; }
        & > .scrubber--day { color: $accent; text-style: bold reverse; }
        & > .scrubber--mark { color: $warning; }
    }
    """

    @dataclass
    class Moved(Message):
        """A day was pointed at."""

        scrubber: Scrubber
        day: int

        @property
        def control(self) -> Scrubber:
            """For `@on(Scrubber.Moved, "#id")`."""
            return self.scrubber

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name for it
        super().__init__(id=id)
        self.first = datetime.date.min
        self.days = 1
        self.day = 0
        self.series: Sequence[int] = ()
        self.marks: Mapping[int, str] = {}
        self.rest: Collection[int] = ()
        self.today: int | None = None
        self.said = ""
        self._is_dragging = False

    def show(
        self,
        first: datetime.date,
        days: int,
        *,
        today: int | None = None,
        marks: Mapping[int, str] | None = None,
        rest: Collection[int] = (),
    ) -> None:
        """Another range. `marks`: days on which rules change; `rest`: days off."""
        self.first, self.days, self.today = first, days, today
        self.marks, self.rest = marks or {}, rest
        self.day = min(self.day, days - 1)
        self.refresh()

    def rise(self, series: Sequence[int]) -> None:
        """How high the bars are, by day."""
        self.series = series
        self.refresh()

    def go(self, day: int, said: str) -> None:
        """Another day, and what is said of it."""
        self.day, self.said = day, said
        self.refresh()

    @property
    def scale(self) -> Scale:
        """Days on cells."""
        return Scale(self.days, max(1, self.size.width - 2))

    # ----------------------------------------------------------------------------------- drawing

    def render_line(self, y: int) -> Strip:
        """Months, bars, the bar itself, and what is said of the day."""
        width = self.size.width
        scale = self.scale
        match y:
            case 0:
                style = self._style("scale")
                return Strip(
                    [Segment(fitted(f" {months(self.first, scale)}", width), style)], width
                )
            case 1:
                style = self._style("bars")
                bars = scale.heights(self.series) if self.series else ""
                return Strip([Segment(fitted(f" {bars}", width), style)], width)
            case 2:
                return self._bar(width, scale)
            case _:
                return Strip([Segment(fitted(f" {self.said}", width), self.rich_style)], width)

    def _style(self, name: str) -> Style:
        return self.rich_style + self.get_component_rich_style(f"scrubber--{name}", partial=True)

    def _bar(self, width: int, scale: Scale) -> Strip:
        at = scale.cell(self.day)
        shown: list[str] = []
        for cell in range(scale.width):
            first, end = scale.day(cell), max(scale.day(cell) + 1, scale.day(cell + 1))
            days = range(first, min(end, self.days))
            sign = "━"
            if days and all(day in self.rest for day in days):
                sign = "░"
            if self.today is not None and self.today in days:
                sign = "┃"
            if any(day in self.marks for day in days):
                sign = "▲"
            shown.append(sign)
        past, mark, ahead = self._style("past"), self._style("mark"), self._style("ahead")
        segments = [Segment(" ", self.rich_style)]
        for cell, sign in enumerate(shown):
            style = mark if sign in "▲┃" else past if cell < at else ahead
            if cell == at:
                sign, style = "●", self._style("day")  # noqa: PLW2901 - the day covers what is there
            segments.append(Segment(sign, style))
        segments.append(Segment(" ", self.rich_style))
        return Strip(segments, scale.width + 2).simplify().adjust_cell_length(width)

    # ------------------------------------------------------------------------------------- mouse

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """The day under the mouse; from here on it follows."""
        event.stop()
        self._is_dragging = True
        self.capture_mouse()
        self._point(event.x)

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Follow."""
        if self._is_dragging:
            event.stop()
            self._point(event.x)

    def on_mouse_up(self, event: events.MouseUp) -> None:
        """Stay."""
        if self._is_dragging:
            event.stop()
            self._is_dragging = False
            self.release_mouse()

    def _point(self, x: int) -> None:
        day = self.scale.day(x - 1)
        if day != self.day:
            self.day = day
            self.post_message(self.Moved(self, day))
            self.refresh()
