"""What a bad ledger is told: place, reason and a way out."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

import polars as pl
import pytest

from dunlang.types import Type
from engine.core.problems import as_json, as_text
from engine.io.ledger import load_ledger
from tests.engine.io.folders import EVENTS, INVOICES, TYPES, brief, folder, load

if TYPE_CHECKING:
    from pathlib import Path


def shown(path: Path, **files: str | bytes) -> str:
    """The problems as they are printed, without the folder in front of the file names."""
    return as_text(load(path, **files).problems).replace(f"{path}/", "")


def test_a_problem_shows_its_row_with_a_caret_and_a_way_out(tmp_path: Path) -> None:
    events = "date,kind,invoice,amount\n2026-02-05,paymnt,R-1,40.00\n"
    assert shown(tmp_path, events=events) == (
        "events.csv:2: error[L110]: column 2 (kind): 'paymnt' is not a kind of event\n"
        "    2 | 2026-02-05,paymnt,R-1,40.00\n"
        "      |            ^^^^^^ did you mean 'payment'?\n"
    )


def test_the_caret_stands_under_a_quoted_cell(tmp_path: Path) -> None:
    events = 'date,kind,invoice,reason,until\n2026-02-05,exclude,R-1,"a, ""b""",tomorrow\n'
    assert shown(tmp_path, events=events) == (
        "events.csv:2: error[L115]: column 5 (until): 'tomorrow' is not a date\n"
        '    2 | 2026-02-05,exclude,R-1,"a, ""b""",tomorrow\n'
        "      |                                   ^^^^^^^^ write year-month-day: 2026-03-01\n"
    )


def test_a_long_row_is_not_shown_but_its_way_out_is(tmp_path: Path) -> None:
    events = f"date,kind,invoice,reason\n2026-02-31,exclude,R-1,{'x' * 200}\n"
    events += f"2026-02-1,exclude,R-1,{'x' * 200}\n"
    assert shown(tmp_path, events=events) == (
        "events.csv:2: error[L115]: column 1 (date): there is no 2026-02-31 in the calendar\n"
        "      = that month ends on 2026-02-28\n"
        "\n"
        "events.csv:3: error[L115]: column 1 (date): '2026-02-1' is not a date\n"
        "      = write year-month-day: 2026-03-01\n"
    )


def test_a_problem_as_json(tmp_path: Path) -> None:
    found = load(tmp_path, events="date,kind,invoice\n2026-02-05,dispote,R-1\n")
    assert [as_json(problem) for problem in found.problems] == [
        {
            "code": "L110",
            "severity": "error",
            "file": str(tmp_path / "events.csv"),
            "line": 2,
            "column": 2,
            "name": "kind",
            "text": "dispote",
            "message": "'dispote' is not a kind of event",
            "hint": "did you mean 'dispute'?",
        }
    ]


def test_all_problems_of_a_row_are_told_at_once(tmp_path: Path) -> None:
    found = load(
        tmp_path,
        invoices=(
            "id,customer,issued,due,amount,currency,document\n"
            "R-1,C-9,2026-02-30,31.01.2026,1e3,EUR,\n"
        ),
    )
    assert [brief(each) for each in found.problems] == [
        ("L108", 2, "customer", "there is no customer 'C-9'"),
        ("L115", 2, "issued", "there is no 2026-02-30 in the calendar"),
        ("L115", 2, "due", "'31.01.2026' is not a date"),
        ("L111", 2, "amount", "'1e3' is not a number"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "1,234.50",
        "1e3",
        "1.234,50",
        " 5",
        "5 EUR",
        "+5",
        "1_000",
        "\N{ARABIC-INDIC DIGIT FIVE}",
        "NaN",
        ".5",
        "5.",
    ],
)
def test_what_is_not_a_number(tmp_path: Path, text: str) -> None:
    found = load(tmp_path, events=f'date,kind,invoice,amount\n2026-02-05,payment,R-1,"{text}"\n')
    assert [each.code for each in found.problems] == ["L111"]


@pytest.mark.parametrize("text", ["20260205", "2026-2-5", "05.02.2026", "2026-W06-4", "today"])
def test_what_is_not_a_date(tmp_path: Path, text: str) -> None:
    found = load(tmp_path, events=f"date,kind,invoice\n{text},dispute,R-1\n")
    assert [each.code for each in found.problems] == ["L115"]


