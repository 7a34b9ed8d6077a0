"""`dun report` on a real ledger."""

from __future__ import annotations

import csv
import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from tests.engine.cli.command import dun

pytestmark = pytest.mark.usefixtures("company")

LEDGER = ("--ledger", "ledger", "--on", "2026-03-16")
AGEING = ("report", "ageing", *LEDGER)
EXPOSURE = ("report", "exposure", *LEDGER)
FEES = ("report", "fees", *LEDGER)
EFFECTIVENESS = ("report", "effectiveness", *LEDGER)
REPORTS = [AGEING, EXPOSURE, FEES, EFFECTIVENESS]
DUNNED = "2026-03-09,stage,R-X,,,,notice,de_standard,3,5.00,\n"


def told(*words: str) -> dict[str, Any]:
    """A report as JSON."""
    (found,) = dun(*words, "--format", "json").rows
    return found


def open_in(report: dict[str, Any]) -> dict[str, str]:
    """What is open in each currency."""
    return {each["currency"]: each["open_amount"]["amount"] for each in report["currencies"]}


def decided() -> dict[str, int]:
    """What `dun decide` says is open, in cents, by currency."""
    found: dict[str, int] = {}
    for row in dun("decide", *LEDGER, "--format", "json").rows:
        amount, currency = row["open_amount"].values()
        found[currency] = found.get(currency, 0) + int(amount.replace(".", ""))
    return found


@pytest.mark.parametrize("report", [AGEING, EXPOSURE])
def test_a_report_adds_up_to_what_all_open_cases_owe(report: tuple[str, ...]) -> None:
    cents = {code: int(each.replace(".", "")) for code, each in open_in(told(*report)).items()}
    assert cents == decided()
    assert len(cents) > 1


def test_ageing_shows_a_table_for_each_currency() -> None:
    ended = dun(*AGEING)
    assert ended.code == 0
    for currency in decided():
        assert f"Open on 2026-03-16, {currency}\n" in ended.out
    assert ended.out.count("over 90") == len(decided())


def test_ageing_is_broken_down_and_the_largest_groups_are_shown() -> None:
    ended = dun(*AGEING, "--by", "customer,country", "--by", "country", "--top", "1")
    assert "customer   country   items   not due" in ended.out
    assert "more; --top shows more, -o writes all" in ended.out
    report = told(*AGEING, "--by", "customer,country", "--top", "1")
    assert report["by"] == ["customer", "country"]
    first = report["currencies"][0]
    assert len(first["groups"]) == 1
    assert set(first["groups"][0]["group"]) == {"customer", "country"}


def test_buckets_are_as_they_are_asked_for() -> None:
    (first, *_) = told(*AGEING, "--buckets", "7, 14")["currencies"]
    assert [each["bucket"] for each in first["buckets"]] == ["not due", "1-7", "8-14", "over 14"]


def test_exposure_says_what_stands_how_and_who_owes_most() -> None:
    ended = dun(*EXPOSURE)
    assert ended.code == 0
    for said in ("to be done", "stage reached", "comes next", "largest debts", "is due"):
        assert said in ended.out


def test_a_report_says_of_when_it_is_and_what_its_words_mean() -> None:
    report = told(*AGEING, "--known", "2026-03-15")
    assert report["known"] == "2026-03-15T23:59:59.999999Z"
    assert report["policies"] == [{"policy": "de_standard", "version": 3}]
    assert "not deducted" in report["definitions"]["unapplied"]


