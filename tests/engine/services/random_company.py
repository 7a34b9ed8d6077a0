"""A made-up company whose cases look at one another in every way, and its policies."""

from __future__ import annotations

import datetime
from dataclasses import replace
from random import Random
from typing import TYPE_CHECKING

from engine.core.model import Customer, Event, Invoice, Ledger
from engine.core.money import Money

if TYPE_CHECKING:
    from engine.core.model import EventKind

HOUSE = """\
policy house version 1
  effective 2025-01-01
  applies when customer.country is DE
  currency EUR
  timezone Europe/Berlin
  letters per customer
  grace 1 day

hold "disputed" while invoice.disputed, clock stopped
hold "promise to pay" while promise is pending
exclude "taken out" when invoice.excluded

interest 12% a year from due date by act/365
fees taxed at 20%
fees at most 30.00 EUR
at least 3 days between notices to a customer
contact at most 2 times in 10 days by email

stage soon
  from 2 days before due
  by email

stage reminder
  after 3 days overdue
  by email
  fee 2.50 EUR per letter
  pay within 3 business days

stage warning
  after 2 days past deadline
  by email and post
  fee 1% of open amount at least 4.00 EUR once
  pay within 4 days
  repeat every 4 days at most 1 more time
  charge interest

stage call
  after 2 days
  when open amount >= 100 EUR
  task "Call" by phone
  draft only

stage final
  after 2 days
  when open amount >= 150 EUR else warning
  by post
  fee 10.00 EUR + 2% of open amount
  charge interest
  needs approval by credit_manager

stage collection
  after 3 days
  hand over to "Inkasso Nord"
  suggest only

for customer.kind is consumer
  stage warning
    fee 1.00 EUR
    pay within 6 days
"""

ACCOUNTS = """\
policy together version 1
  effective 2025-01-01
  applies when customer.country is AT
  currency EUR
  timezone Europe/Vienna
  dun each account
  letters per customer and stage
  late runs go straight to the stage reached
  step down when less is owed

hold "disputed" while invoice.disputed

interest 5% a year from due date by act/365

stage statement
  after 2 days overdue
  by email

stage reminder
  after 8 days overdue
  by email
  fee 3.00 EUR
  pay within 3 days

stage block
  after 14 days overdue
  by post
  suspend "deliveries"
  charge interest
  finalize only

stage collection
  after 20 days overdue
  hand over to "Inkasso"
"""

POLICIES = HOUSE, ACCOUNTS
DAY = datetime.timedelta(days=1)


def random_company(first: datetime.date, seed: int = 1) -> Ledger:
    """Customers with invoices that fall due around a day, and what happens to them then."""
    chance = Random(seed)  # noqa: S311 - for tests
    customers = {f"C-{number}": _customer(chance, number) for number in range(1, 25)}
    invoices, events = {}, []
    for number in range(1, 80):
        name = chance.choice([*customers])
        due = first + chance.randint(-16, 12) * DAY
        money = Money(chance.randint(2_000, 40_000), "EUR")
        document = f"D-{name}" if chance.random() < 0.2 else None
        known = datetime.datetime.combine(due - 30 * DAY, datetime.time(9), datetime.UTC)
        invoice = Invoice(f"R-{number}", name, due - 30 * DAY, due, money, document, known, {})
        invoices[invoice.id] = invoice
        events += _history(chance, invoice, first)
    for name in customers:
        if chance.random() < 0.3:
            day = first + chance.randint(-3, 14) * DAY
            events.append(_event("credit", day, "customer", name, amount=Money(5_000, "EUR")))
    events.sort(key=lambda each: each.order)
    return Ledger(customers, invoices, tuple(events))


def paid_at_last(ledger: Ledger, first: datetime.date, seed: int = 1) -> Ledger:
    """Most invoices are paid, or paid once more, in the week that begins on a day."""
    chance = Random(seed)  # noqa: S311 - for tests
    paid = [
        _event(
            "payment", first + chance.randint(0, 6) * DAY, "invoice", each.id, amount=each.amount
        )
        for each in ledger.invoices.values()
        if chance.random() < 0.7
    ]
    events = sorted((*ledger.events, *paid), key=lambda each: each.order)
    return replace(ledger, events=tuple(events))


def _customer(chance: Random, number: int) -> Customer:
    facts = {
        "name": f"Customer {number}",
        "kind": chance.choice(["business", "consumer"]),
        "country": chance.choice(["DE", "DE", "AT"]),
        "phone": "+49 89 1",
        "street": "Weg 1",
        "postcode": "80331",
        "city": "Munich",
    }
    if chance.random() < 0.9:
        facts["email"] = f"c{number}@example.com"
    payer = f"C-{number - 1}" if chance.random() < 0.15 and number > 1 else None
    return Customer(f"C-{number}", facts, payer)


def _history(chance: Random, invoice: Invoice, first: datetime.date) -> list[Event]:
    """What happens to an invoice."""

    def day(since: datetime.date = first - 5 * DAY) -> datetime.date:
        return max(since, invoice.issued) + chance.randint(0, 18) * DAY

    what = chance.random()
    if what < 0.15:
        return [_event("payment", day(), "invoice", invoice.id, amount=invoice.amount)]
    if what < 0.25:
        part = Money(invoice.amount.minor // 2, "EUR")
        return [_event("payment", day(), "invoice", invoice.id, amount=part)]
    if what < 0.35:
        paid = day()
        back = {"value": f"P-{invoice.id}"}
        return [
            _event("payment", paid, "invoice", invoice.id, amount=invoice.amount, id=back["value"]),
            _event("reversal", day(paid), "invoice", invoice.id, **back),
        ]
    if what < 0.45:
        since = day()
        return [
            _event("dispute", since, "invoice", invoice.id),
            _event("dispute_resolved", since + 4 * DAY, "invoice", invoice.id),
        ]
    if what < 0.5:
        since = day()
        promised = {"amount": invoice.amount, "until": since + 5 * DAY}
        return [_event("promise", since, "invoice", invoice.id, **promised)]
    if what < 0.55:
        since = day()
        return [_event("exclude", since, "invoice", invoice.id, until=since + 3 * DAY)]
    return []


def _event(
    kind: EventKind,
    day: datetime.date,
    target: str,
    name: str,
    **more: object,
) -> Event:
    recorded = datetime.datetime.combine(day, datetime.time(8), datetime.UTC)
    return Event(kind, day, target, name, recorded, 0, **more)  # type: ignore[arg-type]  # as given
