"""Garbage is collected when nobody waits for anything."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator

import pytest

from tui.frame.tidying import AWAY, IDLE, Tidying


class Cycle:
    """Something that only the collector can take away."""

    def __init__(self) -> None:
        self.me = self


@pytest.fixture
def seconds() -> Iterator[list[float]]:
    """The time, to be moved on."""
    yield [100.0]
    gc.unfreeze()


def put_aside(tidying: Tidying, seconds: list[float]) -> weakref.ref[Cycle]:
    """Something that is put aside, and garbage from then on."""
    many = [Cycle() for _ in range(1000)]
    seconds[0] += IDLE
    assert tidying.look()
    return weakref.ref(many[0])


def test_rounds_are_made_in_idle_moments_and_once(seconds: list[float]) -> None:
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


def test_what_was_put_aside_is_looked_through_when_nobody_is_there(
    seconds: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tui.frame.tidying.GROWN", 1)
    tidying = Tidying(lambda: seconds[0])
    gone = put_aside(tidying, seconds)
    seconds[0] += AWAY - IDLE - 1
    assert not tidying.look()
    assert gone() is not None
    seconds[0] += 1
    assert tidying.look()
    assert gone() is None
    # Nothing more came since, so there is nothing to look through.
    seconds[0] += AWAY
    assert not tidying.look()


def test_much_that_came_is_looked_through_before_somebody_goes_away(
    seconds: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tui.frame.tidying.MUCH", 1)
    tidying = Tidying(lambda: seconds[0])
    gone = put_aside(tidying, seconds)
    tidying.touched()
    seconds[0] += IDLE
    assert tidying.look()
    assert gone() is None


def test_what_is_there_is_put_aside_until_the_end(seconds: list[float]) -> None:
    tidying = Tidying(lambda: seconds[0])
    assert gc.get_freeze_count() > 0
    tidying.end()
    assert gc.get_freeze_count() == 0