@pytest.mark.parametrize("words", [FEES, EFFECTIVENESS])
def test_tables_of_what_was_done_hold_numbers_and_amounts(words: tuple[str, ...]) -> None:
    owe("Anna")
    for name in ("report.csv", "report.parquet", "report.json"):
        assert dun(*words, "-o", name).code == 0
    with Path("report.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    table = pl.read_parquet("report.parquet")
    assert table.columns == [*rows[0]]
    assert len(table) == len(rows) > 0
    amount, number = ("charged", "charges") if words is FEES else ("owed_7", "ended_7")
    assert table[amount].dtype == pl.Decimal(38, 4)
    assert table[number].dtype == pl.Int64
    assert json.loads(Path("report.json").read_text("utf-8")) == told(*words)


@pytest.mark.parametrize("words", [AGEING, EXPOSURE])
def test_every_form_of_file_holds_all_groups(words: tuple[str, ...]) -> None:
    by = ("--by", "customer", "--top", "1")
    for name in ("report.csv", "report.parquet", "report.json"):
        ended = dun(*words, *by, "-o", name)
        assert ended.code == 0, ended.err
        assert "Open on" in ended.out
        assert name in ended.err
    with Path("report.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    table = pl.read_parquet("report.parquet")
    assert len(rows) == len(table) > 2
    assert table["open_amount"].sum() == sum(
        pl.Series([r["open_amount"] for r in rows]).str.to_decimal(scale=4)
    )
    assert table["items"].dtype == pl.Int64
    assert json.loads(Path("report.json").read_text("utf-8")) == told(*words, *by)


def owe(name: str, customer: str = "C-X") -> None:
    """Let somebody of that name owe something, for which they are dunned."""
    for file, row in (
        ("customers", f'{customer},"{name}",business,DE{"," * 9}\n'),
        ("invoices", f"R-X,{customer},2026-01-01,2026-02-01,99999.00,EUR\n"),
        ("events", DUNNED),
    ):
        with Path(f"ledger/{file}.csv").open("a", encoding="utf-8") as stream:
            stream.write(row)


def test_what_was_charged_is_shown_with_what_became_of_it() -> None:
    owe("Anna")
    ended = dun(*FEES, "--from", "2026-03-01")
    assert ended.out.startswith("Charged from 2026-03-01 to 2026-03-16, EUR\n")
    later = dun(*FEES[:-1], "2026-03-20", "--to", "2026-03-16").out
    assert later.startswith("Charged up to 2026-03-16, as of 2026-03-20, EUR\n")
    assert "de_standard   notice       1      5.00" in ended.out
    assert dun(*FEES, "--to", "2026-03-08").out == "Nothing was charged up to 2026-03-08.\n"
    report = told(*FEES, "--from", "2026-03-01", "--by", "month,country")
    assert (report["from"], report["to"]) == ("2026-03-01", None)
    (group,) = report["currencies"][0]["groups"]
    assert group["group"] == {"month": "2026-03", "country": "DE"}
    assert group["total"]["open"]["amount"] == "5.00"
    assert "oldest charge" in report["definitions"]["allocation"]


def test_what_came_of_stages_is_shown_for_each_of_the_days_asked_for() -> None:
    ended = dun(*EFFECTIVENESS, "--within", "5,60")
    assert "settled in 5   settled in 60   median days" in ended.out
    (currency,) = told(*EFFECTIVENESS, "--within", "60,5", "--by", "stage")["currencies"]
    assert [each["days"] for each in currency["windows"]] == [5, 60]
    assert [(each["ended"], each["running"]) for each in currency["windows"]] == [(1, 0), (0, 1)]
    assert (
        dun(*EFFECTIVENESS, "--to", "2026-03-04").out == "No stage was executed up to 2026-03-04.\n"
    )


def test_nothing_open_is_said() -> None:
    assert dun("report", "ageing", "--ledger", "ledger", "--on", "2020-01-01").out == (
        "Nothing is open on 2020-01-01.\n"
    )


class Read(HTMLParser):
    """A page as a browser reads it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: set[str] = set()
        self.texts: list[str] = []
        self.unclosed: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes.update(name for name, _ in attrs)
        if tag != "meta":
            self.unclosed.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.unclosed.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append(data.strip())


@pytest.mark.parametrize("words", REPORTS)
def test_a_page_stands_for_itself_and_has_what_the_terminal_shows(
    words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "300")  # nothing is folded
    owe("<script>alert('x')</script> & \x1b[31mSons", "<b>C-X</b>")
    ended = dun(*words, "--by", "customer", "-o", "report.html")
    assert (ended.code, ended.err) == (0, "the report is in report.html\n")
    text = Path("report.html").read_text("utf-8")
    read = Read(text)
    assert read.unclosed == []
    assert not {"script", "b", "link", "img", "iframe", "a"} & set(read.tags)
    assert not {"src", "href", "style", "onclick"} & read.attributes
    assert "\x1b" not in text
    assert "url(" not in text
    assert read.tags.count("table") == read.tags.count("caption") > 1
    assert read.tags.count("h1") == 1
    lines = [line.partition("; --top")[0] for line in ended.out.splitlines() if "---" not in line]
    cells = {cell for line in lines for cell in re.split(r"\s{2,}", line.strip())}
    assert cells <= {*read.texts, ""}
    assert "<b>C-X</b>" in read.texts
    assert "de_standard 3" in read.texts


def test_a_page_says_where_there_is_nothing() -> None:
    assert dun("report", "fees", *LEDGER, "--to", "2020-01-01", "-o", "a.html").code == 0
    assert "Nothing was charged up to 2020-01-01." in Read(Path("a.html").read_text("utf-8")).texts


def test_what_a_name_holds_does_not_reach_the_terminal() -> None:
    owe("Evil\x1b[2J")
    for words in REPORTS:
        ended = dun(*words, "--by", "customer")
        assert "C-X" in ended.out
        assert "\x1b" not in ended.out
    assert "Evil\N{REPLACEMENT CHARACTER}[2J" in dun(*EXPOSURE).out


WRONG = [
    (
        ("--by", "colour"),
        "--by takes customer, country, kind, policy, stage, segment, not 'colour'",
    ),
    (("--by", ""), "--by takes"),
    (("--buckets", "a"), "--buckets takes a whole number from 1 on, not 'a'"),
    (("--buckets", "0,30"), "--buckets takes a whole number"),
    (("--buckets", "9999"), "none above 3,650"),
    (("--buckets", ",".join(["1"] * 21)), "up to 20 numbers of days"),
    (("--top", "0"), "--top takes a whole number from 1 on"),
    (("--top", "10001"), "--top takes at most 10,000"),
    (("--on", "16.03.2026"), "--on takes a date such as"),
    (("--known", "soon"), "--known takes a date or a time"),
    (("-o", "report.xls"), "-o writes files that end in .csv, .parquet, .json, .html"),
    (("-o", "ledger/invoices.csv"), "is read by this command"),
    (("--format", "yaml"), "--format is one of"),
]


def test_wrong_options_are_told_and_nothing_is_written() -> None:
    before = Path("ledger/invoices.csv").read_bytes()
    for words, said in WRONG:
        ended = dun(*AGEING, *words)
        assert (ended.code, ended.out) == (2, ""), words
        assert said in ended.err
    assert Path("ledger/invoices.csv").read_bytes() == before


WRONG_OF_WHAT_WAS_DONE = [
    (("--by", "colour"), "--by takes customer, country, kind, policy, version, stage"),
    (("--from", "1.3.2026"), "--from takes a date such as"),
    (("--from", "2026-03-17"), "begins on 2026-03-17, after the day of the report, 2026-03-16"),
    (("--to", "2026-03-17"), "ends on 2026-03-17, after the day of the report"),
    (("--from", "2026-03-02", "--to", "2026-03-01"), "before it begins on 2026-03-02"),
    (("--within", "0"), "--within takes a whole number from 1 on"),
    (("--within", "1,2,3,4,5,6,7"), "--within takes up to 6 numbers of days"),
    (("-o", "nowhere/report.html"), "no such folder"),
]


def test_wrong_options_of_what_was_done_are_told() -> None:
    for words, said in WRONG_OF_WHAT_WAS_DONE:
        ended = dun(*EFFECTIVENESS, *words)
        assert (ended.code in {2, 3}, ended.out) == (True, ""), words
        assert said in ended.err


def test_a_ledger_with_bad_rows_is_reported_and_can_be_skipped() -> None:
    with Path("ledger/invoices.csv").open("a", encoding="utf-8") as stream:
        stream.write("R-X,C-17,2026-13-01,2026-02-01,9.00,EUR\n")
    assert dun(*AGEING).code == 1
    assert dun(*AGEING, "--skip-bad", "bad.csv").code == 0
