"""Ledgers for tests, in as few words as a test should need."""

from __future__ import annotations

import datetime
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, TypedDict, Unpack

from engine.core.case import FOREVER, NEVER
from engine.core.model import Customer, Event, EventKind, Invoice, Ledger, TargetKind
from engine.core.money import Money, to_minor
from engine.core.timeline import facts_on, timelines

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from engine.core.case import CaseFacts
    from engine.core.model import Value


def day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


def moment(text: str) -> datetime.datetime:
    return datetime.datetime.fromisoformat(text).replace(tzinfo=datetime.UTC)


def money(text: str) -> Money:
    """`100.00 EUR`; without a currency, euros."""
    amount, _, currency = text.partition(" ")
    currency = currency or "EUR"
    minor = to_minor(Decimal(amount), currency)
    assert minor is not None
    return Money(minor, currency)


class InvoiceFields(TypedDict, total=False):
    """What a test may say about an invoice; dates as text."""

    customer: str
    issued: str
    due: str
    document: str
    recorded: str
    facts: Mapping[str, Value]


class EventFields(TypedDict, total=False):
    """What a test may say about an event; dates and amounts as text, values as they are."""

    id: str
    recorded: str
    amount: str
    until: str
    reason: str
    name: str
    value: Value
    stage: str
    policy: str
    version: int
    fee: str
    interest: str


def invoice(name: str = "R-1", amount: str = "100.00", **other: Unpack[InvoiceFields]) -> Invoice:
    """An invoice of C-1, issued on 2026-01-01 and due on 2026-01-31 unless told otherwise."""
    return Invoice(
        id=name,
        customer=other.get("customer", "C-1"),
        issued=day(other.get("issued", "2026-01-01")),
        due=day(other.get("due", "2026-01-31")),
        amount=money(amount),
        document=other.get("document"),
        recorded=moment(other["recorded"]) if "recorded" in other else None,
        facts=other.get("facts", {}),
    )


def event(kind: EventKind, date: str, target: str = "R-1", **other: Unpack[EventFields]) -> Event:
    """An event on an invoice (`R-1`), a document (`D-1`), a customer (`C-1`) or an account."""
    kinds: dict[str, TargetKind] = {"R": "invoice", "D": "document", "C": "customer"}
    return Event(
        kind=kind,
        date=day(date),
        target="case" if ":" in target else kinds[target[0]],
        target_id=target,
        recorded=moment(other.get("recorded", date)),
        row=0,
        id=other.get("id"),
        amount=money(other["amount"]) if "amount" in other else None,
        until=day(other["until"]) if "until" in other else None,
        reason=other.get("reason"),
        name=other.get("name"),
        value=other.get("value"),
        stage=other.get("stage"),
        policy=other.get("policy"),
        version=other.get("version"),
        fee=money(other["fee"]) if "fee" in other else None,
        interest=money(other["interest"]) if "interest" in other else None,
    )


def ledger(
    invoices: Iterable[Invoice], events: Iterable[Event] = (), customers: Iterable[Customer] = ()
) -> Ledger:
    """A ledger; customers that nobody describes have no facts, events are numbered as they come."""
    known = tuple(invoices)
    described = {customer.id: customer for customer in customers}
    for each in known:
        described.setdefault(each.customer, Customer(each.customer))
    numbered = [replace(each, row=row) for row, each in enumerate(events, start=1)]
    return Ledger(
        described,
        {each.id: each for each in known},
        tuple(sorted(numbered, key=lambda each: each.order)),
    )


def facts(book: Ledger, date: str, case: str = "R-1", known: str | None = None) -> CaseFacts:
    """The facts of a case at the end of a day."""
    time = None if known is None else moment(known)
    return facts_on(timelines(book, time)[case], day(date).toordinal())


def shown(number: int) -> str:
    """A day number as a date, `never` or `forever`."""
    named = {NEVER: "never", FOREVER: "forever", 0: "from the start"}
    return named.get(number) or datetime.date.fromordinal(number).isoformat()
