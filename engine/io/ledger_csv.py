"""A CSV file as rows of text: UTF-8 with or without a mark, quoted fields, any line ending."""

from __future__ import annotations

import csv
import re
import sys
from typing import TYPE_CHECKING

from engine.core.problems import DataProblem
from engine.io.sheets import Row, Table, Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import TextIO

_UNDECODED = re.compile("[\udc80-\udcff]")
"""What the error handler `surrogateescape` makes of a byte that is no UTF-8."""

_NO_TEXT = re.compile("[\udc80-\udcff\0]")
"""Such a byte, or a NUL."""

NOT_UTF8 = "this is not UTF-8 text"
SAVE_AS_UTF8 = "save the file as UTF-8 (in a spreadsheet: 'CSV UTF-8')"


def open_csv(file: str, stream: TextIO) -> Table | DataProblem:
    """The table in a stream that `open_text` opened, or why there is none."""
    lines = _Lines(stream)
    reader = csv.reader(lines.read(), strict=True)
    try:
        header = next(reader, None)
    except csv.Error as error:
        return DataProblem("L102", file, _malformed(error), line=1)
    raw, broken = lines.take()
    if broken is not None:
        return DataProblem("L102", file, NOT_UTF8, SAVE_AS_UTF8, line=1)
    if not header:
        return DataProblem("L103", file, "there is no header row", "name the columns in line 1")
    if len(header) == 1 and (";" in raw or "\t" in raw):
        return DataProblem(
            "L103",
            file,
            "the columns are not separated by commas",
            "separate them by ',' and write amounts with a decimal point",
            line=1,
            row=raw,
        )
    return Table(file, "line", header, raw, _rows(file, reader, lines, header))


def open_text(path: str) -> TextIO:
    """A text file opened for `open_csv`; raises OSError."""
    return open(path, encoding="utf-8-sig", errors="surrogateescape", newline="")  # noqa: PTH123 - the caller closes it


def text_of_stdin() -> TextIO:
    """Standard input opened for `open_csv`."""
    descriptor = sys.stdin.fileno()
    return open(
        descriptor, encoding="utf-8-sig", errors="surrogateescape", newline="", closefd=False
    )


class _Lines:
    """Lines on their way to the CSV reader, remembered until the row that they make is done."""

    __slots__ = ("broken", "kept", "number", "stream")

    def __init__(self, stream: TextIO) -> None:
        self.stream = stream
        self.number = 0
        self.kept: list[str] = []
        self.broken: tuple[int, str] | None = None
        """First line since `take` that is no text, and why."""

    def read(self) -> Iterator[str]:
        for line in self.stream:
            self.number += 1
            self.kept.append(line)
            if "\0" in line:
                self.broken = self.broken or (self.number, "there is a NUL character in this line")
            elif not line.isascii() and _UNDECODED.search(line):
                self.broken = self.broken or (self.number, NOT_UTF8)
            yield line

    def take(self) -> tuple[str, tuple[int, str] | None]:
        """The text of the row just read, without its end; and where and why it is no text."""
        kept = self.kept[0] if len(self.kept) == 1 else "".join(self.kept)
        self.kept.clear()
        broken, self.broken = self.broken, None
        return kept.rstrip("\r\n"), broken


def _rows(
    file: str, reader: Iterator[list[str]], lines: _Lines, header: list[str]
) -> Iterator[Row | DataProblem | Unreadable]:
    number, width = 0, len(header)
    while True:
        first = lines.number + 1
        try:
            cells = next(reader, None)
        except csv.Error as error:
            raw, _ = lines.take()
            problem = DataProblem("L102", file, _malformed(error), _QUOTES, line=first, row=raw)
            if "expected after" not in str(error):
                # A cell that never ends has swallowed rows; how many, nobody can tell.
                yield Unreadable(problem)
                return
            yield problem
            continue
        raw, broken = lines.take()
        if cells is None:
            return
        if not cells:
            continue  # an empty line
        number += 1
        if broken is not None:
            yield _no_text(file, broken, raw, cells, header)
        elif len(cells) != width:
            yield DataProblem(
                "L105",
                file,
                f"this row has {len(cells)} cells, the header has {width}",
                'put a cell that holds a comma between double quotes: "a, b"'
                if len(cells) > width
                else "write a comma for every empty cell too",
                line=first,
                row=raw,
            )
        else:
            yield Row(number, first, cells, raw)


def _no_text(
    file: str, broken: tuple[int, str], raw: str, cells: list[str], header: list[str]
) -> DataProblem:
    """A row with a byte that is no text, at the first cell that has one."""
    line, why = broken
    hint = SAVE_AS_UTF8 if why == NOT_UTF8 else "take it out"
    found = (at for at, cell in enumerate(cells[: len(header)]) if _NO_TEXT.search(cell))
    at = next(found, None)
    row = _NO_TEXT.sub("\ufffd", raw)
    if at is None:
        return DataProblem("L102", file, why, hint, line=line, row=row)
    text = _NO_TEXT.sub("\ufffd", cells[at])
    return DataProblem("L102", file, why, hint, line, "line", at + 1, header[at], text, row)


_QUOTES = 'inside a cell in double quotes a double quote is written twice: "a ""b"" c"'


def _malformed(error: csv.Error) -> str:
    """What the CSV reader found, in words of our own."""
    text = str(error)
    if "end of data" in text:
        return "a cell opened with a double quote is never closed"
    if "field limit" in text:
        return "a cell is longer than 131072 characters; is a double quote missing?"
    return "after a cell's closing double quote there must be a comma or the end of the line"
