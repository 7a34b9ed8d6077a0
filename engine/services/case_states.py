"""How a case of a store stands on a day: what is owed, where it is on its ladder, what follows."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any

from engine.core.case import FOREVER, NEVER
from engine.core.money import Money
from engine.services.actors import Refused, not_allowed
from engine.services.case_record import CaseRecord, case_record
from engine.services.case_story import CaseStory, story_of
from engine.services.decisions import NoCase
from engine.services.plain import plain_decision, plain_event, plain_money
from engine.services.stored_company import company
from engine.store.ledger import owner_of

if TYPE_CHECKING:
    from engine.core.place import Executed
    from engine.services.actors import Actor
    from engine.services.case_record import Told
    from engine.services.plain import Plain
    from engine.services.stored_company import InForce
    from engine.store.database import Database


def case_state(
    database: Database,
    actor: Actor,
    now: InForce,
    case: str,
    on: datetime.date,
    *,
    known: datetime.datetime | None = None,
) -> Plain | NoCase | Refused:
    """How a case stands on a day. Raises StoreError."""
    refused = not_allowed(actor, "read", "ask about a case")
    if refused is not None:
        return refused
    story = _story(database, now, case, on, known)
    return story if isinstance(story, NoCase) else _plain_story(story, now, on)


def case_timeline(
    database: Database,
    actor: Actor,
    now: InForce,
    case: str,
    on: datetime.date,
    at: datetime.datetime,
) -> Plain | NoCase | Refused:
    """What happened to a case so far, and what would follow after a day if nothing changes.

    Raises StoreError.
    """
    record = case_record(database, actor, case, at, now)
    if isinstance(record, Refused):
        return record
    story = _story(database, now, case, on, None)
    if isinstance(story, NoCase):
        return story
    return _plain_record(record, story)


def _story(
    database: Database,
    now: InForce,
    case: str,
    on: datetime.date,
    known: datetime.datetime | None,
) -> CaseStory | NoCase:
    with database.reading() as connection:
        owner = owner_of(connection, case) if case.isprintable() else None
        if owner is None:
            return NoCase(f"there is no case '{case}' in the ledger")
        seen = company(connection, now, debtors=[owner])
    return story_of(seen.index, now.together, case, on, known=known)


def _plain_story(story: CaseStory, now: InForce, on: datetime.date) -> Plain:
    decision, facts = story.decision, story.facts
    currency = decision.open_amount.currency

    def money(minor: int) -> dict[str, str] | None:
        return plain_money(Money(minor, currency))

    plain = plain_decision(decision)
    sealed = {(policy, version): sha256 for policy, version, sha256 in now.versions}
    plain["sha256"] = sealed.get((decision.policy or "", decision.version or 0))
    executed = {each.stage: each.day for each in story.done}
    promised = None
    if facts.promise_until != NEVER:
        promised = {"until": _day(facts.promise_until), "kept": facts.promise_kept}
    return {
        "case": decision.case,
        "customer": decision.customer,
        "name": story.name,
        "on": on.isoformat(),
        "open_amount": plain_money(decision.open_amount),
        "original_amount": money(facts.original),
        "charges": money(story.charges),
        "issued": _day(facts.issued),
        "due": _day(facts.due),
        "days_overdue": 0 if facts.settled else max(0, on.toordinal() - facts.due),
        "settled": facts.settled,
        "disputed": facts.disputed,
        "excluded_until": _excluded(facts.invoice_excluded_until, facts.customer_excluded_until),
        "promise": promised,
        "stage": story.done[-1].stage if story.done else None,
        "suspended": [
            {"stage": each.stage, "what": each.what, "since": each.since.isoformat()}
            for each in story.suspended
        ],
        "done": [_done(each, currency) for each in story.done],
        "ladder": [
            {"stage": each.id, "title": each.title, "done_on": _day(executed.get(each.id, NEVER))}
            for each in story.ladder
            if each.skipped is None
        ],
        "decision": plain,
    }


def _day(ordinal: int) -> str | None:
    if not 0 < ordinal <= datetime.date.max.toordinal():
        return None
    return datetime.date.fromordinal(ordinal).isoformat()


def _excluded(*until: int) -> str | None:
    """The last day out of dunning; `open` without an end."""
    last = max(until)
    return "open" if last >= FOREVER else _day(last)


def _done(each: Executed, currency: str) -> Plain:
    return {
        "stage": each.stage,
        "on": _day(each.day),
        "policy": each.policy,
        "version": each.version,
        "channels": list(each.channels),
        "fee": plain_money(Money(each.fee, currency)),
        "tax": plain_money(Money(each.tax, currency)),
        "interest": plain_money(Money(each.interest, currency)),
        "deadline": _day(each.deadline),
        "letters": list(each.letters),
    }


def _plain_record(record: CaseRecord, story: CaseStory) -> Plain:
    return {
        "case": record.case,
        "customer": record.customer,
        "name": record.name,
        "past": [_told(each) for each in record.told],
        "ahead": [plain_event(each) for each in story.ahead],
        "ahead_until": story.ahead_until.isoformat(),
    }


def _told(each: Told) -> dict[str, Any]:
    return {
        "at": each.at.isoformat().replace("+00:00", "Z"),
        "on": each.on.isoformat(),
        "who": each.who,
        "what": each.what,
        "because": [dict(line) for line in each.because],
        "entry": each.entry,
    }
