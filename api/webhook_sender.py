"""The sender of webhooks that runs beside the requests of a service, in a thread of its own."""

from __future__ import annotations

import asyncio
import logging
import threading
from typing import TYPE_CHECKING, Self

from engine.services.webhook_sending import Outgoing, Sending

if TYPE_CHECKING:
    import datetime
    from collections.abc import Callable

    from engine.services.stores import Database

_PAUSE = 30.0
"""Seconds before it begins anew after a bug."""
_LOG = logging.getLogger("dunlang.webhooks")


class WebhookSender:
    """Sends what is due from its start to its end."""

    def __init__(
        self, database: Database, clock: Callable[[], datetime.datetime], outgoing: Outgoing
    ) -> None:
        """Nothing is sent yet."""
        self._sending = Sending(database, clock, outgoing)
        self._ending = threading.Event()
        self._running: tuple[asyncio.AbstractEventLoop, asyncio.Event] | None = None
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._run, name="webhooks", daemon=True)

    def __enter__(self) -> Self:
        """Begin to send."""
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Begin nothing new, wait some seconds for answers, and end."""
        with self._lock:
            self._ending.set()
            if self._running is not None:
                loop, stop = self._running
                loop.call_soon_threadsafe(stop.set)
        self._thread.join()

    def _run(self) -> None:
        while not self._ending.is_set():
            try:
                asyncio.run(self._send())
            except Exception:  # noqa: BLE001 - it is logged, and what waits is still to be sent
                _LOG.exception("sending webhooks: a bug in dunlang; it begins anew")
                self._ending.wait(_PAUSE)

    async def _send(self) -> None:
        stop = asyncio.Event()
        with self._lock:
            if self._ending.is_set():
                return
            self._running = asyncio.get_running_loop(), stop
        try:
            await self._sending.run(stop)
        finally:
            with self._lock:
                self._running = None
