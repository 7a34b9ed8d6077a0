"""What a store has of policies: which version is in force when, and how the files compare."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Literal, TypeAlias

from dunlang.diagnostics import has_errors
from engine.services.actors import Refused, not_allowed
from engine.services.library import FileLibrary
from engine.services.published import differing
from engine.services.publishing import unknown_version
from engine.services.version_parts import gathered, written_calendars
from engine.store import policies as store

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Connection

    from dunlang.plan import Plan
    from engine.services.actors import Actor
    from engine.services.policies import Policies
    from engine.store.database import Database
    from engine.store.policies import StoredPart, StoredVersion

FileState: TypeAlias = Literal[
    "errors", "draft", "waiting for approval", "published", "rejected", "differs", "only in store"
]

_DAY = datetime.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Listed:
    """A version, and the days on which it is in force."""

    version: StoredVersion
    until: datetime.date | None
    """The last day before a later approved version; None: for good, or it is not approved."""


@dataclass(frozen=True, slots=True)
class Whole:
    """A version with everything that it reads."""

    version: StoredVersion
    parts: tuple[StoredPart, ...]
    calendars: Mapping[str, object]
    """By code, as they were written out."""


@dataclass(frozen=True, slots=True)
class Compared:
    """A version in the files, in the store, or in both."""

    policy: str | None
    """None for a file that cannot be understood."""
    version: int | None
    state: FileState
    file: str | None
    note: str = ""
    """What differs; else empty."""


def listed_versions(
    database: Database, actor: Actor, on: datetime.date | None = None
) -> list[Listed] | Refused:
    """All versions by id and number; with a day, those in force on it. Raises StoreError."""
    refused = not_allowed(actor, "read", "look at policies")
    if refused is not None:
        return refused
    with database.reading() as connection:
        every = store.versions(connection)
    ends = _ends(every)
    found = [Listed(each, ends.get(each.row)) for each in every]
    return found if on is None else [each for each in found if _is_in_force(each, on)]


def _ends(every: Sequence[StoredVersion]) -> dict[int, datetime.date]:
    approved = sorted(
        (each for each in every if each.state == "approved"),
        key=lambda each: (each.policy, each.effective, each.version),
    )
    return {
        before.row: after.effective - _DAY
        for before, after in pairwise(approved)
        if before.policy == after.policy
    }


def _is_in_force(each: Listed, on: datetime.date) -> bool:
    begun = each.version.state == "approved" and each.version.effective <= on
    return begun and (each.until is None or on <= each.until)


def version_of(database: Database, actor: Actor, policy: str, number: int) -> Whole | Refused:
    """A version with all that it reads; Refused where there is none. Raises StoreError."""
    refused = not_allowed(actor, "read", "look at a policy")
    if refused is not None:
        return refused
    with database.reading() as connection:
        found = store.version(connection, policy, number)
        if found is None:
            return unknown_version(connection, policy, number)
        return Whole(found, *store.depends_on(connection, found))


def compared(database: Database, actor: Actor, policies: Policies) -> list[Compared] | Refused:
    """The files beside the store, by id and number; files with errors come first.

    Raises StoreError, and OSError for a file that cannot be read.
    """
    refused = not_allowed(actor, "read", "look at policies")
    if refused is not None:
        return refused
    broken = {each.span.source.name for each in policies.problems if each.severity == "error"}
    found = [
        Compared(None, None, "errors", name, f"'dun check {name}' shows them")
        for name in sorted(broken)
    ]
    plans = {(each.id, each.version): each for each in policies.plans}
    with database.reading() as connection:
        stored = {(each.policy, each.version): each for each in store.versions(connection)}
        for name in sorted({*plans, *stored}):
            plan, version = plans.get(name), stored.get(name)
            if plan is not None and plan.source.name in broken:
                continue
            file = None if plan is None else plan.source.name
            if plan is None:
                state, note = _without_file(stored[name], has_errors(policies.problems))
            elif version is None:
                state, note = "draft", ""
            else:
                state, note = _beside(connection, plan, version, policies)
            found.append(Compared(*name, state, file, note))
    return found


def _without_file(version: StoredVersion, some_are_broken: bool) -> tuple[FileState, str]:  # noqa: FBT001 - private, and called in one place
    if version.state == "rejected":
        return "rejected", ""
    return "only in store", "unless a file with errors holds it" if some_are_broken else ""


def _beside(
    connection: Connection, plan: Plan, version: StoredVersion, policies: Policies
) -> tuple[FileState, str]:
    """A file and what was published under its name."""
    changed = [] if plan.source.text == version.text else ["its text"]
    parts, calendars = store.depends_on(connection, version)
    _, read = gathered(plan.source, plan.id, plan.version, FileLibrary(policies.sources))
    changed += differing(parts, read)
    if changed:
        return "differs", f"{' and '.join(changed)} changed since it was published"
    now = written_calendars(plan, policies.calendars)
    moved = [code for code, each in now.items() if _days(each) != _days(calendars.get(code))]
    note = (
        f"the calendar {moved[0]} has other days now; this version keeps its own" if moved else ""
    )
    states: dict[str, FileState] = {
        "approved": "published",
        "waiting for approval": "waiting for approval",
        "rejected": "rejected",
    }
    return states[version.state], note


def _days(calendar: object) -> object:
    """The days of a calendar, whatever release of a library they come from."""
    if not isinstance(calendar, dict):
        return None
    return {name: each for name, each in calendar.items() if name != "version"}
