"""The day that is looked at, typed."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from textual.containers import Vertical
from textual.widgets import Input, Label, Static

from tui.frame.dates import HINT, NoDate, read_date
from tui.frame.dialogs import Dialog

if TYPE_CHECKING:
    from textual.app import ComposeResult


class DateEntry(Dialog[datetime.date]):
    """Asks for a day, and says which one is meant while it is typed."""

    def __init__(self, shown: datetime.date, today: datetime.date, title: str = "") -> None:
        """`shown`: from which `+30` counts."""
        super().__init__()
        self.shown = shown
        self.today = today
        self.asked = title or "Which day?"

    def compose(self) -> ComposeResult:
        """The question and the line."""
        with Vertical():
            yield Label(self.asked, classes="title")
            yield Input(placeholder=str(self.shown), id="day")
            yield Static(HINT, classes="hint", id="said", markup=False)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Say which day is meant."""
        said = self.query_one("#said", Static)
        if not event.value.strip():
            said.update(HINT)
            return
        found = read_date(event.value, self.today, self.shown)
        if isinstance(found, NoDate):
            said.update(found.reason)
        else:
            said.update(f"{found:%A} {found}{_away((found - self.today).days)}")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter was pressed."""
        event.stop()
        if not event.value.strip():
            self.dismiss(None)
            return
        found = read_date(event.value, self.today, self.shown)
        if not isinstance(found, NoDate):
            self.dismiss(found)


def _away(days: int) -> str:
    if days == 0:
        return ", today"
    number = f"{abs(days):,} day{'' if abs(days) == 1 else 's'}"
    return f", in {number}" if days > 0 else f", {number} ago"
