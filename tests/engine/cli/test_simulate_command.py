"""`dun simulate` on a real ledger."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from tests.engine.cli.command import dun, process

pytestmark = pytest.mark.usefixtures("company")

SPRING = ("simulate", "--ledger", "ledger", "--from", "2026-03-01", "--to", "2026-05-31")


def events(*words: str, case: str = "") -> list[dict[str, Any]]:
    """What happens in spring."""
    return dun(*SPRING, "--format", "json", *words, *(("--case", case) if case else ())).rows


def story(*words: str, case: str) -> list[tuple[str, str]]:
    """Day and event of what happens to a case; a stage by its name."""
    return [(row["on"], row["stage"] or row["event"]) for row in events(*words, case=case)]


def test_an_event_has_the_promised_names_in_the_promised_order() -> None:
    assert list(events(case="R-1001")[1].items()) == [
        ("on", "2026-03-16"),
        ("case", "R-1001"),
        ("customer", "C-17"),
        ("policy", "de_standard"),
        ("version", 3),
        ("event", "stage"),
        ("stage", "notice"),
        ("channels", ["email", "post"]),
        ("fee", {"amount": "5.00", "currency": "EUR"}),
        ("interest", {"amount": "0.00", "currency": "EUR"}),
        ("deadline", "2026-03-25"),
        ("letters", ["2026-03-16/C-17/EUR/email", "2026-03-16/C-17/EUR/post"]),
        ("open_amount", {"amount": "250.00", "currency": "EUR"}),
        ("reason", None),
    ]


def test_events_come_by_date_and_case() -> None:
    keys = [(row["on"], row["case"]) for row in events()]
    assert keys == sorted(keys)
    assert len(set(keys)) > 10


def test_some_customers_can_be_played_by_a_part_of_their_id_or_name() -> None:
    every, some = events(), events("--customer", "c-17")
    assert some == [row for row in every if row["customer"] == "C-17"]
    assert len(every) > len(some) > 0
    assert events("--customer", "nobody is called so") == []


def test_what_the_ledger_says_was_executed_inside_the_range_is_replaced() -> None:
    Path("ledger/events.csv").write_text(
        "date,kind,invoice,stage,policy,version\n2026-03-09,stage,R-1001,final,de_standard,3\n",
        encoding="utf-8",
    )
    assert story(case="R-1001")[0] == ("2026-03-05", "reminder")


def test_from_scratch_leaves_out_what_was_executed_before() -> None:
    late = ("--from", "2026-03-10", "--to", "2026-03-31")
    words = ("simulate", "--ledger", "ledger", *late, "--case", "R-1001", "--format", "json")
    assert dun(*words).rows[0]["stage"] == "notice"
    assert dun(*words, "--from-scratch").rows[0]["stage"] == "reminder"


def test_no_more_payments_lets_a_paid_case_climb_on() -> None:
    assert story(case="R-1001")[-1] == ("2026-03-20", "settled")
    assert story("--no-more-payments", case="R-1001")[-1] == ("2026-04-27", "collection")


def test_with_each_day_a_payment_counts_from_the_day_on_which_it_was_recorded() -> None:
    assert story("--known", "each-day", case="R-1001") == [
        ("2026-03-05", "reminder"),
        ("2026-03-16", "notice"),
        ("2026-03-30", "warning"),
        ("2026-04-02", "settled"),
    ]


def test_what_was_recorded_after_the_time_asked_for_never_counts() -> None:
    assert story("--known", "2026-03-31", case="R-1001")[-1] == ("2026-04-27", "collection")
    assert story("--known", "2026-04-02", case="R-1001")[-1] == ("2026-03-20", "settled")


def test_further_events_can_be_supposed() -> None:
    Path("more.csv").write_text(
        "date,kind,invoice,amount\n2026-03-18,payment,R-1005,75.50\n", encoding="utf-8"
    )
    assert ("2026-03-18", "settled") not in story(case="R-1005")
    assert ("2026-03-18", "settled") in story("--what-if", "more.csv", case="R-1005")


def test_supposed_events_are_checked_like_those_of_the_ledger() -> None:
    Path("more.csv").write_text(
        "date,kind,invoice,amount,value\n"
        "2026-03-18,payment,R-1005,a lot,\n2026-03-18,reversal,R-1005,,P-1\n",
        encoding="utf-8",
    )
    ended = dun(*SPRING, "--what-if", "more.csv")
    assert (ended.code, ended.out) == (1, "")
    assert "more.csv:2: error[L111]" in ended.err
    assert "more.csv:3: error[L117]" in ended.err


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        ("2026-03-10,2026-03-17", [("2026-03-10", "reminder"), ("2026-03-17", "notice")]),
        ("monday", [("2026-03-09", "reminder"), ("2026-03-16", "notice")]),
        ("Monday, 2026-03-05", [("2026-03-05", "reminder"), ("2026-03-16", "notice")]),
        ("month-end", [("2026-03-31", "reminder"), ("2026-04-30", "notice")]),
        ("sunday", []),
    ],
)
def test_runs_can_be_limited_to_some_days(days: str, expected: list[tuple[str, str]]) -> None:
    found = story("--run-on", days, "--no-more-payments", "--from-scratch", case="R-1001")
    assert found[:2] == expected


def test_the_end_of_a_month_is_its_last_day_on_which_the_policy_runs() -> None:
    days = {row["on"] for row in events("--run-on", "month-end") if row["event"] == "stage"}
    assert days == {"2026-03-31", "2026-04-30", "2026-05-29"}


def test_every_form_of_file_holds_the_same_events() -> None:
    for name in ("all.csv", "all.parquet", "all.json"):
        ended = dun(*SPRING, "-o", name, "--format", "json")
        assert (ended.code, ended.out) == (0, "")
    lines = Path("all.json").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line) for line in lines] == events()
    with Path("all.csv").open(encoding="utf-8", newline="") as stream:
        written = list(csv.DictReader(stream))
    table = pl.read_parquet("all.parquet")
    assert table.columns == list(written[0])
    assert table["on"].dt.to_string("%Y-%m-%d").to_list() == [row["on"] for row in written]
    assert table["case"].to_list() == [row["case"] for row in written]
    fees = table["fee"].sum()
    assert f"{fees:.2f}" == "20.00"


def test_a_file_that_is_there_is_replaced_as_a_whole() -> None:
    Path("all.csv").write_text("old\n" * 1000, encoding="utf-8")
    dun(*SPRING, "-o", "all.csv")
    assert "old" not in Path("all.csv").read_text(encoding="utf-8")
    assert [path.name for path in Path().iterdir() if path.name.startswith(".")] == []


def test_policies_can_be_tried_instead_of_those_in_force() -> None:
    for name, days in (("first", 1), ("second", 2)):
        country = "DE" if name == "first" else "FR"
        Path(f"{name}.dun").write_text(
            f"policy {name} version 1\n  effective 2026-01-01\n"
            f"  applies when customer.country is {country}\n  currency EUR, CHF\n  timezone UTC\n\n"
            f"stage call\n  after {days} days overdue\n  by email\n",
            encoding="utf-8",
        )
    rows = events("--policy", "first.dun", "--policy", "second.dun")
    assert {row["policy"] for row in rows if row["event"] == "stage"} == {"first", "second"}
    only = events("--policy", "first.dun")
    assert {row["policy"] for row in only if row["event"] == "stage"} == {"first"}


def test_a_simulation_of_nothing_says_so() -> None:
    ended = dun("simulate", "--ledger", "ledger", "--from", "2025-01-01", "--to", "2025-01-31")
    assert ended.code == 0
    assert "0 stages executed" in ended.out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--from", "2026-03-02", "--to", "2026-03-01"), "--to 2026-03-01 is before --from"),
        (("--from", "2026-03-01", "--to", "2101-01-01"), "out of range"),
        (("--from", "2026-03-01", "--to", "soon"), "--to takes a date"),
        (
            ("--from", "2026-03-01", "--to", "2026-03-02", "--run-on", "2025-03-01,2025-03-02"),
            "--run-on names no day from 2026-03-01 to 2026-03-02",
        ),
        (
            ("--from", "2026-03-01", "--to", "2026-03-02", "--run-on", "munday"),
            "did you mean 'monday'?",
        ),
        (
            ("--from", "2026-03-01", "--to", "2026-03-02", "--run-on", "monday,,"),
            "'' is no date",
        ),
        (("--from", "2026-03-01", "--to", "2026-03-02", "-o", "x.html"), "-o writes files"),
    ],
)
def test_wrong_usage_is_told_in_a_sentence(words: tuple[str, ...], said: str) -> None:
    ended = dun("simulate", "--ledger", "ledger", *words)
    assert (ended.code, ended.out) == (2, "")
    assert said in ended.err


def test_a_case_that_is_not_there_is_told() -> None:
    ended = dun(*SPRING, "--case", "R-9")
    assert (ended.code, ended.out) == (1, "")
    assert "there is no case 'R-9'" in ended.err


def test_a_missing_file_of_events_is_told_by_name() -> None:
    ended = dun(*SPRING, "--what-if", "no.csv")
    assert (ended.code, ended.err) == (3, "dun: no.csv: no such file or directory\n")


def test_standard_input_is_read_for_a_dash() -> None:
    more = b"date,kind,invoice,amount\n2026-03-18,payment,R-1005,75.50\n"
    words = (*SPRING, "--case", "R-1005", "--format", "json")
    paid = process(*words, "--what-if", "-", stdin=more)
    assert (paid.code, paid.rows[-1]["event"], paid.rows[-1]["on"]) == (0, "settled", "2026-03-18")
    wrong = process(*words, "--what-if", "-", stdin=more.replace(b"75.50", b"a lot"))
    assert (wrong.code, wrong.out) == (1, "")
    assert "<stdin>:2: error[L111]" in wrong.err
    policy = Path("policies/de_standard/3.dun").read_bytes()
    assert process(*words, "--policy", "-", stdin=policy).out == dun(*words).out
    twice = process(*words, "--policy", "-", "--what-if", "-", stdin=policy)
    assert (twice.code, twice.err) == (2, "dun: standard input (-) can only be read once\n")
