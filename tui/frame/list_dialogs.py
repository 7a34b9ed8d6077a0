"""What a list asks: a filter, and which columns."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding
from textual.containers import Vertical
from textual.widgets import Input, Label, SelectionList, Static
from textual.widgets.selection_list import Selection

from tui.frame.dialogs import Dialog

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.binding import BindingType


class FilterEntry(Dialog[str]):
    """A line at the bottom; the list follows while one types. `esc` takes the filter away."""

    DEFAULT_CSS = """
    FilterEntry { align: center bottom; background: transparent; }
    FilterEntry > Vertical { width: 100%; max-width: 100%; border: none; padding: 0; }
    FilterEntry Input { border: none; height: 1; }
    """

    def __init__(self, value: str, hint: str, follow: Callable[[str], None]) -> None:
        """`follow`: is told at every letter."""
        super().__init__()
        self.value = value
        self.hint = hint
        self.follow = follow

    def compose(self) -> ComposeResult:
        """The line."""
        with Vertical():
            yield Static(self.hint, classes="hint", markup=False)
            yield Input(self.value, placeholder="/ …", id="wanted")

    def on_input_changed(self, event: Input.Changed) -> None:
        """Follow."""
        self.follow(event.value)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Keep the filter."""
        event.stop()
        self.dismiss(event.value)

    def action_close(self) -> None:
        """Take the filter away."""
        self.follow("")
        self.dismiss("")


class ColumnChooser(Dialog[list[str]]):
    """Which columns are shown."""

    DEFAULT_CSS = """
    ColumnChooser SelectionList { height: auto; max-height: 20; border: none; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "done", "Done", priority=True),
    ]

    def __init__(self, columns: Sequence[tuple[str, str]], shown: Sequence[str]) -> None:
        """`columns`: ids and titles; `shown`: the ids of those that are shown."""
        super().__init__()
        self.columns = columns
        self.shown = shown

    def compose(self) -> ComposeResult:
        """The columns, each to be ticked."""
        with Vertical():
            yield Label("Columns", classes="title")
            yield SelectionList[str](
                *(Selection(title, name, name in self.shown) for name, title in self.columns)
            )
            yield Static("space ticks, enter is done, esc changes nothing", classes="hint")

    def action_done(self) -> None:
        """Show those that are ticked, those that were shown already in their order."""
        ticked = set(self.query_one(SelectionList).selected)
        names = [name for name in self.shown if name in ticked]
        names += [name for name, _ in self.columns if name in ticked and name not in names]
        self.dismiss(names)
