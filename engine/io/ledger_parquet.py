"""Parquet files as rows of text, written as the same table would be in CSV; and back."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

import polars as pl

from engine.core.problems import DataProblem
from engine.io.sheets import Row, Table, Unreadable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

_BATCH = 20_000
"""Rows held in memory at once."""
_AMOUNTS = frozenset({"amount", "fee", "interest"})


def open_parquet(file: str, path: Path) -> Table | DataProblem:
    """The table in a Parquet file, or why there is none. Raises OSError for an unreadable file."""
    try:
        with path.open("rb") as stream:
            schema = pl.read_parquet_schema(stream)
    except pl.exceptions.PolarsError:
        return DataProblem("L102", file, "this is not a Parquet file")
    writers: dict[str, Callable[[object], str]] = {}
    for number, (name, kind) in enumerate(schema.items(), start=1):
        if name in _AMOUNTS and kind.is_float():
            return DataProblem(
                "L125",
                file,
                "amounts are stored as binary floating-point numbers, which are not exact",
                "write the column as decimal or as text",
                column=number,
                name=name,
            )
        if kind.is_nested() and kind != pl.List(pl.String):
            return _unreadable(file, number, name, kind)
        if kind in (pl.Binary, pl.Time, pl.Duration, pl.Object):
            return _unreadable(file, number, name, kind)
        writers[name] = _written if name == "recorded" else _written_day
    header = list(schema)
    return Table(file, "row", header, "", _rows(file, path, writers))


def _unreadable(file: str, number: int, name: str, kind: pl.DataType) -> DataProblem:
    return DataProblem(
        "L125",
        file,
        f"a column of type {kind} has no counterpart in a ledger",
        "write it as text, number, date or yes/no",
        column=number,
        name=name,
    )


def _rows(
    file: str, path: Path, writers: dict[str, Callable[[object], str]]
) -> Iterator[Row | DataProblem | Unreadable]:
    number = 0
    # A folder called `a=1` or `b[2]` is a folder, no partition and no pattern.
    table = pl.scan_parquet(path, glob=False, hive_partitioning=False)
    batches = iter(table.collect_batches(chunk_size=_BATCH, maintain_order=True))
    while True:
        try:
            batch = next(batches, None)
        except pl.exceptions.PolarsError:
            yield Unreadable(DataProblem("L102", file, "this Parquet file is damaged"))
            return
        if batch is None:
            return
        columns = []
        for name, writer in writers.items():
            values = batch[name].to_list()
            columns.append(
                ["" if value is None else value for value in values]
                if batch.schema[name] == pl.String
                else [writer(value) for value in values]
            )
        for cells in zip(*columns, strict=True):
            number += 1
            nul = next((at for at, cell in enumerate(cells) if "\0" in cell), None)
            if nul is None:
                yield Row(number, number, list(cells), "")
            else:
                yield _with_nul(file, number, nul, list(writers)[nul])


def _with_nul(file: str, number: int, at: int, name: str) -> DataProblem:
    """A row with a character that no database keeps, as in CSV."""
    message = "there is a NUL character in this row"
    return DataProblem("L102", file, message, "take it out", number, "row", at + 1, name)


def _written_day(value: object) -> str:
    """A value as CSV has it; a timestamp at midnight is the day that a program stored as one."""
    if isinstance(value, datetime.datetime) and value.time() == datetime.time():
        return value.date().isoformat()
    return _written(value)


def _written(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case datetime.date():
            return value.isoformat()
        case Decimal():
            return f"{value:f}"
        case float():
            return f"{Decimal(repr(value)):f}"
        case list():
            return ";".join(map(str, value))
        case _:
            return str(value)


def write_parquet(path: Path, header: list[str], rows: list[dict[str, str]]) -> None:
    """Write rows of text as a Parquet file; an empty cell becomes null. Raises OSError."""
    columns = {name: [row.get(name) or None for row in rows] for name in header}
    pl.DataFrame(columns, schema=dict.fromkeys(header, pl.String)).write_parquet(path)
