"""What the fold of a debtor's events works on. It lives for one fold and is never handed out."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from engine.core.case import NEVER, USUAL, Booking, CaseFacts, Terms

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engine.core.model import Event, Invoice, Value


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
    """An invoice, a document, a customer or an account, as the thing that an event is about."""

    items: list[Item] = field(default_factory=list)
    """The invoices that an event on it concerns."""
    accounts: list[Account] = field(default_factory=list)
    """The accounts that an event on it concerns."""
    disputed: bool = False
    excluded_until: int = NEVER
    assigned: str | None = None
    promises: dict[str, Promise] = field(default_factory=dict)
    """The newest by currency."""


def newer(promise: Promise | None, scope: Scope, currency: str) -> Promise | None:
    """The newer of a promise and the one on a scope in a currency."""
    other = scope.promises.get(currency)
    if other is not None and (promise is None or other.serial > promise.serial):
        return other
    return promise


@dataclass(slots=True, eq=False)
class Item:
    """An invoice with its state after the last event and its history so far."""

    invoice: Invoice
    scopes: tuple[Scope, ...]
    """What an event that concerns it may be about, the narrowest first: the invoice itself, its
    document, its customer if somebody pays for them, and the debtor."""
    open: int
    due: int
    facts: Mapping[str, Value]
    draft: dict[str, Value] | None = None
    """Facts as changed today; they are compared with `facts` when the day ends."""
    charges: int = 0
    terms: Terms = USUAL
    continues: bool = False
    """Whether a reopening today goes on with the cycle: by the terms of the evening before, since
    what is done today may be the first stage of the cycle that begins."""
    cycle_since: int = 0
    open_since: int = 0
    state: tuple[object, ...] = ()
    """The fields of the last span without `since`."""
    spans: list[CaseFacts] = field(default_factory=list)
    stages: list[Event] = field(default_factory=list)
    bookings: list[Booking] = field(default_factory=list)

    @property
    def own(self) -> Scope:
        """The invoice itself as what an event is about."""
        return self.scopes[0]

    @property
    def settled(self) -> bool:
        """Whether nothing is owed, as things stand, of what must be paid by its terms."""
        return self.open <= 0 and not (self.terms.until_charges_paid and self.charges > 0)

    def charge(self, day: int, amount: int, terms: Terms) -> None:
        """Put charges on record at the end of a day; below 0 they are taken back."""
        before, self.charges = self.charges, max(0, self.charges + amount)
        self.terms = terms
        if amount:
            self.bookings.append(Booking(day, "charged", self.charges - before))

    def pay_charges(self, day: int, kind: Literal["paid", "waived"], amount: int) -> None:
        """Let charges be paid or waived; below 0 what was paid is given back."""
        self.charges -= amount
        self.bookings.append(Booking(day, kind, amount))

    def pay(self, day: int, amount: int, *, is_credit: bool) -> None:
        """Lower the open amount by a payment or credit; below 0 it is given back."""
        self.open -= amount
        if is_credit:
            self.bookings.append(Booking(day, "credited", amount))

    def close(self, day: int, customer_facts: Mapping[str, Value]) -> None:
        """End a day on which something happened: a new span, if anything is different."""
        if self.draft is not None:
            if self.draft != self.facts:
                self.facts = self.draft
            self.draft = None
        settled = self.settled
        if not settled and self.spans and self.spans[-1].settled:
            self.open_since = day
            if not self.continues:
                self.cycle_since = day
        self.continues = self.terms.reopened_continue
        disputed, assigned, promise = False, None, None
        excluded_until, debtor = NEVER, self.scopes[-1]
        for scope in self.scopes:
            if scope.disputed:
                disputed = True
            if assigned is None:
                assigned = scope.assigned
            if scope.excluded_until != NEVER and scope is not debtor:
                excluded_until = max(excluded_until, scope.excluded_until)
            if scope.promises:
                promise = newer(promise, scope, self.invoice.amount.currency)
        state = (
            self.open,
            self.invoice.amount.minor,
            self.invoice.issued.toordinal(),
            self.due,
            disputed,
            excluded_until,
            debtor.excluded_until,
            NEVER if promise is None else promise.until,
            promise is not None and promise.kept,
            self.cycle_since,
            assigned,
            self.facts,
            customer_facts,
            self.charges,
            settled,
            NEVER,
            self.open_since,
        )
        # Mappings are compared by identity first, so this is cheap where they did not change.
        if state != self.state:
            self.state = state
            self.spans.append(CaseFacts(day, *state))


@dataclass(slots=True, eq=False)
class Account:
    """What is said of an account, or of all accounts of the debtor in a currency."""

    currency: str
    scopes: tuple[Scope, ...]
    """The account itself, if events are about it, and the debtor."""
    state: tuple[object, ...] = ()
    spans: list[CaseFacts] = field(default_factory=list)

    def close(self, day: int, customer_facts: Mapping[str, Value]) -> None:
        """End a day on which something happened: a new span, if anything is different."""
        debtor = self.scopes[-1]
        promise = None
        for scope in self.scopes:
            promise = newer(promise, scope, self.currency)
        state = (
            debtor.disputed,
            NEVER,
            debtor.excluded_until,
            NEVER if promise is None else promise.until,
            promise is not None and promise.kept,
            0,
            debtor.assigned,
            _NO_FACTS,
            customer_facts,
        )
        if state != self.state:
            self.state = state
            self.spans.append(CaseFacts(day, 0, 0, 0, 0, *state))


_NO_FACTS: Mapping[str, Value] = {}
"""An account has no facts of an invoice; nobody writes to it."""


@dataclass(slots=True)
class Part:
    """So much of a payment or credit went to one invoice, or (None) stayed unapplied."""

    item: Item | None
    amount: int
    pays_charges: bool = False
    """Whether it went to the invoice's charges, not to its open amount."""


@dataclass(slots=True)
class Receipt:
    """A payment or credit and where it went."""

    event: Event
    day: int
    currency: str
    purse: str
    """Where its surplus stays: the currency, or the id of the account that it is on."""
    scopes: tuple[Scope, ...]
    """Those whose promises it counts for in full: its target and what that belongs to."""
    parts: list[Part] = field(default_factory=list)
    """In order of application; the unapplied surplus is the last."""
