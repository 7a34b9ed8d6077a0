"""Reports of what dunning did as answers; see `engine.services.reports.plain_done`."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from api.schemas.decisions import Amount, Day
from api.schemas.reports import Closed, Group, Report, Share


class Done(Report):
    """A report of what was done in a period."""

    first: Day | None = Field(alias="from", description="Null: from the beginning.")
    last: Day | None = Field(alias="to", description="Null: up to the day of the report.")


class Fate(Closed):
    """What became of what was charged."""

    charged: Amount
    paid: Amount
    waived: Amount
    cancelled: Amount = Field(description="Of stages that were taken back.")
    open: Amount
    written_off: Amount = Field(description="The part of what is open that was written off.")
    share: Share = Field(description="Paid, of what was charged and not cancelled.")


class Charged(Closed):
    """What was charged."""

    charges: int = Field(description="How often.")
    customers: int
    total: Fate
    fees: Fate = Field(description="With their tax.")
    interest: Fate
    tax: Amount = Field(description="The part of the fees charged that is tax.")


class ChargedGroup(Charged):
    """What was charged in a group."""

    group: Group


class ChargedCurrency(Charged):
    """What was charged in a currency."""

    currency: str
    groups: list[ChargedGroup]
    groups_left_out: int


class FeesReport(Done):
    """What was charged in a period, and what became of it."""

    report: Literal["fees"]
    currencies: list[ChargedCurrency]


class Window(Closed):
    """What came of executions within so many days."""

    days: int
    ended: int = Field(description="Executions whose days are over.")
    running: int = Field(description="Executions whose days are not over.")
    settled: int = Field(description="Of those that ended, whose amount was paid in full.")
    settled_share: Share
    owed: Amount
    paid: Amount
    paid_share: Share


class Effect(Closed):
    """What came of executions."""

    executed: int
    customers: int
    nothing_open: int
    open_amount: Amount
    windows: list[Window]
    median_days: int | None = Field(description="Null: less than half was paid so far.")


class EffectGroup(Effect):
    """What came of executions in a group."""

    group: Group


class EffectCurrency(Effect):
    """What came of executions in a currency."""

    currency: str
    groups: list[EffectGroup]
    groups_left_out: int


class EffectivenessReport(Done):
    """Which stages were executed in a period, and what was paid on them."""

    report: Literal["effectiveness"]
    within: list[int]
    currencies: list[EffectCurrency]
