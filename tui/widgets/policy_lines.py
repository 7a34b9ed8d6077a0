"""The text of a policy to be read, with line numbers and one line that matters."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from tui.widgets.lines import Lines
from tui.widgets.table_model import fitted


class PolicyLines(Lines):
    """A text that is only read."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"policy-lines--number", "policy-lines--head"}
    DEFAULT_CSS = """
    PolicyLines > .policy-lines--number { color: $text-muted; }
    PolicyLines > .policy-lines--head { background: $panel; color: $foreground; }
    """

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name for it
        """Empty at first."""
        super().__init__(id=id)
        self.title = ""
        self._text: Sequence[str] = ()

    def show(self, title: str, text: str, line: int) -> None:
        """Show a text, with a line (from 1) in the middle."""
        if title != self.title or not self._text:
            self.title, self._text = title, text.splitlines()
        self.at = max(0, min(line, len(self._text)) - 1)
        self.lay()
        self.call_after_refresh(self._centre)

    def _centre(self) -> None:
        """Let the line be seen with what stands before and after it."""
        self.scroll_to(y=max(0, self.at - self.size.height // 2), animate=False, force=True)

    def on_resize(self) -> None:
        """There is other room."""
        super().on_resize()
        self.call_after_refresh(self._centre)

    def __len__(self) -> int:
        return len(self._text)

    def head(self, width: int) -> Strip:
        """The name of the file."""
        style = self.get_component_rich_style("policy-lines--head")
        return Strip([Segment(fitted(f" {self.title}", width), style)], width)

    def line(self, at: int, width: int, base: Style, *, is_cursor: bool) -> Strip:
        """A line with its number."""
        number = self.get_component_rich_style("policy-lines--number", partial=True)
        sign = "▌" if is_cursor else " "
        segments = [
            Segment(sign, base),
            Segment(f"{at + 1:>4} ", base if is_cursor else base + number),
            Segment(fitted(self._text[at].expandtabs(2), max(0, width - 6)), base),
        ]
        return Strip(segments, width)
