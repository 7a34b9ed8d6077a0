"""Why a person may not approve a version, told before they try."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.services.actors import Refused, not_allowed
from engine.services.publishing import is_own, undecided

if TYPE_CHECKING:
    from engine.services.actors import Actor
    from engine.store.database import Database


def why_not_to_approve(
    database: Database, actor: Actor, policy: str, number: int
) -> Refused | None:
    """Why an actor cannot approve a version now; None if they can. Raises StoreError."""
    refused = not_allowed(actor, "approve", "approve a policy")
    if refused is not None:
        return refused
    with database.reading() as connection:
        found = undecided(connection, policy, number)
        return found if isinstance(found, Refused) else is_own(connection, found, actor)
