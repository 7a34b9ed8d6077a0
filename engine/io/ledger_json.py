"""A ledger from lists of JSON objects: their fields are the columns that ledger files have."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from dunlang.suggest import listed
from engine.core.model import Ledger
from engine.core.problems import DataProblem
from engine.io.ledger import meant_in_events, read_sheet
from engine.io.ledger_links import check_links
from engine.io.ledger_rows import COLUMNS, COMPUTED, OPTIONAL
from engine.io.ledger_state import Reading
from engine.io.sheets import Row, Sheet, Table

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from dunlang.types import Type

FIELDS = 200
"""Names that the objects of one list may have together."""
_AMOUNTS = frozenset({"amount", "fee", "interest"})
_DIGITS = 10**40
"""A number with more digits fits nothing in a ledger."""


class Objects(NamedTuple):
    """A ledger as lists of JSON objects, parsed and not looked at yet."""

    customers: Sequence[Mapping[str, object]]
    invoices: Sequence[Mapping[str, object]]
    events: Sequence[Mapping[str, object]]


def read_objects(given: Objects, types: Mapping[str, Type]) -> Ledger | tuple[DataProblem, ...]:
    """The ledger that the objects are, or everything that is wrong with them, by place.

    A problem's `line` is the object's place in its list, from 1. `types` are the declared facts by
    path, such as `customer.risk`.
    """
    reading = Reading(types, keeps_good_rows=False)
    sheets: list[Sheet] = []
    problems: list[DataProblem] = []
    for name, objects in given._asdict().items():
        columns = _columns(objects)
        if len(columns) > FIELDS:
            message = f"{name} have {len(columns)} different fields; {FIELDS} are enough"
            problems.append(DataProblem("L104", name, message, unit="item"))
            reading.complete = False
            continue
        problems += _flaws(name, objects, columns)
        table = Table(name, "item", list(columns), "", _rows(name, objects, columns))
        sheet = Sheet(table, columns, Row(0, 1, table.header, ""))
        read_sheet(reading, sheet, name)
        sheets.append(sheet)
    events = check_links(reading)
    problems += (each for sheet in sheets for each in sheet.problems)
    if problems:
        return tuple(sorted(problems, key=_place))
    return Ledger(reading.customers, reading.invoices, tuple(events))


def _place(problem: DataProblem) -> tuple[int, int, int]:
    return Objects._fields.index(problem.file), problem.line or 0, problem.column or 0


def _columns(objects: Sequence[Mapping[str, object]]) -> dict[str, int]:
    """Every field that an object has, with its place as a column."""
    columns: dict[str, int] = {}
    for each in objects:
        if each.keys() - columns.keys():
            for name in each:
                columns.setdefault(name, len(columns))
    return columns


def _flaws(
    name: str, objects: Sequence[Mapping[str, object]], columns: Mapping[str, int]
) -> Iterator[DataProblem]:
    """Fields that cannot be there, each at the first object that has it."""
    computed = COMPUTED.get(name.removesuffix("s"), ())
    known = (*COLUMNS[name], *OPTIONAL[name])
    for column, at in columns.items():
        if column in known:
            continue
        message, hint = "", ""
        if not column.isprintable() or not column:
            message = "the name of a fact holds printable characters"
        elif column in computed:
            message = f"'{column}' follows from invoices and events"
            hint = "leave it out, or give it another name"
        elif name == "events":
            message = f"events have no field '{column}'"
            meant = meant_in_events(column, columns)
            hint = f"did you mean '{meant}'?" if meant else "a fact changes by an event 'fact'"
        if message:
            line = next(n for n, each in enumerate(objects, start=1) if column in each)
            yield DataProblem("L104", name, message, hint, line, "item", at + 1, column)


def _rows(
    file: str, objects: Sequence[Mapping[str, object]], columns: dict[str, int]
) -> Iterator[Row | DataProblem]:
    blank = [""] * len(columns)
    for number, each in enumerate(objects, start=1):
        cells = blank.copy()
        bad: tuple[str, str, Unfit] | None = None
        for name, value in each.items():
            if type(value) is str:
                cells[columns[name]] = value
            elif value is not None:
                text = text_of(name, value)
                if isinstance(text, str):
                    cells[columns[name]] = text
                else:
                    bad = bad or ("L125", name, text)
        if bad is None and "\0" in "".join(cells):
            name = next(name for name, at in columns.items() if "\0" in cells[at])
            bad = "L102", name, Unfit("there is a NUL character in this text", "take it out")
        if bad is None:
            yield Row(number, number, cells, "")
        else:
            code, name, (message, hint) = bad
            at = columns[name] + 1
            yield DataProblem(code, file, message, hint, number, "item", at, name)


class Unfit(NamedTuple):
    """Why a value has no counterpart in a ledger."""

    message: str
    hint: str = ""


def text_of(name: str, value: object) -> str | Unfit:
    """A value that is neither text nor null, as a cell of a file has it."""
    match value:
        case bool():
            return "yes" if value else "no"
        case int():
            if -_DIGITS < value < _DIGITS:
                return str(value)
            return Unfit("this number has too many digits")
        case float():
            if name in _AMOUNTS:
                hint = 'write it as text, such as "250.00"'
                return Unfit("an amount is no floating-point number, which is not exact", hint)
            if math.isfinite(value):
                return f"{Decimal(repr(value)):f}"
            return Unfit("this is not a number")
        case list():
            if all(isinstance(each, str) and ";" not in each for each in value):
                return ";".join(value) or ";"
            return Unfit("a list holds texts without ';' and nothing else")
        case _:
            hint = f"write {listed(('text', 'a number', 'true', 'false', 'null'), 'or')}"
            return Unfit("an object has no counterpart in a ledger", hint)
