"""A process that is stopped before its n-th call to the system, for tests.

Run as a program it lets workers die by SIGKILL at each call of a delivery, and again at each call
of the repetition, until nothing new comes of it; it prints what a print shop was given.
"""

from __future__ import annotations

import datetime
import json
import os
import re
import shutil
import signal
import sys
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from engine.io.channels import Message
from engine.io.file_drop import FileDrop

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType

LETTER = Message("2026-03-16/C-17/EUR/post", "post", datetime.date(2026, 3, 16), {"text": "Pay."})


@contextmanager
def stopped_before(number: int, then: Callable[[], object]) -> Iterator[list[int]]:
    """Do something else before the n-th call to the system of a block; yields how many came."""
    calls = [0]

    def watch(_frame: FrameType, event: str, function: object) -> None:
        if event == "c_call" and _reaches_the_system(function):
            calls[0] += 1
            if calls[0] == number:
                sys.setprofile(None)
                then()

    sys.setprofile(watch)
    try:
        yield calls
    finally:
        sys.setprofile(None)


_ONLY_ASKS = frozenset({"close", "fileno", "fspath", "lstat", "scandir", "stat", "urandom"})
"""Before and after such a call everything lies as it did."""


def _reaches_the_system(function: object) -> bool:
    if getattr(function, "__name__", None) in _ONLY_ASKS:
        return False
    of_a_file = type(getattr(function, "__self__", None)).__module__ == "_io"
    return of_a_file or getattr(function, "__module__", None) in {"posix", "_io", "io"}


def take_away(folder: Path) -> list[str]:
    """What a print shop finds; it is gone then."""
    found = sorted(folder.glob("post/*.json"))
    for each in found:
        json.loads(each.read_text(encoding="utf-8"))
        each.unlink()
    return [each.name for each in found]


def _fsync(fd: object) -> None:
    """In place of `os.fsync`."""


def _delivered(folder: Path, number: int) -> bool:
    """Whether a worker that dies before the n-th call came to its end."""
    worker = os.fork()
    if worker == 0:
        # What the kernel was told outlives a kill; waiting for the disk would take a minute.
        os.fsync = _fsync
        with stopped_before(number, lambda: os.kill(os.getpid(), signal.SIGKILL)):
            FileDrop(folder).deliver(LETTER)
        os._exit(0)
    _, status = os.waitpid(worker, 0)
    died = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
    assert died or status == 0, status
    return not died


def _shape(folder: Path) -> frozenset[tuple[str, int]]:
    """What lies in a folder; of what dead workers staged, that there is something."""
    return frozenset(
        (
            re.sub(r"staging/.*", "staging/*", each.relative_to(folder).as_posix()),
            each.stat().st_size if each.is_file() and "staging" not in each.parts else -1,
        )
        for each in folder.rglob("*")
    )


def main(root: Path) -> None:
    """Print, for each situation that deaths lead to, how often the letter came in the end."""
    start = root / "start"
    start.mkdir()
    waiting = [(start, 0)]
    seen = {(_shape(start), 0)}
    kills = 0
    finished: list[int] = []
    left_behind: list[str] = []
    while waiting:
        before, taken_before = waiting.pop()
        for number in count(1):
            folder = root / f"{len(seen)}-{kills}-{len(finished)}"
            shutil.copytree(before, folder)
            ended = _delivered(folder, number)
            taken = taken_before + len(take_away(folder))
            if ended:
                finished.append(taken)
                left_behind += map(str, folder.glob(".handed/staging/*"))
                break
            kills += 1
            if (_shape(folder), taken) in seen:
                shutil.rmtree(folder)
            else:
                seen.add((_shape(folder), taken))
                waiting.append((folder, taken))
    result = {"kills": kills, "finished": finished, "left behind": left_behind}
    sys.stdout.write(json.dumps(result))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
