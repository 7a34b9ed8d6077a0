"""Files become a ledger in a store: wholly or not at all, and never twice."""

from __future__ import annotations

import csv
import datetime
from typing import TYPE_CHECKING

import polars as pl
import pytest
from sqlalchemy import func, select

from dunlang.types import Type
from engine.core.money import Money
from engine.io.ledger import load_ledger
from engine.services.actors import Actor, Refused
from engine.services.demo import write_demo
from engine.services.demo_company import FACT_TYPES
from engine.services.imports import Given, import_file
from engine.store.ledger_read import load_ledger as load_stored
from engine.store.ledger_read import read_ledger
from engine.store.schema.ledger import IMPORTS, STAGED
from tests.engine.io.folders import EVENTS, INVOICES, TYPES, folder
from tests.engine.services.importing import (
    AT,
    BAD,
    NEXT_DAY,
    import_folder,
    ledger_of,
    taken,
    written,
)

if TYPE_CHECKING:
    from pathlib import Path

    from engine.store.database import Database


def test_the_demo_company_is_the_same_from_a_store_as_from_its_files(
    database: Database, tmp_path: Path
) -> None:
    demo = write_demo(tmp_path / "demo", datetime.date(2026, 3, 31), customers=40, invoices=300)
    import_folder(database, demo.ledger_folder, batch=100)
    types = FACT_TYPES
    assert ledger_of(database, types) == load_ledger(demo.ledger_folder, types).ledger


def test_parquet_is_imported_as_csv_is(database: Database, tmp_path: Path) -> None:
    small = folder(tmp_path / "small")
    frame = pl.read_csv(small / "invoices.csv", infer_schema_length=0)
    frame.write_parquet(tmp_path / "invoices.parquet")
    taken(database, "customers", small / "customers.csv")
    found = taken(database, "invoices", tmp_path / "invoices.parquet")
    assert (found.is_taken, found.taken) == (True, 4)
    assert taken(database, "invoices", small / "invoices.csv").unchanged == 4


def test_a_nul_in_parquet_is_a_bad_row_as_in_csv(database: Database, tmp_path: Path) -> None:
    frame = pl.DataFrame({"id": ["C-1", "C-2"], "name": ["Anna\0", "Otto"]})
    frame.write_parquet(tmp_path / "customers.parquet")
    found = taken(database, "customers", tmp_path / "customers.parquet")
    assert [(each.line, each.name, each.code) for each in found.problems] == [(1, "name", "L102")]


def small(database: Database, tmp_path: Path, events: str = EVENTS) -> Path:
    """The store with a small ledger, whose folder is returned."""
    made = folder(tmp_path / "small", events=events)
    import_folder(database, made)
    return made


EVENTS_OF_ALL_KINDS = (
    "date,kind,invoice,customer,case,amount,currency,until,name,value,reason,stage,policy,version,"
    "fee,interest,recorded,id\n"
    "2026-02-05,payment,R-1,,,40.00,,,,,,,,,,,2026-02-07T08:00:00+01:00,P-1\n"
    "2026-02-06,reversal,R-1,,,10.00,,,,P-1,,,,,,,,\n"
    "2026-02-07,credit,,C-2,,5.00,CHF,,,,,,,,,,,\n"
    "2026-02-08,dispute,R-1,,,,,,,,goods broken,,,,,,,\n"
    "2026-02-08,dispute,R-1,,,,,,,,goods broken,,,,,,,\n"
    "2026-02-09,promise,R-2,,,50.00,,2026-02-20,,,,,,,,,,\n"
    "2026-02-10,exclude,,C-1,,,,2026-02-28,,,court,,,,,,,\n"
    "2026-02-11,due_changed,R-4,,,,,,,2026-03-15,,,,,,,,\n"
    "2026-02-12,fact,,C-1,,,,,risk,high,,,,,,,,\n"
    "2026-02-13,fact,,C-1,,,,,risk,,,,,,,,,\n"
    "2026-02-14,assign,R-2,,,,,,,,,,other,,,,,\n"
    "2026-02-15,stage,R-4,,,,CHF,2026-03-01,,post;email,,reminder,p,3,5.00,0.25,,\n"
    "2026-02-16,stage,,C-1,,,EUR,,,,,reminder,,,,,,\n"
    "2026-02-17,charge_waived,,,C-1:EUR,1.00,,,,,,,,,,,,\n"
    "2026-02-18,stage_cancelled,R-4,,,,,,,,,reminder,,,,,,\n"
)


