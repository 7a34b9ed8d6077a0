"""What the evaluator reads: the facts of a case between two changes, as day numbers and cents.

A case's history is a list of `CaseFacts`, each true from its `since` until the next one's. It is
folded from the ledger by `timeline.py`; nothing in it depends on a policy. What the dunning
itself has done (stages, fees, deadlines) is `place.Place`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple

from engine.core.model import Event, Value

NEVER = -1
"""A day before all days."""
FOREVER = 4_000_000
"""A day after all days (`date.max` is day 3,652,059)."""


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """The facts of one case from day `since` on: days by `date.toordinal()`, minor units."""

    since: int
    open: int
    """Never below 0."""
    original: int
    issued: int
    due: int
    disputed: bool
    """The invoice or its customer."""
    invoice_excluded_until: int
    """Last day of it; NEVER if not excluded, FOREVER without an end."""
    customer_excluded_until: int
    promise_until: int
    """The promised date of the newest promise; NEVER if there is none."""
    promise_kept: bool
    """Whether the promised amount came in from the promise's day to its date, as far as known."""
    cycle_since: int
    """First day of the dunning cycle: the day of the latest reopening, else 0."""
    assigned: str | None
    """The policy that an `assign` event put the case under; the invoice's beats the customer's."""
    invoice_facts: Mapping[str, Value]
    """Declared facts of the invoice by bare name. Unchanged mappings are the same object."""
    customer_facts: Mapping[str, Value]
    """Facts of the customer, built in and declared, by bare name; same object while unchanged."""
    charges: int = 0
    """Fees and claimed interest that are neither paid nor waived, in minor units."""
    settled: bool = False
    """Whether nothing is owed of what must be paid to end the case."""
    taken: int = NEVER
    """For an account all of whose overdue invoices are taken out by rules: the number of the rule
    that answers for it, see `codegen`; NEVER otherwise."""
    open_since: int = 0
    """Day of the latest reopening, also of one that went on with the cycle, else 0."""


class Terms(NamedTuple):
    """A policy version's word on how money is applied and when a case ends."""

    charges_first: bool = False
    """`payments settle charges first`."""
    until_charges_paid: bool = False
    """`settled when open amount and charges are paid`."""
    reopened_continue: bool = False
    """`reopened cases continue`."""


USUAL = Terms()


@dataclass(frozen=True, slots=True)
class Posting:
    """What dunning put on record for an invoice: charges, and by whose terms they are paid.

    It counts from the end of its day: what comes in on that day does not pay it yet. The terms are
    the case's until the next posting; before the first they are `USUAL`.
    """

    day: int
    case: str
    amount: int
    """Fee with tax, and interest, in minor units; below 0 where a stage was cancelled."""
    terms: Terms


class Booking(NamedTuple):
    """What was booked on a case and its amounts do not tell apart."""

    day: int
    kind: Literal["charged", "paid", "waived", "credited"]
    """Fees and interest were charged, paid or waived; or a credit lowered the open amount."""
    amount: int
    """In minor units; below 0 where it was taken back."""


@dataclass(frozen=True, slots=True)
class CaseTimeline:
    """Everything the ledger says about one case, as known at one time."""

    case: str
    customer: str
    currency: str
    known_from: int
    """First day on which the case exists: its invoice date. One that was not recorded by the time
    asked for has no timeline."""
    spans: tuple[CaseFacts, ...]
    """By `since`; the first one's `since` is 0, so every day has its facts."""
    stages: tuple[Event, ...]
    """Its `stage` and `stage_cancelled` events, in order."""
    bookings: tuple[Booking, ...] = ()
    """In order."""
