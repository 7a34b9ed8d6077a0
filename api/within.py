"""Asking the store without waiting for it for ever: who watches a service must get an answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import anyio
from anyio.to_thread import run_sync

if TYPE_CHECKING:
    from collections.abc import Callable

SECONDS = 5.0
T = TypeVar("T")

_THREADS = anyio.CapacityLimiter(4)
"""Not those of requests, which may all be busy."""


class LateError(Exception):
    """There was no answer in time."""


async def within(ask: Callable[[], T], seconds: float = SECONDS) -> T:
    """What is answered in time. Raises LateError."""
    with anyio.move_on_after(seconds):
        return await run_sync(ask, abandon_on_cancel=True, limiter=_THREADS)
    raise LateError
