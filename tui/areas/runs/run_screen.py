"""A run: what is known of it, its actions and its deliveries."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, ClassVar, cast

from rich.table import Table as Grid
from rich.text import Text
from textual import on
from textual.widgets import Static

from engine.services.run_deliveries import DeliveryLine
from engine.services.run_lines import RunLine
from tui.areas.customers.case_screen import CaseScreen
from tui.areas.customers.customer_screen import CustomerScreen
from tui.areas.runs import asking
from tui.areas.runs.model import action_columns, delivery_columns, run_facts
from tui.frame.area_screen import AreaScreen
from tui.keys import bindings
from tui.widgets.table import Table

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.binding import BindingType

    from engine.services.run_lines import Totals
    from tui.areas.runs.asking import RunRow


class RunScreen(AreaScreen):
    """One run."""

    NAME = "runs/run"
    BINDINGS: ClassVar[list[BindingType]] = bindings(NAME)
    AUTO_FOCUS: ClassVar[str | None] = "#actions"
    DEFAULT_CSS = """
    RunScreen #facts { height: auto; max-height: 12; padding: 0 1; }
    RunScreen Table { height: 1fr; }
    """

    words = ""
    """What was typed after `/`."""

    def __init__(self, row: RunRow) -> None:
        """Its line in the list."""
        super().__init__()
        self.row = row
        self.set_reactive(AreaScreen.trail, (f"{row.run.day} {row.run.state}",))

    def body(self) -> ComposeResult:
        """What is known, and the lists."""
        yield Static(id="facts")
        yield Table[RunLine](
            action_columns(self.backend.today()),
            key=lambda row: str(row.id),
            empty="Nothing was to be done.",
            search=("a name, a case, a stage, a state", self.look_for),
            id="actions",
        )
        yield Table[DeliveryLine](
            delivery_columns(),
            key=lambda row: str(row.id),
            empty="Nothing left the house in this run.",
            id="deliveries",
        )

    def on_mount(self) -> None:
        """Ask."""
        self.deliveries.display = False
        self._show_facts(None)
        self.refresh_data()

    @property
    def actions(self) -> Table[RunLine]:
        """What was to be done."""
        return cast("Table[RunLine]", self.query_one("#actions", Table))

    @property
    def deliveries(self) -> Table[DeliveryLine]:
        """What left the house."""
        return cast("Table[DeliveryLine]", self.query_one("#deliveries", Table))

    def refresh_data(self) -> None:
        """Ask again."""
        day = self.row.run.day
        self._follow()
        self.deliveries.follow(partial(asking.deliveries, self.backend, day))
        question = partial(asking.totals, self.backend, day)
        self.work_on("adding up the run", question, self._show_facts, group="totals")

    def _follow(self) -> None:
        day = self.row.run.day
        self.actions.follow(partial(asking.actions, self.backend, day, self.words))

    def look_for(self, text: str) -> None:
        """Other words were typed."""
        if text.strip() != self.words.strip():
            self.words = text
            self._follow()

    def _show_facts(self, totals: tuple[Totals, Totals] | None) -> None:
        done, left = totals or (None, None)
        grid = Grid.grid(padding=(0, 2, 0, 0))
        grid.add_column(no_wrap=True)
        grid.add_column(overflow="fold")
        for name, value in run_facts(self.row, done, left):
            grid.add_row(Text(name, style="dim"), Text(value))
        self.query_one("#facts", Static).update(grid)

    def action_part(self) -> None:
        """Actions, or deliveries."""
        is_actions = bool(self.actions.display)
        self.actions.display, self.deliveries.display = not is_actions, is_actions
        (self.deliveries if is_actions else self.actions).focus()

    def why_not(self, action: str) -> str | None:
        """Without a line there is nobody to look at."""
        table = self.actions if self.actions.display else self.deliveries
        if action == "customer" and table.selected is None:
            return "Nothing is selected"
        return None

    def action_customer(self) -> None:
        """Everything that the customer owes."""
        table = self.actions if self.actions.display else self.deliveries
        row = table.selected
        if row is not None:
            self.app.push_screen(CustomerScreen(row.customer, row.name))

    @on(Table.Changed)
    def _changed(self, event: Table.Changed) -> None:
        event.stop()
        self.refresh_bindings()

    @on(Table.Opened)
    def _opened(self, event: Table.Opened) -> None:
        event.stop()
        row = event.row
        if isinstance(row, RunLine):
            self.app.push_screen(CaseScreen(row.case, row.name))
        elif isinstance(row, DeliveryLine):
            self.app.push_screen(CustomerScreen(row.customer, row.name))
