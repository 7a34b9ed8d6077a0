"""The last line: the keys that matter here, eight at most; `?` tells all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from rich.cells import cell_len
from rich.text import Text
from textual.widget import Widget

from tui.frame.key_names import shown_keys
from tui.keys import FOOTER, commands_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from textual import events
    from textual.screen import Screen

    from tui.app import Admin
    from tui.frame.area_screen import AreaScreen
    from tui.frame.commands import Command

_FIRST = "list.open"
"""What most people look for."""
_LAST = ("frame.help", "frame.palette")
"""Always told, on the right."""


class Keys(Widget):
    """The keys of this screen. What cannot be done now is dim."""

    COMPONENT_CLASSES = {"keys--key"}  # noqa: RUF012 - Textual declares it so
    DEFAULT_CSS = """
    Keys { height: 1; background: $panel; color: $foreground; }
    Keys > .keys--key { color: $accent; text-style: bold; }
    """

    def on_mount(self) -> None:
        """Follow what can be done."""
        self.screen.bindings_updated_signal.subscribe(self, self._changed)

    def _changed(self, screen: Screen[object]) -> None:
        del screen
        self.refresh()

    def _parts(self) -> Iterator[tuple[Command, str]]:
        """What is told, with its keys, as far as there is room."""
        screen = cast("AreaScreen", self.screen)
        admin = cast("Admin", self.app)
        every = commands_of(screen.NAME)
        last = [each for each in every if each.id in _LAST]
        first = [each for each in every if each.footer and each.id not in _LAST]
        first.sort(key=lambda each: each.id != _FIRST)
        room = self.size.width - sum(_width(each, admin.keys_of(each)) for each in last)
        told: list[tuple[Command, str]] = []
        for each in first[: FOOTER - len(last)]:
            keys = admin.keys_of(each)
            room -= _width(each, keys)
            if room < 0:
                break
            told.append((each, keys))
        yield from told
        yield from ((each, admin.keys_of(each)) for each in last)

    def render(self) -> Text:
        """The line."""
        screen = cast("AreaScreen", self.screen)
        key_style = self.get_component_rich_style("keys--key")
        line = Text(no_wrap=True)
        for each, keys in self._parts():
            dim = "dim" if screen.why_not(each.does) else ""
            line.append(f" {shown_keys(keys, 1)}", style=key_style)
            line.append(f" {each.title} ", style=dim)
        return line

    def on_click(self, event: events.Click) -> None:
        """A key can be clicked."""
        event.stop()
        end = 0
        for each, keys in self._parts():
            end += _width(each, keys)
            if event.x < end:
                self.app.simulate_key(keys.partition(",")[0])
                return


def _width(command: Command, keys: str) -> int:
    return cell_len(shown_keys(keys, 1)) + cell_len(command.title) + 3
