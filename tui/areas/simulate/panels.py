"""Boxes with a title and lines: what happens on a day, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual.widget import Widget

if TYPE_CHECKING:
    from collections.abc import Iterable

_TONES = ("dim", "bold", "bad")


class Panel(Widget):
    """Lines under a title. What does not fit is not drawn."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {f"panel--{tone}" for tone in _TONES}
    DEFAULT_CSS = """
    Panel {
        width: 1fr; height: 1fr; padding: 0 1;
        border-top: solid $primary-muted; border-title-color: $foreground;
        border-title-style: bold; background: $background;
        & > .panel--dim { color: $text-muted; }
        & > .panel--bold { text-style: bold; }
        & > .panel--bad { color: $text-error; }
    }
    """

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name for it
        super().__init__(id=id)
        self._lines: list[tuple[str, str]] = []

    def say(self, title: str, lines: Iterable[tuple[str, str]]) -> None:
        """Other lines, each with a tone: `dim`, `bold`, `bad`, or none."""
        self.border_title = Text(title).markup
        self._lines = list(lines)
        self.refresh(layout=self.styles.auto_dimensions)

    @property
    def said(self) -> str:
        """The lines, as they are told."""
        return "\n".join(line for _, line in self._lines)

    def render(self) -> Text:
        """The lines."""
        text = Text()
        for tone, line in self._lines:
            style = self.get_component_rich_style(f"panel--{tone}", partial=True) if tone else ""
            text.append(f"{line}\n", style)
        return text
