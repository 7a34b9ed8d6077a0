"""The exposure report: where open amounts stand, what holds them, and what comes next."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from heapq import nsmallest
from typing import TYPE_CHECKING, NamedTuple

from engine.core.account import AccountWalk, rule_against
from engine.services.decisions import decisions_for
from engine.services.reports.groups import keys_of
from engine.services.reports.owed import owed_on

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from engine.core.debtor import Debtor
    from engine.core.decision import Decision, Outcome
    from engine.services.reports.groups import By, Key
    from engine.services.reports.owed import Item, Owed

USUAL: tuple[By, ...] = ("policy", "stage")
COVERED = "unapplied payments and credits cover it"
"""Why the account of an open item is settled."""
WINDOWS = (0, 7, 30)
"""What comes next is told for today, and for so many days from today on."""


class State(NamedTuple):
    """How an item stands."""

    outcome: Outcome
    reason: str | None
    """The text of the rule for excluded and held; why for undecided and no_policy."""


class Coming(NamedTuple):
    """The next stage of an item."""

    within: int | None
    """One of the windows; None: later than the last."""
    policy: str
    stage: str


@dataclass(slots=True)
class Amount:
    """Open items of one currency; the amount in minor units."""

    items: int = 0
    customers: int = 0
    amount: int = 0


class Debt(NamedTuple):
    """What one customer owes in a currency. In order, the largest debt comes first."""

    minus: int
    """The amount below zero, so that the natural order is the one wanted."""
    customer: str
    items: int
    name: str | None

    @property
    def amount(self) -> int:
        """In minor units."""
        return -self.minus


@dataclass(slots=True)
class Exposed:
    """Everything that is open in one currency."""

    total: Amount = field(default_factory=Amount)
    unapplied: int = 0
    charges: int = 0
    disputed: int = 0
    states: dict[State, Amount] = field(default_factory=dict)
    """Each item is in one of them."""
    groups: dict[Key, Amount] = field(default_factory=dict)
    """Each item is in one of them."""
    coming: dict[Coming, Amount] = field(default_factory=dict)
    """Items that have a next stage and that nothing holds."""
    debts: list[Debt] = field(default_factory=list)
    """One for each customer who owes something."""

    def largest(self, count: int) -> list[Debt]:
        """The largest debts, the largest first."""
        return nsmallest(count, self.debts)


@dataclass(slots=True)
class Exposure:
    """What is open, by currency."""

    by: tuple[By, ...] = USUAL
    currencies: dict[str, Exposed] = field(default_factory=dict)

    def add(self, owed: Owed) -> None:
        """Count what a debtor owes."""
        keys, answers = keys_of(owed, self.by), standings(owed)
        mine: dict[str, Amount] = {}
        counted: set[int] = set()
        for item in owed.items:
            found = self._of(item.invoice.currency)
            state, coming = answers[item.invoice.case]
            key = keys[item.invoice.case]
            amounts = [
                found.total,
                found.states.setdefault(state, Amount()),
                found.groups.setdefault(key, Amount()),
                mine.setdefault(item.invoice.currency, Amount()),
            ]
            if coming is not None:
                amounts.append(found.coming.setdefault(coming, Amount()))
            for amount in amounts:
                amount.items += 1
                amount.amount += item.facts.open
                if id(amount) not in counted:
                    counted.add(id(amount))
                    amount.customers += 1
            if item.facts.disputed:
                found.disputed += item.facts.open
        for currency, debt in mine.items():
            debts = self._of(currency).debts
            debts.append(Debt(-debt.amount, owed.debtor.name, debt.items, owed.name))
        for currency, minor in owed.unapplied.items():
            self._of(currency).unapplied += minor
        for currency, minor in owed.charges.items():
            self._of(currency).charges += minor

    def _of(self, currency: str) -> Exposed:
        return self.currencies.setdefault(currency, Exposed())


def exposure(debtors: Iterable[Debtor], on: datetime.date, by: Sequence[By] = USUAL) -> Exposure:
    """Where all that is open on a day stands, of debtors that are caught up."""
    found = Exposure(tuple(by))
    for debtor in debtors:
        found.add(owed_on(debtor, on))
    return found


def standings(owed: Owed) -> dict[str, tuple[State, Coming | None]]:
    """How each item stands and what comes next, by invoice."""
    day = owed.on.toordinal()
    alone = {item.invoice.case: _apart(item, day) for item in owed.items}
    asked = {i.case.case: i.case for i in owed.items if alone[i.invoice.case] is None}
    decisions = decisions_for(owed.debtor, list(asked.values()), owed.on) if asked else {}
    found: dict[str, tuple[State, Coming | None]] = {}
    for item in owed.items:
        state = alone[item.invoice.case]
        found[item.invoice.case] = (
            _standing(decisions, item, owed.on) if state is None else (state, None)
        )
    return found


def _apart(item: Item, day: int) -> State | None:
    """How an item stands that its account does not answer for; None if it is answered for."""
    if not isinstance(item.case, AccountWalk):
        return None
    try:
        rule = rule_against(item.case, item.invoice, day)
    except Exception:  # noqa: BLE001 - one case never stops the others; the account says what is wrong
        return None
    if rule is not None:
        excludes, text = rule[0], rule[1].text
        return State("excluded" if excludes else "held", text)
    return State("not_due", None) if item.days_overdue == 0 else None


def _standing(
    decisions: Mapping[str, Decision], item: Item, on: datetime.date
) -> tuple[State, Coming | None]:
    decision = decisions[item.case.case]
    reason = COVERED if decision.outcome == "settled" else decision.reason
    return State(decision.outcome, reason), _coming(decision, on)


def _coming(decision: Decision, on: datetime.date) -> Coming | None:
    policy, following = decision.policy or "", decision.next
    if decision.outcome == "act":
        return Coming(0, policy, decision.stage or "")
    if decision.outcome not in {"waiting", "not_due"} or following is None:
        return None
    days = (following.due - on).days
    within = next((each for each in WINDOWS if days <= each), None)
    return Coming(within, policy, following.stage)
