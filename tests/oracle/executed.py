"""A stage that was executed, and the place on the ladder that it leaves a case at."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple


class PaymentTerms(NamedTuple):
    """A version's word on how money is applied and when a case ends; by default the usual."""

    charges_first: bool = False
    until_charges_paid: bool = False
    reopened_continue: bool = False


USUAL = PaymentTerms()


@dataclass(frozen=True)
class Executed:
    """What executing a stage puts on record; amounts in minor units."""

    stage: str
    date: datetime.date
    fee: int
    """Net: without tax."""
    deadline: datetime.date | None
    notice: bool
    """Whether it sent something: "a stage with `by`"."""
    policy: str | None = None
    """None: nobody knows under which."""
    version: int | None = None
    tax: int = 0
    interest: int = 0
    channels: tuple[str, ...] = ()
    letters: tuple[str, ...] = ()
    terms: PaymentTerms = USUAL
    suspend: str | None = None
    write_off: bool = False

    @property
    def posted(self) -> int:
        """The charges that it makes."""
        return self.fee + self.tax + self.interest


@dataclass(frozen=True)
class Place:
    """Where a case stands: its last stage, and what waits count from."""

    stage: str | None = None
    """None: below the first stage."""
    policy: str | None = None
    day: datetime.date | None = None
    deadline: datetime.date | None = None
    dates: Mapping[str, datetime.date] = field(default_factory=dict)
    """Newest execution of each stage in the cycle."""
    run: int = 0
    """How often the last stage was executed in an unbroken run."""

    def moved(
        self,
        stage: str,
        policy: str | None,
        day: datetime.date,
        deadline: datetime.date | None,
    ) -> Place:
        """The place after one more stage."""
        run = self.run + 1 if stage == self.stage else 1
        return Place(stage, policy, day, deadline, {**self.dates, stage: day}, run)


BELOW = Place()
"""Below the first stage."""
