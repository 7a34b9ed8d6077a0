"""Processes of people, one for each page that is open; they end when nobody looks any more."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import sys
import tempfile
from asyncio.subprocess import PIPE, Process
from contextlib import suppress
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from typing import Protocol

from tui.web.packets import (
    DATA,
    DOWNLOADS,
    Message,
    PacketError,
    Told,
    data,
    message,
    read_message,
    read_packet,
)

GRACE = 120.0
"""Seconds for which a process waits for its page to come back."""
PATIENCE = 5.0
"""Seconds in which a process has to end; then it is killed."""
AT_ONCE, OF_ONE = 20, 5
"""How many there may be, and how many of one session."""
_BUFFER = 16 << 10
"""Bytes that wait between a process and its page: few, so that a slow link shows what is, not
what was."""
_KEPT = re.compile(
    r"PATH|PYTHONPATH|HOME|USERPROFILE|SYSTEMROOT|TMPDIR|TEMP|TMP|LANG|LANGUAGE|LC_\w+|TZ|PG\w+"
    r"|SSL_CERT_FILE|DUN_DROP"
)
"""What a process gets of the environment: where programs and files are, which language is spoken,
what PostgreSQL asks of those who connect, and where letters go."""
_TOKEN = re.compile(r"[0-9a-f]{32}")


class Line(Protocol):
    """A page that looks at a process."""

    async def show(self, shown: bytes) -> None:
        """Show what a terminal shows; waits until the page has seen enough of what came before."""

    async def tell(self, body: Message) -> None:
        """Tell the page something."""

    async def end(self, why: str, text: str = "") -> None:
        """It is over: `left`, `elsewhere`, `session`, `failed`, `closing`."""


@dataclass(slots=True, eq=False)
class Seat:
    """A process, and who looks at it."""

    name: str
    """What the page calls it."""
    key: str
    """Of the session."""
    downloads: Path
    process: Process
    line: Line | None = None
    files: dict[str, str] = field(default_factory=dict)
    """Names of files that can be fetched, by their tokens."""
    failure: str = ""
    reading: asyncio.Task[None] | None = None
    ending: asyncio.TimerHandle | None = None

    def write(self, packet: bytes) -> None:
        """Tell the process something."""
        if self.process.stdin is not None and not self.process.stdin.is_closing():
            self.process.stdin.write(packet)

    async def drain(self) -> None:
        """Wait until the process has taken what it was told."""
        if self.process.stdin is not None:
            with suppress(ConnectionError):
                await self.process.stdin.drain()

    def type(self, text: str) -> None:
        """Something was typed.

        A page sends the key escape by itself; a terminal would have to wait for what follows, and
        take the next key, where a slow link lets both come at once, for one with alt.
        """
        self.write(message({"type": "escape"}) if text == "\x1b" else data(text))

    def resize(self, width: int, height: int) -> None:
        """The page has another size."""
        self.write(message({"type": "resize", "width": width, "height": height}))

    def focus(self, *, has_it: bool) -> None:
        """The page got or lost the keyboard."""
        self.write(message({"type": "focus" if has_it else "blur"}))

    def file(self, token: str) -> tuple[Path, str] | None:
        """A file that can be fetched, once, and its name."""
        name = self.files.pop(token, None)
        return None if name is None else (self.downloads / token, name)

    async def read(self) -> None:
        """Pass on what the process shows, until it ends."""
        stream = self.process.stdout
        with suppress(asyncio.IncompleteReadError, PacketError):
            while stream is not None:
                kind, body = await read_packet(stream)
                if kind != DATA:
                    await self._hear(read_message(body))
                elif self.line is not None:
                    await self.line.show(body)

    async def _hear(self, told: Message) -> None:
        match told:
            case {"type": "file", "token": str(token), "name": str(name)} if _TOKEN.fullmatch(
                token
            ):
                self.files[token] = name
                if self.line is not None:
                    await self.line.tell({"type": "file", "token": token, "name": name})
            case {"type": "refused", "text": str(text)}:
                self.failure = text
            case _:
                pass


@dataclass(slots=True)
class Seats:
    """All of them."""

    told: Told
    """What every process is told, but for the person and the size."""
    states: Path
    """Where the state of everybody is kept."""
    at_once: int = AT_ONCE
    grace: float = GRACE
    seats: dict[tuple[str, str], Seat] = field(default_factory=dict)
    """By session and the name that the page gave."""
    _ended: set[asyncio.Task[None]] = field(default_factory=set)
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def take(
        self, name: str, key: str, person: str, line: Line, size: tuple[int, int]
    ) -> Seat | None:
        """The process of a page that is there, or comes back; None where there is no room.

        Raises OSError where none can be started.
        """
        async with self._turn:
            seat = self.seats.get((key, name))
            if seat is not None:
                await self._change_line(seat, line, size)
                return seat
            if not self._make_room(key):
                return None
            seat = await self._started(name, key, person, size)
            seat.line = line
            self.seats[key, name] = seat
            seat.reading = asyncio.create_task(self._follow(seat))
            return seat

    async def _change_line(self, seat: Seat, line: Line, size: tuple[int, int]) -> None:
        before, seat.line = seat.line, line
        if seat.ending is not None:
            seat.ending.cancel()
            seat.ending = None
        if before is not None:
            await before.end("elsewhere")
        width, height = size
        seat.write(message({"type": "again", "width": width, "height": height}))

    def leave(self, seat: Seat, line: Line) -> None:
        """A page is gone; its process waits a while for it."""
        if seat.line is line:
            seat.line = None
            if seat.reading is not None and not seat.reading.done():
                loop = asyncio.get_running_loop()
                seat.ending = loop.call_later(self.grace, self._let_end, seat)

    async def end_session(self, key: str, why: str) -> None:
        """Somebody logged out, or their session has ended: nothing of theirs goes on."""
        theirs = [seat for seat in self.seats.values() if seat.key == key]
        for seat in theirs:
            line, seat.line = seat.line, None
            if line is not None:
                await line.end(why)
        await asyncio.gather(*map(self._end, theirs))

    async def close(self) -> None:
        """End all of them, together, and begin no more."""
        self.at_once = 0
        for seat in self.seats.values():
            line, seat.line = seat.line, None
            if line is not None:
                with suppress(Exception):  # the page may be gone already
                    await line.end("closing")
        await asyncio.gather(*map(self._end, list(self.seats.values())), *self._ended)

    def keys(self) -> set[str]:
        """The sessions that have any."""
        return {seat.key for seat in self.seats.values()}

    # ------------------------------------------------------------------------- room for one more

    def _make_room(self, key: str) -> bool:
        """Whether one more may be; a process that nobody looks at makes room for it."""
        theirs = [seat for seat in self.seats.values() if seat.key == key]
        if len(theirs) >= OF_ONE and not self._give_up(theirs):
            return False
        return len(self.seats) < self.at_once or self._give_up(list(self.seats.values()))

    def _give_up(self, seats: list[Seat]) -> bool:
        waiting = next((seat for seat in seats if seat.ending is not None), None)
        if waiting is None:
            return False
        self._let_end(waiting)
        return True

    # -------------------------------------------------------------------------------- a process

    async def _started(self, name: str, key: str, person: str, size: tuple[int, int]) -> Seat:
        folder = self.states / sha256(person.encode()).hexdigest()[:16]
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        downloads = Path(tempfile.mkdtemp(prefix="dun-downloads-"))
        # -P: what lies in the working folder is no part of this program. A session of its own:
        # Ctrl-C in the terminal of the server is told to the server alone, which ends the others.
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-P",
            "-m",
            "tui.web.person",
            stdin=PIPE,
            stdout=PIPE,
            env=_environment(downloads),
            limit=_BUFFER,
            start_new_session=True,
        )
        seat = Seat(name, key, downloads, process)
        width, height = size
        told = replace(self.told, key=key, folder=str(folder), width=width, height=height)
        seat.write(told.line())
        return seat

    async def _follow(self, seat: Seat) -> None:
        """Pass on what a process shows, and clear away behind it."""
        try:
            await seat.read()
        finally:
            await self._clear(seat)

    async def _clear(self, seat: Seat) -> None:
        if seat.process.returncode is None:
            await self._wait_for(seat)
        self._forget(seat)
        if seat.ending is not None:
            seat.ending.cancel()
        line, seat.line = seat.line, None
        if line is not None:
            with suppress(Exception):  # the page may be gone at the same moment
                left = seat.process.returncode == 0
                await line.end("left" if left else "failed", seat.failure)
        await asyncio.to_thread(shutil.rmtree, seat.downloads, ignore_errors=True)

    def _forget(self, seat: Seat) -> None:
        """Who comes back from now on gets another one."""
        if self.seats.get((seat.key, seat.name)) is seat:
            del self.seats[seat.key, seat.name]

    def _let_end(self, seat: Seat) -> None:
        self._forget(seat)
        task = asyncio.create_task(self._end(seat))
        self._ended.add(task)
        task.add_done_callback(self._ended.discard)

    async def _end(self, seat: Seat) -> None:
        """Let a process keep its state and end, and wait for it."""
        if seat.process.stdin is not None:
            seat.process.stdin.close()
        await self._wait_for(seat)
        if seat.reading is not None:
            await asyncio.wait([seat.reading])

    @staticmethod
    async def _wait_for(seat: Seat) -> None:
        try:
            async with asyncio.timeout(PATIENCE):
                await seat.process.wait()
        except TimeoutError:
            with suppress(ProcessLookupError):
                seat.process.kill()
            await seat.process.wait()


def _environment(downloads: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if _KEPT.fullmatch(name)}
    return {
        **kept,
        DOWNLOADS: str(downloads),
        "TEXTUAL_DRIVER": "tui.web.driver:SeatDriver",
        "TEXTUAL_COLOR_SYSTEM": "truecolor",
        "TEXTUAL_ANIMATIONS": "none",
        "TEXTUAL_FPS": "30",
        "PYTHONIOENCODING": "utf-8",
        "COLORTERM": "truecolor",
        "TERM": "xterm-256color",
    }
