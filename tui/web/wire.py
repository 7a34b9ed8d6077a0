"""The connection between a page and a process."""

from __future__ import annotations

import asyncio
import json
import logging
import re
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from starlette.websockets import WebSocketDisconnect, WebSocketState

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.websockets import WebSocket

    from tui.web.packets import Message
    from tui.web.seats import Seat, Seats

_LOG = logging.getLogger("dunlang.web")
WINDOW = 64 << 10
"""Bytes that a page may have left unseen: on a slow link the process draws less often, instead of
what it drew long ago still being on its way."""
LARGEST = 1000
"""Columns and lines that are believed."""
_NAME = re.compile(r"[0-9a-f]{32}")
_OVER = 4000
"""The code with which a connection ends that is not to be tried again."""


@dataclass(slots=True, eq=False)
class Wire:
    """A page that looks at a process."""

    socket: WebSocket
    unseen: int = 0
    is_over: bool = False
    _seen: asyncio.Event = field(default_factory=asyncio.Event)

    async def show(self, shown: bytes) -> None:
        """Show what a terminal shows; waits until the page has seen enough of what came before."""
        while self.unseen >= WINDOW and not self.is_over:
            self._seen.clear()
            await self._seen.wait()
        if not self.is_over:
            self.unseen += len(shown)
            with suppress(WebSocketDisconnect, RuntimeError):  # it is gone at this moment
                await self.socket.send_bytes(shown)

    async def tell(self, body: Message) -> None:
        """Tell the page something."""
        if not self.is_over:
            with suppress(WebSocketDisconnect, RuntimeError):  # as above
                await self.socket.send_text(json.dumps(body))

    async def end(self, why: str, text: str = "") -> None:
        """It is over."""
        await self.tell({"type": "over", "why": why, "text": text})
        self.release()
        if self.socket.application_state is WebSocketState.CONNECTED:
            with suppress(WebSocketDisconnect, RuntimeError):  # as above
                await self.socket.close(_OVER)

    def seen(self, count: int) -> None:
        """The page has seen some of it."""
        self.unseen = max(0, self.unseen - count)
        self._seen.set()

    def release(self) -> None:
        """Let nothing wait for this page any more."""
        self.is_over = True
        self._seen.set()


async def look(socket: WebSocket, seats: Seats, key: str, person: str) -> None:
    """Show a process to a page until one of them ends."""
    name, size = socket.query_params.get("seat", ""), _size(socket.query_params)
    if not _NAME.fullmatch(name) or size is None:
        await socket.close()
        return
    await socket.accept()
    wire = Wire(socket)
    try:
        seat = await seats.take(name, key, person, wire, size)
    except OSError as error:
        _LOG.error("no process can be started: %s", error)
        await wire.end("failed")
        return
    if seat is None:
        text = "As many people work with this admin as it was allowed. Close another page of it,"
        await wire.end("full", f"{text} or try again later.")
        return
    try:
        await _listen(socket, wire, seat)
    except WebSocketDisconnect:
        pass
    finally:
        wire.release()
        seats.leave(seat, wire)


async def _listen(socket: WebSocket, wire: Wire, seat: Seat) -> None:
    while True:
        match _read(await socket.receive_text()):
            case ["in", str(text)]:
                seat.type(text)
            case ["size", int(width), int(height)] if _fits(width, height):
                seat.resize(width, height)
            case ["seen", int(count)] if count > 0:
                wire.seen(count)
            case ["focus", bool(has_it)]:
                seat.focus(has_it=has_it)
            case _:
                pass
        await seat.drain()


def _read(text: str) -> object:
    try:
        return json.loads(text)
    except ValueError:
        return None


def _size(given: Mapping[str, str]) -> tuple[int, int] | None:
    try:
        width, height = int(given.get("width", "80")), int(given.get("height", "24"))
    except ValueError:
        return None
    return (width, height) if _fits(width, height) else None


def _fits(width: int, height: int) -> bool:
    return 1 <= width <= LARGEST and 1 <= height <= LARGEST
