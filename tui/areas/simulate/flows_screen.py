"""Where cases stand week by week, and where they go."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual.containers import VerticalScroll
from textual.widgets import Static

from tui.areas.simulate.flowing import SHADES, flows, heat, titles_of
from tui.areas.simulate.held import Below, Held
from tui.keys import bindings
from tui.widgets.table_model import fitted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from textual.app import ComposeResult
    from textual.binding import BindingType


_TITLE, _COUNT = 24, 9
_WIDEST = 6
_BAR = 24
_AGAIN = 0.5
"""Seconds after which what came in meanwhile is shown."""


class FlowsScreen(Below):
    """A heat map over a tree."""

    NAME = "simulate/flows"
    BINDINGS: ClassVar[list[BindingType]] = bindings(NAME)
    DEFAULT_CSS = """
    FlowsScreen VerticalScroll { height: 1fr; padding: 0 1; }
    """

    def __init__(self, held: Held, side: int = 0) -> None:
        super().__init__(held)
        self.side = side
        self._seen: tuple[int, bool] | None = None

    def body(self) -> ComposeResult:
        """One text that can be scrolled."""
        with VerticalScroll(classes="first"):
            yield Static(id="flows")

    def on_mount(self) -> None:
        """Follow what is played."""
        self.trail = ("Flows",)
        self.set_interval(_AGAIN, self._show)

    def on_resize(self) -> None:
        """There is other room."""
        self._seen = None
        self._show()

    def why_not(self, action: str) -> str | None:
        """Why something cannot be done."""
        if action == "turn" and self.held.sides == 1:
            return "there are no other policies to turn to"
        return None

    def action_turn(self) -> None:
        """The other policies."""
        self.side = 1 - self.side
        self._seen = None
        self._show()

    def _show(self) -> None:
        played = self.held.played
        if self._seen == (len(played), played.is_over):
            return
        self._seen = len(played), played.is_over
        width = self.size.width - 2
        text = Text("\n", no_wrap=True).join([*self._heat(width), Text(""), *self._tree(width)])
        self.query_one("#flows", Static).update(text)
        count = len(played)
        self.note = f"{count:,} invoices" + ("" if played.is_over else " so far")

    @property
    def _whose(self) -> str:
        return f" · {self.held.names[self.side]}" if self.held.sides > 1 else ""

    def _heat(self, width: int) -> Iterator[Text]:
        cell = _WIDEST
        room = max(1, (width - _TITLE - 4) // cell)
        found = heat(
            self.held.played,
            self.held.span,
            titles_of(self.held.played, self.side),
            self.side,
            room,
        )
        yield Text(f"Cases at the end of each period{self._whose}", style="bold")
        head = " " * (_TITLE + 2) + "".join(f"{each:>{cell}}" for each in found.periods)
        yield Text(head, style="dim")
        for row in found.rows:
            line = Text(f"{row.sign} {fitted(row.title, _TITLE)}")
            for count, shade in zip(row.counts, row.shades, strict=True):
                said = f"{count:,}" if count else "·"
                style = (
                    ("dim", "", "", "bold", "bold reverse")[SHADES.find(shade)] if count else "dim"
                )
                line.append(f"{said:>{cell}}", style)
            yield line

    def _tree(self, width: int) -> Iterator[Text]:
        span = self.held.span
        yield Text(f"Where they went, {span.first} to {span.last}{self._whose}", style="bold")
        bar = max(4, min(_BAR, width - 56))
        room = max(_TITLE, min(64, width - bar - _COUNT - 10))
        for each in flows(self.held.played, titles_of(self.held.played, self.side), self.side):
            indent = "  " * max(0, each.depth - 1) + ("└ " if each.depth else "")
            title = fitted(f"{indent}{each.title}", room)
            long = bar * each.count // each.of if each.of else 0
            line = Text(f"{title} {each.count:>{_COUNT},}  ")
            line.append("━" * long + " " * (bar - long), "bold")
            line.append(f" {each.share:>3} %" if each.depth else "", "dim")
            yield line
