"""Where the dunning of a case stands: which stages were executed, and what they charged.

A `Place` is worked out from the list of executed stages and the day on which the cycle began. It
is the only part of a case that a simulation changes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from engine.core.case import NEVER


@dataclass(frozen=True, slots=True)
class Executed:
    """A stage that was executed. Days are `date.toordinal()`, the fee is in minor units."""

    day: int
    stage: str
    deadline: int
    """NEVER if it set none."""
    fee: int
    is_notice: bool
    """Whether the customer was written to."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a case stands in its cycle, and what counts beyond the cycle."""

    history: tuple[Executed, ...]
    """Everything executed in the life of the case, in order."""
    stage: str | None
    """The last executed stage of this cycle."""
    day: int
    """When that was; NEVER if there is none."""
    deadline: int
    """The deadline it set; NEVER if none."""
    days: Mapping[str, int]
    """Newest execution in this cycle, by stage id."""
    fees: int
    """Fees charged in this cycle, in minor units."""
    notices: int
    """Notices sent in this cycle."""
    last_notice: int
    """Day of the newest notice in any cycle; NEVER if there is none."""
    last_day: int
    """Day of the newest execution in any cycle; NEVER if there is none."""
    charged: frozenset[str]
    """Stages whose fee was charged in the life of the case, for `once`."""


def place_of(history: tuple[Executed, ...], cycle_since: int) -> Place:
    """The place after a history, in the cycle that began on a day."""
    cycle = [each for each in history if each.day >= cycle_since]
    last = cycle[-1] if cycle else None
    notices = [each.day for each in history if each.is_notice]
    return Place(
        history=history,
        stage=last.stage if last else None,
        day=last.day if last else NEVER,
        deadline=last.deadline if last else NEVER,
        days={each.stage: each.day for each in cycle},
        fees=sum(each.fee for each in cycle),
        notices=sum(each.is_notice for each in cycle),
        last_notice=notices[-1] if notices else NEVER,
        last_day=history[-1].day if history else NEVER,
        charged=frozenset(each.stage for each in history if each.fee > 0),
    )


NOWHERE = place_of((), 0)
"""The place of a case to which nothing was done yet."""
