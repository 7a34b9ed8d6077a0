"""Decisions from a ledger that somebody hands over for this one question; no store is touched."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from engine.core.ledger_index import index_ledger
from engine.core.problems import DataProblem
from engine.io.garbage import collector_at_rest
from engine.io.ledger_json import Objects, read_objects
from engine.services.actors import Refused, not_allowed
from engine.services.decisions import decide_every
from engine.services.plain import plain_decision

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.core.model import Ledger
    from engine.services.actors import Actor
    from engine.services.plain import Plain
    from engine.services.stored_company import InForce

__all__ = ["Objects", "decide_given"]

FIRST, LAST = datetime.date(1990, 1, 1), datetime.date(2100, 12, 31)
"""The days of a ledger that is handed over."""


def decide_given(
    actor: Actor,
    now: InForce,
    given: Objects,
    on: datetime.date,
    *,
    known: datetime.datetime | None = None,
    explain: bool = False,
) -> list[Plain] | tuple[DataProblem, ...] | Refused:
    """What is to be done next for every case of a ledger that is handed over, on a day.

    In the order of the invoices; those that an account holds are answered for by the account, at
    the place of the first. Else everything that is wrong with the ledger, by place.
    """
    refused = not_allowed(actor, "read", "ask for decisions")
    if refused is not None:
        return refused
    with collector_at_rest():
        ledger = read_objects(given, now.declared)
        if not isinstance(ledger, tuple):
            ledger = tuple(_beyond(ledger)) or ledger
        if isinstance(ledger, tuple):
            return ledger
        sealed = {(policy, version): sha256 for policy, version, sha256 in now.versions}
        found = []
        index = index_ledger(ledger)
        for decision in decide_every(index, now.together, on, known=known, explain=explain):
            plain = plain_decision(decision, explained=explain)
            plain["sha256"] = sealed.get((decision.policy or "", decision.version or 0))
            found.append(plain)
        return found


def _beyond(ledger: Ledger) -> Iterator[DataProblem]:
    """Days that nobody can mean; going through centuries day by day would take as long."""
    for number, invoice in enumerate(ledger.invoices.values(), start=1):
        yield from _unknown_days("invoices", number, issued=invoice.issued, due=invoice.due)
    for event in sorted(ledger.events, key=lambda each: each.row):
        moved = event.value if event.kind == "due_changed" else None
        yield from _unknown_days(
            "events", event.row, date=event.date, until=event.until, value=moved
        )


def _unknown_days(file: str, number: int, **days: object) -> Iterator[DataProblem]:
    for at, (name, day) in enumerate(days.items(), start=1):
        if isinstance(day, datetime.date) and not FIRST <= day <= LAST:
            message = f"days from {FIRST} to {LAST} are known"
            yield DataProblem("L115", file, message, "", number, "item", at, name)
