"""Writes that may be sent again under the same key, and are done once.

There are two ways. A write whose service works in one transaction that it is given asks `recall`
and calls `keep` within it: it is done exactly once, whatever happens. Any other write goes through
`once`: it is claimed before and answered after, each in a transaction of its own. It is never done
twice; where the process was killed or the database lost in between, nobody knows whether it was
done, and sending it again is refused for as long as answers are kept.

Only answers of writes that were done are kept. What was refused changed nothing, and may be sent
again, corrected too, under the same key.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.services.actors import Refused
from engine.store import answers
from engine.store.answers import Answer
from engine.store.database import locked
from engine.store.errors import BUSY, StoreError

if TYPE_CHECKING:
    import datetime
    from collections.abc import Callable

    from sqlalchemy import Connection

    from engine.store.database import Database

__all__ = ["Answer", "Sent", "keep", "once", "recall"]

OTHER = "S601"
"""The key belongs to another request."""
AT_WORK = "S602"
"""The same request is at work, or was killed."""
_DONE = range(200, 300)


@dataclass(frozen=True, slots=True)
class Sent:
    """A write that was sent under a key."""

    actor: str
    key: str
    digest: str
    """SHA-256 of everything that makes it the same request."""
    at: datetime.datetime


def recall(connection: Connection, sent: Sent) -> Answer | Refused | None:
    """What was answered to a write before; None: it is to be done.

    Whoever sends the same waits until this transaction ends.
    """
    locked(connection, [f"answer {sent.key} to {sent.actor}"], wait=True)
    found = answers.find(connection, sent.actor, sent.key, sent.at)
    if found is None:
        return None
    if found.digest != sent.digest:
        message = "this Idempotency-Key was used for another request"
        return Refused(OTHER, message, "use a new key for each write")
    if found.answer is None:
        message = "this request was sent before, and it is not known yet what came of it"
        hint = "wait; if it does not end, look whether it was done before you use a new key"
        return Refused(AT_WORK, message, hint)
    return found.answer


def keep(connection: Connection, sent: Sent, answer: Answer) -> None:
    """Keep the answer to a write that `recall` does not know, in the transaction that does it."""
    answers.claim(connection, sent.actor, sent.key, sent.digest, sent.at)
    answers.keep(connection, sent.actor, sent.key, answer)


def once(
    database: Database,
    sent: Sent,
    do: Callable[[], Answer],
    harmless: type[Exception],
) -> tuple[Answer, bool] | Refused:
    """Do a write that makes its own transactions, unless that was done before; whether it was.

    Where `do` raises what is `harmless` nothing was written, and it may be sent again; so it may
    when the store was busy. After anything else nobody knows. Raises StoreError.
    """
    with database.writing() as connection:
        before = recall(connection, sent)
        if before is not None:
            return before if isinstance(before, Refused) else (before, True)
        answers.claim(connection, sent.actor, sent.key, sent.digest, sent.at)
    try:
        answer = do()
    except Exception as error:
        if isinstance(error, harmless) or (isinstance(error, StoreError) and error.code == BUSY):
            _forget(database, sent)
        raise
    if answer.status in _DONE:
        with database.writing() as connection:
            answers.keep(connection, sent.actor, sent.key, answer)
    else:
        _forget(database, sent)
    return answer, False


def _forget(database: Database, sent: Sent) -> None:
    with database.writing() as connection:
        answers.forget(connection, sent.actor, sent.key)
