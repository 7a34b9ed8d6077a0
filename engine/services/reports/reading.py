"""The debtors that a report is about, one after the other: none is kept when it was counted."""

from __future__ import annotations

import datetime
from contextlib import suppress
from typing import TYPE_CHECKING, TypeVar

from engine.core.history import catch_up, debtor_of
from engine.core.knowledge import known_at
from engine.services.actors import Refused, not_allowed
from engine.services.reports.head import Head, versions_in
from engine.services.stored_company import company
from engine.store.ledger import debtors_after
from engine.store.ledger_read import position

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from sqlalchemy import Connection

    from engine.core.debtor import Debtor
    from engine.core.ledger_index import LedgerIndex
    from engine.core.policies import PolicySet
    from engine.services.actors import Actor
    from engine.services.stored_company import InForce
    from engine.store.database import Database
    from engine.store.ledger_read import Position

TOGETHER = 500
"""Debtors of a store that are read at once."""
Result = TypeVar("Result")


TOO_LONG = "S702"
"""The code of what takes longer than anybody waits."""
Each = TypeVar("Each")


class LateError(Exception):
    """It has taken too long."""


def in_time(every: Iterable[Each], is_late: Callable[[], bool]) -> Iterator[Each]:
    """One after the other, until it is too late. Raises LateError."""
    for each in every:
        yield each
        if is_late():
            raise LateError


def too_long(what: str) -> Refused:
    """The refusal of what has taken too long."""
    message = f"{what} takes longer than one request may"
    return Refused(TOO_LONG, message, "ask when less else is going on, or use the command 'dun'")


def everybody(index: LedgerIndex) -> list[str]:
    """Who owes something, or paid something, in the order of the ledger."""
    return [
        name
        for name, customer in index.ledger.customers.items()
        if customer.payer is None and (name in index.invoices or name in index.events)
    ]


def debtors_in(
    index: LedgerIndex,
    policies: PolicySet,
    on: datetime.date,
    known: datetime.datetime | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Iterator[Debtor]:
    """The debtors of a ledger, caught up to a day, as known at a time.

    `progress` is told after each of them how many of how many are done.
    """
    names = everybody(index)
    for number, debtor in enumerate(_caught_up(index, names, policies, on, known), start=1):
        yield debtor
        if progress is not None:
            progress(number, len(names))


def of_store(
    database: Database,
    actor: Actor,
    now: InForce,
    on: datetime.date,
    known: datetime.datetime | None,
    work: Callable[[Iterable[Debtor]], Result],
    *,
    is_late: Callable[[], bool] = lambda: False,
) -> tuple[Result, Head] | Refused:
    """A report over a store: what `work` makes of its debtors, who are read in blocks.

    `is_late` is asked after each debtor whether that has taken too long. Raises StoreError.
    """
    refused = not_allowed(actor, "read", "look at reports")
    if refused is not None:
        return refused
    with database.reading() as connection:
        upto = position(connection)
        try:
            result = work(in_time(_stored(connection, now, on, known, upto), is_late))
        except LateError:
            return too_long("the report")
    return result, Head(on, known, versions_in(now.together), upto.plain())


def _stored(
    connection: Connection,
    now: InForce,
    on: datetime.date,
    known: datetime.datetime | None,
    upto: Position,
) -> Iterator[Debtor]:
    """The debtors of a store, of whom only a block is read at once."""
    last = 0
    while names := debtors_after(connection, last, upto.customers, TOGETHER):
        index = company(connection, now, debtors=names, upto=upto).index
        there = [name for name in everybody(index) if name in names]
        yield from _caught_up(index, there, now.together, on, known)
        last = max(names.values())


def _caught_up(
    index: LedgerIndex,
    names: Iterable[str],
    policies: PolicySet,
    on: datetime.date,
    known: datetime.datetime | None,
) -> Iterator[Debtor]:
    day = on.toordinal()
    for name in names:
        debtor = debtor_of(name, known_at(index, name, day, known).fold, policies)
        with suppress(Exception):  # one debtor never stops the others; decisions say what is wrong
            catch_up(debtor, day)
        yield debtor
