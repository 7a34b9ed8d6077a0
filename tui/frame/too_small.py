"""What is shown where the terminal has too little room."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.screen import ModalScreen
from textual.widgets import Static

if TYPE_CHECKING:
    from textual.app import ComposeResult

LEAST = (60, 15)
"""Columns and lines with which one can work."""


class TooSmall(ModalScreen[None]):
    """Covers everything until there is room again; nothing below it is lost."""

    DEFAULT_CSS = """
    TooSmall { background: $background; align: center middle; }
    TooSmall Static { width: auto; max-width: 100%; text-align: center; }
    """

    def compose(self) -> ComposeResult:
        """A calm sentence."""
        columns, lines = LEAST
        yield Static(f"Please make the terminal larger: {columns}x{lines} at least.")
