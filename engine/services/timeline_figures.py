"""What a day of a simulation comes to: figures that are added up, some debtors after the others."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable

    from engine.core.simulate import SimulationEvent
    from engine.core.standing import Standing

What = Literal[
    "event",
    "stage",
    "channel",
    "fee",
    "interest",
    "claimed",
    "letters",
    "stands",
    "dunned",
    "end",
]
"""What a figure counts. By name: events by kind, stages by `stage_name`, notices by channel, fees
and interest of stages in minor units by currency, interest claimed when something was paid,
letters; how many cases more (or fewer) have a symbol from
that day on, how many more are in dunning: something is owed, and a stage was executed; and on the
last day, cases of which anything was owed, by the highest rung they stood on meanwhile and their
last symbol."""

Figures = Counter[tuple[int, What, str]]
"""By day (0 is the first one), what is counted, and name."""


def stage_name(policy: str, version: int, stage: str) -> str:
    """The name of a stage in figures; ids hold no space."""
    return f"{policy} {version} {stage}"


def figures_of(
    first: int, last: int, events: Iterable[SimulationEvent], standing: Iterable[Standing]
) -> Figures:
    """What happened to some debtors of whom nothing was counted before."""
    found: Figures = Counter()
    letters: set[tuple[int, str]] = set()
    for each in events:
        day = each.on.toordinal() - first
        found[day, "event", each.event] += 1
        if each.interest is not None and each.interest.minor:
            what: What = "interest" if each.event == "stage" else "claimed"
            found[day, what, each.interest.currency] += each.interest.minor
        if each.event != "stage":
            continue
        stage = stage_name(each.policy or "-", each.version or 0, each.stage or "")
        found[day, "stage", stage] += 1
        for channel in each.channels:
            found[day, "channel", channel] += 1
        letters.update((day, letter) for letter in each.letters)
        if each.fee is not None and each.fee.minor:
            found[day, "fee", each.fee.currency] += each.fee.minor
    for day, _ in letters:
        found[day, "letters", ""] += 1
    for case in standing:
        _count(found, case, first, last)
    return found


def _count(found: Figures, case: Standing, first: int, last: int) -> None:
    """Put into figures how a case stands."""
    symbol, is_dunned = "", False
    for each in case.stretches:
        day = each.first - first
        if each.symbol != symbol:
            if symbol:
                found[day, "stands", symbol] -= 1
            found[day, "stands", each.symbol] += 1
            symbol = each.symbol
        if (each.owes and each.rung > 0) is not is_dunned:
            is_dunned = not is_dunned
            found[day, "dunned", ""] += 1 if is_dunned else -1
    owed = [each.rung for each in case.stretches if each.owes]
    if owed:
        found[last - first, "end", f"{max(owed)} {symbol}"] += 1