@pytest.mark.parametrize(
    "text", ["yesterday", "2026-02-05T25:00", "2026-02-05T10:00+99:00", "0001-01-01T00:00+01:00"]
)
def test_what_is_not_a_time(tmp_path: Path, text: str) -> None:
    found = load(tmp_path, events=f"date,kind,invoice,recorded\n2026-02-05,dispute,R-1,{text}\n")
    assert [each.code for each in found.problems] == ["L115"]


@pytest.mark.parametrize("amount", ["0", "0.00", "-5"])
def test_payments_are_above_zero(tmp_path: Path, amount: str) -> None:
    found = load(tmp_path, events=f"date,kind,invoice,amount\n2026-02-05,payment,R-1,{amount}\n")
    assert [brief(each) for each in found.problems] == [
        ("L111", 2, "amount", f"the amount must be more than zero, not {amount}")
    ]


def test_a_line_that_is_not_utf8_is_named(tmp_path: Path) -> None:
    data = INVOICES.encode() + "R-9,C-1,2026-01-01,2026-01-31,5.00,EUR,Müll\n".encode("latin-1")
    found = load(tmp_path, invoices=data)
    assert [brief(each) for each in found.problems] == [
        ("L102", 6, "document", "this is not UTF-8 text")
    ]


def test_letters_of_another_encoding_are_shown_in_their_cell(tmp_path: Path) -> None:
    assert shown(tmp_path, customers="id,name\nC-1,Müller\nC-2,Otto\n".encode("cp1252")) == (
        "customers.csv:2: error[L102]: column 2 (name): this is not UTF-8 text\n"
        "    2 | C-1,M\ufffdller\n"
        "      |     ^^^^^^ save the file as UTF-8 (in a spreadsheet: 'CSV UTF-8')\n"
    )


def test_a_letter_of_another_encoding_in_a_cell_too_many_has_no_column(tmp_path: Path) -> None:
    found = load(tmp_path, customers=b"id,name\nC-1,Anna,\xfc\nC-2,Otto\n")
    assert [brief(each) for each in found.problems] == [("L102", 2, "", "this is not UTF-8 text")]


def test_a_column_that_looks_like_a_slip_is_told_and_kept(tmp_path: Path) -> None:
    path = folder(tmp_path, customers="id,emial,risk,shoe_size\nC-1,a@b.example,low,42\nC-2,,,\n")
    found = load_ledger(path, TYPES)
    assert found.doubts == [
        f"{path}/customers.csv: column 2 (emial) is kept as a fact of its own; is 'email' meant?"
    ]
    assert found.ledger is not None
    assert found.ledger.customers["C-1"].facts["emial"] == "a@b.example"


def test_a_column_that_a_policy_declares_is_no_slip(tmp_path: Path) -> None:
    path = folder(tmp_path, customers="id,names\nC-1,Anna\nC-2,Otto\n")
    assert load_ledger(path, {**TYPES, "customer.names": Type("text")}).doubts == []
    assert len(load_ledger(path, TYPES).doubts) == 1


def test_a_line_with_a_nul_is_named(tmp_path: Path) -> None:
    found = load(tmp_path, events=EVENTS + "2026-02-05,dispute,R-1\0,\n")
    assert [each.line for each in found.problems] == [2]
    assert found.problems[0].code == "L102"


def test_a_quote_that_is_never_closed_names_where_it_opened(tmp_path: Path) -> None:
    found = load(tmp_path, customers='id,name\nC-1,"Anna\nC-2,Otto\n')
    assert [brief(each) for each in found.problems] == [
        ("L102", 2, "", "a cell opened with a double quote is never closed")
    ]


def test_a_quote_that_is_never_closed_may_have_swallowed_rows_so_skipping_takes_nothing(
    tmp_path: Path,
) -> None:
    path = folder(tmp_path, events='date,kind,invoice\n"2026-02-05,dispute,R-1\n')
    assert load_ledger(path, TYPES, skip_bad=path / "bad.csv").ledger is None


def test_a_stray_quote_is_told_and_the_rows_after_it_are_read(tmp_path: Path) -> None:
    path = folder(tmp_path, customers='id,name\nC-1,"Anna" B\nC-2,Otto\n')
    found = load_ledger(path, TYPES, skip_bad=path / "bad.csv")
    assert [(each.line, each.code, each.row) for each in found.problems] == [
        (2, "L102", 'C-1,"Anna" B'),
        (2, "L108", "R-1,C-1,2026-01-01,2026-01-31,100.00,EUR,"),
    ]
    assert found.ledger is not None
    assert list(found.ledger.customers) == ["C-2"]


