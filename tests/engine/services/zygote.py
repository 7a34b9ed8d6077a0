"""Processes that perform runs and can be killed, without each of them importing everything first.

As a program it is a *zygote*: it has everything imported and forks a child for each job that it
reads from its input. A child connects to the store by itself and says when it begins and what came
of it; the zygote says when a child is gone. Every line is one value of JSON.
"""

from __future__ import annotations

import datetime
import gc
import json
import os
import select
import signal
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import create_engine

from dunlang.source import Source
from engine.services.delivering import AT_ONCE, Sending
from engine.services.executing import Execution, execute
from engine.services.policies import load_policies
from engine.services.proposing import Proposal, propose
from engine.store.database import connect
from engine.store.errors import StoreError
from tests.engine.services.publications import ANNA, text
from tests.engine.services.running import drop

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.services.actors import Refused

ROOT = Path(__file__).parents[3]
Plain = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Job:
    """What a process is to do with a store."""

    do: str
    """`execute` or `propose`."""
    address: str
    folder: str
    """Where letters go."""
    day: datetime.date
    at: datetime.datetime
    at_once: int = AT_ONCE
    """Debtors in one transaction."""

    @property
    def plain(self) -> Plain:
        """As JSON."""
        return {**asdict(self), "day": self.day.isoformat(), "at": self.at.isoformat()}

    @classmethod
    def from_plain(cls, plain: Plain) -> Job:
        """What `plain` wrote."""
        day = datetime.date.fromisoformat(plain["day"])
        at = datetime.datetime.fromisoformat(plain["at"])
        return cls(**{**plain, "day": day, "at": at})


@dataclass(slots=True)
class Child:
    """A process at a job, as its lines tell."""

    pid: int = 0
    """0 as long as it has not begun."""
    result: Plain | None = None
    """What came of it; None if it did not come to its end."""
    status: int | None = None
    """How it ended, as `os.waitpid` tells it."""

    @property
    def was_killed(self) -> bool:
        """Whether it was killed before its work was done."""
        killed = self.status is not None and os.WIFSIGNALED(self.status)
        return killed and self.result is None


@dataclass(slots=True)
class Zygote:
    """The zygote, from outside."""

    process: subprocess.Popen[bytes] = field(
        default_factory=lambda: subprocess.Popen(
            (sys.executable, "-m", "tests.engine.services.zygote"),
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
    )
    children: list[Child] = field(default_factory=list)
    unread: bytes = b""

    def start(self, *jobs: Job) -> list[Child]:
        """Let a process begin with each of some jobs; all have begun when this returns."""
        assert all(each.status is not None for each in self.children)
        self.children = [Child() for _ in jobs]
        assert self.process.stdin is not None
        self.process.stdin.write(_line([job.plain for job in jobs]))
        self.process.stdin.flush()
        while not all(each.pid for each in self.children):
            self._listen(None)
        return self.children

    def listen(self, seconds: float) -> bool:
        """Let them work for a while; whether all were gone by then."""
        until = time.monotonic() + seconds
        while not self._are_gone():
            self._listen(max(0, until - time.monotonic()))
            if time.monotonic() >= until:
                break
        return self._are_gone()

    def wait(self) -> list[Child]:
        """All of them, when they are gone."""
        while not self._are_gone():
            self._listen(None)
        return self.children

    def kill(self, child: Child) -> None:
        """Kill a process for good, unless it is gone already."""
        if child.status is None:
            with suppress(ProcessLookupError):
                os.kill(child.pid, signal.SIGKILL)

    def close(self) -> None:
        """Let the zygote end."""
        self.process.communicate()

    def _are_gone(self) -> bool:
        return all(each.status is not None for each in self.children)

    def _listen(self, seconds: float | None) -> None:
        assert self.process.stdout is not None
        handle = self.process.stdout.fileno()
        if not select.select([handle], [], [], seconds)[0]:
            return
        part = os.read(handle, 1 << 16)
        assert part, "the zygote died"
        *lines, self.unread = (self.unread + part).split(b"\n")
        for line in lines:
            said = json.loads(line)
            child = self.children[said.pop("job")]
            for name, value in said.items():
                setattr(child, name, value)


def _line(value: object) -> bytes:
    return json.dumps(value).encode() + b"\n"


# --------------------------------------------------------------------------------- inside of it


def _say(**what: object) -> None:
    os.write(1, _line(what))


def _done(job: Job) -> Plain:
    """Do a job; what came of it."""
    database = connect(job.address)
    try:
        if job.do == "propose":
            return _plain(propose(database, ANNA, job.day, job.at))
        sending = Sending(job.folder, drop, job.at_once)
        return _plain(execute(database, ANNA, job.day, lambda: job.at, sending))
    except StoreError as error:
        return {"error": f"{error.code}: {error}"}
    finally:
        database.close()


def _plain(result: Execution | Proposal | Refused) -> Plain:
    if isinstance(result, Execution):
        names = ("performed", "withdrawn", "failed", "elsewhere")
        return {name: getattr(result, name) for name in names}
    if isinstance(result, Proposal):
        return {name: getattr(result, name) for name in ("new", "changed", "withdrawn")}
    return {"refused": result.message}


def _fsync(fd: object) -> None:
    """In place of `os.fsync`: what the kernel was told outlives a kill, and a disk is slow."""


def _fork(number: int, job: Job) -> int:
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            _say(job=number, pid=os.getpid())
            _say(job=number, result=_done(job))
            code = 0
        finally:
            os._exit(code)
    return pid


def _main() -> None:
    _warm()
    os.fsync = _fsync
    gc.freeze()
    for line in sys.stdin:
        jobs: Sequence[Job] = [Job.from_plain(each) for each in json.loads(line)]
        pids = {_fork(number, job): number for number, job in enumerate(jobs)}
        while pids:
            pid, status = os.wait()
            _say(job=pids.pop(pid), status=status)


def _warm() -> None:
    """Do what is only done when it is used for the first time."""
    for address in ("sqlite://", "postgresql+psycopg://"):
        create_engine(address)
    assert load_policies([Source("<policy>", text())]).plans  # the grammar is ready now


if __name__ == "__main__":
    _main()
