"""A store is made and brought up to date as a whole, or not at all."""

from __future__ import annotations

import datetime
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import inspect, text

from engine.services import accounts, audit, stores, users
from engine.services.actors import ROLES, Actor, Refused
from engine.services.stores import make_store, there_already, upgrade_store
from engine.store import errors, migrate
from engine.store.database import connect
from engine.store.errors import StoreError
from engine.store.schema import REVISION
from tests.databases import interrupted_migration

if TYPE_CHECKING:
    from engine.store.database import Database

NOW = datetime.datetime(2026, 3, 16, 9, 30, tzinfo=datetime.UTC)
PASSWORD = "correct horse battery"  # noqa: S105 - of nobody
ADMIN = Actor("anna", "admin")

pytestmark = pytest.mark.usefixtures("quick_passwords")


def made(address: str) -> tuple[Database, accounts.Session]:
    result = make_store(address, "anna", PASSWORD, NOW)
    assert not isinstance(result, Refused), result
    return result


def nothing_is_left(address: str) -> bool:
    """Whether there is neither a file nor a table."""
    if "://" not in address:
        return list(Path(address).parent.glob(f"{Path(address).name}*")) == []
    database = connect(address)
    with database.reading() as connection:
        tables = inspect(connection).get_table_names()
    database.close()
    return tables == []


def test_a_new_store_has_one_admin_who_is_logged_in(empty_address: str) -> None:
    assert there_already(empty_address) is None
    database, session = made(empty_address)
    assert accounts.authenticate(database, session.key, NOW) == ADMIN
    everybody = users.users(database, ADMIN)
    assert not isinstance(everybody, Refused)
    assert [(user.name, user.role) for user in everybody] == [("anna", "admin")]
    entries = audit.trail(database, ADMIN, limit=10)
    assert not isinstance(entries, Refused)
    assert [entry.action for entry in entries] == ["store made", "user added", "logged in"]
    database.close()


def test_a_store_that_is_there_stays_as_it_is(empty_address: str) -> None:
    first, session = made(empty_address)
    for refused in (
        there_already(empty_address),
        make_store(empty_address, "berta", PASSWORD, NOW),
    ):
        assert isinstance(refused, Refused)
        assert refused.code == stores.THERE_ALREADY
    assert accounts.authenticate(first, session.key, NOW) == ADMIN
    first.close()


@pytest.mark.parametrize(("name", "password"), [("", PASSWORD), ("anna", "short")])
def test_a_store_is_not_made_for_an_admin_who_cannot_be(
    empty_address: str, name: str, password: str
) -> None:
    assert isinstance(make_store(empty_address, name, password, NOW), Refused)
    assert nothing_is_left(empty_address)


def test_who_is_stopped_while_a_store_is_made_leaves_nothing(
    empty_address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with interrupted_migration(monkeypatch):
        make_store(empty_address, "anna", PASSWORD, NOW)
    assert nothing_is_left(empty_address)
    made(empty_address)[0].close()


def test_an_empty_file_that_somebody_left_becomes_a_store_or_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "left.db"
    file.touch()

    def fail(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(migrate, "upgrade_within", fail)
        with pytest.raises(KeyboardInterrupt):
            make_store(str(file), "anna", PASSWORD, NOW)
    assert file.exists()
    made(str(file))[0].close()


def test_of_two_that_make_a_store_at_once_one_does(empty_address: str) -> None:
    together, results = threading.Barrier(2), []

    def make(name: str) -> None:
        together.wait(timeout=60)
        results.append(make_store(empty_address, name, PASSWORD, NOW))

    threads = [threading.Thread(target=make, args=(name,)) for name in ("anna", "berta")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    winners = [result for result in results if not isinstance(result, Refused)]
    assert (len(results), len(winners)) == (2, 1)
    database, session = winners[0]
    assert accounts.authenticate(database, session.key, NOW) == session.actor
    database.close()


def test_a_file_is_for_who_made_the_store(tmp_path: Path) -> None:
    file = tmp_path / "store.db"
    made(str(file))[0].close()
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_store_is_the_same_from_every_folder_and_for_every_user(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "below").mkdir()
    names = ("dun.db", "./dun.db", "below/../dun.db", str(tmp_path / "dun.db"))
    assert {stores.identity(connect(name)) for name in names} == {str(tmp_path / "dun.db")}
    servers = ("postgresql://anna:secret@host/db", "postgresql+psycopg://berta@host/db")
    assert {stores.identity(connect(name)) for name in servers} == {"postgresql://host/db"}


# --------------------------------------------------------------------- upgrades


def with_data(database: Database) -> None:
    users.add_user(database, ADMIN, "anna", "admin", PASSWORD, NOW)


def step_of(database: Database) -> str | None:
    return migrate.revision_of(database)


@pytest.mark.usefixtures("later_step")
def test_an_older_store_is_refused_until_it_is_upgraded(database: Database, address: str) -> None:
    with_data(database)
    with pytest.raises(StoreError, match="'dun upgrade'") as caught:
        stores.open_store(address)
    assert caught.value.code == errors.OLDER
    older = stores.open_store(address, older=True)
    upgraded = upgrade_store(older, ADMIN, NOW)
    assert not isinstance(upgraded, Refused)
    assert (upgraded.before, upgraded.now, upgraded.is_changed) == (REVISION, step_of(older), True)
    again = upgrade_store(older, ADMIN, NOW)
    assert not isinstance(again, Refused)
    assert not again.is_changed
    older.close()
    current = stores.open_store(address)
    entries = audit.trail(current, ADMIN, limit=10)
    assert not isinstance(entries, Refused)
    assert [entry.action for entry in entries] == ["user added", "store upgraded"]
    assert entries[-1].body == {"from": REVISION, "to": upgraded.now}
    assert isinstance(accounts.login(current, "anna", PASSWORD, NOW), accounts.Session)
    current.close()


def test_an_upgrade_that_fails_changes_nothing(database: Database, later_step: Path) -> None:
    with_data(database)
    failing = later_step.read_text("utf-8").replace("pass", 'op.execute("DELETE FROM nowhere")')
    later_step.write_text(failing, "utf-8")
    with pytest.raises(StoreError):
        upgrade_store(database, ADMIN, NOW)
    assert step_of(database) == REVISION
    with database.reading() as connection:
        assert "more" not in inspect(connection).get_table_names()
    entries = audit.trail(database, ADMIN, limit=10)
    assert not isinstance(entries, Refused)
    assert [entry.action for entry in entries] == ["user added"]


@pytest.mark.usefixtures("later_step")
@pytest.mark.parametrize("role", [role for role in ROLES if role != "admin"])
def test_only_an_admin_upgrades_a_store(database: Database, role: str) -> None:
    refused = upgrade_store(database, Actor("berta", role), NOW)  # type: ignore[arg-type]  # a role
    assert isinstance(refused, Refused)
    assert step_of(database) == REVISION


def test_a_newer_store_is_not_upgraded_backwards(database: Database, address: str) -> None:
    with database.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreError) as caught:
        stores.open_store(address, older=True)
    assert caught.value.code == errors.NEWER
