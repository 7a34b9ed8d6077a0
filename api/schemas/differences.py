"""What changed between two versions, as answers; see `engine.services.comparing`."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from api.schemas.decisions import Amount, Date
from engine.core.decision import Outcome


class _Closed(BaseModel):
    model_config = ConfigDict(extra="forbid", populate_by_name=True)


class Compared(_Closed):
    """A version that was compared."""

    policy: str
    version: int


class Side(_Closed):
    """What a version says, in its words."""

    text: str
    file: str | None = Field(description="Null: it is what holds where nothing is said.")
    line: int | None


class ChangeFound(_Closed):
    """One thing that one version says otherwise than the other."""

    kind: Literal["added", "removed", "changed", "renamed", "moved"]
    where: str | None = Field(
        description="The stage or exception that it stands in.", examples=["stage notice"]
    )
    setting: str = Field(examples=["fee"])
    old: Side | None = Field(alias="from")
    new: Side | None = Field(alias="to")


class Step(_Closed):
    """What is next for a case."""

    outcome: Outcome
    stage: str | None


class StepOn(Step):
    """What is next for a case, and when."""

    on: Date
    reason: str | None


class Move(_Closed):
    """Cases that move alike."""

    old: Step = Field(alias="from")
    new: Step = Field(alias="to")
    cases: int
    open_amounts: list[Amount]


class Example(_Closed):
    """A case that moves."""

    case: str
    customer: str
    open_amount: Amount
    old: StepOn = Field(alias="from")
    new: StepOn = Field(alias="to")


class EffectFound(_Closed):
    """Whom it moves."""

    on: Annotated[str, Field(json_schema_extra={"format": "date"})]
    cases: int = Field(description="Open cases that either version decides.")
    moved: int = Field(description="Something else is next, or on another day.")
    earlier: int
    later: int
    otherwise: int = Field(
        description="The same is next on the same day, with another fee, channel, deadline, reason."
    )
    open_amounts: list[Amount] = Field(description="Of the cases that move, by currency.")
    moves: list[Move]
    examples: list[Example] = Field(description="The first ten, by id.")


class DifferenceFound(_Closed):
    """What changed between two versions of a policy."""

    old: Compared = Field(alias="from")
    new: Compared = Field(alias="to")
    same_meaning: bool
    changes: list[ChangeFound] = Field(description="Of what happens to cases.")
    checks: list[ChangeFound] = Field(description="Of examples and guarantees.")
    text: str = Field(description="The difference of the texts, line by line.")
    effect: EffectFound | None = Field(default=None, description="Absent without `on`.")
