"""Reports as they are shown, worked out without a screen."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

import pytest

from engine.services.case_search import Sought
from engine.services.reports.asked import Asked, Made, make, terms_of
from engine.services.reports.done import Period
from engine.services.reports.effectiveness import Effectiveness
from engine.services.reports.survival import Waits
from tests.tui.playing import TODAY
from tui.areas.customers.searching import read_search
from tui.areas.reports.asking import shown
from tui.areas.reports.done import curve
from tui.areas.reports.drawing import drawn
from tui.areas.reports.view import REPORTS, View, definitions, period
from tui.widgets.charts import plain

if TYPE_CHECKING:
    from tui.areas.reports.view import Breakdown, Report
    from tui.backend import Backend

EVERY = [(report, breakdown) for report in REPORTS for breakdown in report.breakdowns]


def made(backend: Backend, report: Report, breakdown: Breakdown, on: datetime.date = TODAY) -> Made:
    """A report of the demo company."""
    asked = Asked(report.name, on, breakdown.by)
    answer = backend.policies(lambda now: make(backend.database, backend.actor, now, asked))
    assert isinstance(answer, Made)
    return answer


def view(backend: Backend, name: str, by: str) -> View:
    """A report as it is shown."""
    report = next(each for each in REPORTS if each.name == name)
    breakdown = next(each for each in report.breakdowns if each.id == by)
    return shown(made(backend, report, breakdown), breakdown)


def lines(view: View, at: int, width: int = 100, height: int = 12) -> list[str]:
    """The chart of a line."""
    return [plain(each).rstrip() for each in drawn(view, view.rows[at], width, height)]


def cells(view: View, title: str) -> list[str]:
    """A column."""
    at = [each.title for each in view.columns].index(title)
    return [row.texts[at] for row in view.rows]


def test_every_report_can_be_broken_down_by_everything_it_offers(backend: Backend) -> None:
    for report, breakdown in EVERY:
        found = shown(made(backend, report, breakdown), breakdown)
        assert found.rows, (report.name, breakdown.id)
        terms = terms_of(found.made)
        for row in found.rows:
            assert len(row.texts) == len(row.orders) == len(found.columns)
            for size in ((0, 0), (20, 3), (78, 9), (118, 14), (70, 50)):
                drawn(found, row, *size)
        for at in range(len(found.columns)):
            sorted(found.rows, key=lambda row: (row.currency, row.orders[at]))
        texts = dict(definitions(found, terms, "open"))
        assert all(texts.values())


def test_ageing_has_a_bar_for_each_currency_and_a_line_for_each_age(backend: Backend) -> None:
    found = view(backend, "ageing", "age")
    ages = ["not due", "1-30", "31-60", "61-90", "over 90"]
    assert cells(found, "Days overdue") == ages * 3
    assert [each.currency for each in found.rows[::5]] == ["CHF", "EUR", "GBP"]
    chart = lines(found, 6)
    assert chart[0] == " Open by days overdue; each bar is all of its currency"
    assert [each[:4] for each in chart[1:4]] == [" CHF", "▸EUR", " GBP"]
    assert chart[4] == " ·· not due  ░░ 1-30  ▒▒ 31-60  ▓▓ 61-90  ██ over 90"


def test_a_line_of_a_report_finds_the_cases_that_it_counts(backend: Backend) -> None:
    found = view(backend, "ageing", "age")
    assert found.rows[9].search == "currency:EUR overdue:>90"
    by_stage = view(backend, "exposure", "stage")
    assert by_stage.rows[0].search.startswith("currency:CHF policy:")
    for each in (*found.rows, *by_stage.rows, *view(backend, "exposure", "standing").rows):
        assert isinstance(read_search(each.search, TODAY), Sought)
    assert view(backend, "fees", "month").rows[0].search == ""


def test_stages_come_in_the_order_of_the_ladder(backend: Backend) -> None:
    found = view(backend, "exposure", "stage")
    ladder = ["none yet", *found.made.ladders["de_standard"]]
    for currency in found.charts:
        names = [row.texts[1].split(" · ") for row in found.rows if row.currency == currency]
        places = [ladder.index(stage) for policy, stage in names if policy == "de_standard"]
        assert places == sorted(places)
    assert ladder[1] == "reminder"


def test_what_is_charged_is_paid_waived_taken_back_or_open(backend: Backend) -> None:
    found = view(backend, "fees", "stage")
    for row in found.rows:
        bar = found.charts[row.chart][row.at]
        assert bar.amount == row.orders[3]


def test_windows_tell_apart_what_is_not_over_yet(backend: Backend) -> None:
    found = view(backend, "effectiveness", "stage")
    at = next(
        n for n, row in enumerate(found.rows) if row.effect and row.effect.windows[-1].running
    )
    effect = found.rows[at].effect
    assert effect is not None
    chart = "\n".join(lines(found, at))
    assert "·· not over" in chart
    assert f"executed {effect.executed:,} times" in chart
    last = effect.windows[-1]
    assert f"{last.days} d {last.settled:,} of {last.ended:,}" in " ".join(chart.split())


def test_the_curve_passes_half_on_the_median_day(backend: Backend) -> None:
    answer = view(backend, "effectiveness", "stage").made.found
    assert isinstance(answer, Effectiveness)
    effects = [each for groups in answer.groups.values() for each in groups.values()]
    medians = [each.waits.median for each in effects]
    assert any(each is not None for each in medians)
    for effect, median in zip(effects, medians, strict=True):
        half = [day for day, height in curve(effect.waits).steps if height >= 500]
        assert (half[0] if half else None) == median


def test_who_was_looked_at_for_a_short_time_counts_as_long() -> None:
    waits = Waits()
    for days, is_paid in ((3, True), (5, False), (8, True), (9, False)):
        waits.add(days, is_paid=is_paid)
    assert curve(waits).steps == ((3, 250), (8, 625))
    assert curve(waits).until == 9


@pytest.mark.parametrize(
    ("name", "first"),
    [("all", None), ("30", datetime.date(2026, 3, 2)), ("year", datetime.date(2026, 1, 1))],
)
def test_a_period_ends_on_the_day_that_is_looked_at(name: str, first: datetime.date | None) -> None:
    assert period(name, TODAY) == Period(first)


def test_a_figure_is_defined_first_and_others_follow(backend: Backend) -> None:
    found = view(backend, "fees", "stage")
    texts = definitions(found, terms_of(found.made), "waived")
    assert texts[0] == ("Waived", "what is noted as waived")
    assert "written off by a stage" in dict(texts)["Written off"]
