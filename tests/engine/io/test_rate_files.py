"""Tables of rates as files: what is read, and what a message says about what is wrong."""

from __future__ import annotations

import datetime
import re
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dunlang.render import as_text
from engine.core.rate_codes import PAGES
from engine.core.rates import ExchangeTable, RateTable, exchange_on, percent_on
from engine.io.rate_files import (
    exchange_table_of,
    rate_table_of,
    read_exchange_table,
    read_rate_table,
)
from engine.services.codes import Page, page_of


def day(text: str) -> int:
    return datetime.date.fromisoformat(text).toordinal()


def rates(text: str) -> RateTable:
    table, problems = rate_table_of("base", "rates/base.csv", text.encode())
    assert problems == []
    assert table is not None
    return table


def wrong(text: str) -> list[tuple[str, int, int, str, str]]:
    """Of each problem: code, line, column, words, message."""
    table, problems = rate_table_of("base", "rates/base.csv", text.encode())
    assert table is None
    return [(p.code, p.span.line, p.span.column, p.span.text, p.message) for p in problems]


def test_comments_above_the_header_say_where_the_figures_come_from() -> None:
    text = (
        "# Source: Deutsche Bundesbank\n# checked, 2026\n\nfrom,percent\n"
        "2025-07-01,1.27\n2026-01-01,-0.88\n2026-07-01,\n"
    )
    table = rates(text)
    assert (table.name, table.end) == ("base", day("2026-07-01"))
    assert percent_on(table, day("2026-06-30")) == Decimal("-0.88")


def test_a_mark_of_a_spreadsheet_windows_line_ends_and_blanks_do_no_harm() -> None:
    assert rates("\ufefffrom,percent\r\n 2026-01-01 , 1.27 \r\n").rows == (
        (day("2026-01-01"), Decimal("1.27")),
    )


def test_every_problem_of_a_table_is_told_at_its_words() -> None:
    text = "from,percent\n2026-01-01,1,27\n01.07.2026,abc\n2026-13-01,2\n2027-01-01,12700\n"
    assert wrong(text) == [
        ("R102", 2, 1, "2026-01-01,1,27", "this row has 3 cells, the header has 2"),
        ("R103", 3, 1, "01.07.2026", "'01.07.2026' is not a date"),
        ("R104", 3, 12, "abc", "'abc' is not a number"),
        ("R103", 4, 1, "2026-13-01", "there is no 2026-13-01 in the calendar"),
        ("R104", 5, 12, "12700", "12700% a year is more than anybody means"),
    ]


def test_a_number_that_is_too_long_is_not_told_to_be_none() -> None:
    assert wrong(f"from,percent\n2026-01-01,{'9' * 20}\n") == [
        ("R104", 2, 12, "9" * 20, f"{'9' * 20} has more digits than any rate")
    ]


def test_a_file_that_is_too_large_is_not_told_to_be_no_text() -> None:
    assert [problem[-1] for problem in wrong("from,percent\n" + "1" * 1_000_000)] == [
        "this file is larger than any table of rates; at most 1 MB is read"
    ]


def test_rows_out_of_order_and_repeated_name_the_row_they_collide_with() -> None:
    text = "from,percent\n2026-01-01,1\n2025-07-01,2\n2026-01-01,3\n"
    assert wrong(text) == [
        ("R105", 3, 1, "2025-07-01", "2025-07-01 comes after a row for 2026-01-01"),
        ("R105", 4, 1, "2026-01-01", "2026-01-01 stands here a second time"),
    ]


def test_nothing_follows_the_row_that_ends_a_table() -> None:
    message = "2027-01-01 comes after the row of 2026-07-01, which ends the table"
    assert wrong("from,percent\n2026-01-01,1\n2026-07-01,\n2027-01-01,2\n") == [
        ("R106", 4, 1, "2027-01-01", message)
    ]


