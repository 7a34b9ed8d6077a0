"""What a debtor owes on a day: open items, money that no invoice has taken, unpaid charges.

Everything is told per invoice, so that every report adds up to the same: an invoice that is dunned
as a part of an account is an item of its own, and stands where its account stands.
"""

from __future__ import annotations

import datetime
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.core.account import account_of
from engine.core.debtor import is_in_account
from engine.core.ledger_index import account_of as account_named
from engine.core.policies import PolicyVersion
from engine.core.timeline import facts_on, unapplied
from engine.services.charges import booked

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engine.core.case import CaseFacts
    from engine.core.debtor import Debtor
    from engine.core.fold import CustomerHistory
    from engine.core.model import Value
    from engine.core.walk import InvoiceWalk, Walk


@dataclass(frozen=True, slots=True)
class Item:
    """An invoice of which something is owed."""

    invoice: InvoiceWalk
    case: Walk
    """What is dunned: the invoice itself, or the account that it is a part of."""
    facts: CaseFacts
    """Of the invoice, on the day."""
    days_overdue: int
    """0 on the due date and before."""


@dataclass(frozen=True, slots=True)
class Owed:
    """What a debtor owes on a day."""

    debtor: Debtor
    on: datetime.date
    items: tuple[Item, ...]
    """In the order of the ledger."""
    unapplied: Mapping[str, int]
    """By currency, in minor units: payments and credits that no invoice has taken."""
    charges: Mapping[str, int]
    """By currency, in minor units: fees and claimed interest that are neither paid nor waived."""
    facts: Mapping[str, Value]
    """Of the debtor, by bare name."""

    @property
    def name(self) -> str | None:
        """What the debtor is called, where the ledger says so."""
        name = self.facts.get("name")
        return None if name is None else str(name)


def owed_on(debtor: Debtor, on: datetime.date) -> Owed:
    """What a debtor owes at the end of a day up to which they are caught up."""
    day = on.toordinal()
    there = [walk for walk in debtor.invoices.values() if walk.known_from <= day]
    items = []
    for walk in there:
        facts = walk.facts(day)
        if facts.open > 0:
            items.append(Item(walk, _case_of(debtor, walk, day), facts, max(0, day - facts.due)))
    history, told = booked(debtor), facts_of(debtor, day)
    unpaid = _charges(debtor, history, day)
    return Owed(debtor, on, tuple(items), _unapplied(debtor, history, day), unpaid, told)


def facts_of(debtor: Debtor, day: int) -> Mapping[str, Value]:
    """What is known of a debtor on a day, by bare name."""
    return next((walk.facts(day).customer_facts for walk in debtor.invoices.values()), {})


def _case_of(debtor: Debtor, walk: InvoiceWalk, day: int) -> Walk:
    """What is dunned for an invoice."""
    with suppress(Exception):  # one debtor never stops the others; decisions say what is wrong
        version = walk.version(day)
        if isinstance(version, PolicyVersion) and is_in_account(walk, day):
            return debtor.accounts[account_of(walk, version, day) or ""]
    return walk


def _unapplied(debtor: Debtor, history: CustomerHistory, day: int) -> dict[str, int]:
    found: Counter[str] = Counter()
    for purse in history.unapplied:
        account = account_named(purse, (debtor.name,))
        currency = purse if account is None else account.currency
        found[currency] += unapplied(history, purse, day)
    return +found


def _charges(debtor: Debtor, history: CustomerHistory, day: int) -> dict[str, int]:
    found: Counter[str] = Counter()
    for timeline in history.timelines:
        if timeline.known_from <= day:
            found[timeline.currency] += facts_on(timeline, day).charges
    for account in debtor.accounts.values():
        if account.known_from <= day and account.moves:
            with suppress(Exception):  # as above
                found[account.currency] += account.facts(day).charges
    return +found
