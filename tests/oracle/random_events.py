"""Random events: what a ledger may hold, packed into few days, often as a story of one invoice."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

from engine.core.model import Event
from engine.core.money import Money
from tests.oracle import vocabulary as words
from tests.oracle.chances import SMALL, random_day, random_minor, random_value

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

    from engine.core.model import Customer, EventKind, Invoice, TargetKind, Value

KINDS: tuple[EventKind, ...] = (
    *("payment", "payment", "payment", "payment", "credit", "reversal", "reversal", "reversal"),
    *("dispute", "dispute", "dispute_resolved", "promise", "promise", "exclude", "exclude_ended"),
    *("due_changed", "fact", "fact", "assign", "stage", "stage", "stage", "stage_cancelled"),
)
CHARGES: tuple[EventKind, ...] = ("charge_paid", "charge_paid", "charge_waived")
OF_CASES: tuple[EventKind, ...] = ("stage", "stage_cancelled", *CHARGES)
"""What is about an account where there is one."""
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
    ("stage", "stage", "stage_cancelled"),
    ("stage", "stage", "stage"),
    ("stage", "stage", "stage", "stage"),
    ("stage", "stage", "payment"),
    ("assign", "assign"),
    ("promise", "promise", "payment"),
)
"""What often happens to one invoice in this order, with other events in between; an assignment
or a promise may be its customer's."""
STORIES_OF_CHARGES: tuple[tuple[EventKind, ...], ...] = (
    ("stage", "charge_paid", "payment"),
    ("stage", "payment", "charge_waived", "reversal"),
    ("stage", "payment", "payment", "reversal"),
    ("stage", "charge_paid", "stage", "stage_cancelled"),
)


@dataclass(frozen=True)
class Subject:
    """What the policies are about, so that a ledger can be about it too."""

    theme: frozenset[str]
    currencies: tuple[str, ...]
    stages: tuple[str, ...]
    units: tuple[str, ...]
    """`invoice`, `account`, and of split accounts the fact that splits them."""
    policies: tuple[str, ...]
    """Their ids."""


