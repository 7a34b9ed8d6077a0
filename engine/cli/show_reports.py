"""Reports as tables, for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dunlang.render import visible
from engine.cli.show_decisions import WORDS
from engine.cli.tables import show, table
from engine.cli.words import counted
from engine.core.money import Money
from engine.services.reports.groups import ranked, share
from engine.services.reports.plain import COUNTED

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterable, Sequence

    from rich.console import Console

    from engine.cli.console import Output
    from engine.cli.tables import Align
    from engine.services.reports.ageing import Aged, Ageing
    from engine.services.reports.exposure import Amount, Coming, Exposed, Exposure
    from engine.services.reports.groups import Key

_NOBODY = "-"


def show_ageing(out: Output, found: Ageing, on: datetime.date, top: int) -> None:
    """Print what is open by how long it is overdue: a table for each currency."""
    with out.page() as console:
        if not found.totals:
            console.print(f"Nothing is open on {on}.")
        for number, currency in enumerate(sorted(found.totals)):
            if number:
                console.print()
            total = found.totals[currency]
            _by_age(console, found, total, f"Open on {on}, {currency}", currency)
            if found.by:
                console.print()
                _aged_groups(console, found, currency, top)


def _by_age(console: Console, found: Ageing, total: Aged, title: str, currency: str) -> None:
    made = table(
        ("days overdue", "text"),
        ("items", "right"),
        ("open", "right"),
        ("share", "right"),
        ("disputed", "right"),
        title=title,
    )
    for bucket, items, amount, disputed in zip(
        found.buckets, total.items, total.amounts, total.disputed, strict=True
    ):
        open_ = _figure(amount, currency)
        part = _percent(amount, total.amount)
        made.add_row(bucket.name, _count(items), open_, part, _figure(disputed, currency))
    made.add_section()
    whole = _percent(total.amount, total.amount)
    sums = _figure(total.amount, currency), whole, _figure(sum(total.disputed), currency)
    every = (_count(sum(total.items)), *sums)
    made.add_row("all", *every, style="bold")
    if total.unapplied:
        made.add_row("payments no invoice has taken", "", _figure(-total.unapplied, currency))
    if total.charges:
        made.add_row("unpaid fees and interest", "", _figure(total.charges, currency))
    show(console, made)


def _aged_groups(console: Console, found: Ageing, currency: str, top: int) -> None:
    groups = found.groups.get(currency, {})
    order = ranked((key, aged.amount) for key, aged in groups.items())
    names: list[tuple[str, Align]] = [(name, "left") for name in found.by]
    ages: list[tuple[str, Align]] = [(bucket.name, "right") for bucket in found.buckets]
    made = table(*names, ("items", "right"), *ages, ("open", "right"), ("share", "right"))
    whole = found.totals[currency].amount
    for key in order[:top]:
        aged = groups[key]
        figures = (_figure(amount, currency) for amount in aged.amounts)
        open_ = _figure(aged.amount, currency)
        part = _percent(aged.amount, whole)
        made.add_row(*_named(key), _count(sum(aged.items)), *figures, open_, part)
    show(console, made)
    _left_out(console, len(order), top)


def show_exposure(out: Output, found: Exposure, on: datetime.date, top: int) -> None:
    """Print where open amounts stand: tables for each currency."""
    with out.page() as console:
        if not found.currencies:
            console.print(f"Nothing is open on {on}.")
        for number, currency in enumerate(sorted(found.currencies)):
            if number:
                console.print()
            exposed = found.currencies[currency]
            _states(console, exposed, currency, f"Open on {on}, {currency}")
            console.print()
            _groups(console, found, exposed, currency, top)
            if exposed.coming:
                console.print()
                _coming(console, exposed, currency)
            if exposed.debts:
                console.print()
                _largest(console, exposed, currency, top)


_COLUMNS: tuple[tuple[str, Align], ...] = (
    ("items", "right"),
    ("customers", "right"),
    ("open", "right"),
    ("share", "right"),
)


def _states(console: Console, exposed: Exposed, currency: str, title: str) -> None:
    made = table(("", "text"), ("why", "text"), *_COLUMNS, title=title)
    order = list(WORDS)
    for state, each in sorted(
        exposed.states.items(), key=lambda pair: (order.index(pair[0].outcome), -pair[1].amount)
    ):
        why = visible(state.reason or "")
        made.add_row(WORDS[state.outcome], why, *_amounts(each, exposed, currency))
    made.add_section()
    made.add_row("all", "", *_amounts(exposed.total, exposed, currency), style="bold")
    for name, amount in (
        ("of it disputed", exposed.disputed),
        ("payments no invoice has taken", -exposed.unapplied),
        ("unpaid fees and interest", exposed.charges),
    ):
        if amount:
            made.add_row(name, "", "", "", _figure(amount, currency))
    show(console, made)


def _groups(console: Console, found: Exposure, exposed: Exposed, currency: str, top: int) -> None:
    order = ranked((key, each.amount) for key, each in exposed.groups.items())
    names = (("stage reached" if name == "stage" else name, "left") for name in found.by)
    made = table(*_left(name for name, _ in names), *_COLUMNS)
    for key in order[:top]:
        made.add_row(*_named(key), *_amounts(exposed.groups[key], exposed, currency))
    show(console, made)
    _left_out(console, len(order), top)


def _coming(console: Console, exposed: Exposed, currency: str) -> None:
    made = table(("comes next", "left"), ("policy", "left"), ("stage", "left"), *_COLUMNS)
    for key, each in sorted(exposed.coming.items(), key=_soonest):
        when = {0: "is due", None: "later"}.get(key.within, f"within {key.within} days")
        made.add_row(when, key.policy, key.stage, *_amounts(each, exposed, currency))
    show(console, made)


def _soonest(each: tuple[Coming, Amount]) -> tuple[bool, int, str, int, str]:
    key, amount = each
    return key.within is None, key.within or 0, key.policy, -amount.amount, key.stage


def _largest(console: Console, exposed: Exposed, currency: str, top: int) -> None:
    made = table(
        ("largest debts", "left"),
        ("", "text"),
        ("items", "right"),
        ("open", "right"),
        ("share", "right"),
    )
    whole = exposed.total.amount
    for debt in exposed.largest(top):
        name = visible(debt.name or "")
        figures = _figure(debt.amount, currency), _percent(debt.amount, whole)
        made.add_row(visible(debt.customer), name, _count(debt.items), *figures)
    show(console, made)
    largest = exposed.largest(COUNTED[-1])
    said = [
        f"{_percent(sum(debt.amount for debt in largest[:count]), whole)} is owed by the {count}"
        " largest"
        for count in COUNTED[1:4]
        if count < exposed.total.customers
    ]
    who = f"{counted(len(exposed.debts), 'customer')} in all"
    console.print("; ".join([who, *said]))


def _amounts(each: Amount, exposed: Exposed, currency: str) -> tuple[str, ...]:
    open_ = _figure(each.amount, currency)
    part = _percent(each.amount, exposed.total.amount)
    return _count(each.items), _count(each.customers), open_, part


def _left(names: Iterable[str]) -> list[tuple[str, Align]]:
    return [(name, "left") for name in names]


def _named(key: Key) -> Sequence[str]:
    return [_NOBODY if each is None else visible(each) for each in key]


def _left_out(console: Console, there: int, top: int) -> None:
    if there > top:
        console.print(f"and {there - top:,} more; --top shows more, -o writes all")


def _count(number: int) -> str:
    return f"{number:,}" if number else "-"


def _figure(minor: int, currency: str) -> str:
    """An amount in a table of one currency, which its heading names."""
    return str(Money(minor, currency)).rpartition(" ")[0] if minor else "-"


def _percent(part: int, whole: int) -> str:
    return f"{share(part, whole)} %" if part else "-"
