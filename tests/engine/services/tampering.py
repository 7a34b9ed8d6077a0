"""Stores that somebody changed by hand, and what the checks of their record say of it."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from sqlalchemy import text

from engine.services.replay import decision_flaws
from engine.services.run_record import run_flaws
from engine.store import audit

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from engine.store.database import Database


def flaws(database: Database) -> list[str]:
    """What the checks of runs and decisions find."""
    with database.reading() as connection:
        assert list(audit.flaws(connection)) == []
        return flaws_in(connection)


def flaws_in(connection: Connection) -> list[str]:
    """The same, within a transaction."""
    found = [*run_flaws(connection), *decision_flaws(connection)]
    return [each.reason for each in found]


class UndoneError(Exception):
    """Takes a change back."""


def with_change(database: Database, change: str) -> list[str]:
    """What is found after a change, which is taken back."""
    found: list[str] = []
    with suppress(UndoneError), database.writing() as connection:
        connection.execute(text(change))
        found += flaws_in(connection)
        raise UndoneError
    return found
