"""Random small ledgers: one or two customers, few invoices, events packed around the due date."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Literal

from engine.core.model import Customer, Event, Invoice, Ledger
from engine.core.money import Money
from tests.oracle import vocabulary as words

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

    from engine.core.model import EventKind, TargetKind, Value

SMALL = {"EUR": 100, "CHF": 100, "JPY": 100, "KWD": 1000}
"""Minor units of one unit of a random amount."""
DUE = (0, 0, 0, 1, -3, 4)
"""Days between the day around which everything happens and the due dates."""
KINDS: tuple[EventKind, ...] = (
    *("payment", "payment", "payment", "payment", "credit", "reversal", "reversal", "reversal"),
    *("dispute", "dispute", "dispute_resolved", "promise", "promise", "exclude", "exclude_ended"),
    *("due_changed", "fact", "fact", "assign", "stage", "stage", "stage", "stage_cancelled"),
)
STORIES: tuple[tuple[EventKind, ...], ...] = (
    (),
    (),
    ("payment", "reversal"),
    ("stage", "payment", "reversal"),
    ("stage", "payment", "reversal", "stage"),
    ("promise", "payment"),
    ("dispute", "dispute_resolved"),
    ("exclude", "exclude_ended"),
    ("stage", "stage_cancelled"),
    ("assign", "assign"),
    ("promise", "promise", "payment"),
)
"""What often happens to one invoice in this order, with other events in between; an assignment
or a promise may be its customer's."""


def ledger(rng: Random, currencies: tuple[str, ...], stages: tuple[str, ...]) -> Ledger:
    """A ledger whose invoices are mostly in these currencies and were mostly at these stages."""
    customers = {
        name: Customer(name, customer_facts(rng, currencies))
        for name in ("C1", "C2")[: rng.choice((1, 1, 1, 2))]
    }
    invoices = {}
    for number in range(1, rng.choice((1, 1, 1, 2, 2, 3)) + 1):
        invoice = random_invoice(rng, f"I{number}", sorted(customers), currencies)
        invoices[invoice.id] = invoice
    share_documents(rng, invoices)
    writer = EventWriter(rng, customers, invoices, currencies, stages)
    return Ledger(customers, invoices, writer.events(rng.choice((0, 0, 1, 2, 3, 4, 5, 6))))


def random_day(rng: Random) -> datetime.date:
    """A day on which something happens, often one of those on which invoices are due."""
    if rng.randint(1, 100) <= 15:
        return words.DUE + datetime.timedelta(days=rng.choice(DUE))
    return words.DUE + datetime.timedelta(days=rng.randint(*words.WINDOW))


def random_invoice(
    rng: Random, name: str, customers: Sequence[str], currencies: tuple[str, ...]
) -> Invoice:
    """An invoice that is due close to the others, known at once or later."""
    due = words.DUE + datetime.timedelta(days=rng.choice(DUE))
    issued = due - datetime.timedelta(days=rng.choice((0, 5, 14, 30, 30)))
    currency = rng.choice((*currencies * 5, "EUR"))
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


def random_minor(rng: Random, currency: str) -> int:
    """An amount around 100, often a round one, so that limits are met exactly."""
    units = rng.choice((50, 100, 100, 120, rng.randint(1, 200)))
    return max(1, units * SMALL[currency] + rng.choice((0, 0, 0, rng.randint(-99, 99))))


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


def random_value(rng: Random, type_: str, currencies: Sequence[str]) -> Value:
    """A value of a declared type."""
    match type_:
        case "money":
            currency = rng.choice((*currencies, "EUR"))
            return Money(random_minor(rng, currency), currency)
        case "number":
            return rng.choice((rng.randint(0, 9), Decimal("2.5")))
        case "percent":
            return Decimal(rng.choice(("0", "2.5", "5", "10")))
        case "text":
            return rng.choice(("north", "south"))
        case "date":
            return random_day(rng)
        case "yes/no":
            return rng.choice((True, False))
        case "set of text":
            return frozenset(rng.sample(words.TAGS, rng.randint(0, 2)))
        case _:
            return rng.choice(words.RISKS)


