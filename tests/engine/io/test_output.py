"""Rows of JSON as files."""

from __future__ import annotations

import csv
import datetime
import json
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from engine.io.output import flat, write_rows

ROWS = (
    {
        "case": "R-1",
        "on": "2026-03-16",
        "version": 3,
        "channels": ["email", "post"],
        "fee": {"amount": "5.00", "currency": "EUR"},
        "next": {"stage": "warning", "due": "2026-03-30"},
        "reason": None,
    },
    {"case": 'R-2 "ü", x', "on": "2026-03-17", "version": None, "reason": "line\nbreak"},
)
COLUMNS = ("case", "on", "version", "channels", "fee", "fee_currency", "next_due", "reason")


def test_a_row_of_a_table_has_one_value_in_a_cell() -> None:
    assert flat(ROWS[0]) == {
        "case": "R-1",
        "on": "2026-03-16",
        "version": 3,
        "channels": "email;post",
        "fee": "5.00",
        "fee_currency": "EUR",
        "next_stage": "warning",
        "next_due": "2026-03-30",
        "reason": None,
    }


def test_an_explanation_stays_json_in_its_cell() -> None:
    because = [{"line": 1, "text": "grace"}]
    assert json.loads(str(flat({"because": because})["because"])) == because


def test_csv_is_read_back_as_it_was(tmp_path: Path) -> None:
    write_rows(tmp_path / "rows.csv", ROWS, COLUMNS)
    with (tmp_path / "rows.csv").open(encoding="utf-8", newline="") as stream:
        first, second = csv.DictReader(stream)
    assert tuple(first) == COLUMNS
    assert (first["channels"], first["fee"], first["next_due"]) == (
        "email;post",
        "5.00",
        "2026-03-30",
    )
    assert (second["case"], second["reason"], second["fee"]) == ('R-2 "ü", x', "line\nbreak", "")


def test_parquet_has_dates_and_exact_amounts(tmp_path: Path) -> None:
    write_rows(tmp_path / "rows.parquet", ROWS, COLUMNS)
    table = pl.read_parquet(tmp_path / "rows.parquet")
    assert tuple(table.columns) == COLUMNS
    assert table["on"].to_list() == [datetime.date(2026, 3, 16), datetime.date(2026, 3, 17)]
    assert table["fee"].to_list() == [Decimal("5.0000"), None]
    assert table["version"].to_list() == [3, None]


def test_json_has_an_object_a_line(tmp_path: Path) -> None:
    write_rows(tmp_path / "rows.json", ROWS, COLUMNS)
    lines = (tmp_path / "rows.json").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line) for line in lines] == list(ROWS)


@pytest.mark.parametrize("name", ["rows.csv", "rows.parquet", "rows.json"])
def test_no_rows_make_a_file_too(tmp_path: Path, name: str) -> None:
    write_rows(tmp_path / name, (), COLUMNS)
    assert (tmp_path / name).exists()


@pytest.mark.parametrize("name", ["rows.csv", "rows.parquet", "rows.json"])
def test_a_failure_half_way_leaves_the_old_file(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("old", encoding="utf-8")

    def rows() -> object:
        yield ROWS[0]
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_rows(tmp_path / name, rows(), COLUMNS)  # type: ignore[arg-type]  # on purpose
    assert (tmp_path / name).read_text(encoding="utf-8") == "old"
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_an_unknown_ending_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"no format is known for the ending '\.xls'"):
        write_rows(tmp_path / "rows.xls", ROWS, COLUMNS)
    assert list(tmp_path.iterdir()) == []
