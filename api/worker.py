"""The process beside `dun serve` that does what takes long, so that no request waits for it.

`python -m api.worker` reads one line of JSON, `{"address": ..., "letters": ..., "log": ...}`, and
then works until its input ends. Every further line says that there is something to do. The input is
a pipe from the service: it ends however the service ends, also if that is killed.
"""

from __future__ import annotations

import datetime
import json
import logging
import os
import signal
import sys
import threading
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from api.logs import begin_log
from engine.services.execution_jobs import execution_kind
from engine.services.job_worker import Kind, Worker
from engine.services.simulation_jobs import simulation_kind
from engine.services.stores import StoreError, open_store

if TYPE_CHECKING:
    from engine.services.stores import Database

_LOG = logging.getLogger("dunlang.worker")
IDLE = 1.0
"""Seconds after which it is looked whether others left something to do."""
TROUBLE = 5.0
"""Seconds before the next try after the store failed, or something beside the jobs did."""

_NICE = 5
"""Requests go first where there are not processors enough."""


@dataclass(frozen=True, slots=True)
class Beside:
    """What is given to something that runs beside the jobs, in a thread of its own."""

    database: Database
    clock: Callable[[], datetime.datetime]
    stopping: threading.Event
    """When it is set, the thread is to end; wait on it instead of sleeping."""


def kinds(letters: str) -> tuple[Kind, ...]:
    """What a worker is able to do; what comes first goes first."""
    return (execution_kind(letters), simulation_kind())


BESIDE: tuple[tuple[str, Callable[[Beside], None]], ...] = ()
"""Functions that run all the time, each with its name, such as one that looks what is to be sent.
One that raises is logged, and called again after a while."""


@dataclass(slots=True)
class _Ears:
    """What the service says."""

    stopping: threading.Event = field(default_factory=threading.Event)
    called: threading.Event = field(default_factory=threading.Event)

    def listen(self) -> None:
        """Read on until the service is gone."""
        while os.read(0, 4096):
            self.called.set()
        self.stop()

    def stop(self) -> None:
        """End as soon as nothing is half done."""
        self.stopping.set()
        self.called.set()


def _now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)


def work(database: Database, letters: str, ears: _Ears) -> None:
    """Do what there is to do, until the service says that it ends."""
    beside = Beside(database, _now, ears.stopping)
    threads = [
        threading.Thread(target=_again, args=(name, each, beside), name=name)
        for name, each in BESIDE
    ]
    for thread in threads:
        thread.start()
    worker = Worker(database, _now, kinds(letters), ears.stopping.is_set)
    while not ears.stopping.is_set():
        pause = IDLE
        ears.called.clear()
        try:
            worker.work()
        except StoreError as error:
            _LOG.warning("the worker waits: %s", error)
            pause = TROUBLE
        ears.called.wait(pause)
    for thread in threads:
        thread.join()


def _again(name: str, do: Callable[[Beside], None], beside: Beside) -> None:
    while not beside.stopping.is_set():
        try:
            do(beside)
        except StoreError as error:
            _LOG.warning("%s waits: %s", name, error)
        except Exception:  # noqa: BLE001 - it is logged, and tried again
            _LOG.exception("%s", name)
        beside.stopping.wait(TROUBLE)


def _first_line() -> bytes:
    line = bytearray()
    while not line.endswith(b"\n") and (byte := os.read(0, 1)):
        line += byte
    return bytes(line)


def main() -> None:
    """Work for the service that started this process."""
    ears = _Ears()
    # Ctrl-C reaches every process of a terminal; the service says itself when it ends.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda *_: ears.stop())
    if hasattr(os, "nice"):
        os.nice(_NICE)
    line = _first_line()
    if not line:
        return  # the service is gone already
    told = json.loads(line)
    threading.Thread(target=ears.listen, name="service", daemon=True).start()
    with closing(begin_log(told["log"])):
        try:
            database = open_store(told["address"])
        except StoreError as error:
            _LOG.warning("the worker cannot begin: %s", error)
            sys.exit(3)
        try:
            work(database, told["letters"], ears)
        finally:
            database.close()


if __name__ == "__main__":
    main()
