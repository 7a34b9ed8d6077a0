"""A simulation that is being played in a process of its own, for a screen to follow."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from engine.services.actors import Refused
from engine.services.timeline_frames import Broken, Written
from engine.services.timeline_process import PlayedApart
from engine.services.timelines import Block, Opening

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from engine.services.simulation_asked import Asked
    from engine.services.timeline_frames import Frame
    from tui.backend import Backend
    from tui.frame.jobs import Job

STOPPED = "M002"
"""The code of a simulation that could not go on."""


@dataclass(slots=True)
class Playing:
    """What is played; `stop` may be called at any time, from any thread."""

    backend: Backend
    asked: Asked
    file: Path | None = None
    """Where what happens is written instead."""
    is_stopped: bool = False
    _apart: PlayedApart | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def follow(self, job: Job, tell: Callable[[Frame], object]) -> int | Refused:
        """Play to the end, and tell what is found; events that were written. For a thread."""
        with self._lock:
            if self.is_stopped:
                return 0
            database, actor = self.backend.database, self.backend.actor
            self._apart = PlayedApart(database, actor, self.asked, self.file)
        debtors = written = 0
        for frame in self._apart.frames():
            if job.is_cancelled:
                self.stop()
                return 0
            match frame:
                case Refused():
                    return frame
                case Broken():
                    return Refused(STOPPED, frame.message, frame.hint)
                case Opening():
                    debtors = frame.debtors
                case Block():
                    job.tell(frame.done, debtors)
                case Written():
                    job.tell(frame.debtors, frame.of)
                    written = frame.events
                case _:
                    pass
            tell(frame)
        return written

    def stop(self) -> None:
        """End it where it stands."""
        with self._lock:
            self.is_stopped = True
            if self._apart is not None:
                self._apart.stop()
