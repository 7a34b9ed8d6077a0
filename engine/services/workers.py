"""Who performs a run: processes, which may die at any moment."""

from __future__ import annotations

import os
import secrets
import socket
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_AT_WORK: set[str] = set()
"""Workers of this process that are at it just now."""


def new_worker() -> str:
    """A name for this process that no other ever had: `HOST:PROCESS:RANDOM`."""
    return f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(8)}"


@contextmanager
def at_work(worker: str) -> Iterator[None]:
    """Meanwhile a worker of this process counts as alive."""
    _AT_WORK.add(worker)
    try:
        yield
    finally:
        _AT_WORK.discard(worker)


def is_dead(worker: str, mine: str) -> bool:
    """Whether a worker is known to have died, as seen from another one; false if nobody knows.

    Only a process of the same machine can be told to have died.
    """
    host, _, rest = worker.rpartition(":")[0].rpartition(":")
    del rest
    my_host = mine.rpartition(":")[0].rpartition(":")[0]
    if host != my_host:
        return False
    number = int(worker.split(":")[-2])
    if number == int(mine.split(":")[-2]):
        return worker not in _AT_WORK  # it gave up, or a process of this number did before
    if sys.platform == "win32":
        return False  # to ask there would end it
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False
