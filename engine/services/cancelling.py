"""Taking back the newest stage of a case: its deadline and its charges with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.core.model import Event
from engine.io.ledger_links import linked
from engine.io.ledger_state import Reading
from engine.services.actors import Refused, not_allowed
from engine.services.import_links import LINKED
from engine.services.reviewing import NO_REASON
from engine.services.webhook_events import stage_cancelled
from engine.store import audit, ledger, ledger_read, runs, tasks
from engine.store.database import locked
from engine.store.ledger import event_columns
from engine.store.run_rows import sealed_events

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterable

    from sqlalchemy import Connection

    from engine.services.actors import Actor
    from engine.store.database import Database

NO_CASE = "S408"
NOT_NEWEST = "S409"
UNDER_WAY = "S410"


@dataclass(frozen=True, slots=True)
class Cancelled:
    """A stage that was taken back."""

    case: str
    stage: str
    executed_on: datetime.date
    void: int
    """Open tasks that need not be done any more."""


def cancel(
    database: Database, actor: Actor, case: str, stage: str, reason: str, at: datetime.datetime
) -> Cancelled | Refused:
    """Take back a stage, which must be the newest of its case. What was sent stays sent.

    Its charges must not be paid yet. Raises StoreError.
    """
    refused = not_allowed(actor, "run", "cancel a stage")
    if refused is None and not reason.strip():
        refused = Refused(NO_REASON, "to cancel a stage takes a reason", "--reason TEXT says why")
    if refused is not None:
        return refused
    with database.writing("ledger") as connection:
        owner = ledger.owner_of(connection, case)
        if owner is None:
            hint = "name an invoice or an account, as 'dun decide' lists them"
            return Refused(NO_CASE, f"there is no case '{case}' in the store", hint)
        # Who begins with the debtor either has begun by now, or sees what is done here.
        locked(connection, [ledger.families_of(connection, [owner])[owner]], wait=True)
        if runs.is_under_way(connection, case):
            message = f"an action of case '{case}' is being performed"
            return Refused(UNDER_WAY, message, "'dun run --execute' finishes it")
        return _cancel(connection, actor, owner, case, stage, reason.strip(), at)


def _cancel(
    connection: Connection,
    actor: Actor,
    owner: str,
    case: str,
    stage: str,
    reason: str,
    at: datetime.datetime,
) -> Cancelled | Refused:
    rows = ledger.events_of_kinds(connection, LINKED, [owner])
    typed = ledger_read.Typed({})
    events = {row.seq: ledger_read.event_of(row._mapping, typed) for row in rows}  # noqa: SLF001 - the public name for a row's columns
    done = _executed(each for each in events.values() if each.target_id == case)
    if not done or done[-1].stage != stage:
        newest = f"'{done[-1].stage}'" if done else "none"
        message = f"the newest executed stage of case '{case}' is {newest}, not '{stage}'"
        return Refused(NOT_NEWEST, message, "only the newest can be cancelled")
    last = done[-1]
    times = sum(e.kind == "stage_cancelled" and e.target_id == case for e in events.values())
    day = max(at.date(), last.date)
    place = max(events) + 1
    # Clocks of computers differ, and a stage is taken back after it was executed.
    recorded = max(at, last.recorded)
    event = Event(
        "stage_cancelled", day, last.target, case, recorded, place, reason=reason, stage=stage
    )
    reading = Reading({}, keeps_good_rows=False)
    reading.events = {**events, place: event}
    for each in events.values():
        if each.id is not None:
            reading.by_id[each.id] = each
    wrong = next((flaw for found, flaw in linked(reading)[1] if found is event), None)
    if wrong is not None:
        return Refused(NOT_NEWEST, wrong.message, wrong.hint)
    key = next(row.key for row in rows if row.seq == last.row).removeprefix("stage:")
    own = f"cancel:{case}#{times + 1}"
    ledger.add_events(connection, [event_columns(event, own, owner)])
    void = tasks.void(connection, key, actor.name, at, f"the stage was cancelled: {reason}")
    body = {"stage": stage, "executed_on": last.date.isoformat(), "on": day.isoformat()}
    sealed = sealed_events(connection, [own])[own]
    told = {**body, "key": key, "reason": reason, "void_tasks": void, "event": sealed}
    cancelled = Cancelled(case, stage, last.date, void)
    stage_cancelled(connection, at, actor, cancelled, told)
    audit.append(connection, at, actor.name, "stage cancelled", f"case {case}", told)
    return cancelled


def _executed(events: Iterable[Event]) -> list[Event]:
    """The stages of a case that count, in order."""
    found: list[Event] = []
    for event in sorted(events, key=lambda each: each.order):
        if event.kind == "stage":
            found.append(event)
        elif event.kind == "stage_cancelled" and found:
            found.pop()
    return found
