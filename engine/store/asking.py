"""Single statements that read, asked by who must not wait: of a server without a thread.

To hand a question to a thread and back costs a service more than all that it does for the answer.
A file answers sooner than anybody could take over, so it is asked at once.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from psycopg import AsyncConnection
    from sqlalchemy import Engine, Select

AT_ONCE = 10
"""Connections at most: a server answers so few questions at a time that more would only wait."""


@dataclass(slots=True)
class Asks:
    """Connections to a server that wait for nobody, and are used again."""

    engine: Engine
    """Where the server is, and how it is reached."""
    _free: list[AsyncConnection[Any]] = field(default_factory=list)
    _loop: asyncio.AbstractEventLoop | None = None
    """Who waits for the connections; nobody else could."""
    _turn: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))
    _texts: dict[Select[Any], tuple[str, Mapping[str, object]]] = field(default_factory=dict)
    """Statements as the server reads them, with their own values."""

    async def one(self, statement: Select[Any], given: Mapping[str, object]) -> Sequence[Any]:
        """The only row that a statement finds. Raises whatever the driver raises.

        On a connection that turns out to be gone, it is asked again on another one.
        """
        loop = asyncio.get_running_loop()
        if loop is not self._loop:
            self.close()
            self._loop, self._turn = loop, asyncio.Semaphore(AT_ONCE)
        if statement not in self._texts:
            compiled = statement.compile(dialect=self.engine.dialect)
            self._texts[statement] = str(compiled), compiled.params
        text, own = self._texts[statement]
        values = {**own, **given}
        async with self._turn:
            while self._free:
                connection = self._free.pop()
                try:
                    return await self._asked(connection, text, values)
                except connection.OperationalError:
                    if not connection.closed:
                        raise
            return await self._asked(await self._new(), text, values)

    async def _new(self) -> AsyncConnection[Any]:
        import psycopg  # noqa: PLC0415 - only where there is a server

        _, known = self.engine.dialect.create_connect_args(self.engine.url)
        return await psycopg.AsyncConnection.connect(**known, autocommit=True)

    async def _asked(
        self, connection: AsyncConnection[Any], text: str, values: Mapping[str, object]
    ) -> Sequence[Any]:
        rows: list[Sequence[Any]] = []
        try:
            cursor = await connection.execute(text, values)
            rows = await cursor.fetchall()
        finally:
            # Who is broken off in the middle leaves an answer behind that nobody waits for.
            if rows:
                self._free.append(connection)
            else:
                connection.pgconn.finish()
        (row,) = rows
        return row

    def close(self) -> None:
        """Let go of the connections; also where nobody waits for them any more."""
        while self._free:
            connection = self._free.pop()
            connection.pgconn.finish()
