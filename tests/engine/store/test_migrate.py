"""Stores are made, brought up and back with what is in them, and refused where they do not fit."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import LargeBinary, MetaData, Text, insert, inspect, select, text

from engine.services import users
from engine.services.actors import Refused
from engine.store import audit, errors
from engine.store.database import connect
from engine.store.errors import StoreError
from engine.store.migrate import downgrade, open_store, revision_of, upgrade
from engine.store.schema import METADATA, REVISION
from engine.store.schema.base import Day, Json, Moment
from tests.databases import interrupted_migration
from tests.engine.cli.command import GOLDEN
from tests.engine.services.importing import import_folder
from tests.engine.services.people import ADMIN, add, key_for, log_in
from tests.engine.services.publications import put_in_force
from tests.engine.services.publications import text as policy

if TYPE_CHECKING:
    from sqlalchemy import Column

    from engine.store.database import Database

NOW = datetime.datetime(2026, 3, 16, 9, 30, tzinfo=datetime.UTC)
FIRST = "0001"
OF_RUNS = ("runs", "actions", "deliveries", "claims", "outbox", "tasks")
"""What came with step 0002, after what it refers to."""
OF_HTTP = (
    *("answers", "jobs", "simulations", "simulation_blocks"),
    *("webhooks", "webhook_deliveries", "webhook_attempts"),
)
"""What came with step 0003."""
LATER = (*OF_RUNS, *OF_HTTP)


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


# ------------------------------------------------------------ from step to step


def shape(database: Database) -> dict[str, object]:
    """What tables there are, and how they are made."""
    with database.reading() as connection:
        found = inspect(connection)
        return {
            table: (
                {each["name"]: (str(each["type"]), each["nullable"]) for each in columns},
                {each["name"]: each["column_names"] for each in found.get_indexes(table)},
                found.get_pk_constraint(table)["constrained_columns"],
                sorted(each["column_names"] for each in found.get_unique_constraints(table)),
                sorted(each["constrained_columns"] for each in found.get_foreign_keys(table)),
            )
            for table in found.get_table_names()
            for columns in (found.get_columns(table),)
        }


def rows_of(database: Database) -> dict[str, list[dict[str, object]]]:
    """All that a store holds, whatever step it is at."""
    with database.reading() as connection:
        tables = MetaData()
        tables.reflect(connection)
        return {
            table.name: [
                dict(row)
                for row in connection.execute(select(table).order_by(*table.primary_key)).mappings()
            ]
            for table in tables.sorted_tables
            if table.name != "alembic_version"
        }


def of_the_first_step(address: str) -> Database:
    """A store at the first step with something in every table of it."""
    database = connect(address)
    upgrade(database, FIRST)
    made = shape(database)
    upgrade(database)
    add(database, "anna", "admin")
    log_in(database, "anna")
    key_for(database, "nightly")
    import_folder(database, GOLDEN / "company" / "ledger")
    put_in_force(database, policy())
    downgrade(database, FIRST)
    # So it is as if it had never been at another one.
    assert shape(database) == made
    assert revision_of(database) == FIRST
    return database


def value_for(column: Column[object]) -> object:
    """Something that a column takes."""
    if isinstance(column.type, Json):
        return {}
    if isinstance(column.type, Day):
        return NOW.date()
    if isinstance(column.type, Moment):
        return NOW
    if isinstance(column.type, LargeBinary):
        return b"bytes"
    return "a text" if isinstance(column.type, Text) else 1


@pytest.mark.usefixtures("quick_passwords")
def test_a_store_of_the_first_step_comes_up_and_back_with_all_that_it_holds(
    empty_address: str,
) -> None:
    database = of_the_first_step(empty_address)
    before = rows_of(database)
    empty = {name for name, rows in before.items() if not rows}
    assert empty == {"staged_rows", "policy_parts", "policy_calendars"}
    upgrade(database)
    after = rows_of(database)
    assert {name: after.pop(name) for name in LATER} == {name: [] for name in LATER}
    assert [row.pop("duties") for row in after["users"]] == ["[]"]
    assert after == before
    with database.reading() as connection:
        assert list(audit.flaws(connection)) == []
    downgrade(database, FIRST)
    assert rows_of(database) == before
    database.close()


@pytest.mark.usefixtures("quick_passwords")
def test_a_store_that_is_turned_back_loses_what_came_later_and_nothing_else(
    empty_address: str,
) -> None:
    database = of_the_first_step(empty_address)
    before = rows_of(database)
    upgrade(database)
    given = users.give_duty(database, ADMIN, "anna", "credit_manager", NOW)
    assert not isinstance(given, Refused)
    with database.writing() as connection:
        for table in (METADATA.tables[name] for name in LATER):
            values = {column.name: value_for(column) for column in table.columns}
            connection.execute(insert(table).values(values))
    downgrade(database, FIRST)
    after = rows_of(database)
    assert after["audit"].pop()["action"] == "duty given"
    assert after == before
    upgrade(database)
    assert [row["duties"] for row in rows_of(database)["users"]] == ["[]"]
    database.close()


@pytest.mark.usefixtures("quick_passwords")
def test_a_store_stays_at_its_step_when_coming_up_or_back_is_stopped_in_the_middle(
    empty_address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = of_the_first_step(empty_address)
    before, made = rows_of(database), shape(database)
    with interrupted_migration(monkeypatch):
        upgrade(database)
    assert revision_of(database) == FIRST
    assert (rows_of(database), shape(database)) == (before, made)
    upgrade(database)
    before, made = rows_of(database), shape(database)
    with interrupted_migration(monkeypatch, "drop_table"):
        downgrade(database, FIRST)
    assert revision_of(database) == REVISION
    assert (rows_of(database), shape(database)) == (before, made)
    database.close()


# ---------------------------------------------------------- what is no such store


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
