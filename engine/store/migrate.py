"""A store's tables: made, brought up to date, and looked at before anything is done with them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import inspect, text

from engine.store import errors
from engine.store.database import connect
from engine.store.errors import StoreError
from engine.store.schema import REVISION

if TYPE_CHECKING:
    from alembic.config import Config
    from sqlalchemy import Connection

    from engine.store.database import Database

LOCK = "migrations"
"""What only one may do at a time."""
_TABLE = "alembic_version"


def open_store(address: str, *, older: bool = False) -> Database:
    """The store at an address, at the step that this program needs, or at an earlier one too.

    Raises StoreError: there is none, it is older or newer, it is something else, or it cannot be
    reached.
    """
    database = connect(address)
    try:
        _refuse_another_step(database, older=older)
    except StoreError:
        database.close()
        raise
    return database


def check(database: Database) -> None:
    """See to it that an open store is still there, at the step that this program needs.

    Raises StoreError.
    """
    _refuse_another_step(database, older=False)


def _refuse_another_step(database: Database, *, older: bool) -> None:
    name = database.name
    if is_missing_file(database):
        raise _missing(database)
    found = revision_of(database)
    if found is None:
        raise _missing(database)
    if found > REVISION:
        message = f"{name} was made by a newer version of dunlang"
        raise StoreError(errors.NEWER, message, "use that version; this one changes nothing")
    if found < REVISION and not older:
        message = f"{name} was made by an older version of dunlang"
        raise StoreError(errors.OLDER, message, "make a backup, then run 'dun upgrade'")


def is_missing_file(database: Database) -> bool:
    """Whether a store would be a file, and there is no such file."""
    return database.is_sqlite and not Path(str(database.engine.url.database)).is_file()


def revision_of(database: Database) -> str | None:
    """The step that a store is at; None for an empty database. Raises StoreError."""
    with database.reading() as connection:
        return revision_within(connection, database)


def revision_within(connection: Connection, database: Database) -> str | None:
    """The same, in a transaction that is going on."""
    tables = inspect(connection).get_table_names()
    if _TABLE in tables:
        return connection.execute(text(f"SELECT version_num FROM {_TABLE}")).scalar()  # noqa: S608 - a constant
    if not tables:
        return None
    message = f"{database.name} holds tables, but no store of dunlang"
    raise StoreError(errors.FOREIGN, message, "name another database")


def upgrade(database: Database, to: str = REVISION) -> None:
    """Bring a store to a step, or make it; whole or not at all. Raises StoreError."""
    with database.writing(LOCK) as connection:
        upgrade_within(connection, to)


def upgrade_within(connection: Connection, to: str = REVISION) -> None:
    """The same, as a part of a transaction that has LOCK."""
    from alembic import command  # noqa: PLC0415 - slow to import, and rarely needed

    command.upgrade(_config(connection), to)


def downgrade(database: Database, to: str) -> None:
    """Bring a store back to an earlier step (`base` takes everything away). Raises StoreError."""
    from alembic import command  # noqa: PLC0415 - as above

    with database.writing(LOCK) as connection:
        command.downgrade(_config(connection), to)


def _config(connection: Connection) -> Config:
    from alembic.config import Config  # noqa: PLC0415 - as above

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    return config


def _missing(database: Database) -> StoreError:
    message = f"there is no store {database.name} yet"
    return StoreError(errors.MISSING, message, "'dun init' makes one")