@dataclass
class EventWriter:
    """Writes events that a ledger may hold: nothing is taken back that did not happen."""

    rng: Random
    customers: dict[str, Customer]
    invoices: dict[str, Invoice]
    about: Subject
    paid: list[Event] = field(default_factory=list)
    """Payments and credits that were not taken back."""
    executed: dict[str, list[Event]] = field(default_factory=dict)
    kinds: tuple[EventKind, ...] = KINDS
    story: dict[int, EventKind] = field(default_factory=dict)
    """Kinds of events by row, all on the first invoice."""
    days: list[datetime.date] = field(default_factory=list)
    """On which something happens."""

    def events(self, count: int) -> tuple[Event, ...]:
        """So many events by `Event.order`; some wishes cannot be fulfilled."""
        charges = "charge events" in self.about.theme
        told = self.rng.choice(STORIES_OF_CHARGES if charges and self.maybe(50) else STORIES)
        self.kinds = (*KINDS, *CHARGES * 2) if charges else KINDS
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
        kind: EventKind = self.story.get(row, self.rng.choice(self.kinds))
        if kind == "reversal":
            return self.reversal(date, recorded, row)
        event = Event(kind, date, *self.target(kind, row), recorded, row)
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
                return replace(
                    event,
                    policy=self.rng.choice(
                        (*self.about.policies * 6, *words.POLICIES, "gamma", None)
                    ),
                )
            case "stage":
                return self.stage(event)
            case "stage_cancelled":
                return self.cancellation(event)
            case "charge_paid" | "charge_waived":
                return self.charge(event)
            case _:
                return event

    def target(self, kind: EventKind, row: int) -> tuple[TargetKind, str]:
        """What an event is about: in a story the first invoice, else mostly some invoice."""
        told = row in self.story
        if kind in ("assign", "promise") and told and self.maybe(50):
            return "customer", self.invoices["I1"].customer
        invoice = self.invoices["I1" if told else self.rng.choice(sorted(self.invoices))]
        if kind in OF_CASES:
            return self.case(invoice, 70)
        if told or kind == "due_changed":
            return "invoice", invoice.id
        if kind in ("payment", "credit", "promise") and self.maybe(15):
            return self.case(invoice, 100)
        whom: Literal["invoice", "document", "customer"] = self.rng.choice(
            ("invoice", "invoice", "invoice", "document", "document", "customer", "customer")
        )
        if whom == "customer":
            return whom, self.rng.choice(sorted(self.customers))
        if whom == "document" and invoice.document is not None:
            return whom, invoice.document
        return "invoice", invoice.id

    def case(self, invoice: Invoice, percent: int) -> tuple[TargetKind, str]:
        """The invoice, or mostly its account where policies dun accounts."""
        units = [unit for unit in self.about.units if unit != "invoice"]
        if not units or not self.maybe(percent):
            return "invoice", invoice.id
        unit = self.rng.choice(units)
        value = invoice.facts.get(unit.removeprefix("invoice."))
        debtor = self.customers[invoice.customer]
        while debtor.payer is not None:
            debtor = self.customers[debtor.payer]
        account = f"{debtor.id}:{invoice.amount.currency}"
        return "case", account if value is None else f"{account}:{value}"

    def maybe(self, percent: int) -> bool:
        """True in so many of a hundred cases."""
        return self.rng.randint(1, 100) <= percent

    def currency(self, event: Event) -> str:
        """The currency of what an event is about; any for a customer."""
        if event.target == "customer":
            return self.rng.choice((*self.about.currencies, "EUR"))
        if event.target == "case":
            return event.target_id.split(":")[1]
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
        if event.target in ("customer", "case"):
            owed.append(sum(owed))
        other = random_minor(self.rng, currency)
        return Money(self.rng.choice((*filter(None, owed * 2), other)), currency)

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
            value = random_value(self.rng, declared[name], self.about.currencies)
        else:
            value = self.rng.choice(built_in[name])
        return replace(event, name=name, value=value)

    def stage(self, event: Event) -> Event:
        """A stage that was executed, with much or little said about it."""
        rng = self.rng
        policy = rng.choice((None, None, *words.POLICIES[:1], *words.POLICIES, "gamma"))
        fee = rng.choice((None, None, 0, 5))
        interest = rng.choice((None, None, None, 0, 1)) if "interest" in self.about.theme else None
        days = rng.choice((None, None, 0, 7))
        currency = self.currency(event)
        event = replace(
            event,
            stage=self.next_stage(event.target_id),
            policy=policy,
            version=None if policy is None else rng.choice((None, 1, 2)),
            fee=None if fee is None else Money(fee * SMALL[currency], currency),
            interest=None if interest is None else Money(interest * SMALL[currency], currency),
            until=None if days is None else event.date + datetime.timedelta(days=days),
            value=rng.choice((None, frozenset({"email"}))),
        )
        self.executed.setdefault(event.target_id, []).append(event)
        return event

    def next_stage(self, case: str) -> str:
        """Mostly the stage after the one before, else any, also one that nobody knows."""
        stages = self.about.stages
        executed = self.executed.get(case, [])
        last = executed[-1].stage if executed else None
        following = stages[stages.index(last) + 1 :] if last in stages else stages
        if following and self.maybe(70):
            return self.rng.choice(following[:2])
        return self.rng.choice((*stages * 2, *words.STAGES[:2], "unheard_of"))

    def cancellation(self, event: Event) -> Event | None:
        """Take back the newest executed stage, known no earlier than it."""
        executed = self.executed.get(event.target_id, [])
        if not executed or executed[-1].recorded > event.recorded:
            return None
        return replace(event, stage=executed.pop().stage)

    def charge(self, event: Event) -> Event:
        """Charges are paid or waived, often exactly those of one stage."""
        currency = self.currency(event)
        units = self.rng.choice((1, 5, 5, 5, 10, 12, 40))
        if event.kind == "charge_paid":
            self.executed.pop(event.target_id, None)  # what is paid cannot be cancelled
        return replace(event, amount=Money(units * SMALL[currency], currency))
