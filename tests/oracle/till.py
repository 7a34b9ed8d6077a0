"""Where money went: what payments and credits lowered, and which charges are outstanding."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

from tests.oracle.executed import USUAL, PaymentTerms
from tests.oracle.facts import concerns_invoice

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.core.model import Event, Invoice
    from tests.oracle.facts import Book


@dataclass(frozen=True)
class Part:
    """What of a payment or credit went where."""

    event: Event
    invoice: str | None
    """None: to no invoice in particular."""
    minor: int
    to: Literal["open", "charges", "nothing"]
    """What of the invoice it lowered; an overpayment nothing."""


@dataclass
class Till:
    """All money at one time."""

    book: Book
    due: dict[str, datetime.date]
    parts: list[Part] = field(default_factory=list)
    lowered: dict[str, int] = field(default_factory=dict)
    """By how much the open amount of each invoice is lowered."""
    charges: dict[str, int] = field(default_factory=dict)
    """Outstanding, by case; never below 0."""
    terms: dict[str, PaymentTerms] = field(default_factory=dict)
    """Of the newest posting of each case."""

    def copy(self) -> Till:
        """A till that can be changed without this one changing."""
        return Till(
            self.book,
            dict(self.due),
            list(self.parts),
            dict(self.lowered),
            dict(self.charges),
            dict(self.terms),
        )

    def open(self, invoice: Invoice) -> int:
        """What is still owed of an invoice, in minor units."""
        return invoice.amount.minor - self.lowered.get(invoice.id, 0)

    def terms_of(self, case: str) -> PaymentTerms:
        """Law: The terms of the newest posting are the case's; before the first the usual."""
        return self.terms.get(case, USUAL)

    def unapplied(self, currency: str) -> int:
        """Money of the debtor that no invoice took, without what came in for an account."""
        return self.left(currency, lambda event: event.target != "case")

    def on_account(self, account: str, currency: str) -> int:
        """Payments and credits on an account as such."""
        return self.left(
            currency, lambda event: event.target == "case" and event.target_id == account
        )

    def left(self, currency: str, counts: Callable[[Event], bool]) -> int:
        """The parts that lowered nothing, of the events that count."""
        return sum(
            part.minor
            for part in self.parts
            if part.to == "nothing"
            and part.event.amount is not None
            and part.event.amount.currency == currency
            and counts(part.event)
        )

    # ----------------------------------------------------------------- what happens to it

    def post(self, case: str, amount: int, terms: PaymentTerms) -> None:
        """Charges are made, or taken back with a stage: "never below 0 outstanding"."""
        self.charges[case] = max(0, self.charges.get(case, 0) + amount)
        self.terms[case] = terms

    def take(self, event: Event) -> None:
        """One event of the ledger."""
        match event.kind:
            case "due_changed":
                for invoice in self.book.invoices:
                    if concerns_invoice(event, invoice):
                        assert isinstance(event.value, datetime.date)
                        self.due[invoice.id] = event.value
            case "payment" | "credit":
                self.apply(event)
            case "reversal":
                self.take_back(event)
            case "charge_paid" | "charge_waived":
                self.lower_charges(event)
            case _:
                pass

    def apply(self, event: Event) -> None:
        """Law: A payment on a document settles the oldest instalment first.

        First pass: of each the open amount, and before it outstanding charges "where its terms
        say so"; second pass: the charges that are left. "A credit lowers the open amount, never
        charges." "An overpayment stays an unapplied credit of the customer."
        """
        assert event.amount is not None
        left, currency = event.amount
        targets = [
            invoice
            for invoice in self.book.invoices
            if concerns_invoice(event, invoice) and invoice.amount.currency == currency
        ]
        targets.sort(key=lambda invoice: (self.due[invoice.id], invoice.issued, invoice.id))
        pays = event.kind == "payment"
        for invoice in targets:
            if pays and self.terms_of(invoice.id).charges_first:
                left = self.pay_charges(event, invoice, left)
            part = min(left, self.open(invoice))
            self.parts.append(Part(event, invoice.id, part, "open"))
            self.lowered[invoice.id] = self.lowered.get(invoice.id, 0) + part
            left -= part
        for invoice in targets if pays else ():
            left = self.pay_charges(event, invoice, left)
        payee = event.target_id if event.target == "invoice" else None
        self.parts.append(Part(event, payee, left, "nothing"))

    def pay_charges(self, event: Event, invoice: Invoice, left: int) -> int:
        """Pay outstanding charges of an invoice; what is left then."""
        part = min(left, self.charges.get(invoice.id, 0))
        if part:
            self.parts.append(Part(event, invoice.id, part, "charges"))
            self.charges[invoice.id] -= part
        return left - part

    def take_back(self, reversal: Event) -> None:
        """Law: A reversal undoes a payment in the reverse order of its application."""
        undone = [n for n, part in enumerate(self.parts) if part.event.id == reversal.value]
        left = sum(self.parts[n].minor for n in undone)
        if reversal.amount is not None:
            left = min(left, reversal.amount.minor)
        for number in reversed(undone):
            part = self.parts[number]
            back = min(part.minor, left)
            left -= back
            self.parts[number] = replace(part, minor=part.minor - back)
            if part.to == "open" and part.invoice is not None:
                self.lowered[part.invoice] -= back
            if part.to == "charges" and part.invoice is not None:
                self.charges[part.invoice] += back

    def lower_charges(self, event: Event) -> None:
        """Law: What is more than outstanding does nothing.

        On a document: its instalments' charges, oldest first.
        """
        assert event.amount is not None
        left = event.amount.minor
        invoices = [i for i in self.book.invoices if concerns_invoice(event, i)]
        invoices.sort(key=lambda invoice: (self.due[invoice.id], invoice.issued, invoice.id))
        cases = [i.id for i in invoices if i.amount.currency == event.amount.currency]
        if event.target == "case":
            cases = [event.target_id]
        for case in cases:
            part = min(left, self.charges.get(case, 0))
            self.charges[case] = self.charges.get(case, 0) - part
            left -= part


