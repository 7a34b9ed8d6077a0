"""The screen of reports: charts, figures, what they count, and where they lead."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import TYPE_CHECKING, cast

import pytest

from engine.services.actors import Refused
from tests.tui.playing import SIZES, Golden, at_rest, lines, play, press, shown, toasts, type_in
from tui.app import Admin
from tui.areas.customers.screen import CustomersScreen
from tui.areas.reports.panel import Figures, Meaning
from tui.areas.reports.screen import ReportsScreen
from tui.frame.jobs import Job
from tui.state import State
from tui.widgets.table import Table

if TYPE_CHECKING:
    from textual.pilot import Pilot

    from tui.backend import Backend


def admin(backend: Backend, report: str = "ageing") -> Admin:
    """The admin, as it was left with a report."""
    state = State(None)
    state.put("area", "reports")
    state.put("reports.report", report)
    return Admin(backend, state=state)


def on_screen(app: Admin) -> type[object]:
    """What is on the screen."""
    return type(app.screen)


def texts(app: Admin) -> list[tuple[str, ...]]:
    """The lines of the table."""
    table = app.screen.query_one(Figures)
    return [table.row(at).texts for at in range(len(table))]


def cases(app: Admin) -> int:
    """How many cases are listed."""
    return len(app.screen.query_one("#cases", Table))


@pytest.mark.parametrize("size", SIZES)
def test_the_reports_look_as_agreed(
    backend: Backend, golden: Golden, size: tuple[int, int]
) -> None:
    app = admin(backend)

    async def flow(pilot: Pilot[None]) -> None:
        golden.check(pilot, "reports-ageing")
        await press(pilot, "right")
        golden.check(pilot, "reports-exposure")
        await press(pilot, "right")
        golden.check(pilot, "reports-fees")
        await press(pilot, "right")
        golden.check(pilot, "reports-effectiveness")

    play(app, flow, size)


def test_from_a_figure_to_what_it_means_and_to_the_invoices_behind_it(backend: Backend) -> None:
    app = admin(backend)

    async def flow(pilot: Pilot[None]) -> None:
        screen = cast("ReportsScreen", app.screen)
        await press(pilot, *["down"] * 5)
        row = texts(app)[5]
        assert row[:2] == ("EUR", "not due")
        assert f"EUR · not due · open {row[3]}" in lines(pilot)[-2]
        assert "▸EUR" in shown(pilot)
        await press(pilot, "full_stop")
        assert on_screen(app) is Meaning
        assert "Open: what is owed of invoices at the end of the day" in shown(pilot)
        await press(pilot, "escape", "shift+right", "shift+right")
        assert f"disputed {row[5]}" in lines(pilot)[-2]
        await press(pilot, "enter")
        assert on_screen(app) is CustomersScreen
        assert lines(pilot)[0].startswith(" dun ▸ 4 Customers ▸ Ageing ▸ not due")
        assert str(cases(app)) == row[2]
        assert "currency:EUR overdue:0" in lines(pilot)[-2]
        await press(pilot, "escape")
        assert on_screen(app) is ReportsScreen
        # Broken down by country, the same money stands in fewer lines.
        await press(pilot, "v", "3")
        assert "by country" in lines(pilot)[1]
        countries = {row[1] for row in texts(app)}
        assert {"DE", "CH"} <= countries
        await press(pilot, "enter")
        assert str(cases(app)) == texts_of(screen)[0][2]

    play(app, flow)


def texts_of(screen: ReportsScreen) -> list[tuple[str, ...]]:
    """The lines of a screen that is covered."""
    return [screen.figures.row(at).texts for at in range(len(screen.figures))]


def test_another_day_and_another_period_are_counted_anew(backend: Backend) -> None:
    app = admin(backend, "fees")

    async def flow(pilot: Pilot[None]) -> None:
        await press(pilot, "v", "2")
        assert {row[1] for row in texts(app)} == {"2025-05", "2025-10", "2025-12"}
        await press(pilot, "p", "3")
        assert "by month · the last 90 days" in lines(pilot)[1]
        assert "Nothing was charged from 2026-01-01 to 2026-03-31" in shown(pilot)
        await press(pilot, "t")
        await type_in(pilot, "2025-12-31")
        await press(pilot, "enter")
        assert app.as_of == datetime.date(2025, 12, 31)
        assert {row[1] for row in texts(app)} == {"2025-10", "2025-12"}
        await press(pilot, "enter")
        assert "cannot be looked for by this" in toasts(app)[-1]
        await press(pilot, "left", "left", "p")
        assert toasts(app)[-1].startswith("Ageing is about a day, not about a period")

    play(app, flow)


def test_a_report_is_written_to_a_file(
    backend: Backend, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    app = admin(backend)
    file, page = tmp_path / "ageing-2026-03-31.csv", tmp_path / "x.html"

    async def flow(pilot: Pilot[None]) -> None:
        await press(pilot, "e", "enter")
        first = file.read_text("utf-8")
        assert first.startswith("currency,items,open_amount,not_due,")
        await press(pilot, "v", "3")
        await press(pilot, "e", "enter")
        assert "exists already" in shown(pilot)
        await press(pilot, "enter")
        assert file.read_text("utf-8") == first
        await press(pilot, "e", "enter", "y")
        assert file.read_text("utf-8").startswith("currency,country,items,")
        await press(pilot, "e", "ctrl+u", *"x.html", "enter")
        assert "<h1>Ageing on 2026-03-31</h1>" in page.read_text("utf-8")
        await press(pilot, "e", "ctrl+u", *"x.pdf", "enter")
        assert toasts(app)[-1] == "x.pdf: a name ends with .csv, .json or .html"

    play(app, flow)


def test_counting_can_be_stopped_and_begun_again(
    backend: Backend, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = admin(backend)

    def endless(*asked: object) -> Refused:
        job = asked[-1]
        assert isinstance(job, Job)
        assert job._unwanted.wait(30), "nobody stopped it"
        return Refused("S000", "stopped")

    async def flow(pilot: Pilot[None]) -> None:
        assert texts(app)
        await press(pilot, "ctrl+x")
        assert toasts(app) == ["Nothing is being counted"]
        with monkeypatch.context() as patch:
            patch.setattr("tui.areas.reports.asking.report", endless)
            await pilot.press("right", "ctrl+x")
        await at_rest(pilot)
        assert "Stopped; r counts again" in shown(pilot)
        assert not texts(app)
        await press(pilot, "e")
        assert toasts(app)[-1] == "Nothing is counted yet"
        await press(pilot, "r")
        assert texts(app)

    play(app, flow)
