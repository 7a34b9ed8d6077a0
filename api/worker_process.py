"""The worker of `dun serve` as a process: started, called, started again when it dies, ended."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from api.logs import Form

_LOG = logging.getLogger("dunlang.worker")
PATIENCE = 20.0
"""Seconds in which a worker has to come to a place where nothing is half done; then it is killed,
and what it was at is taken over at the next start."""
_SHORTEST, _LONGEST = 1.0, 60.0
"""Seconds before a worker that died is started again: longer each time that it dies at once."""
_LOOKED = 0.2
"""Seconds between two looks at it."""


@dataclass(slots=True)
class WorkerProcess:
    """A process of `api.worker`, and what looks after it."""

    address: str
    """Of the store; it may hold a password, so it is told through a pipe."""
    letters: str
    log: Form = "text"
    is_ending: bool = False
    """Set to let it end; a plain value, as a handler of a signal may set it."""
    _process: subprocess.Popen[bytes] | None = None
    _keeper: threading.Thread | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def start(self) -> None:
        """Start it, and see to it from now on that there is one."""
        self._process = self._started()
        self._keeper = threading.Thread(target=self._keep, name="keeper", daemon=True)
        self._keeper.start()

    @property
    def pid(self) -> int | None:
        """Of the process that is at it."""
        return None if self._process is None else self._process.pid

    def call(self) -> None:
        """Say that there is something to do."""
        with self._lock:
            process = self._process
            if process is not None and process.stdin is not None and not process.stdin.closed:
                with suppress(OSError):  # it died; the next one looks by itself
                    process.stdin.write(b"\n")
                    process.stdin.flush()

    def end(self) -> None:
        """Let it end where nothing is half done, and wait for it."""
        self.is_ending = True
        if self._keeper is not None:
            self._keeper.join()

    # --------------------------------------------------------------------- in a thread of its own

    def _started(self) -> subprocess.Popen[bytes]:
        # -P: what lies in the working folder is no part of this program.
        process = subprocess.Popen(
            (sys.executable, "-P", "-m", "api.worker"), stdin=subprocess.PIPE
        )
        told = json.dumps({"address": self.address, "letters": self.letters, "log": self.log})
        with suppress(OSError):
            if process.stdin is not None:
                process.stdin.write(told.encode() + b"\n")
                process.stdin.flush()
        return process

    def _keep(self) -> None:
        pause, began = _SHORTEST, time.monotonic()
        while not self.is_ending:
            process = self._process
            if process is None or process.poll() is None:
                time.sleep(_LOOKED)
                continue
            if time.monotonic() - began > _LONGEST:
                pause = _SHORTEST
            _LOG.warning(
                "the worker ended (%s); another one begins in %.0f s", process.returncode, pause
            )
            self._wait(pause)
            pause, began = min(2 * pause, _LONGEST), time.monotonic()
            if not self.is_ending:
                with self._lock:
                    self._process = self._started()
        self._let_end()

    def _wait(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while not self.is_ending and time.monotonic() < until:
            time.sleep(_LOOKED)

    def _let_end(self) -> None:
        process = self._process
        if process is None:
            return
        with self._lock, suppress(OSError):
            if process.stdin is not None:
                process.stdin.close()
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            _LOG.warning("the worker did not end in %.0f s and is killed", PATIENCE)
            process.kill()
            process.wait()
