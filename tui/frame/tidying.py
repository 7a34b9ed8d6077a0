"""Python's collector of garbage, kept from its longest rounds while somebody works.

A round over everything that is in memory takes a tenth of a second and more, in which no key is
answered. So what is there is put aside, and when nobody touches anything, only what came last is
looked through. A whole round is made when nobody has for a minute, if there is more than before; or
at once, if there is much more.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable

IDLE = 3.0
"""Seconds without a key or a movement of the mouse after which nobody waits for anything."""

AWAY = 60.0
"""Seconds after which nobody is there, so that a round may take long."""

GROWN, MUCH = 1.25, 3
"""How many times as much as after the last whole round there must be to make another one when
nobody is there, and when nobody waits."""

RARELY = 200
"""Rounds over what is rather new before Python makes a whole one by itself: what is worked out
beside the screen would otherwise make one every other second."""

_NEW = 1
"""The generation of what came last, as Python counts."""


class Tidying:
    """Looks through what is new in idle moments, and through everything when nobody is there."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """What the program consists of is never garbage. `clock`: seconds."""
        self._clock = clock
        self._touched = clock()
        self._is_tidy = False
        self._usual = gc.get_threshold()
        gc.freeze()
        self._kept = gc.get_freeze_count()
        gc.set_threshold(*self._usual[:2], RARELY)

    def touched(self) -> None:
        """Somebody does something."""
        self._touched = self._clock()
        self._is_tidy = False

    def look(self) -> bool:
        """Make a round if nobody would notice; whether one was made."""
        idle = self._clock() - self._touched
        if self._is_worth_it(idle):
            gc.unfreeze()
            gc.collect()
            gc.freeze()
            self._kept = gc.get_freeze_count()
        elif self._is_tidy or idle < IDLE:
            return False
        else:
            gc.collect(_NEW)
            gc.freeze()
        self._is_tidy = True
        return True

    def _is_worth_it(self, idle: float) -> bool:
        """Whether a whole round is made."""
        grown = gc.get_freeze_count() / max(1, self._kept)
        return (idle >= AWAY and grown > GROWN) or (idle >= IDLE and grown > MUCH)

    def end(self) -> None:
        """Leave the collector as it was."""
        gc.set_threshold(*self._usual)
        gc.unfreeze()
