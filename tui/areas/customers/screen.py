"""The list of cases: search, then look at a customer or an invoice."""

from __future__ import annotations

import datetime
from functools import partial
from typing import TYPE_CHECKING, ClassVar, cast

from textual import on

from engine.services.case_search import FoundCase
from tui.areas.customers import asking
from tui.areas.customers.case_screen import CaseScreen
from tui.areas.customers.customer_screen import CustomerScreen
from tui.areas.customers.model import (
    case_columns,
    found_note,
    next_outcome,
)
from tui.areas.customers.searching import NoSearch, read_search
from tui.frame.area_screen import AreaScreen
from tui.keys import bindings
from tui.widgets.table import Table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from textual.app import ComposeResult
    from textual.binding import BindingType

HINT = "a name, a number, outcome:held, policy:de_standard"


class CustomersScreen(AreaScreen):
    """Cases of a day."""

    NAME = "customers"
    BINDINGS: ClassVar[list[BindingType]] = bindings(NAME)

    def __init__(self, search: str = "", trail: tuple[str, ...] = ()) -> None:
        """`search`: what to look for first; `trail`: what the header says of where that is."""
        super().__init__()
        self.search = search
        """What was typed after `/`."""
        self.set_reactive(AreaScreen.trail, trail)

    def body(self) -> ComposeResult:
        """The list."""
        yield Table[FoundCase](
            case_columns(self.as_of),
            key=lambda row: row.decision.case,
            empty="No open case fits. esc or / changes the search, t the day.",
            search=(HINT, self.look_for),
            id="cases",
        )

    def on_mount(self) -> None:
        """Ask for the first page."""
        self.table.typed = self.search
        names = self.admin.state.names("customers.columns")
        if names:
            self.table.choose_columns(names)
        self.refresh_data()

    @property
    def table(self) -> Table[FoundCase]:
        """The list."""
        return cast("Table[FoundCase]", self.query_one("#cases", Table))

    def as_of_changed(self, day: datetime.date) -> None:
        """The columns count from the day, and other cases are open."""
        self.table.columns = tuple(case_columns(day))
        self.refresh_data()

    def refresh_data(self) -> None:
        """Ask for the first page again."""
        sought = read_search(self.search, self.as_of)
        if isinstance(sought, NoSearch):
            self.note = sought.reason
            return
        self.table.follow(partial(asking.found, self.backend, sought))

    def look_for(self, text: str) -> None:
        """Another search was typed."""
        if text.strip() != self.search.strip():
            self.search = text
            self.refresh_data()

    def action_outcome(self) -> None:
        """Only cases of the next outcome."""
        self.table.typed = next_outcome(self.search)
        self.look_for(self.table.typed)

    def action_customer(self) -> None:
        """Everything that the customer of the selected line owes."""
        row = self.table.selected
        if row is not None:
            self.app.push_screen(CustomerScreen(row.decision.customer, row.name))

    def why_not(self, action: str) -> str | None:
        """Without a line there is no customer."""
        if action == "customer" and not len(self.table):
            return "No case is selected"
        return None

    def further_commands(self) -> Iterable[tuple[str, str, Callable[[], object]]]:
        """The invoices that are seen can be opened by their numbers."""
        for at in range(min(len(self.table), 500)):
            row = self.table.row(at)
            text = f"Case {row.decision.case} {row.name}"
            yield text, "Look at this case", partial(self._open, row)

    @on(Table.Changed, "#cases")
    def _count(self, event: Table.Changed) -> None:
        event.stop()
        table = self.table
        self.note = found_note(table.loaded, is_whole=table.is_whole, search=self.search)

    @on(Table.ColumnsChosen, "#cases")
    def _keep_columns(self, event: Table.ColumnsChosen) -> None:
        event.stop()
        self.admin.state.put("customers.columns", list(self.table.shown_columns))

    @on(Table.Opened, "#cases")
    def _opened(self, event: Table.Opened) -> None:
        event.stop()
        self._open(cast("FoundCase", event.row))

    def _open(self, row: FoundCase) -> None:
        self.app.push_screen(CaseScreen(row.decision.case, row.name))
