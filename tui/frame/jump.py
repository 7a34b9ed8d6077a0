"""`g` and a letter: go to an area, or to the first line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.containers import Vertical
from textual.widgets import Static

from tui.areas.known import AREAS
from tui.frame.dialogs import Dialog

if TYPE_CHECKING:
    from textual import events
    from textual.app import ComposeResult

FIRST_LINE = "g"
"""A second `g` leads to the first line."""


class Jump(Dialog[str]):
    """Waits for a letter; answers the id of an area, or `g`."""

    DEFAULT_CSS = """
    Jump { align: center bottom; background: transparent; }
    Jump > Vertical { width: auto; margin-bottom: 2; }
    Jump Static { width: auto; }
    """

    def compose(self) -> ComposeResult:
        """The letters."""
        lines = [f"{area.letter}  {area.title}" for area in AREAS]
        with Vertical():
            yield Static("\n".join([*lines, f"{FIRST_LINE}  first line"]), markup=False)

    def on_key(self, event: events.Key) -> None:
        """The letter; any other key closes it."""
        event.stop()
        found = next((area.id for area in AREAS if area.letter == event.key), None)
        self.dismiss(FIRST_LINE if event.key == FIRST_LINE else found)
