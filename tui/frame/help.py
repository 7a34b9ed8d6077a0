"""`?`: all keys of a screen, searchable."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from rich.table import Table
from rich.text import Text
from textual.binding import Binding
from textual.containers import Vertical, VerticalScroll
from textual.widgets import Input, Static

from engine.services.names import has
from tui.frame.dialogs import Dialog
from tui.frame.key_names import shown_keys
from tui.keys import commands_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from textual.app import ComposeResult
    from textual.binding import BindingType

    from tui.frame.commands import Command

_AREAS = ("1…6", "Go to an area; g and its letter do the same")
"""One line for all of them; who looks for one finds it."""


def help_sections(
    screen: str, keys: Mapping[str, str], changed: frozenset[str], wanted: str = ""
) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """Titles with rows of keys and what they do; what the user changed comes last, once more."""
    every = [each for each in commands_of(screen) if _fits(each, keys[each.id], wanted)]
    area = screen.partition("/")[0]
    groups = (
        ("This screen", [each for each in every if each.area.partition("/")[0] == area]),
        ("Lists", [each for each in every if each.area in {"list", "table"}]),
        (
            "More on this screen",
            [
                each
                for each in every
                if each.area.partition("/")[0] != area
                and each.area not in {"list", "table", "everywhere"}
            ],
        ),
        ("Everywhere", [each for each in every if each.area == "everywhere"]),
        ("Your own keys", [each for each in every if each.id in changed]),
    )
    for title, group in groups:
        rows = [
            (shown_keys(keys[each.id]) or "^p", each.help)
            for each in group
            if wanted.strip() or not each.id.startswith("go.")
        ]
        if title == "Everywhere" and not wanted.strip():
            rows.insert(0, _AREAS)
        if rows:
            yield title, rows


def _fits(command: Command, keys: str, wanted: str) -> bool:
    return has(f"{command.title} {command.help} {shown_keys(keys)}", wanted)


class Help(Dialog[None]):
    """The keys of the screen below."""

    DEFAULT_CSS = """
    Help > Vertical { width: 84; height: 90%; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "scroll(1)", show=False),
        Binding("up", "scroll(-1)", show=False),
        Binding("pagedown", "scroll(10)", show=False),
        Binding("pageup", "scroll(-10)", show=False),
    ]

    def __init__(self, screen: str, keys: Mapping[str, str], changed: frozenset[str]) -> None:
        """`keys`: by id of the command; `changed`: those that the user chose."""
        super().__init__()
        self.about = screen
        self.keys = keys
        self.changed = changed

    def compose(self) -> ComposeResult:
        """A line to search, and the keys."""
        with Vertical():
            yield Input(placeholder="search these keys; esc closes", id="wanted")
            with VerticalScroll(can_focus=False):
                yield Static(id="keys")

    def on_mount(self) -> None:
        """Show all."""
        self._show("")

    def on_input_changed(self, event: Input.Changed) -> None:
        """Show those that fit."""
        self._show(event.value)

    def _show(self, wanted: str) -> None:
        shown = Table.grid(padding=(0, 2))
        shown.add_column(no_wrap=True, min_width=8)
        shown.add_column()
        found = False
        for title, rows in help_sections(self.about, self.keys, self.changed, wanted):
            if found:
                shown.add_row("", "")
            found = True
            shown.add_row("", Text(title, style="bold"))
            for keys, text in rows:
                shown.add_row(Text(keys, style="bold"), Text(text))
        self.query_one("#keys", Static).update(shown if found else "No key does that.")

    def action_scroll(self, lines: int) -> None:
        """Look further up or down."""
        self.query_one(VerticalScroll).scroll_relative(y=lines, animate=False)
