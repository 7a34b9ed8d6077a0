"""Single statements that read, asked by who must not wait: of a server without a thread.

To hand a question to a thread and back costs a service more than all that it does for the answer.
A file answers sooner than anybody could take over, so it is asked at once.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy.dialects.sqlite import dialect as SQLiteDialect  # noqa: N812 - it is a class

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from psycopg import AsyncCursor
    from sqlalchemy import Engine, PoolProxiedConnection, Select

AT_ONCE = 10
"""Connections at most: a server answers so few questions at a time that more would only wait."""
_FEW_ROWS = """SELECT set_config('enable_seqscan', 'off', false),
set_config('plan_cache_mode', 'force_generic_plan', false), set_config('jit', 'off', false)"""
"""Whoever asks here wants a few rows out of many, found by their keys. A server that takes its own
statistics for it, which are missing or old after an import, reads whole tables: five times as
long with ten thousand invoices."""


@dataclass(slots=True)
class Asks:
    """Connections to a server that wait for nobody, and are used again."""

    engine: Engine
    """Where the server is, and how it is reached."""
    _free: list[AsyncCursor[Any]] = field(default_factory=list)
    """Of connections that nobody uses just now, one each."""
    _loop: asyncio.AbstractEventLoop | None = None
    """Who waits for the connections; nobody else could."""
    _turn: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))
    _texts: dict[Select[Any], tuple[str, Mapping[str, object]]] = field(default_factory=dict)
    """Statements as the database reads them, with their own values."""
    _files: list[PoolProxiedConnection] = field(default_factory=list)
    """To a file, as far as they are free."""

    def one_at_once(self, statement: Select[Any], given: Mapping[str, object]) -> Sequence[Any]:
        """The only row that a statement finds in a file. Raises whatever the driver raises."""
        text, values = self._compiled(statement, given)
        try:
            held = self._files.pop()
        except IndexError:
            held = self.engine.raw_connection()
        try:
            (row,) = held.driver_connection.execute(text, values).fetchall()  # type: ignore[union-attr]
        except BaseException:
            held.invalidate()
            raise
        self._files.append(held)
        return row  # type: ignore[no-any-return]

    def _compiled(
        self, statement: Select[Any], given: Mapping[str, object]
    ) -> tuple[str, Mapping[str, object]]:
        """A statement in the words of the driver, and all its values."""
        if statement not in self._texts:
            dialect = self.engine.dialect
            if dialect.name == "sqlite":
                dialect = SQLiteDialect(paramstyle="named")
            compiled = statement.compile(dialect=dialect)
            self._texts[statement] = str(compiled), compiled.params
        text, own = self._texts[statement]
        return text, {**own, **given}

    async def one(self, statement: Select[Any], given: Mapping[str, object]) -> Sequence[Any]:
        """The only row that a statement finds. Raises whatever the driver raises.

        On a connection that turns out to be gone, it is asked again on another one.
        """
        loop = asyncio.get_running_loop()
        if loop is not self._loop:
            self.close()
            self._loop, self._turn = loop, asyncio.Semaphore(AT_ONCE)
        text, values = self._compiled(statement, given)
        async with self._turn:
            while self._free:
                cursor = self._free.pop()
                try:
                    return await self._asked(cursor, text, values)
                except cursor.connection.OperationalError:
                    if not cursor.connection.closed:
                        raise
            return await self._asked(await self._new(), text, values)

    async def _new(self) -> AsyncCursor[Any]:
        import psycopg  # noqa: PLC0415 - only where there is a server

        _, known = self.engine.dialect.create_connect_args(self.engine.url)
        connection = await psycopg.AsyncConnection.connect(**known, autocommit=True)
        cursor = connection.cursor()
        await cursor.execute(_FEW_ROWS)
        return cursor

    async def _asked(
        self, cursor: AsyncCursor[Any], text: str, values: Mapping[str, object]
    ) -> Sequence[Any]:
        rows: list[Sequence[Any]] = []
        try:
            await cursor.execute(text, values)
            rows = await cursor.fetchall()
        finally:
            # Who is broken off in the middle leaves an answer behind that nobody waits for.
            if rows:
                self._free.append(cursor)
            else:
                connection = cursor.connection
                connection.pgconn.finish()
        (row,) = rows
        return row

    def close(self) -> None:
        """Let go of the connections; also where nobody waits for them any more."""
        while self._free:
            connection = self._free.pop().connection  # kept until it is closed
            connection.pgconn.finish()
        while self._files:
            self._files.pop().close()
