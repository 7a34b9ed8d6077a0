"""Webhooks as answers; see `engine.services.plain_webhooks`, which writes them."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Time = Annotated[str, Field(json_schema_extra={"format": "date-time"})]
State = Literal["waiting", "delivered", "dead"]
Kind = Literal[
    "action.executed",
    "action.cancelled",
    "run.proposed",
    "run.executed",
    "policy.approved",
]
"""Of what a webhook can be told."""


class _Answer(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Webhook(_Answer):
    """Who is told of what happens."""

    id: int
    url: str
    description: str
    events: list[Kind] = Field(description="Of which events; none: of every event.")
    on: bool = Field(description="Whether anything is sent; while it is off, it waits.")
    off_at: Time | None
    off_reason: str | None = Field(description="Why it is off.")
    failing_since: Time | None = Field(description="Nothing got through after this.")
    wait_until: Time | None = Field(description="The receiver asked for it.")
    old_secret_until: Time | None = Field(description="Until then, the secret before signs, too.")
    created_at: Time
    created_by: str


class Counts(_Answer):
    """How much is in which state."""

    waiting: int
    delivered: int
    dead: int


class ShownWebhook(Webhook):
    """A webhook, and how much it was told."""

    deliveries: Counts


class MadeWebhook(Webhook):
    """A webhook with a new secret."""

    secret: str = Field(description="It cannot be shown again.", examples=["whsec_..."])


class Attempt(_Answer):
    """What came of trying."""

    at: Time
    duration_ms: int
    status: int | None = Field(description="Of the answer; null if there was none.")
    failure: str | None = Field(description="Null if it got through.")
    answer: str | None = Field(description="How it begins.")


class _Told(_Answer):
    id: int
    message: str = Field(description="The `webhook-id`, which stays the same.")
    type: Kind | Literal["webhook.test"]
    state: State
    created_at: Time
    next_attempt_at: Time | None = Field(description="While it waits.")
    ended_at: Time | None


class Delivery(_Told):
    """Something that a webhook is told, or was."""

    attempts: int
    last_attempt: Attempt | None


class WholeDelivery(_Told):
    """The same with what it says, and everything that came of trying."""

    attempts: list[Attempt]
    last_attempt: Attempt | None
    body: str = Field(description="What is sent, word for word.")
    payload: dict[str, Any] = Field(description="The same as an object.")


class Retried(_Answer):
    """How much is told again."""

    retried: int
