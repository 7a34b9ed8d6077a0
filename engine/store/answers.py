"""Answers to writes that may be sent again under the same key."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import delete, insert, select, update

from engine.store.schema.answers import ANSWERS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import ColumnElement, Connection

KEPT = datetime.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered."""

    status: int
    headers: Mapping[str, str]
    body: str


@dataclass(frozen=True, slots=True)
class Kept:
    """A write that was sent before."""

    digest: str
    answer: Answer | None
    """None: it is at work, or was killed meanwhile."""


def find(connection: Connection, actor: str, key: str, at: datetime.datetime) -> Kept | None:
    """What was sent under a key of an actor; None if nothing was, or too long ago."""
    wanted = select(ANSWERS).where(_is(actor, key), ANSWERS.c.at > at - KEPT)
    row = connection.execute(wanted).first()
    if row is None:
        return None
    answer = None if row.status is None else Answer(row.status, row.headers, row.body)
    return Kept(row.digest, answer)


def claim(connection: Connection, actor: str, key: str, digest: str, at: datetime.datetime) -> None:
    """Say that a write is at work under a key that `find` does not find.

    What is too old is taken away.
    """
    connection.execute(delete(ANSWERS).where(ANSWERS.c.at <= at - KEPT))
    values = {"actor": actor, "key": key, "digest": digest, "at": at}
    connection.execute(insert(ANSWERS).values(values))


def keep(connection: Connection, actor: str, key: str, answer: Answer) -> None:
    """Keep the answer to a write that was claimed."""
    values = {"status": answer.status, "headers": dict(answer.headers), "body": answer.body}
    connection.execute(update(ANSWERS).where(_is(actor, key)).values(values))


def forget(connection: Connection, actor: str, key: str) -> None:
    """Take back a claim: nothing was written."""
    unanswered = ANSWERS.c.status.is_(None)
    connection.execute(delete(ANSWERS).where(_is(actor, key), unanswered))


def _is(actor: str, key: str) -> ColumnElement[bool]:
    return (ANSWERS.c.actor == actor) & (ANSWERS.c.key == key)
