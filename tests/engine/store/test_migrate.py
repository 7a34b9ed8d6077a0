"""Stores are made, brought up and back with what is in them, and refused where they do not fit."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

from engine.store import audit, errors
from engine.store.database import connect
from engine.store.errors import StoreError
from engine.store.migrate import downgrade, open_store, revision_of, upgrade
from engine.store.schema import METADATA, REVISION
from tests.databases import interrupted_migration

if TYPE_CHECKING:
    from engine.store.database import Database

NOW = datetime.datetime(2026, 3, 16, 9, 30, tzinfo=datetime.UTC)


def test_the_tables_that_migrations_make_are_those_that_the_program_knows(
    database: Database,
) -> None:
    with database.reading() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, METADATA) == []


def test_the_newest_migration_is_the_one_that_the_program_asks_for() -> None:
    folder = Path(__file__).parents[3] / "engine" / "store" / "migrations"
    assert ScriptDirectory(folder).get_current_head() == REVISION


def test_a_store_is_made_used_taken_away_and_made_again(empty_address: str) -> None:
    database = connect(empty_address)
    upgrade(database)
    with database.writing() as connection:
        audit.append(connection, NOW, "anna", "made", "store", {})
    again = open_store(empty_address)
    assert revision_of(again) == REVISION
    again.close()
    downgrade(database, "base")
    assert revision_of(database) is None
    upgrade(database)
    with database.reading() as connection:
        assert audit.count(connection) == 0
    database.close()


def test_there_is_no_store_before_it_is_made(empty_address: str) -> None:
    with pytest.raises(StoreError, match="dun init") as caught:
        open_store(empty_address)
    assert caught.value.code == errors.MISSING


def test_to_look_for_a_store_makes_no_file(tmp_path: Path) -> None:
    with pytest.raises(StoreError):
        open_store(str(tmp_path / "none.db"))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("revision", "code"), [("9999", errors.NEWER), ("0000", errors.OLDER)])
def test_a_store_of_another_version_is_left_alone(
    database: Database, address: str, revision: str, code: str
) -> None:
    with database.writing() as connection:
        statement = text("UPDATE alembic_version SET version_num = :revision")
        connection.execute(statement, {"revision": revision})
    with pytest.raises(StoreError) as caught:
        open_store(address)
    assert caught.value.code == code


def test_a_database_of_somebody_else_is_left_alone(empty_address: str) -> None:
    database = connect(empty_address)
    with database.writing() as connection:
        connection.execute(text("CREATE TABLE theirs (id integer)"))
    with pytest.raises(StoreError, match="no store of dunlang") as caught:
        open_store(empty_address)
    assert caught.value.code == errors.FOREIGN
    database.close()


def test_a_file_that_is_no_database_is_refused_in_words(tmp_path: Path) -> None:
    file = tmp_path / "letter.db"
    file.write_text("Dear customer, " * 1000, encoding="utf-8")
    with pytest.raises(StoreError, match="is no database") as caught:
        open_store(str(file))
    assert caught.value.code == errors.FOREIGN


def test_a_migration_that_is_stopped_in_the_middle_leaves_nothing(
    empty_address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = connect(empty_address)
    with interrupted_migration(monkeypatch):
        upgrade(database)
    assert revision_of(database) is None
    upgrade(database)
    assert revision_of(database) == REVISION
    database.close()


def test_an_address_that_makes_no_sense_is_refused_without_its_password() -> None:
    for address in ("mysql://anna:secret@host/db", "nonsense://", "postgresql://a:b@c:d:e/"):
        with pytest.raises(StoreError) as caught:
            connect(address)
        assert caught.value.code == errors.ADDRESS
        assert "secret" not in str(caught.value)


def test_a_server_that_is_not_there_is_named_without_its_password() -> None:
    with pytest.raises(StoreError) as caught:
        open_store("postgresql://anna:secret@127.0.0.1:1/company")
    assert caught.value.code == errors.LOST
    assert "anna" in str(caught.value)
    assert "secret" not in str(caught.value)
