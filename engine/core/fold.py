"""The fold of one customer's events, day by day, to the histories of their invoices.

Nothing here knows a policy. Events come by `Event.order`; what is true on a day is what is true
after its last event.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING, assert_never

from engine.core.case import FOREVER, NEVER, CaseTimeline
from engine.core.receipts import Cash, post, promise, take_back
from engine.core.sums import Cases
from engine.core.working import Item, Scope

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from engine.core.model import Customer, Event, Invoice, Value


@dataclass(frozen=True, slots=True)
class CustomerHistory:
    """What the ledger says about one customer, as known at one time."""

    timelines: Cases
    """One for each invoice, in the order of the ledger."""
    unapplied: Mapping[str, tuple[tuple[int, int], ...]]
    """By currency: from which day on how many minor units of payments and credits no invoice had
    taken; by day, nothing before the first."""


@dataclass(slots=True)
class _Work:
    """The state of the customer while their events are folded."""

    customer: Scope
    facts: Mapping[str, Value]
    documents: dict[str, Scope] = field(default_factory=dict)
    items: dict[str, Item] = field(default_factory=dict)
    cash: Cash = field(default_factory=Cash)
    draft: dict[str, Value] | None = None
    unapplied: dict[str, list[tuple[int, int]]] = field(default_factory=dict)
    promises_made: int = 0


def fold_customer(
    customer: Customer, invoices: Iterable[Invoice], events: Iterable[Event]
) -> CustomerHistory:
    """The history of a customer: `events` are theirs, by `Event.order`, all of them known.

    An event on an invoice or document that is not among `invoices` changes nothing, but a payment
    or credit on it is unapplied money of the customer.
    """
    work = _begin(customer, invoices)
    for date, of_day in groupby(events, key=_date):
        work.cash.today.clear()
        for event in of_day:
            _happen(work, event)
        _end_day(work, date.toordinal())
    return _finish(work, customer.id)


def _date(event: Event) -> datetime.date:
    return event.date


def _begin(customer: Customer, invoices: Iterable[Invoice]) -> _Work:
    work = _Work(Scope(), customer.facts)
    for invoice in invoices:
        document = None
        if invoice.document is not None:
            document = work.documents.setdefault(invoice.document, Scope())
        due = invoice.due.toordinal()
        item = Item(
            invoice, Scope(), document, work.customer, invoice.amount.minor, due, invoice.facts
        )
        for scope in (item.own, document, work.customer):
            if scope is not None:
                scope.items.append(item)
        work.items[invoice.id] = item
        item.close(0, work.facts)
    return work


def _finish(work: _Work, customer: str) -> CustomerHistory:
    found = Cases(
        CaseTimeline(
            item.invoice.id,
            customer,
            item.invoice.amount.currency,
            item.invoice.issued.toordinal(),
            tuple(item.spans),
            tuple(item.stages),
        )
        for item in work.items.values()
    )
    # Scopes and items name each other. Untied they are freed at once, without the collector.
    for item in work.items.values():
        item.own.items.clear()
    for scope in (work.customer, *work.documents.values()):
        scope.items.clear()
    return CustomerHistory(
        found, {currency: tuple(steps) for currency, steps in work.unapplied.items()}
    )


def _end_day(work: _Work, day: int) -> None:
    if work.draft is not None:
        if work.draft != work.facts:
            work.facts = work.draft
            work.cash.touched.update(work.customer.items)
        work.draft = None
    for item in work.cash.touched:
        item.close(day, work.facts)
    work.cash.touched.clear()
    for currency, amount in work.cash.unapplied.items():
        steps = work.unapplied.setdefault(currency, [])
        if amount != (steps[-1][1] if steps else 0):
            steps.append((day, amount))


def _happen(work: _Work, event: Event) -> None:
    """Let one event happen."""
    match event.kind:
        case "payment" | "credit":
            post(work.cash, event, tuple(_scopes(work, event)), _oldest_first(work, event))
            return
        case "reversal":
            take_back(work.cash, event)
            return
        case _:
            pass
    scope = next(_scopes(work, event, themselves=True), None)
    if scope is None:
        return  # on an invoice that was not known yet
    match event.kind:
        case "promise":
            work.promises_made += 1
            promise(work.cash, event, scope, work.promises_made)
            return
        case "stage" | "stage_cancelled":
            for item in scope.items:
                item.stages.append(event)
            return
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
    work.cash.touched.update(scope.items)


def _scopes(work: _Work, event: Event, *, themselves: bool = False) -> Iterator[Scope]:
    """The target of an event and, unless `themselves`, what it belongs to."""
    if event.target == "customer":
        yield work.customer
        return
    document = None
    if event.target == "invoice":
        item = work.items.get(event.target_id)
        if item is not None:
            yield item.own
            document = item.document
    else:
        document = work.documents.get(event.target_id)
    if document is not None:
        yield document
    if not themselves:
        yield work.customer


def _oldest_first(work: _Work, event: Event) -> list[Item]:
    """The invoices that a payment or credit is for, in the order in which it settles them."""
    if event.target == "invoice":
        item = work.items.get(event.target_id)
        return [] if item is None else [item]
    document = work.documents.get(event.target_id) if event.target == "document" else None
    if document is None:
        return []
    return sorted(document.items, key=lambda i: (i.due, i.invoice.issued, i.invoice.id))


def _learn(work: _Work, event: Event, scope: Scope) -> None:
    """A fact takes a new value or loses its value, on the customer or on invoices."""
    if event.name is None:
        return
    drafts = []
    if scope is work.customer:
        if work.draft is None:
            work.draft = dict(work.facts)
        drafts.append(work.draft)
    else:
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
