"""The two streams of a command: results to stdout, everything that is said about them to stderr."""

from __future__ import annotations

import os
import re
import shutil
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from io import StringIO
from typing import TYPE_CHECKING, TextIO

from engine.cli.exits import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import Console

COLORS = ("auto", "always", "never")
WIDTH = 100
"""Columns where no terminal says how many it has."""
NARROWEST = 40
"""Columns below which tables would be unreadable; the terminal then wraps lines."""


@dataclass(frozen=True, slots=True)
class Output:
    """Where a command writes, and whether in colour."""

    color: str = "auto"

    def colored(self, stream: TextIO) -> bool:
        """Whether ANSI colours go to a stream: as `--color` says, else NO_COLOR, else a terminal.

        The variable NO_COLOR counts when it is not empty (https://no-color.org).
        """
        if self.color != "auto":
            return self.color == "always"
        if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
            return False
        return stream.isatty()

    @property
    def out_is_colored(self) -> bool:
        """Whether results are coloured."""
        return self.colored(sys.stdout)

    @property
    def err_is_colored(self) -> bool:
        """Whether messages are coloured."""
        return self.colored(sys.stderr)

    @property
    def shows_progress(self) -> bool:
        """Whether somebody watches."""
        return sys.stderr.isatty() and os.environ.get("TERM") != "dumb"

    def result(self, text: str) -> None:
        """Write a part of the result, with its line ends."""
        sys.stdout.write(text)

    def say(self, text: str) -> None:
        """Write a message on a line of its own."""
        sys.stdout.flush()
        sys.stderr.write(f"{text}\n")
        sys.stderr.flush()

    @contextmanager
    def page(self) -> Iterator[Console]:
        """A Rich console for a result, written to stdout when the block ends.

        Texts are shown as they are, and no line ends with blanks.
        """
        from rich.console import Console

        colored = self.out_is_colored
        width = shutil.get_terminal_size((WIDTH, 24)).columns
        paper = StringIO()
        yield Console(
            file=paper,
            force_terminal=colored,
            no_color=not colored,
            color_system="standard" if colored else None,
            width=max(width, NARROWEST),
            highlight=False,
            markup=False,
            emoji=False,
        )
        for line in paper.getvalue().splitlines():
            sys.stdout.write(f"{_BLANKS_AT_END.sub(_last_codes, line)}\n")


_BLANKS_AT_END = re.compile(r"((?:\x1b\[[\d;]*m| )+)$")


def _last_codes(match: re.Match[str]) -> str:
    return match[1].replace(" ", "")


def output(color: str) -> Output:
    """The streams of a command that was called with `--color`."""
    if color not in COLORS:
        message = f"--color is one of {', '.join(COLORS)}, not '{color}'"
        raise UsageError(message)
    return Output(color)
