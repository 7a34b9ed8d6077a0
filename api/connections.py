"""Connections of clients that are too slow: uvicorn waits for them as long as they like.

How long a body may take is a matter of `api.limits`, which answers; here is what no application
hears of: a head that never ends, a body that goes on coming after its answer, an answer that
nobody takes.
"""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING

from uvicorn.protocols.http.auto import AutoHTTPProtocol

MOST_HEAD = 32 << 10
"""Bytes of the head of a request: its path, its query and its headers."""
HEAD_SECONDS = 15.0
"""How long the head of a request may take."""
AFTER_SECONDS = 15.0
"""How long a body may go on coming after its answer."""
TAKING_SECONDS = 60.0
"""How long an answer may wait for its client."""

_PROBLEM = json.dumps(
    {
        "type": "urn:dunlang:problem:bad-request",
        "title": "Bad Request",
        "status": 400,
        "detail": f"this is no request of HTTP/1.1, or its head has more than {MOST_HEAD} bytes",
    }
).encode()
_NO_REQUEST = (
    b"HTTP/1.1 400 Bad Request\r\ncontent-type: application/problem+json\r\n"
    b"content-length: %d\r\nconnection: close\r\n\r\n%s" % (len(_PROBLEM), _PROBLEM)
)

if TYPE_CHECKING:
    # Either has what is used here, and uvicorn chooses.
    from uvicorn.protocols.http.h11_impl import H11Protocol as _Protocol
    from uvicorn.protocols.http.h11_impl import RequestResponseCycle
else:
    _Protocol = AutoHTTPProtocol


class Impatient(_Protocol):
    """A connection that ends when its client is too slow."""

    head_seconds, after_seconds, taking_seconds = HEAD_SECONDS, AFTER_SECONDS, TAKING_SECONDS

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn's own
        """Wait for the first head, but not for ever."""
        super().connection_made(transport)
        self._reading: asyncio.TimerHandle | None = None
        self._taking: asyncio.TimerHandle | None = None
        self._wait_for(self.head_seconds)

    def connection_lost(self, exc: Exception | None) -> None:
        """It is over."""
        self._wait_for(None)
        self.resume_writing()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Something came: a part of a head, or of a body."""
        before = self.cycle
        super().data_received(data)
        if self.cycle is not before:
            self._wait_for(None)
        elif self._reading is None and before.response_complete:
            # The time runs from the first byte, however many follow.
            self._wait_for(self.head_seconds)

    def on_response_complete(self) -> None:
        """An answer is on its way; the body may still be coming."""
        is_whole = not self.cycle.more_body
        super().on_response_complete()
        if not is_whole:
            self._wait_for(self.after_seconds)

    def send_400_response(self, msg: str) -> None:
        """What came is no request."""
        del msg
        cycle: RequestResponseCycle | None = self.cycle
        if cycle is None or cycle.response_complete:
            self.transport.write(_NO_REQUEST)
        self.transport.close()

    def pause_writing(self) -> None:
        """The client does not take what is sent."""
        super().pause_writing()
        self._taking = self.loop.call_later(self.taking_seconds, self.transport.abort)

    def resume_writing(self) -> None:
        """It does."""
        if self._taking is not None:
            self._taking.cancel()
            self._taking = None
        super().resume_writing()

    def _wait_for(self, seconds: float | None) -> None:
        if self._reading is not None:
            self._reading.cancel()
            self._reading = None
        if seconds is not None:
            self._reading = self.loop.call_later(seconds, self._give_up)

    def _give_up(self) -> None:
        self.transport.close()
        # What is closed waits for its client once more.
        self.loop.call_later(self.after_seconds, self.transport.abort)
