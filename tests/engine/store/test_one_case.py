"""What concerns one invoice, read at once, is what is read of its debtor in any other way."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from engine.io.ledger_write import write_ledger
from engine.store import errors
from engine.store.errors import StoreError
from engine.store.ledger import owner_of
from engine.store.ledger_read import read_ledger
from engine.store.one_case import ledger_of_invoice
from tests.engine.io.folders import TYPES, folder
from tests.engine.services.importing import import_folder
from tests.engine.services.random_company import random_company
from tests.engine.services.test_imports import EVENTS_OF_ALL_KINDS
from tests.engine.store.test_ledger_digest import put

if TYPE_CHECKING:
    from pathlib import Path

    from engine.store.database import Database

PAYERS = "id,name,payer,risk\nC-1,Müller & Söhne,C-3,low\nC-2,,,?\nC-3,李 雷,C-4,\nC-4,,,high\n"


def check_every_invoice(database: Database) -> int:
    """Of each invoice of a store; how many there are."""
    with database.reading() as connection:
        invoices = read_ledger(connection, TYPES).invoices
        for name in invoices:
            owner = owner_of(connection, name)
            assert owner is not None
            expected = read_ledger(connection, TYPES, [owner])
            found = ledger_of_invoice(connection, name, TYPES)
            assert found == expected
            assert [*found.customers] == [*expected.customers]
            assert [*found.invoices] == [*expected.invoices]
        return len(invoices)


def test_events_of_all_kinds_are_read_as_in_any_other_way(
    database: Database, tmp_path: Path
) -> None:
    import_folder(database, folder(tmp_path / "small", events=EVENTS_OF_ALL_KINDS))
    assert check_every_invoice(database)


def test_whoever_shares_a_payer_is_read_too(database: Database, tmp_path: Path) -> None:
    import_folder(database, folder(tmp_path / "family", customers=PAYERS))
    assert check_every_invoice(database)


def test_a_company_in_which_much_happens_is_read_as_in_any_other_way(
    database: Database, tmp_path: Path
) -> None:
    write_ledger(tmp_path / "company", random_company(datetime.date(2026, 1, 1)))
    import_folder(database, tmp_path / "company", batch=500)
    assert check_every_invoice(database) > 20


def test_of_an_invoice_that_nobody_knows_nothing_is_read(database: Database) -> None:
    with database.reading() as connection:
        assert ledger_of_invoice(connection, "R-77", {}) is None


@pytest.mark.parametrize("payer", ["S-0", "nobody"])
def test_payers_that_end_nowhere_as_only_damage_makes_them_leave_the_customer_alone(
    database: Database, payer: str
) -> None:
    with database.writing() as connection:
        put(connection, 2)
        statement = "UPDATE customers SET payer = :payer WHERE id = 'D-0'"
        connection.execute(text(statement), {"payer": payer})
    with database.reading() as connection:
        found = ledger_of_invoice(connection, "I-0", {})
        assert found == read_ledger(connection, {}, ["S-0"])
        assert [*found.customers] == ["S-0"]


@pytest.mark.parametrize("address", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("table", "change"),
    [("customers", "facts = '{'"), ("invoices", "due = 'soon'"), ("events", "recorded = 'later'")],
)
def test_what_cannot_be_read_is_told_in_words(database: Database, table: str, change: str) -> None:
    """SQLite takes any text for a date."""
    with database.writing() as connection:
        put(connection, 1)
        connection.execute(text(f"UPDATE {table} SET {change}"))  # noqa: S608 - above
    with database.reading() as connection, pytest.raises(StoreError, match="damaged") as caught:
        ledger_of_invoice(connection, "I-0", {})
    assert caught.value.code == errors.BROKEN
