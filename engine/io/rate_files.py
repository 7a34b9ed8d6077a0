"""Tables of rates as files: `from,percent`, and `from,currency,rate` for rates of exchange.

UTF-8; lines that begin with `#` may stand above the header, to say where the figures come from.
Everything that is wrong with a file is found at once, each at its words; nothing is written here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from dunlang.currencies import MINOR_DIGITS
from dunlang.diagnostics import Diagnostic
from dunlang.reading.decode import decode
from dunlang.reading.limits import LONGEST_TEXT, TOO_LARGE
from dunlang.source import Span
from dunlang.suggest import did_you_mean
from engine.core.calendar import date_of
from engine.core.cells import Bad, read_day
from engine.core.rates import ExchangeTable, RateTable, rate_table

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from dunlang.source import Source
    from engine.core.rates import TableProblem

FOLDER = "rates"
"""Beside a policy, or in the folder of all policies."""
SUFFIX = ".csv"

_FIGURE = re.compile(r"-?\d{1,9}(?:\.\d{1,9})?", re.ASCII).fullmatch
_LONG_FIGURE = re.compile(r"-?\d+(?:\.\d+)?", re.ASCII).fullmatch
_MOST_PERCENT = 1000


@dataclass(frozen=True, slots=True)
class _Line:
    """A row: the place of each cell, blanks around it left out."""

    whole: Span
    cells: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class _Row:
    """What a row says; `figure` is None where its cell is empty."""

    day: int
    figure: Decimal | None
    first: Span
    """The cell of the day."""


def read_rate_table(path: Path) -> tuple[RateTable | None, list[Diagnostic]]:
    """A table of reference rates, or everything that is wrong with it. Raises OSError."""
    return rate_table_of(path.stem, str(path), path.read_bytes())


def read_exchange_table(path: Path) -> tuple[ExchangeTable | None, list[Diagnostic]]:
    """A table of rates of exchange, or everything that is wrong with it. Raises OSError."""
    return exchange_table_of(path.stem, str(path), path.read_bytes())


def rate_table_of(name: str, file: str, data: bytes) -> tuple[RateTable | None, list[Diagnostic]]:
    """A table of reference rates in some bytes; `file` is what messages call it."""
    header, lines, problems = _sheet(file, data, ("from", "percent"))
    rows = [_row(first, _percent(figure), problems) for first, figure in lines]
    if problems or header is None:
        return None, _in_order(problems)
    table = _made(name, header, [row for row in rows if row])
    return (None, table) if isinstance(table, list) else (table, [])


def exchange_table_of(
    name: str, file: str, data: bytes
) -> tuple[ExchangeTable | None, list[Diagnostic]]:
    """A table of rates of exchange in some bytes; `file` is what messages call it."""
    header, lines, problems = _sheet(file, data, ("from", "currency", "rate"))
    by_currency: dict[str, list[_Row]] = {}
    for first, currency, figure in lines:
        row = _row(first, _rate(figure), problems)
        if currency.text not in MINOR_DIGITS:
            problems.append(_no_currency(currency))
        elif row:
            by_currency.setdefault(currency.text, []).append(row)
    if header is not None and not lines and not problems:
        problems.append(_empty(header))
    if problems or header is None:
        return None, _in_order(problems)
    tables: dict[str, RateTable] = {}
    for code, rows in by_currency.items():
        table = _made(name, header, rows)
        if isinstance(table, list):
            problems += table
        else:
            tables[code] = table
    return (None, _in_order(problems)) if problems else (ExchangeTable(name, tables), [])


def _in_order(problems: list[Diagnostic]) -> list[Diagnostic]:
    return sorted(problems, key=lambda problem: problem.span.start)


# ------------------------------------------------------------------ text to cells


def _sheet(
    file: str, data: bytes, columns: tuple[str, ...]
) -> tuple[Span | None, list[tuple[Span, ...]], list[Diagnostic]]:
    """The place of the right header, None if there is none; the rows' cells; what is wrong."""
    source, unread = decode(file, data)
    if source is None:
        hint = "save it as CSV in UTF-8"
        return None, [], [Diagnostic("R100", each.span, _unread(each), hint) for each in unread]
    lines = list(_lines(source))
    expected = ",".join(columns)
    if not lines:
        end = Span(source, len(source.text), len(source.text))
        message = "there is no header row"
        return None, [], [Diagnostic("R101", end, message, f"write {expected} in the first line")]
    header, *rows = lines
    if tuple(cell.text for cell in header.cells) != columns:
        message = f"these are not the columns of such a table, which are {expected}"
        return None, [], [Diagnostic("R101", header.whole, message, f"write {expected}")]
    count = len(columns)
    problems = [
        Diagnostic(
            "R102",
            line.whole,
            f"this row has {len(line.cells)} {'cells' if len(line.cells) > 1 else 'cell'}, "
            f"the header has {count}",
            "write one cell for each column, and decimals with a point",
        )
        for line in rows
        if len(line.cells) != count
    ]
    return header.whole, [line.cells for line in rows if len(line.cells) == count], problems


