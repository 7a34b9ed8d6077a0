"""What a ledger says about a debtor and his invoices at the end of a day, as known at one time.

"Events on day D count on day D, in order of recorded time, then order in the file." An answer is
remembered as long as no other event has happened.
"""

from __future__ import annotations

import datetime
from bisect import bisect_right
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from engine.core.model import Customer, Event, Invoice, Ledger, Value

P = ParamSpec("P")
T = TypeVar("T")

ADDRESSES = {
    "email": ("email",),
    "post": ("street", "postcode", "city"),
    "registered_post": ("street", "postcode", "city"),
    "sms": ("phone",),
    "phone": ("phone",),
    "portal": (),
    "webhook": (),
}
"""What a customer must have to be reached by a channel: "post and registered_post need street,
postcode and city; sms and phone a phone number; portal and webhook always exist"."""


def remembered(method: Callable[Concatenate[Seen, P], T]) -> Callable[Concatenate[Seen, P], T]:
    """Work an answer out once."""
    name = method.__name__

    def asked(self: Seen, /, *args: P.args, **kwargs: P.kwargs) -> T:
        key = (name, *args)
        if key not in self.answers:
            self.answers[key] = method(self, *args, **kwargs)
        return self.answers[key]  # type: ignore[return-value]  # what was put there

    asked.__doc__ = method.__doc__
    return asked


def remembered_of_invoice(method: Callable[[Seen, Invoice], T]) -> Callable[[Seen, Invoice], T]:
    """Work an answer out once for each invoice."""
    name = method.__name__

    def asked(self: Seen, invoice: Invoice) -> T:
        key = (name, invoice.id)
        if key not in self.answers:
            self.answers[key] = method(self, invoice)
        return self.answers[key]  # type: ignore[return-value]  # what was put there

    asked.__doc__ = method.__doc__
    return asked


def debtor_of(customers: Mapping[str, Customer], customer: str) -> str:
    """The last payer in a customer's chain; the customer itself without a payer."""
    payer = customers[customer].payer
    return customer if payer is None else debtor_of(customers, payer)


def debtors(ledger: Ledger) -> list[str]:
    """Everybody who is dunned, in the order of the ledger."""
    return [c.id for c in ledger.customers.values() if c.payer is None]


@dataclass(frozen=True, eq=False)
class Book:
    """A debtor with the customers that he pays for, as far as they are known."""

    debtor: Customer
    invoices: tuple[Invoice, ...]
    events: tuple[Event, ...]
    """By `order`."""
    views: dict[int, Seen] = field(default_factory=dict)

    def until(self, day: datetime.date) -> Seen:
        """What has happened by the end of a day."""
        count = bisect_right(self.events, day, key=lambda event: event.date)
        if count not in self.views:
            self.views[count] = Seen(self.debtor, self.invoices, self.events[:count])
        return self.views[count]

    def on(self, day: datetime.date) -> tuple[Event, ...]:
        """What happens on a day."""
        return tuple(event for event in self.events if event.date == day)


def known_at(ledger: Ledger, debtor: str, known: datetime.datetime | None) -> Book:
    """The debtor's part of the ledger without what was recorded after `known`."""
    members = {c for c in ledger.customers if debtor_of(ledger.customers, c) == debtor}
    own = tuple(invoice for invoice in ledger.invoices.values() if invoice.customer in members)
    ids = {invoice.id for invoice in own}
    documents = {invoice.document for invoice in own}
    seen = tuple(i for i in own if known is None or recorded(i) <= known)
    # Of an account in whose currency nobody knows an invoice yet, nobody knows either.
    accounts = {f"{debtor}:{invoice.amount.currency}" for invoice in seen}

    def is_about(event: Event) -> bool:
        match event.target:
            case "customer":
                return event.target_id in members
            case "invoice":
                return event.target_id in ids
            case "document":
                return event.target_id in documents
            case "case":
                return any(
                    event.target_id == account or event.target_id.startswith(account + ":")
                    for account in accounts
                )

    events = [
        event
        for event in ledger.events
        if is_about(event) and (known is None or event.recorded <= known)
    ]
    in_order = tuple(sorted(events, key=lambda event: event.order))
    return Book(ledger.customers[debtor], seen, in_order)


def recorded(invoice: Invoice) -> datetime.datetime:
    """Law: A missing `recorded` is 00:00 UTC of the date."""
    if invoice.recorded is not None:
        return invoice.recorded
    return datetime.datetime.combine(invoice.issued, datetime.time(), datetime.UTC)


def concerns_invoice(event: Event, invoice: Invoice) -> bool:
    """Whether an event is about the invoice, alone or as an instalment of its document."""
    if event.target == "document":
        return event.target_id == invoice.document
    return event.target == "invoice" and event.target_id == invoice.id


def excludes(event: Event, day: datetime.date) -> bool:
    """Whether an `exclude` or `exclude_ended` takes out on a day; `until` is the last day."""
    return event.kind == "exclude" and (event.until is None or day <= event.until)


