"""What a customer says about a case, noted in the ledger: they promise to pay, or they dispute it.

It goes the way of imported events, with the same checks and in the same words.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.core.money import format_minor
from engine.services.actors import Refused, not_allowed
from engine.services.answered import Answer
from engine.services.cancelling import NO_CASE
from engine.services.imported import Imported
from engine.services.ledger_writes import Writing, write_one
from engine.store import ledger

if TYPE_CHECKING:
    import datetime

    from engine.core.money import Money
    from engine.services.actors import Actor
    from engine.store.database import Database

NO_DISPUTE = "S420"
"""An account cannot be disputed as a whole."""


def note_promise(
    database: Database,
    actor: Actor,
    case: str,
    promised: tuple[Money, datetime.date],
    at: datetime.datetime,
) -> Refused | None:
    """Note that somebody promised to pay so much by a last day. Raises StoreError."""
    money, until = promised
    fields = {"amount": format_minor(*money), "currency": money.currency, "until": str(until)}
    return _note(database, actor, "promise", case, fields, at)


def note_dispute(
    database: Database, actor: Actor, case: str, at: datetime.datetime
) -> Refused | None:
    """Note that somebody disputes an invoice. Raises StoreError."""
    return _note(database, actor, "dispute", case, {}, at)


def _note(
    database: Database,
    actor: Actor,
    kind: str,
    case: str,
    fields: dict[str, str],
    at: datetime.datetime,
) -> Refused | None:
    refused = not_allowed(actor, "import", f"note a {kind}")
    if refused is not None:
        return refused
    with database.reading() as connection:
        owner = ledger.owner_of(connection, case)
        is_invoice = case in ledger.invoices(connection, [case])
    if owner is None:
        return Refused(NO_CASE, f"there is no case '{case}' in the store")
    if kind == "dispute" and not is_invoice:
        message = f"'{case}' is an account, and only an invoice can be disputed"
        return Refused(NO_DISPUTE, message, "import the dispute of its invoice, or of the customer")
    row = {
        "date": str(at.date()),
        "kind": kind,
        "invoice" if is_invoice else "case": case,
        **fields,
    }
    done = write_one(database, actor, at, "events", row, Writing(_answer))
    if isinstance(done, Refused):
        return done
    if isinstance(done, Imported):
        problem = done.problems[0]
        return Refused(problem.code, problem.message, problem.hint)
    return None


def _answer(taken: Imported, etag: str | None) -> Answer:
    """Nobody sends it again, so that nothing need be kept."""
    del taken, etag
    return Answer(200, {}, "")
