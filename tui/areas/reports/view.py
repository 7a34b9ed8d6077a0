"""What the screen of reports shows, worked out without a screen."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from dunlang.render import visible
from engine.services.reports.done import Period
from tui.areas.customers.searching import search_text

if TYPE_CHECKING:
    from engine.services.reports.asked import Made, Name
    from engine.services.reports.effectiveness import Effect
    from engine.services.reports.groups import Key
    from tui.widgets.charts import Bar, Part

NOBODY = "-"


@dataclass(frozen=True, slots=True)
class Breakdown:
    """By what a report is broken down."""

    id: str
    title: str
    by: tuple[str, ...] = ()
    """What is asked for; empty: what is usual."""


@dataclass(frozen=True, slots=True)
class Report:
    """A report that can be chosen."""

    name: Name
    title: str
    breakdowns: tuple[Breakdown, ...]
    has_period: bool = False


def _by(*names: str) -> tuple[Breakdown, ...]:
    return tuple(Breakdown(each, each, (each,)) for each in names)


_DONE = (
    Breakdown("stage", "policy and stage", ("policy", "stage")),
    *_by("month", "channel", "customer", "country", "kind", "segment", "policy", "version"),
)
REPORTS = (
    Report(
        "ageing",
        "Ageing",
        (
            Breakdown("age", "days overdue"),
            *_by("customer", "country", "kind", "policy", "stage", "segment"),
        ),
    ),
    Report(
        "exposure",
        "Exposure",
        (
            Breakdown("stage", "stage reached"),
            Breakdown("standing", "how it stands"),
            Breakdown("coming", "what comes next"),
            Breakdown("debts", "customer"),
            *_by("country", "kind", "segment", "policy"),
        ),
    ),
    Report("fees", "Fees", _DONE, has_period=True),
    Report("effectiveness", "Effectiveness", _DONE, has_period=True),
)
PERIODS = (
    ("all", "Everything so far"),
    ("30", "The last 30 days"),
    ("90", "The last 90 days"),
    ("365", "The last 365 days"),
    ("year", "This calendar year"),
)


def period(name: str, on: datetime.date) -> Period:
    """A period by its id in `PERIODS`, as it ends on a day."""
    if name == "year":
        return Period(on.replace(month=1, day=1))
    return (
        Period(type(on).fromordinal(on.toordinal() - int(name) + 1)) if name != "all" else Period()
    )


@dataclass(frozen=True, slots=True)
class Figure:
    """A column."""

    id: str
    title: str
    term: str = ""
    """Under which word the report says what it counts, or what that is; empty: nothing."""
    align: Literal["left", "right"] = "right"


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table."""

    currency: str
    texts: tuple[str, ...]
    """One for each column."""
    orders: tuple[int | str, ...]
    """What the columns are sorted by."""
    at: int
    """The place of its bar."""
    chart: str
    """The chart that it is seen in."""
    search: str = ""
    """What the list of cases looks for to show what was counted; empty: it cannot."""
    effect: Effect | None = None


@dataclass(frozen=True, slots=True)
class View:
    """A report as it is shown."""

    made: Made
    title: str
    columns: tuple[Figure, ...]
    rows: tuple[Row, ...]
    parts: tuple[Part, ...]
    charts: Mapping[str, tuple[Bar, ...]]
    most: Mapping[str, int]
    """The largest amount of a chart whose bars can be compared, being of one currency."""
    nothing: str
    """What is said where there are no rows."""
    beside: Mapping[str, str]
    """By currency: what is no part of the figures."""
    totals: Mapping[str, Effect]
    """What came of everything, by currency, for a report that follows it."""


def most_of(charts: Mapping[str, Sequence[Bar]]) -> dict[str, int]:
    """The largest amount of each chart."""
    return {name: max((bar.amount for bar in every), default=0) for name, every in charts.items()}


def place(made: Made, key: Key, by: Sequence[str], no_stage: str = "none yet") -> str:
    """A group as it is called."""

    def named(name: str, each: str | None) -> str:
        if each is None:
            return no_stage if name == "stage" else NOBODY
        return called(made, each) if name == "customer" else visible(each)

    return " · ".join(named(*pair) for pair in zip(by, key, strict=True))


def called(made: Made, customer: str) -> str:
    """The name of a customer, else the id."""
    return visible(made.names.get(customer, "") or customer)


def by_ladder(made: Made, keys: Iterable[Key]) -> list[Key]:
    """Groups of policy and stage in the order of the ladders: no stage yet comes first."""

    def order(key: Key) -> tuple[bool, str, int, str]:
        policy, stage = key
        ladder = made.ladders.get(policy or "", ())
        rung = -1 if stage is None else ladder.index(stage) if stage in ladder else len(ladder)
        return policy is None, policy or "", rung, stage or ""

    return sorted(keys, key=order)


def search_for(currency: str, by: Sequence[str], key: Key, *more: tuple[str, str]) -> str:
    """What finds the cases of a group."""
    found: list[tuple[str, str | None]] = [("currency", currency), *more]
    for name, value in zip(by, key, strict=True):
        if name == "policy" and value is None:
            found.append(("outcome", "no_policy"))
        else:
            found.append((name, value))
    return search_text(found)


def texts_and_orders(
    cells: Iterable[tuple[str, int | str]],
) -> tuple[tuple[str, ...], tuple[int | str, ...]]:
    """The cells of a row: as they are read, and as they are sorted."""
    texts, orders = zip(*cells, strict=True)
    return texts, orders


def definitions(view: View, terms: Mapping[str, str], first: str) -> list[tuple[str, str]]:
    """What the columns count, by title, that of one column first."""
    found: dict[str, str] = {}
    for each in sorted(view.columns, key=lambda each: each.id != first):
        if each.term:
            found.setdefault(each.title, terms.get(each.term, each.term))
    said = dict.fromkeys(each.term for each in view.columns)
    found.update((name, text) for name, text in terms.items() if name not in said)
    return list(found.items())
