"""The reports of what is owed, as they are shown: ageing and exposure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, cast

from dunlang.render import visible
from engine.services.reports.ageing import Ageing
from engine.services.reports.exposure import Amount, Exposure
from engine.services.reports.groups import ranked
from engine.services.reports.plain import soonest
from engine.services.reports.sheets import count, figure, percent
from engine.services.words import OUTCOMES
from tui.areas.customers.searching import age_text, search_text
from tui.areas.reports.view import (
    NOBODY,
    Figure,
    Row,
    View,
    by_ladder,
    most_of,
    place,
    search_for,
    texts_and_orders,
)
from tui.widgets.charts import Bar, Part

if TYPE_CHECKING:
    from engine.services.reports.ageing import Aged, Bucket
    from engine.services.reports.asked import Made
    from engine.services.reports.exposure import Exposed
    from engine.services.reports.groups import Key
    from tui.areas.reports.view import Breakdown

_AGES = (("·", "dim"), ("░", "good"), ("▒", "accent"), ("▓", "warning"), ("█", "bad"))
_CURRENCY = Figure("currency", "Currency", align="left")
_ITEMS, _OPEN = Figure("items", "Items", "items"), Figure("open", "Open", "open_amount")
_SHARE = Figure("share", "Share", "share")
_CUSTOMERS = Figure("customers", "Customers", "customers")


# -------------------------------------------------------------------------------------- ageing


def ageing_view(made: Made, breakdown: Breakdown) -> View:
    """What is open by how long it is overdue."""
    found = cast("Ageing", made.found)
    ages = [
        Part(each.name, sign, tone) for each, (sign, tone) in zip(found.buckets, _AGES, strict=True)
    ]
    order = sorted(found.totals)
    if breakdown.by:
        columns, rows = _group_columns(found, breakdown), list(_groups(made, found, breakdown))
        charts = {each: _group_bars(made, found, each, breakdown) for each in order}
    else:
        columns, rows = _AGE_COLUMNS, list(_ages(found, order))
        charts = {"": tuple(_bar(each, each, found.totals[each]) for each in order)}
    return View(
        made,
        f"Open by days overdue{f' and {breakdown.title}' if breakdown.by else ''}",
        columns,
        tuple(rows),
        tuple(ages),
        charts,
        most=most_of(charts) if breakdown.by else {},
        nothing=f"Nothing is open on {made.asked.on}.",
        beside={
            each: _beside(each, total.unapplied, total.charges)
            for each, total in found.totals.items()
        },
        totals={},
    )


_AGE_COLUMNS = (
    _CURRENCY,
    Figure("age", "Days overdue", "days overdue", align="left"),
    _ITEMS,
    _OPEN,
    _SHARE,
    Figure("disputed", "Disputed", "disputed"),
)


def _ages(found: Ageing, order: Sequence[str]) -> Iterator[Row]:
    for at, currency in enumerate(order):
        total = found.totals[currency]
        for number, bucket in enumerate(found.buckets):
            amount, disputed = total.amounts[number], total.disputed[number]
            texts, orders = texts_and_orders(
                (
                    (currency, currency),
                    (bucket.name, bucket.first),
                    (count(total.items[number]), total.items[number]),
                    (figure(amount, currency), amount),
                    (percent(amount, total.amount), amount),
                    (figure(disputed, currency), disputed),
                )
            )
            overdue = ("overdue", age_text(bucket.first, bucket.last))
            search = search_text([("currency", currency), overdue])
            yield Row(currency, texts, orders, at, "", search)


def _group_columns(found: Ageing, breakdown: Breakdown) -> tuple[Figure, ...]:
    ages = (Figure(each.column, each.name.capitalize(), _term(each)) for each in found.buckets)
    group = Figure("group", breakdown.title.capitalize(), "group", align="left")
    return _CURRENCY, group, _ITEMS, _OPEN, *ages, _SHARE


def _term(bucket: Bucket) -> str:
    return "not due" if bucket.last == 0 else "days overdue"


def _groups(made: Made, found: Ageing, breakdown: Breakdown) -> Iterator[Row]:
    for currency in sorted(found.groups):
        groups, whole = found.groups[currency], found.totals[currency].amount
        for at, key in enumerate(ranked((key, each.amount) for key, each in groups.items())):
            each = groups[key]
            texts, orders = texts_and_orders(
                (
                    (currency, currency),
                    _named(made, key, breakdown.by),
                    (count(sum(each.items)), sum(each.items)),
                    (figure(each.amount, currency), each.amount),
                    *((figure(amount, currency), amount) for amount in each.amounts),
                    (percent(each.amount, whole), each.amount),
                )
            )
            search = search_for(currency, breakdown.by, key)
            yield Row(currency, texts, orders, at, currency, search)


def _group_bars(made: Made, found: Ageing, currency: str, breakdown: Breakdown) -> tuple[Bar, ...]:
    groups = found.groups.get(currency, {})
    order = ranked((key, each.amount) for key, each in groups.items())
    return tuple(_bar(place(made, key, breakdown.by), currency, groups[key]) for key in order)


def _bar(label: str, currency: str, aged: Aged) -> Bar:
    return Bar(label, figure(aged.amount, currency), tuple(aged.amounts))


def _beside(currency: str, unapplied: int, charges: int) -> str:
    parts = []
    if unapplied:
        parts.append(f"{figure(unapplied, currency)} in payments that no invoice has taken")
    if charges:
        parts.append(f"{figure(charges, currency)} in unpaid fees and interest")
    return f"not part of it: {', '.join(parts)}" if parts else ""


# ------------------------------------------------------------------------------------ exposure


def exposure_view(made: Made, breakdown: Breakdown) -> View:
    """Where open amounts stand."""
    found = cast("Exposure", made.found)
    parts = {"stage": _stages, "standing": _standings, "coming": _coming, "debts": _debts}
    lines = parts.get(breakdown.id, _others)
    rows: list[Row] = []
    charts: dict[str, tuple[Bar, ...]] = {}
    for currency in sorted(found.currencies):
        exposed = found.currencies[currency]
        whole, bars = exposed.total.amount, []
        for at, (label, each, search) in enumerate(lines(made, currency, exposed, breakdown)):
            texts, orders = texts_and_orders(
                (
                    (currency, currency),
                    label,
                    (count(each.items), each.items),
                    (count(each.customers), each.customers),
                    (figure(each.amount, currency), each.amount),
                    (percent(each.amount, whole), each.amount),
                )
            )
            rows.append(Row(currency, texts, orders, at, currency, search))
            bars.append(Bar(label[0], figure(each.amount, currency), (each.amount,)))
        charts[currency] = tuple(bars)
    terms = {"standing": "outcome", "coming": "coming", "debts": "top", "stage": "stage"}
    group = Figure(
        "group", breakdown.title.capitalize(), terms.get(breakdown.id, "group"), align="left"
    )
    return View(
        made,
        f"Open by {breakdown.title}",
        (_CURRENCY, group, _ITEMS, _CUSTOMERS, _OPEN, _SHARE),
        tuple(rows),
        (Part("open", "█", "accent"),),
        charts,
        most=most_of(charts),
        nothing=f"Nothing is open on {made.asked.on}.",
        beside={
            currency: _beside(currency, each.unapplied, each.charges)
            for currency, each in found.currencies.items()
        },
        totals={},
    )


_Lines = Iterable[tuple[tuple[str, int | str], Amount, str]]
"""What a line is called and sorted by, what it counts, and what finds its cases."""


def _stages(made: Made, currency: str, exposed: Exposed, breakdown: Breakdown) -> _Lines:
    """A funnel: no stage yet, then stage by stage."""
    del breakdown
    by = "policy", "stage"
    for at, key in enumerate(by_ladder(made, exposed.groups)):
        search = search_for(currency, by, key)
        yield (place(made, key, by), at), exposed.groups[key], search


def _standings(made: Made, currency: str, exposed: Exposed, breakdown: Breakdown) -> _Lines:
    del made, breakdown
    order = list(OUTCOMES)
    states = sorted(
        exposed.states.items(), key=lambda pair: (order.index(pair[0].outcome), -pair[1].amount)
    )
    for at, (state, amount) in enumerate(states):
        why = f": {visible(state.reason)}" if state.reason else ""
        conditions = [("currency", currency), ("outcome", state.outcome)]
        if state.outcome in {"held", "excluded"} and state.reason:
            conditions.append(("reason", state.reason))
        yield (f"{OUTCOMES[state.outcome]}{why}", at), amount, search_text(conditions)


def _coming(made: Made, currency: str, exposed: Exposed, breakdown: Breakdown) -> _Lines:
    del made, breakdown
    for at, (key, each) in enumerate(sorted(exposed.coming.items(), key=soonest)):
        when = {0: "today", None: "later"}.get(key.within, f"within {key.within} days")
        conditions = [("currency", currency), ("policy", key.policy)]
        if key.within == 0:
            conditions.append(("outcome", "act"))
        label = f"{when} · {visible(key.policy)} · {visible(key.stage)}"
        yield (label, at), each, search_text(conditions) if key.within == 0 else ""


def _debts(made: Made, currency: str, exposed: Exposed, breakdown: Breakdown) -> _Lines:
    del made, breakdown
    for debt in exposed.largest(len(exposed.debts)):
        name = visible(debt.name or debt.customer)
        search = search_text([("currency", currency), ("customer", debt.customer)])
        yield (name, name), Amount(debt.items, 1, debt.amount), search


def _others(made: Made, currency: str, exposed: Exposed, breakdown: Breakdown) -> _Lines:
    by = breakdown.by
    for key in ranked((key, each.amount) for key, each in exposed.groups.items()):
        search = search_for(currency, by, key)
        yield _named(made, key, by), exposed.groups[key], search


def _named(made: Made, key: Key, by: Sequence[str]) -> tuple[str, str]:
    name = place(made, key, by)
    return name, "" if name == NOBODY else name
