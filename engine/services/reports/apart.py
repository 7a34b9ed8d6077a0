"""Reports made in a process of its own.

Who shows a report while it is made must not stand still for it, and a thread would hold Python's
lock for milliseconds at a time. The process stays for the next report: it has the policies
compiled then.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from queue import SimpleQueue
from typing import IO, TYPE_CHECKING

from engine.services.actors import Refused
from engine.services.reports.asked import Asked, Made, make
from engine.services.stored_company import InForce, approved_versions, in_force_now
from engine.services.stores import StoreError, open_store
from engine.store.ledger_read import position

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.services.actors import Actor
    from engine.services.stores import Database

STOPPED = "M002"
"""The code of a report that was stopped before it was made."""
_EVERY = 0.1
"""Seconds between two times at which is told how far it is."""


@dataclass(frozen=True, slots=True)
class _Request:
    number: int
    address: str
    actor: Actor
    asked: Asked


@dataclass(frozen=True, slots=True)
class _Unwanted:
    """Nobody wants the answer to a request, nor to those before it, any more."""

    number: int


@dataclass(frozen=True, slots=True)
class _Lost:
    """The store failed."""

    code: str
    message: str
    hint: str


@dataclass(frozen=True, slots=True)
class _Broken:
    """The program itself is wrong."""

    error: str


@dataclass(frozen=True, slots=True)
class _Stopped:
    """It was not made, because nobody wanted it any more."""


_Answer = Made | Refused | _Lost | _Broken | _Stopped


class BrokenReportError(Exception):
    """The program itself is wrong: something broke while a report was made."""


@dataclass(slots=True)
class ReportsApart:
    """Makes reports in a process that lives no longer than whoever asked for it."""

    _process: subprocess.Popen[bytes] | None = None
    _number: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def make(
        self,
        database: Database,
        actor: Actor,
        asked: Asked,
        progress: Callable[[int, int], None],
        is_unwanted: Callable[[], bool] = lambda: False,
    ) -> Made | Refused:
        """Make a report, and wait for it. Raises StoreError, and BrokenReportError for a bug.

        `progress` is told now and then how much of how much is done; a report that is not wanted
        any more is refused soon.
        """
        address = database.engine.url.render_as_string(hide_password=False)
        with self._lock:
            try:
                answer = self._answer(address, actor, asked, progress, is_unwanted)
            except (OSError, EOFError, ValueError, pickle.UnpicklingError):
                self.stop()
                answer = _Stopped()
        if isinstance(answer, _Stopped):
            message = "the report was stopped before it was done"
            return Refused(STOPPED, message, "r makes it again")
        if isinstance(answer, _Lost):
            raise StoreError(answer.code, answer.message, answer.hint)
        if isinstance(answer, _Broken):
            raise BrokenReportError(answer.error)
        return answer

    def _answer(
        self,
        address: str,
        actor: Actor,
        asked: Asked,
        progress: Callable[[int, int], None],
        is_unwanted: Callable[[], bool],
    ) -> _Answer:
        if is_unwanted():
            return _Stopped()
        into, out = self._pipes()
        self._number += 1
        # What is asked does not go through arguments: everybody on the machine sees those.
        _tell(into, _Request(self._number, address, actor, asked))
        is_told = False
        while True:
            # Read from the pipe as it comes: a large report at once would hold Python's lock.
            frame: object = pickle.load(out)  # noqa: S301 - of this very program
            if isinstance(frame, _Answer):
                return frame
            if isinstance(frame, tuple):
                progress(*frame)
            if not is_told and is_unwanted():
                is_told = True
                _tell(into, _Unwanted(self._number))

    def _pipes(self) -> tuple[IO[bytes], IO[bytes]]:
        """What the process reads and what it writes; it is started where there is none."""
        process = self._process
        if process is None or process.poll() is not None:
            program = f"from {__name__} import main; main()"
            process = self._process = subprocess.Popen(  # noqa: S603 - this very program
                [sys.executable, "-P", "-c", program],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
        if process.stdin is None or process.stdout is None:
            raise EOFError
        return process.stdin, process.stdout

    def stop(self) -> None:
        """End the process, wherever it stands; the next report starts another one."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait()
            for stream in (process.stdin, process.stdout):
                if stream is not None:
                    with suppress(OSError):  # what was not read of a request is not missed
                        stream.close()


def _tell(stream: IO[bytes], said: object) -> None:
    pickle.dump(said, stream)
    stream.flush()


# ---------------------------------------------------------------------------- in that process


class _NotWantedError(Exception):
    """Nobody wants the report that is made."""


@dataclass(slots=True)
class _Maker:
    """Makes reports over a store; it has the policies that count as long as no others do."""

    out: IO[bytes]
    unwanted: int = 0
    """The last request that nobody wants to be answered."""
    _stores: dict[str, Database] = field(default_factory=dict)
    _now: dict[str, InForce] = field(default_factory=dict)

    def answer(self, request: _Request) -> _Answer:
        """What a request is answered."""
        try:
            return self._made(request)
        except _NotWantedError:
            return _Stopped()
        except StoreError as error:
            return _Lost(error.code, error.message, error.hint)
        except Exception as error:  # noqa: BLE001 - told where somebody can see it
            return _Broken(f"{type(error).__name__}: {error}")

    def _made(self, request: _Request) -> Made | Refused:
        address = request.address
        if address not in self._stores:
            self._stores[address] = open_store(address)
        database = self._stores[address]
        versions = approved_versions(database)
        if address not in self._now or self._now[address].versions != versions:
            now = in_force_now(database)
            if isinstance(now, Refused):
                return now
            self._now[address] = now
        with database.reading() as connection:
            total = position(connection).customers
        told = time.monotonic()

        def progress(done: int) -> None:
            nonlocal told
            if self.unwanted >= request.number:
                raise _NotWantedError
            if time.monotonic() - told >= _EVERY:
                told = time.monotonic()
                _tell(self.out, (done, max(done, total)))

        progress(0)
        return make(database, request.actor, self._now[address], request.asked, progress)


def main() -> None:
    """Make what standard input asks for, one after another, until it ends."""
    maker, requests = _Maker(sys.stdout.buffer), SimpleQueue[_Request]()
    threading.Thread(target=_listen, args=(maker, requests), daemon=True).start()
    with suppress(BrokenPipeError):  # who asked may be gone: nobody has to be told
        while True:
            _tell(maker.out, maker.answer(requests.get()))


def _listen(maker: _Maker, requests: SimpleQueue[_Request]) -> None:
    """Hear also while a report is made that nobody wants it any more."""
    with suppress(EOFError):
        while True:
            said: _Request | _Unwanted = pickle.load(sys.stdin.buffer)  # noqa: S301 - as above
            if isinstance(said, _Unwanted):
                maker.unwanted = said.number
            else:
                requests.put(said)
    os._exit(0)  # who asked is gone, and nobody waits for what is being made