def _unread(problem: Diagnostic) -> str:
    if problem.code == TOO_LARGE:
        most = f"{LONGEST_TEXT // 1_000_000} MB"
        return f"this file is larger than any table of rates; at most {most} is read"
    return "this file cannot be read as text"


def _lines(source: Source) -> Iterator[_Line]:
    """The header and the rows, without empty lines and the comments above the header."""
    start, above = len(source.text) - len(source.text.removeprefix("\ufeff")), True
    for line in re.split(r"(?<=\n)", source.text[start:]):
        text = line.rstrip("\r\n")
        if text.strip() and not (above and text.startswith("#")):
            above = False
            yield _Line(Span(source, start, start + len(text)), _cells(source, start, text))
        start += len(line)


def _cells(source: Source, start: int, text: str) -> tuple[Span, ...]:
    cells = []
    for cell in text.split(","):
        left = start + len(cell) - len(cell.lstrip())
        cells.append(Span(source, left, max(left, start + len(cell.rstrip()))))
        start += len(cell) + 1
    return tuple(cells)


# ------------------------------------------------------------------ cells to values


def _row(
    first: Span, figure: Decimal | Diagnostic | None, problems: list[Diagnostic]
) -> _Row | None:
    """What a row says, or None with what is wrong added to the problems."""
    day = read_day(first.text)
    if isinstance(day, Bad):
        hint = day.hint or "write a day of the calendar"
        problems.append(Diagnostic("R103", first, day.message, hint))
    if isinstance(figure, Diagnostic):
        problems.append(figure)
    if isinstance(day, Bad) or isinstance(figure, Diagnostic):
        return None
    return _Row(day.toordinal(), figure, first)


def _percent(cell: Span) -> Decimal | Diagnostic | None:
    """Percent a year, None for an empty cell."""
    figure = _figure(cell)
    if isinstance(figure, Decimal) and abs(figure) > _MOST_PERCENT:
        message = f"{cell.text}% a year is more than anybody means"
        return Diagnostic("R104", cell, message, "is the decimal point missing?")
    return figure


def _rate(cell: Span) -> Decimal | Diagnostic | None:
    """A rate of exchange, None for an empty cell."""
    figure = _figure(cell)
    if isinstance(figure, Decimal) and figure <= 0:
        hint = "write units of the currency for one unit of the fee's"
        return Diagnostic("R104", cell, "a rate of exchange is above 0", hint)
    return figure


def _figure(cell: Span) -> Decimal | Diagnostic | None:
    if not cell.text:
        return None
    if _FIGURE(cell.text):
        return Decimal(cell.text)
    if _LONG_FIGURE(cell.text):
        message = f"{cell.text} has more digits than any rate"
        hint = "at most 9 digits are read before the decimal point, and 9 after it"
        return Diagnostic("R104", cell, message, hint)
    hint = "write a number with a decimal point, such as 1.27"
    plain = cell.text.removesuffix("%").strip()
    if cell.text.endswith("%") and _FIGURE(plain):
        hint = f"write {plain} without the sign"
    return Diagnostic("R104", cell, f"'{cell.text}' is not a number", hint)


def _no_currency(cell: Span) -> Diagnostic:
    hint = did_you_mean(cell.text, MINOR_DIGITS) or (
        "write its ISO 4217 code in capitals, such as EUR"
    )
    return Diagnostic("R107", cell, f"'{cell.text}' is not a currency", hint)


# ------------------------------------------------------------------ values to a table


def _made(name: str, header: Span, rows: Sequence[_Row]) -> RateTable | list[Diagnostic]:
    table = rate_table(name, [(row.day, row.figure) for row in rows])
    if isinstance(table, RateTable):
        return table
    return [_wrong(problem, header, rows) for problem in table]


def _empty(header: Span) -> Diagnostic:
    return Diagnostic("R106", header, "the table has no rate", "add a row below the header")


def _wrong(problem: TableProblem, header: Span, rows: Sequence[_Row]) -> Diagnostic:
    """A row that does not go with those before it, at its date."""
    if problem.kind == "empty":
        return _empty(header)
    row, earlier = rows[problem.row], rows[problem.earlier]
    day, before = date_of(row.day), date_of(earlier.day)
    related = ((earlier.first, "the other row"),)
    match problem.kind:
        case "repeated":
            message, hint = f"{day} stands here a second time", "keep one of the two rows"
            return Diagnostic("R105", row.first, message, hint, related=related)
        case "out of order":
            message = f"{day} comes after a row for {before}"
            hint = "put the rows in the order of their dates"
            return Diagnostic("R105", row.first, message, hint, related=related)
        case "after the end":
            message = f"{day} comes after the row of {before}, which ends the table"
            hint = "write the rate into that row, or take this one out"
            return Diagnostic("R106", row.first, message, hint, related=related)
        case "ends at once":
            message = f"the table ends on {day}, before its first rate"
            return Diagnostic("R106", row.first, message, "write the rate into this row")
