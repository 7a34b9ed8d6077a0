"""Cases of a store that are open on a day, with their decisions, a page at a time.

Without a customer to look for, the store is gone through customer by customer in the order in
which they came; only so many are looked at for one page, so that no question takes long.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import TYPE_CHECKING, get_args

from engine.core.decision import Outcome
from engine.core.history import debtor_of
from engine.core.knowledge import known_at
from engine.io.garbage import collector_at_rest
from engine.services.actors import Refused, not_allowed
from engine.services.decisions import decisions_of
from engine.services.plain import plain_decision
from engine.services.stored_company import company
from engine.store.ledger import customers_after
from engine.store.ledger_read import position

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from sqlalchemy import Connection

    from engine.core.decision import Decision
    from engine.core.ledger_index import LedgerIndex
    from engine.services.actors import Actor
    from engine.services.plain import Plain
    from engine.services.stored_company import InForce
    from engine.store.database import Database
    from engine.store.ledger_read import Position

OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)
_TOGETHER = 100
"""Customers whose cases are decided at once."""
_LOOKED_AT = 1_000
"""Customers for one page."""
Place = tuple[int, str]
"""The number of a case's customer in the store, and the case."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which cases are looked for."""

    on: datetime.date
    known: datetime.datetime | None = None
    customer: str | None = None
    """Who owes them, or whose invoices they are."""
    begins: str = ""
    """With this the case's id begins."""
    outcome: Outcome | None = None
    policy: str | None = None

    def fits(self, decision: Decision) -> bool:
        """Whether a decided case is one of them, whosever it is."""
        return (
            decision.case.startswith(self.begins)
            and self.outcome in (None, decision.outcome)
            and self.policy in (None, decision.policy)
        )


@dataclass(frozen=True, slots=True)
class CasesFound:
    """A page of cases."""

    cases: tuple[Plain, ...]
    """Their decisions."""
    next: Place | None
    """After which the next page begins; None: there are no more."""


def find_cases(
    database: Database,
    actor: Actor,
    now: InForce,
    wanted: Wanted,
    *,
    after: Place | None = None,
    limit: int,
) -> CasesFound | Refused:
    """Cases that are open on a day, after a place. A page may be short, or empty, and not the last.

    Raises StoreError.
    """
    refused = not_allowed(actor, "read", "look for cases")
    if refused is not None:
        return refused
    if not f"{wanted.customer or ''}{wanted.begins}".isprintable():
        return CasesFound((), None)  # no id is like that, and a database does not take all of it
    place = after or (0, "")
    with collector_at_rest(), database.reading() as connection:
        upto = position(connection)
        seeker = _Seeker(connection, now, wanted, upto)
        found: list[tuple[Place, Decision]] = []
        following: Place | None = place
        if wanted.customer is not None:
            found = [each for each in seeker.of_customer(wanted.customer) if each[0] > place]
            following = None
        looked = 0
        while following is not None and looked < _LOOKED_AT and len(found) <= limit:
            names = customers_after(connection, following[0] - 1, wanted.begins, _TOGETHER)
            looked += len(names)
            found += (each for each in seeker.of_several(names) if each[0] > place)
            following = (max(names.values()) + 1, "") if len(names) == _TOGETHER else None
    if len(found) > limit:
        found = found[:limit]
        following = found[-1][0]
    sealed = {(policy, version): sha256 for policy, version, sha256 in now.versions}
    return CasesFound(tuple(_plain(decision, sealed) for _, decision in found), following)


def _plain(decision: Decision, sealed: dict[tuple[str, int], str]) -> Plain:
    plain = plain_decision(decision)
    plain["sha256"] = sealed.get((decision.policy or "", decision.version or 0))
    return plain


@dataclass(frozen=True, slots=True)
class _Seeker:
    """What decides cases of a store as it stands."""

    connection: Connection
    now: InForce
    wanted: Wanted
    upto: Position

    def of_customer(self, name: str) -> Iterator[tuple[Place, Decision]]:
        """Cases of which a customer owes something, or whose invoice they are, by id."""
        index, decided = self._decided([name])
        found = [each for each in decided if name in (each.customer, _owner(index, each))]
        for decision in sorted(found, key=lambda each: each.case):
            yield (1, decision.case), decision

    def of_several(self, names: dict[str, int]) -> list[tuple[Place, Decision]]:
        """Cases of some customers, by their numbers and by id."""
        index, decided = self._decided(names)
        owned = ((_owner(index, each), each) for each in decided)
        places = (((names[name], each.case), each) for name, each in owned if name in names)
        return sorted(places, key=lambda each: each[0])

    def _decided(self, names: Collection[str]) -> tuple[LedgerIndex, list[Decision]]:
        seen = company(self.connection, self.now, debtors=names, upto=self.upto)
        index, on, known = seen.index, self.wanted.on, self.wanted.known
        debtors = {index.debtor_of(name): None for name in names}
        there = set(index.debtors)
        decided: list[Decision] = []
        for name in debtors:
            if name in there:
                fold = known_at(index, name, on.toordinal(), known).fold
                decided += decisions_of(debtor_of(name, fold, self.now.together), on)
        return index, [each for each in decided if self.wanted.fits(each)]


def _owner(index: LedgerIndex, decision: Decision) -> str:
    """Whose invoice a case is; of an account, who owes it."""
    invoice = index.ledger.invoices.get(decision.case)
    return decision.customer if invoice is None else invoice.customer
