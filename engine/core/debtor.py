"""All cases of one debtor through time: invoices, accounts, and what was done for them.

What the ledger says was executed is put on record in order. Where a policy makes more count than
that (interest claimed when an invoice was paid, accounts that stepped down, charges that payments
settle), past days are gone through one by one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from engine.core.account import AccountWalk, account_of
from engine.core.case import FOREVER, NEVER, USUAL, Posting
from engine.core.place import Cancelled, Executed, Move, postings_of
from engine.core.policies import PolicySet, PolicyVersion
from engine.core.timeline import unapplied
from engine.core.walk import InvoiceWalk, Walk, bound_facts

if TYPE_CHECKING:
    from engine.core.case import CaseTimeline
    from engine.core.fold import CustomerHistory
    from engine.core.model import Event

Fold = Callable[[Sequence[Posting]], "CustomerHistory"]
"""What is known of the debtor, given what dunning put on record for their invoices."""


@dataclass(slots=True)
class Debtor:
    """The cases of a debtor. Make one with `history.debtor_of`."""

    name: str
    policies: PolicySet
    fold: Fold
    history: CustomerHistory
    posts: bool
    """Whether what is charged changes what is true of the invoices."""
    invoices: dict[str, InvoiceWalk] = field(default_factory=dict)
    """By id, in the order of the ledger."""
    accounts: dict[str, AccountWalk] = field(default_factory=dict)
    coming: list[tuple[Event, Walk]] = field(default_factory=list)
    """Stages of the ledger that are not yet on record, the next one last."""
    replayed: int = NEVER
    """The day up to which past days were gone through."""
    folded: dict[str, tuple[Posting, ...]] = field(default_factory=dict)
    """By case, the postings that are part of its history and that change it."""
    pending: set[str] = field(default_factory=set)
    """Cases for which something was put on record that is not yet part of the history."""
    pending_since: int = FOREVER
    """The first day on which that was."""
    failed: dict[tuple[str, int], str] = field(default_factory=dict)
    """Claims when paid that could not be worked out, by case and day: why."""

    @property
    def walks(self) -> list[Walk]:
        """All cases by id (code point), those that do not exist on some days too."""
        return sorted([*self.invoices.values(), *self.accounts.values()], key=_id)

    def cases_on(self, day: int) -> list[Walk]:
        """The cases that exist on a day, by id (code point)."""
        return [walk for walk in self.walks if is_case(walk, day)]

    def record(self, walk: Walk, made: Move, *, later: bool = False) -> None:
        """Put on record what was done for a case.

        `later`: nobody asks what it changes before `bring_up`, but what was true of other cases on
        that day, on which it changes nothing. So many can be put on record at the cost of one.
        """
        walk.move(made)
        if not isinstance(walk, InvoiceWalk):
            return
        if self.policies.features.stays:
            # Under which version an invoice stands decides whether it is in an account.
            for account in self.accounts.values():
                account.forget(made.day)
        if not self.posts or _effective(walk) == self.folded.get(walk.case, ()):
            return
        self.pending.add(walk.case)
        self.pending_since = min(self.pending_since, made.day)
        if not later or self.accounts:
            self.bring_up()

    def bring_up(self) -> None:
        """Let what was put on record change what is true of the debtor."""
        if self.pending:
            self._refold(self.pending_since)

    def notices(self, day: int) -> Iterator[tuple[Walk, Executed]]:
        """What was executed by a day for any case and not taken back, in no order."""
        for walk in (*self.invoices.values(), *self.accounts.values()):
            for each in walk.place(day).history if walk.moves else ():
                yield walk, each

    def last_notice(self, before: int) -> int:
        """The day of the newest notice to the debtor before a day; NEVER if there is none."""
        days = [e.day for _, e in self.notices(before) if e.is_notice and e.day < before]
        return max(days, default=NEVER)

    def unapplied(self, currency: str, day: int) -> int:
        """Payments and credits that no invoice had taken by the end of a day, in minor units."""
        return unapplied(self.history, currency, day)

    def next_money(self, currency: str, day: int) -> int:
        """The first day after one on which unapplied money is more or less; FOREVER if none is."""
        steps = self.history.unapplied.get(currency, ())
        return next((since for since, _ in steps if since > day), FOREVER)

    def money_of(self, account: AccountWalk, day: int) -> int:
        """What of the debtor's unapplied money lowers an account, in minor units.

        What was paid on the account itself, and a share of the rest: of several accounts the one
        whose oldest overdue invoice was due first comes first.
        """
        own = unapplied(self.history, account.case, day)
        left = self.unapplied(account.currency, day)
        mates = [a for a in self.accounts.values() if a.currency == account.currency]
        if not left or len(mates) == 1:
            return own + left
        sharing = [mate for mate in mates if mate.known_from <= day and mate.items(day).overdue]
        for mate in sorted(sharing, key=lambda mate: _turn(mate, day)):
            needed = mate.items(day).gross(day) - unapplied(self.history, mate.case, day)
            share = min(left, max(0, needed))
            if mate is account:
                return own + share
            left -= share
        return own

    def _refold(self, day: int) -> None:
        self.pending.clear()
        self.pending_since = FOREVER
        moved = (walk for walk in self.invoices.values() if walk.moves)
        self.folded = {walk.case: _effective(walk) for walk in moved}
        self.history = self.fold([each for of_case in self.folded.values() for each in of_case])
        timelines = self.history.timelines
        for timeline in timelines:
            self.invoices[timeline.case].timeline = timeline
        for walk in (*self.invoices.values(), *self.accounts.values()):
            walk.siblings = timelines
        for account in self.accounts.values():
            account.forget(day + 1)


def _effective(walk: Walk) -> tuple[Posting, ...]:
    """What was put on record for a case, by day, without what charges nothing and changes no terms.

    To fold the history of a debtor with thousands of cases anew takes a while.
    """
    found, terms = [], USUAL
    for posting in sorted(postings_of(walk.case, walk.moves), key=_day):
        if posting.amount or posting.terms != terms:
            found.append(posting)
            terms = posting.terms
    return tuple(found)


def _day(posting: Posting) -> int:
    return posting.day


def is_case(walk: Walk, day: int) -> bool:
    """Whether an invoice or an account is a case of its own on a day."""
    if walk.known_from > day:
        return False
    if isinstance(walk, AccountWalk):
        return walk.has_invoices(day)
    return not isinstance(walk, InvoiceWalk) or not is_in_account(walk, day)


def is_in_account(walk: InvoiceWalk, day: int) -> bool:
    """Whether an invoice is dunned as a part of an account on a day."""
    if not walk.policies.features.accounts:
        return False
    version = walk.version(day)
    return isinstance(version, PolicyVersion) and version.plan.unit == "account"


def blank_debtor(name: str, fold: Fold, policies: PolicySet, before: int) -> Debtor:
    """The cases of a debtor, nothing on record yet; the ledger's stages before a day are coming."""
    history = fold(())
    if len(policies.versions) > 1:  # of one policy, asking would cost as much as it saves
        policies = policies.only(_concerned(history, policies))
    features = policies.features
    shares = features.joins_letters or features.accounts
    posts = features.posts or (shares and any(history.unapplied.values()))
    found = Debtor(name, policies, fold, history, posts)
    for timeline in history.timelines:
        found.invoices[timeline.case] = _invoice(found, timeline)
    if features.accounts or features.couples:
        _add_accounts(found)
    events: list[tuple[Event, Walk]] = [
        (event, found.invoices[timeline.case])
        for timeline in history.timelines
        for event in timeline.stages
    ]
    events += [
        (event, account)
        for account in found.accounts.values()
        for event in history.account_events.get(account.case, ())
        if event.kind in {"stage", "stage_cancelled"}
    ]
    events = [each for each in events if each[0].date.toordinal() < before]
    events.sort(key=lambda each: each[0].order, reverse=True)
    found.coming = events
    return found


