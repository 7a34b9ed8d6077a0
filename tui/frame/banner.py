"""A line that says that the store cannot be reached, as long as it cannot."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from rich.text import Text
from textual.widget import Widget

if TYPE_CHECKING:
    from tui.app import Admin


class Banner(Widget):
    """What is wrong with the store; nothing otherwise."""

    DEFAULT_CSS = """
    Banner {
        height: auto; max-height: 3; display: none;
        background: $error; color: $text; text-style: bold; padding: 0 1;
    }
    Banner.-shown { display: block; }
    """

    def on_mount(self) -> None:
        """Follow what is wrong."""
        self.watch(self.app, "trouble", self._changed)

    def _changed(self, trouble: str) -> None:
        self.set_class(bool(trouble), "-shown")
        self.refresh(layout=True)

    def render(self) -> Text:
        """The sentence."""
        return Text(f"! {cast('Admin', self.app).trouble}")
