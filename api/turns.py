"""Turns for what goes through the whole ledger, and for what writes: both leave room for others.

Nobody who waits for a turn holds a thread: there are forty, and who only reads would miss them.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass

from starlette.requests import Request

from api.context import Asking
from api.problems import ProblemError


@dataclass(frozen=True, slots=True)
class Kind:
    """What takes turns with its like."""

    at_once: int
    patience: float
    """Seconds that another one waits for a turn."""
    busy: str
    """What is told who waited in vain."""
    again: int
    """After how many seconds they may come again."""


WRITING = Kind(12, 60.0, "others are writing just now, and nothing was changed", 5)
"""As patient as the store, which waits so long for its lock."""
THROUGH = Kind(2, 20.0, "others go through the whole ledger just now", 20)
LONGEST = 300.0
"""Seconds in which a report must be made: whoever waits in front of it has given up long before."""
_READING = frozenset({"GET", "HEAD", "OPTIONS"})
_ASKING = frozenset({"/v1/decisions", "/v1/policies/check"})
"""What is posted and yet writes nothing."""


class Turns:
    """Whose turn it is, in one application."""

    def __init__(self) -> None:
        """Nobody's so far."""
        self.free = {kind: asyncio.Semaphore(kind.at_once) for kind in (WRITING, THROUGH)}


def _kind(request: Request) -> Kind | None:
    """What a request is; None: it waits for nobody."""
    path = request.url.path
    if request.method not in _READING:
        return None if path in _ASKING else WRITING
    counts_cases = path.endswith("/diff") and "on" in request.query_params
    return THROUGH if counts_cases or path.startswith("/v1/reports/") else None


def late() -> Callable[[], bool]:
    """Whether what begins now has taken too long."""
    until = time.monotonic() + LONGEST
    return lambda: time.monotonic() > until


async def in_turn(request: Request, actor: Asking) -> AsyncIterator[None]:
    """Wait for a turn where one is needed. Raises ProblemError (503) if none comes in time."""
    del actor  # who is nobody keeps nobody waiting
    kind = _kind(request)
    if kind is None:
        yield
        return
    turns: Turns = request.app.state.turns
    free = turns.free[kind]
    try:
        async with asyncio.timeout(kind.patience):
            await free.acquire()
    except TimeoutError:
        told = {"Retry-After": str(kind.again)}
        raise ProblemError(503, "busy", kind.busy, "ask again", headers=told) from None
    try:
        yield
    finally:
        free.release()
