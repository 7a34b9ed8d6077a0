"""The tables of rates that come with dunlang: right, with an end, and true to each other."""

from __future__ import annotations

import datetime
from decimal import Decimal
from pathlib import Path

import pytest

from engine.core.rates import MissingRate, RateTable, percent_on
from engine.io.rate_files import read_rate_table

FOLDER = Path(__file__).parents[2] / "policies" / "rates"
FILES = sorted(FOLDER.glob("*.csv"))


def table(name: str) -> RateTable:
    found, problems = read_rate_table(FOLDER / f"{name}.csv")
    assert problems == []
    assert found is not None
    return found


def on(rates: RateTable, day: datetime.date) -> Decimal:
    found = percent_on(rates, day.toordinal())
    assert isinstance(found, Decimal)
    return found


def half_years(first: int, last: int) -> list[datetime.date]:
    return [datetime.date(year, month, 1) for year in range(first, last + 1) for month in (1, 7)]


def test_the_tables_that_a_policy_may_name_are_there() -> None:
    assert [path.stem for path in FILES] == [
        "bank-of-england",
        "de-basiszinssatz",
        "ecb-main-refinancing",
        "uk-statutory-reference",
    ]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_table_names_its_source_and_says_where_knowledge_ends(path: Path) -> None:
    head = path.read_text(encoding="utf-8").partition("\nfrom,percent\n")[0]
    assert all(line.startswith("# ") for line in head.splitlines())
    assert "Source:" in head
    rates = table(path.stem)
    assert rates.end is not None
    assert isinstance(percent_on(rates, rates.end), MissingRate)
    assert all(abs(percent) < 10 for _, percent in rates.rows)


def test_the_german_base_rate_follows_the_main_refinancing_rate() -> None:
    base, refinancing = table("de-basiszinssatz"), table("ecb-main-refinancing")
    for start in [*half_years(2009, 2025), datetime.date(2026, 1, 1)]:
        before = on(refinancing, start - datetime.timedelta(days=1))
        assert on(base, start) == before - Decimal("0.88"), start


def test_the_british_reference_rate_is_bank_rate_at_the_end_of_the_half_year_before() -> None:
    reference, bank = table("uk-statutory-reference"), table("bank-of-england")
    for start in half_years(2003, 2026):
        assert on(reference, start) == on(bank, start - datetime.timedelta(days=1)), start


def test_half_yearly_tables_have_a_row_for_every_half_year() -> None:
    for name, first in (("de-basiszinssatz", 2002), ("uk-statutory-reference", 2003)):
        days = {datetime.date.fromordinal(day) for day, _ in table(name).rows}
        end = table(name).end
        assert end is not None
        until = datetime.date.fromordinal(end)
        assert {day for day in half_years(first, until.year) if day < until} <= days


def test_some_figures_that_everybody_knows() -> None:
    assert on(table("de-basiszinssatz"), datetime.date(2025, 9, 1)) == Decimal("1.27")
    assert on(table("de-basiszinssatz"), datetime.date(2020, 2, 29)) == Decimal("-0.88")
    assert on(table("ecb-main-refinancing"), datetime.date(2023, 12, 31)) == Decimal("4.50")
    assert on(table("bank-of-england"), datetime.date(2020, 6, 1)) == Decimal("0.10")
    assert on(table("uk-statutory-reference"), datetime.date(2024, 3, 1)) == Decimal("5.25")


def test_the_documents_say_until_when_each_table_is_known() -> None:
    page = (FOLDER.parents[1] / "docs" / "rates.md").read_text(encoding="utf-8")
    for path in FILES:
        rates = table(path.stem)
        assert rates.end is not None
        first = datetime.date.fromordinal(rates.rows[0][0])
        last = datetime.date.fromordinal(rates.end - 1)
        (line,) = (line for line in page.splitlines() if line.startswith(f"| `{path.stem}` |"))
        assert line.endswith(f"| {first} | {last} |"), line
