"""The chart of a report, in so many cells and lines."""

from __future__ import annotations

from dataclasses import replace
from itertools import zip_longest
from typing import TYPE_CHECKING

from tui.areas.reports.done import WINDOWS, curve, window_bars
from tui.widgets.charts import bars, graph, legend, seen
from tui.widgets.table_model import fitted

if TYPE_CHECKING:
    from engine.services.reports.effectiveness import Effect
    from tui.areas.reports.view import Row, View
    from tui.widgets.charts import Bar, Line

BESIDE = 70
"""Cells from which on bars stand beside a curve."""
_LEAST = 12
"""Lines that a curve may have in any case; else it is not drawn higher than it is wide."""
_SPAN = 60
"""Days that a curve shows."""


def drawn(view: View, row: Row | None, width: int, height: int) -> list[Line]:
    """The chart of a report, as it belongs to the selected row."""
    if row is None:
        return [((f" {view.nothing}", ""),)]
    if row.effect is not None:
        return _of_effect(view, row, row.effect, width, height)
    return _of_bars(view, row, width, height)


def _of_bars(view: View, row: Row, width: int, height: int) -> list[Line]:
    every = view.charts[row.chart]
    beside = view.beside.get(row.currency, "")
    below = legend(view.parts, width) if len(view.parts) > 1 else []
    if beside:
        below.append(((f" {row.currency}, {beside}", "dim"),))
    title = f" {row.chart}: {view.title.lower()}" if row.chart else f" {view.title}"
    most = view.most.get(row.chart, 0)
    if not most and len(every) > 1:
        title += "; each bar is all of its currency"
    room = height - 1 - len(below)
    places = seen(len(every), row.at, room)
    if len(every) > len(places) > 0:
        title += f" ({places.start + 1}-{places.stop} of {len(every):,})"
    chosen = [_selected(every[at], is_selected=at == row.at) for at in places]
    lines = bars(chosen, view.parts, width, most=most)
    return [((title, "bold"),), *lines, *below][:height]


def _selected(bar: Bar, *, is_selected: bool) -> Bar:
    return replace(bar, is_selected=is_selected)


def _of_effect(view: View, row: Row, effect: Effect, width: int, height: int) -> list[Line]:
    every = view.totals[row.currency]
    marks = [each.days for each in effect.windows]
    span = max(_SPAN, 2 * marks[-1])
    title = f" {row.texts[1]}, {row.currency}: settled after so many days; dotted: all stages"
    is_wide = width >= BESIDE
    left = width * 3 // 5 if is_wide else width
    windows = _windows(effect, width - left - 2 if is_wide else width)
    high = min(height - 1 if is_wide else height - 1 - len(windows), max(_LEAST, left // 3))
    shown = [curve(every.waits, is_dotted=True), curve(effect.waits)]
    graphed = graph(shown, span, [*marks, span], left, high)
    head = ((fitted(title, width), "bold"),)
    if not is_wide:
        return [head, *graphed, *windows][:height]
    pairs = zip_longest(graphed, windows)
    empty = ((" " * left, ""),)
    return [head, *((*(one or empty), ("  ", ""), *(other or ())) for one, other in pairs)][:height]


def _windows(effect: Effect, width: int) -> list[Line]:
    lines = bars(window_bars(effect), WINDOWS, width)
    said = f" executed {effect.executed:,} times"
    if effect.nothing_open:
        said += f", {effect.nothing_open:,} with nothing open"
    median = effect.waits.median
    half = " less than half have settled" if median is None else f" half settled in {median:,} days"
    return [((said, ""),), *lines, *legend(WINDOWS, width), ((half, "dim"),)]
