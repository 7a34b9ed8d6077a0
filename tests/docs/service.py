"""A service that a document starts: `dun serve`, in a process of its own."""

from __future__ import annotations

import signal
import socket
import subprocess
import time
from typing import TYPE_CHECKING

import httpx2

from tests.engine.cli.command import started

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

SECONDS = 90
"""For starting and for ending."""
ENDED = (0, 128 + signal.SIGTERM)
"""In good order, as it was told to."""


class Service:
    """`dun serve` over the store of the working folder, on a port that is free."""

    def __init__(self, words: Sequence[str], log: Path) -> None:
        """Start it with the words after `dun serve`, and wait until it answers."""
        self.address = f"127.0.0.1:{_free_port()}"
        self._log = log
        port = ("--port", self.address.partition(":")[2])
        with log.open("wb") as file:
            self._process = started("serve", *_without_port(words), *port, stdout=file, stderr=file)
        end = time.monotonic() + SECONDS
        while not self._answers():
            assert time.monotonic() < end, "dun serve does not answer"

    def _answers(self) -> bool:
        try:
            return httpx2.get(f"http://{self.address}/healthz", trust_env=False).is_success
        except httpx2.TransportError:
            try:
                self._process.wait(0.05)
            except subprocess.TimeoutExpired:
                return False
            raise AssertionError(self._log.read_text("utf-8")) from None

    def end(self) -> None:
        """End it as an operator would, which it has to do in good order."""
        self._process.terminate()
        try:
            code = self._process.wait(SECONDS)
        finally:
            self._process.kill()
        assert code in ENDED, (code, self._log.read_text("utf-8"))


def _free_port() -> int:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        port: int = server.getsockname()[1]
        return port


def _without_port(words: Sequence[str]) -> list[str]:
    """The words without the port of the document, on which something else may listen."""
    found = list(words)
    if "--port" in found:
        at = found.index("--port")
        del found[at : at + 2]
    return found
