"""A simulation as server-sent events: what it finds as it finds it, how far it is, how it ends.

The id of an event is how many were found up to it. Who lost the connection sends it back as
`Last-Event-ID`, as browsers do, and hears the rest.
"""

from __future__ import annotations

import asyncio
import json
import time
from typing import TYPE_CHECKING

from fastapi.concurrency import run_in_threadpool
from fastapi.responses import StreamingResponse
from fastapi.sse import KEEPALIVE_COMMENT, format_sse_event

from engine.services.simulation_results import found_since
from engine.services.stores import StoreError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from api.background import Background
    from engine.services.plain import Plain
    from engine.services.simulation_results import Wanted
    from engine.services.stores import Database

MEDIA_TYPE = "text/event-stream"
QUIET = 15.0
"""Seconds after which something is sent, so that nobody on the way thinks that it is over."""
AGAIN = 2_000
"""Milliseconds after which a client that lost the connection is to ask again."""
_LOOKED = 0.25
_TOLD = ("state", "done", "of", "found")
_HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}


def streamed(
    database: Database, working: Background, number: int, wanted: Wanted, after: int
) -> StreamingResponse:
    """The answer that goes on until the simulation ends, or the service does."""
    told = _told(database, working, number, wanted, after)
    return StreamingResponse(told, media_type=MEDIA_TYPE, headers=_HEADERS)


async def _told(
    database: Database, working: Background, number: int, wanted: Wanted, after: int
) -> AsyncIterator[bytes]:
    yield format_sse_event(retry=AGAIN)
    progress: Plain = {}
    spoke_at = time.monotonic()
    while not working.is_ending():
        try:
            shown, block = await run_in_threadpool(found_since, database, number, after)
        except StoreError:
            return  # the client asks again, and is told why
        if shown is None:
            return
        parts: list[bytes] = []
        now = {name: shown.brief[name] for name in _TOLD}
        if block is not None:
            parts += [
                format_sse_event(event="event", data_str=line, id=str(place + 1))
                for place, line in wanted.lines(block)
                if place >= after
            ]
            after = block.first + len(block.lines)
        if now != progress or parts:
            progress = now
            parts.append(_said("progress", now, after))
        is_over = block is None and shown.job.is_over
        if is_over:
            parts.append(_said(shown.job.state, shown.plain, after))
        if not parts and time.monotonic() - spoke_at > QUIET:
            parts.append(KEEPALIVE_COMMENT)
        if parts:
            yield b"".join(parts)
            spoke_at = time.monotonic()
        if is_over:
            return
        if block is None:
            await asyncio.sleep(_LOOKED)


def _said(what: str, plain: Plain, after: int) -> bytes:
    # With the id also who looks for little goes on from here.
    return format_sse_event(event=what, data_str=json.dumps(plain), id=str(after))
