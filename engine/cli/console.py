"""The two streams of a command: results to stdout, everything that is said about them to stderr."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, TextIO

from engine.cli.exits import UsageError

if TYPE_CHECKING:
    from rich.console import Console

COLORS = ("auto", "always", "never")
WIDTH = 80
"""Columns where the terminal does not say."""


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

    def rich(self, stream: TextIO | None = None) -> Console:
        """A Rich console on stdout, or on another stream, that shows texts as they are."""
        from rich.console import Console

        target = sys.stdout if stream is None else stream
        colored = self.colored(target)
        return Console(
            file=target,
            force_terminal=colored,
            no_color=not colored,
            color_system="standard" if colored else None,
            width=None if target.isatty() else _width(),
            highlight=False,
            markup=False,
            emoji=False,
            soft_wrap=False,
        )


def _width() -> int:
    """Columns of what is no terminal."""
    columns = os.environ.get("COLUMNS", "")
    return int(columns) if columns.isdecimal() and int(columns) > 0 else WIDTH


def output(color: str) -> Output:
    """The streams of a command that was called with `--color`."""
    if color not in COLORS:
        message = f"--color is one of {', '.join(COLORS)}, not '{color}'"
        raise UsageError(message)
    return Output(color)
