"""A store as a run sees it: its ledger, or some debtors of it, and the policies that count."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.core.ledger_index import index_ledger
from engine.io.garbage import collector_at_rest
from engine.services.actors import Refused
from engine.services.published import known_versions, published_in, together
from engine.store import policies as store
from engine.store.ledger_read import load_ledger, position

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from sqlalchemy import Connection

    from dunlang.types import Type
    from engine.core.ledger_index import LedgerIndex
    from engine.core.policies import PolicySet
    from engine.services.policies import Policies
    from engine.store.database import Database
    from engine.store.ledger_read import Position

NO_POLICY = "S401"


@dataclass(frozen=True, slots=True)
class InForce:
    """The policies that count, and which versions they are."""

    policies: Policies
    together: PolicySet
    declared: Mapping[str, Type]
    versions: tuple[tuple[str, int, str], ...]
    """Id, number and SHA-256, by id and number."""


def in_force(connection: Connection) -> InForce | Refused:
    """The approved versions; a run decides by nothing else."""
    policies = published_in(connection)
    if not policies.plans:
        message = "no policy is published and approved, so there is nothing to run"
        return Refused(
            NO_POLICY, message, "'dun publish PATH', then another person's 'dun approve'"
        )
    return InForce(policies, policies.together(), policies.declared, _approved(connection))


def in_force_now(database: Database) -> InForce | Refused:
    """As `in_force`, of a store. Raises StoreError."""
    with database.reading() as connection:
        return in_force(connection)


def approved_versions(database: Database) -> tuple[tuple[str, int, str], ...]:
    """Which versions count, by id and number: as `InForce.versions`. Raises StoreError."""
    with database.reading() as connection:
        return _approved(connection)


def _approved(connection: Connection) -> tuple[tuple[str, int, str], ...]:
    return tuple(
        (each.policy, each.version, each.sha256)
        for each in store.versions(connection)
        if each.state == "approved"
    )


def as_it_was(
    connection: Connection, versions: Iterable[tuple[str, int, str]]
) -> InForce | tuple[str, int]:
    """Some versions together, as they counted once; or the first that is not there like that."""
    wanted = tuple(versions)
    there = {(each.policy, each.version, each.sha256): each for each in store.versions(connection)}
    lost = next((each for each in wanted if each not in there), None)
    if lost is not None:
        return lost[0], lost[1]
    known = known_versions(connection, [there[each] for each in wanted])
    policies = together([each.compiled for each in known])
    return InForce(policies, policies.together(), policies.declared, wanted)


@dataclass(frozen=True, slots=True)
class Company:
    """A ledger, wholly or in part, at a position."""

    index: LedgerIndex
    position: Position


def company(
    connection: Connection,
    now: InForce,
    *,
    debtors: Collection[str] | None = None,
    upto: Position | None = None,
) -> Company:
    """What concerns some debtors, or all, as it is or as it stood at a position."""
    at = upto or position(connection)
    with collector_at_rest():
        found = load_ledger(connection, now.declared, debtors, at)
        return Company(index_ledger(found.ledger), at)
