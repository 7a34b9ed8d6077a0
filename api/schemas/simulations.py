"""Simulations; answers are written by `engine.services.simulation_results`."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StrictBool

from api.schemas.cases import Projected
from api.schemas.decisions import Amount
from api.schemas.ledger import GivenEvent
from api.schemas.runs import PolicyOfRun, Time
from api.values import Id, IsoDate, Moment, Strict, Words
from engine.services.publishing import HIGHEST
from engine.services.simulation_asked import MOST_DAYS, MOST_EVENTS, MOST_VERSIONS

MOST_TEXT = 200_000
"""Characters of a policy."""
Date = Annotated[str, Field(json_schema_extra={"format": "date"})]
State = Literal["queued", "running", "done", "failed", "cancelled"]


class Draft(Strict):
    """A version that is played from its text; nothing of it is kept but for this."""

    text: Annotated[Words, Field(min_length=1, max_length=MOST_TEXT)]


class StoredVersion(Strict):
    """A version of the store, approved or not."""

    policy: Annotated[Words, Field(min_length=1, max_length=500)]
    version: Annotated[int, Field(ge=1, le=HIGHEST)]


Versions = Annotated[list[Draft | StoredVersion], Field(min_length=1, max_length=MOST_VERSIONS)]


class AskedSimulation(Strict):
    """What is to be played."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    first: IsoDate = Field(alias="from", description="The first day.")
    last: IsoDate = Field(alias="to", description=f"The last; {MOST_DAYS:,} days at most.")
    case: Id | None = Field(default=None, description="Only this invoice or account.")
    run_on: Annotated[Words, Field(min_length=1, max_length=2_000)] | None = Field(
        default=None,
        description="Runs only on these of the policy's run days: dates with commas between, "
        "`month-end`, or days of the week.",
        examples=["month-end"],
    )
    known: Moment | Literal["each-day"] | None = Field(
        default=None,
        description="Use only what was recorded by this time, or on each day what was by its end.",
    )
    no_more_payments: StrictBool = Field(
        default=False, description="As if no money came from the first day on."
    )
    from_scratch: StrictBool = Field(
        default=False, description="As if no stage had ever been executed."
    )
    what_if: Annotated[list[GivenEvent], Field(max_length=MOST_EVENTS)] = Field(
        default=[], description="Further events, with the columns of ledger files."
    )
    policies: Versions | None = Field(
        default=None, description="In place of the versions that count."
    )
    against: Versions | None = Field(default=None, description="Others, to compare them with.")


class _Answer(BaseModel):
    model_config = ConfigDict(extra="forbid")


class SimulationBrief(_Answer):
    """A simulation, in a list."""

    id: int
    state: State
    by: str
    asked_at: Time
    begun_at: Time | None
    ended_at: Time | None
    kept_until: Time | None = Field(description="When it is forgotten, with all that it found.")
    done: int = Field(description="Debtors who were played.")
    of: int
    found: int = Field(description="Events so far.")
    first: Date = Field(alias="from")
    last: Date = Field(alias="to")


class StageSum(_Answer):
    """How often a stage was executed, and what it charged."""

    policy: str
    version: int
    stage: str
    executed: int
    fees: list[Amount]
    interest: list[Amount]


class Sums(_Answer):
    """What the events come to, so far."""

    events: dict[str, int] = Field(description="How many of each kind.")
    cases: int = Field(description="For which any stage was executed.")
    letters: int
    fees: list[Amount]
    interest: list[Amount]
    stages: list[StageSum]


class Against(_Answer):
    """What the others come to that it is compared with."""

    policies: list[PolicyOfRun]
    sums: Sums
    differing_cases: int = Field(description="To which something else happens.")


class Failure(_Answer):
    """Why it failed."""

    code: str | None
    message: str
    hint: str


class Simulation(SimulationBrief):
    """A simulation, as far as it has got."""

    case: str | None
    run_on: str | None
    known: str | None
    no_more_payments: bool
    from_scratch: bool
    what_if: int = Field(description="How many further events there are.")
    position: dict[str, int] = Field(description="Of the ledger that it sees.")
    policies: list[PolicyOfRun]
    sums: Sums
    against: Against | None
    problem: Failure | None


SimulatedEvent = Projected
EXAMPLE: dict[str, Any] = {"from": "2026-04-01", "to": "2026-06-30", "no_more_payments": True}
