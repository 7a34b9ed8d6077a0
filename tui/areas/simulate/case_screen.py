"""The story of one invoice in a scenario; of two sets of policies, both stories side by side."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual.containers import Horizontal, VerticalScroll

from engine.core.money import Money
from tui.areas.simulate import asking, said
from tui.areas.simulate.held import Below, Held
from tui.areas.simulate.panels import Panel
from tui.keys import bindings
from tui.widgets.table import Table
from tui.widgets.table_model import Column

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.app import ComposeResult
    from textual.binding import BindingType

    from engine.core.decision import Decision
    from engine.core.simulate import SimulationEvent
    from engine.services.decisions import NoCase
    from engine.services.timelines import Line


@dataclass(frozen=True, slots=True)
class Row:
    """What happens on a day, one thing on each side at most."""

    number: int
    on: datetime.date
    events: tuple[SimulationEvent | None, ...]

    def text(self, side: int) -> str:
        """What happens on a side."""
        event = self.events[side]
        return "" if event is None else said.event_line(event)

    @property
    def owed(self) -> str:
        """What is open then."""
        return next(str(event.open_amount) for event in self.events if event is not None)


def rows_of(stories: Sequence[Sequence[SimulationEvent]]) -> list[Row]:
    """The events of each side beside one another, day by day."""
    days = sorted({event.on for each in stories for event in each})
    found: list[Row] = []
    for on in days:
        today = [[event for event in each if event.on == on] for each in stories]
        for at in range(max(map(len, today))):
            events = tuple(each[at] if at < len(each) else None for each in today)
            found.append(Row(len(found), on, events))
    return found


class CaseScreen(Below):
    """Events over their reasons."""

    NAME = "simulate/case"
    BINDINGS: ClassVar[list[BindingType]] = bindings(NAME)
    DEFAULT_CSS = """
    CaseScreen #story { height: 1fr; }
    CaseScreen #reasons { height: 50%; }
    CaseScreen VerticalScroll { width: 1fr; height: 1fr; }
    CaseScreen Panel { height: auto; }
    """

    def __init__(self, held: Held, line: Line) -> None:
        super().__init__(held)
        self.line = line

    def body(self) -> ComposeResult:
        """What happens, and why."""
        columns = [Column[Row]("on", "Day", lambda row: f"{row.on:%a} {row.on}")]
        for side, name in enumerate(self.held.names):
            title = name if self.held.sides > 1 else "What happens"
            columns.append(
                Column(f"side{side}", title, lambda row, side=side: row.text(side), most=60)  # type: ignore[misc]  # a lambda with its own number
            )
        columns.append(Column("owed", "Open", lambda row: row.owed, "right"))
        empty = "Nothing happens to it in these days."
        yield Table[Row](columns, key=lambda row: str(row.number), empty=empty, id="story")
        with Horizontal(id="reasons"):
            for side in range(self.held.sides):
                with VerticalScroll(can_focus=False):
                    yield Panel(id=f"why{side}")

    def on_mount(self) -> None:
        """Ask for the story."""
        name = self.line.name or self.line.customer
        self.trail = (self.line.case,)
        self.note = f"{name} · {Money(self.line.minor, self.line.currency)}"
        self.own_day = self.held.span.first
        self.query_one(Table).focus()
        held, case = self.held, self.line.case
        self.ask(
            lambda: asking.story(held.teller, case, held.sides),
            lambda found: self.query_one(Table).show(rows_of(found)),
            group="story",
        )

    def on_table_highlighted(self, message: Table.Highlighted) -> None:
        """Why it happens."""
        row = message.row
        on = row.on if isinstance(row, Row) else self.held.span.first
        self.own_day = on
        held, case = self.held, self.line.case
        self.ask(lambda: asking.why(held.teller, case, on, held.sides), self._say, group="why")

    def _say(self, answers: list[Decision | NoCase]) -> None:
        for side, (name, answer) in enumerate(zip(self.held.names, answers, strict=True)):
            title = f"Why on {self.own_day}" + (f" · {name}" if self.held.sides > 1 else "")
            self.query_one(f"#why{side}", Panel).say(title, said.why_lines(answer))
