"""What left the house in a run, delivery by delivery."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.services.actors import Refused, not_allowed
from engine.services.executing import NO_RUN
from engine.services.letters_out import WORKLIST
from engine.store import ledger, run_sections, runs

if TYPE_CHECKING:
    from engine.services.actors import Actor
    from engine.store.database import Database

_PAGE = 300


@dataclass(frozen=True, slots=True)
class DeliveryLine:
    """A delivery in a list."""

    id: int
    customer: str
    name: str
    """Theirs; empty where the ledger has none."""
    state: str
    """`begun`, `done` or `withdrawn`."""
    by: tuple[str, ...]
    """Channels of its letters, and `worklist` for tasks."""
    begun_by: str
    begun_at: datetime.datetime
    ended_at: datetime.datetime | None
    failure: str | None
    folder: str


def list_deliveries(
    database: Database, actor: Actor, day: datetime.date, *, after: int = 0, limit: int = _PAGE
) -> list[DeliveryLine] | Refused:
    """Deliveries of the run of a day after a number; at most `limit`. Raises StoreError."""
    refused = not_allowed(actor, "read", "look at a run")
    if refused is not None:
        return refused
    with database.reading() as connection:
        run = runs.run_of(connection, day)
        if run is None:
            return Refused(NO_RUN, f"no run was proposed for {day}")
        page = run_sections.deliveries_of(connection, run, after=after, limit=limit)
        channels = run_sections.channels_of(connection, [each.id for each in page])
        rows = ledger.customers(connection, {each.customer for each in page})
        return [
            DeliveryLine(
                each.id,
                each.customer,
                str(rows[each.customer].facts.get("name") or "") if each.customer in rows else "",
                each.state,
                tuple("task" if by == WORKLIST else by for by in channels.get(each.id, ())),
                each.begun_by,
                each.begun_at,
                each.ended_at,
                each.failure,
                each.folder,
            )
            for each in page
        ]