def test_a_table_has_rates() -> None:
    assert [problem[0] for problem in wrong("from,percent\n")] == ["R106"]
    assert [problem[0] for problem in wrong("from,percent\n2026-01-01,\n")] == ["R106"]
    assert [problem[0] for problem in wrong("# nothing\n")] == ["R101"]


def test_a_message_shows_the_words_and_the_way_out() -> None:
    _, problems = rate_table_of("base", "rates/base.csv", b"from,percent\n2026-01-01,1.27%\n")
    assert as_text(problems) == (
        "rates/base.csv:2:12: error[R104]: '1.27%' is not a number\n"
        "    2 | 2026-01-01,1.27%\n"
        "      |            ^^^^^ write 1.27 without the sign\n"
    )


def test_a_table_of_exchange_has_rows_for_each_currency_in_their_own_order() -> None:
    text = (
        "from,currency,rate\n2026-01-02,SEK,11.02\n2026-01-02,DKK,7.46\n2026-01-05,SEK,11.05\n"
        "2026-02-01,DKK,\n"
    )
    table, problems = exchange_table_of("ecb", "rates/ecb.csv", text.encode())
    assert problems == []
    assert isinstance(table, ExchangeTable)
    assert exchange_on(table, "SEK", day("2026-01-04")) == Decimal("11.02")
    assert exchange_on(table, "DKK", day("2026-01-31")) == Decimal("7.46")
    assert not isinstance(exchange_on(table, "DKK", day("2026-02-01")), Decimal)


def test_a_table_of_exchange_tells_all_its_problems() -> None:
    text = "from,currency,rate\n2026-01-02,SKR,11\n2026-01-02,DKK,0\n2026-01-02,DKK,x\n"
    table, problems = exchange_table_of("ecb", "rates/ecb.csv", text.encode())
    assert table is None
    assert [(p.code, p.span.line, p.span.text) for p in problems] == [
        ("R107", 2, "SKR"),
        ("R104", 3, "0"),
        ("R104", 4, "x"),
    ]


def test_a_file_is_called_by_its_path_and_its_table_by_its_name(tmp_path: Path) -> None:
    path = tmp_path / "de-basiszinssatz.csv"
    path.write_text("from,percent\n2026-01-01,1.27\n", encoding="utf-8")
    table, _ = read_rate_table(path)
    assert table is not None
    assert table.name == "de-basiszinssatz"
    _, problems = read_exchange_table(path)
    assert [(p.code, p.span.source.name) for p in problems] == [("R101", str(path))]


# ---------------------------------------------------------------------- pages


def codes_of(text: str) -> set[str]:
    name, _, content = text.partition("\n")
    read = exchange_table_of if "currency" in content else rate_table_of
    return {problem.code for problem in read("base", name, content.encode())[1]}


@pytest.mark.parametrize("code", PAGES)
def test_wrong_is_wrong_and_right_is_right(code: str) -> None:
    page = PAGES[code]
    assert codes_of(page.wrong) == {code}
    assert codes_of(page.right) == set()
    assert isinstance(page_of(code.lower()), Page)
    assert page.title[0].islower()
    assert page.meaning.endswith(".")


def test_every_code_that_is_reported_has_a_page() -> None:
    source = Path(__file__).parents[3] / "engine" / "io" / "rate_files.py"
    used = set(re.findall(r'"(R\d{3})"', source.read_text(encoding="utf-8")))
    assert used == PAGES.keys()


@given(st.one_of(st.binary(), st.text("from,percnt2026-01\n# %e", max_size=60).map(str.encode)))
def test_whatever_stands_in_a_file_there_is_a_table_or_a_problem(data: bytes) -> None:
    for read in (rate_table_of, exchange_table_of):
        for content in (data, b"from,percent\n" + data, b"from,currency,rate\n" + data):
            table, problems = read("base", "rates/base.csv", content)
            assert (table is None) == bool(problems)
            assert all(problem.hint for problem in problems)
            as_text(problems)
