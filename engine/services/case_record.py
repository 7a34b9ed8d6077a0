"""What happened to a case, from its invoice to today, told to somebody who was not there."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dunlang.suggest import listed
from engine.core.cells import cell_of
from engine.services.actors import Refused, not_allowed
from engine.services.cancelling import NO_CASE
from engine.services.decisions import NoCase, decide_case
from engine.services.plain import money_of
from engine.services.stored_company import company, in_force
from engine.store import audit, ledger
from engine.store.ledger import owner_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection

    from engine.core.decision import Decision
    from engine.core.ledger_index import LedgerIndex
    from engine.core.model import Event, Invoice
    from engine.services.actors import Actor
    from engine.services.stored_company import InForce
    from engine.store.audit import Entry
    from engine.store.database import Database

_PAGE = 1_000
_OWN_EVENTS = ("stage:", "cancel:")
"""With these begin the keys of events that runs wrote, of which the audit trail tells more."""


@dataclass(frozen=True, slots=True)
class Told:
    """One thing that happened."""

    at: datetime.datetime
    """When it became known, or was done."""
    on: datetime.date
    """The day for which it counts."""
    who: str | None
    """None: the ledger says so, as it came in."""
    what: str
    """A sentence without a full stop."""
    because: tuple[Mapping[str, Any], ...] = ()
    """Lines of the policy, as decisions have them."""
    entry: int | None = None
    """Number in the audit trail."""


@dataclass(frozen=True, slots=True)
class CaseRecord:
    """The story of a case."""

    case: str
    customer: str
    name: str | None
    told: tuple[Told, ...]
    """In the order in which it became known."""
    now: Decision | None
    """What is to be done today; None where nothing decides."""


def case_record(
    database: Database,
    actor: Actor,
    case: str,
    at: datetime.datetime,
    counting: InForce | None = None,
) -> CaseRecord | Refused:
    """Everything that the ledger and the audit trail say of a case. Raises StoreError.

    `counting`: the policies that count, for who knows them; else the store is asked.
    """
    refused = not_allowed(actor, "read", "see the audit trail")
    if refused is not None:
        return refused
    with database.reading() as connection:
        owner = owner_of(connection, case) if case.isprintable() else None
        if owner is None:
            hint = "name an invoice or an account, as 'dun decide' lists them"
            return Refused(NO_CASE, f"there is no case '{case}' in the store", hint)
        now = counting or in_force(connection)
        if isinstance(now, Refused):
            return now
        seen = company(connection, now, debtors=[owner])
        entries = list(_entries(connection, f"case {case}"))
        own = _own_events(connection, owner)
    index = seen.index
    debtor = index.debtor_of(owner)
    told = [*_invoices(index, debtor, case), *_events(index, debtor, case, own)]
    told += [_entry(each) for each in entries]
    told.sort(key=lambda each: (each.at, each.entry or 0))
    decision = decide_case(index, now.together, case, at.date())
    name = index.ledger.customers[debtor].facts.get("name")
    return CaseRecord(
        case,
        debtor,
        str(name) if name else None,
        tuple(told),
        None if isinstance(decision, NoCase) else decision,
    )


def _entries(connection: Connection, subject: str) -> Iterator[Entry]:
    after = 0
    while page := audit.entries(connection, subject=subject, after=after, limit=_PAGE):
        yield from page
        after = page[-1].number


def _own_events(connection: Connection, owner: str) -> frozenset[int]:
    """The places of events that runs wrote."""
    rows = ledger.events_of_kinds(connection, ("stage", "stage_cancelled"), [owner])
    return frozenset(row.seq for row in rows if row.key.startswith(_OWN_EVENTS))


# ---------------------------------------------------------------------------- the ledger's part


def _concerned(index: LedgerIndex, debtor: str, case: str) -> list[Invoice]:
    """The invoice; of an account all invoices of the debtor in its currency."""
    mine = index.ledger.invoices.get(case)
    if mine is not None:
        return [mine]
    rest = case.removeprefix(f"{debtor}:").split(":")
    return [i for i in index.invoices.get(debtor, ()) if i.amount.currency == rest[0]]


def _invoices(index: LedgerIndex, debtor: str, case: str) -> Iterator[Told]:
    for invoice in _concerned(index, debtor, case):
        part = f" of document {invoice.document}" if invoice.document else ""
        what = f"invoice {invoice.id}{part} over {invoice.amount}, due {invoice.due}"
        yield Told(invoice.recorded or _midnight(invoice.issued), invoice.issued, None, what)


def _midnight(day: datetime.date) -> datetime.datetime:
    return datetime.datetime.combine(day, datetime.time(), datetime.UTC)


def _events(index: LedgerIndex, debtor: str, case: str, own: frozenset[int]) -> Iterator[Told]:
    invoices = _concerned(index, debtor, case)
    names: dict[str, set[str | None]] = {
        "invoice": {each.id for each in invoices},
        "document": {each.document for each in invoices},
        "customer": {debtor, *(each.customer for each in invoices)},
        "case": {case},
    }
    for event in index.events.get(debtor, ()):
        if event.target_id in names[event.target] and event.row not in own:
            about = "" if event.target_id == case else f" ({event.target} {event.target_id})"
            what = f"{_happened(event)}{about}" + (f": {event.reason}" if event.reason else "")
            yield Told(event.recorded, event.date, None, what)


def _happened(event: Event) -> str:
    """What an event says, in words."""
    value = None if event.value is None else cell_of(event.value)
    match event.kind:
        case "payment" | "credit":
            return f"{event.kind} of {event.amount}"
        case "reversal":
            return f"{value} was taken back" + (f", {event.amount} of it" if event.amount else "")
        case "dispute":
            return "disputed"
        case "dispute_resolved":
            return "the dispute was resolved"
        case "promise":
            return f"promise to pay {event.amount} by {event.until}"
        case "exclude":
            return "taken out of dunning" + (f" until {event.until}" if event.until else "")
        case "exclude_ended":
            return "back in dunning"
        case "due_changed":
            return f"the due date was moved to {value}"
        case "fact":
            return f"{event.name} became {value}" if value else f"{event.name} became unknown"
        case "assign":
            return f"put under policy {event.policy}" if event.policy else "put under no policy"
        case "stage":
            return f"stage {event.stage} was executed"
        case "stage_cancelled":
            return f"stage {event.stage} was cancelled"
        case "charge_paid":
            return f"charges of {event.amount} were paid"
        case "charge_waived":
            return f"charges of {event.amount} were waived"


# ------------------------------------------------------------------------ the audit trail's part


def _entry(entry: Entry) -> Told:
    body: Mapping[str, Any] = entry.body if isinstance(entry.body, Mapping) else {}
    decision = body.get("decision")
    said: Mapping[str, Any] = decision if isinstance(decision, Mapping) else {}
    day = str(body.get("on", ""))
    try:
        on = datetime.date.fromisoformat(day)
    except ValueError:
        on = entry.at.date()
    because = tuple(said.get("because", ()))
    return Told(entry.at, on, entry.actor, _done(entry.action, body, said), because, entry.number)


def _done(action: str, body: Mapping[str, Any], said: Mapping[str, Any]) -> str:
    """What an entry says, in words."""
    reason = f": {body['reason']}" if body.get("reason") else ""
    stage = str(body.get("stage") or _stage_of(str(body.get("key", ""))))
    match action:
        case "action proposed":
            return _proposed(said)
        case "action performed":
            letters = body.get("letters")
            keys = [str(key) for key in letters] if isinstance(letters, Mapping) else []
            return f"{stage} was executed" + (f", with {listed(keys)}" if keys else "")
        case "stage cancelled":
            return f"{stage} of {body.get('executed_on')} was cancelled{reason}"
        case "suspension ended":
            do = "to be resumed" if body.get("task") else "not to be suspended any more"
            return f"{do}: {body.get('what')}, as {body.get('reason')}"
        case "task done":
            note = f" ({body['note']})" if body.get("note") else ""
            return f"task done: {body.get('text')}{note}"
        case _:
            return f"{stage} was {action.removeprefix('action ')}{reason}"


def _stage_of(key: str) -> str:
    return key.split("#")[-2] if key.count("#") >= 3 else key  # noqa: PLR2004 - CASE#CYCLE#STAGE#REPETITION


def _proposed(said: Mapping[str, Any]) -> str:
    """A proposal, with what it would cost and ask for."""
    parts = [f"{said.get('stage')} is proposed under {said.get('policy')} {said.get('version')}"]
    channels = [str(each) for each in said.get("channels") or ()]
    if channels:
        parts[0] += f" by {listed(channels)}"
    parts.append(f"{money_of(said.get('open_amount'))} open")
    parts += [
        f"{name} {amount}"
        for name in ("fee", "tax", "interest")
        if (amount := money_of(said.get(name))) is not None and amount.minor
    ]
    if said.get("deadline"):
        parts.append(f"to be paid by {said['deadline']}")
    if said.get("approval"):
        parts.append(f"needs approval by {said['approval']}")
    parts += [str(each) for each in said.get("problems") or ()]
    return ", ".join(parts)