def test_a_file_in_utf_16_says_so(tmp_path: Path) -> None:
    found = load(tmp_path, events=EVENTS.encode("utf-16"))
    assert [brief(each) for each in found.problems] == [("L102", 1, "", "this is not UTF-8 text")]


def test_a_file_with_semicolons_says_so(tmp_path: Path) -> None:
    found = load(tmp_path, events="date;kind;invoice\n2026-02-05;dispute;R-1\n")
    assert [brief(each) for each in found.problems] == [
        ("L103", 1, "", "the columns are not separated by commas")
    ]


def test_an_empty_file_has_no_header(tmp_path: Path) -> None:
    found = load(tmp_path, events="")
    assert [(each.code, each.message) for each in found.problems] == [
        ("L103", "there is no header row")
    ]


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    (folder(tmp_path) / "events.csv").unlink()
    found = load_ledger(tmp_path, TYPES)
    assert found.ledger is None
    assert [(each.code, each.message) for each in found.problems] == [
        ("L101", "there is neither events.csv nor events.parquet")
    ]


def test_two_files_for_one_are_refused(tmp_path: Path) -> None:
    pl.DataFrame({"id": ["C-1"]}).write_parquet(folder(tmp_path) / "customers.parquet")
    found = load_ledger(tmp_path, TYPES)
    assert [(each.code, each.message) for each in found.problems] == [
        ("L101", "there are both customers.csv and customers.parquet")
    ]


def test_a_missing_column_proposes_the_one_that_was_meant(tmp_path: Path) -> None:
    found = load(tmp_path, invoices=INVOICES.replace("customer", "custommer"))
    assert [(each.code, each.message, each.hint) for each in found.problems] == [
        ("L103", "invoices need a column customer", "is it the one named 'custommer'?")
    ]


def test_amounts_in_binary_floating_point_are_refused(tmp_path: Path) -> None:
    (folder(tmp_path) / "invoices.csv").unlink()
    pl.DataFrame({"id": ["R-1"], "amount": [0.1]}).write_parquet(tmp_path / "invoices.parquet")
    found = load_ledger(tmp_path, TYPES)
    assert [(each.code, each.column, each.name) for each in found.problems] == [
        ("L125", 2, "amount")
    ]


def test_a_file_that_is_not_parquet_is_named(tmp_path: Path) -> None:
    (folder(tmp_path) / "invoices.csv").rename(tmp_path / "invoices.parquet")
    found = load_ledger(tmp_path, TYPES)
    assert [(each.code, each.message) for each in found.problems] == [
        ("L102", "this is not a Parquet file")
    ]


def test_a_damaged_parquet_file_is_named(tmp_path: Path) -> None:
    path = folder(tmp_path) / "invoices.parquet"
    (tmp_path / "invoices.csv").unlink()
    columns = ("id", "customer", "issued", "due", "amount", "currency")
    pl.DataFrame({name: [f"{name} {n}" for n in range(500)] for name in columns}).write_parquet(
        path
    )
    data = bytearray(path.read_bytes())
    data[40:400] = bytes(360)
    path.write_bytes(data)
    found = load_ledger(tmp_path, TYPES, skip_bad=tmp_path / "bad.csv")
    assert found.ledger is None
    assert [(each.code, each.message) for each in found.problems] == [
        ("L102", "this Parquet file is damaged")
    ]


def test_a_folder_may_be_called_like_a_pattern(tmp_path: Path) -> None:
    path = folder(tmp_path / "a=1[b]")
    (path / "customers.csv").unlink()
    pl.DataFrame({"id": ["C-1", "C-2"]}).write_parquet(path / "customers.parquet")
    assert load_ledger(path, TYPES).problems == []


def test_a_missing_file_is_told_and_not_all_that_would_refer_to_it(tmp_path: Path) -> None:
    path = folder(tmp_path, events="date,kind,invoice,amount\n2026-02-05,payment,R-1,5.00\n")
    (path / "invoices.csv").unlink()
    assert [each.code for each in load_ledger(path, TYPES).problems] == ["L101"]


def test_a_row_of_parquet_is_named_by_its_number(tmp_path: Path) -> None:
    (folder(tmp_path) / "events.csv").unlink()
    pl.DataFrame(
        {"date": ["2026-02-05", "2026-02-30"], "kind": ["dispute"] * 2, "invoice": ["R-1"] * 2}
    ).write_parquet(tmp_path / "events.parquet")
    text = as_text(load_ledger(tmp_path, TYPES).problems).replace(f"{tmp_path}/", "")
    assert text == (
        "events.parquet row 2: error[L115]: column 1 (date): there is no 2026-02-30 in the "
        "calendar\n"
        "      = that month ends on 2026-02-28\n"
    )