def test_every_kind_of_event_comes_back_as_it_went_in(database: Database, tmp_path: Path) -> None:
    made = small(database, tmp_path, EVENTS_OF_ALL_KINDS)
    types = {"customer.risk": Type("one of", ("low", "high"))}
    assert ledger_of(database, types) == load_ledger(made, types).ledger


def test_to_import_everything_again_adds_nothing(database: Database, tmp_path: Path) -> None:
    made = small(database, tmp_path, EVENTS_OF_ALL_KINDS)
    before = ledger_of(database)
    for result in import_folder(database, made, at=NEXT_DAY):
        assert (result.taken, result.changed, result.bad) == (0, 0, 0)
    assert ledger_of(database) == before


def test_who_may_not_import_is_told_who_may(database: Database, tmp_path: Path) -> None:
    made = folder(tmp_path / "small")
    given = Given("customers", made / "customers.csv")
    result = import_file(database, Actor("vera", "viewer"), AT, given)
    assert isinstance(result, Refused)
    assert "clerk" in str(result)
    assert not ledger_of(database).customers


# ------------------------------------------------------------------------------- what changed


def test_a_changed_fact_becomes_an_event_of_that_day(database: Database, tmp_path: Path) -> None:
    made = small(database, tmp_path)
    text = "id,name,country,risk\nC-1,Anna Berg,AT,\nC-2,,AT,high\n"
    found = taken(database, "customers", written(tmp_path, "new.csv", text), at=NEXT_DAY)
    assert (found.changed, found.unchanged, found.taken) == (2, 0, 0)
    events = [(e.target_id, e.name, e.value, e.date) for e in ledger_of(database).events]
    day = NEXT_DAY.date()
    assert events == [
        ("C-1", "country", "AT", day),
        ("C-2", "name", None, day),
        ("C-2", "risk", "high", day),
    ]
    again = taken(database, "customers", tmp_path / "new.csv", at=NEXT_DAY)
    assert (again.changed, again.unchanged) == (0, 2)
    back = taken(database, "customers", made / "customers.csv", at=NEXT_DAY)
    assert (back.changed, back.unchanged) == (2, 0)


def test_a_fact_without_a_column_stays_as_it_is(database: Database, tmp_path: Path) -> None:
    small(database, tmp_path)
    found = taken(database, "customers", written(tmp_path, "new.csv", "id\nC-1\nC-2\n"))
    assert (found.changed, found.unchanged) == (0, 2)


def test_a_fact_that_an_event_set_is_not_set_back_by_the_same_file(
    database: Database, tmp_path: Path
) -> None:
    events = "date,kind,customer,name,value\n2026-02-12,fact,C-1,country,AT\n"
    made = small(database, tmp_path, events)
    assert taken(database, "customers", made / "customers.csv").changed == 0


def test_a_moved_due_date_becomes_an_event(database: Database, tmp_path: Path) -> None:
    small(database, tmp_path)
    text = INVOICES.replace("R-1,C-1,2026-01-01,2026-01-31", "R-1,C-1,2026-01-01,2026-02-15")
    found = taken(database, "invoices", written(tmp_path, "new.csv", text))
    assert (found.changed, found.unchanged) == (1, 3)
    (event,) = ledger_of(database).events
    assert (event.kind, event.target_id, event.value) == (
        "due_changed",
        "R-1",
        datetime.date(2026, 2, 15),
    )
    assert taken(database, "invoices", tmp_path / "new.csv").changed == 0


@pytest.mark.parametrize(
    ("before", "after", "column"),
    [
        ("100.00,EUR,\n", "120.00,EUR,\n", "amount"),
        ("100.00,EUR,\n", "100.00,CHF,\n", "currency"),
        ("R-1,C-1", "R-1,C-2", "customer"),
        ("R-1,C-1,2026-01-01", "R-1,C-1,2026-01-02", "issued"),
        ("100.00,EUR,\n", "100.00,EUR,D-7\n", "document"),
    ],
)
def test_what_cannot_change_about_an_invoice_is_a_bad_row_with_a_way_out(
    database: Database, tmp_path: Path, before: str, after: str, column: str
) -> None:
    small(database, tmp_path)
    stored = ledger_of(database)
    text = INVOICES.replace(before, after, 1)
    found = taken(database, "invoices", written(tmp_path, "new.csv", text))
    assert not found.is_taken
    (problem,) = found.problems
    assert (problem.code, problem.line, problem.name) == ("L106", 2, column)
    assert problem.hint
    assert ledger_of(database) == stored


