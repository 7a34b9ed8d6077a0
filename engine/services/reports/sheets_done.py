"""The reports of what dunning did as tables: fees and effectiveness."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.services.reports.done import largest
from engine.services.reports.plain import TOP
from engine.services.reports.sheets import (
    Section,
    Sheet,
    Shown,
    count,
    figure,
    grouped,
    named,
    names,
    rate,
)

if TYPE_CHECKING:
    import datetime
    from collections.abc import Callable

    from engine.services.reports.charged import Fate
    from engine.services.reports.effectiveness import Effect, Effectiveness
    from engine.services.reports.fees import Charged, Fees
    from engine.services.reports.sheets import Align, Row

_FATES: tuple[tuple[str, Align], ...] = (
    ("charged", "right"),
    ("paid", "right"),
    ("waived", "right"),
    ("taken back", "right"),
    ("open", "right"),
    ("written off", "right"),
)


def fees_shown(found: Fees, on: datetime.date, top: int = TOP) -> Shown:
    """What was charged and what became of it; of groups the largest ones."""
    when = found.period.words(on)
    sections = []
    for currency in sorted(found.totals):
        sheets = [_fates(found.totals[currency], currency)]
        if found.by:
            sheets.append(_charged_groups(found, currency, top))
        heading = f"Charged {found.period.heading(on)}, {currency}"
        sections.append(Section(heading, tuple(sheets)))
    return Shown(f"Fees on {on}", tuple(sections), f"Nothing was charged {when}.")


def _fates(total: Charged, currency: str) -> Sheet:
    rows = (
        ("fees", *_fate(total.fees, currency)),
        ("interest", *_fate(total.interest, currency)),
    )
    whole = ("all", *_fate(total.total, currency))
    beside = (("tax in the fees", figure(total.tax, currency)),) if total.tax else ()
    return Sheet("What became of it", (("", "text"), *_FATES), rows, whole, beside)


def _charged_groups(found: Fees, currency: str, top: int) -> Sheet:
    groups = found.groups[currency]
    order = largest(found.by, ((key, each.total.charged) for key, each in groups.items()), top)
    rows = tuple(
        (*named(key), count(groups[key].charges), *_fate(groups[key].total, currency))
        for key in order
    )
    columns = (*names(found.by), ("times", "right"), *_FATES)
    return Sheet(grouped(found.by), columns, rows, left_out=len(groups) - len(order))


def _fate(fate: Fate, currency: str) -> Row:
    amounts = fate.charged, fate.paid, fate.waived, fate.cancelled, fate.open, fate.written_off
    return tuple(figure(each, currency) for each in amounts)


def effectiveness_shown(found: Effectiveness, on: datetime.date, top: int = TOP) -> Shown:
    """What came of the stages that were executed; of groups the largest ones."""
    when = found.period.words(on)
    sections = []
    for currency in sorted(found.totals):
        heading = f"Executed {found.period.heading(on)}, {currency}"
        sheets = (_cases(found, currency, top), _amounts(found, currency, top))
        sections.append(Section(heading, sheets))
    return Shown(f"Effectiveness on {on}", tuple(sections), f"No stage was executed {when}.")


def _cases(found: Effectiveness, currency: str, top: int) -> Sheet:
    def row(each: Effect) -> Row:
        median = each.waits.median
        return (
            count(each.executed),
            count(each.windows[-1].running),
            *(rate(window.settled, window.ended) for window in each.windows),
            "-" if median is None else f"{median:,}",
        )

    columns = (_TIMES, _RUNNING, *_windows(found, "settled"), _MEDIAN)
    return _grouped(found, currency, top, ("Cases settled", columns), row)


def _amounts(found: Effectiveness, currency: str, top: int) -> Sheet:
    def row(each: Effect) -> Row:
        parts = (rate(window.paid, window.owed) for window in each.windows)
        return count(each.nothing_open), figure(each.amount, currency), *parts

    columns = (_NOT_OPEN, _OPEN, *_windows(found, "paid"))
    return _grouped(found, currency, top, ("Amounts paid", columns), row)


_TIMES: tuple[str, Align] = "times", "right"
_RUNNING: tuple[str, Align] = "running", "right"
_NOT_OPEN: tuple[str, Align] = "nothing open", "right"
_OPEN: tuple[str, Align] = "open", "right"
_MEDIAN: tuple[str, Align] = "median days", "right"


def _windows(found: Effectiveness, what: str) -> tuple[tuple[str, Align], ...]:
    return tuple((f"{what} in {days}", "right") for days in found.within)


def _grouped(
    found: Effectiveness,
    currency: str,
    top: int,
    shown: tuple[str, tuple[tuple[str, Align], ...]],
    row: Callable[[Effect], Row],
) -> Sheet:
    """A table with a row for each group and one for all of them."""
    groups, (name, columns) = found.groups[currency], shown
    order = largest(found.by, ((key, each.executed) for key, each in groups.items()), top)
    rows = tuple((*named(key), *row(groups[key])) for key in order)
    whole = ("all", *[""] * (len(found.by) - 1), *row(found.totals[currency]))
    left_out = len(groups) - len(order)
    title = f"{name} {grouped(found.by).lower()}"
    return Sheet(title, (*names(found.by), *columns), rows, whole, left_out=left_out)
