"""A ledger in a request: its fields are the columns of ledger files; see `docs/ledger.md`."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StrictBool, TypeAdapter

from api.schemas.decisions import EXAMPLE, Decision
from api.values import IsoDate, Moment, Strict
from engine.core.model import EventKind

MOST_CASES, MOST_EVENTS = 10_000, 100_000

Cell = Annotated[
    str | int | float | bool | list[str] | None,
    Field(description="Text as a cell has it, or what JSON has for it; null is unknown."),
]
Date = Annotated[str, Field(json_schema_extra={"format": "date"}, examples=["2026-03-02"])] | None
Amount = Annotated[
    str | int | None,
    Field(description="Text, or a whole number; never a float.", examples=["250.00", 250]),
]
_WITH_FACTS = ConfigDict(
    extra="allow",
    json_schema_extra={"additionalProperties": TypeAdapter(Cell).json_schema()},
)


class GivenCustomer(BaseModel):
    """A debtor. Any other field is a fact under its own name: `risk` is `customer.risk`."""

    model_config = _WITH_FACTS

    id: str | int
    name: Cell = None
    kind: Literal["business", "consumer", "public_body"] | None = None
    country: str | None = Field(default=None, examples=["DE"])
    language: Cell = None
    email: Cell = None
    phone: Cell = None
    street: Cell = None
    postcode: Cell = None
    city: Cell = None
    payment_method: Literal["transfer", "direct_debit", "card", "cash"] | None = None
    tags: Cell = None
    payer: Cell = None
    """The id of the customer who pays for this one."""


class GivenInvoice(BaseModel):
    """An invoice. Any other field is a fact under its own name: `project` is `invoice.project`."""

    model_config = _WITH_FACTS

    id: str | int
    customer: str | int = Field(description="The id of one of the customers.")
    issued: Date
    due: Date
    amount: Amount
    currency: str = Field(examples=["EUR"])
    document: Cell = None
    recorded: str | None = None


class GivenEvent(BaseModel):
    """What happened, to one of `invoice`, `document`, `customer` and `case`.

    Which of the other fields are looked at depends on the kind. An amount is text, or a whole
    number.
    """

    model_config = ConfigDict(extra="forbid")

    date: Date
    kind: EventKind
    invoice: Cell = None
    document: Cell = None
    customer: Cell = None
    case: Cell = None
    amount: Cell = None
    currency: Cell = None
    until: Cell = None
    name: Cell = None
    value: Cell = None
    reason: Cell = None
    stage: Cell = None
    policy: Cell = None
    version: Cell = None
    fee: Cell = None
    interest: Cell = None
    recorded: str | None = None
    id: Cell = None


class Question(Strict):
    """A day, and a ledger. The objects in it are looked at by the ledger's own rules."""

    on: IsoDate
    """The day to decide for."""
    known: Moment | None = None
    """Use only what was recorded by this time; a date means its end."""
    explain: StrictBool = False
    """Add the lines of the policy that mattered."""
    customers: list[dict[str, Any]] = Field(max_length=MOST_CASES)
    invoices: list[dict[str, Any]] = Field(max_length=MOST_CASES)
    events: list[dict[str, Any]] = Field(default=[], max_length=MOST_EVENTS)


class QuestionDescribed(Question):
    """What is asked: a day, and the ledger to decide from."""

    customers: list[GivenCustomer] = Field(max_length=MOST_CASES)  # type: ignore[assignment]
    invoices: list[GivenInvoice] = Field(max_length=MOST_CASES)  # type: ignore[assignment]
    events: list[GivenEvent] = Field(default=[], max_length=MOST_EVENTS)  # type: ignore[assignment]


class AskedVersion(BaseModel):
    """A version of a policy that counts."""

    model_config = ConfigDict(extra="forbid")

    policy: str
    version: int
    sha256: str


class Answers(BaseModel):
    """The decisions in the order of the invoices, and the versions that were asked."""

    model_config = ConfigDict(extra="forbid")

    decisions: list[Decision]
    policies: list[AskedVersion]


QUESTION: dict[str, Any] = {
    "on": "2026-03-16",
    "customers": [
        {"id": "C-17", "kind": "business", "country": "DE", "email": "ap@huber.example"},
    ],
    "invoices": [
        {
            "id": "R-1001",
            "customer": "C-17",
            "issued": "2026-01-30",
            "due": "2026-03-02",
            "amount": "250.00",
            "currency": "EUR",
        }
    ],
    "events": [{"date": "2026-03-05", "kind": "stage", "invoice": "R-1001", "stage": "reminder"}],
}

ANSWERS: dict[str, Any] = {
    "decisions": [EXAMPLE],
    "policies": [
        {"policy": "de_standard", "version": 3, "sha256": EXAMPLE["sha256"]},
    ],
}
