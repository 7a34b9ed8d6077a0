"""How many cases stand where, week by week, and where they go from each stage."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.core.standing import (
    DISPUTED,
    HELD_BACK,
    LEGAL,
    OVERDUE,
    PAID,
    PROMISED,
    RUNGS,
    TAKEN_OUT,
    WRITTEN_OFF,
)
from tui.areas.simulate.symbols import SIGNS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tui.areas.simulate.model import Span
    from tui.areas.simulate.played import Played

SHADES = "·░▒▓█"
_SUNDAY = 6
_SHOWN = (OVERDUE, *RUNGS, HELD_BACK, PROMISED, DISPUTED, TAKEN_OUT, LEGAL, WRITTEN_OFF)


@dataclass(frozen=True, slots=True)
class HeatRow:
    """How many cases have a symbol, period by period."""

    sign: str
    title: str
    counts: tuple[int, ...]
    """At the end of each period."""
    shades: str
    """A sign of `SHADES` each, blank for none; against the most of all rows."""


@dataclass(frozen=True, slots=True)
class Heat:
    """Cases by symbol and period."""

    periods: tuple[str, ...]
    rows: tuple[HeatRow, ...]


def titles_of(played: Played, side: int) -> dict[int, str]:
    """What the rungs are called: as the stage that was executed most often on each."""
    if played.opening is None:
        return {}
    counts = played.total(side).by_name("stage")
    found = {}
    for rung, named in played.opening.ladders[side].rungs.items():
        by_title: Counter[str] = Counter()
        for name, title in named.items():
            by_title[title] += counts[name]
        ((title, _),) = by_title.most_common(1)
        found[rung] = f"{title} …" if len(by_title) > 1 else title
    return found


def heat(played: Played, span: Span, titles: Mapping[int, str], side: int, most: int) -> Heat:
    """Weeks, or longer periods where more than `most` columns would be needed."""
    ends = _ends(span, most)
    standing = played.standing(side)
    found = {
        symbol: tuple(standing[symbol][day] for day in ends)
        for symbol in _SHOWN
        if symbol in standing and any(standing[symbol][day] for day in ends)
    }
    highest = max((max(counts) for counts in found.values()), default=0)
    rows = tuple(
        HeatRow(
            SIGNS[symbol].shown,
            _title(symbol, titles),
            counts,
            "".join(_shade(count, highest) for count in counts),
        )
        for symbol, counts in found.items()
    )
    return Heat(tuple(f"{span.date(day):%m-%d}" for day in ends), rows)


def _title(symbol: str, titles: Mapping[int, str]) -> str:
    if symbol in RUNGS:
        return titles.get(int(symbol), f"stage {symbol}")
    return SIGNS[symbol].meaning


def _ends(span: Span, most: int) -> list[int]:
    """The last days of weeks, or of as many weeks together as make few enough columns."""
    sundays = [day for day in range(span.days) if span.date(day).weekday() == _SUNDAY]
    days = sundays if sundays and sundays[-1] == span.days - 1 else [*sundays, span.days - 1]
    step = -(-len(days) // max(1, most))
    return days[::-1][::step][::-1]


def _shade(count: int, highest: int) -> str:
    if not count:
        return " "
    return SHADES[-(-count * (len(SHADES) - 1) // highest)]


# ------------------------------------------------------------------------------------------ flow


@dataclass(frozen=True, slots=True)
class Flow:
    """Cases that came as far as this, and what became of them."""

    depth: int
    title: str
    count: int
    of: int
    """Those one step before."""

    @property
    def share(self) -> int:
        """Per cent of those one step before."""
        return 100 * self.count // self.of if self.of else 0


def flows(played: Played, titles: Mapping[int, str], side: int) -> Iterator[Flow]:
    """From all cases of which anything was owed, stage by stage, to what became of them."""
    by_rung: dict[int, Counter[str]] = {}
    for rung, symbol, count in played.ends(side):
        by_rung.setdefault(rung, Counter())[symbol] += count
    every = sum(each.total() for each in by_rung.values())
    if not every:
        return
    yield Flow(0, "owed anything", every, every)
    reached = every
    for rung in range(max(by_rung) + 1):
        here = by_rung.get(rung, Counter())
        depth = rung + 1
        yield from _ended(here, reached, depth, "before any stage" if not rung else "")
        following = reached - here.total()
        if following:
            title = _title(str(rung + 1), titles) if rung < len(RUNGS) else "further stages"
            yield Flow(depth, f"{rung + 1} {title}", following, reached)
        reached = following


def _ended(here: Counter[str], reached: int, depth: int, when: str) -> Iterator[Flow]:
    """What became of those who went no further."""
    named: Counter[str] = Counter()
    for symbol, count in here.items():
        ended = {PAID: "paid", LEGAL: "handed over", WRITTEN_OFF: "written off"}
        named[ended.get(symbol, "still there")] += count
    for title in ("paid", "still there", "handed over", "written off"):
        if named[title]:
            said = f"{title} {when}".rstrip()
            yield Flow(depth, said, named[title], reached)
