"""Garbage is collected when nobody waits for anything."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator

import pytest

from tui.frame.tidying import IDLE, Tidying


class Cycle:
    """Something that only the collector can take away."""

    def __init__(self) -> None:
        self.me = self


@pytest.fixture
def seconds() -> Iterator[list[float]]:
    """The time, to be moved on."""
    yield [100.0]
    gc.unfreeze()


def test_whole_rounds_are_made_in_idle_moments_and_once(seconds: list[float]) -> None:
    tidying = Tidying(lambda: seconds[0])
    gone = weakref.ref(Cycle())
    seconds[0] += IDLE - 1
    assert not tidying.look()
    tidying.touched()
    seconds[0] += IDLE - 1
    assert not tidying.look()
    seconds[0] += 1
    assert tidying.look()
    assert gone() is None
    assert not tidying.look()
    tidying.touched()
    seconds[0] += IDLE
    assert tidying.look()


def test_what_is_there_is_put_aside_until_the_end(seconds: list[float]) -> None:
    tidying = Tidying(lambda: seconds[0])
    assert gc.get_freeze_count() > 0
    tidying.end()
    assert gc.get_freeze_count() == 0