def _concerned(history: CustomerHistory, policies: PolicySet) -> frozenset[str]:
    """The policies that may cover an invoice of a debtor on some day.

    The others cannot be told from policies that do not exist, and cost nothing.
    """
    found: set[str] = set()
    for timeline in history.timelines:
        found.update(span.assigned for span in timeline.spans if span.assigned is not None)
        found.update(event.policy for event in timeline.stages if event.policy is not None)
        for name, versions in policies.versions.items():
            if name not in found and any(_may_cover(version, timeline) for version in versions):
                found.add(name)
    events = (event for each in history.account_events.values() for event in each)
    found.update(event.policy for event in events if event.policy is not None)
    return frozenset(found & policies.versions.keys())


def _may_cover(version: PolicyVersion, timeline: CaseTimeline) -> bool:
    if timeline.currency not in version.plan.currencies:
        return False
    evaluator = version.evaluator(timeline.currency)
    if not evaluator.is_static:
        return True
    return any(
        evaluator.applies(span, bound_facts(version, timeline, span), span.since)
        for span in timeline.spans
    )


def _invoice(debtor: Debtor, timeline: CaseTimeline) -> InvoiceWalk:
    return InvoiceWalk(
        case=timeline.case,
        customer=timeline.customer,
        currency=timeline.currency,
        known_from=timeline.known_from,
        siblings=debtor.history.timelines,
        policies=debtor.policies,
        timeline=timeline,
    )


def _add_accounts(debtor: Debtor) -> None:
    """Every account that an invoice of the debtor may belong to on some day."""
    plans = [v for versions in debtor.policies.versions.values() for v in versions]
    found: dict[str, str] = {}
    for walk in debtor.invoices.values():
        for version in plans:
            if walk.currency not in version.plan.currencies:
                continue
            for span in walk.timeline.spans:
                case = account_of(walk, version, span.since)
                if case is not None:
                    found[case] = walk.currency
    for case in debtor.history.account_events:
        # Something was done for it, which counts for the debtor even if nothing belongs to it now.
        currency = case.removeprefix(f"{debtor.name}:").partition(":")[0]
        if any(walk.currency == currency for walk in debtor.invoices.values()):
            found[case] = currency
    for case, currency in found.items():
        add_account(debtor, case, currency)


def add_account(debtor: Debtor, case: str, currency: str) -> None:
    """Add an account in a currency in which the debtor has invoices, also if it has none now."""
    invoices = tuple(w for w in debtor.invoices.values() if w.currency == currency)
    debtor.accounts[case] = AccountWalk(
        case=case,
        customer=debtor.name,
        currency=currency,
        known_from=min(walk.known_from for walk in invoices),
        siblings=debtor.history.timelines,
        policies=debtor.policies,
        debtor=debtor,
        invoices=invoices,
    )


def _id(walk: Walk) -> str:
    return walk.case


def _turn(account: AccountWalk, day: int) -> tuple[bool, int, str]:
    items = account.items(day)
    return items.taken != NEVER, items.overdue[0].facts(day).due, account.case


__all__ = ["FOREVER", "Cancelled", "Debtor", "Fold", "blank_debtor", "is_case", "is_in_account"]
