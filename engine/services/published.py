"""Published versions: what is in force when, and the policies that decide from a store."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.services.policies import Policies
from engine.services.version_parts import compiled, lacks, text_name
from engine.store import policies as store
from engine.store.errors import BROKEN, StoreError

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterable, Sequence

    from sqlalchemy import Connection

    from engine.services.version_parts import Compiled
    from engine.store.database import Database
    from engine.store.policies import StoredPart, StoredVersion


@dataclass(frozen=True, slots=True)
class Known:
    """A version of the store, and what its texts mean."""

    version: StoredVersion
    compiled: Compiled


def known_versions(
    connection: Connection, only: Iterable[StoredVersion] | None = None
) -> list[Known]:
    """All versions, or some of them, compiled from what is stored.

    Raises StoreError where something is not what was published, or cannot be read any more.
    """
    found = []
    for version in store.versions(connection) if only is None else only:
        parts, calendars = store.depends_on(connection, version)
        name = text_name(version.policy, version.version)
        result = compiled(name, version.text, parts, calendars)
        missing = lacks(result)
        if missing:
            message = f"{version.name} in the store lacks its {missing[0]}"
            raise StoreError(BROKEN, message, "restore the last backup; see docs/operations.md")
        if result.plan is None:
            raise _unreadable(version, result)
        found.append(Known(version, result))
    return found


def _unreadable(version: StoredVersion, result: Compiled) -> StoreError:
    """What was published without an error has one now: another dunlang reads it otherwise."""
    error = next(each for each in result.problems if each.severity == "error")
    where = f"line {error.span.line}: {error.message}"
    message = f"{version.name} in the store cannot be read by this version of dunlang ({where})"
    return StoreError(BROKEN, message, "use the version that it was published with")


def published(database: Database, known: datetime.datetime | None = None) -> Policies:
    """The approved versions as policies to decide with, from what is stored and no file.

    `known`: only those that were approved by then. Raises StoreError.
    """
    with database.reading() as connection:
        return published_in(connection, known)


def published_in(connection: Connection, known: datetime.datetime | None = None) -> Policies:
    """As `published`, within a transaction."""
    counting = [
        each
        for each in store.versions(connection)
        if each.approved_at is not None and (known is None or each.approved_at <= known)
    ]
    return together([each.compiled for each in known_versions(connection, counting)])


def together(versions: Sequence[Compiled]) -> Policies:
    """Versions side by side, each with calendars and tables of its own."""
    alone = tuple(
        Policies((each.source,), (each.plan,), each.problems, each.calendars, each.tables)
        for each in versions
        if each.plan is not None
    )
    problems = tuple(problem for each in alone for problem in each.problems)
    return Policies(
        tuple(each.source for each in versions),
        tuple(plan for each in alone for plan in each.plans),
        problems,
        {code: found for each in alone for code, found in each.calendars.items()},
        {name: found for each in alone for name, found in each.tables.items()},
        alone,
    )


def differing(mine: Iterable[StoredPart], other: Iterable[StoredPart]) -> list[str]:
    """What is not the same in two lists of texts and tables, as a person names it."""
    changed = set(mine) ^ set(other)
    return sorted({part_name(each) for each in changed})


def part_name(part: StoredPart) -> str:
    """How a person names a text or table."""
    return f"rates/{part.path}.csv" if part.kind in ("rates", "exchange") else part.path
