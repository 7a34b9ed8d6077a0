"""The list of what could be typed, beside the cursor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.text import Text
from textual.geometry import Offset
from textual.widgets import OptionList
from textual.widgets.option_list import Option

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dunlang.editing.complete import Item
    from tui.widgets.policy_editor import PolicyEditor

_LONGEST = 64
"""Cells of a line of the list."""
_SIGNS = {"word": "·", "fact": "f", "name": "n", "value": "="}


class CompletionList(OptionList, can_focus=False):
    """Hangs below the cursor; the editor keeps the keys."""

    DEFAULT_CSS = """
    CompletionList {
        display: none; overlay: screen; constrain: inside inflect;
        width: auto; min-width: 24; max-width: 70; height: auto; max-height: 10;
        border: none; padding: 0; background: $panel; color: $foreground;
        scrollbar-size-vertical: 1;
    }
    """

    def __init__(self, editor: PolicyEditor) -> None:
        super().__init__(markup=False)
        self.editor = editor
        self.items: Sequence[Item] = ()
        self.is_asked = False
        """Whether it was opened by its key, and not by typing."""
        self.is_chosen = False
        """Whether somebody looked at it: only then Enter takes a line."""

    @property
    def is_open(self) -> bool:
        """Whether it is shown."""
        return bool(self.display)

    @property
    def selected(self) -> Item | None:
        """The line that is selected."""
        at = self.highlighted
        return self.items[at] if at is not None and at < len(self.items) else None

    def show_items(self, items: Sequence[Item], expected: str, *, asked: bool) -> None:
        """Show what could be typed; nothing closes it."""
        if not items:
            self.close()
            return
        self.items = items
        self.is_asked = asked
        self.is_chosen = asked
        self.border_subtitle = expected
        wide = min(24, max(cell_len(each.text) for each in items))
        self.clear_options()
        self.add_options(Option(_line(each, wide)) for each in items)
        self.highlighted = 0
        x, y = self.editor.cursor_screen_offset
        typed = self.editor.cursor_location[1] - _column(self.editor, items[0])
        self.absolute_offset = Offset(max(0, x - typed - 2), y + 1)
        self.display = True

    def step(self, by: int) -> None:
        """Select another line, around the ends."""
        self.is_chosen = True
        if self.items:
            self.highlighted = ((self.highlighted or 0) + by) % len(self.items)

    def close(self) -> None:
        """Show it no more."""
        self.display = False
        self.items, self.is_asked, self.is_chosen = (), False, False

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """A line was clicked."""
        event.stop()
        self.editor.take_item(self.items[event.option_index])
        self.editor.focus()


def _column(editor: PolicyEditor, item: Item) -> int:
    return editor.cursor_location[1] - (editor.place - item.start)


def _line(item: Item, wide: int) -> Text:
    """`· after   how long the stage waits`."""
    line = Text(f"{_SIGNS[item.kind]} ", no_wrap=True)
    line.append(item.text, "bold")
    if item.meaning:
        line.append(" " * max(2, wide - cell_len(item.text) + 2))
        line.append(item.meaning, "dim")
    line.truncate(_LONGEST, overflow="ellipsis")
    return line
