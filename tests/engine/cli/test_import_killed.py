"""`dun import` that is killed at any moment: nothing is lost, and nothing is there twice."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import func, select

from engine.store import audit
from engine.store.database import Database, connect
from engine.store.schema.ledger import IMPORTS, INVOICES
from tests.engine.cli.command import dun, started

PASSWORD = "correct horse battery"  # noqa: S105 - of nobody
ROWS = 20_000

pytestmark = pytest.mark.usefixtures("quick_passwords")


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, empty_address: str) -> str:
    """The address of an empty store, beside a file of customers and a long one of invoices."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DUN_DATABASE", empty_address)
    Path("customers.csv").write_text("id\nC-1\n", encoding="utf-8")
    rows = (f"R-{number},C-1,2026-01-01,2026-01-31,100.00,EUR" for number in range(ROWS))
    text = "\n".join(("id,customer,issued,due,amount,currency", *rows))
    Path("invoices.csv").write_text(text + "\n", encoding="utf-8")
    assert dun("init", "--admin", "anna", "--password-stdin", stdin=PASSWORD).code == 0
    assert dun("import", "customers", "customers.csv").code == 0
    return empty_address


def staged(database: Database) -> int:
    """How many rows of the file need not be read again."""
    with database.reading() as connection:
        wanted = select(func.max(IMPORTS.c.staged)).where(IMPORTS.c.kind == "invoices")
        return connection.execute(wanted).scalar() or 0


def there(database: Database) -> int:
    with database.reading() as connection:
        return connection.execute(select(func.count()).select_from(INVOICES)).scalar_one()


def test_an_import_that_is_killed_again_and_again_takes_every_row_once(files: str) -> None:
    database = connect(files)
    for most in (0, 5_000, 10_000):
        importing = started("import", "invoices", "invoices.csv")
        while staged(database) < most and importing.poll() is None:
            pass
        importing.kill()
        importing.communicate()
        assert staged(database) >= most
        assert there(database) in {0, ROWS}  # all of it, if the killer came late
    ended = dun("import", "invoices", "invoices.csv")
    assert (ended.code, there(database)) == (0, ROWS), ended.err
    again = dun("import", "invoices", "invoices.csv")
    assert again.out == f"0 invoices new, 0 changed, {ROWS:,} unchanged\n"
    with database.reading() as connection:
        assert list(audit.flaws(connection)) == []
    database.close()
