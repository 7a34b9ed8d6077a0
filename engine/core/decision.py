"""A decision and what it carries, as the HTTP service and `dun decide` give it."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Literal

from engine.core.money import Money

Outcome = Literal[
    "settled",
    "no_policy",
    "excluded",
    "held",
    "not_due",
    "waiting",
    "act",
    "no_stage_left",
    "undecided",
]


@dataclass(frozen=True, slots=True)
class Next:
    """The next stage with its earliest run day if nothing changes."""

    stage: str
    due: datetime.date


@dataclass(frozen=True, slots=True)
class Because:
    """A line of the policy that mattered, the values it saw and what it concluded."""

    file: str
    line: int
    column: int
    text: str
    values: tuple[tuple[str, str], ...]
    verdict: str


@dataclass(frozen=True, slots=True)
class Cancel:
    """What is to be cancelled, and on which day."""

    text: str
    on: datetime.date | None
    """None: nobody knows the day."""


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer for one case on one day."""

    case: str
    customer: str
    on: datetime.date
    policy: str | None
    version: int | None
    outcome: Outcome
    open_amount: Money
    reason: str | None = None
    """Text of the rule for excluded and held; why for undecided and no_policy."""
    next: Next | None = None
    problems: tuple[str, ...] = ()
    stage: str | None = None
    """This and what follows: only for `act`."""
    title: str | None = None
    due: datetime.date | None = None
    """The day from which the stage could have been executed; before `on` for a late run."""
    channels: tuple[str, ...] = ()
    letters: tuple[str, ...] = ()
    mode: Literal["send", "finalize", "draft", "suggest"] | None = None
    send_at: datetime.time | None = None
    approval: str | None = None
    template: str | None = None
    fee: Money | None = None
    interest: Money | None = None
    """Claimed with the stage; for `settled`, claimed because the open amount was paid today."""
    deadline: datetime.date | None = None
    task: str | None = None
    hand_over: str | None = None
    tax: Money | None = None
    """On the fee; only where the policy taxes fees."""
    suspend: str | None = None
    cancel: Cancel | None = None
    write_off: bool = False
    contact_hours: tuple[datetime.time, datetime.time] | None = None
    """Between which times of the policy's timezone the customer may be contacted."""
    because: tuple[Because, ...] = ()
