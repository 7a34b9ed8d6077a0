"""What was played so far: lines and their days, and what the days come to.

It grows while a simulation is played, in the event loop alone. A line costs a byte a day.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass, field, replace
from itertools import accumulate
from typing import TYPE_CHECKING

from engine.core.standing import ABSENT, PAID
from engine.services.timelines import Line

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from engine.services.timelines import Block, Opening, Side

_AT_REST = f"{PAID}{ABSENT}".encode()


@dataclass(frozen=True, slots=True)
class DayFigures:
    """What a day comes to, by what is counted and name."""

    counts: Counter[tuple[str, str]]

    def by_name(self, what: str) -> Counter[str]:
        """The figures of one kind."""
        return Counter({name: n for (kind, name), n in self.counts.items() if kind == what and n})

    def __getitem__(self, key: tuple[str, str]) -> int:
        """One figure."""
        return self.counts[key]


@dataclass(slots=True)
class _SideSums:
    """The figures of one side."""

    by_day: list[Counter[tuple[str, str]]]
    stands: dict[str, list[int]] = field(default_factory=dict)
    """By symbol: how many lines more have it from a day on."""
    dunned: list[int] = field(default_factory=list)
    total: Counter[tuple[str, str]] = field(default_factory=Counter)


class Lines:
    """Lines kept by column: a hundred thousand objects would be looked at by every tidying up."""

    def __init__(self) -> None:
        """None yet."""
        self._texts: tuple[list[str], ...] = ([], [], [], [])
        self._amounts: list[int] = []
        self._due = array("l")
        self._known: dict[str, str] = {}

    def __len__(self) -> int:
        """How many there are."""
        return len(self._amounts)

    def __getitem__(self, row: int) -> Line:
        """One of them."""
        case, customer, name, currency = (column[row] for column in self._texts)
        return Line(case, customer, name, currency, self._amounts[row], self._due[row])

    def add(self, lines: Sequence[Line]) -> None:
        """Put some behind those that are there."""
        once = self._known.setdefault
        cases, customers, names, currencies = self._texts
        for line in lines:
            cases.append(line.case)
            customers.append(once(line.customer, line.customer))
            names.append(once(line.name, line.name))
            currencies.append(once(line.currency, line.currency))
            self._amounts.append(line.minor)
            self._due.append(line.due)


class Played:
    """Lines that were played, in the order in which they came."""

    def __init__(self, days: int, sides: int = 1) -> None:
        """`days`: of the range; `sides`: how many sets of policies are compared."""
        self.days = days
        self.sides = sides
        self.opening: Opening | None = None
        self.lines = Lines()
        self.debtors = 0
        self.is_over = False
        self.restless: bytearray = bytearray()
        """By line: 1 if anything is owed or changes on any day, on either side."""
        self.differing: array[int] = array("H")
        """By line: days on which the two sides show something else; 0 with one side."""
        self._blocks: list[tuple[Side, ...]] = []
        self._starts: list[int] = []
        self._by_day: list[array[int]] = [array("I") for _ in range(days)]
        self._sums = [
            _SideSums([Counter() for _ in range(days)], {}, [0] * days) for _ in range(sides)
        ]

    def __len__(self) -> int:
        """How many lines there are."""
        return len(self.lines)

    # --------------------------------------------------------------------------------- growing

    def add(self, block: Block) -> range:
        """Put some debtors behind those that are there; the new lines."""
        start = len(self.lines)
        self._starts.append(start)
        # Figures are added up; kept apart as well they would take more room than the days.
        self._blocks.append(tuple(replace(side, figures=Counter()) for side in block.sides))
        self.lines.add(block.lines)
        self.debtors = block.done
        for sums, side in zip(self._sums, block.sides, strict=True):
            _add(sums, side)
        happens = block.sides[0].happens
        for row, day in zip(happens[::2], happens[1::2], strict=True):
            self._by_day[day].append(start + row)
        for row in range(len(block.lines)):
            seen = [self._cut(side, row) for side in block.sides]
            self.restless.append(any(each.strip(_AT_REST) for each in seen))
            self.differing.append(_differing(seen[0], seen[-1]))
        return range(start, len(self.lines))

    # ----------------------------------------------------------------------------------- lines

    def _find(self, row: int, side: int) -> tuple[Side, int]:
        at = bisect_right(self._starts, row) - 1
        return self._blocks[at][side], row - self._starts[at]

    def _cut(self, side: Side, row: int) -> bytes:
        return side.symbols[row * self.days : (row + 1) * self.days]

    def symbols(self, row: int, side: int = 0) -> bytes:
        """The days of a line."""
        return self._cut(*self._find(row, side))

    def part(self, row: int, first: int, end: int, side: int = 0) -> bytes:
        """Some days of a line: from one to before another."""
        found, at = self._find(row, side)
        return found.symbols[at * self.days + first : at * self.days + end]

    def charges(self, row: int, side: int = 0) -> int:
        """What a line is charged in the range, in minor units."""
        found, at = self._find(row, side)
        return found.charges[at]

    def changes(self, row: int, side: int = 0) -> list[int]:
        """The days on which something happens to a line, or it looks otherwise than before."""
        found, at = self._find(row, side)
        happens = found.happens
        days = {day for each, day in zip(happens[::2], happens[1::2], strict=True) if each == at}
        symbols = self._cut(found, at)
        days.update(day for day in range(1, self.days) if symbols[day] != symbols[day - 1])
        return sorted(days)

    def happening(self, day: int) -> Sequence[int]:
        """The lines to which something happens on a day, under the first policies."""
        return self._by_day[day]

    # --------------------------------------------------------------------------------- figures

    def figures(self, day: int, side: int = 0) -> DayFigures:
        """What happens on a day."""
        return DayFigures(self._sums[side].by_day[day])

    def runs(self, side: int = 0) -> list[int]:
        """The days on which a stage is executed."""
        return [d for d, each in enumerate(self._sums[side].by_day) if each["event", "stage"]]

    def total(self, side: int = 0) -> DayFigures:
        """What happens on all days together."""
        return DayFigures(self._sums[side].total)

    def dunned(self, side: int = 0) -> list[int]:
        """By day, how many cases are in dunning: something is owed, and a stage was executed."""
        return list(accumulate(self._sums[side].dunned))

    def standing(self, side: int = 0) -> dict[str, list[int]]:
        """By symbol and day, how many cases have it."""
        return {s: list(accumulate(each)) for s, each in self._sums[side].stands.items()}

    def ends(self, side: int = 0) -> Iterator[tuple[int, str, int]]:
        """Cases by the highest rung they stood on and their last symbol: both, and how many."""
        for name, count in self.total(side).by_name("end").items():
            yield int(name.split(" ", 1)[0]), name.split(" ", 1)[1], count


def _add(sums: _SideSums, side: Side) -> None:
    for (day, what, name), count in side.figures.items():
        if what == "stands":
            deltas = sums.stands.get(name)
            if deltas is None:
                deltas = sums.stands[name] = [0] * len(sums.by_day)
            deltas[day] += count
        elif what == "dunned":
            sums.dunned[day] += count
        else:
            sums.by_day[day][what, name] += count
            sums.total[what, name] += count


def _differing(one: bytes, other: bytes) -> int:
    """On how many days two lines differ."""
    if one == other:
        return 0
    apart = int.from_bytes(one, "big") ^ int.from_bytes(other, "big")
    return len(one) - apart.to_bytes(len(one), "big").count(0)
