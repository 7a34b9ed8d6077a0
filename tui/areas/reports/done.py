"""The reports of what dunning did, as they are shown: fees and effectiveness."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, cast

from engine.core.case import FOREVER
from engine.services.reports.done import in_order
from engine.services.reports.effectiveness import Effectiveness
from engine.services.reports.fees import Fees
from engine.services.reports.sheets import count, figure, rate
from tui.areas.reports.view import (
    Figure,
    Row,
    View,
    by_ladder,
    most_of,
    place,
    search_for,
    texts_and_orders,
)
from tui.widgets.charts import Bar, Curve, Part

if TYPE_CHECKING:
    from engine.services.reports.asked import Made
    from engine.services.reports.charged import Fate
    from engine.services.reports.effectiveness import Effect
    from engine.services.reports.groups import Key
    from engine.services.reports.survival import Waits
    from tui.areas.reports.view import Breakdown

_CURRENCY = Figure("currency", "Currency", align="left")
_FATES = (
    Part("paid", "█", "good"),
    Part("waived", "▒", "dim"),
    Part("taken back", "░", "dim"),
    Part("open", "▓", "warning"),
)
WINDOWS = (
    Part("settled", "█", "good"),
    Part("not settled", "▒", "warning"),
    Part("not over", "·", "dim"),
)
"""What came of executions within some days."""
_SEARCHED = {"customer", "country", "kind", "policy", "stage", "segment"}
"""Groups that can be looked for among open cases."""


def _group(breakdown: Breakdown) -> Figure:
    return Figure("group", breakdown.title.capitalize(), "group", align="left")


def _ordered(made: Made, breakdown: Breakdown, groups: dict[Key, int]) -> list[Key]:
    if breakdown.by == ("policy", "stage"):
        return by_ladder(made, groups)
    return in_order(cast("Fees", made.found).by, groups.items())


def _search(currency: str, breakdown: Breakdown, key: Key) -> str:
    is_known = _SEARCHED.issuperset(breakdown.by)
    return search_for(currency, breakdown.by, key) if is_known else ""


def _name(made: Made, key: Key, by: Sequence[str], at: int) -> tuple[str, int | str]:
    name = place(made, key, by, "interest when paid")
    return name, at if by in {("policy", "stage"), ("month",)} else name


# ---------------------------------------------------------------------------------------- fees


def fees_view(made: Made, breakdown: Breakdown) -> View:
    """What was charged, and what became of it."""
    found, on = cast("Fees", made.found), made.asked.on
    rows, charts = [], {}
    for currency in sorted(found.totals):
        groups = found.groups[currency]
        order = _ordered(made, breakdown, {key: each.total.charged for key, each in groups.items()})
        bars = []
        for at, key in enumerate(order):
            each, fate = groups[key], groups[key].total
            name = _name(made, key, breakdown.by, at)
            texts, orders = texts_and_orders(
                (
                    (currency, currency),
                    name,
                    (count(each.charges), each.charges),
                    *((figure(amount, currency), amount) for amount in _amounts(fate)),
                )
            )
            rows.append(
                Row(currency, texts, orders, at, currency, _search(currency, breakdown, key))
            )
            amounts = fate.paid, fate.waived, fate.cancelled, fate.open
            bars.append(Bar(name[0], figure(fate.charged, currency), amounts))
        charts[currency] = tuple(bars)
    return View(
        made,
        f"Charged {found.period.heading(on)}, by {breakdown.title}",
        (_CURRENCY, _group(breakdown), *_FATE_COLUMNS),
        tuple(rows),
        _FATES,
        charts,
        most=most_of(charts),
        nothing=f"Nothing was charged {found.period.words(on)}.",
        beside={
            currency: f"{figure(each.tax, currency)} of the fees is tax" if each.tax else ""
            for currency, each in found.totals.items()
        },
        totals={},
    )


_FATE_COLUMNS = (
    Figure("times", "Times", "charges"),
    Figure("charged", "Charged", "fees with their tax, and interest that was claimed"),
    Figure("paid", "Paid", "paid"),
    Figure("waived", "Waived", "waived"),
    Figure("cancelled", "Taken back", "cancelled"),
    Figure("open", "Open", "open"),
    Figure("written_off", "Written off", "written_off"),
)


def _amounts(fate: Fate) -> tuple[int, ...]:
    return fate.charged, fate.paid, fate.waived, fate.cancelled, fate.open, fate.written_off


# ------------------------------------------------------------------------------- effectiveness


def effectiveness_view(made: Made, breakdown: Breakdown) -> View:
    """What came of the stages that were executed."""
    found, on = cast("Effectiveness", made.found), made.asked.on
    rows = []
    for currency in sorted(found.totals):
        groups = found.groups[currency]
        order = _ordered(made, breakdown, {key: each.executed for key, each in groups.items()})
        for at, key in enumerate(order):
            effect = groups[key]
            name = _name(made, key, breakdown.by, at)
            texts, orders = texts_and_orders(((currency, currency), name, *_effect(effect)))
            search = _search(currency, breakdown, key)
            rows.append(Row(currency, texts, orders, at, currency, search, effect))
    return View(
        made,
        f"Executed {found.period.heading(on)}, by {breakdown.title}",
        (_CURRENCY, _group(breakdown), *_effect_columns(found)),
        tuple(rows),
        WINDOWS,
        {},
        most={},
        nothing=f"No stage was executed {found.period.words(on)}.",
        beside={},
        totals=found.totals,
    )


def _effect_columns(found: Effectiveness) -> tuple[Figure, ...]:
    settled = (Figure(f"settled{days}", f"In {days} d", "settled") for days in found.within)
    paid = (Figure(f"paid{days}", f"Paid {days} d", "paid") for days in found.within)
    return (
        Figure("times", "Times", "executed"),
        Figure("running", "Not over", "running"),
        *settled,
        Figure("median", "Median", "median_days"),
        *paid,
        Figure("nothing", "Nothing open", "nothing_open"),
    )


def _effect(effect: Effect) -> Iterator[tuple[str, int | str]]:
    running, median = effect.windows[-1].running, effect.waits.median
    yield count(effect.executed), effect.executed
    yield count(running), running
    for each in effect.windows:
        yield rate(each.settled, each.ended), _thousandths(each.settled, each.ended)
    yield ("-", 1_000_000) if median is None else (f"{median:,} d", median)
    for each in effect.windows:
        yield rate(each.paid, each.owed), _thousandths(each.paid, each.owed)
    yield count(effect.nothing_open), effect.nothing_open


def _thousandths(part: int, whole: int) -> int:
    return 1000 * part // whole if whole else -1


def curve(waits: Waits, *, is_dotted: bool = False) -> Curve:
    """How many thousandths were settled by the end of each day: the estimate of Kaplan and Meier.

    Who was looked at up to a day counts as unpaid on it, and is not asked about any more.
    """
    left = waits.paid.total() + waits.unpaid.total()
    still, steps = Fraction(1), []
    days = sorted({*waits.paid, *waits.unpaid})
    for day in days:
        if waits.paid[day]:
            still *= Fraction(left - waits.paid[day], left)
            steps.append((day, round(1000 * (1 - still))))
        left -= waits.paid[day] + waits.unpaid[day]
    until = FOREVER if not still else days[-1] if days else -1
    return Curve(tuple(steps), until, is_dotted=is_dotted)


def window_bars(effect: Effect) -> list[Bar]:
    """For each window: settled, not settled, and not over yet."""
    return [
        Bar(
            f"{each.days} d",
            f"{each.settled:,} of {each.ended:,}",
            (each.settled, each.ended - each.settled, each.running),
        )
        for each in effect.windows
    ]
