"""Cases as answers; see `engine.services.case_states`, which writes them."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from api.schemas.decisions import Amount, Cancellation, Date, Day, Decision, Line
from engine.core.simulate import EventName


class _Closed(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Promise(_Closed):
    """The newest promise to pay."""

    until: Date
    kept: bool


class Done(_Closed):
    """A stage that was executed in this cycle."""

    stage: str
    on: Date
    policy: str | None
    version: int | None
    channels: list[str]
    fee: Amount
    tax: Amount
    interest: Amount
    deadline: Date
    letters: list[str]


class Rung(_Closed):
    """A stage of the ladder as it holds for the case."""

    stage: str
    title: str
    done_on: Date


class Suspended(_Closed):
    """What is suspended until the case is settled, or the stage is cancelled or stepped down from.

    `what` is in the words of the policy.
    """

    stage: str
    what: str
    since: Day


class CaseState(_Closed):
    """How a case stands on a day."""

    case: str
    customer: str
    name: str | None = Field(description="The customer's, where the ledger has one.")
    on: Day
    open_amount: Amount
    original_amount: Amount
    charges: Amount = Field(description="Fees and interest that are neither paid nor waived.")
    issued: Date
    due: Date
    days_overdue: int
    settled: bool
    disputed: bool
    excluded_until: str | None = Field(
        description="The last day out of dunning; `open` without an end, null if it is not."
    )
    promise: Promise | None
    stage: str | None = Field(description="Where it stands: the stage executed last.")
    suspended: list[Suspended]
    done: list[Done]
    ladder: list[Rung]
    decision: Decision


class Happened(_Closed):
    """One thing that happened."""

    at: str = Field(
        description="When it became known, or was done.", json_schema_extra={"format": "date-time"}
    )
    on: Day
    who: str | None = Field(description="Null: the ledger says so, as it came in.")
    what: str
    because: list[Line]
    entry: int | None = Field(description="Number in the audit trail.")


class Projected(_Closed):
    """What would happen, as `dun simulate` tells it."""

    on: Day
    case: str
    customer: str
    policy: str | None
    version: int | None
    event: EventName
    stage: str | None
    channels: list[str] | None
    fee: Amount | None
    interest: Amount | None
    deadline: Date
    letters: list[str] | None
    open_amount: Amount
    reason: str | None
    tax: Amount | None = None
    suspend: str | None = None
    cancel: Cancellation | None = None


class Timeline(_Closed):
    """What happened to a case, and what would follow if nothing changes and no money comes."""

    case: str
    customer: str
    name: str | None
    past: list[Happened]
    ahead: list[Projected]
    ahead_until: Day
    """The last day that was looked at for it."""
