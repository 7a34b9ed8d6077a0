"""The difference of two versions of a store, and whom it would move."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from engine.core.policies import PolicySet
from engine.services.actors import Refused, not_allowed
from engine.services.comparing import (
    Difference,
    Effect,
    as_if,
    count_moves,
    difference,
    version_in,
)
from engine.services.published import known_versions, together
from engine.services.publishing import unknown_version
from engine.services.reports.reading import (
    TOGETHER,
    LateError,
    everybody,
    in_time,
    too_long,
)
from engine.services.stored_company import InForce, company
from engine.store import policies as store
from engine.store.ledger import debtors_after
from engine.store.ledger_read import position

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection

    from engine.services.actors import Actor
    from engine.services.policies import Policies
    from engine.services.published import Known
    from engine.store.database import Database


def difference_of_store(
    database: Database,
    actor: Actor,
    policy: str,
    old: int,
    new: int,
    *,
    on: datetime.date | None = None,
    is_late: Callable[[], bool] = lambda: False,
) -> tuple[Difference, Effect | None] | Refused:
    """What changed between two versions, approved or not; with a day, whom it moves on it.

    The other policies are those that count. `is_late` is asked after some debtors whether that has
    taken too long. Raises StoreError.
    """
    refused = not_allowed(actor, "read", "look at a policy")
    if refused is not None:
        return refused
    with database.reading() as connection:
        found = [store.version(connection, policy, number) for number in (old, new)]
        for number, version in zip((old, new), found, strict=True):
            if version is None:
                return unknown_version(connection, policy, number)
        before, after = known_versions(connection, [each for each in found if each is not None])
        trees = [each.compiled.checked for each in (before, after)]
        if trees[0] is None or trees[1] is None:
            message = "what is stored was compiled, and has no tree"
            raise AssertionError(message)
        changes = difference(trees[0], trees[1])
        try:
            effect = None if on is None else _effect(connection, before, after, on, is_late)
        except LateError:
            return too_long("whom it moves")
    return changes, effect


def difference_to_draft(
    database: Database, actor: Actor, old: int, draft: Policies
) -> Difference | Refused:
    """What a draft changes against a version of the store. Raises StoreError.

    The draft is one version without errors.
    """
    refused = not_allowed(actor, "read", "look at a policy")
    if refused is not None:
        return refused
    new = version_in(draft)
    if isinstance(new, int):
        message = "a draft to compare is one version without errors"
        raise TypeError(message)
    with database.reading() as connection:
        policy = new.checked.id
        version = store.version(connection, policy, old)
        if version is None:
            return unknown_version(connection, policy, old)
        before = known_versions(connection, [version])[0].compiled.checked
    if before is None:
        message = "what is stored was compiled, and has no tree"
        raise AssertionError(message)
    return difference(before, new.checked)


def _effect(
    connection: Connection, old: Known, new: Known, on: datetime.date, is_late: Callable[[], bool]
) -> Effect:
    """Raises LateError."""
    approved = [each for each in store.versions(connection) if each.state == "approved"]
    others = [each.compiled for each in known_versions(connection, approved)]
    count = together(others).together() if others else PolicySet({})
    every = together([*others, old.compiled, new.compiled])
    before = as_if(count, together([old.compiled]).alone[0], on)
    after = as_if(count, together([new.compiled]).alone[0], on)
    reading = InForce(every, count, every.declared, ())
    effect = Effect(on, frozenset({old.version.policy}))
    upto, last = position(connection), 0
    while names := debtors_after(connection, last, upto.customers, TOGETHER):
        index = company(connection, reading, debtors=names, upto=upto).index
        there = [name for name in everybody(index) if name in names]
        count_moves(effect, index, in_time(there, is_late), before, after)
        last = max(names.values())
    return effect
