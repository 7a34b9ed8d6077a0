"""Turns for what goes through the whole ledger, and for what writes: both leave room for others."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from starlette.requests import Request

from api.context import Asking
from api.problems import ProblemError

if TYPE_CHECKING:
    from collections.abc import Iterator

AT_ONCE, PATIENCE = 2, 20.0
"""So many go through the ledger at once; and for how many seconds another one waits for a turn."""
_TURNS = threading.BoundedSemaphore(AT_ONCE)


@contextmanager
def turn() -> Iterator[None]:
    """Meanwhile it is this one's turn. Raises ProblemError (503) if none comes in time."""
    if not _TURNS.acquire(timeout=PATIENCE):
        detail = "others go through the whole ledger just now"
        raise ProblemError(503, "busy", detail, "ask again", headers={"Retry-After": "20"})
    try:
        yield
    finally:
        _TURNS.release()


WRITERS, WRITERS_PATIENCE = 12, 60.0
"""So many write at once, of the forty threads that there are; how many seconds another one waits,
which is as long as the store waits for its lock."""
_READING = frozenset({"GET", "HEAD", "OPTIONS"})
_ASKING = frozenset({"/v1/decisions", "/v1/policies/check"})
"""What is posted and yet writes nothing."""


class Writers:
    """Who writes. Nobody who waits for a turn holds a thread, which readers would miss."""

    def __init__(self) -> None:
        """For one application."""
        self.turns = asyncio.Semaphore(WRITERS)


async def writing(request: Request, actor: Asking) -> AsyncIterator[None]:
    """Wait for a turn with what writes. Raises ProblemError (503) if none comes in time."""
    del actor  # who is nobody keeps nobody from writing
    if request.method in _READING or request.url.path in _ASKING:
        yield
        return
    turns: asyncio.Semaphore = request.app.state.writers.turns
    try:
        async with asyncio.timeout(WRITERS_PATIENCE):
            await turns.acquire()
    except TimeoutError:
        detail = "others are writing just now, and nothing was changed"
        raise ProblemError(503, "busy", detail, "ask again", headers={"Retry-After": "5"}) from None
    try:
        yield
    finally:
        turns.release()
