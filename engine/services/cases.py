"""Cases of a store's ledger, asked about one by one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic_core import to_json

from engine.core.ledger_index import index_ledger
from engine.services.actors import Refused, not_allowed
from engine.services.decisions import NoCase, decide_case
from engine.services.given_answers import Answered, answer_usual
from engine.services.given_ledger import sealed
from engine.services.plain import counted, plain_decision
from engine.services.stored_company import company
from engine.store.ledger import owner_of
from engine.store.one_case import ledger_in, ledger_of_invoice, question
from engine.store.one_usual import usual_invoice

if TYPE_CHECKING:
    import datetime

    from engine.core.ledger_index import LedgerIndex
    from engine.services.actors import Actor
    from engine.services.given_answers import Answering
    from engine.services.plain import Plain
    from engine.services.stored_company import InForce
    from engine.store.database import Database


def next_action(
    database: Database,
    actor: Actor,
    now: InForce,
    case: str,
    on: datetime.date,
    *,
    known: datetime.datetime | None = None,
    explain: bool = False,
) -> Plain | NoCase | Refused:
    """What is to be done next for a case on a day, with the SHA-256 of the version that decided.

    Only what concerns the case's debtor is read. Raises StoreError.
    """
    refused = not_allowed(actor, "read", "ask about a case")
    if refused is not None:
        return refused
    index = _concerned(database, now, case) if case.isprintable() else None
    if index is None:
        return NoCase(f"there is no case '{case}' in the ledger")
    return _decided(index, now, case, on, known=known, explain=explain)


async def short_next_action(
    database: Database,
    actor: Actor,
    answering: Answering,
    case: str,
    on: datetime.date,
    *,
    known: datetime.datetime | None = None,
    explain: bool = False,
) -> Answered | None:
    """As `next_action`, for who cannot wait; None where it takes longer, or there is no decision.

    It asks the store one question, and decides only for who owes no more than is decided in a
    moment. Raises StoreError.
    """
    if not case.isprintable() or not_allowed(actor, "read", "ask about a case") is not None:
        return None
    now = answering.now
    texts = await database.ask_at_once(question(database.dialect), {"invoice": case})
    if sum(len(text or "") for text in texts) > _SHORT:
        return None
    if known is None and not explain:
        invoice = usual_invoice(texts, case)
        usual = None if invoice is None else answer_usual(answering, case, invoice, on)
        if usual is not None:
            return usual
    ledger = ledger_in(texts, now.declared)
    if ledger is None:
        return None
    found = _decided(index_ledger(ledger), now, case, on, known=known, explain=explain)
    return (
        Answered([to_json(found).decode()], counted((found,))) if isinstance(found, dict) else None
    )


_SHORT = 20_000
"""Characters of what is known of a debtor: some eighty rows."""


def _decided(
    index: LedgerIndex,
    now: InForce,
    case: str,
    on: datetime.date,
    *,
    known: datetime.datetime | None,
    explain: bool,
) -> Plain | NoCase:
    found = decide_case(index, now.together, case, on, known=known, explain=explain)
    if isinstance(found, NoCase):
        return found
    return sealed(plain_decision(found, explained=explain), now)


def _concerned(database: Database, now: InForce, case: str) -> LedgerIndex | None:
    """The ledger as far as it concerns the debtor of a case; None if there is no such case."""
    ledger = database.ask(lambda connection: ledger_of_invoice(connection, case, now.declared))
    if ledger is not None:
        return index_ledger(ledger)
    with database.reading() as connection:
        owner = owner_of(connection, case)
        return None if owner is None else company(connection, now, debtors=[owner]).index
