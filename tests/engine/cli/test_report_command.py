"""`dun report` on a real ledger."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from tests.engine.cli.command import dun

pytestmark = pytest.mark.usefixtures("company")

LEDGER = ("--ledger", "ledger", "--on", "2026-03-16")
AGEING = ("report", "ageing", *LEDGER)
EXPOSURE = ("report", "exposure", *LEDGER)


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


def test_nothing_open_is_said() -> None:
    assert dun("report", "ageing", "--ledger", "ledger", "--on", "2020-01-01").out == (
        "Nothing is open on 2020-01-01.\n"
    )


def test_what_a_name_holds_does_not_reach_the_terminal() -> None:
    with Path("ledger/customers.csv").open("a", encoding="utf-8") as stream:
        stream.write('C-\x1b[31m,"Evil\x1b[2J",business,DE\n')
    with Path("ledger/invoices.csv").open("a", encoding="utf-8") as stream:
        stream.write("R-X,C-\x1b[31m,2026-01-01,2026-02-01,99999.00,EUR\n")
    for words in (AGEING, EXPOSURE):
        ended = dun(*words, "--by", "customer")
        assert "\x1b" not in ended.out


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
    (("-o", "report.xls"), "-o writes files that end in"),
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


def test_a_ledger_with_bad_rows_is_reported_and_can_be_skipped() -> None:
    with Path("ledger/invoices.csv").open("a", encoding="utf-8") as stream:
        stream.write("R-X,C-17,2026-13-01,2026-02-01,9.00,EUR\n")
    assert dun(*AGEING).code == 1
    assert dun(*AGEING, "--skip-bad", "bad.csv").code == 0
