"""Two sets of policies side by side: what they come to, and the invoices that differ most."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual.containers import VerticalScroll
from textual.widgets import Static

from engine.core.money import Money
from tui.areas.simulate.case_screen import CaseScreen
from tui.areas.simulate.comparing import compared
from tui.areas.simulate.held import Below, Held
from tui.areas.simulate.model import in_order, is_different
from tui.keys import bindings
from tui.widgets.table import Table
from tui.widgets.table_model import Column, fitted

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.binding import BindingType


_AGAIN = 0.7
"""Seconds after which what came in meanwhile is shown."""
_MOST = 500
"""Invoices that are listed: nobody looks at more."""
_NUMBER = 16


class CompareScreen(Below):
    """Figures beside a list."""

    NAME = "simulate/compare"
    BINDINGS: ClassVar[list[BindingType]] = bindings(NAME)
    DEFAULT_CSS = """
    CompareScreen #figures { height: 55%; padding: 0 1; }
    CompareScreen #differing { height: 1fr; }
    """

    def __init__(self, held: Held) -> None:
        super().__init__(held)
        self._seen: tuple[int, bool] | None = None

    def body(self) -> ComposeResult:
        """Figures over a list."""
        with VerticalScroll(id="figures"):
            yield Static(id="compared")
        yield Table[int](
            self._columns(),
            key=str,
            empty="No invoice is treated otherwise.",
            id="differing",
        )

    def _columns(self) -> list[Column[int]]:
        played = self.held.played

        def charges(row: int, side: int) -> str:
            return str(Money(played.charges(row, side), played.lines[row].currency))

        return [
            Column("case", "Invoice that differs", lambda row: played.lines[row].case),
            Column(
                "name", "Customer", lambda row: played.lines[row].name or played.lines[row].customer
            ),
            Column(
                "days",
                "Days apart",
                lambda row: str(played.differing[row]),
                "right",
                order=lambda row: played.differing[row],
            ),
            Column("one", "Charged A", lambda row: charges(row, 0), "right"),
            Column("other", "Charged B", lambda row: charges(row, 1), "right"),
            Column(
                "owed",
                "Amount",
                lambda row: str(Money(played.lines[row].minor, played.lines[row].currency)),
                "right",
                order=lambda row: played.lines[row].minor,
            ),
        ]

    def on_mount(self) -> None:
        """Follow what is played."""
        self.trail = ("Compare",)
        self.query_one(Table).focus()
        self.set_interval(_AGAIN, self._show)
        self._show()

    def on_resize(self) -> None:
        """There is other room."""
        self._say()

    def _show(self) -> None:
        played = self.held.played
        if self._seen == (len(played), played.is_over):
            return
        self._seen = len(played), played.is_over
        self._say()

        def rows() -> tuple[list[int], int]:
            apart = played.differing
            found = [n for n in range(len(apart)) if is_different(played, n, apart[n])]
            return in_order(played, found, "difference")[:_MOST], len(found)

        self.ask(rows, self._list, group="differing")

    def _list(self, found: tuple[list[int], int]) -> None:
        rows, count = found
        played = self.held.played
        self.query_one(Table).show(rows)
        listed = f", the first {len(rows):,} are listed" if count > len(rows) else ""
        so_far = "" if played.is_over else " so far"
        self.note = f"{count:,} of {len(played):,} invoices differ{so_far}{listed}"

    def _say(self) -> None:
        names = self.held.names
        title = max(20, min(44, self.size.width - 3 * (_NUMBER + 1) - 4))
        lines = [
            Text(
                fitted("", title)
                + "".join(f" {fitted(each, _NUMBER, 'right')}" for each in names)
                + f" {fitted('Δ', _NUMBER, 'right')}",
                style="bold",
            )
        ]
        for each in compared(self.held.played):
            text = Text(fitted(f"{'  ' if each.is_part else ''}{each.title}", title))
            for value in (each.one, each.other):
                text.append(f" {fitted(value, _NUMBER, 'right')}", "dim" if each.is_part else "")
            style = "dim" if each.difference == "=" else "bold"
            text.append(f" {fitted(each.difference, _NUMBER, 'right')}", style)
            lines.append(text)
        self.query_one("#compared", Static).update(Text("\n").join(lines))

    def on_table_opened(self, message: Table.Opened) -> None:
        """Both stories of an invoice."""
        if isinstance(message.row, int):
            self.app.push_screen(CaseScreen(self.held, self.held.played.lines[message.row]))
