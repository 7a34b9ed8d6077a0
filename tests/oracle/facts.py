"""What a ledger says about an invoice at the end of a day, as known at one time.

Everything is worked out from the events each time it is asked. "Events on day D count on day D,
in order of recorded time, then order in the file."
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from engine.core.model import Customer, Event, Invoice, Value
    from tests.oracle.executed import Executed

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


@dataclass(frozen=True)
class Book:
    """One customer with invoices and events, as far as they are known."""

    customer: Customer
    invoices: tuple[Invoice, ...]
    events: tuple[Event, ...]
    played: tuple[Executed, ...] = ()
    """What a simulation has executed for the one case that it plays, after all of the ledger's."""


def known_at(
    customer: Customer,
    invoices: Iterable[Invoice],
    events: Iterable[Event],
    known: datetime.datetime | None,
) -> Book:
    """The customer's part of the ledger without what was recorded after `known`."""
    own = tuple(invoice for invoice in invoices if invoice.customer == customer.id)
    ids: set[str | None] = {invoice.id for invoice in own}
    documents = {invoice.document for invoice in own}
    mine: dict[str, set[str | None]] = {
        "customer": {customer.id},
        "invoice": ids,
        "document": documents,
    }
    about = (
        event
        for event in events
        if event.target_id in mine[event.target] and (known is None or event.recorded <= known)
    )
    seen = (i for i in own if known is None or recorded(i) <= known)
    return Book(customer, tuple(seen), tuple(sorted(about, key=lambda event: event.order)))


def recorded(invoice: Invoice) -> datetime.datetime:
    """Law: A missing `recorded` is 00:00 UTC of the date."""
    if invoice.recorded is not None:
        return invoice.recorded
    return datetime.datetime.combine(invoice.issued, datetime.time(), datetime.UTC)


def exists_from(invoice: Invoice) -> datetime.date:
    """Law: An invoice exists from its issue date. What is recorded too late is left out."""
    return invoice.issued


def until_day(book: Book, day: datetime.date) -> list[Event]:
    """What has happened by the end of a day."""
    return [event for event in book.events if event.date <= day]


def concerns_invoice(event: Event, invoice: Invoice) -> bool:
    """Whether an event is about the invoice, alone or as an instalment of its document."""
    if event.target == "document":
        return event.target_id == invoice.document
    return event.target == "invoice" and event.target_id == invoice.id


def newest_on_invoice(
    book: Book, invoice: Invoice, day: datetime.date, *kinds: str
) -> Event | None:
    """The newest event of these kinds that is about the invoice."""
    found = [e for e in until_day(book, day) if e.kind in kinds and concerns_invoice(e, invoice)]
    return found[-1] if found else None


def newest_on_customer(book: Book, day: datetime.date, *kinds: str) -> Event | None:
    """The newest event of these kinds that is about the customer as such."""
    found = [e for e in until_day(book, day) if e.kind in kinds and e.target == "customer"]
    return found[-1] if found else None


# ------------------------------------------------------------------------------------- money


@dataclass
class Part:
    """What of a payment or credit went where."""

    event: Event
    invoice: str | None
    """None: to no invoice in particular."""
    minor: int
    lowers: bool
    """Whether it lowered that invoice's open amount; an overpayment does not."""


def applied(book: Book, day: datetime.date) -> list[Part]:
    """Where all money has gone by the end of a day, reversals taken back."""
    parts: list[Part] = []
    due = {invoice.id: invoice.due for invoice in book.invoices}
    for event in until_day(book, day):
        if event.kind == "due_changed":
            for invoice in book.invoices:
                if concerns_invoice(event, invoice) and isinstance(event.value, datetime.date):
                    due[invoice.id] = event.value
        elif event.kind in ("payment", "credit"):
            parts += application(book, event, parts, due)
        elif event.kind == "reversal":
            take_back(event, parts)
    return parts


def application(
    book: Book, event: Event, before: list[Part], due: dict[str, datetime.date]
) -> list[Part]:
    """How one payment or credit is applied, given what was applied before.

    "A payment on a document settles the oldest instalment first." "An overpayment stays an
    unapplied credit of the customer."
    """
    assert event.amount is not None
    targets = [i for i in book.invoices if concerns_invoice(event, i)]
    targets.sort(key=lambda i: (due[i.id], i.issued, i.id))
    left = event.amount.minor
    parts = []
    for invoice in targets:
        if invoice.amount.currency != event.amount.currency:
            continue
        owed = invoice.amount.minor - lowered(before, invoice)
        part = min(left, owed)
        parts.append(Part(event, invoice.id, part, lowers=True))
        left -= part
    payee = event.target_id if event.target == "invoice" else None
    return [*parts, Part(event, payee, left, lowers=False)]


def take_back(reversal: Event, parts: list[Part]) -> None:
    """Law: A reversal undoes a payment in the reverse order of its application."""
    undone = [part for part in parts if part.event.id == reversal.value]
    left = sum(part.minor for part in undone)
    if reversal.amount is not None:
        left = min(left, reversal.amount.minor)
    for part in reversed(undone):
        back = min(part.minor, left)
        part.minor -= back
        left -= back


def lowered(parts: list[Part], invoice: Invoice) -> int:
    """By how much these parts lower the invoice's open amount."""
    return sum(part.minor for part in parts if part.lowers and part.invoice == invoice.id)


def open_amount(book: Book, invoice: Invoice, day: datetime.date) -> int:
    """What is still owed at the end of a day, in minor units."""
    return invoice.amount.minor - lowered(applied(book, day), invoice)


