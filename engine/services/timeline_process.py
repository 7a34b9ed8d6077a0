"""A simulation played in a process of its own.

Who shows a simulation while it is played must not stand still for it. A thread would hold Python's
lock for milliseconds at a time, thousands of times in a minute, and fill the memory of who shows it
with a ledger that the collector of garbage goes through again and again.
"""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import suppress
from typing import TYPE_CHECKING

from engine.io.output import write_rows
from engine.services.actors import Refused
from engine.services.plain import EVENT_COLUMNS, plain_event
from engine.services.simulation_asked import Asked, look_at
from engine.services.stores import StoreError, open_store
from engine.services.timeline_frames import (
    Broken,
    Over,
    Written,
    read_frame,
    read_request,
    write_frame,
    written_request,
)
from engine.services.timelines import play_events, play_timelines

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from engine.core.simulate import SimulationEvent
    from engine.services.actors import Actor
    from engine.services.simulation_asked import Ready
    from engine.services.stores import Database
    from engine.services.timeline_frames import Frame

_LOST = Broken("the simulation ended before it was done", "start it again")


class PlayedApart:
    """A simulation in a process of its own, which lives no longer than whoever asked for it."""

    def __init__(
        self, database: Database, actor: Actor, asked: Asked, file: Path | None = None
    ) -> None:
        """With a file, what happens is written there, as `dun simulate -o` does."""
        address = database.engine.url.render_as_string(hide_password=False)
        command = [sys.executable, "-P", "-m", "engine.services.timeline_process"]
        # The same program, wherever it was found; and nothing that lies in the working folder.
        path = os.pathsep.join(each for each in sys.path if each)
        self._process = subprocess.Popen(  # noqa: S603 - this very program, and nothing of a user
            command,
            env={**os.environ, "PYTHONPATH": path},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        # What is to be played does not go through arguments: everybody on the machine sees those.
        with suppress(BrokenPipeError):
            if self._process.stdin is not None:
                self._process.stdin.write(written_request(address, actor, asked, file))
                self._process.stdin.close()

    def frames(self) -> Iterator[Frame]:
        """What is found, as it is found; the last one says why it ended. Ends early if stopped."""
        out = self._process.stdout
        if out is None:
            return
        try:
            while (frame := read_frame(out)) is not None:
                yield frame
                if not _goes_on(frame):
                    return
            if self._process.wait() >= 0:  # else somebody ended it
                yield _LOST
        except ValueError:
            return  # it was closed meanwhile
        finally:
            self.stop()

    def stop(self) -> None:
        """End it, wherever it stands."""
        self._process.terminate()
        self._process.wait()
        if self._process.stdout is not None:
            self._process.stdout.close()


def _goes_on(frame: Frame) -> bool:
    return not isinstance(frame, (Over, Broken, Refused))


def main() -> None:
    """Play what a line of standard input asks for, and write frames to standard output."""
    address, actor, asked, file = read_request(sys.stdin.buffer.readline())
    # Who asked may be gone: nobody has to be told.
    with suppress(BrokenPipeError):
        for frame in _frames(address, actor, asked, file):
            write_frame(sys.stdout.buffer, frame)


def _frames(address: str, actor: Actor, asked: Asked, file: Path | None) -> Iterator[Frame]:
    try:
        database = open_store(address)
        ready = look_at(database, actor, asked)
        if isinstance(ready, Refused):
            yield ready
            return
        if file is None:
            yield from play_timelines(database, asked, ready)
        else:
            yield from _written(database, asked, ready, file)
        yield Over()
    except StoreError as error:
        yield Broken(error.message, error.hint)
    except OSError as error:
        yield Broken(f"{error.filename or file}: {(error.strerror or str(error)).lower()}")


def _written(database: Database, asked: Asked, ready: Ready, file: Path) -> Iterator[Written]:
    """Play the first side, and write what happens by date and case."""
    found: list[SimulationEvent] = []
    done = total = 0
    for done, total, events in play_events(database, asked, ready):
        found += events
        yield Written(done, total)
    found.sort(key=lambda each: each.order)
    write_rows(file, map(plain_event, found), EVENT_COLUMNS)
    yield Written(done, total, len(found))


if __name__ == "__main__":
    main()
