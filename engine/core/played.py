"""What is played, and what happens in it: values that a simulation takes and gives."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from engine.core.money import Money
from engine.core.policies import PolicyVersion

if TYPE_CHECKING:
    from engine.core.decision import Cancel

EventName = Literal[
    "reopened",
    "released",
    "settled",
    "stepped_down",
    "resumed",
    "held",
    "undecided",
    "stage",
    "written_off",
]

_ORDER: dict[EventName, int] = {
    "reopened": 0,
    "released": 1,
    "settled": 2,
    "stepped_down": 3,
    "resumed": 4,
    "held": 5,
    "undecided": 6,
    "stage": 7,
    "written_off": 8,
}
"""Within one case and day. Source: the language, "Cases and policies"."""


@dataclass(frozen=True, slots=True)
class SimulationEvent:
    """Something that happens in a simulation."""

    on: datetime.date
    case: str
    customer: str
    policy: str | None
    version: int | None
    event: EventName
    open_amount: Money
    stage: str | None = None
    channels: tuple[str, ...] = ()
    fee: Money | None = None
    interest: Money | None = None
    deadline: datetime.date | None = None
    letters: tuple[str, ...] = ()
    reason: str | None = None
    tax: Money | None = None
    suspend: str | None = None
    cancel: Cancel | None = None

    @property
    def order(self) -> tuple[datetime.date, str, int]:
        """Sort key: day, then case by code point, then the order within a case and day."""
        return self.on, self.case, _ORDER[self.event]


@dataclass(frozen=True, slots=True)
class Range:
    """What to play: first to last day (`date.toordinal()`), and on which of them runs happen."""

    first: int
    last: int
    runs: Callable[[int, PolicyVersion | None], bool] | None = None
    """Whether a run takes place on a day, beyond the policy's own run days; None: on every one."""
    every_day: bool = False
    """Whether days on which nothing can happen are asked about all the same; nothing changes."""

    def is_run(self, day: int, version: PolicyVersion | None) -> bool:
        """Whether the policy runs on a day and a run was asked for."""
        if version is not None and version.run_day(day) != day:
            return False
        return self.runs is None or self.runs(day, version)
