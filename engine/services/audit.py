"""The audit trail: checked, and read."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.services.actors import Actor, Refused, not_allowed
from engine.services.ledger_record import ledger_flaws
from engine.services.policy_record import policy_flaws
from engine.services.replay import PROPOSED, decision_flaws
from engine.services.run_record import run_flaws
from engine.services.user_record import key_flaws, user_flaws
from engine.store import audit
from engine.store.audit import Entry, Flaw
from engine.store.ledger_digest import row_count

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.services.plain import Plain
    from engine.store.database import Database

__all__ = ["Entry", "Flaw"]

SKEW = datetime.timedelta(minutes=5)
"""By so much the clocks of computers that share a store may differ."""


@dataclass(frozen=True, slots=True)
class Verified:
    """What a look at every entry found."""

    entries: int
    head: str
    """The hash of the newest: who keeps it elsewhere sees if the end is cut off."""
    flaws: tuple[Flaw, ...]


def verify(
    database: Database,
    actor: Actor,
    *,
    head: str | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Verified | Refused:
    """Check the chain of entries, and that the store holds what they say.

    That is published policies, imported rows, people and keys, and what runs did. Every decision
    that led to an action or to a proposal is made once more. `head` is a hash that was kept
    elsewhere. `progress` is told now and then how many of how many entries and rows were looked
    at. Raises StoreError.
    """
    refused = not_allowed(actor, "read", "check the audit trail")
    if refused is not None:
        return refused
    with database.reading() as connection:
        number, newest = audit.head(connection)
        count = audit.count(connection)
        total = count + row_count(connection) + audit.count(connection, PROPOSED)
        seen = None if progress is None else _Told(progress, total).more
        flaws = [
            *audit.flaws(connection, seen),
            *policy_flaws(connection),
            *user_flaws(connection),
            *key_flaws(connection),
            *ledger_flaws(connection, seen),
            *run_flaws(connection),
            *decision_flaws(connection, seen),
        ]
        if head is not None and not audit.holds(connection, head):
            reason = f"no entry has the hash {head}: the end was cut off, or entries were replaced"
            flaws.append(Flaw(number + 1, reason))
        return Verified(count, newest, tuple(flaws))


@dataclass(slots=True)
class _Told:
    """Somebody who is told how far it has got."""

    progress: Callable[[int, int], None]
    total: int
    done: int = 0

    def more(self, count: int) -> None:
        """So many more are done."""
        self.done = min(self.done + count, self.total)
        self.progress(self.done, self.total)


def ahead_of(database: Database, at: datetime.datetime) -> datetime.datetime | None:
    """When the newest entry was written, if that is after a time by more than clocks differ.

    Then the clock of one computer is wrong, or was. Raises StoreError.
    """
    with database.reading() as connection:
        newest = audit.latest(connection, limit=1)
    return newest[0].at if newest and newest[0].at > at + SKEW else None


def trail(
    database: Database,
    actor: Actor,
    *,
    subject: str | None = None,
    after: int | None = None,
    limit: int,
) -> list[Entry] | Refused:
    """At most `limit` entries in order: those after a number, else the newest. Raises StoreError.

    `subject` is what they are about, such as `user anna`.
    """
    refused = not_allowed(actor, "read", "see the audit trail")
    if refused is not None:
        return refused
    if subject is not None and not subject.isprintable():
        return []
    with database.reading() as connection:
        if after is None:
            return audit.latest(connection, subject=subject, limit=limit)
        return audit.entries(connection, subject=subject, after=after, limit=limit)


def plain_entry(entry: Entry) -> Plain:
    """An entry as a value of JSON."""
    return {
        "number": entry.number,
        "at": entry.at.isoformat(),
        "actor": entry.actor,
        "action": entry.action,
        "subject": entry.subject,
        "body": entry.body,
        "previous": entry.previous,
        "hash": entry.hash,
    }
