"""The ledger by customer: made once, so that folding one customer does not search for theirs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from engine.core.model import Event, Invoice, Ledger


@dataclass(frozen=True, slots=True)
class LedgerIndex:
    """A ledger with its invoices and events by customer. A customer without any has no entry."""

    ledger: Ledger
    invoices: Mapping[str, Sequence[Invoice]]
    """By customer, in the order of the ledger."""
    events: Mapping[str, Sequence[Event]]
    """By customer, by `Event.order`: on the customer, their documents and their invoices."""


def index_ledger(ledger: Ledger) -> LedgerIndex:
    """The index of a ledger. An event on something that the ledger does not hold is left out."""
    invoices: dict[str, list[Invoice]] = {}
    owner_of_document: dict[str, str] = {}
    for invoice in ledger.invoices.values():
        invoices.setdefault(invoice.customer, []).append(invoice)
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
        else:
            customer = event.target_id
        if customer is not None:
            events.setdefault(customer, []).append(event)
    return LedgerIndex(ledger, invoices, events)