def test_a_payer_does_not_change(database: Database, tmp_path: Path) -> None:
    small(database, tmp_path)
    found = taken(database, "customers", written(tmp_path, "n.csv", "id,payer\nC-1,C-2\nC-2,\n"))
    assert [(each.code, each.line, each.name) for each in found.problems] == [("L106", 2, "payer")]


# ---------------------------------------------------------------------------------- bad rows


@pytest.mark.parametrize("kind", ["customers", "invoices", "events"])
def test_a_bad_row_gets_the_message_that_it_gets_in_a_folder(
    database: Database, tmp_path: Path, kind: str
) -> None:
    made = small(database, tmp_path)
    stored = ledger_of(database)
    bad = written(tmp_path, f"{kind}.csv", BAD[kind])
    found = taken(database, kind, bad)  # type: ignore[arg-type]  # one of the three words
    (made / f"{kind}.csv").write_text(BAD[kind], encoding="utf-8")
    in_folder = [
        (each.line, each.code, each.message, each.hint, each.row)
        for each in load_ledger(made, {}).problems
        if each.file.endswith(f"{kind}.csv")
    ]
    assert not found.is_taken
    in_store = [(e.line, e.code, e.message, e.hint, e.row) for e in found.problems]
    assert in_store == in_folder
    assert in_folder
    assert found.found == len(in_folder)
    assert ledger_of(database) == stored


def test_nothing_is_left_of_a_refused_file(database: Database, tmp_path: Path) -> None:
    small(database, tmp_path)
    taken(database, "invoices", written(tmp_path, "bad.csv", BAD["invoices"]))
    with database.reading() as connection:
        assert connection.execute(select(func.count()).select_from(STAGED)).scalar_one() == 0
        states = connection.execute(select(IMPORTS.c.state)).scalars().all()
        assert states == ["done", "done", "done", "refused"]


def test_good_rows_are_taken_and_bad_ones_written_with_their_reasons(
    database: Database, tmp_path: Path
) -> None:
    small(database, tmp_path)
    rejects = tmp_path / "rejects.csv"
    bad = written(tmp_path, "events.csv", BAD["events"])
    found = taken(database, "events", bad, skip_bad=rejects)
    assert (found.is_taken, found.taken, found.bad) == (True, 1, 7)
    assert [each.id for each in ledger_of(database).events] == ["P-1"]
    with rejects.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [row["line"] for row in rows] == ["3", "4", "5", "6", "7", "8", "9"]
    assert all(row["reasons"] and row["row"] for row in rows)


def test_a_customer_whose_payer_is_left_out_is_left_out_too(
    database: Database, tmp_path: Path
) -> None:
    text = "id,payer\nA,B\nB,C\nC,A\nD,A\nE,F\nF,\nG,nobody\n"
    path = written(tmp_path, "customers.csv", text)
    found = taken(database, "customers", path)
    assert [each.line for each in found.problems] == [2, 3, 4, 8]
    found = taken(database, "customers", path, skip_bad=tmp_path / "rejects.csv")
    assert (found.taken, found.bad) == (2, 5)
    assert list(ledger_of(database).customers) == ["E", "F"]


def test_nothing_is_taken_of_a_file_that_cannot_be_read_to_its_end(
    database: Database, tmp_path: Path
) -> None:
    path = written(tmp_path, "customers.csv", 'id,name\nA,a\nB,"never closed\nC,c\n')
    found = taken(database, "customers", path, skip_bad=tmp_path / "rejects.csv", batch=1)
    assert (found.is_taken, found.readable) == (False, False)
    assert [each.code for each in found.problems] == ["L102"]
    assert not ledger_of(database).customers


def test_a_file_without_its_columns_is_refused(database: Database, tmp_path: Path) -> None:
    found = taken(database, "invoices", written(tmp_path, "i.csv", "id,customer\nR-1,C-1\n"))
    assert (found.is_taken, [each.code for each in found.problems]) == (False, ["L103"])


