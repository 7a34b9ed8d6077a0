"""Dated tables: which figure holds on a day, and what is wrong with one."""

from __future__ import annotations

import datetime
from decimal import Decimal

from engine.core.rates import (
    ExchangeTable,
    MissingRate,
    RateTable,
    TableProblem,
    exchange_on,
    percent_on,
    rate_table,
)


def day(text: str) -> int:
    return datetime.date.fromisoformat(text).toordinal()


def table(*rows: tuple[str, str]) -> RateTable:
    made = rate_table("base", [(day(on), Decimal(rate) if rate else None) for on, rate in rows])
    assert isinstance(made, RateTable)
    return made


def problems(*rows: tuple[str, str]) -> list[tuple[str, int, int]]:
    made = rate_table("base", [(day(on), Decimal(rate) if rate else None) for on, rate in rows])
    assert isinstance(made, tuple)
    assert all(isinstance(each, TableProblem) for each in made)
    return [(each.kind, each.row, each.earlier) for each in made]


BASE = table(("2025-07-01", "1.27"), ("2026-01-01", "-0.88"), ("2026-07-01", ""))


def missing(found: object) -> str:
    assert isinstance(found, MissingRate)
    return found.sentence


def test_a_rate_holds_from_its_day_until_the_next_row() -> None:
    assert percent_on(BASE, day("2025-07-01")) == Decimal("1.27")
    assert percent_on(BASE, day("2025-12-31")) == Decimal("1.27")
    assert percent_on(BASE, day("2026-01-01")) == Decimal("-0.88")
    assert percent_on(BASE, day("2026-06-30")) == Decimal("-0.88")


def test_from_the_declared_end_on_there_is_no_rate_and_the_row_to_add_is_named() -> None:
    found = percent_on(BASE, day("2026-09-15"))
    assert missing(found) == "rates/base.csv ends on 2026-06-30: add a row for 2026-07-01"
    assert isinstance(found, MissingRate)
    assert (found.table, found.day) == ("base", day("2026-09-15"))


def test_before_the_first_row_there_is_no_rate() -> None:
    found = percent_on(BASE, day("2025-06-30"))
    assert missing(found) == (
        "rates/base.csv begins on 2025-07-01: add a row that holds on 2025-06-30"
    )


def test_the_last_row_of_a_table_without_an_end_holds_for_ever() -> None:
    assert percent_on(table(("2025-07-01", "1.27")), day("9999-12-31")) == Decimal("1.27")


def test_a_rate_of_exchange_is_the_newest_of_its_currency() -> None:
    tables = ExchangeTable(
        "ecb", {"SEK": table(("2026-01-01", "11.2"), ("2026-02-01", "11.4"), ("2026-03-01", ""))}
    )
    assert exchange_on(tables, "SEK", day("2026-01-31")) == Decimal("11.2")
    assert exchange_on(tables, "SEK", day("2026-02-28")) == Decimal("11.4")
    assert missing(exchange_on(tables, "CHF", day("2026-01-31"))) == (
        "rates/ecb.csv has no rate for CHF: add a row that holds on 2026-01-31"
    )
    assert missing(exchange_on(tables, "SEK", day("2026-03-01"))) == (
        "for SEK, rates/base.csv ends on 2026-02-28: add a row for 2026-03-01"
    )


def test_rows_stand_in_the_order_of_their_dates_each_once() -> None:
    assert problems(("2026-01-01", "1"), ("2025-07-01", "2"), ("2026-01-01", "3")) == [
        ("out of order", 1, 0),
        ("repeated", 2, 0),
    ]


def test_nothing_comes_after_the_row_that_ends_a_table() -> None:
    assert problems(("2026-01-01", "1"), ("2026-07-01", ""), ("2027-01-01", "2")) == [
        ("after the end", 2, 1)
    ]


def test_a_table_has_at_least_one_rate() -> None:
    assert problems() == [("empty", 0, 0)]
    assert problems(("2026-01-01", "")) == [("ends at once", 0, 0)]