# ------------------------------------------------------------------------------------ events


@dataclass
class EventWriter:
    """Writes events that a ledger may hold: nothing is taken back that did not happen."""

    rng: Random
    customers: dict[str, Customer]
    invoices: dict[str, Invoice]
    currencies: Sequence[str]
    stages: Sequence[str]
    paid: list[Event] = field(default_factory=list)
    """Payments and credits that were not taken back."""
    executed: dict[str, list[Event]] = field(default_factory=dict)
    story: dict[int, EventKind] = field(default_factory=dict)
    """Kinds of events by row, all on the first invoice."""
    days: list[datetime.date] = field(default_factory=list)
    """On which something happens."""

    def events(self, count: int) -> tuple[Event, ...]:
        """So many events by `Event.order`; some wishes cannot be fulfilled."""
        told = self.rng.choice(STORIES)
        rows = range(count + len(told))
        self.story = dict(zip(sorted(self.rng.sample(rows, len(told))), told, strict=True))
        written = []
        for row, (date, recorded) in enumerate(sorted(self.moment() for _ in rows)):
            event = self.event(date, recorded, row)
            if event is not None:
                written.append(event)
        return tuple(written)

    def moment(self) -> tuple[datetime.date, datetime.datetime]:
        """A date, and when it was recorded: mostly on that day, sometimes much later."""
        date = random_day(self.rng)
        if self.days and self.rng.randint(1, 100) <= 20:
            date = self.rng.choice(self.days)  # much depends on the order within a day
        self.days.append(date)
        late = self.rng.choice((0, 0, 0, 0, 9, 9, 24 * 3 + 1, 24 * 20))
        midnight = datetime.datetime.combine(date, datetime.time(), datetime.UTC)
        return date, midnight + datetime.timedelta(hours=late)

    def event(self, date: datetime.date, recorded: datetime.datetime, row: int) -> Event | None:
        """One event, None if there is nothing to take back."""
        kind: EventKind = self.story.get(row, self.rng.choice(KINDS))
        if kind == "reversal":
            return self.reversal(date, recorded, row)
        if kind in ("assign", "promise") and row in self.story and self.rng.randint(0, 1):
            target: tuple[TargetKind, str] = ("customer", self.invoices["I1"].customer)
        elif row in self.story:
            target = ("invoice", "I1")
        elif kind in ("stage", "stage_cancelled", "due_changed"):
            target = ("invoice", self.rng.choice(sorted(self.invoices)))
        else:
            target = self.target()
        event = Event(kind, date, *target, recorded, row)
        match kind:
            case "payment" | "credit":
                return self.payment(event)
            case "promise":
                amount = self.amount(event)
                until = date + datetime.timedelta(days=self.rng.randint(0, 14))
                return replace(event, amount=amount, until=until)
            case "exclude":
                days = self.rng.choice((None, 0, 3, 10))
                until_day = None if days is None else date + datetime.timedelta(days=days)
                return replace(event, until=until_day, reason="asked for it")
            case "due_changed":
                moved = datetime.timedelta(days=self.rng.randint(-10, 20))
                return replace(event, value=words.DUE + moved)
            case "fact":
                return self.fact(event)
            case "assign":
                return replace(event, policy=self.rng.choice((*words.POLICIES * 3, "gamma", None)))
            case "stage":
                return self.stage(event)
            case "stage_cancelled":
                return self.cancellation(event)
            case _:
                return event

    def target(self) -> tuple[TargetKind, str]:
        """Mostly an invoice."""
        kind: Literal["invoice", "document", "customer"] = self.rng.choice(
            ("invoice", "invoice", "invoice", "document", "document", "customer", "customer")
        )
        if kind == "customer":
            return kind, self.rng.choice(sorted(self.customers))
        invoice = self.invoices[self.rng.choice(sorted(self.invoices))]
        if kind == "document" and invoice.document is not None:
            return kind, invoice.document
        return "invoice", invoice.id

    def currency(self, event: Event) -> str:
        """The currency of what an event is about; any for a customer."""
        if event.target == "customer":
            return self.rng.choice((*self.currencies, "EUR"))
        for invoice in self.invoices.values():
            if event.target_id in (invoice.id, invoice.document):
                return invoice.amount.currency
        raise AssertionError(event)

    def amount(self, event: Event) -> Money:
        """Often exactly what one of the invoices came to."""
        currency = self.currency(event)
        if event.row in self.story and event.target == "invoice":
            return self.invoices[event.target_id].amount
        owed = [i.amount.minor for i in self.invoices.values() if i.amount.currency == currency]
        return Money(self.rng.choice((*owed, *owed, random_minor(self.rng, currency))), currency)

    def payment(self, event: Event) -> Event:
        """A payment or credit, with an id so that it can be taken back."""
        event = replace(event, amount=self.amount(event), id=f"E{event.row}")
        self.paid.append(event)
        return event

    def reversal(self, date: datetime.date, recorded: datetime.datetime, row: int) -> Event | None:
        """Take back a payment or credit, wholly or in part, known no earlier than it."""
        known = [paid for paid in self.paid if paid.recorded <= recorded]
        if not known:
            return None
        taken = self.rng.choice(known)
        self.paid.remove(taken)
        event = Event("reversal", date, taken.target, taken.target_id, recorded, row)
        event = replace(event, id=f"E{row}", value=taken.id)
        assert taken.amount is not None
        minor, currency = taken.amount
        if self.rng.randint(1, 100) <= 30 and minor > 1:
            return replace(event, amount=Money(self.rng.randint(1, minor), currency))
        return event

    def fact(self, event: Event) -> Event:
        """A fact takes a value or loses it."""
        whose = "customer" if event.target == "customer" else "invoice"
        declared = {p.split(".")[1]: t for p, t in words.DECLARED.items() if p.startswith(whose)}
        built_in: dict[str, Sequence[Value]] = {
            "kind": words.KINDS,
            "country": words.COUNTRIES,
            "payment_method": words.METHODS,
            "email": ("b@example.org",),
            "phone": ("+49 2",),
            "street": ("Weg 2",),
            "tags": (frozenset(words.TAGS[:1]), frozenset()),
        }
        name = self.rng.choice(
            sorted({*declared, *built_in} if whose == "customer" else set(declared))
        )
        if self.rng.randint(1, 100) <= 25:
            return replace(event, name=name)
        if name in declared:
            value = random_value(self.rng, declared[name], self.currencies)
        else:
            value = self.rng.choice(built_in[name])
        return replace(event, name=name, value=value)

    def stage(self, event: Event) -> Event:
        """A stage that was executed, with much or little said about it."""
        rng = self.rng
        policy = rng.choice((None, None, *words.POLICIES[:1], *words.POLICIES, "gamma"))
        fee = rng.choice((None, None, 0, 5))
        days = rng.choice((None, None, 0, 7))
        currency = self.currency(event)
        event = replace(
            event,
            stage=rng.choice((*self.stages, *self.stages, *words.STAGES[:2], "unheard_of")),
            policy=policy,
            version=None if policy is None else rng.choice((None, 1, 2)),
            fee=None if fee is None else Money(fee * SMALL[currency], currency),
            until=None if days is None else event.date + datetime.timedelta(days=days),
            value=rng.choice((None, frozenset({"email"}))),
        )
        self.executed.setdefault(event.target_id, []).append(event)
        return event

    def cancellation(self, event: Event) -> Event | None:
        """Take back the newest executed stage, known no earlier than it."""
        executed = self.executed.get(event.target_id, [])
        if not executed or executed[-1].recorded > event.recorded:
            return None
        return replace(event, stage=executed.pop().stage)
