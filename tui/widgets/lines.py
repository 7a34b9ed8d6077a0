"""Any number of lines below a head, of which one is selected; those that are seen are drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from tui.keys import bindings
from tui.widgets.table_model import fitted

if TYPE_CHECKING:
    from textual import events
    from textual.binding import BindingType

AHEAD = 60
"""Lines before the last one at which more are asked for."""


class Lines(ScrollView, can_focus=True, inherit_bindings=False):
    """The base of tables and timelines: who derives from it counts lines and draws one."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"lines--cursor", "lines--cursor-idle"}
    DEFAULT_CSS = """
    Lines {
        background: $background; color: $foreground;
        overflow-x: hidden; overflow-y: auto; scrollbar-size-vertical: 1; scrollbar-gutter: stable;
        & > .lines--cursor {
            background: $block-cursor-background; color: $block-cursor-foreground;
            text-style: $block-cursor-text-style;
        }
        & > .lines--cursor-idle { background: $panel; color: $foreground; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = bindings("list")

    at: int = 0
    """The selected line."""

    # ------------------------------------------------------------------- what derived ones say

    def __len__(self) -> int:
        """How many lines there are."""
        raise NotImplementedError

    def __bool__(self) -> bool:
        """A widget is there, also without lines."""
        return True

    def head(self, width: int) -> Strip:
        """The first line, which stays."""
        raise NotImplementedError

    def line(self, at: int, width: int, base: Style, *, is_cursor: bool) -> Strip:
        """A line; `base` is its style."""
        raise NotImplementedError

    def said_where_empty(self) -> str:
        """What is said where there are no lines."""
        return ""

    def moved(self) -> None:
        """Another line is selected."""

    def came_near_end(self) -> None:
        """The last lines will soon be seen."""

    def clicked_on_head(self, x: int) -> None:
        """The head was clicked."""

    def action_open(self) -> None:
        """Look at the selected line."""

    # ----------------------------------------------------------------------------------- drawing

    @property
    def room(self) -> int:
        """Cells in a line, beside the scrollbar."""
        return self.scrollable_content_region.width

    def lay(self) -> None:
        """There are other lines, or there is other room."""
        self.virtual_size = Size(self.room, len(self) + 1)
        self._follow_cursor()
        self.refresh()

    def on_resize(self) -> None:
        """There is other room."""
        self.lay()

    def on_focus(self) -> None:
        """The cursor looks otherwise."""
        self.refresh()

    def on_blur(self) -> None:
        """The cursor looks otherwise."""
        self.refresh()

    def notify_style_update(self) -> None:
        """Another theme."""
        super().notify_style_update()
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """A line of the widget: the head, then lines."""
        width = self.room
        if y == 0:
            return self.head(width)
        at = y - 1 + self.scroll_offset.y
        base = self.rich_style
        if at >= len(self):
            said = f"  {self.said_where_empty()}" if not len(self) and y == 2 else ""  # noqa: PLR2004 - a line below the head
            return Strip([Segment(fitted(said, width), base)], width)
        is_cursor = at == self.at
        if is_cursor:
            name = "lines--cursor" if self.has_focus else "lines--cursor-idle"
            base = self.get_component_rich_style(name)
        return self.line(at, width, base, is_cursor=is_cursor)

    # ---------------------------------------------------------------------------------- commands

    def go_to(self, at: int) -> None:
        """Select a line."""
        at = max(0, min(at, len(self) - 1))
        if at != self.at:
            before, self.at = self.at, at
            self._follow_cursor()
            for line in (before, at):  # where the list scrolls, it is drawn anew as a whole
                self.refresh_line(line + 1)
            self.moved()
        if at >= len(self) - AHEAD:
            self.came_near_end()

    def _follow_cursor(self) -> None:
        """Scroll as little as is needed to see the selected line below the head."""
        height = self.size.height - 1
        top = self.scroll_offset.y
        if self.at < top:
            self.scroll_to(y=self.at, animate=False, force=True)
        elif height > 0 and self.at >= top + height:
            self.scroll_to(y=self.at - height + 1, animate=False, force=True)

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Other lines are seen."""
        super().watch_scroll_y(old_value, new_value)
        if new_value + self.size.height >= len(self) - AHEAD:
            self.came_near_end()

    def action_cursor(self, lines: int) -> None:
        """Some lines up or down."""
        self.go_to(self.at + lines)

    def action_page(self, pages: int) -> None:
        """A page up or down."""
        self.go_to(self.at + pages * max(1, self.size.height - 2))

    def action_first(self) -> None:
        """The first line."""
        self.go_to(0)

    def action_last(self) -> None:
        """The last line that there is so far."""
        self.go_to(len(self) - 1)

    def on_click(self, event: events.Click) -> None:
        """A click selects, a second one opens."""
        event.stop()
        if event.y == 0:
            self.clicked_on_head(event.x)
            return
        at = event.y - 1 + self.scroll_offset.y
        if at < len(self):
            is_again = at == self.at and event.chain > 1
            self.go_to(at)
            if is_again:
                self.action_open()
