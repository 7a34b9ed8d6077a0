"""What generated code takes, answers and reports."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from dunlang.source import Span

Facts = tuple[object, ...]
Stops = tuple[tuple[int, int], ...]
"""Intervals [from, to) on which the clock was stopped."""

SETTLED, EXCLUDED, HELD, NOT_DUE, WAITING, ACT, NO_STAGE_LEFT = range(7)
"""What a generated `decide` answers first."""

Answer = tuple[int, int, int, int]
"""(outcome, number of the rule or stage or -1, its own day, the day on which it can run)."""

NONE_LEFT, NONE_HOLDS = -1, -2
"""In place of a stage's number: the ladder has ended; or its conditions do not hold today."""


class Recorder(Protocol):
    """What the explaining variant reports to."""

    def condition(self, note: int, holds: bool, fails: bool, values: tuple[object, ...]) -> bool:  # noqa: FBT001 - called by generated code
        """A condition was asked; returns whether it holds."""

    def segment(
        self,
        note: int,
        holds: bool,  # noqa: FBT001 - called by generated code
        fails: bool,  # noqa: FBT001 - as above
        values: tuple[object, ...],
    ) -> bool | None:
        """A segment was asked on behalf of a condition; returns its value, None if unknown."""

    def day(self, note: int, day: int) -> int:
        """A wait, a gap or a grace gave a day; returns it."""


@dataclass(frozen=True, slots=True)
class Note:
    """What the explaining variant can report: a place of the policy and the facts seen there."""

    span: Span
    what: str
    """`condition`, or what the day means, such as `earliest`."""
    atoms: tuple[tuple[str, str], ...] = ()
    """For a condition: each fact or segment, and the kind of its value."""