# --------------------------------------------------------------------- events and the store


def test_a_payment_is_taken_back_that_came_with_another_file(
    database: Database, tmp_path: Path
) -> None:
    head = "date,kind,invoice,amount,value,id\n"
    small(database, tmp_path, head + "2026-02-05,payment,R-1,40.00,,P-1\n")
    first = written(tmp_path, "a.csv", head + "2026-02-09,reversal,R-1,30.00,P-1,\n")
    assert taken(database, "events", first).is_taken
    second = written(tmp_path, "b.csv", head + "2026-02-10,reversal,R-1,30.00,P-1,\n")
    (problem,) = taken(database, "events", second).problems
    assert problem.message == "of event 'P-1' only 10.00 EUR is left to take back"


def test_a_row_that_would_make_an_event_of_the_store_wrong_is_to_blame(
    database: Database, tmp_path: Path
) -> None:
    head = "date,kind,invoice,stage,amount\n"
    small(
        database,
        tmp_path,
        head + "2026-02-05,stage,R-1,a,\n2026-02-10,stage_cancelled,R-1,a,\n",
    )
    path = written(
        tmp_path, "late.csv", head + "2026-02-07,stage,R-1,b,\n2026-02-12,dispute,R-1,,\n"
    )
    found = taken(database, "events", path)
    assert [(each.line, each.code) for each in found.problems] == [(2, "L118")]


def test_two_equal_rows_are_two_events_and_stay_two(database: Database, tmp_path: Path) -> None:
    row = "2026-02-05,payment,R-1,10.00\n"
    head = "date,kind,invoice,amount\n"
    small(database, tmp_path, head + row * 2)
    again = taken(database, "events", written(tmp_path, "more.csv", head + row * 3), batch=1)
    assert (again.unchanged, again.taken) == (2, 1)
    amounts = [each.amount for each in ledger_of(database).events]
    assert amounts == [Money(1000, "EUR")] * 3


def test_the_same_id_with_something_else_is_a_bad_row(database: Database, tmp_path: Path) -> None:
    head = "date,kind,invoice,amount,id\n"
    small(database, tmp_path, head + "2026-02-05,payment,R-1,10.00,P-1\n")
    path = written(tmp_path, "b.csv", head + "2026-02-05,payment,R-1,20.00,P-1\n")
    assert [each.code for each in taken(database, "events", path).problems] == ["L122"]


# --------------------------------------------------------------------------------- read back


def test_a_text_that_a_policy_declares_otherwise_is_unknown_and_told(
    database: Database, tmp_path: Path
) -> None:
    customers = "id,country,risk\nC-1,DE,hgh\nC-2,AT,low\n"
    events = "date,kind,customer,name,value\n2026-02-12,fact,C-2,risk,hihg\n"
    import_folder(database, folder(tmp_path / "f", customers=customers, events=events))
    with database.reading() as connection:
        found = load_stored(connection, TYPES)
    known = found.ledger.customers
    assert (dict(known["C-1"].facts), known["C-2"].facts["risk"]) == ({"country": "DE"}, "low")
    assert [event.value for event in found.ledger.events] == [None]
    assert [(each.owner, each.id, each.name) for each in found.unfit] == [
        ("customer", "C-1", "risk"),
        ("customer", "C-2", "risk"),
    ]
    assert "'hgh' is not one of low, medium, high" in str(found.unfit[0])


def test_a_debtor_is_read_with_everybody_they_pay_for_and_nobody_else(
    database: Database, tmp_path: Path
) -> None:
    customers = "id,payer\nC-1,\nC-2,C-3\nC-3,C-4\nC-4,\n"
    events = "date,kind,invoice,customer\n2026-02-01,dispute,R-2,\n2026-02-01,dispute,,C-1\n"
    made = folder(tmp_path / "f", customers=customers, events=events)
    import_folder(database, made)
    with database.reading() as connection:
        part = read_ledger(connection, {}, debtors=["C-4"])
        below = read_ledger(connection, {}, debtors=["C-2"])
    assert part == below
    assert list(part.customers) == ["C-2", "C-3", "C-4"]
    assert list(part.invoices) == ["R-2", "R-3", "R-4"]
    assert [event.target_id for event in part.events] == ["R-2"]
