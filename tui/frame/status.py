"""The last line but one: what is selected, and what goes on beside the screen."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, cast

from rich.cells import cell_len, set_cell_size
from rich.text import Text
from textual.widget import Widget

if TYPE_CHECKING:
    from textual.timer import Timer

    from tui.app import Admin
    from tui.frame.area_screen import AreaScreen

_TURN = 0.1
"""Seconds from one turn of the wheel to the next."""


class StatusLine(Widget):
    """What is selected on the left, work on the right."""

    DEFAULT_CSS = """
    StatusLine { height: 1; color: $text-muted; background: $background; }
    """

    _timer: Timer | None = None

    def on_mount(self) -> None:
        """Follow the screen and the work."""
        self.watch(self.screen, "note", self._changed, init=False)
        self.watch(self.app, "working", self._worked)

    def _changed(self) -> None:
        self.refresh()

    def _worked(self, working: int) -> None:
        # A wheel that nobody sees would cost time all day.
        if working and self._timer is None:
            self._timer = self.set_interval(_TURN, self.refresh)
        elif not working and self._timer is not None:
            self._timer.stop()
            self._timer = None
        self.refresh()

    def render(self) -> Text:
        """The line."""
        note = cast("AreaScreen", self.screen).note
        jobs = cast("Admin", self.app).jobs
        said = next(filter(None, (each.said(time.monotonic()) for each in reversed(jobs))), "")
        room = self.size.width - cell_len(said) - 2
        left = note if cell_len(note) <= room else set_cell_size(note, max(0, room - 1)) + "…"
        line = Text(f" {left}", no_wrap=True)
        line.append(" " * max(1, self.size.width - line.cell_len - cell_len(said) - 1))
        line.append(said)
        return line
