"""uvicorn as `dun serve` runs it: it ends well, in the time that it is given."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import uvicorn

from api.connections import MOST_HEAD, Impatient

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable
    from types import FrameType

    from fastapi import FastAPI

    from api.calls import Traffic

_LAST_SECONDS = 1
"""Seconds in which a request that is broken off has to see it."""


class Server(uvicorn.Server):
    """Lets running requests end when it is told to, and says so meanwhile.

    At the first signal it goes on listening, but takes nothing new (`Traffic.is_ending`), until
    nothing is running or the time is over; a second signal ends it at once.
    """

    def __init__(
        self,
        app: FastAPI,
        *,
        grace: int,
        proxies: list[str],
        ending: Callable[[], None],
        abandon: Callable[[], None],
    ) -> None:
        """`grace`: seconds; `proxies`: who is believed when they say whom they ask for.

        `ending` is called when it is told to end, in a handler of a signal; `abandon` when the
        time is over and something is still running that cannot be stopped: it is to end the
        process.
        """
        super().__init__(
            uvicorn.Config(
                app,
                http=Impatient,
                ws="none",
                log_config=None,
                access_log=False,
                server_header=False,
                proxy_headers=bool(proxies),
                forwarded_allow_ips=proxies,
                h11_max_incomplete_event_size=MOST_HEAD,
                timeout_graceful_shutdown=_LAST_SECONDS,
                workers=1,
            )
        )
        self._traffic: Traffic = app.state.traffic
        self._grace, self._ending = grace, ending
        self._abandon, self._is_late = abandon, False
        self._ends_at: float | None = None

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:  # noqa: ARG002 - as uvicorn calls it
        """End: well the first time, now the second."""
        if self._ends_at is None:
            self._ends_at = time.monotonic() + self._grace
            self._traffic.is_ending = True
            self._ending()
        else:
            self.should_exit = self.force_exit = True

    async def on_tick(self, counter: int) -> bool:
        """Whether it is time to go."""
        if self._ends_at is not None:
            is_running = self._traffic.running > 0
            self._is_late = is_running and time.monotonic() >= self._ends_at
            self.should_exit = self.should_exit or self._is_late or not is_running
        return await super().on_tick(counter)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop listening, and break off what is still running."""
        await super().shutdown(sockets)
        if self._is_late:
            # Threads cannot be stopped, and Python would wait for them.
            self._abandon()
