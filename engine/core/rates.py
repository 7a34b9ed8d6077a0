"""Dated tables: reference rates of interest, and rates of exchange.

A table gives a figure from one day to the next row's; with an end, from its end on there is none.
What a table does not know is a value, `MissingRate`, because a guess would cost somebody money.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from operator import itemgetter
from typing import TYPE_CHECKING, Literal

from engine.core.calendar import date_of
from engine.core.case import FOREVER

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from decimal import Decimal

Row = tuple[int, "Decimal"]
"""The first day (`date.toordinal()`) on which a figure holds, and the figure."""

_DAY = itemgetter(0)


@dataclass(frozen=True, slots=True)
class RateTable:
    """A dated figure: percent a year, or units of a currency for one of another."""

    name: str
    """Of the file, without its folder and ending: `de-basiszinssatz`."""
    rows: tuple[Row, ...]
    """Ascending, at least one."""
    end: int | None = None
    """The first day without a figure; None: the last row holds for ever."""


@dataclass(frozen=True, slots=True)
class ExchangeTable:
    """Dated rates of exchange: units of each currency for one unit of the fee's."""

    name: str
    currencies: Mapping[str, RateTable]
    """By currency; their names are that of the table."""


@dataclass(frozen=True, slots=True)
class MissingRate:
    """A rate that is needed for a day and that no table has."""

    table: str
    day: int
    sentence: str
    """What is missing and what to add, without a full stop."""


@dataclass(frozen=True, slots=True)
class TableProblem:
    """What is wrong with a row: the first that comes after an end, after a later day, or again."""

    kind: Literal["empty", "out of order", "repeated", "after the end", "ends at once"]
    row: int
    """Its place among the rows, from 0; 0 for an empty table."""
    earlier: int = 0
    """The row it collides with."""


def file_of(table: str) -> str:
    """Where a table is kept, as messages name it."""
    return f"rates/{table}.csv"


def rate_table(
    name: str, rows: Iterable[tuple[int, Decimal | None]]
) -> RateTable | tuple[TableProblem, ...]:
    """A table of rows in the order of the file, or everything that is wrong with them.

    A row without a figure ends the table and is the last one.
    """
    kept: list[Row] = []
    problems: list[TableProblem] = []
    end: int | None = None
    latest = ended_by = number = -1
    newest: int | None = None
    for number, (day, figure) in enumerate(rows):
        if newest is not None and day <= newest:
            problems.append(
                TableProblem("repeated" if day == newest else "out of order", number, latest)
            )
            continue
        if end is not None:
            problems.append(TableProblem("after the end", number, ended_by))
            continue
        newest, latest = day, number
        if figure is not None:
            kept.append((day, figure))
            continue
        end, ended_by = day, number
        if not kept:
            problems.append(TableProblem("ends at once", number))
    if number < 0:
        return (TableProblem("empty", 0),)
    return tuple(problems) or RateTable(name, tuple(kept), end)


def percent_on(table: RateTable, day: int) -> Decimal | MissingRate:
    """The figure of the newest row on or before a day."""
    if table.end is not None and day >= table.end:
        return MissingRate(
            table.name,
            day,
            f"{file_of(table.name)} ends on {date_of(table.end - 1)}: "
            f"add a row for {date_of(table.end)}",
        )
    at = bisect_right(table.rows, day, key=_DAY)
    if at == 0:
        first = date_of(table.rows[0][0])
        return MissingRate(
            table.name,
            day,
            f"{file_of(table.name)} begins on {first}: add a row that holds on {date_of(day)}",
        )
    return table.rows[at - 1][1]


def last_day_of(table: RateTable, day: int) -> int:
    """The last day on which the figure of a day that has one holds."""
    at = bisect_right(table.rows, day, key=_DAY)
    following = table.rows[at][0] if at < len(table.rows) else table.end
    return FOREVER if following is None else following - 1


def exchange_on(table: ExchangeTable, currency: str, day: int) -> Decimal | MissingRate:
    """Units of a currency for one unit of the fee's, by the newest row on or before a day."""
    rates = table.currencies.get(currency)
    if rates is None:
        return MissingRate(
            table.name,
            day,
            f"{file_of(table.name)} has no rate for {currency}: "
            f"add a row that holds on {date_of(day)}",
        )
    found = percent_on(rates, day)
    if isinstance(found, MissingRate):
        return MissingRate(table.name, day, f"for {currency}, {found.sentence}")
    return found


def no_table(name: str, day: int) -> MissingRate:
    """The answer where a table is named and none was read."""
    return MissingRate(name, day, f"{file_of(name)} is missing: add it with a row for the day")
