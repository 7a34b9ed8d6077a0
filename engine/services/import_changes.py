"""What became of a customer or an invoice that comes in once more: the same, or changed.

It is compared with what it came in as the last time. What events of other files said meanwhile
stays as it is, so that importing the same files again changes nothing.
"""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any

from engine.core.model import Event
from engine.core.money import Money

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Row

    from engine.core.model import Invoice, TargetKind
    from engine.io.sheets import Sheet

_OTHER = "L106"
"""The same id for something else."""


def changed_customer(
    sheet: Sheet,
    stored: Row[Any],
    changes: Sequence[Row[Any]],
    facts: Mapping[str, str],
    at: datetime.datetime,
) -> list[Event]:
    """The events that make a customer of the store what the row at hand says.

    A payer that is another one is reported: accounts and payments rest on it.
    """
    if sheet.has("payer") and (sheet.cell("payer") or None) != stored.payer:
        before = f"'{stored.payer}'" if stored.payer else "nobody else"
        sheet.complain(
            _OTHER,
            "payer",
            f"who pays for customer '{stored.id}' does not change; in the store it is {before}",
            "import them under a new id, and let new invoices name that",
        )
    return _changed_facts("customer", stored, changes, facts, at)


def changed_invoice(
    sheet: Sheet,
    stored: Row[Any],
    changes: Sequence[Row[Any]],
    invoice: Invoice,
    facts: Mapping[str, str],
    at: datetime.datetime,
) -> list[Event]:
    """The events that make an invoice of the store what the row at hand says.

    What an invoice came to, to whom and when does not change, which is reported.
    """
    was = f"of invoice '{stored.id}' does not change; in the store it is"
    if invoice.customer != stored.customer:
        hint = "take it back with an event of kind credit, and import it under a new id"
        sheet.complain(_OTHER, "customer", f"the customer {was} '{stored.customer}'", hint)
    if invoice.issued != stored.issued:
        hint = "a moved due date is taken; for anything else write a new invoice"
        sheet.complain(_OTHER, "issued", f"the invoice date {was} {stored.issued}", hint)
    if invoice.amount.currency != stored.currency:
        hint = "take it back with an event of kind credit, and import it under a new id"
        sheet.complain(_OTHER, "currency", f"the currency {was} {stored.currency}", hint)
    elif invoice.amount.minor != stored.amount:
        money = Money(stored.amount, stored.currency)
        hint = "lower it with an event of kind credit, or write a new invoice for the rest"
        sheet.complain(_OTHER, "amount", f"the amount {was} {money}", hint)
    if sheet.has("document") and invoice.document != stored.document:
        before = f"'{stored.document}'" if stored.document else "empty"
        sheet.complain(_OTHER, "document", f"the document {was} {before}", "write that")
    if sheet.has("recorded") and invoice.recorded != stored.recorded:
        before = stored.recorded.isoformat() if stored.recorded else "empty"
        sheet.complain(_OTHER, "recorded", f"the recorded time {was} {before}", "write that")
    due = stored.due
    for change in changes:
        if change.kind == "due_changed":
            due = datetime.date.fromisoformat(change.value)
    events = _changed_facts("invoice", stored, changes, facts, at)
    if invoice.due != due:
        day = at.date()
        moved = Event("due_changed", day, "invoice", stored.id, at, 0, value=invoice.due)
        events.insert(0, moved)
    return events


def _changed_facts(
    target: TargetKind,
    stored: Row[Any],
    changes: Sequence[Row[Any]],
    facts: Mapping[str, str],
    at: datetime.datetime,
) -> list[Event]:
    """Events for the facts that differ; a fact without a column stays as it is."""
    before = dict(stored.facts)
    for change in changes:
        if change.kind == "fact":
            before[change.name] = change.value
    return [
        Event("fact", at.date(), target, stored.id, at, 0, name=name, value=text or None)
        for name, text in facts.items()
        if (text or None) != before.get(name)
    ]
