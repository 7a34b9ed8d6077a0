"""Giving up a folder that is lost for good, so that what was begun for it can go elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.services.actors import Refused, not_allowed
from engine.services.delivering import Working
from engine.services.reviewing import NO_REASON
from engine.services.stored_company import in_force
from engine.services.workers import at_work
from engine.store import audit, deliveries, runs

if TYPE_CHECKING:
    import datetime
    from collections.abc import Mapping

    from sqlalchemy import Connection

    from engine.services.actors import Actor
    from engine.services.delivering import Clock, Sending
    from engine.store.database import Database
    from engine.store.deliveries import Delivery

NOTHING_LEFT = "S413"


@dataclass(frozen=True, slots=True)
class Abandoned:
    """What became of everything that was begun for a folder."""

    cases: tuple[str, ...]
    """Whose actions are proposals again though nobody knows whether their letters are out."""
    performed: tuple[str, ...]
    """Cases whose letters could be handed over after all, or were known to be out."""
    elsewhere: int
    """Deliveries that another worker is at."""


def abandon(
    database: Database, actor: Actor, folder: str, reason: str, clock: Clock, sending: Sending
) -> Abandoned | Refused:
    """Take back what was begun for a folder and can neither be finished nor withheld there.

    First everything that can be finished is finished, and what has not left the house is taken
    back, as when a run is performed. What is left may be out: who abandons it takes the risk of a
    second letter, which is why it takes an admin and a reason. Raises StoreError.
    """
    refused = not_allowed(actor, "administer", "abandon a folder")
    if refused is None and not reason.strip():
        refused = Refused(NO_REASON, "to abandon a folder takes a reason", "--reason TEXT says why")
    if refused is not None:
        return refused
    with database.reading() as connection:
        run, now = runs.newest(connection), in_force(connection)
        left = deliveries.unfinished(connection)
    if isinstance(now, Refused):
        return now
    if run is None or not any(each.folder == folder for each in left):
        return _nothing_left(folder, left)
    working = Working(database, actor, run, now, clock, sending)
    with at_work(sending.worker):
        working.finish_others()
        with database.writing() as connection:
            at = clock()
            mine = [
                each
                for each in deliveries.unfinished(connection)
                if each.folder == folder
                and each.worker == sending.worker
                and each.failure is not None
            ]
            taken = [pair for each in mine for pair in _take_back(connection, each, reason, at)]
            entries = [("action abandoned", subject, body) for subject, body in taken]
            audit.append_all(connection, at, actor.name, entries)
            still = deliveries.unfinished(connection)
    elsewhere = sum(each.folder == folder for each in still)
    cases = tuple(subject.removeprefix("case ") for subject, _ in taken)
    return Abandoned(cases, tuple(working.performed), elsewhere)


def _nothing_left(folder: str, left: list[Delivery]) -> Refused:
    message = f"nothing that was begun for {folder} is unfinished"
    others = sorted({each.folder for each in left})
    hint = f"what is unfinished was begun for {', '.join(others)}" if others else ""
    return Refused(NOTHING_LEFT, message, hint)


def _take_back(
    connection: Connection, delivery: Delivery, reason: str, at: datetime.datetime
) -> list[tuple[str, Mapping[str, object]]]:
    """Let the actions of a delivery be proposals again; by case, what the audit trail says."""
    actions = runs.with_ids(connection, deliveries.actions_in(connection, delivery))
    letters = [each.key for each in deliveries.letters(connection, delivery)]
    if not deliveries.withdraw(connection, delivery, at):
        return []
    return [
        (
            action.subject,
            {
                "on": action.decision["on"],
                "key": action.key,
                "stage": action.stage,
                "folder": delivery.folder,
                "letters": letters,
                "failure": delivery.failure,
                "reason": reason.strip(),
            },
        )
        for action in actions
    ]
