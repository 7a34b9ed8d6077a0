"""The reports of what is owed as tables: ageing and exposure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dunlang.render import visible
from engine.services.reports.groups import ranked
from engine.services.reports.plain import COUNTED, TOP, soonest
from engine.services.reports.sheets import (
    Section,
    Sheet,
    Shown,
    count,
    figure,
    grouped,
    named,
    names,
    percent,
)
from engine.services.words import OUTCOMES

if TYPE_CHECKING:
    import datetime

    from engine.services.reports.ageing import Aged, Ageing
    from engine.services.reports.exposure import Amount, Exposed, Exposure
    from engine.services.reports.sheets import Align, Row


def ageing_shown(found: Ageing, on: datetime.date, top: int = TOP) -> Shown:
    """What is open by how long it is overdue; of groups the largest ones."""
    sections = []
    for currency in sorted(found.totals):
        sheets = [_by_age(found, found.totals[currency], currency)]
        if found.by:
            sheets.append(_aged_groups(found, currency, top))
        sections.append(Section(f"Open on {on}, {currency}", tuple(sheets)))
    return Shown(f"Ageing on {on}", tuple(sections), f"Nothing is open on {on}.")


def _by_age(found: Ageing, total: Aged, currency: str) -> Sheet:
    columns: tuple[tuple[str, Align], ...] = (
        ("days overdue", "text"),
        ("items", "right"),
        ("open", "right"),
        ("share", "right"),
        ("disputed", "right"),
    )

    def row(name: str, items: int, amount: int, disputed: int) -> Row:
        part = percent(amount, total.amount)
        return name, count(items), figure(amount, currency), part, figure(disputed, currency)

    rows = tuple(
        row(bucket.name, items, amount, disputed)
        for bucket, items, amount, disputed in zip(
            found.buckets, total.items, total.amounts, total.disputed, strict=True
        )
    )
    whole = row("all", sum(total.items), total.amount, sum(total.disputed))
    beside = _beside(
        ("payments no invoice has taken", "", figure(-total.unapplied, currency)),
        ("unpaid fees and interest", "", figure(total.charges, currency)),
    )
    return Sheet("By days overdue", columns, rows, whole, beside)


def _aged_groups(found: Ageing, currency: str, top: int) -> Sheet:
    groups = found.groups.get(currency, {})
    order = ranked((key, aged.amount) for key, aged in groups.items())
    whole = found.totals[currency].amount
    ages: tuple[tuple[str, Align], ...] = tuple((each.name, "right") for each in found.buckets)
    sums: tuple[tuple[str, Align], ...] = (("open", "right"), ("share", "right"))
    rows = tuple(
        (
            *named(key),
            count(sum(groups[key].items)),
            *(figure(amount, currency) for amount in groups[key].amounts),
            figure(groups[key].amount, currency),
            percent(groups[key].amount, whole),
        )
        for key in order[:top]
    )
    columns = (*names(found.by), ("items", "right"), *ages, *sums)
    return Sheet(grouped(found.by), columns, rows, left_out=max(0, len(order) - top))


_COLUMNS: tuple[tuple[str, Align], ...] = (
    ("items", "right"),
    ("customers", "right"),
    ("open", "right"),
    ("share", "right"),
)


def exposure_shown(found: Exposure, on: datetime.date, top: int = TOP) -> Shown:
    """Where open amounts stand; of groups and customers the largest ones."""
    sections = []
    for currency in sorted(found.currencies):
        exposed = found.currencies[currency]
        sheets = [_states(exposed, currency), _groups(found, exposed, currency, top)]
        if exposed.coming:
            sheets.append(_coming(exposed, currency))
        if exposed.debts:
            sheets.append(_largest(exposed, currency, top))
        sections.append(Section(f"Open on {on}, {currency}", tuple(sheets)))
    return Shown(f"Exposure on {on}", tuple(sections), f"Nothing is open on {on}.")


def _states(exposed: Exposed, currency: str) -> Sheet:
    order = list(OUTCOMES)
    states = sorted(
        exposed.states.items(), key=lambda pair: (order.index(pair[0].outcome), -pair[1].amount)
    )
    rows = tuple(
        (
            OUTCOMES[state.outcome],
            visible(state.reason or ""),
            *_amounts(each, exposed, currency),
        )
        for state, each in states
    )
    beside = _beside(
        ("of it disputed", "", "", "", figure(exposed.disputed, currency)),
        ("payments no invoice has taken", "", "", "", figure(-exposed.unapplied, currency)),
        ("unpaid fees and interest", "", "", "", figure(exposed.charges, currency)),
    )
    columns: tuple[tuple[str, Align], ...] = (("", "text"), ("why", "text"), *_COLUMNS)
    whole = ("all", "", *_amounts(exposed.total, exposed, currency))
    return Sheet("How it stands", columns, rows, whole, beside)


def _groups(found: Exposure, exposed: Exposed, currency: str, top: int) -> Sheet:
    order = ranked((key, each.amount) for key, each in exposed.groups.items())
    by = ["stage reached" if name == "stage" else name for name in found.by]
    rows = tuple(
        (*named(key), *_amounts(exposed.groups[key], exposed, currency)) for key in order[:top]
    )
    columns = (*names(by), *_COLUMNS)
    return Sheet(grouped(by), columns, rows, left_out=max(0, len(order) - top))


def _coming(exposed: Exposed, currency: str) -> Sheet:
    rows = []
    for key, each in sorted(exposed.coming.items(), key=soonest):
        when = {0: "is due", None: "later"}.get(key.within, f"within {key.within} days")
        rows.append((when, key.policy, key.stage, *_amounts(each, exposed, currency)))
    columns = (*names(("comes next", "policy", "stage")), *_COLUMNS)
    return Sheet("What comes next", columns, tuple(rows))


def _largest(exposed: Exposed, currency: str, top: int) -> Sheet:
    whole = exposed.total.amount
    rows = tuple(
        (
            visible(debt.customer),
            visible(debt.name or ""),
            count(debt.items),
            figure(debt.amount, currency),
            percent(debt.amount, whole),
        )
        for debt in exposed.largest(top)
    )
    largest = exposed.largest(COUNTED[-1])
    said = [
        f"{percent(sum(debt.amount for debt in largest[:number]), whole)}"
        f" is owed by the {number} largest"
        for number in COUNTED[1:4]
        if number < exposed.total.customers
    ]
    many = len(exposed.debts)
    who = f"{many:,} customer{'' if many == 1 else 's'} in all"
    columns: tuple[tuple[str, Align], ...] = (
        ("largest debts", "left"),
        ("", "text"),
        ("items", "right"),
        ("open", "right"),
        ("share", "right"),
    )
    return Sheet("Largest debts", columns, rows, note="; ".join([who, *said]))


def _amounts(each: Amount, exposed: Exposed, currency: str) -> Row:
    open_ = figure(each.amount, currency)
    part = percent(each.amount, exposed.total.amount)
    return count(each.items), count(each.customers), open_, part


def _beside(*rows: Row) -> tuple[Row, ...]:
    """Those of which there is any."""
    return tuple(row for row in rows if row[-1] != "-")
