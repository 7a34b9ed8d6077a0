"""Reports as answers; see `engine.services.reports.plain`, which writes them."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from api.schemas.decisions import Amount, Day
from engine.core.decision import Outcome

Time = Annotated[str, Field(json_schema_extra={"format": "date-time"})]
Share = Annotated[str, Field(pattern=r"^\d+\.\d$", examples=["12.5"])]
Group = Annotated[
    dict[str, str | None], Field(description="What its items have in common, by dimension.")
]


class Closed(BaseModel):
    """What has the fields that are described, and no others."""

    model_config = ConfigDict(extra="forbid")


class Position(Closed):
    """How far the ledger had got: the newest row of each table."""

    customers: int
    invoices: int
    events: int


class Asked(Closed):
    """A version of a policy that was asked."""

    policy: str
    version: int


class Report(Closed):
    """What every report says about itself."""

    on: Day
    known: Time | None = Field(description="Only what was recorded by then counts.")
    position: Position
    policies: list[Asked]
    by: list[str]
    definitions: dict[str, str] = Field(description="What the words of the report mean.")


class _Open(Closed):
    items: int
    customers: int
    open_amount: Amount
    share: Share


class Bucket(Closed):
    """Items that have been overdue for so many days."""

    bucket: str = Field(examples=["1-30"])
    first: int = Field(alias="from")
    last: int | None = Field(alias="to", description="Null: without an end.")
    items: int
    open_amount: Amount
    share: Share = Field(description="Of the same line.")
    disputed: Amount


class Aged(_Open):
    """Open items by how long they are overdue."""

    disputed: Amount
    unapplied: Amount | None = Field(
        default=None, description="Absent where it belongs to no single group; charges likewise."
    )
    charges: Amount | None = None
    buckets: list[Bucket]


class AgedGroup(Aged):
    """Open items of a group."""

    group: Group


class AgedCurrency(Aged):
    """Open items of a currency."""

    currency: str
    groups: list[AgedGroup] | None = Field(
        default=None, description="Absent where nothing was asked for; the largest come first."
    )
    groups_left_out: int | None = None


class AgeingReport(Report):
    """What is open by how long it is overdue."""

    report: Literal["ageing"]
    currencies: list[AgedCurrency]


class Standing(_Open):
    """Items that stand alike."""

    outcome: Outcome
    reason: str | None


class Coming(_Open):
    """Items with the same next stage."""

    within: int | None = Field(description="Days; 0: it is due, null: later.")
    policy: str
    stage: str


class ExposedGroup(_Open):
    """Items of a group."""

    group: Group


class Debt(Closed):
    """What one customer owes."""

    customer: str
    name: str | None
    items: int
    open_amount: Amount
    share: Share


class Concentration(Closed):
    """What so many of the largest customers owe together."""

    customers: int
    open_amount: Amount
    share: Share


class ExposedCurrency(_Open):
    """Everything that is open in a currency."""

    currency: str
    disputed: Amount
    unapplied: Amount
    charges: Amount
    states: list[Standing]
    coming: list[Coming]
    groups: list[ExposedGroup]
    groups_left_out: int
    top: list[Debt]
    concentration: list[Concentration]


class ExposureReport(Report):
    """Where open amounts stand, what holds them, and what comes next."""

    report: Literal["exposure"]
    currencies: list[ExposedCurrency]
