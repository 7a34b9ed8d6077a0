"""Work that goes on beside the screen, as the status line tells of it."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field

SHOWN_AFTER = 0.15
"""Seconds after which work is told of: what is quicker would only flicker."""
_TURNS = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"


class Stopped(Exception):  # noqa: N818 - nothing is wrong
    """Nobody wants the answer any more."""


@dataclass(slots=True)
class Job:
    """Work in a thread. The thread tells how far it is, and looks whether it is still wanted."""

    label: str
    begun: float = field(default_factory=time.monotonic)
    done: int = 0
    total: int = 0
    _unwanted: threading.Event = field(default_factory=threading.Event)

    @property
    def is_cancelled(self) -> bool:
        """Whether nobody wants the answer any more: the thread should come to an end."""
        return self._unwanted.is_set()

    def cancel(self) -> None:
        """Say that nobody wants the answer any more."""
        self._unwanted.set()

    def tell(self, done: int, total: int) -> None:
        """How much of how much is done; as services tell their `progress`."""
        self.done, self.total = done, total

    def advance(self, done: int, total: int) -> None:
        """As `tell`, for services that end where their `progress` raises: nothing is half done.

        Raises Stopped.
        """
        self.tell(done, total)
        if self.is_cancelled:
            raise Stopped

    def said(self, now: float) -> str:
        """The line of the status; empty while it is not worth telling."""
        spent = now - self.begun
        if spent < SHOWN_AFTER:
            return ""
        turn = _TURNS[int(spent * 10) % len(_TURNS)]
        share = f" {100 * self.done // self.total}%" if self.total else ""
        return f"{turn} {self.label or 'asking the store'}{share}"
