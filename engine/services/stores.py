"""A store: made, opened, brought up to date."""

from __future__ import annotations

from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import URL

from engine.services.accounts import Session, begin_session
from engine.services.actors import Refused, not_allowed
from engine.services.passwords import hashed, too_weak
from engine.services.users import User, added, clean_name
from engine.store import audit, migrate
from engine.store.database import Database, connect
from engine.store.errors import StoreError
from engine.store.schema import REVISION

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterator

    from engine.services.actors import Actor

__all__ = ["Database", "StoreError"]

DEFAULT = "dun.db"
"""The store where none is named: a file in the working folder."""
THERE_ALREADY = "S212"
_SUBJECT = "store"
_WHO = frozenset({"user", "password", "passfile"})


@dataclass(frozen=True, slots=True)
class Upgraded:
    """What became of an older store."""

    before: str
    """The step it was at."""
    now: str

    @property
    def is_changed(self) -> bool:
        """Whether there was anything to do."""
        return self.before != self.now


def open_store(address: str, *, older: bool = False) -> Database:
    """The store at an address. Raises StoreError: there is none, or it cannot be used.

    One of an earlier version is only opened to be brought up to date.
    """
    return migrate.open_store(address, older=older)


def check_store(database: Database) -> None:
    """See to it that a store can be reached and is the one that this program needs.

    Raises StoreError.
    """
    migrate.check(database)


def identity(database: Database) -> str:
    """What tells a store from every other, whoever uses it and from which folder; no password."""
    url = database.engine.url
    if database.is_sqlite:
        return str(Path(str(url.database)).resolve())
    query = {name: value for name, value in url.query.items() if name not in _WHO}
    place = URL.create(
        "postgresql", host=url.host, port=url.port, database=url.database, query=query
    )
    return place.render_as_string()


def there_already(address: str) -> Refused | None:
    """Why no store can be made at an address; None if one can. Raises StoreError."""
    database = connect(address)
    try:
        if migrate.is_missing_file(database) or migrate.revision_of(database) is None:
            return None
        return _there(database)
    finally:
        database.close()


def make_store(
    address: str, admin: str, password: str, at: datetime.datetime
) -> tuple[Database, Session] | Refused:
    """Make a store with one admin, who is logged in; all of it or nothing. Raises StoreError."""
    name = clean_name(admin)
    if isinstance(name, Refused):
        return name
    weak = too_weak(password, name)
    if weak is not None:
        return weak
    kept = hashed(password)
    with _new(address) as database:
        session = _filled(database, name, kept, at)
        if isinstance(session, Refused):
            database.close()
            return session
        return database, session


def _filled(database: Database, name: str, kept: str, at: datetime.datetime) -> Session | Refused:
    # In one transaction: who is stopped in the middle leaves no store without an admin.
    with database.writing(migrate.LOCK) as connection:
        if migrate.revision_within(connection, database) is not None:
            return _there(database)
        migrate.upgrade_within(connection, REVISION)
        audit.append(connection, at, name, "store made", _SUBJECT, {"step": REVISION})
        user = added(connection, User(0, name, "admin", at, name, None), kept)
        return begin_session(connection, user, at)


@contextmanager
def _new(address: str) -> Iterator[Database]:
    """A database for a store; a file that was made for it is taken away after an error."""
    database = connect(address)
    file = Path(str(database.engine.url.database)) if database.is_sqlite else None
    is_ours = False
    try:
        if file is not None:
            with suppress(FileExistsError):
                # It will hold what customers owe: nobody else has to read that.
                file.touch(mode=0o600, exist_ok=False)
                is_ours = True
        yield database
    except BaseException:
        database.close()
        if is_ours and file is not None:
            for name in (file.name, f"{file.name}-wal", f"{file.name}-shm"):
                file.with_name(name).unlink(missing_ok=True)
        raise


def upgrade_store(database: Database, actor: Actor, at: datetime.datetime) -> Upgraded | Refused:
    """Bring an older store to what this program needs; all of it or nothing. Raises StoreError."""
    refused = not_allowed(actor, "administer", "upgrade the store")
    if refused is not None:
        return refused
    with database.writing(migrate.LOCK) as connection:
        before = migrate.revision_within(connection, database)
        done = Upgraded(before or "", REVISION)
        if done.is_changed:
            migrate.upgrade_within(connection, REVISION)
            body = {"from": done.before, "to": done.now}
            audit.append(connection, at, actor.name, "store upgraded", _SUBJECT, body)
        return done


def _there(database: Database) -> Refused:
    message = f"there is a store {database.name} already"
    return Refused(THERE_ALREADY, message, "name another place with --database ADDRESS")
