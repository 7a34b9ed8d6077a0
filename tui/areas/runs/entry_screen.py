"""An entry of the audit trail in full."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual.containers import VerticalScroll
from textual.widgets import Static

from engine.services.audit import plain_entry
from tui.areas.runs import asking
from tui.areas.runs.model import entry_text
from tui.frame.area_screen import AreaScreen
from tui.keys import bindings
from tui.widgets.tones import toned_lines

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.binding import BindingType

    from engine.services.audit import Entry


class EntryScreen(AreaScreen):
    """Everything that an entry says."""

    NAME = "runs/entry"
    BINDINGS: ClassVar[list[BindingType]] = bindings(NAME)
    AUTO_FOCUS: ClassVar[str | None] = "#all"
    DEFAULT_CSS = """
    EntryScreen #all { height: 1fr; padding: 0 1; }
    EntryScreen #text { width: 1fr; height: auto; }
    """

    entry: Entry | None = None

    def __init__(self, number: int) -> None:
        """Its number."""
        super().__init__()
        self.number = number
        self.set_reactive(AreaScreen.trail, (f"entry {number:,}",))

    def body(self) -> ComposeResult:
        """The text."""
        with VerticalScroll(id="all"):
            yield Static(id="text")

    def on_mount(self) -> None:
        """Ask."""
        self.refresh_data()

    def refresh_data(self) -> None:
        """Ask again."""
        self.ask(partial(asking.entry, self.backend, self.number), self._show, group="entry")

    def _show(self, entry: Entry) -> None:
        self.entry = entry
        text = toned_lines(entry_text(entry), self.app.current_theme)
        self.query_one("#text", Static).update(text)

    def action_copy(self) -> None:
        """As JSON."""
        if self.entry is not None:
            text = json.dumps(plain_entry(self.entry), ensure_ascii=False, indent=2)
            self.app.copy_to_clipboard(text)
            self.notify("Copied the entry")
