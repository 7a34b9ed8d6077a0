"""Payments, credits and reversals: what they do to open amounts, unapplied money and promises."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from engine.core.working import Item, Part, Promise, Receipt, Scope

if TYPE_CHECKING:
    from collections.abc import Iterable

    from engine.core.model import Event


@dataclass(slots=True)
class Cash:
    """The money of one customer while their events are folded."""

    unapplied: dict[str, int] = field(default_factory=dict)
    """Minor units by currency that no invoice has taken."""
    receipts: dict[str, Receipt] = field(default_factory=dict)
    """By event id, those that a reversal can name."""
    today: list[Receipt] = field(default_factory=list)
    """Those of the day that is being folded."""
    waiting: dict[str, list[Event]] = field(default_factory=dict)
    """Reversals that stand before their payment on the same day, by its id."""
    touched: set[Item] = field(default_factory=set)
    """Invoices for which something is different since the day began."""


def post(cash: Cash, event: Event, scopes: tuple[Scope, ...], items: Iterable[Item]) -> None:
    """Apply a payment or credit to the invoices in this order; the rest stays unapplied."""
    if event.amount is None:
        return
    receipt = Receipt(event, event.date.toordinal(), event.amount.currency, scopes)
    left = event.amount.minor
    for item in items:
        taken = min(left, item.open)
        if taken > 0:
            receipt.parts.append(Part(item, taken))
            left -= taken
    if left > 0:
        receipt.parts.append(Part(None, left))
    for part in receipt.parts:
        _move(cash, receipt, part.item, part.amount)
    cash.today.append(receipt)
    if event.id is not None:
        cash.receipts[event.id] = receipt
        for reversal in cash.waiting.pop(event.id, ()):
            take_back(cash, reversal)


def take_back(cash: Cash, event: Event) -> None:
    """Undo a payment or credit, or a part of it, in the reverse order of its application.

    One that is not known is waited for: a reversal may be recorded before what it takes back.
    """
    name = str(event.value)
    receipt = cash.receipts.get(name)
    if receipt is None:
        cash.waiting.setdefault(name, []).append(event)
        return
    left = sum(part.amount for part in receipt.parts)
    if event.amount is not None:
        left = min(left, event.amount.minor)
    while left > 0:
        part = receipt.parts[-1]
        undone = min(left, part.amount)
        _move(cash, receipt, part.item, -undone)
        part.amount -= undone
        left -= undone
        if part.amount == 0:
            receipt.parts.pop()


def promise(cash: Cash, event: Event, scope: Scope, serial: int) -> None:
    """Remember a promise; what was paid earlier on its own day counts for it."""
    if event.amount is None or event.until is None:
        return
    currency = event.amount.currency
    made = Promise(serial, event.date.toordinal(), event.until.toordinal(), event.amount.minor)
    for receipt in cash.today:
        if receipt.event.kind == "payment" and receipt.currency == currency:
            made.received += sum(
                part.amount
                for part in receipt.parts
                if scope in receipt.scopes or (part.item is not None and part.item.own is scope)
            )
    scope.promises[currency] = made
    cash.touched.update(scope.items)


def _move(cash: Cash, receipt: Receipt, item: Item | None, amount: int) -> None:
    """Let so much more (below zero: less) of a receipt stand on an invoice, or unapplied."""
    if item is None:
        cash.unapplied[receipt.currency] = cash.unapplied.get(receipt.currency, 0) + amount
    else:
        item.open -= amount
        cash.touched.add(item)
    if receipt.event.kind != "payment":
        return
    for scope in receipt.scopes:
        _count(cash, receipt, scope, amount)
    if item is not None and item.own not in receipt.scopes:
        _count(cash, receipt, item.own, amount)


def _count(cash: Cash, receipt: Receipt, scope: Scope, amount: int) -> None:
    """Let a payment count for the promise of a scope, if it lies between its day and its date."""
    made = scope.promises.get(receipt.currency)
    if made is not None and made.since <= receipt.day <= made.until:
        before = made.kept
        made.received += amount
        if made.kept != before:
            cash.touched.update(scope.items)
