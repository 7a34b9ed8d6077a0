"""Payments, credits and reversals: what they do to debts, unapplied money and promises."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from engine.core.working import Item, Part, Promise, Receipt, Scope

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.core.model import Event
    from engine.core.working import Account


@dataclass(slots=True)
class Cash:
    """The money of one debtor while their events are folded."""

    unapplied: dict[str, int] = field(default_factory=dict)
    """Minor units that no invoice has taken: by currency, and by the account they are on."""
    receipts: dict[str, Receipt] = field(default_factory=dict)
    """By event id, those that a reversal can name."""
    day: int = 0
    """The day that is being folded."""
    credits: dict[str, list[tuple[int, int]]] = field(default_factory=dict)
    """As `unapplied`, of credits alone: how much came in or was given back on which day."""
    today: list[Receipt] = field(default_factory=list)
    """Those of the day that is being folded."""
    waiting: dict[str, list[Event]] = field(default_factory=dict)
    """Reversals that stand before their payment on the same day, by its id."""
    touched: set[Item | Account] = field(default_factory=set)
    """Invoices and accounts for which something is different since the day began."""

    def touch(self, scope: Scope) -> None:
        """Remember that something is different for all that a scope concerns."""
        self.touched.update(scope.items)
        self.touched.update(scope.accounts)


def post(cash: Cash, event: Event, scopes: tuple[Scope, ...], items: Sequence[Item]) -> None:
    """Apply a payment or credit to the invoices in this order; the rest stays unapplied."""
    if event.amount is None:
        return
    currency = event.amount.currency
    purse = event.target_id if event.target == "case" else currency
    receipt = Receipt(event, event.date.toordinal(), currency, purse, scopes)
    left = event.amount.minor
    for item, pays_charges in _debts(items, event):
        if left <= 0:
            break
        taken = min(left, item.charges if pays_charges else item.open)
        if taken > 0:
            _apply(cash, receipt, Part(item, taken, pays_charges))
            left -= taken
    if left > 0:
        _apply(cash, receipt, Part(None, left))
    cash.today.append(receipt)
    if event.id is not None:
        cash.receipts[event.id] = receipt
        for reversal in cash.waiting.pop(event.id, ()):
            take_back(cash, reversal)


def _debts(items: Sequence[Item], event: Event) -> Sequence[tuple[Item, bool]]:
    """What money settles, in order: an invoice, and whether it is its charges.

    A payment pays charges before the open amount where the terms say so, and the others when all
    else is paid. A credit lowers open amounts only.
    """
    charged = [item for item in items if item.charges > 0] if event.kind == "payment" else []
    if not charged:
        return [(item, False) for item in items]
    debts = []
    for item in items:
        if item.terms.charges_first:
            debts.append((item, True))
        debts.append((item, False))
    return [*debts, *((item, True) for item in charged)]


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
        _move(cash, receipt, part, -undone)
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
    cash.touch(scope)


def _apply(cash: Cash, receipt: Receipt, part: Part) -> None:
    receipt.parts.append(part)
    _move(cash, receipt, part, part.amount)


def _move(cash: Cash, receipt: Receipt, part: Part, amount: int) -> None:
    """Let so much more (below zero: less) of a receipt stand where this part of it stands."""
    item, is_credit = part.item, receipt.event.kind == "credit"
    if item is None:
        cash.unapplied[receipt.purse] = cash.unapplied.get(receipt.purse, 0) + amount
        if is_credit:
            cash.credits.setdefault(receipt.purse, []).append((cash.day, amount))
    else:
        if part.pays_charges:
            item.pay_charges(cash.day, "paid", amount)
        else:
            item.pay(cash.day, amount, is_credit=is_credit)
        cash.touched.add(item)
    if is_credit:
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
            cash.touch(scope)