def cycle_since(book: Book, invoice: Invoice, day: datetime.date) -> datetime.date:
    """First day of the cycle that runs on a day.

    "When a case is settled the cycle ends, and a later reopening starts a new cycle."
    """
    since = datetime.date.min
    was_open = True
    for then in sorted({event.date for event in until_day(book, day)}):
        is_open = open_amount(book, invoice, then) > 0
        if is_open and not was_open:
            since = then
        was_open = is_open
    return since


# ------------------------------------------------------------------------------ other facts


def due_date(book: Book, invoice: Invoice, day: datetime.date) -> datetime.date:
    """The due date as it stands on a day."""
    changed = newest_on_invoice(book, invoice, day, "due_changed")
    if changed is None:
        return invoice.due
    assert isinstance(changed.value, datetime.date)
    return changed.value


def newest_by_target(
    book: Book, invoice: Invoice, day: datetime.date, *kinds: str
) -> dict[str, Event]:
    """The newest event of these kinds on the invoice, on its document and on the customer."""
    return {
        event.target: event
        for event in until_day(book, day)
        if event.kind in kinds and (event.target == "customer" or concerns_invoice(event, invoice))
    }


def disputed(book: Book, invoice: Invoice, day: datetime.date) -> bool:
    """Law: yes/no, from events on the invoice or its customer; resolved on D: no longer so on D.

    Who disputes all of it has not agreed because one part of it was resolved.
    """
    newest = newest_by_target(book, invoice, day, "dispute", "dispute_resolved")
    return any(event.kind == "dispute" for event in newest.values())


def excludes(event: Event, day: datetime.date) -> bool:
    """Whether an `exclude` or `exclude_ended` takes out on a day; `until` is the last day."""
    return event.kind == "exclude" and (event.until is None or day <= event.until)


def invoice_excluded(book: Book, invoice: Invoice, day: datetime.date) -> bool:
    """Whether this invoice, or the document that it is part of, is taken out of dunning."""
    newest = newest_by_target(book, invoice, day, "exclude", "exclude_ended")
    return any(excludes(e, day) for target, e in newest.items() if target != "customer")


def customer_excluded(book: Book, day: datetime.date) -> bool:
    """Whether the customer is taken out of dunning."""
    newest = newest_on_customer(book, day, "exclude", "exclude_ended")
    return newest is not None and excludes(newest, day)


def promise(book: Book, invoice: Invoice, day: datetime.date) -> str:
    """none, pending, kept or broken: of "the invoice or its customer"; "the newest counts".

    "Pending until the promised date has passed; broken when it passed and less than the promised
    amount came in." "A promise on an invoice is kept by that invoice's payments from its day to
    its date, one on a customer by any of theirs." "A credit does not keep a promise." A promise
    about another currency is about other invoices: "amounts in different currencies are never
    added up".
    """
    made = [
        event
        for event in until_day(book, day)
        if event.kind == "promise"
        and event.amount is not None
        and event.amount.currency == invoice.amount.currency
        and (event.target == "customer" or concerns_invoice(event, invoice))
    ]
    if not made:
        return "none"
    newest = made[-1]
    assert newest.until is not None
    assert newest.amount is not None
    if day <= newest.until:
        return "pending"
    came_in = sum(
        part.minor
        for part in applied(book, day)
        if part.event.kind == "payment"
        and part.event.amount is not None
        and part.event.amount.currency == newest.amount.currency
        and newest.date <= part.event.date <= newest.until
        and keeps(part, newest, book)
    )
    return "kept" if came_in >= newest.amount.minor else "broken"


def keeps(part: Part, promise: Event, book: Book) -> bool:
    """Whether a part of a payment belongs to what was promised for."""
    if promise.target == "customer":
        return True
    if promise.target == "invoice":
        return part.invoice == promise.target_id
    instalments = {i.id for i in book.invoices if i.document == promise.target_id}
    paid = part.event.target_id
    return paid in ({promise.target_id} if part.event.target == "document" else instalments)


def assigned(book: Book, invoice: Invoice, day: datetime.date) -> str | None:
    """The policy that an `assign` event names: "an invoice's assignment beats its customer's"."""
    itself = newest_on_invoice(book, invoice, day, "assign")
    if itself is not None and itself.policy is not None:
        return itself.policy
    customer = newest_on_customer(book, day, "assign")
    return None if customer is None else customer.policy


def customer_facts(book: Book, day: datetime.date) -> dict[str, Value]:
    """The customer's facts by bare name; one that is unknown is absent."""
    facts = dict(book.customer.facts)
    for event in until_day(book, day):
        if event.kind == "fact" and event.target == "customer":
            put(facts, event)
    return facts


def invoice_facts(book: Book, invoice: Invoice, day: datetime.date) -> dict[str, Value]:
    """The invoice's facts by bare name; one that is unknown is absent."""
    facts = dict(invoice.facts)
    for event in until_day(book, day):
        if event.kind == "fact" and concerns_invoice(event, invoice):
            put(facts, event)
    return facts


def put(facts: dict[str, Value], event: Event) -> None:
    """Law: A `fact` event with an empty value takes the value away."""
    assert event.name is not None
    if event.value is None:
        facts.pop(event.name, None)
    else:
        facts[event.name] = event.value


def reachable(book: Book, day: datetime.date, channel: str) -> bool:
    """Whether the customer has an address for a channel."""
    facts = customer_facts(book, day)
    return all(facts.get(name) for name in ADDRESSES[channel])