@dataclass(frozen=True, eq=False)
class Seen:
    """What has happened by the end of some day."""

    debtor: Customer
    invoices: tuple[Invoice, ...]
    events: tuple[Event, ...]
    answers: dict[object, object] = field(default_factory=dict)

    def scope(self, event: Event, invoice: Invoice) -> str | None:
        """How an event concerns an invoice, if it does.

        "An event on a customer who has a payer counts like one on each of his own invoices."
        """
        if event.target == "customer":
            if event.target_id == self.debtor.id:
                return "debtor"
            return "customer" if event.target_id == invoice.customer else None
        return event.target if concerns_invoice(event, invoice) else None

    def newest(self, invoice: Invoice, *kinds: str) -> dict[str, Event]:
        """The newest event of these kinds in each scope."""
        found = {}
        for event in self.events:
            if event.kind in kinds:
                scope = self.scope(event, invoice)
                if scope is not None:
                    found[scope] = event
        return found

    # ------------------------------------------------------------------------ invoices

    @remembered_of_invoice
    def due(self, invoice: Invoice) -> datetime.date:
        """The due date as it stands."""
        for event in reversed(self.events):
            if event.kind == "due_changed" and concerns_invoice(event, invoice):
                assert isinstance(event.value, datetime.date)
                return event.value
        return invoice.due

    @remembered_of_invoice
    def disputed(self, invoice: Invoice) -> bool:
        """Law: yes/no, from events on the invoice or its customer.

        Who disputes all of it has not agreed because one part of it was resolved.
        """
        newest = self.newest(invoice, "dispute", "dispute_resolved")
        return any(event.kind == "dispute" for event in newest.values())

    @remembered_of_invoice
    def excluding(self, invoice: Invoice) -> tuple[Event, ...]:
        """The newest word of each scope but the debtor's on taking the invoice out."""
        newest = self.newest(invoice, "exclude", "exclude_ended")
        return tuple(event for scope, event in newest.items() if scope != "debtor")

    @remembered_of_invoice
    def assigned(self, invoice: Invoice) -> str | None:
        """The policy that an `assign` event names.

        "An invoice's assignment beats its customer's"; that of a customer who has a payer is
        "weaker than the invoice's own, stronger than the debtor's".
        """
        newest: dict[str, Event] = {}
        for event in self.events:
            scope = self.scope(event, invoice) if event.kind == "assign" else None
            if scope is not None:
                newest["invoice" if scope == "document" else scope] = event
        words = (newest[scope] for scope in ("invoice", "customer", "debtor") if scope in newest)
        return next((event.policy for event in words if event.policy is not None), None)

    @remembered_of_invoice
    def invoice_facts(self, invoice: Invoice) -> dict[str, Value]:
        """The invoice's facts by bare name; one that is unknown is absent."""
        facts = dict(invoice.facts)
        for event in self.events:
            if event.kind == "fact" and concerns_invoice(event, invoice):
                put(facts, event)
        return facts

    @remembered_of_invoice
    def promise_on(self, invoice: Invoice) -> Event | None:
        """The newest promise "of the invoice or its customer", about money of its currency."""
        for event in reversed(self.events):
            if is_promise(event, invoice.amount.currency) and self.scope(event, invoice):
                return event
        return None

    # --------------------------------------------------------------- debtor and accounts

    @remembered
    def customer_facts(self) -> dict[str, Value]:
        """The debtor's facts by bare name; one that is unknown is absent.

        On a customer who has a payer "a `fact` has no effect".
        """
        facts = dict(self.debtor.facts)
        for event in self.events:
            if event.kind == "fact" and self.is_on_debtor(event):
                put(facts, event)
        return facts

    @remembered
    def debtor_excluding(self) -> Event | None:
        """The newest word on taking the debtor out."""
        for event in reversed(self.events):
            if event.kind in ("exclude", "exclude_ended") and self.is_on_debtor(event):
                return event
        return None

    @remembered
    def promise_of_account(self, account: str, currency: str) -> Event | None:
        """Law: the newest on the customer or the case, in the currency."""
        for event in reversed(self.events):
            is_here = event.target == "case" and event.target_id == account
            if is_promise(event, currency) and (is_here or self.is_on_debtor(event)):
                return event
        return None

    def is_on_debtor(self, event: Event) -> bool:
        """Whether an event is about the debtor as such."""
        return event.target == "customer" and event.target_id == self.debtor.id

    @remembered
    def reachable(self, channel: str) -> bool:
        """Whether the debtor has an address for a channel."""
        facts = self.customer_facts()
        return all(facts.get(name) for name in ADDRESSES[channel])


def is_promise(event: Event, currency: str) -> bool:
    """Whether an event promises money of a currency."""
    return (
        event.kind == "promise" and event.amount is not None and event.amount.currency == currency
    )


def put(facts: dict[str, Value], event: Event) -> None:
    """Law: A `fact` event with an empty value takes the value away."""
    assert event.name is not None
    if event.value is None:
        facts.pop(event.name, None)
    else:
        facts[event.name] = event.value
