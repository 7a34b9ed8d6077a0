"""What the demo company's customers did: they pay early and late, in parts and not at all.

The manners of paying are rough but usual: most pay within days, a tail takes weeks, a few never
pay. Nobody reacts to reminders here; what dunning would change is for a simulation to show.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from engine.core.model import Event
from engine.core.money import Money
from engine.services.demo_chance import workday

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from engine.core.model import Customer, EventKind, Invoice, TargetKind
    from engine.services.demo_chance import Chance


@dataclass(frozen=True, slots=True)
class Debtor:
    """A customer and how they pay: prompt, slow, late, troubled or lost."""

    customer: Customer
    manner: str


@dataclass(slots=True)
class _Book:
    """The events so far, and the chance that makes them."""

    chance: Chance
    events: list[Event] = field(default_factory=list)
    payments: int = 0

    def event(
        self, kind: EventKind, date: datetime.date, target: TargetKind, target_id: str
    ) -> Event:
        """An event that is not noted yet, entered in office hours or some days later."""
        late = self.chance.choices((0, 1, 3), (85, 12, 3))[0]
        minutes = self.chance.randrange(7 * 60, 17 * 60)
        day = datetime.datetime.combine(date, datetime.time(), datetime.UTC)
        recorded = day + datetime.timedelta(days=late, minutes=minutes)
        return Event(kind, date, target, target_id, recorded, 0)

    def on(self, invoice: Invoice, kind: EventKind, date: datetime.date) -> Event:
        """An event on an invoice."""
        return self.event(kind, date, "invoice", invoice.id)

    def pay(self, invoice: Invoice, date: datetime.date, amount: Money) -> str:
        """Note a payment, on its document if it is an instalment; the payment's id."""
        self.payments += 1
        name = f"P-{self.payments:06}"
        target: tuple[TargetKind, str] = ("invoice", invoice.id)
        if invoice.document is not None:
            target = ("document", invoice.document)
        made = self.event("payment", workday(date), *target)
        self.events.append(replace(made, id=name, amount=amount))
        return name


def history(
    chance: Chance, debtors: Mapping[str, Debtor], invoices: Iterable[Invoice], today: datetime.date
) -> tuple[Event, ...]:
    """Everything that happened and was entered by the evening of a day, by `Event.order`."""
    book = _Book(chance)
    for invoice in invoices:
        _invoice(book, debtors[invoice.customer], invoice)
    for debtor in debtors.values():
        _customer(book, debtor.customer, today)
    evening = datetime.datetime.combine(today, datetime.time(23, 59), datetime.UTC)
    known = [each for each in book.events if each.date <= today and each.recorded <= evening]
    payments = {each.id for each in known if each.kind == "payment"}
    kept = [each for each in known if each.kind != "reversal" or each.value in payments]
    # A file grows from day to day: its rows stand in the order in which they were entered.
    kept.sort(key=lambda each: (each.recorded, each.target_id, each.kind))
    numbered = [replace(each, row=row) for row, each in enumerate(kept, start=1)]
    return tuple(sorted(numbered, key=lambda each: each.order))


_DELAY = {
    "prompt": (2.0, 0.9),
    "slow": (10.0, 0.6),
    "late": (30.0, 0.5),
    "troubled": (45.0, 0.6),
    "lost": (60.0, 0.6),
}
"""Median of the days from due date to payment, and how widely they spread."""
_WEEKS = 15
"""Who is so many days late may have promised something."""
_NEVER = {"late": 3.0, "troubled": 22.0, "lost": 75.0}
"""Of how many invoices in a hundred nothing is ever paid."""


def _invoice(book: _Book, debtor: Debtor, invoice: Invoice) -> None:
    """What happens to one invoice."""
    method = debtor.customer.facts.get("payment_method")
    due = invoice.due
    if book.chance.happens(1.5):
        told = due + book.chance.between(-5, 10)
        due += book.chance.between(14, 30)
        moved = book.on(invoice, "due_changed", max(told, invoice.issued))
        book.events.append(replace(moved, value=due))
    if book.chance.happens(0.3):
        excluded = book.on(invoice, "exclude", due + book.chance.between(1, 15))
        book.events.append(replace(excluded, reason="settled in another way"))
    elif method == "card":
        _by_card(book, debtor, invoice)
    elif method == "direct_debit":
        _by_direct_debit(book, debtor, invoice, due)
    elif book.chance.happens(3.5):
        _disputed(book, invoice, due)
    elif not book.chance.happens(_NEVER.get(debtor.manner, 0.2)):
        _by_transfer(book, debtor, invoice, due)


