"""Files whose import was broken off, or met another one: nothing is lost, nothing is twice."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from engine.io.ledger import load_ledger
from engine.services.actors import Refused
from engine.services.imports import Given, import_file
from engine.store import audit
from engine.store.database import connect
from engine.store.errors import BUSY, StoreError
from engine.store.schema.ledger import STAGED
from tests.engine.io.folders import CUSTOMERS, folder
from tests.engine.services.importing import ANNA, AT, BAD, ledger_of, taken, written

if TYPE_CHECKING:
    from pathlib import Path

    from engine.store.database import Database


class _Killed(BaseException):
    """As if the process had ended there."""


def killed_after(database: Database, given: Given, rows: int) -> None:
    """Import a file and be killed when so many rows are staged."""

    def stop(done: int, _: int) -> None:
        if done >= rows:
            raise _Killed

    with pytest.raises(_Killed):
        import_file(database, ANNA, AT, given, progress=stop, batch=1)


def test_an_import_that_was_killed_goes_on_where_it_stopped(
    database: Database, tmp_path: Path
) -> None:
    made = folder(tmp_path / "small")
    killed_after(database, Given("customers", made / "customers.csv"), 1)
    found = taken(database, "customers", made / "customers.csv")
    assert (found.resumed, found.taken) == (1, 2)
    killed_after(database, Given("invoices", made / "invoices.csv"), 3)
    assert not ledger_of(database).invoices
    found = taken(database, "invoices", made / "invoices.csv")
    assert (found.resumed, found.taken) == (3, 4)
    assert ledger_of(database) == load_ledger(made, {}).ledger


def test_problems_found_before_it_was_killed_are_still_told(
    database: Database, tmp_path: Path
) -> None:
    path = written(tmp_path, "customers.csv", BAD["customers"])
    whole = taken(database, "customers", path)
    killed_after(database, Given("customers", path, path.name), 4)
    assert taken(database, "customers", path).problems == whole.problems


def test_what_another_import_did_meanwhile_is_looked_at_again(
    database: Database, tmp_path: Path
) -> None:
    path = written(tmp_path, "customers.csv", CUSTOMERS)
    killed_after(database, Given("customers", path), 2)
    other = written(tmp_path, "others.csv", "id,name\nC-2,Otto AG\nC-3,Eva\n")
    assert taken(database, "customers", other).taken == 2
    found = taken(database, "customers", path)
    assert (found.resumed, found.taken, found.changed) == (0, 1, 1)
    assert list(ledger_of(database).customers) == ["C-2", "C-3", "C-1"]


def test_another_import_that_ends_while_rows_are_read_is_seen(
    database: Database, tmp_path: Path
) -> None:
    path = written(tmp_path, "customers.csv", CUSTOMERS)
    other = written(tmp_path, "others.csv", "id,name\nC-2,Otto AG\n")

    def meanwhile(done: int, _: int) -> None:
        if done == 2 and not ledger_of(database).customers:
            taken(database, "customers", other)

    found = import_file(database, ANNA, AT, Given("customers", path), progress=meanwhile, batch=1)
    assert not isinstance(found, Refused)
    assert (found.taken, found.changed) == (1, 1)


def test_the_same_file_imported_by_two_at_once_is_imported_once(
    database: Database, tmp_path: Path
) -> None:
    path = written(tmp_path, "customers.csv", CUSTOMERS)

    def meanwhile(done: int, _: int) -> None:
        if done == 1:
            taken(database, "customers", path)

    found = import_file(database, ANNA, AT, Given("customers", path), progress=meanwhile, batch=1)
    assert isinstance(found, Refused)
    assert "somebody else" in str(found)
    assert list(ledger_of(database).customers) == ["C-1", "C-2"]


def test_a_file_that_is_written_to_while_it_is_read_is_refused(
    database: Database, tmp_path: Path
) -> None:
    path = written(tmp_path, "customers.csv", CUSTOMERS)

    def meanwhile(*_: int) -> None:
        path.write_text(CUSTOMERS + "C-3,Eva,DE\n", encoding="utf-8")

    found = import_file(database, ANNA, AT, Given("customers", path), progress=meanwhile)
    assert isinstance(found, Refused)
    assert not ledger_of(database).customers


def test_the_audit_trail_names_the_file_and_what_came_of_it(
    database: Database, tmp_path: Path
) -> None:
    path = written(tmp_path, "customers.csv", CUSTOMERS)
    found = taken(database, "customers", path)
    with database.reading() as connection:
        (entry,) = audit.entries(connection)
        assert list(audit.flaws(connection)) == []
    sealed = entry.body.pop("rows")
    assert {name: (of["count"], of["first"], of["last"]) for name, of in sealed.items()} == {
        "customers": (2, 1, 2)
    }
    assert (entry.actor, entry.action, entry.subject) == ("anna", "file imported", "import 1")
    assert entry.body == {
        "kind": "customers",
        "file": "customers.csv",
        "sha256": found.sha256,
        "taken": 2,
        "changed": 0,
        "unchanged": 0,
        "bad": 0,
    }


def test_what_was_staged_of_a_file_that_nobody_goes_on_with_is_taken_away_in_time(
    database: Database, tmp_path: Path
) -> None:
    path = written(tmp_path, "customers.csv", CUSTOMERS)
    killed_after(database, Given("customers", path), 2)
    other = written(tmp_path, "others.csv", "id,name\nC-2,Otto AG\n")
    assert taken(database, "customers", other).taken == 1
    more = written(tmp_path, "more.csv", "id,name\nC-3,Eva\n")
    assert taken(database, "customers", more, at=AT + datetime.timedelta(days=2)).taken == 1
    with database.reading() as connection:
        assert connection.execute(select(func.count()).select_from(STAGED)).scalar() == 0
    assert taken(database, "customers", path).taken == 1


def test_a_file_is_taken_although_others_write_all_the_time(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.store.database.PATIENCE", 1)
    others = connect(database.engine.url.render_as_string(hide_password=False))
    made, seen = folder(tmp_path / "small"), list[str]()

    def another(*_: int) -> None:
        path = written(tmp_path, "other.csv", f"id\nO-{len(seen)}\n")
        try:
            assert taken(others, "customers", path).is_taken
            seen.append("taken")
        except StoreError as error:
            seen.append(error.code)

    given = Given("customers", made / "customers.csv")
    result = import_file(database, ANNA, AT, given, progress=another)
    others.close()
    assert not isinstance(result, Refused)
    assert (result.is_taken, result.taken) == (True, 2)
    assert seen == ["taken", "taken", "taken", BUSY]
    assert ledger_of(database).customers.keys() == {"C-1", "C-2", "O-0", "O-1", "O-2"}
