"""Random small ledgers: few customers, a few invoices, events packed around the due date."""

from __future__ import annotations

import datetime
from dataclasses import replace
from typing import TYPE_CHECKING

from engine.core.model import Customer, Invoice, Ledger
from engine.core.money import Money
from tests.oracle import vocabulary as words
from tests.oracle.chances import random_minor, random_value
from tests.oracle.random_events import EventWriter

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

    from engine.core.model import Value
    from tests.oracle.random_events import Subject

DUE = (0, 0, 0, 0, 1, -3, 4)
"""Days between the day around which everything happens and the due dates."""
PAYERS = ((None, "C1", "C2"), (None, "C1", "C1"), ("C2", None, "C1"), ("C2", None, None))
"""Who pays for C1, C2 and C3: chains, several under one, and one without."""


def ledger(rng: Random, about: Subject) -> Ledger:
    """A ledger whose invoices are mostly in these currencies and were mostly at these stages."""
    payers: tuple[str | None, ...] = (None, None, None)
    count = rng.choice((1, 1, 1, 2))
    if "payers" in about.theme and rng.randint(1, 100) <= 75:
        payers, count = rng.choice(PAYERS), rng.choice((2, 3))
    customers = {
        name: Customer(name, customer_facts(rng, about.currencies), payer)
        for name, payer in list(zip(("C1", "C2", "C3"), payers, strict=True))[:count]
    }
    invoices = {}
    for number in range(1, rng.choice((1, 2, 2, 3, 3, 4)) + 1):
        invoice = random_invoice(rng, f"I{number}", sorted(customers), about.currencies)
        invoices[invoice.id] = invoice
    share_documents(rng, invoices)
    writer = EventWriter(rng, customers, invoices, about)
    events = writer.events(rng.choice((0, 0, 1, 2, 3, 4, 5, 6, 8)))
    return Ledger(customers, invoices, events)


def random_invoice(
    rng: Random, name: str, customers: Sequence[str], currencies: tuple[str, ...]
) -> Invoice:
    """An invoice that is due close to the others, known at once or later."""
    due = words.DUE + datetime.timedelta(days=rng.choice(DUE))
    issued = due - datetime.timedelta(days=rng.choice((0, 5, 14, 30, 30)))
    currency = rng.choice((*currencies[:1] * 8, *currencies * 2, "EUR"))
    recorded = None
    if rng.randint(1, 100) <= 20:
        late = datetime.timedelta(days=rng.randint(0, 20), hours=rng.randint(0, 23))
        recorded = datetime.datetime.combine(issued, datetime.time(), datetime.UTC) + late
    return Invoice(
        name,
        rng.choice(customers),
        issued,
        due,
        Money(random_minor(rng, currency), currency),
        recorded=recorded,
        facts=declared_facts(rng, "invoice", currencies),
    )


def share_documents(rng: Random, invoices: dict[str, Invoice]) -> None:
    """Make some invoices of one customer and currency the instalments of one document."""
    for invoice in list(invoices.values()):
        first = invoices["I1"]
        alike = (invoice.customer, invoice.amount.currency)
        if alike == (first.customer, first.amount.currency) and rng.randint(1, 100) <= 60:
            invoices[invoice.id] = replace(invoice, document="D1")


# ------------------------------------------------------------------------------------- facts


def customer_facts(rng: Random, currencies: Sequence[str]) -> dict[str, Value]:
    """Some facts of a customer; what is absent is unknown."""
    facts: dict[str, Value] = {
        "name": "Name",
        "kind": rng.choice((*words.KINDS, "business")),
        "country": rng.choice(words.COUNTRIES),
        "language": rng.choice(words.LANGUAGES),
        "email": "a@example.org",
        "phone": "+49 1",
        "street": "Weg 1",
        "postcode": "80331",
        "city": "Munich",
        "payment_method": rng.choice(words.METHODS),
        "tags": frozenset(rng.sample(words.TAGS, rng.randint(0, 2))),
        **declared_facts(rng, "customer", currencies),
    }
    missing = rng.sample(sorted(facts), rng.choice((0, 0, 0, 1, 3, 6)))
    return {name: value for name, value in facts.items() if name not in missing}


def declared_facts(rng: Random, whose: str, currencies: Sequence[str]) -> dict[str, Value]:
    """Values for some of the facts that policies declare."""
    return {
        path.split(".")[1]: random_value(rng, type_, currencies)
        for path, type_ in words.DECLARED.items()
        if path.startswith(whose) and rng.randint(1, 100) <= 60
    }
