"""What the interpreter is asked with, and what it answers.

`decision.decide_days(checkeds, tables, ledger, debtor, days, known)` gives, for each day, what
happens to each case of one debtor; `play.simulate(checkeds, tables, ledger, debtor, first, last,
known)` gives what the policies do to them from `first` to `last`. `debtors(ledger)` in `facts`
lists whom to ask for. `checkeds` are all versions of all policies.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from tests.oracle.days import Holidays

Known = datetime.datetime | Literal["each day"] | None
"""A time; the evening of each day that is played; or everything in the ledger."""

RateTable = tuple[tuple[datetime.date, Decimal | None], ...]
"""Percent a year from each date on; None: from that day on there is no rate."""
ExchangeTable = tuple[tuple[datetime.date, str, Decimal], ...]
"""Units of a currency for one unit of the fee's, from each date on."""


@dataclass(frozen=True)
class Tables:
    """What policies need that is neither in them nor in the ledger."""

    holidays: Holidays = field(default_factory=dict)
    rates: Mapping[str, RateTable] = field(default_factory=dict)
    """By name of the file, as in `rate base_rate from "NAME"`."""
    exchange: Mapping[str, ExchangeTable] = field(default_factory=dict)
    """By name of the file, as in `converted by "NAME"`."""


@dataclass(frozen=True)
class OracleDecision:
    """The answer, with dates as dates and amounts in minor units."""

    outcome: str
    policy: str | None = None
    """This and the version: neither for `settled`, `no_policy` and `undecided`."""
    version: int | None = None
    reason: str | None = None
    """Text of the rule, for excluded and held."""
    next_stage: str | None = None
    next_due: datetime.date | None = None
    stage: str | None = None
    """This and what follows: only for `act`, but for `interest`."""
    due: datetime.date | None = None
    fee: int | None = None
    tax: int | None = None
    interest: int | None = None
    """Also for `settled` on the day of a claim when paid, if it is above 0."""
    deadline: datetime.date | None = None
    channels: tuple[str, ...] = ()
    letters: tuple[str, ...] = ()
    """One for each channel of a stage with `by`, in the order of the channels."""
    problems: tuple[str, ...] = ()
    """`unreachable` and nothing else."""
    suspend: str | None = None
    cancel: tuple[str, datetime.date | None] | None = None
    """What is cancelled, and on which day; None: the fact that holds the day is unknown."""
    write_off: bool = False


@dataclass(frozen=True)
class Happening:
    """Something that a simulation shows."""

    on: datetime.date
    case: str
    event: str
    """reopened, released, settled, stepped_down, resumed, held, undecided, stage, written_off."""
    stage: str | None = None
    """Of `stage`, `written_off` and `resumed`; of `stepped_down` where the case stands now, None
    below the first stage."""
    fee: int | None = None
    interest: int | None = None
    """Of `stage`; of `settled` what was claimed when paid, None if nothing was."""
    deadline: datetime.date | None = None
    channels: tuple[str, ...] = ()
    letters: tuple[str, ...] = ()
    reason: str | None = None
    """Of `held` and `released` the rule's text, of `resumed` what was suspended."""
