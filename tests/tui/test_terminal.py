"""The admin in a real terminal: it takes the screen, hears keys, and gives the terminal back."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from tests.architecture.files import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PATIENCE = 60.0
"""Seconds in which what a test waits for must happen."""
PROGRAM = """
import sys
from engine.services.stores import open_store
from tests.tui.playing import ANNA, clock
from tui.app import Admin
from tui.backend import Backend

Admin(Backend(open_store(sys.argv[1]), ANNA, clock)).run()
"""
OTHER_SCREEN, FIRST_SCREEN = b"\x1b[?1049h", b"\x1b[?1049l"
CURSOR = b"\x1b[?25h"
CTRL_Q = b"\x11"


@dataclass(slots=True)
class Terminal:
    """Both ends of a terminal, and the admin in it."""

    ours: int
    theirs: int
    process: subprocess.Popen[bytes]
    shown: bytes = b""
    """Everything that was written to it since somebody last waited."""

    def press(self, keys: bytes) -> None:
        """Press keys."""
        os.write(self.ours, keys)

    def until(self, text: bytes) -> None:
        """Wait until something is written."""
        deadline = time.monotonic() + PATIENCE
        while text not in self.shown:
            left = deadline - time.monotonic()
            assert left > 0, (text, self.shown[-2000:])
            if select.select([self.ours], [], [], min(left, 1))[0]:
                self.shown += os.read(self.ours, 65_536)
        self.shown = self.shown[self.shown.index(text) + len(text) :]

    def resize(self, columns: int, lines: int) -> None:
        """Make it larger or smaller."""
        size = struct.pack("HHHH", lines, columns, 0, 0)
        fcntl.ioctl(self.ours, termios.TIOCSWINSZ, size)
        self.process.send_signal(signal.SIGWINCH)


@pytest.fixture
def terminal(demo_file: Path) -> Iterator[Terminal]:
    """The admin in a terminal of 100 columns and 30 lines."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(ours, termios.TIOCSWINSZ, struct.pack("HHHH", 30, 100, 0, 0))
    # With these a terminal would have one size for ever.
    rest = {name: value for name, value in os.environ.items() if name not in {"COLUMNS", "LINES"}}
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(demo_file)],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        cwd=ROOT,
        env={**rest, "TERM": "xterm-256color"},
    )
    yield Terminal(ours, theirs, process)
    process.kill()
    process.wait()
    for end in (ours, theirs):
        with contextlib.suppress(OSError):
            os.close(end)


def test_the_admin_takes_a_terminal_and_gives_it_back_as_it_was(terminal: Terminal) -> None:
    before = termios.tcgetattr(terminal.theirs)
    terminal.until(OTHER_SCREEN)
    terminal.until(b"4 Customers")
    terminal.until(b"open cases")
    assert termios.tcgetattr(terminal.theirs) != before
    terminal.press(b"6")
    terminal.until(b"[Ageing]")
    terminal.until(b"not due")
    terminal.press(b"\x1b[C")
    terminal.until(b"[Exposure]")
    terminal.resize(20, 5)
    terminal.until(b"larger")
    terminal.resize(100, 30)
    terminal.until(b"6 Reports")
    terminal.press(CTRL_Q)
    terminal.until(FIRST_SCREEN)
    terminal.until(CURSOR)
    assert terminal.process.wait(PATIENCE) == 0
    assert termios.tcgetattr(terminal.theirs) == before
