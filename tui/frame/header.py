"""The first line: where this is, which day is looked at, in which store, as whom."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from rich.cells import cell_len, set_cell_size
from rich.text import Text
from textual.widget import Widget

from tui.areas.known import AREAS

if TYPE_CHECKING:
    import datetime

    from textual import events

    from tui.app import Admin
    from tui.frame.area_screen import AreaScreen


def header_text(
    trail: tuple[str, ...],
    as_of: datetime.date,
    today: datetime.date,
    beside: tuple[str, ...],
    width: int,
) -> Text:
    """The line, as wide as it may be. Of what does not fit, the day is the last to go.

    `beside`: what stands after the day, the most important first.
    """
    is_today = as_of == today
    day = f"as of {as_of}" + (" today" if is_today else f" (today {today})")
    if not is_today and width < 70:  # noqa: PLR2004 - cells in which both days fit beside the trail
        day = f"as of {as_of}"
    room = width - cell_len(day) - 3
    left = _fitting(" ▸ ".join(("dun", *trail)), max(room // 2, room - _length(beside)))
    kept: list[str] = []
    for each in beside:
        if cell_len(left) + _length((*kept, each)) <= room:
            kept.append(each)
    shown = Text(f" {left} ", no_wrap=True)
    right = Text(f" {day} ", style="" if is_today else "reverse bold", no_wrap=True)
    for each in kept:
        right.append(f"· {each} ", style="not reverse not bold")
    shown.append(" " * max(0, width - shown.cell_len - right.cell_len))
    shown.append_text(right)
    return shown


def _length(texts: tuple[str, ...] | list[str]) -> int:
    return sum(cell_len(each) + 3 for each in texts)


def _fitting(text: str, width: int) -> str:
    """A text that loses its beginning where it is too long: its end says where one is."""
    if cell_len(text) <= width:
        return text
    while text and cell_len(text) >= width:
        text = text[1:]
    return set_cell_size(f"…{text}", max(width, 0))


class Header(Widget):
    """The first line of every screen."""

    DEFAULT_CSS = """
    Header { height: 1; background: $panel; color: $foreground; }
    """

    def on_mount(self) -> None:
        """Follow what the line tells."""
        self.watch(self.app, "as_of", self._changed, init=False)
        self.watch(self.app, "today", self._changed, init=False)
        self.watch(self.app, "who", self._changed, init=False)
        self.watch(self.screen, "trail", self._changed, init=False)
        self.watch(self.screen, "own_day", self._changed, init=False)

    def _changed(self) -> None:
        self.refresh()

    def render(self) -> Text:
        """The line."""
        admin = cast("Admin", self.app)
        screen = cast("AreaScreen", self.screen)
        area = screen.NAME.partition("/")[0]
        title = next((f"{each.number} {each.title}" for each in AREAS if each.id == area), area)
        return header_text(
            (title, *screen.trail),
            screen.as_of,
            admin.backend.today(),
            admin.beside,
            self.size.width,
        )

    def on_click(self, event: events.Click) -> None:
        """The day can be clicked."""
        event.stop()
        line = self.render().plain
        at = line.find("as of")
        if 0 <= at <= event.x:
            self.app.action_date()  # type: ignore[attr-defined]  # of Admin
