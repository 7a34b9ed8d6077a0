"""The widgets of reports: which report it is, its chart, and its figures."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from rich.text import Text
from textual.containers import Vertical, VerticalScroll
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget
from textual.widgets import Label, Static

from tui.areas.reports.view import REPORTS, Row
from tui.frame.dialogs import Dialog
from tui.widgets.table import Table
from tui.widgets.table_model import GAP, MARGIN, Column
from tui.widgets.tones import toned

if TYPE_CHECKING:
    from textual import events
    from textual.app import ComposeResult

    from tui.areas.reports.view import Figure
    from tui.widgets.charts import Line


_FIRST = {"open", "charged", "settled7"}
"""The figures that are selected before somebody chooses."""


class Choice(Widget):
    """Which report is shown, by what, and of which days."""

    DEFAULT_CSS = """
    Choice { height: 1; background: $background; }
    """

    @dataclass
    class Chosen(Message):
        """Another report was clicked."""

        at: int

    def __init__(self) -> None:
        """Nothing is chosen yet."""
        super().__init__(id="choice")
        self.at = 0
        self.said = ""

    def say(self, at: int, said: str) -> None:
        """Another report is shown; `said`: how it is broken down."""
        self.at, self.said = at, said
        self.refresh()

    def render(self) -> Text:
        """The reports, that which is shown in brackets, then how it is broken down."""
        line = Text(" ", no_wrap=True, overflow="ellipsis")
        for at, report in enumerate(REPORTS):
            is_shown = at == self.at
            text = f"[{report.title}]" if is_shown else f" {report.title} "
            line.append(text, "bold reverse" if is_shown else "dim")
            line.append(" ")
        line.append(f"  {self.said}")
        return line

    def on_click(self, event: events.Click) -> None:
        """Show the report that was clicked."""
        event.stop()
        end = 1
        for at, report in enumerate(REPORTS):
            end += cell_len(report.title) + 3
            if event.x < end:
                self.post_message(self.Chosen(at))
                return


class Chart(Widget):
    """Lines that are drawn for the room that there is."""

    DEFAULT_CSS = """
    Chart { height: 1fr; background: $background; }
    """

    def __init__(self, draw: Callable[[int, int], Sequence[Line]]) -> None:
        """`draw`: the lines for so many cells and lines."""
        super().__init__(id="chart")
        self.draw = draw

    def render(self) -> Text:
        """The lines."""
        width, height = self.size
        lines = self.draw(width, height)
        theme = self.app.current_theme
        return Text("\n").join(toned(line, theme) for line in lines)


class Figures(Table[Row]):
    """The table of a report, with a selected column: the figure that is asked about."""

    figure = 0

    def __init__(self) -> None:
        """Without rows yet."""
        super().__init__((), key=_key, id="figures")

    def of(self, figures: Sequence[Figure]) -> None:
        """Other columns."""
        columns = tuple(_column(at, each) for at, each in enumerate(figures))
        if [each.id for each in columns] != [each.id for each in self.columns]:
            self.order = None
            self.figure = next((at for at, each in enumerate(figures) if each.id in _FIRST), 2)
        self.columns = columns
        self.shown_columns = tuple(each.id for each in columns)

    @property
    def column(self) -> str:
        """The selected column."""
        shown = [column.id for column, _ in self._laid]
        return shown[min(self.figure, len(shown) - 1)] if shown else ""

    def turn(self, columns: int) -> None:
        """Select another column."""
        self.figure = max(0, min(self.figure + columns, len(self._laid) - 1))
        self.refresh()
        self.moved()

    def head(self, width: int) -> Strip:
        """The titles; that of the selected column is marked."""
        strip = super().head(width)
        start = MARGIN
        for column, size in self._laid:
            if column.id == self.column:
                text = strip.crop(start, start + size).text
                style = self.get_component_rich_style("table--head") + Style(reverse=True)
                middle = Strip([Segment(text, style)], size)
                return Strip.join([strip.crop(0, start), middle, strip.crop(start + size)])
            start += size + GAP
        return strip

    def clicked_on_head(self, x: int) -> None:
        """Select the column, and sort by it."""
        end = MARGIN
        for at, (_, size) in enumerate(self._laid):
            end += size + GAP
            if x < end:
                self.figure = at
                break
        super().clicked_on_head(x)


def _key(row: Row) -> str:
    return f"{row.chart} {' '.join(row.texts[:2])}"


def _column(at: int, figure: Figure) -> Column[Row]:
    return Column(
        figure.id,
        figure.title,
        lambda row: row.texts[at],
        align=figure.align,
        least=24 if figure.id == "group" else 3,
        most=44,
        order=lambda row: (row.currency, row.orders[at]),
    )


class Meaning(Dialog[None]):
    """What figures count."""

    DEFAULT_CSS = """
    Meaning VerticalScroll { height: auto; max-height: 30; margin: 1 0; }
    """

    def __init__(self, title: str, texts: Sequence[tuple[str, str]]) -> None:
        """`texts`: words and what they mean, the one that is asked for first."""
        super().__init__()
        self.asked = title
        self.texts = texts

    def compose(self) -> ComposeResult:
        """The one that is asked for, then the others."""
        with Vertical():
            yield Label(self.asked, classes="title", markup=False)
            with VerticalScroll():
                for at, (name, meaning) in enumerate(self.texts):
                    text = Text(f"{name}: ", "bold")
                    text.append(meaning, "not bold")
                    if at == 0:
                        text.append("\n")
                    yield Static(text)
            yield Static("esc goes back", classes="hint")
