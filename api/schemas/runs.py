"""Runs, actions and tasks as answers; see `engine.services.plain_runs`, which writes them."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from api.paging import Listed
from api.problems import Problem
from api.schemas.decisions import Amount, Decision

Date = Annotated[str, Field(json_schema_extra={"format": "date"})]
Time = Annotated[str, Field(json_schema_extra={"format": "date-time"})]
State = Literal["proposed", "blocked", "held", "dropped", "withdrawn", "begun", "performed"]


class _Answer(BaseModel):
    model_config = ConfigDict(extra="forbid")


class CaseReason(_Answer):
    """A case, and why."""

    case: str
    reason: str


class CaseResumed(_Answer):
    """A case, and what is suspended no more."""

    case: str
    what: str


class PolicyOfRun(_Answer):
    """A version that decided."""

    policy: str
    version: int
    sha256: str


class Run(_Answer):
    """The run of a day."""

    on: Date
    state: Literal["proposed", "executed", "lapsed"]
    actions: dict[State, int] = Field(description="How many are in which state.")
    outcomes: dict[str, int] = Field(description="How many decisions of each kind.")
    undecided: list[CaseReason]
    policies: list[PolicyOfRun]
    proposed_by: str
    proposed_at: Time
    executed_by: str | None
    executed_at: Time | None
    position: dict[str, int] = Field(description="Of the ledger that it saw.")
    program: str


class Waiting(_Answer):
    """How many actions wait for a person."""

    approval: dict[str, int] = Field(description="By the role or duty that may give it.")
    release: int


class Group(_Answer):
    """Actions of one stage that go the same way."""

    policy: str
    stage: str
    by: list[str]
    actions: int
    open_amounts: list[Amount]
    fees: list[Amount]


class RunSums(Run):
    """A run, with what is left to do in it."""

    ready: int = Field(description="How many would be performed now.")
    waiting: Waiting
    blocked: dict[str, int] = Field(description="How many cannot be performed, by reason.")
    groups: list[Group]


class Proposal(RunSums):
    """What came of proposing a run."""

    new: int
    changed: int
    withdrawn: int
    suspensions_over: int = Field(
        description="How much of what was suspended is to be resumed; performing the run tells it."
    )


class Performed(Run):
    """What came of performing a run."""

    performed: int = Field(description="Actions that were performed this time.")
    withdrawn: list[CaseReason] = Field(description="As the facts changed; the first of them.")
    failed: list[CaseReason] = Field(description="Tried again next time; the first of them.")
    elsewhere: int = Field(description="Deliveries that somebody else is at.")
    resumed: list[CaseResumed] = Field(
        [], description="What was suspended and is not any more; the first of it."
    )


class Execution(_Answer):
    """How far it has got that a run is performed."""

    on: Date
    state: Literal["running", "ended", "failed"]
    by: str
    started_at: Time
    done: int
    of: int
    result: Performed | None = Field(description="What came of it, when it has ended.")
    problem: Problem | None = Field(description="Why it failed; nothing is lost.")


class Action(_Answer):
    """What is to be done for a case, or was."""

    number: int
    on: Date
    key: str
    case: str
    customer: str
    policy: str
    version: int
    stage: str
    state: State
    waits_for: Literal["approval", "release"] | None
    reason: str | None
    mode: str
    approval: str | None
    approved_by: str | None
    approved_at: Time | None
    released_by: str | None
    released_at: Time | None
    changed_by: str
    changed_at: Time
    sha256: str
    decision: Decision


class Reviewed(_Answer):
    """What came of a review."""

    on: Date
    actions: list[Action] = Field(description="Those that were meant, as they are now.")
    others: int = Field(description="Other actions of the same customers that changed with it.")


class Task(_Answer):
    """A task of the worklist."""

    number: int
    kind: Literal["task", "call", "hand_over", "suspend", "resume", "cancel", "write_off"]
    on: Date
    case: str
    customer: str
    policy: str
    version: int
    stage: str
    text: str
    channel: str | None
    open_amount: Amount
    state: Literal["open", "done", "void"]
    done_by: str | None
    done_at: Time | None
    note: str | None
    key: str
    created_at: Time


class WaitingAction(_Answer):
    """An action of the newest run that waits for a person."""

    kind: Literal["approval", "release"]
    approval: str | None
    on: Date
    case: str
    customer: str
    policy: str
    version: int
    stage: str
    open_amount: Amount
    key: str


class Worklist(Listed[Task]):
    """Tasks, and what waits for a person in the newest run."""

    open: int = Field(description="Tasks that are open in all.")
    waiting: list[WaitingAction] = Field(description="The first of them.")
    waiting_in_all: int


class Entry(_Answer):
    """One thing that was done."""

    number: int
    at: Time
    actor: str
    action: str = Field(examples=["policy published"])
    subject: str = Field(examples=["policy de_standard 3"])
    body: dict[str, Any]
    previous: str
    hash: str
