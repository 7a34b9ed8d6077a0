"""The audit trail: checked, and read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.services.actors import Actor, Refused, not_allowed
from engine.services.policy_record import policy_flaws
from engine.store import audit
from engine.store.audit import Entry, Flaw

if TYPE_CHECKING:
    from engine.store.database import Database

__all__ = ["Entry", "Flaw"]


@dataclass(frozen=True, slots=True)
class Verified:
    """What a look at every entry found."""

    entries: int
    head: str
    """The hash of the newest: who keeps it elsewhere sees if the end is cut off."""
    flaws: tuple[Flaw, ...]


def verify(database: Database, actor: Actor, *, head: str | None = None) -> Verified | Refused:
    """Check the chain of entries, and that published policies are what it says they are.

    `head` is a hash that was kept elsewhere. Raises StoreError.
    """
    refused = not_allowed(actor, "read", "check the audit trail")
    if refused is not None:
        return refused
    with database.reading() as connection:
        number, newest = audit.head(connection)
        flaws = [*audit.flaws(connection), *policy_flaws(connection)]
        if head is not None and not audit.holds(connection, head):
            reason = f"no entry has the hash {head}: the end was cut off, or entries were replaced"
            flaws.append(Flaw(number + 1, reason))
        return Verified(audit.count(connection), newest, tuple(flaws))


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
