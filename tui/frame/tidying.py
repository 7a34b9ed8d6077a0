"""Python's collector of garbage, kept from its longest rounds while somebody works.

A round over everything that is in memory takes a tenth of a second and more, in which no key is
answered. So what is there is put aside, and a whole round is made when nobody touches anything.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable

IDLE = 3.0
"""Seconds without a key or a movement of the mouse after which nobody waits for anything."""

RARELY = 200
"""Rounds over what is rather new before Python makes a whole one by itself: what is worked out
beside the screen would otherwise make one every other second."""


class Tidying:
    """Makes whole rounds in idle moments."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """What the program consists of is never garbage. `clock`: seconds."""
        self._clock = clock
        self._touched = clock()
        self._is_tidy = False
        self._usual = gc.get_threshold()
        gc.freeze()
        gc.set_threshold(*self._usual[:2], RARELY)

    def touched(self) -> None:
        """Somebody does something."""
        self._touched = self._clock()
        self._is_tidy = False

    def look(self) -> bool:
        """Make a round if nobody would notice; whether one was made."""
        if self._is_tidy or self._clock() - self._touched < IDLE:
            return False
        gc.unfreeze()
        gc.collect()
        gc.freeze()
        self._is_tidy = True
        return True

    def end(self) -> None:
        """Leave the collector as it was."""
        gc.set_threshold(*self._usual)
        gc.unfreeze()
