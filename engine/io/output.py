"""Rows to a file: CSV, Parquet or JSON (an object a line), as its ending says."""

from __future__ import annotations

import csv
import json
from itertools import islice
from typing import TYPE_CHECKING, Any, TextIO

from engine.io.atomic import replacing

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    import polars as pl

ENDINGS = (".csv", ".parquet", ".json")
"""`.json` holds one object a line, as `--format json` prints them."""
_DATES = frozenset({"on", "due", "deadline", "next_due"})
_AMOUNTS = frozenset({"open_amount", "fee", "interest"})
_NUMBERS = frozenset({"version"})
_TOGETHER = 10_000
"""Rows of Parquet that are held in memory."""


def flat(row: Mapping[str, object]) -> dict[str, str | int | bool | None]:
    """A row of JSON as a row of a table.

    An amount `{"amount": "5.00", "currency": "EUR"}` becomes `5.00` and, under the name with
    `_currency`, `EUR`; `next` becomes `next_stage` and `next_due`; a list becomes one text with
    `;` between its parts, or, of objects, JSON.
    """
    cells: dict[str, str | int | bool | None] = {}
    for name, value in row.items():
        match value:
            case {"amount": amount, "currency": currency}:
                cells[name], cells[f"{name}_currency"] = str(amount), str(currency)
            case dict():
                for inner, each in value.items():
                    cells[f"{name}_{inner}"] = None if each is None else str(each)
            case list() if any(isinstance(each, dict) for each in value):
                cells[name] = json.dumps(value, ensure_ascii=False)
            case list():
                cells[name] = ";".join(map(str, value))
            case None | bool() | int() | str():
                cells[name] = value
            case _:
                cells[name] = str(value)
    return cells


def write_rows(
    path: Path,
    rows: Iterable[Mapping[str, object]],
    columns: Sequence[str],
    *,
    amounts: Container[str] = _AMOUNTS,
    numbers: Container[str] = _NUMBERS,
) -> None:
    """Write rows of JSON to a file, all of them or none.

    `columns` are those of a table, as `flat` names them, in order; JSON keeps rows as they are.
    `amounts` and `numbers` are those that hold amounts of money and whole numbers.
    Raises OSError where the file cannot be written, ValueError for an ending not in ENDINGS.
    """
    with replacing(path) as part:
        match path.suffix.lower():
            case ".csv":
                with part.open("w", encoding="utf-8", newline="") as stream:
                    write_csv(stream, rows, columns)
            case ".parquet":
                _parquet(part, rows, columns, amounts, numbers)
            case ".json":
                with part.open("w", encoding="utf-8", newline="\n") as stream:
                    stream.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
            case other:
                message = f"no format is known for the ending '{other}'"
                raise ValueError(message)


def write_text(path: Path, text: str) -> None:
    """Write a text to a file, all of it or nothing. Raises OSError where it cannot be written."""
    with replacing(path) as part:
        part.write_text(text, encoding="utf-8", newline="\n")


def write_csv(stream: TextIO, rows: Iterable[Mapping[str, object]], columns: Sequence[str]) -> None:
    """Write rows of JSON as CSV with a header."""
    writer = csv.DictWriter(stream, columns, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(flat(row) for row in rows)


def _parquet(
    part: Path,
    rows: Iterable[Mapping[str, object]],
    columns: Sequence[str],
    amounts: Container[str],
    numbers: Container[str],
) -> None:
    # Takes longer to load than a small simulation to run.
    import polars as pl  # noqa: PLC0415 - slow to import, for Parquet only
    from polars.io.plugins import register_io_source  # noqa: PLC0415 - as above

    def frame(cells: Sequence[Mapping[str, object]]) -> pl.DataFrame:
        table = pl.DataFrame(
            {name: [row.get(name) for row in cells] for name in columns},
            schema={name: int if name in numbers else str for name in columns},
            strict=False,
        )
        dates = [name for name in columns if name in _DATES]
        exact = [name for name in columns if name in amounts]
        return table.with_columns(
            *(pl.col(name).str.to_date("%Y-%m-%d") for name in dates),
            *(pl.col(name).cast(pl.Decimal(38, 4)) for name in exact),
        )

    def frames(*_: object) -> Iterator[pl.DataFrame]:
        every = map(flat, rows)
        while cells := list(islice(every, _TOGETHER)):
            yield frame(cells)

    whole: Any = register_io_source(frames, schema=frame(()).schema)
    whole.sink_parquet(part, maintain_order=True, row_group_size=5 * _TOGETHER)
