"""Who performs a run: processes, which may die at any moment."""

from __future__ import annotations

import os
import secrets
import socket
import sys


def new_worker() -> str:
    """A name for this process that no other ever had: `HOST:PROCESS:RANDOM`."""
    return f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(8)}"


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
        return worker != mine  # a process of this number has begun anew since
    if sys.platform == "win32":
        return False  # to ask there would end it
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False