def test_a_bad_row_is_told_once_and_not_again_by_all_that_refer_to_it(tmp_path: Path) -> None:
    found = load(
        tmp_path,
        customers="id,country\nC-1,Germany\nC-2,AT\n",
        events=(
            "date,kind,invoice,document,customer,amount,value,id\n"
            "2026-02-05,payment,R-1,,,0,,P-1\n"
            "2026-02-06,reversal,R-1,,,,P-1,\n"
            "2026-02-06,dispute,,,C-1,,,\n"
        ),
    )
    assert [each.name for each in found.problems] == ["country"]


def test_a_wrong_reversal_says_what_is_wrong(tmp_path: Path) -> None:
    found = load(
        tmp_path,
        events=(
            "date,kind,invoice,amount,value,id\n"
            "2026-02-05,payment,R-1,40.00,,P-1\n"
            "2026-02-05,dispute,R-1,,,E-1\n"
            "2026-02-06,reversal,R-1,30.00,P-1,\n"
            "2026-02-07,reversal,R-1,20.00,P-1,\n"
            "2026-02-06,reversal,R-2,,P-1,\n"
            "2026-02-06,reversal,R-1,,P-2,\n"
            "2026-02-06,reversal,R-1,,E-1,\n"
            "2026-02-04,reversal,R-1,,P-1,\n"
        ),
    )
    assert [(each.line, each.message) for each in found.problems] == [
        (5, "of event 'P-1' only 10.00 EUR is left to take back"),
        (6, "event 'P-1' is on invoice 'R-1'"),
        (7, "there is no event 'P-2' to take back"),
        (8, "event 'E-1' is a dispute; only a payment or a credit can be taken back"),
        (9, "event 'P-1' of 2026-02-05 cannot be taken back before that"),
    ]


def test_a_reversal_may_stand_before_its_payment_in_the_file(tmp_path: Path) -> None:
    found = load(
        tmp_path,
        events=(
            "date,kind,invoice,amount,value,id\n"
            "2026-02-06,reversal,R-1,,P-1,\n"
            "2026-02-05,payment,R-1,40.00,,P-1\n"
        ),
    )
    assert found.problems == []


def test_nothing_is_taken_when_a_row_is_bad(tmp_path: Path) -> None:
    assert load(tmp_path, events="date,kind,invoice\n2026-02-30,dispute,R-1\n").ledger is None


def test_skipping_takes_the_good_rows_and_writes_the_bad_ones_with_their_reasons(
    tmp_path: Path,
) -> None:
    path = folder(
        tmp_path,
        customers="id,country\nC-1,Germany\nC-2,AT\n",
        events=(
            "date,kind,invoice,amount\n"
            "2026-02-05,dispute,R-1,\n"
            '2026-02-05,payment,R-2,"5,00"\n'
            "2026-02-05,payment,R-2,5.00\n"
        ),
    )
    found = load_ledger(path, TYPES, skip_bad=path / "bad.csv")
    assert found.ledger is not None
    assert list(found.ledger.customers) == ["C-2"]
    assert list(found.ledger.invoices) == ["R-2", "R-3", "R-4"]
    assert [each.row for each in found.ledger.events] == [3]
    with (path / "bad.csv").open(encoding="utf-8", newline="") as stream:
        header, *rows = csv.reader(stream)
    assert header == ["file", "line", "codes", "reasons", "row"]
    assert [row[1:] for row in rows] == [
        ["2", "L119", "country: 'Germany' is not a country", "C-1,Germany"],
        [
            "2",
            "L108",
            "customer: the row of customer 'C-1' was left out",
            "R-1,C-1,2026-01-01,2026-01-31,100.00,EUR,",
        ],
        ["2", "L108", "invoice: the row of invoice 'R-1' was left out", "2026-02-05,dispute,R-1,"],
        ["3", "L111", "amount: '5,00' is not a number", '2026-02-05,payment,R-2,"5,00"'],
    ]


def test_skipping_does_not_help_where_a_file_is_no_table(tmp_path: Path) -> None:
    path = folder(tmp_path, events="")
    found = load_ledger(path, TYPES, skip_bad=path / "bad.csv")
    assert found.ledger is None
    assert not (path / "bad.csv").exists()


def test_a_terminal_cannot_be_written_to_by_a_file(tmp_path: Path) -> None:
    text = shown(tmp_path, events="date,kind,invoice\n2026-02-05,\x1b[31mpay,R-1\n")
    assert "\x1b" not in text
