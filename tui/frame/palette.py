"""The command palette: everything that can be done, found however it is spelled."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, cast

from rich.text import Text
from textual.command import CommandPalette, DiscoveryHit, Hit, Hits, Provider

from engine.services.names import match
from tui.frame.area_screen import AreaScreen
from tui.frame.key_names import shown_keys
from tui.keys import commands_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from textual.await_complete import AwaitComplete

    from tui.app import Admin

_KEY_AT = 48
"""The column in which keys stand."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of the palette."""

    text: str
    help: str
    does: Callable[[], object]
    keys: str = ""

    @property
    def shown(self) -> Text:
        """The text with its keys."""
        line = Text(self.text)
        if self.keys:
            line.append(" " * max(2, _KEY_AT - line.cell_len))
            line.append(shown_keys(self.keys, 2), style="bold")
        return line


class Commands(Provider):
    """What can be done on the screen below, and themes."""

    async def discover(self) -> Hits:
        """Everything, before something is typed."""
        for each in self._entries():
            yield DiscoveryHit(each.shown, each.does, text=each.text, help=each.help)

    async def search(self, query: str) -> Hits:
        """What fits, the best first."""
        for each in self._entries():
            fits = max(match(query, each.text), 0.9 * match(query, each.help))
            if fits > 0:
                yield Hit(fits, each.shown, each.does, text=each.text, help=each.help)

    def _entries(self) -> Iterator[Entry]:
        admin = cast("Admin", self.app)
        screen = self.screen
        if isinstance(screen, AreaScreen):
            for each in commands_of(screen.NAME):
                if each.id in {"frame.palette", "frame.back"}:
                    continue
                does = partial(admin.do, each, screen)
                yield Entry(_title(each.title, each.area), each.help, does, admin.keys_of(each))
            yield from (Entry(text, help_, does) for text, help_, does in screen.further_commands())
        for name in sorted(self.app.available_themes):
            yield Entry(f"Theme: {name}", "Other colours", partial(admin.use_theme, name))


class Palette(CommandPalette):
    """The palette. However often Enter is pressed before it is gone, a command is done once."""

    _is_done = False
    _chosen: Hit | DiscoveryHit | None = None

    def dismiss(self, result: None = None) -> AwaitComplete:
        """Close it; what is chosen from the next message on is nothing."""
        self.call_next(self._end)
        return super().dismiss(result)

    def _end(self) -> None:
        self._is_done = True

    @property
    def _selected_command(self) -> Hit | DiscoveryHit | None:
        return None if self._is_done else self._chosen

    @_selected_command.setter
    def _selected_command(self, chosen: Hit | DiscoveryHit | None) -> None:
        self._chosen = chosen


def _title(title: str, area: str) -> str:
    group = {"everywhere": "Go", "list": "List", "table": "List"}.get(
        area, area.partition("/")[0].capitalize()
    )
    return f"{group}: {title}"
