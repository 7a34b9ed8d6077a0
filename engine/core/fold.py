"""The fold of one debtor's events, day by day, to the histories of their invoices and accounts.

Nothing here knows a policy: what a policy charged comes as postings. Events come by `Event.order`;
what is true on a day is what is true after its last event, with what was posted on it.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING, Literal, assert_never

from engine.core.case import FOREVER, NEVER, CaseTimeline
from engine.core.receipts import Cash, post, promise, take_back
from engine.core.sums import Cases
from engine.core.undisturbed import account_facts, undisturbed
from engine.core.working import Account, Item, Scope

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from engine.core.case import CaseFacts, Posting
    from engine.core.model import Customer, Event, Invoice, Value


@dataclass(frozen=True, slots=True)
class CustomerHistory:
    """What the ledger says about one debtor, as known at one time."""

    timelines: Cases
    """One for each invoice that the debtor pays, in the order of the ledger."""
    unapplied: Mapping[str, tuple[tuple[int, int], ...]]
    """By currency, and by id for what was paid on an account: from which day on how many minor
    units of payments and credits no invoice had taken; by day, nothing before the first."""
    accounts: Mapping[str, tuple[CaseFacts, ...]] = field(default_factory=dict)
    """What is true of whole accounts: by id for those that events are about, by currency for all
    others. No amounts, dates and facts of invoices stand in it."""
    credits: Mapping[str, tuple[tuple[int, int], ...]] = field(default_factory=dict)
    """As `unapplied`, of credits alone: (day, minor units that came in on it), below 0 where they
    were given back."""
    account_events: Mapping[str, tuple[Event, ...]] = field(default_factory=dict)
    """By account id: stages, cancelled stages, and charges that were paid or waived."""


@dataclass(slots=True)
class _Work:
    """The state of the debtor while their events are folded."""

    id: str
    debtor: Scope
    facts: Mapping[str, Value]
    others: dict[str, Scope] = field(default_factory=dict)
    """Customers whom the debtor pays for."""
    documents: dict[str, tuple[Scope, ...]] = field(default_factory=dict)
    """With what each belongs to."""
    items: dict[str, Item] = field(default_factory=dict)
    accounts: dict[str, Account] = field(default_factory=dict)
    """By id or by currency, as they are handed out."""
    owed_to: tuple[Scope, ...] = ()
    """The accounts that events are about: a promise on one is kept by any payment of the debtor
    that is not on another one."""
    cash: Cash = field(default_factory=Cash)
    draft: dict[str, Value] | None = None
    unapplied: dict[str, list[tuple[int, int]]] = field(default_factory=dict)
    account_events: dict[str, list[Event]] = field(default_factory=dict)
    promises_made: int = 0


def fold_customer(
    customer: Customer,
    invoices: Iterable[Invoice],
    events: Sequence[Event],
    postings: Iterable[Posting] = (),
) -> CustomerHistory:
    """The history of a debtor, from all they pay for.

    `events` are by `Event.order`, all of them known. `postings` come in any order, but those of
    one case and day in theirs; those of accounts are nobody's business here. An event on an
    invoice or document that is not among `invoices` changes nothing, but a payment or credit on
    it is unapplied money.
    """
    posted = sorted(postings, key=_day)[::-1]  # the next one last, those of a day in order
    owed = tuple(invoices)
    simple = None if posted else undisturbed(customer, owed, events)
    if simple is None:
        return _folded(_begin(customer, owed, events), events, posted)
    accounts = (account_facts(customer),)
    return CustomerHistory(Cases(simple), {}, {each.currency: accounts for each in simple})


def _folded(work: _Work, events: Iterable[Event], posted: list[Posting]) -> CustomerHistory:
    for date, of_day in groupby(events, key=_date):
        day = date.toordinal()
        _catch_up(work, posted, day - 1)
        work.cash.day = day
        work.cash.today.clear()
        for event in of_day:
            _happen(work, event)
        _end_day(work, day, posted)
    _catch_up(work, posted, FOREVER)
    return _finish(work)


def _date(event: Event) -> datetime.date:
    return event.date


def _day(posting: Posting) -> int:
    return posting.day


def _begin(customer: Customer, invoices: Iterable[Invoice], events: Iterable[Event]) -> _Work:
    work = _Work(customer.id, Scope(), customer.facts)
    for invoice in invoices:
        item = Item(
            invoice,
            (Scope(), *_belongs_to(work, invoice)),
            invoice.amount.minor,
            invoice.due.toordinal(),
            invoice.facts,
        )
        for scope in item.scopes:
            scope.items.append(item)
        work.items[invoice.id] = item
        item.close(0, work.facts)
        if invoice.amount.currency not in work.accounts:
            _open_account(work, invoice.amount.currency, invoice.amount.currency)
    for case in {event.target_id: None for event in events if event.target == "case"}:
        _open_account(work, case, case[len(work.id) + 1 :].partition(":")[0], Scope())
    return work


def _belongs_to(work: _Work, invoice: Invoice) -> tuple[Scope, ...]:
    """What an invoice belongs to: its document, its customer if another one pays, the debtor."""
    if invoice.document is not None and invoice.document in work.documents:
        return work.documents[invoice.document]
    scopes: tuple[Scope, ...] = (work.debtor,)
    if invoice.customer != work.id:
        scopes = (work.others.setdefault(invoice.customer, Scope()), work.debtor)
    if invoice.document is not None:
        scopes = (Scope(), *scopes)
        work.documents[invoice.document] = scopes
    return scopes


def _open_account(work: _Work, name: str, currency: str, *own: Scope) -> None:
    account = Account(currency, (*own, work.debtor))
    for scope in account.scopes:
        scope.accounts.append(account)
    work.accounts[name] = account
    work.owed_to = (*work.owed_to, *own)
    account.close(0, work.facts)


def _finish(work: _Work) -> CustomerHistory:
    found = Cases(
        CaseTimeline(
            item.invoice.id,
            work.id,
            item.invoice.amount.currency,
            item.invoice.issued.toordinal(),
            tuple(item.spans),
            tuple(item.stages),
            tuple(item.bookings),
        )
        for item in work.items.values()
    )
    # Scopes and items name each other. Untied they are freed at once, without the collector.
    accounts = [scope for account in work.accounts.values() for scope in account.scopes]
    for scope in (work.debtor, *work.others.values(), *accounts):
        scope.items.clear()
        scope.accounts.clear()
    for scopes in work.documents.values():
        scopes[0].items.clear()
    for item in work.items.values():
        item.own.items.clear()
    return CustomerHistory(
        found,
        {purse: tuple(steps) for purse, steps in work.unapplied.items() if steps},
        {name: tuple(account.spans) for name, account in work.accounts.items()},
        {purse: tuple(steps) for purse, steps in work.cash.credits.items()},
        {name: tuple(events) for name, events in work.account_events.items()},
    )


def _catch_up(work: _Work, posted: list[Posting], last: int) -> None:
    """End the days up to `last` on which nothing happened but postings; newest day first there."""
    while posted and posted[-1].day <= last:
        work.cash.today.clear()
        _end_day(work, posted[-1].day, posted)


def _end_day(work: _Work, day: int, posted: list[Posting]) -> None:
    while posted and posted[-1].day == day:
        _charge(work, posted.pop())
    if work.draft is not None:
        if work.draft != work.facts:
            work.facts = work.draft
            work.cash.touch(work.debtor)
        work.draft = None
    for each in work.cash.touched:
        each.close(day, work.facts)
    work.cash.touched.clear()
    for purse, amount in work.cash.unapplied.items():
        steps = work.unapplied.setdefault(purse, [])
        if amount != (steps[-1][1] if steps else 0):
            steps.append((day, amount))


def _charge(work: _Work, posting: Posting) -> None:
    item = work.items.get(posting.case)
    if item is not None:
        item.charge(posting.day, posting.amount, posting.terms)
        work.cash.touched.add(item)


def _happen(work: _Work, event: Event) -> None:
    """Let one event happen."""
    scopes = _scopes(work, event)
    match event.kind:
        case "payment" | "credit":
            if event.target != "case":
                scopes = (*(scopes or (work.debtor,)), *work.owed_to)
            post(work.cash, event, scopes, _oldest_first(work, event))
            return
        case "reversal":
            take_back(work.cash, event)
            return
        case _:
            pass
    if not scopes:
        return  # on an invoice that was not known yet
    scope = scopes[0]
    match event.kind:
        case "promise":
            work.promises_made += 1
            promise(work.cash, event, scope, work.promises_made)
            return
        case "stage" | "stage_cancelled":
            for item in scope.items:
                item.stages.append(event)
            if event.target == "case":
                work.account_events.setdefault(event.target_id, []).append(event)
            return
        case "charge_paid" | "charge_waived":
            if event.target == "case":
                work.account_events.setdefault(event.target_id, []).append(event)
            elif event.amount is not None:
                _lower_charges(work, event, event.amount.minor)
        case "fact":
            _learn(work, event, scope)
        case "assign":
            _assign(event, scope)
        case "due_changed":
            if isinstance(event.value, datetime.date):
                for item in scope.items:
                    item.due = event.value.toordinal()
        case "dispute" | "dispute_resolved":
            scope.disputed = event.kind == "dispute"
        case "exclude":
            scope.excluded_until = FOREVER if event.until is None else event.until.toordinal()
        case "exclude_ended":
            scope.excluded_until = NEVER
        case _:
            assert_never(event.kind)
    work.cash.touch(scope)


def _scopes(work: _Work, event: Event) -> tuple[Scope, ...]:
    """The target of an event and what it belongs to; nothing if the target is not known yet."""
    match event.target:
        case "invoice":
            item = work.items.get(event.target_id)
            return () if item is None else item.scopes
        case "document":
            return work.documents.get(event.target_id, ())
        case "customer":
            if event.target_id == work.id:
                return (work.debtor,)
            return (work.others.setdefault(event.target_id, Scope()), work.debtor)
        case "case":
            return work.accounts[event.target_id].scopes
        case _:
            assert_never(event.target)


def _oldest_first(work: _Work, event: Event) -> list[Item]:
    """The invoices that a payment or credit is for, in the order in which it settles them."""
    if event.target == "invoice":
        item = work.items.get(event.target_id)
        return [] if item is None else [item]
    if event.target != "document" or event.target_id not in work.documents:
        return []
    instalments = work.documents[event.target_id][0].items
    return sorted(instalments, key=lambda i: (i.due, i.invoice.issued, i.invoice.id))


def _lower_charges(work: _Work, event: Event, amount: int) -> None:
    """Let charges be paid or waived; what is more than outstanding does nothing."""
    for item in _oldest_first(work, event):
        lowered = min(amount, item.charges)
        if lowered:
            kind: Literal["paid", "waived"] = "paid" if event.kind == "charge_paid" else "waived"
            item.pay_charges(work.cash.day, kind, lowered)
            amount -= lowered


def _learn(work: _Work, event: Event, scope: Scope) -> None:
    """A fact takes a new value or loses it, on the debtor or on invoices; no one else's count."""
    if event.name is None:
        return
    drafts = []
    if scope is work.debtor:
        if work.draft is None:
            work.draft = dict(work.facts)
        drafts.append(work.draft)
    elif event.target != "customer":
        for item in scope.items:
            if item.draft is None:
                item.draft = dict(item.facts)
            drafts.append(item.draft)
    for draft in drafts:
        if event.value is None:
            draft.pop(event.name, None)
        else:
            draft[event.name] = event.value


def _assign(event: Event, scope: Scope) -> None:
    """Put invoices or the customer under a policy. On a document: each of its instalments."""
    if event.target == "document":
        for item in scope.items:
            item.own.assigned = event.policy
    else:
        scope.assigned = event.policy
