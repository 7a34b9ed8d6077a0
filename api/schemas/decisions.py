"""Decisions as answers; see `engine.services.plain`, which writes them."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from engine.core.decision import Outcome

Day = Annotated[str, Field(json_schema_extra={"format": "date"}, examples=["2026-03-16"])]
Date = Day | None


class Amount(BaseModel):
    """Money: the amount with the decimals of its currency."""

    model_config = ConfigDict(extra="forbid")

    amount: str = Field(examples=["250.00"])
    currency: str = Field(examples=["EUR"])


class NextStage(BaseModel):
    """The next stage, with its earliest run day if nothing changes."""

    model_config = ConfigDict(extra="forbid")

    stage: str
    due: Day


class Cancellation(BaseModel):
    """What is to be cancelled, and when."""

    model_config = ConfigDict(extra="forbid")

    text: str
    on: Date


class Line(BaseModel):
    """A line of the policy that mattered."""

    model_config = ConfigDict(extra="forbid")

    file: str
    line: int
    column: int
    text: str
    values: dict[str, str]
    verdict: str


class Decision(BaseModel):
    """The next action of a case on a day. What belongs to `act` is null or absent otherwise."""

    model_config = ConfigDict(extra="forbid")

    case: str
    customer: str
    on: Day
    policy: str | None
    version: int | None
    sha256: str | None = Field(
        default=None, description="Of the text of the version that decided, as it was published."
    )
    outcome: Outcome
    stage: str | None
    due: Date
    channels: list[str] | None
    mode: Literal["send", "finalize", "draft", "suggest"] | None
    open_amount: Amount
    fee: Amount | None
    interest: Amount | None
    deadline: Date
    letters: list[str] | None
    next: NextStage | None
    reason: str | None
    problems: list[str]
    template: str | None = None
    send_at: str | None = None
    approval: str | None = None
    task: str | None = None
    hand_over: str | None = None
    tax: Amount | None = None
    suspend: str | None = None
    cancel: Cancellation | None = None
    write_off: bool | None = None
    contact_hours: list[str] | None = None
    because: list[Line] | None = None


EXAMPLE: dict[str, Any] = {
    "case": "R-1001",
    "customer": "C-17",
    "on": "2026-03-16",
    "policy": "de_standard",
    "version": 3,
    "sha256": "5d94a0159b85c7f07fa5b77a6e66831a9463266b83a735663a6183205d3bbbcd",
    "outcome": "act",
    "stage": "notice",
    "due": "2026-03-16",
    "channels": ["email", "post"],
    "mode": "send",
    "open_amount": {"amount": "250.00", "currency": "EUR"},
    "fee": {"amount": "5.00", "currency": "EUR"},
    "interest": {"amount": "0.00", "currency": "EUR"},
    "deadline": "2026-03-25",
    "letters": ["2026-03-16/C-17/EUR/email", "2026-03-16/C-17/EUR/post"],
    "next": {"stage": "warning", "due": "2026-03-30"},
    "reason": None,
    "problems": [],
}
