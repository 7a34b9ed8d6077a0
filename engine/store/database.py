"""A store's database: opened, and used in transactions that are whole or not at all."""

from __future__ import annotations

import hashlib
import logging
import threading
import zlib
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import URL, create_engine, event, make_url, text
from sqlalchemy import exc as alchemy
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError

from engine.store import errors
from engine.store.asking import Asks
from engine.store.errors import StoreError, in_words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from sqlalchemy import Connection, Engine, Select

T = TypeVar("T")

PATIENCE = 60
"""Seconds to wait for somebody else who is writing: a million rows that come in take half of it."""
CONNECTIONS, FREE_IN = 30, 30.0
"""Connections at most, and seconds to wait until one of them is free."""
REACHED_IN = 10
"""Seconds in which a server must answer."""
_WRITING = "dunlang_writing"

# What breaks is told once, in words of `errors`: where nobody set up logs, nothing of the driver
# reaches the user.
logging.getLogger("psycopg").addHandler(logging.NullHandler())
_AGAIN = "try again in a moment"


@dataclass(frozen=True, slots=True)
class Database:
    """A database that holds a store, or will hold one."""

    engine: Engine
    asks: Engine
    """The same, for single statements that only read: what beginning, ending and looking whether
    the connection is still there would cost over the network is saved."""
    name: str
    """How it is called towards the user; without a password."""
    _awaited: Asks = field(repr=False)
    """The same, for who must not wait in a thread."""
    _turn: threading.Lock = field(default_factory=threading.Lock, repr=False)

    @property
    def dialect(self) -> str:
        """`sqlite` or `postgresql`."""
        return self.engine.dialect.name

    @property
    def is_sqlite(self) -> bool:
        """Whether it is a file."""
        return self.dialect == "sqlite"

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A look at one state of everything, whatever others write. Raises StoreError."""
        options: dict[str, Any] = {}
        if not self.is_sqlite:
            options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        with self._transaction(options) as connection:
            yield connection

    def ask(self, question: Callable[[Connection], T]) -> T:
        """What one statement that reads says, which sees one state by itself. Raises StoreError.

        On a connection that turns out to be gone, it is asked again on another one.
        """
        try:
            try:
                with self.asks.connect() as connection:
                    return question(connection)
            except DBAPIError as error:
                if not error.connection_invalidated:
                    raise
            with self.asks.connect() as connection:
                return question(connection)
        except DBAPIError as error:
            raise in_words(error, self.name) from error
        except alchemy.TimeoutError as error:
            raise self._no_connection() from error

    async def ask_at_once(
        self, statement: Select[Any], given: Mapping[str, object]
    ) -> Sequence[Any]:
        """The only row that a statement finds, as `ask`, for who must not wait in a thread.

        Raises whatever the driver raises.
        """
        if self.is_sqlite:
            return self._awaited.one_at_once(statement, given)
        return await self._awaited.one(statement, given)

    @contextmanager
    def writing(self, lock: str | None = None, *, shared: bool = False) -> Iterator[Connection]:
        """A change, whole or not at all. Raises StoreError.

        `lock` names what only one may do at a time, or those who do it `shared`, but for the
        others; in a file there is only one writer anyway.
        """
        with self._one_after_another(), self._transaction({_WRITING: True}) as connection:
            if not self.is_sqlite:
                connection.execute(text(f"SET LOCAL lock_timeout = '{PATIENCE}s'"))
                if lock is not None:
                    number = zlib.crc32(lock.encode())
                    kind = "_shared" if shared else ""
                    statement = text(f"SELECT pg_advisory_xact_lock{kind}(:number)")
                    connection.execute(statement, {"number": number})
            yield connection

    @contextmanager
    def _one_after_another(self) -> Iterator[None]:
        """Wait for one's turn to write in a file.

        SQLite would do it by trying again and again, each with a connection: who came first would
        not be first, and nobody could read meanwhile for want of connections.
        """
        if not self.is_sqlite:
            yield
            return
        if not self._turn.acquire(timeout=PATIENCE):
            raise StoreError(errors.BUSY, f"somebody else is writing to {self.name}", _AGAIN)
        try:
            yield
        finally:
            self._turn.release()

    @contextmanager
    def _transaction(self, options: dict[str, Any]) -> Iterator[Connection]:
        try:
            with self.engine.connect() as connection:
                connection.execution_options(**options)
                with connection.begin():
                    yield connection
        except DBAPIError as error:
            raise in_words(error, self.name) from error
        except alchemy.TimeoutError as error:
            raise self._no_connection() from error

    def _no_connection(self) -> StoreError:
        return StoreError(errors.BUSY, f"all connections to {self.name} are in use", _AGAIN)

    def close(self) -> None:
        """Let go of all connections."""
        self.engine.dispose()
        self.asks.dispose()
        self._awaited.close()


def locked(connection: Connection, names: Sequence[str], *, wait: bool = False) -> list[str]:
    """The names among some that nobody else works at, for the rest of the transaction.

    `wait`: all of them, as soon as nobody does. In a file there is only one writer anyway.
    """
    if connection.dialect.name == "sqlite":
        return list(names)
    function = "pg_advisory_xact_lock" if wait else "pg_try_advisory_xact_lock"
    statement = text(f"SELECT {function}(:number)")
    mine = []
    for name in sorted(names):
        sealed = hashlib.sha256(f"at work: {name}".encode()).digest()
        number = int.from_bytes(sealed[:8], signed=True)
        if connection.execute(statement, {"number": number}).scalar() is not False:
            mine.append(name)
    return mine


def connect(address: str) -> Database:
    """The database at an address: a file, or `postgresql://...`. Nothing is asked of it yet.

    Raises StoreError where the address cannot be understood or the driver is not installed.
    """
    url = _url(address)
    name = url.render_as_string(hide_password=True) if url.host or url.query else ""
    is_file = url.get_backend_name() == "sqlite"
    options: dict[str, Any] = {
        "connect_args": {"timeout": PATIENCE} if is_file else {"connect_timeout": REACHED_IN},
        "pool_size": min(5, CONNECTIONS),
        "max_overflow": max(0, CONNECTIONS - 5),
        "pool_timeout": FREE_IN,
        "hide_parameters": True,  # they are nobody's business who reads a log
    }
    try:
        engine = create_engine(url, pool_pre_ping=True, **options)
    except ModuleNotFoundError as error:
        hint = "install dunlang[postgres]"
        message = f"the driver for PostgreSQL is not installed ({error.name})"
        raise StoreError(errors.DRIVER, message, hint) from error
    if is_file:
        _prepare(engine)
        _use_transactions(engine)
    asks = create_engine(
        url, isolation_level="AUTOCOMMIT", skip_autocommit_rollback=True, **options
    )
    if is_file:
        _prepare(asks)
    return Database(engine, asks, name or (url.database or address), Asks(asks))


def _url(address: str) -> URL:
    if "://" not in address:
        return URL.create("sqlite", database=str(Path(address)))
    # The address may hold a password, so it is not repeated.
    message = "the address of the store cannot be understood"
    hint = "name a file, or write postgresql://USER@HOST/DATABASE"
    try:
        url = make_url(address)
        backend = url.get_backend_name()
    except (ArgumentError, NoSuchModuleError, ValueError):
        raise StoreError(errors.ADDRESS, message, hint) from None
    if backend not in {"sqlite", "postgresql"}:
        raise StoreError(errors.ADDRESS, message, hint)
    return url.set(drivername="postgresql+psycopg") if backend == "postgresql" else url


def _prepare(engine: Engine) -> None:
    """Use a file as a store: with write-ahead logging readers go on while somebody writes."""

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: object) -> None:  # noqa: ANN401 - of the driver
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in (
            "journal_mode = WAL",
            "synchronous = FULL",  # what was said to be done is done, even if the power fails
            "foreign_keys = ON",
            "cache_size = -65536",  # kibibytes
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()


def _use_transactions(engine: Engine) -> None:
    """Let SQLite begin transactions where the program does, and lock for writing at once.

    Who begins by reading and then writes may find that somebody else wrote in between; that could
    only fail.
    """

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        is_writing = connection.get_execution_options().get(_WRITING, False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if is_writing else "BEGIN")
