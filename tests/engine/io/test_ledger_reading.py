"""Reading a ledger that is right."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

import polars as pl
import pytest

from dunlang.types import Type
from engine.core.model import Customer, Event, Invoice
from engine.core.money import Money
from engine.io.ledger import load_ledger, read_ledger
from tests.engine.io.folders import CUSTOMERS, EVENTS, INVOICES, TYPES, folder, load
from tests.engine.ledgers import day, moment

if TYPE_CHECKING:
    from pathlib import Path

    from engine.core.model import Ledger, Value


def good(path: Path, **files: str | bytes) -> Ledger:
    """The ledger in these files, which must be right."""
    found = load(path, **files)
    assert found.problems == []
    assert found.ledger is not None
    return found.ledger


def test_records_come_as_they_are_written(tmp_path: Path) -> None:
    book = good(
        tmp_path,
        customers="id,name,country,tags\nC-1,Anna Berg,DE,vip;old\nC-2,,,\n",
        invoices=(
            "id,customer,issued,due,amount,currency,document,recorded,entity\n"
            "R-1,C-1,2026-01-01,2026-01-31,100.5,EUR,D-1,2026-01-02T10:00:00+01:00,north\n"
            "R-2,C-2,2026-01-01,2026-01-31,5000,JPY,,,\n"
        ),
        events=(
            "date,kind,invoice,amount,recorded,id\n"
            "2026-02-05,payment,R-1,40.00,2026-02-06T08:30:00Z,P-1\n"
            "2026-02-01,payment,R-2,1000,,\n"
        ),
    )
    assert book.customers == {
        "C-1": Customer(
            "C-1", {"name": "Anna Berg", "country": "DE", "tags": frozenset({"vip", "old"})}
        ),
        "C-2": Customer("C-2", {}),
    }
    assert book.invoices == {
        "R-1": Invoice(
            "R-1",
            "C-1",
            day("2026-01-01"),
            day("2026-01-31"),
            Money(10050, "EUR"),
            "D-1",
            moment("2026-01-02T09:00"),
            {"entity": "north"},
        ),
        "R-2": Invoice("R-2", "C-2", day("2026-01-01"), day("2026-01-31"), Money(5000, "JPY")),
    }
    assert book.events == (
        Event(
            "payment",
            day("2026-02-01"),
            "invoice",
            "R-2",
            moment("2026-02-01"),
            2,
            amount=Money(1000, "JPY"),
        ),
        Event(
            "payment",
            day("2026-02-05"),
            "invoice",
            "R-1",
            moment("2026-02-06T08:30"),
            1,
            "P-1",
            Money(4000, "EUR"),
        ),
    )


@pytest.mark.parametrize(
    ("fact", "text", "value"),
    [
        ("risk", "high", "high"),
        ("revenue_12m", "49.99 EUR", Money(4999, "EUR")),
        ("revenue_12m", "-1 KWD", Money(-1000, "KWD")),
        ("no_calls", "yes", True),
        ("no_calls", "no", False),
        ("rating", "-3", -3),
        ("rating", "2.5", Decimal("2.5")),
        ("discount", "2%", Decimal(2)),
        ("discount", "2.5", Decimal("2.5")),
        ("since", "2019-05-01", datetime.date(2019, 5, 1)),
        ("labels", "a; b;a", frozenset({"a", "b"})),
        ("shoe_size", "44", "44"),
        ("payment_method", "direct_debit", "direct_debit"),
    ],
)
def test_a_fact_has_its_declared_type_and_text_without_one(
    tmp_path: Path, fact: str, text: str, value: Value
) -> None:
    in_file = good(tmp_path / "a", customers=f"id,{fact}\nC-1,{text}\nC-2,\n", invoices=INVOICES)
    assert in_file.customers["C-1"].facts == {fact: value}
    assert in_file.customers["C-2"].facts == {}
    as_event = good(
        tmp_path / "b",
        events=f"date,kind,customer,name,value\n2026-02-01,fact,C-1,{fact},{text}\n",
    )
    assert as_event.events[0].value == value


def test_an_empty_fact_takes_the_value_away(tmp_path: Path) -> None:
    book = good(tmp_path, events="date,kind,customer,name,value\n2026-02-01,fact,C-1,risk,\n")
    assert (book.events[0].name, book.events[0].value) == ("risk", None)


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_a_spreadsheets_csv_is_read(tmp_path: Path, line_end: str, mark: bytes) -> None:
    text = 'id,name\nC-1,"Müller, ""Mo"" Söhne"\nC-2,\n\n'
    book = good(tmp_path, customers=mark + text.replace("\n", line_end).encode())
    assert book.customers["C-1"].facts == {"name": 'Müller, "Mo" Söhne'}


def test_a_cell_may_hold_a_line_end_and_lines_are_still_counted(tmp_path: Path) -> None:
    found = load(tmp_path, customers='id,name\nC-1,"two\nlines"\nC-2,\nC-2,\n')
    assert [(each.line, each.text) for each in found.problems] == [(5, "C-2")]


def test_the_currency_may_be_left_out_where_there_is_only_one(tmp_path: Path) -> None:
    book = good(
        tmp_path,
        events=(
            "date,kind,invoice,document,customer,amount,currency\n"
            "2026-02-01,payment,R-4,,,5.00,\n"
            "2026-02-01,payment,,D-1,,5.00,\n"
            "2026-02-01,payment,,,C-1,5.00,\n"
            "2026-02-01,payment,,,C-2,5.00,CHF\n"
        ),
    )
    amounts = [str(each.amount) for each in book.events]
    assert amounts == ["5.00 CHF", "5.00 EUR", "5.00 EUR", "5.00 CHF"]


def test_the_same_event_twice_counts_once(tmp_path: Path) -> None:
    row = "2026-02-01,payment,R-1,5.00,P-1\n"
    found = load(tmp_path, events="date,kind,invoice,amount,id\n" + row + row)
    assert found.ledger is not None
    assert len(found.ledger.events) == 1
    assert found.repeated == 1


def test_two_events_without_an_id_are_two_events(tmp_path: Path) -> None:
    row = "2026-02-01,payment,R-1,5.00\n"
    assert len(good(tmp_path, events="date,kind,invoice,amount\n" + row + row).events) == 2


def test_a_stage_tells_its_version_deadline_channels_and_fee(tmp_path: Path) -> None:
    book = good(
        tmp_path,
        events=(
            "date,kind,invoice,stage,policy,version,until,value,fee,interest\n"
            "2026-02-10,stage,R-1,notice,std,2,2026-02-20,email;post,5.00,0.00\n"
            "2026-02-11,stage_cancelled,R-1,notice,,,,,,\n"
        ),
    )
    stage = book.events[0]
    assert stage.value == frozenset({"email", "post"})
    assert (stage.stage, stage.policy, stage.version, stage.until, stage.fee) == (
        "notice",
        "std",
        2,
        day("2026-02-20"),
        Money(500, "EUR"),
    )


def test_columns_of_events_that_mean_nothing_are_left_alone(tmp_path: Path) -> None:
    book = good(tmp_path, events="date,kind,invoice,booked_by\n2026-02-01,dispute,R-1,anna\n")
    assert len(book.events) == 1


def test_reading_gives_the_ledger_and_the_problems(tmp_path: Path) -> None:
    ledger, problems = read_ledger(folder(tmp_path), TYPES)
    assert ledger is not None
    assert problems == []


def test_parquet_columns_may_have_types_of_their_own(tmp_path: Path) -> None:
    pl.DataFrame(
        {
            "id": ["C-1", "C-2"],
            "no_calls": [True, None],
            "rating": [3, None],
            "since": [day("2019-05-01"), None],
            "tags": [["vip", "old"], []],
        }
    ).write_parquet(tmp_path / "customers.parquet")
    pl.DataFrame(
        {
            "id": [1, 2],
            "customer": ["C-1", "C-2"],
            "issued": [day("2026-01-01")] * 2,
            "due": [datetime.datetime(2026, 1, 31)] * 2,  # noqa: DTZ001 - as pandas stores a day
            "amount": [Decimal("100.00"), Decimal("7.50")],
            "currency": ["EUR", "CHF"],
            "recorded": [moment("2026-01-02T10:00"), None],
        }
    ).write_parquet(tmp_path / "invoices.parquet")
    (tmp_path / "events.csv").write_text(EVENTS, encoding="utf-8")
    found = load_ledger(tmp_path, TYPES)
    assert found.problems == []
    assert found.ledger is not None
    assert found.ledger.customers == {
        "C-1": Customer(
            "C-1",
            {
                "no_calls": True,
                "rating": 3,
                "since": day("2019-05-01"),
                "tags": frozenset({"vip", "old"}),
            },
        ),
        "C-2": Customer("C-2", {}),
    }
    assert found.ledger.invoices == {
        "1": Invoice(
            "1",
            "C-1",
            day("2026-01-01"),
            day("2026-01-31"),
            Money(10000, "EUR"),
            None,
            moment("2026-01-02T10:00"),
        ),
        "2": Invoice("2", "C-2", day("2026-01-01"), day("2026-01-31"), Money(750, "CHF")),
    }


def test_types_are_those_that_policies_declare(tmp_path: Path) -> None:
    files = folder(tmp_path, customers=CUSTOMERS.replace("name", "score"))
    ledger, _ = read_ledger(files, {"customer.score": Type("text")})
    assert ledger is not None
    assert ledger.customers["C-1"].facts["score"] == "Anna Berg"
