"""A case on a day: what is owed, what happened, what is next, and why."""

from __future__ import annotations

import datetime
from functools import partial
from typing import TYPE_CHECKING, ClassVar, cast

from rich.table import Table as Grid
from rich.text import Text
from textual import on
from textual.containers import Horizontal, Vertical
from textual.widgets import Static

from engine.core.decision import Because
from tui.areas.customers import asking
from tui.areas.customers.model import (
    TIMELINE_COLUMNS,
    WHY_COLUMNS,
    Happened,
    change,
    explained,
    facts,
    headline,
    mattering,
    timeline,
    values_of,
)
from tui.areas.customers.what_if import Supposed, WhatIf, ask_what
from tui.areas.customers.why_not import WhyNot
from tui.frame.area_screen import AreaScreen
from tui.keys import bindings
from tui.widgets.policy_lines import PolicyLines
from tui.widgets.table import Table

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.binding import BindingType

    from engine.services.case_looks import CaseLook

_TURNED = 0.06
"""Seconds for which an arrow key must rest before the day is asked about."""


class CaseScreen(AreaScreen):
    """One invoice, or one account."""

    NAME = "customers/case"
    BINDINGS: ClassVar[list[BindingType]] = bindings(NAME)
    AUTO_FOCUS: ClassVar[str | None] = "#why"
    HORIZONTAL_BREAKPOINTS: list[tuple[int, str]] | None = [  # noqa: RUF012 - Textual declares it so
        (0, "-narrow"),
        (100, "-wide"),
    ]
    DEFAULT_CSS = """
    CaseScreen #headline { height: auto; padding: 0 1; text-style: bold; color: $text-accent; }
    CaseScreen #facts { height: auto; padding: 0 1; }
    CaseScreen Table, CaseScreen PolicyLines { height: 1fr; }
    CaseScreen .right { width: 1fr; border-left: vkey $panel; }
    CaseScreen .left { width: 1fr; }
    CaseScreen #why { height: 3fr; }
    CaseScreen #seen { height: auto; max-height: 3; padding: 0 1; color: $text-muted; }
    CaseScreen #timeline { height: 2fr; }
    CaseScreen.-narrow #policy { display: none; }
    CaseScreen.-narrow #panes { layout: vertical; }
    CaseScreen.-narrow .right { border-left: none; height: 1fr; width: 1fr; }
    CaseScreen.-narrow .left { height: auto; width: 1fr; }
    CaseScreen.-narrow #why { height: 8; }
    """

    look: CaseLook | None = None
    """What is shown."""
    is_all = False
    """Whether also lines are shown that did not hold."""

    def __init__(self, case: str, name: str) -> None:
        """`name`: the customer's; may be empty."""
        super().__init__()
        self.case = case
        self.set_reactive(AreaScreen.trail, tuple(filter(None, (name, case))))

    def body(self) -> ComposeResult:
        """Four parts; in a narrow terminal three."""
        yield Static("", id="headline", markup=False)
        with Horizontal(id="panes"):
            with Vertical(classes="left"):
                yield Static(id="facts")
                yield Table[Because](
                    WHY_COLUMNS,
                    key=lambda row: f"{row.file}:{row.line}:{row.column}:{row.verdict}",
                    empty="No policy was asked.",
                    id="why",
                )
                yield Static("", id="seen", markup=False)
            with Vertical(classes="right"):
                yield Table[Happened](
                    TIMELINE_COLUMNS,
                    key=lambda row: f"{row.on} {row.what}",
                    empty="Nothing has happened yet.",
                    id="timeline",
                )
                yield PolicyLines(id="policy")

    def on_mount(self) -> None:
        """Ask."""
        self.refresh_data()

    def as_of_changed(self, day: datetime.date) -> None:
        """Ask about the other day, once the key rests."""
        del day
        self.set_timer(_TURNED, partial(self._ask_about, self.as_of))

    def _ask_about(self, day: datetime.date) -> None:
        if day == self.as_of:
            self.refresh_data()

    def refresh_data(self) -> None:
        """Ask again."""
        question = partial(asking.case, self.backend, self.case, self.as_of)
        self.ask(question, self._show, group="case")

    def _show(self, look: CaseLook) -> None:
        self.look = look
        self.query_one("#headline", Static).update(headline(look))
        grid = Grid.grid(padding=(0, 2, 0, 0))
        grid.add_column(no_wrap=True)
        grid.add_column(overflow="fold")
        for name, value in facts(look):
            grid.add_row(Text(name, style="dim"), Text(value))
        self.query_one("#facts", Static).update(grid)
        self._show_why(look)
        rows = timeline(look)
        self.timeline.show(rows)
        if self.timeline.selected is None or self.timeline.at == 0:
            past = sum(not each.is_ahead for each in rows)
            self.timeline.go_to(max(0, past - 1))

    def _show_why(self, look: CaseLook) -> None:
        every = look.story.decision.because
        shown = list(every) if self.is_all else mattering(every)
        self.why.show(shown)
        if self.why.at == 0:
            self.why.go_to(len(shown) - 1)
        self._show_line(self.why.selected)
        hidden = len(every) - len(shown)
        self.note = f"{hidden} conditions did not hold; a shows them" if hidden else ""

    @property
    def why(self) -> Table[Because]:
        """The lines that led to the decision."""
        return cast("Table[Because]", self.query_one("#why", Table))

    @property
    def timeline(self) -> Table[Happened]:
        """What happened."""
        return cast("Table[Happened]", self.query_one("#timeline", Table))

    @on(Table.Highlighted, "#why")
    def _other_line(self, event: Table.Highlighted) -> None:
        event.stop()
        self._show_line(cast("Because | None", event.row))

    @on(Table.Opened, "#why")
    def _to_policy(self, event: Table.Opened) -> None:
        event.stop()
        self.query_one(PolicyLines).focus()

    @on(Table.Opened, "#timeline")
    def _to_day(self, event: Table.Opened) -> None:
        event.stop()
        self.admin.look_at(cast("Happened", event.row).on)

    def _show_line(self, because: Because | None) -> None:
        if because is not None and self.look is not None:
            self.show_policy(because.file, because.line)
            seen = values_of(because)
            self.query_one("#seen", Static).update(f"line {because.line}: {seen}" if seen else "")

    def show_policy(self, file: str, line: int) -> None:
        """Show a line of a policy."""
        text = "" if self.look is None else self.look.texts.get(file, "")
        self.query_one(PolicyLines).show(file, text, line)

    # ---------------------------------------------------------------------------------- commands

    def why_not(self, action: str) -> str | None:
        """Most needs the answer of the store."""
        if self.look is None and action.partition("(")[0] in {
            *("why_not", "what_if", "change", "copy_all")
        }:
            return "The case is still being looked up"
        return None

    def action_days(self, days: int) -> None:
        """Look at another day."""
        try:
            self.admin.look_at(self.as_of + datetime.timedelta(days=days))
        except OverflowError:
            return

    def action_change(self, direction: int) -> None:
        """Look at the nearest day on which something happens."""
        day = None if self.look is None else change(self.look, direction)
        if day is None:
            self.notify("Nothing is known to happen " + ("later" if direction > 0 else "earlier"))
        else:
            self.admin.look_at(day)

    def action_why_not(self) -> None:
        """Say why other stages do not come today."""
        if self.look is not None:
            self.app.push_screen(WhyNot(self.look), self._to_line)

    def action_what_if(self) -> None:
        """Decide again as if something else had happened."""
        look = self.look
        if look is None:
            return

        def supposed(what: Supposed) -> None:
            def show(other: CaseLook) -> None:
                self.app.push_screen(WhatIf(what.said, look, other))

            self.ask(partial(asking.what_if, self.backend, look, what), show, group="what if")

        ask_what(self, look, supposed)

    def _to_line(self, place: tuple[str, int] | None) -> None:
        if place is not None:
            self.show_policy(*place)

    def action_customer(self) -> None:
        """Everything that the customer owes."""
        from tui.areas.customers.customer_screen import (  # noqa: PLC0415 - each leads to the other
            CustomerScreen,
        )

        if self.look is not None:
            decision = self.look.story.decision
            self.app.push_screen(CustomerScreen(decision.customer, self.look.story.name or ""))

    def action_all_lines(self) -> None:
        """Show every line that was asked, or only those that mattered."""
        self.is_all = not self.is_all
        if self.look is not None:
            self._show_why(self.look)

    def action_copy_all(self) -> None:
        """Copy the whole explanation."""
        if self.look is not None:
            self.app.copy_to_clipboard(explained(self.look))
            self.notify("Copied the explanation")
