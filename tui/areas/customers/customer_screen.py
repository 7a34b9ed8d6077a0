"""A customer: everything they owe on a day."""

from __future__ import annotations

import datetime
from functools import partial
from typing import TYPE_CHECKING, ClassVar, cast

from textual import on

from engine.services.case_search import FoundCase, Sought
from tui.areas.customers import asking
from tui.areas.customers.case_screen import CaseScreen
from tui.areas.customers.model import case_columns, owed_note
from tui.frame.area_screen import AreaScreen
from tui.keys import bindings
from tui.widgets.table import Table

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.binding import BindingType


class CustomerScreen(AreaScreen):
    """All open cases of one customer."""

    NAME = "customers/customer"
    BINDINGS: ClassVar[list[BindingType]] = bindings(NAME)

    def __init__(self, customer: str, name: str) -> None:
        """`name`: how they are called; may be empty."""
        super().__init__()
        self.customer = customer
        self.set_reactive(AreaScreen.trail, (f"{name} {customer}".strip(),))

    def body(self) -> ComposeResult:
        """The list."""
        yield Table[FoundCase](
            [each for each in case_columns(self.as_of) if each.id != "customer"],
            key=lambda row: row.decision.case,
            empty="Nothing is open on this day.",
            id="cases",
        )

    def on_mount(self) -> None:
        """Ask."""
        self.refresh_data()

    @property
    def table(self) -> Table[FoundCase]:
        """The list."""
        return cast("Table[FoundCase]", self.query_one("#cases", Table))

    def as_of_changed(self, day: datetime.date) -> None:
        """Other cases are open."""
        self.table.columns = tuple(each for each in case_columns(day) if each.id != "customer")
        self.refresh_data()

    def refresh_data(self) -> None:
        """Ask again."""
        sought = Sought(self.as_of, customer=self.customer)
        self.table.follow(partial(asking.found, self.backend, sought))

    @on(Table.Changed, "#cases")
    def _count(self, event: Table.Changed) -> None:
        event.stop()
        self.note = owed_note([self.table.row(at) for at in range(len(self.table))])

    @on(Table.Opened, "#cases")
    def _opened(self, event: Table.Opened) -> None:
        event.stop()
        row = cast("FoundCase", event.row)
        self.app.push_screen(CaseScreen(row.decision.case, row.name))
