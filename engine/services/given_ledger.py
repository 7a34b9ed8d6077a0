"""Decisions from a ledger that somebody hands over for this one question; no store is touched."""

from __future__ import annotations

import datetime
from collections import Counter
from typing import TYPE_CHECKING

from engine.core.ledger_index import index_ledger
from engine.core.problems import DataProblem
from engine.io.garbage import collector_at_rest
from engine.io.ledger_json import Objects, read_objects
from engine.services.actors import Refused, not_allowed
from engine.services.decisions import decide_every
from engine.services.plain import plain_decision

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from engine.core.features import Features
    from engine.core.ledger_index import LedgerIndex
    from engine.core.model import Ledger
    from engine.services.actors import Actor
    from engine.services.plain import Plain
    from engine.services.stored_company import InForce

__all__ = ["Objects", "decide_given"]

FIRST, LAST = datetime.date(1990, 1, 1), datetime.date(2100, 12, 31)
"""The days of a ledger that is handed over."""
TOO_MUCH = "S701"
_WORK = 5_000_000
"""Steps of deciding for one debtor, of 3 to 7 microseconds each."""


def decide_given(
    actor: Actor,
    now: InForce,
    given: Objects,
    on: datetime.date,
    *,
    known: datetime.datetime | None = None,
    explain: bool = False,
    is_late: Callable[[], bool] = lambda: False,
) -> list[Plain] | tuple[DataProblem, ...] | Refused:
    """What is to be done next for every case of a ledger that is handed over, on a day.

    In the order of the invoices; those that an account holds are answered for by the account, at
    the place of the first. Else everything that is wrong with the ledger, by place. `is_late` is
    asked after each debtor whether that has taken too long.
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
        index = index_ledger(ledger)
        refused = too_much(index, now.together.features, on)
        if refused is not None:
            return refused
        decided = decide_every(
            index, now.together, on, known=known, explain=explain, is_late=is_late
        )
        if decided is None:
            message = f"{len(ledger.invoices)} cases take too long to be decided at once"
            return Refused(TOO_MUCH, message, "send fewer of them in one request")
        return [sealed(plain_decision(each, explained=explain), now) for each in decided]


def sealed(plain: Plain, now: InForce) -> Plain:
    """A decision with the SHA-256 of the version that decided."""
    decided = plain["policy"], plain["version"]
    known = (sha256 for *version, sha256 in now.versions if (*version,) == decided)
    plain["sha256"] = next(known, None)
    return plain


def too_much(index: LedgerIndex, features: Features, on: datetime.date) -> Refused | None:
    """Whether a debtor has so much that deciding would not end; nobody can stop it half-way."""
    for name, invoices in index.invoices.items():
        events = index.events.get(name, ())
        stages = Counter(each.target_id for each in events if each.kind == "stage")
        wide = sum(each.target != "invoice" for each in events)
        work = wide * len(invoices) + sum(count * count for count in stages.values())
        if features.posts or features.joins_letters or features.accounts:
            work += stages.total() * (len(invoices) + len(events))
        if features.couples:
            work += len(invoices) ** 2
        if features.replays:
            first = min(each.issued for each in invoices)
            work += len(invoices) * max(0, (on - first).days)
        if work > _WORK:
            has = f"{len(invoices)} invoices and {len(events)} events"
            message = f"customer '{name}' has {has}, which is too much to be decided at once"
            return Refused(TOO_MUCH, message, "leave out what is settled, or ask a store")
    return None


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
