"""What is written to the ledger, and what is answered."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Text = str | None
Day = Annotated[str, Field(json_schema_extra={"format": "date"}, examples=["2026-03-02"])]


class Customer(BaseModel):
    """A customer as it came in the last time. Any other field is a fact under its own name."""

    model_config = ConfigDict(extra="allow")

    id: str
    payer: Text = Field(default=None, description="The id of the customer who pays.")
    tags: list[str] | None = None


class Invoice(BaseModel):
    """An invoice as it came in the last time. Any other field is a fact under its own name."""

    model_config = ConfigDict(extra="allow")

    id: str
    customer: str
    document: Text = None
    issued: Day
    due: Day
    amount: str = Field(examples=["250.00"])
    currency: str = Field(examples=["EUR"])
    recorded: Text = None


class Written(BaseModel):
    """What became of one customer, invoice or event."""

    model_config = ConfigDict(extra="forbid")

    result: Literal["new", "changed", "unchanged"]
    doubts: list[str] = Field(description="Fields whose names look like slips of the keys.")


class Taken(BaseModel):
    """What became of many."""

    model_config = ConfigDict(extra="forbid")

    new: int
    changed: int
    unchanged: int
    doubts: list[str] = Field(description="Fields whose names look like slips of the keys.")


_TEXT: dict[str, Any] = {"type": ["string", "null"]}
_AMOUNT: dict[str, Any] = {
    "type": ["string", "integer", "null"],
    "description": "Text, or a whole number; never a float.",
}
_FACT: dict[str, Any] = {
    "anyOf": [
        {"type": ["string", "number", "boolean", "null"]},
        {"type": "array", "items": {"type": "string"}},
    ],
    "description": "A fact under its own name; null makes it unknown.",
}


def _object(
    required: tuple[str, ...], amounts: tuple[str, ...], texts: tuple[str, ...], *, others: object
) -> dict[str, Any]:
    properties = {
        **dict.fromkeys(texts, _TEXT),
        **dict.fromkeys(amounts, _AMOUNT),
    }
    return {
        "type": "object",
        "required": list(required),
        "properties": properties,
        "additionalProperties": others,
    }


CUSTOMER = _object((), (), ("id", "payer"), others=_FACT)
INVOICE = _object(
    ("customer", "issued", "due", "amount", "currency"),
    ("amount",),
    ("id", "customer", "issued", "due", "currency", "document", "recorded"),
    others=_FACT,
)
EVENT = _object(
    ("date", "kind"),
    ("amount", "fee", "interest", "version"),
    (
        *("date", "kind", "invoice", "document", "customer", "case", "currency", "until"),
        *("name", "reason", "stage", "policy", "recorded", "id"),
    ),
    others=False,
)
EVENT["properties"]["value"] = _FACT

EXAMPLES: dict[str, Any] = {
    "customers": {"name": "Huber GmbH", "country": "DE", "email": "ap@huber.example"},
    "invoices": {
        "customer": "C-17",
        "issued": "2026-01-30",
        "due": "2026-03-02",
        "amount": "250.00",
        "currency": "EUR",
    },
    "events": {
        "id": "P-2026-0117",
        "date": "2026-03-16",
        "kind": "payment",
        "invoice": "R-1001",
        "amount": "250.00",
        "currency": "EUR",
    },
}
"""Of one; in bulk those of customers and invoices have an `id`, too."""
