"""What the simulation shows, worked out without a screen: days, lines, and what is said of them."""

from __future__ import annotations

import datetime
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, replace
from heapq import merge
from itertools import islice
from typing import TYPE_CHECKING, Literal, TypeAlias

from engine.services.names import has

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from tui.areas.simulate.played import Played

Only: TypeAlias = Literal["open", "all", "day", "differing"]
"""Which lines are shown: those with anything to see, all, those to which something happens on the
chosen day, or those that differ between two sets of policies."""
Order: TypeAlias = Literal["ledger", "amount", "customer", "difference"]
SPEEDS = (1, 4, 16)
"""Days a second."""
_CHUNK = 5_000
"""Lines that are sorted at once: longer, and nothing else would happen meanwhile."""


@dataclass(frozen=True, slots=True)
class Span:
    """The days that are played."""

    first: datetime.date
    days: int

    @classmethod
    def between(cls, first: datetime.date, last: datetime.date) -> Span:
        """From a first to a last day."""
        return cls(first, (last - first).days + 1)

    @property
    def last(self) -> datetime.date:
        """The last one."""
        return self.date(self.days - 1)

    def date(self, day: int) -> datetime.date:
        """The date of a day; 0 is the first."""
        return self.first + datetime.timedelta(days=day)

    def day(self, date: datetime.date) -> int | None:
        """The number of a date; None if it is not in the range."""
        found = (date - self.first).days
        return found if 0 <= found < self.days else None

    def clamped(self, day: int) -> int:
        """The nearest day of the range."""
        return max(0, min(day, self.days - 1))

    def month(self, day: int, by: int) -> int:
        """A month later or earlier, within the range."""
        date = self.date(day)
        months = date.year * 12 + date.month - 1 + by
        year, month = divmod(months, 12)
        following = datetime.date(year + (month == 11), (month + 1) % 12 + 1, 1)  # noqa: PLR2004 - December
        end = (following - datetime.timedelta(days=1)).day
        return self.clamped((datetime.date(year, month + 1, min(date.day, end)) - self.first).days)


def after(days: Sequence[int], day: int) -> int | None:
    """The next of some days, which are in order."""
    at = bisect_right(days, day)
    return days[at] if at < len(days) else None


def before(days: Sequence[int], day: int) -> int | None:
    """The last of some days before a day."""
    at = bisect_left(days, day)
    return days[at - 1] if at else None


# --------------------------------------------------------------------------------- which lines


@dataclass(frozen=True, slots=True)
class Choice:
    """Which lines are shown, and in which order."""

    only: Only = "open"
    wanted: str = ""
    """Words that case, customer or name must hold."""
    order: Order = "ledger"

    def following(self, compares: bool) -> Choice:  # noqa: FBT001 - the one thing it depends on
        """The next order, as `s` chooses it."""
        orders: list[Order] = ["ledger", "amount", "customer"]
        if compares:
            orders.append("difference")
        at = orders.index(self.order) if self.order in orders else -1
        return replace(self, order=orders[(at + 1) % len(orders)])

    @property
    def is_plain(self) -> bool:
        """Whether new lines can be put behind those that are shown."""
        return self.order == "ledger" and self.only != "day"


def chosen(played: Played, choice: Choice, day: int) -> list[int]:
    """The lines that are shown, in their order."""
    rows: Iterable[int] = range(len(played))
    if choice.only == "day":
        rows = sorted(set(played.happening(day)))
    return in_order(played, kept(played, choice, rows), choice.order)


def kept(played: Played, choice: Choice, rows: Iterable[int]) -> Iterator[int]:
    """Those of some lines that are shown, wherever the day is."""
    words = choice.wanted.strip()
    restless, differing, lines = played.restless, played.differing, played.lines
    for row in rows:
        if choice.only == "open" and not restless[row]:
            continue
        if choice.only == "differing" and not is_different(played, row, differing[row]):
            continue
        line = lines[row]
        if words and not has(f"{line.case} {line.customer} {line.name}", words):
            continue
        yield row


def is_different(played: Played, row: int, days: int) -> bool:
    """Whether the two sides do something else for a line."""
    return days > 0 or played.charges(row) != played.charges(row, played.sides - 1)


def in_order(played: Played, rows: Iterable[int], order: Order) -> list[int]:
    """Lines in an order, in small parts, so that others get their turn meanwhile."""
    if order == "ledger":
        return list(rows)
    lines = played.lines

    def key(row: int) -> tuple[str, int, str] | tuple[int, int, int]:
        line = lines[row]
        if order == "customer":
            return (line.name or line.customer).casefold(), 0, line.case
        if order == "amount":
            return -line.minor, 0, row
        apart = abs(played.charges(row) - played.charges(row, played.sides - 1))
        return -played.differing[row], -apart, row

    parts = []
    every = iter(rows)
    while some := list(islice(every, _CHUNK)):
        some.sort(key=key)
        parts.append(some)
    return list(merge(*parts, key=key))


def place_of(rows: Sequence[int], row: int | None, order: Order) -> int:
    """Where a line is among those that are shown; the first if it is not."""
    if row is None:
        return 0
    if order == "ledger":
        at = bisect_left(rows, row)
        return at if at < len(rows) and rows[at] == row else min(at, max(0, len(rows) - 1))
    return next((at for at, each in enumerate(rows) if each == row), 0)
