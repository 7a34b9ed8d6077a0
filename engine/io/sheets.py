"""A table as rows of text, and the problems found in it.

CSV, Parquet and JSON all arrive here as a `Table` of text cells, so that one set of rules reads
them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from engine.core.problems import DataProblem


class Row(NamedTuple):
    """One row of a table."""

    number: int
    """From 1, without the header."""
    line: int
    """The line it starts on; in Parquet and JSON the same as `number`."""
    cells: list[str]
    raw: str
    """The line as it stands in the file, without its end; empty in Parquet and JSON."""
    absent: frozenset[str] = frozenset()
    """Columns of which it says nothing, where rows need not have all; their cells are empty."""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """The rest of a table, which cannot be read; nothing of it may be taken."""

    problem: DataProblem


@dataclass(frozen=True, slots=True)
class Table:
    """An open table. Its rows can be read once."""

    file: str
    """As it is shown."""
    unit: Literal["line", "row", "item"]
    header: list[str]
    header_line: str
    rows: Iterator[Row | DataProblem | Unreadable]
    """In the order of the file; a problem stands for a row that could not even be taken apart."""


@dataclass(slots=True)
class Sheet:
    """A table while it is read: the row at hand and what was wrong so far."""

    table: Table
    columns: dict[str, int]
    """Place of each column, from 0."""
    row: Row
    bad: bool = False
    """Whether something is wrong with the row at hand."""
    problems: list[DataProblem] = field(default_factory=list)

    def take(self, row: Row) -> None:
        """Make this the row at hand."""
        self.row = row
        self.bad = False

    def failed(self) -> bool:
        """Whether anything is wrong with the row at hand."""
        return self.bad

    def cell(self, name: str) -> str:
        """The text of a cell; empty too where the table has no such column."""
        at = self.columns.get(name)
        return "" if at is None else self.row.cells[at]

    def has(self, name: str) -> bool:
        """Whether the row at hand says anything under a column, if only that it is unknown."""
        return name in self.columns and name not in self.row.absent

    def complain(self, code: str, name: str, message: str, hint: str = "") -> None:
        """Report the cell under a column; an empty name, or one without a column, means the row."""
        self.bad = True
        self.problems.append(problem_at(self, self.row, code, name, message, hint))

    def complain_empty(self, name: str, hint: str = "") -> None:
        """Report a cell that must hold something."""
        items = self.table.unit == "item"
        message = f"'{name}' is missing" if items else f"the cell under '{name}' is empty"
        self.complain("L107", name, message, hint)


def problem_at(
    sheet: Sheet, row: Row, code: str, name: str, message: str, hint: str = ""
) -> DataProblem:
    """A problem of a cell of any row of the sheet."""
    at = sheet.columns.get(name)
    return DataProblem(
        code=code,
        file=sheet.table.file,
        message=message,
        hint=hint,
        line=row.line,
        unit=sheet.table.unit,
        column=None if at is None else at + 1,
        name="" if at is None else name,
        text="" if at is None else row.cells[at],
        row=row.raw,
    )
