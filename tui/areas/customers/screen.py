"""The list of cases."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.widgets import Static

from tui.frame.area_screen import AreaScreen

if TYPE_CHECKING:
    from textual.app import ComposeResult


class CustomersScreen(AreaScreen):
    """Cases of a day: search, then look at a customer or an invoice."""

    NAME = "customers"

    def body(self) -> ComposeResult:
        """The list."""
        yield Static("")
