"""The ledger by debtor: made once, so that folding one debtor does not search for what is theirs.

The debtor of a customer is the last payer in their chain: the one whom dunning addresses.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from dunlang.currencies import MINOR_DIGITS

if TYPE_CHECKING:
    from collections.abc import Container, Mapping, Sequence

    from engine.core.model import Customer, Event, Invoice, Ledger


@dataclass(frozen=True, slots=True)
class LedgerIndex:
    """A ledger with its invoices and events by debtor. A debtor without any has no entry."""

    ledger: Ledger
    invoices: Mapping[str, Sequence[Invoice]]
    """By debtor, in the order of the ledger."""
    events: Mapping[str, Sequence[Event]]
    """By debtor, by `Event.order`: on the debtor, their accounts, those they pay for, and the
    documents and invoices of all of them."""
    payers: Mapping[str, str] = field(default_factory=dict)
    """The debtor of each customer who has a payer."""

    def debtor_of(self, customer: str) -> str:
        """Who is dunned for a customer: the last payer in their chain, or they themselves."""
        return self.payers.get(customer, customer)

    @property
    def debtors(self) -> list[str]:
        """Everybody who has to pay an invoice, in the order of the ledger's customers."""
        return [each for each in self.ledger.customers if each in self.invoices]


class AccountId(NamedTuple):
    """What the id of an account says."""

    debtor: str
    currency: str
    value: str | None
    """Of the fact that splits the debtor's accounts; None where it has no such part."""


def account_of(case: str, customers: Container[str]) -> AccountId | None:
    """The parts of an account's id, `DEBTOR:CURRENCY` or `DEBTOR:CURRENCY:VALUE`.

    None where it names no customer or no currency. An id that could be read in two ways, because
    a customer's id holds a colon, is the account of the customer with the longest id.
    """
    parts = case.split(":")
    for at in range(len(parts) - 1, 0, -1):
        debtor = ":".join(parts[:at])
        if parts[at] in MINOR_DIGITS and debtor in customers:
            value = ":".join(parts[at + 1 :])
            if value or at + 1 == len(parts):
                return AccountId(debtor, parts[at], value or None)
    return None


def index_ledger(ledger: Ledger) -> LedgerIndex:
    """The index of a ledger. An event on something that the ledger does not hold is left out."""
    payers = _payers(ledger.customers)
    invoices: dict[str, list[Invoice]] = {}
    owner_of_document: dict[str, str] = {}
    for invoice in ledger.invoices.values():
        invoices.setdefault(payers.get(invoice.customer, invoice.customer), []).append(invoice)
        if invoice.document is not None:
            owner_of_document[invoice.document] = invoice.customer
    events: dict[str, list[Event]] = {}
    for event in ledger.events:
        customer: str | None
        if event.target == "invoice":
            target = ledger.invoices.get(event.target_id)
            customer = None if target is None else target.customer
        elif event.target == "document":
            customer = owner_of_document.get(event.target_id)
        elif event.target == "case":
            account = account_of(event.target_id, ledger.customers)
            customer = None if account is None else account.debtor
        else:
            customer = event.target_id
        if customer is not None:
            events.setdefault(payers.get(customer, customer), []).append(event)
    return LedgerIndex(ledger, invoices, events, payers)


def _payers(customers: Mapping[str, Customer]) -> dict[str, str]:
    """The debtor of each customer who has a payer."""
    found: dict[str, str] = {}
    for customer in customers.values():
        if customer.payer is None:
            continue
        debtor = customer.payer
        while (after := customers[debtor].payer) is not None:
            debtor = found.get(debtor, after)
        found[customer.id] = debtor
    return found
