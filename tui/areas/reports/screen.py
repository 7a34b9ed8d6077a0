"""Reports: a chart, the figures beside it, and what they count."""

from __future__ import annotations

import datetime
from functools import partial
from typing import TYPE_CHECKING, ClassVar, cast

from textual import on
from textual.containers import Container

from engine.services.reports.apart import ReportsApart
from engine.services.reports.asked import Asked, terms_of
from tui.areas.customers.screen import CustomersScreen
from tui.areas.reports import asking
from tui.areas.reports.drawing import drawn
from tui.areas.reports.exporting import Exporting
from tui.areas.reports.panel import Chart, Choice, Figures, Meaning
from tui.areas.reports.view import PERIODS, REPORTS, Row, definitions, period
from tui.frame.dialogs import Choose
from tui.keys import bindings
from tui.widgets.table import Table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from textual.app import ComposeResult
    from textual.binding import BindingType

    from engine.services.actors import Refused
    from engine.services.reports.asked import Made
    from tui.areas.reports.view import Breakdown, Report, View
    from tui.frame.jobs import Job
    from tui.widgets.charts import Line

_COUNTING = "Counting everybody; ctrl+x stops"
_STOPPED = "Stopped; r counts again"
_AT = "reports.report"


class ReportsScreen(Exporting):
    """One report at a time."""

    BINDINGS: ClassVar[list[BindingType]] = bindings("reports")
    AUTO_FOCUS: ClassVar[str | None] = "#figures"
    HORIZONTAL_BREAKPOINTS: list[tuple[int, str]] | None = [  # noqa: RUF012 - Textual declares it so
        (0, "-narrow"),
        (180, "-wide"),
    ]
    DEFAULT_CSS = """
    ReportsScreen #panes { layout: vertical; height: 1fr; }
    ReportsScreen #chart { height: 2fr; min-height: 6; padding: 0 1 0 0; }
    ReportsScreen #figures { height: 3fr; }
    ReportsScreen.-wide #panes { layout: horizontal; }
    ReportsScreen.-wide #chart { height: 1fr; width: 2fr; }
    ReportsScreen.-wide #figures { height: 1fr; width: 3fr; border-left: vkey $panel; }
    """

    def __init__(self) -> None:
        """Nothing was counted yet."""
        super().__init__()
        self.at = 0
        self.broken_down = [0] * len(REPORTS)
        self.days = PERIODS[0]
        self.view: View | None = None
        self.said = _COUNTING
        """What is said while there is nothing to be seen."""
        self.apart = ReportsApart()
        self._made: dict[Asked, Made] = {}
        self._views: dict[tuple[Asked, Breakdown], View] = {}
        self._job: Job | None = None

    def body(self) -> ComposeResult:
        """Which report, its chart, its figures."""
        yield Choice()
        with Container(id="panes"):
            yield Chart(self._drawn)
            yield Figures()

    def on_mount(self) -> None:
        """Count what was looked at the last time."""
        names = [each.name for each in REPORTS]
        kept = self.admin.state.text(_AT)
        self.at = names.index(kept) if kept in names else 0
        self.count()

    def on_unmount(self) -> None:
        """Nobody wants to know any more."""
        self.apart.stop()

    # ------------------------------------------------------------------------------ what is shown

    @property
    def report(self) -> Report:
        """The report that is shown."""
        return REPORTS[self.at]

    @property
    def breakdown(self) -> Breakdown:
        """By what it is broken down."""
        return self.report.breakdowns[self.broken_down[self.at]]

    @property
    def asked(self) -> Asked:
        """What is to be counted."""
        days = period(self.days[0] if self.report.has_period else "all", self.as_of)
        return Asked(self.report.name, self.as_of, self.breakdown.by, days)

    @property
    def figures(self) -> Figures:
        """The table."""
        return self.query_one(Figures)

    def count(self) -> None:
        """Show the report that is wanted; it is counted where it was not yet."""
        said = f"by {self.breakdown.title}"
        if self.report.has_period and self.days != PERIODS[0]:
            said += f" · {self.days[1].lower()}"
        self.query_one(Choice).say(self.at, said)
        asked, breakdown = self.asked, self.breakdown
        self._cancel()
        kept = self._views.get((asked, breakdown))
        if kept is not None:
            self._show(kept)
            return
        self._show_nothing(_COUNTING)
        backend, apart, made = self.backend, self.apart, self._made.get(asked)

        def question(job: Job) -> View | Refused:
            if made is not None:
                return asking.shown(made, breakdown)
            return asking.report(backend, apart, asked, breakdown, job)

        def then(view: View) -> None:
            self._made[asked] = view.made
            self._views[asked, breakdown] = view
            self._show(view)

        self._job = self.work_on("counting", question, then, group="report")

    def _cancel(self) -> None:
        if self._job is not None:
            self._job.cancel()
            self._job = None
        self.workers.cancel_group(self, "report")

    def _show(self, view: View) -> None:
        self._job = None
        self.view = view
        self.figures.of(view.columns)
        self.figures.empty = view.nothing
        self.figures.at = 0
        self.figures.show(view.rows, keep=False)
        self.query_one(Chart).refresh()

    def _show_nothing(self, said: str) -> None:
        self.view, self.said, self.note = None, said, ""
        self.figures.empty = said
        self.figures.show((), keep=False)
        self.query_one(Chart).refresh()

    def _drawn(self, width: int, height: int) -> list[Line]:
        if self.view is None:
            return [((f" {self.said}", "dim"),)]
        return drawn(self.view, self.figures.selected, width, height)

    # ------------------------------------------------------------------ what the frame tells it

    def as_of_changed(self, day: datetime.date) -> None:
        """Everything is counted as of another day."""
        del day
        self.count()

    def refresh_data(self) -> None:
        """Count again."""
        self._made.clear()
        self._views.clear()
        self.count()

    def why_not(self, action: str) -> str | None:
        """Why something cannot be done now."""
        if action.startswith("period") and not self.report.has_period:
            return f"{self.report.title} is about a day, not about a period; t chooses the day"
        if action in {"export", "define"} and self.view is None:
            return "Nothing is counted yet"
        if action == "stop" and self._job is None:
            return "Nothing is being counted"
        return None

    def further_commands(self) -> Iterable[tuple[str, str, Callable[[], object]]]:
        """Every report can be asked for by its name."""
        for at, each in enumerate(REPORTS):
            yield f"Report {each.title}", "Show this report", partial(self.choose, at)

    # ---------------------------------------------------------------------------------- commands

    def choose(self, at: int) -> None:
        """Show another report."""
        self.at = at % len(REPORTS)
        self.admin.state.put(_AT, self.report.name)
        self.count()

    @on(Choice.Chosen)
    def _clicked(self, event: Choice.Chosen) -> None:
        event.stop()
        self.choose(event.at)

    def action_report(self, reports: int) -> None:
        """The next report, or the one before."""
        self.choose(self.at + reports)

    def action_by(self) -> None:
        """Choose by what it is broken down."""
        every = self.report.breakdowns
        choices = [(each.id, each.title) for each in every]

        def chosen(name: str | None) -> None:
            if name is not None:
                self.broken_down[self.at] = [each.id for each in every].index(name)
                self.count()

        self.app.push_screen(Choose(f"{self.report.title} by", choices), chosen)

    def action_period(self) -> None:
        """Choose the days that count."""

        def chosen(name: str | None) -> None:
            if name is not None:
                self.days = next(each for each in PERIODS if each[0] == name)
                self.count()

        self.app.push_screen(Choose("What was done in which days", list(PERIODS)), chosen)

    def action_figure(self, columns: int) -> None:
        """Select another column."""
        self.figures.turn(columns)

    def action_stop(self) -> None:
        """Stop counting."""
        self._cancel()
        self._show_nothing(_STOPPED)

    def action_define(self) -> None:
        """Say what the selected figure counts."""
        view = self.view
        if view is not None:
            texts = definitions(view, terms_of(view.made), self.figures.column)
            self.app.push_screen(Meaning(self._figure_said() or self.report.title, texts))

    def _figure_said(self) -> str:
        """The selected figure in words."""
        view, row = self.view, self.figures.selected
        if view is None or row is None:
            return ""
        at = next(n for n, each in enumerate(view.columns) if each.id == self.figures.column)
        return f"{row.currency} · {row.texts[1]} · {view.columns[at].title.lower()} {row.texts[at]}"

    @on(Table.Highlighted, "#figures")
    def _moved(self, event: Table.Highlighted) -> None:
        event.stop()
        if self.view is not None:
            self.note = f"{self._figure_said()} · . says what it counts"
        self.query_one(Chart).refresh()

    @on(Table.Opened, "#figures")
    def _opened(self, event: Table.Opened) -> None:
        event.stop()
        row = cast("Row", event.row)
        if row.search:
            trail = (self.report.title, row.texts[1])
            self.app.push_screen(CustomersScreen(row.search, trail))
        else:
            message = "Open cases cannot be looked for by this; v breaks it down by something else"
            self.notify(message, severity="warning", markup=False)
