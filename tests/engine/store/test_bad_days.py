"""Connections that are lost in the middle, and roles of the server that may not do everything."""

from __future__ import annotations

import datetime
import uuid
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from engine.services import accounts, users
from engine.services.actors import Actor, Refused
from engine.services.stores import open_store
from engine.store import audit, errors, policies
from engine.store.database import connect
from engine.store.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection

    from engine.store.database import Database

NOW = datetime.datetime(2026, 3, 16, 9, 30, tzinfo=datetime.UTC)
PASSWORD = "correct horse battery"  # noqa: S105 - of nobody
ADMIN = Actor("setup", "admin")

IN_POSTGRESQL = pytest.mark.parametrize("address", ["postgresql"], indirect=True)

RIGHTS = (
    "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}",
    "GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {role}",
    "REVOKE UPDATE, DELETE ON audit FROM {role}",
    "REVOKE INSERT, UPDATE, DELETE ON alembic_version FROM {role}",
)
"""As docs/operations.md gives them."""


@IN_POSTGRESQL
def test_a_connection_that_is_lost_in_the_middle_leaves_nothing(database: Database) -> None:
    def write() -> None:
        with database.writing() as connection:
            audit.append(connection, NOW, "anna", "tried", "something", {})
            number = connection.execute(text("SELECT pg_backend_pid()")).scalar_one()
            end_connection(database, number)
            audit.append(connection, NOW, "anna", "tried", "something else", {})

    with pytest.raises(StoreError, match="repeat the command when it is back") as caught:
        write()
    assert caught.value.code == errors.LOST
    with database.reading() as connection:
        assert audit.count(connection) == 0


@IN_POSTGRESQL
def test_a_question_on_a_connection_that_is_gone_is_asked_again_on_another(
    database: Database,
) -> None:
    def asked() -> int:
        return database.ask(lambda c: int(c.execute(text("SELECT pg_backend_pid()")).scalar_one()))

    number = asked()
    end_connection(database, number)
    assert asked() != number


@IN_POSTGRESQL
def test_what_ends_its_own_connection_each_time_is_not_asked_for_ever(database: Database) -> None:
    asked = 0

    def end(connection: Connection) -> None:
        nonlocal asked
        asked += 1
        connection.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))

    with pytest.raises(StoreError) as caught:
        database.ask(end)
    assert (caught.value.code, asked) == (errors.LOST, 2)


def end_connection(database: Database, number: int) -> None:
    with database.engine.connect() as other:
        other.execute(text("SELECT pg_terminate_backend(:number, 10000)"), {"number": number})


@pytest.fixture
def restricted(address: str) -> Iterator[Database]:
    """The store as the role for the daily work sees it."""
    role, owner = f"r{uuid.uuid4().hex}", connect(address)
    with owner.writing() as connection:
        connection.execute(text(f"CREATE ROLE {role} LOGIN"))
        for statement in RIGHTS:
            connection.execute(text(statement.format(role=role)))
    found = open_store(address.replace("postgres:", f"{role}:"))
    yield found
    found.close()
    with owner.writing() as connection:
        connection.execute(text(f"DROP OWNED BY {role}"))
        connection.execute(text(f"DROP ROLE {role}"))
    owner.close()


@IN_POSTGRESQL
@pytest.mark.usefixtures("quick_passwords")
def test_the_role_for_the_daily_work_can_do_it_and_rewrites_no_trail(restricted: Database) -> None:
    assert not isinstance(
        users.add_user(restricted, ADMIN, "anna", "admin", PASSWORD, NOW), Refused
    )
    session = accounts.login(restricted, "anna", PASSWORD, NOW)
    assert not isinstance(session, Refused)
    assert accounts.logout(restricted, session.key, NOW) == Actor("anna", "admin")
    for statement in (
        "UPDATE audit SET actor = 'berta'",
        "DELETE FROM audit",
        "TRUNCATE audit",
        "UPDATE alembic_version SET version_num = '0000'",
        "DROP TABLE audit",
    ):
        with pytest.raises(StoreError), restricted.writing() as connection:
            connection.execute(text(statement))
    with restricted.reading() as connection:
        assert audit.count(connection) == 3
        assert list(audit.flaws(connection)) == []


IN_A_FILE = pytest.mark.parametrize("address", ["sqlite"], indirect=True)


@IN_A_FILE
@pytest.mark.parametrize("change", ["at = 'yesterday'", "body = '{'"])
def test_what_cannot_be_read_in_the_audit_trail_is_named_like_any_change(
    database: Database, change: str
) -> None:
    """SQLite takes any text for a date."""
    with database.writing() as connection:
        audit.append(connection, NOW, "anna", "tried", "something", {})
        audit.append(connection, NOW, "anna", "tried", "something else", {})
        connection.execute(text(f"UPDATE audit SET {change} WHERE number = 1"))  # noqa: S608 - above
    with database.reading() as connection:
        (flaw,) = audit.flaws(connection)
        assert flaw.reason == "entry 1 is not what was written"
        with pytest.raises(StoreError, match="it is damaged") as caught:
            audit.entries(connection)
    assert caught.value.code == errors.BROKEN


@IN_A_FILE
def test_a_date_of_a_version_that_cannot_be_read_is_told_in_words(database: Database) -> None:
    with database.writing() as connection:
        statement = (
            "INSERT INTO policy_versions"
            " (policy, version, title, effective, text, sha256, author, published_at)"
            " VALUES ('house', 1, '', 'nonsense', '', '', 'anna', '2026-03-16 09:30:00')"
        )
        connection.execute(text(statement))
    with database.reading() as connection, pytest.raises(StoreError, match="'nonsense'") as caught:
        policies.versions(connection)
    assert caught.value.code == errors.BROKEN
