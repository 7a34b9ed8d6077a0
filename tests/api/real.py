"""`dun serve` as it runs: a process over a store, with its worker, asked over a real socket."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import httpx2

from tests.api.serving import key_of
from tests.engine.cli.command import environment

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.services.actors import Role
    from engine.store.database import Database

PROGRAM = "from api.command import app; app()"
"""`dun serve`, also where it is not installed."""
SECONDS = 60
"""For anything that is waited for."""


@dataclass(slots=True)
class Served:
    """A service that runs."""

    address: str
    """Of the store."""
    folder: Path
    """Where letters go, below, and the log."""
    options: tuple[str, ...] = ()
    """Beside those that it needs."""
    port: int = 0
    process: subprocess.Popen[bytes] | None = None
    clients: list[httpx2.Client] = field(default_factory=list)

    def __enter__(self) -> Self:
        """Start it, and wait until it answers."""
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        words = ("--port", str(self.port), "--database", self.address)
        drop = ("--drop", str(self.folder / "letters"))
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                (sys.executable, "-P", "-c", PROGRAM, *words, *drop, *self.options),
                env=environment(),
                stdout=log,
                stderr=log,
                cwd=self.folder,
            )
        eventually(self._answers)
        return self

    def __exit__(self, *_: object) -> None:
        """End it, however it is."""
        for client in self.clients:
            client.close()
        if self.process is not None:
            self.process.kill()
            self.process.wait()

    def _answers(self) -> bool:
        assert self.process is not None
        assert self.process.poll() is None, self.log
        with suppress(httpx2.TransportError):
            return httpx2.get(f"{self.url}/healthz", trust_env=False).is_success
        return False

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> str:
        return (self.folder / "log").read_text("utf-8")

    def client(self, database: Database, role: Role = "manager") -> httpx2.Client:
        """Who asks with the key of a role."""
        headers = {"Authorization": f"Bearer {key_of(database, role)}"}
        client = httpx2.Client(base_url=self.url, headers=headers, trust_env=False, timeout=SECONDS)
        self.clients.append(client)
        return client

    def terminate(self) -> int:
        """End it as an operator would; its exit code."""
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(SECONDS)


def eventually(holds: Callable[[], Any], why: Callable[[], str] = lambda: "") -> Any:  # noqa: ANN401 - whatever is waited for
    """Wait until something holds, and what it is."""
    end = time.monotonic() + SECONDS
    while not (found := holds()):
        assert time.monotonic() < end, why() or "it took too long"
        time.sleep(0.03)
    return found


def kill_worker(name: str) -> int:
    """Kill a worker for good, by its name in the store; its number."""
    number = int(name.split(":")[-2])
    os.kill(number, signal.SIGKILL)
    return number
