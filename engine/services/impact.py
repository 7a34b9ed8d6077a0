"""What a draft would change in the next run of a store, and how many cases each version decides.

A store may be large: it is gone through in blocks, progress is told after each, and whoever asked
may change their mind.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from engine.core.history import debtor_of
from engine.core.knowledge import known_at
from engine.core.policies import PolicySet
from engine.io.garbage import collector_at_rest
from engine.services.actors import not_allowed
from engine.services.comparing import Effect, as_if, count_moves
from engine.services.decisions import decisions_of
from engine.services.policies import Policies
from engine.services.published import known_versions, together
from engine.services.publishing import unknown_version
from engine.services.reports.reading import everybody
from engine.services.stored_company import InForce, company
from engine.services.watch import Watch
from engine.store import policies as store
from engine.store.ledger import debtors_after
from engine.store.ledger_read import position

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterator

    from sqlalchemy import Connection

    from engine.core.ledger_index import LedgerIndex
    from engine.services.actors import Actor, Refused
    from engine.store.database import Database

_TOGETHER = 100
"""Debtors after whom progress is told."""


_NOBODY = Watch()


def impact_of(
    database: Database,
    actor: Actor,
    now: InForce | None,
    draft: Policies,
    on: datetime.date,
    watch: Watch = _NOBODY,
) -> Effect | Refused | None:
    """What is decided otherwise on a day if a draft takes the place of what is in force.

    `now`: what is in force, None if nothing is. The draft is one version without errors. None:
    nobody wanted the answer any more. Raises StoreError.
    """
    refused = not_allowed(actor, "read", "ask what a policy would change")
    if refused is not None:
        return refused
    (plan,) = draft.plans
    before = PolicySet({}) if now is None else now.together
    after = as_if(before, draft, on)
    plans = () if now is None else now.policies.plans
    every = Policies((), (*plans, *draft.plans), ())
    reading = InForce(every, before, every.declared, ())
    effect = Effect(on, frozenset({plan.id}))
    with database.reading() as connection:
        for index, names in _blocks(connection, reading, watch):
            count_moves(effect, index, names, before, after)
    return None if watch.is_unwanted() else effect


def stored_alone(database: Database, actor: Actor, policy: str, number: int) -> Policies | Refused:
    """A version of the store by itself, with all that it read when it was published.

    Raises StoreError.
    """
    refused = not_allowed(actor, "read", "look at a policy")
    if refused is not None:
        return refused
    with database.reading() as connection:
        found = store.version(connection, policy, number)
        if found is None:
            return unknown_version(connection, policy, number)
        return together([known_versions(connection, [found])[0].compiled]).alone[0]


def governed(
    database: Database, actor: Actor, now: InForce, on: datetime.date, watch: Watch = _NOBODY
) -> Counter[tuple[str, int]] | Refused | None:
    """How many open cases each version decides on a day, by its id and number.

    None: nobody wanted the answer any more. Raises StoreError.
    """
    refused = not_allowed(actor, "read", "count what a policy decides")
    if refused is not None:
        return refused
    found: Counter[tuple[str, int]] = Counter()
    day = on.toordinal()
    with database.reading() as connection:
        for index, names in _blocks(connection, now, watch):
            for name in names:
                debtor = debtor_of(name, known_at(index, name, day, None).fold, now.together)
                for each in decisions_of(debtor, on):
                    if each.policy is not None and each.version is not None:
                        found[each.policy, each.version] += 1
    return None if watch.is_unwanted() else found


def _blocks(
    connection: Connection, reading: InForce, watch: Watch
) -> Iterator[tuple[LedgerIndex, list[str]]]:
    """The debtors of a store with their ledger, a block at a time, while anybody wants them."""
    upto, last = position(connection), 0
    while not watch.is_unwanted():
        with collector_at_rest():
            names = debtors_after(connection, last, upto.customers, _TOGETHER)
            if not names:
                return
            index = company(connection, reading, debtors=names, upto=upto).index
        yield index, [name for name in everybody(index) if name in names]
        last = max(names.values())
        watch.tell(last, upto.customers)
