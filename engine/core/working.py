"""What the fold of a customer's events works on. It lives for one fold and is never handed out."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from engine.core.case import NEVER, CaseFacts

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import TypeAlias

    from engine.core.model import Event, Invoice, Value

Sum: TypeAlias = "dict[str, int]"


@dataclass(slots=True)
class Promise:
    """A promise to pay, with what came in from its day to its date."""

    serial: int
    """The newest has the highest."""
    since: int
    until: int
    amount: int
    received: int = 0

    @property
    def kept(self) -> bool:
        """Whether the promised amount came in, as far as is known by now."""
        return self.received >= self.amount


@dataclass(slots=True, eq=False)
class Scope:
    """An invoice, a document or a customer, as the thing that an event is about."""

    items: list[Item] = field(default_factory=list)
    """The invoices that an event on it concerns."""
    disputed: bool = False
    excluded_until: int = NEVER
    assigned: str | None = None
    promises: dict[str, Promise] = field(default_factory=dict)
    """The newest by currency."""


@dataclass(slots=True, eq=False)
class Item:
    """An invoice with its state after the last event and its history so far."""

    invoice: Invoice
    own: Scope
    document: Scope | None
    customer: Scope
    open: int
    due: int
    facts: Mapping[str, Value]
    draft: dict[str, Value] | None = None
    """Facts as changed today; they are compared with `facts` when the day ends."""
    cycle_since: int = 0
    state: tuple[object, ...] = ()
    """The fields of the last span without `since`."""
    spans: list[CaseFacts] = field(default_factory=list)
    stages: list[Event] = field(default_factory=list)

    def close(self, day: int, customer_facts: Mapping[str, Value]) -> None:
        """End a day on which something happened: a new span, if anything is different."""
        if self.draft is not None:
            if self.draft != self.facts:
                self.facts = self.draft
            self.draft = None
        if self.open > 0 and self.spans and self.spans[-1].open == 0:
            self.cycle_since = day
        own, document, customer = self.own, self.document, self.customer
        promise = self.promise()
        state = (
            self.open,
            self.invoice.amount.minor,
            self.invoice.issued.toordinal(),
            self.due,
            own.disputed or customer.disputed or (document is not None and document.disputed),
            own.excluded_until
            if document is None
            else max(own.excluded_until, document.excluded_until),
            customer.excluded_until,
            NEVER if promise is None else promise.until,
            promise is not None and promise.kept,
            self.cycle_since,
            own.assigned if own.assigned is not None else customer.assigned,
            self.facts,
            customer_facts,
        )
        # Mappings are compared by identity first, so this is cheap where they did not change.
        if state != self.state:
            self.state = state
            self.spans.append(CaseFacts(day, *state))

    def promise(self) -> Promise | None:
        """The newest promise on this invoice, its document or its customer."""
        currency = self.invoice.amount.currency
        newest = self.own.promises.get(currency)
        for scope in (self.document, self.customer):
            other = None if scope is None else scope.promises.get(currency)
            if other is not None and (newest is None or other.serial > newest.serial):
                newest = other
        return newest


@dataclass(slots=True)
class Part:
    """So much of a payment or credit went to one invoice, or (None) stayed unapplied."""

    item: Item | None
    amount: int


@dataclass(slots=True)
class Receipt:
    """A payment or credit and where it went."""

    event: Event
    day: int
    currency: str
    scopes: tuple[Scope, ...]
    """Those whose promises it counts for in full: its target and what that belongs to."""
    parts: list[Part] = field(default_factory=list)
    """In order of application; the unapplied surplus is the last."""
