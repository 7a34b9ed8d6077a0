"""The ledger as records: customers, invoices and events, immutable.

Dates here are plain `datetime.date`. The evaluator works on day numbers (`date.toordinal()`),
which `case.py` holds.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from engine.core.money import Money

Value = str | bool | int | Decimal | datetime.date | frozenset[str] | Money
"""A fact's value: text and one of -> str; yes/no -> bool; number -> int or Decimal; percent ->
Decimal (2% is 2); date -> date; set of text -> frozenset; money -> Money. An unknown value is
absent from its mapping."""

EventKind = Literal[
    "payment",
    "credit",
    "reversal",
    "dispute",
    "dispute_resolved",
    "promise",
    "exclude",
    "exclude_ended",
    "due_changed",
    "fact",
    "assign",
    "stage",
    "stage_cancelled",
    "charge_paid",
    "charge_waived",
]

TargetKind = Literal["invoice", "document", "customer", "case"]
"""`case`: an account, by its id."""


@dataclass(frozen=True, slots=True)
class Customer:
    """A debtor. `facts` holds the built-in ones too, by bare name: `kind`, `country`, `tags`."""

    id: str
    facts: Mapping[str, Value] = field(default_factory=dict)
    payer: str | None = None
    """The customer who pays for this one; payers have no circles."""


@dataclass(frozen=True, slots=True)
class Invoice:
    """An open item. One that shares its `document` with others is an instalment."""

    id: str
    customer: str
    issued: datetime.date
    due: datetime.date
    amount: Money
    """What it came to at first; above zero."""
    document: str | None = None
    recorded: datetime.datetime | None = None
    """When it became known (UTC); None means on its invoice date."""
    facts: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened. Which fields are set depends on the kind; see the ledger format."""

    kind: EventKind
    date: datetime.date
    """Effective (value) date."""
    target: TargetKind
    target_id: str
    recorded: datetime.datetime
    """When it became known, in UTC; a row that says nothing is known from 00:00 of `date` on."""
    row: int
    """Place in the file: orders what has the same date and recorded time."""
    id: str | None = None
    amount: Money | None = None
    """payment, credit, promise, charge_paid, charge_waived, and a reversal of only a part."""
    until: datetime.date | None = None
    """promise: the promised date. exclude: the last day. stage: the deadline it set."""
    reason: str | None = None
    """Why; any kind may say it, `exclude` should."""
    name: str | None = None
    """fact: its bare name."""
    value: Value | None = None
    """fact: the new value, None takes it away. due_changed: the new due date. reversal: the id of
    the event taken back. stage: the channels, as a frozenset of text."""
    stage: str | None = None
    """stage, stage_cancelled."""
    policy: str | None = None
    """assign (None ends it); stage: under which policy it was executed."""
    version: int | None = None
    """stage: under which version."""
    fee: Money | None = None
    """stage: what was charged; None means: as the policy version says."""
    interest: Money | None = None
    """stage: what interest was claimed; None means: as the policy version says."""

    @property
    def order(self) -> tuple[datetime.date, datetime.datetime, int]:
        """Sort key: date, then recorded time, then place in the file."""
        return self.date, self.recorded, self.row


@dataclass(frozen=True, slots=True)
class Ledger:
    """Everything that is known, as read; consistent by construction (see `engine.io.ledger`)."""

    customers: Mapping[str, Customer]
    invoices: Mapping[str, Invoice]
    events: tuple[Event, ...]
    """By `Event.order`."""