def _by_transfer(book: _Book, debtor: Debtor, invoice: Invoice, due: datetime.date) -> None:
    """Pay some time around the due date, at once or in parts, perhaps after a promise."""
    early = debtor.manner == "prompt" and book.chance.happens(55)
    delay = -book.chance.between(0, 9) if early else book.chance.days(*_DELAY[debtor.manner])
    if book.chance.happens(6):
        delay += book.chance.between(10, 45)  # forgotten, or lost in the post
    date = max(due + delay, invoice.issued)
    if delay.days > _WEEKS and book.chance.happens(45):
        _promise(book, invoice, due, date)
    parts = 1
    if debtor.manner in ("late", "troubled", "lost") and book.chance.happens(20):
        parts = book.chance.choice((2, 2, 3))
    left = invoice.amount.minor
    for part in range(parts, 0, -1):
        amount = left if part == 1 else max(1, left // part)
        if part == 1 and parts > 1 and book.chance.happens(25):
            return  # the last part never comes
        book.pay(invoice, date, Money(amount, invoice.amount.currency))
        left -= amount
        date += book.chance.between(10, 30)
    if book.chance.happens(0.4):
        book.pay(invoice, date, invoice.amount)  # paid twice


def _promise(book: _Book, invoice: Invoice, due: datetime.date, paid: datetime.date) -> None:
    """Promise the whole amount by about the day on which it is paid; some are too hopeful."""
    made = due + book.chance.between(5, 15)
    until = (
        paid + book.chance.between(0, 4)
        if book.chance.happens(60)
        else paid - book.chance.between(3, 12)
    )
    if made <= min(until, paid):
        promised = book.on(invoice, "promise", made)
        book.events.append(replace(promised, amount=invoice.amount, until=until))


def _disputed(book: _Book, invoice: Invoice, due: datetime.date) -> None:
    """Object to an invoice; it ends in a credit, a payment or both, or is still open."""
    begun = max(invoice.issued, due + book.chance.between(-8, 12))
    book.events.append(book.on(invoice, "dispute", begun))
    if book.chance.happens(12):
        return
    ended = workday(begun + book.chance.days(24, 0.5) + datetime.timedelta(days=2))
    book.events.append(book.on(invoice, "dispute_resolved", ended))
    rest = invoice.amount.minor
    if book.chance.happens(55):
        share = book.chance.choice((10, 20, 25, 50, 100))
        credited = max(1, rest * share // 100)
        credit = book.on(invoice, "credit", ended)
        amount = Money(credited, invoice.amount.currency)
        book.events.append(replace(credit, amount=amount, reason="complaint accepted"))
        rest -= credited
    if rest > 0 and book.chance.happens(90):
        book.pay(invoice, ended + book.chance.days(8, 0.8), Money(rest, invoice.amount.currency))


def _by_direct_debit(book: _Book, debtor: Debtor, invoice: Invoice, due: datetime.date) -> None:
    """Collect on the due date; now and then the bank takes it back."""
    name = book.pay(invoice, due, invoice.amount)
    if not book.chance.happens(3 if debtor.manner == "prompt" else 12):
        return
    bounced = workday(due) + book.chance.between(2, 6)
    paid = book.events[-1]
    taken_back = book.event("reversal", workday(bounced), paid.target, paid.target_id)
    book.events.append(replace(taken_back, value=name))
    if not book.chance.happens(_NEVER.get(debtor.manner, 5.0)):
        book.pay(invoice, bounced + book.chance.days(12, 0.7), invoice.amount)


def _by_card(book: _Book, debtor: Debtor, invoice: Invoice) -> None:
    """Charge a subscription; a charge that fails is tried again for some days."""
    if not book.chance.happens(5 if debtor.manner == "prompt" else 12):
        book.pay(invoice, invoice.due, invoice.amount)
        return
    customer = debtor.customer.id
    trying = book.event("fact", invoice.due, "customer", customer)
    ended = invoice.due + book.chance.between(2, 4)
    done = book.event("fact", ended, "customer", customer)
    book.events.append(replace(trying, name="retry_running", value=True))
    book.events.append(replace(done, name="retry_running", value=False))
    if book.chance.happens(60):
        book.pay(invoice, ended, invoice.amount)
    elif book.chance.happens(75):
        book.pay(invoice, ended + book.chance.days(9, 0.6), invoice.amount)
    if book.chance.happens(3):
        book.events.append(book.on(invoice, "dispute", ended + book.chance.between(20, 40)))


def _customer(book: _Book, customer: Customer, today: datetime.date) -> None:
    """What concerns all of a customer's invoices."""
    day = today - book.chance.between(5, 300)
    by_invoice = customer.facts.get("country") == "CH" and customer.id[-1] in "13579"
    if by_invoice and customer.facts.get("payment_method") != "card":
        # They were customers before there was a policy for Switzerland, and stay with the German.
        assigned = book.event(
            "assign", today - datetime.timedelta(days=390), "customer", customer.id
        )
        book.events.append(replace(assigned, policy="de_standard"))
    if book.chance.happens(2):
        until = day + book.chance.between(20, 90) if book.chance.happens(50) else None
        reason = book.chance.choice(("insolvency proceedings", "in mediation", "agreed with sales"))
        excluded = book.event("exclude", day, "customer", customer.id)
        book.events.append(replace(excluded, reason=reason, until=until))
        if until is None and book.chance.happens(30):
            ended = day + book.chance.between(30, 120)
            book.events.append(book.event("exclude_ended", ended, "customer", customer.id))
    if book.chance.happens(4):
        rated = book.event("fact", day, "customer", customer.id)
        risk = book.chance.choice(("low", "medium", "high"))
        book.events.append(replace(rated, name="risk", value=risk))
    if book.chance.happens(1.5):
        bonus = book.event("credit", day, "customer", customer.id)
        revenue = customer.facts["revenue_12m"]
        if isinstance(revenue, Money):
            amount = Money(max(100, revenue.minor // 200), revenue.currency)
            book.events.append(replace(bonus, amount=amount, reason="yearly bonus"))
