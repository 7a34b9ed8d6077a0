"""What a word means, in a box that any key closes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.containers import Vertical
from textual.widgets import Static

from tui.frame.dialogs import Dialog

if TYPE_CHECKING:
    from textual import events
    from textual.app import ComposeResult


class Meaning(Dialog[None]):
    """Some sentences."""

    def __init__(self, said: str) -> None:
        super().__init__()
        self.said = said

    def compose(self) -> ComposeResult:
        """The sentences."""
        with Vertical():
            yield Static(self.said, markup=False)
            yield Static("any key closes this", classes="hint")

    def on_key(self, event: events.Key) -> None:
        """Any key closes it."""
        event.stop()
        self.dismiss()

    def on_click(self) -> None:
        """A click closes it too."""
        self.dismiss()