def promise(made: Event | None, day: datetime.date, till: Till) -> str:
    """none, pending, kept or broken.

    "Pending until the promised date has passed; broken when it passed and less than the promised
    amount came in." "A promise on an invoice is kept by that invoice's payments from its day to
    its date, one on a customer by any of theirs." "A credit does not keep a promise." A payment
    in another currency does not either: "amounts in different currencies are never added up".
    """
    if made is None:
        return "none"
    assert made.until is not None
    assert made.amount is not None
    if day <= made.until:
        return "pending"
    came_in = sum(
        part.minor
        for part in till.parts
        if part.event.kind == "payment"
        and part.event.amount is not None
        and part.event.amount.currency == made.amount.currency
        and made.date <= part.event.date <= made.until
        and keeps(part, made, till.book)
    )
    return "kept" if came_in >= made.amount.minor else "broken"


def keeps(part: Part, made: Event, book: Book) -> bool:
    """Whether a part of a payment belongs to what was promised for.

    A promise of the debtor is kept by whatever comes in from him; one on an account too, but not
    by what is paid on another account.
    """
    payment = part.event
    if made.target == "case" and payment.target == "case":
        return payment.target_id == made.target_id
    if made.target == "invoice":
        return part.invoice == made.target_id
    if made.target == "document":
        about = [i for i in book.invoices if i.document == made.target_id]
    elif made.target == "customer" and made.target_id != book.debtor.id:
        about = [i for i in book.invoices if i.customer == made.target_id]
    else:
        return True
    to_whom = (made.target, made.target_id) == (payment.target, payment.target_id)
    return to_whom or any(concerns_invoice(payment, invoice) for invoice in about)
