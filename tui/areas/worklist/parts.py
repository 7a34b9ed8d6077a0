"""The parts of a run in a line, with their numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.text import Text
from textual.message import Message
from textual.widget import Widget

from tui.areas.worklist.model import PARTS, tabs

if TYPE_CHECKING:
    from textual import events

    from engine.services.run_lines import Board
    from tui.areas.worklist.model import Part


class Parts(Widget):
    """What one goes through; a click looks at a part."""

    DEFAULT_CSS = """
    Parts { height: 1; background: $surface; color: $foreground; }
    """

    @dataclass
    class Chosen(Message):
        """A part was clicked."""

        part: Part

    board: Board | None = None
    tasks = 0
    part: Part = "review"

    def show(self, board: Board | None, tasks: int, part: Part) -> None:
        """Other numbers, or another part."""
        self.board, self.tasks, self.part = board, tasks, part
        self.refresh()

    def _tabs(self) -> list[tuple[str, bool]]:
        return tabs(self.board, self.tasks, self.part, self.size.width)

    def render(self) -> Text:
        """The line; what is looked at stands out, in colour or not."""
        line = Text(no_wrap=True)
        for text, is_seen in self._tabs():
            line.append(text, "reverse bold" if is_seen else "")
        return line

    def on_click(self, event: events.Click) -> None:
        """Look at a part."""
        event.stop()
        end = 0
        for (name, _), (text, _) in zip(PARTS, self._tabs(), strict=True):
            end += cell_len(text)
            if event.x < end:
                self.post_message(self.Chosen(name))
                return
