"""Cases of a store that are open on a day, as a person looks for them: by a part of a name.

As `case_lists`, which programs ask by exact ids: the store is gone through customer by customer,
and only so many are looked at for one page.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.core.history import debtor_of
from engine.core.knowledge import known_at
from engine.io.garbage import collector_at_rest
from engine.services.actors import Refused, not_allowed
from engine.services.decisions import decisions_of
from engine.services.names import folded, has
from engine.services.reports.owed import owed_on
from engine.services.stored_company import company
from engine.store.ledger import all_customers, invoices_with
from engine.store.ledger_read import position

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy import Connection

    from engine.core.decision import Decision, Outcome
    from engine.services.actors import Actor
    from engine.services.reports.picked import Picked
    from engine.services.stored_company import InForce
    from engine.store.database import Database
    from engine.store.ledger_read import Position

_TOGETHER = 100
"""Customers whose cases are decided at once."""
_LOOKED_AT = 1_000
"""Customers for one page."""


@dataclass(frozen=True, slots=True)
class Sought:
    """Which cases are looked for."""

    on: datetime.date
    words: str = ""
    """Each is a part of the customer's name or id, or of the case's id, however it is spelled."""
    customer: str = ""
    """Whose: the whole id."""
    outcome: Outcome | None = None
    reason: str = ""
    """Why it is held or left alone: the whole text."""
    policy: str = ""
    picked: Picked | None = None
    """Only cases with such an open item."""
    known: datetime.datetime | None = None


@dataclass(frozen=True, slots=True)
class FoundCase:
    """A case that is open on a day."""

    decision: Decision
    name: str
    """The debtor's; empty where the ledger has none."""
    due: datetime.date | None
    """The invoice's due date on that day; None for an account."""


@dataclass(frozen=True, slots=True)
class FoundCases:
    """A page of them."""

    cases: tuple[FoundCase, ...]
    after: int | None
    """The number of the customer after whom the next page begins; None: there are no more."""


@dataclass(frozen=True, slots=True)
class _Customer:
    seq: int
    id: str
    fits: bool
    """Whether all their cases are looked for."""


def search_cases(
    database: Database,
    actor: Actor,
    now: InForce,
    sought: Sought,
    *,
    after: int = 0,
    limit: int = 200,
) -> FoundCases | Refused:
    """Cases that fit, of customers after a place; at least `limit` of them if there are as many.

    All cases of a customer come on one page. A page may be short, or empty, and not the last.
    Raises StoreError.
    """
    refused = not_allowed(actor, "read", "look for cases")
    if refused is not None:
        return refused
    with collector_at_rest(), database.reading() as connection:
        upto = position(connection)
        wanted = [each for each in _customers(connection, sought) if each.seq > after]
        found: list[FoundCase] = []
        looked = 0
        while looked < min(len(wanted), _LOOKED_AT) and len(found) < limit:
            some = wanted[looked : looked + _TOGETHER]
            looked += len(some)
            found += _cases(connection, now, sought, some, upto)
    following = wanted[looked - 1].seq if 0 < looked < len(wanted) else None
    return FoundCases(tuple(found), following)


def _customers(connection: Connection, sought: Sought) -> Iterator[_Customer]:
    """Who may have such cases, in the order in which they came."""
    everybody = all_customers(connection)
    if sought.customer:
        yield from (_Customer(s, c, fits=True) for s, c, _ in everybody if c == sought.customer)
        return
    words = sought.words.split()
    of_invoices = invoices_with(connection, words) if words else frozenset()
    for seq, name, shown in everybody:
        fits = has(f"{shown} {name}", sought.words)
        if fits or name in of_invoices:
            yield _Customer(seq, name, fits)


def _cases(
    connection: Connection,
    now: InForce,
    sought: Sought,
    some: Sequence[_Customer],
    upto: Position,
) -> list[FoundCase]:
    seen = company(connection, now, debtors=[each.id for each in some], upto=upto)
    index, day = seen.index, sought.on.toordinal()
    fitting = {each.id for each in some if each.fits}
    there, mine = set(index.debtors), {each.id for each in some}
    found = []
    for debtor in dict.fromkeys(index.debtor_of(each.id) for each in some):
        if debtor not in there:
            continue
        fold = known_at(index, debtor, day, sought.known).fold
        name = index.ledger.customers[debtor].facts.get("name")
        walks = debtor_of(debtor, fold, now.together)
        decisions = decisions_of(walks, sought.on)
        if sought.picked is not None:
            picked = sought.picked.cases(owed_on(walks, sought.on))
            decisions = [each for each in decisions if each.case in picked]
        for each in decisions:
            invoice = index.ledger.invoices.get(each.case)
            owner = each.customer if invoice is None else invoice.customer
            if owner not in mine or not _fits(each, sought, is_all=owner in fitting):
                continue
            walk = walks.invoices.get(each.case)
            due = None if walk is None else datetime.date.fromordinal(walk.facts(day).due)
            found.append(FoundCase(each, str(name) if name else "", due))
    return found


def _fits(decision: Decision, sought: Sought, *, is_all: bool) -> bool:
    return (
        sought.outcome in {None, decision.outcome}
        and sought.policy in {"", decision.policy}
        and sought.reason in {"", decision.reason}
        and (is_all or all(folded(word) in folded(decision.case) for word in sought.words.split()))
    )
