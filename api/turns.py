"""Turns for what goes through the whole ledger, so that it leaves room for everything else."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

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
