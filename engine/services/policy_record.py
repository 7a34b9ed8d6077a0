"""Versions beside what the audit trail says of them: nobody changes one unnoticed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.store import policies as store
from engine.store.audit import Flaw

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection

    from engine.store.audit import Entry
    from engine.store.policies import StoredVersion


def policy_flaws(connection: Connection) -> Iterator[Flaw]:
    """Where the versions in the store are not what the audit trail says was published."""
    entries = {(each.action, each.subject): each for each in store.record(connection)}
    damaged = store.unreadable(connection)
    if damaged:
        # The others are not looked at before these can be read.
        for name in damaged:
            policy, _, of = name.rpartition(" version ")
            entry = entries.get((store.PUBLISHED, f"policy {policy} {of}"))
            at = 0 if entry is None else entry.number
            yield Flaw(at, f"the dates of {name} cannot be read any more")
        return
    versions = {each.subject: each for each in store.versions(connection)}
    last = max((each.number for each in entries.values()), default=0)
    for (action, subject), entry in entries.items():
        version = versions.get(subject)
        if version is not None:
            for what in _changed(connection, version, entry):
                number = entry.number
                yield Flaw(number, f"{what} of {version.name} is not what entry {number} says")
        elif action == store.PUBLISHED:
            yield Flaw(entry.number, f"the store has lost {subject}")
    for version in versions.values():
        for action, happened in (
            (store.PUBLISHED, True),
            (store.APPROVED, version.approved_at is not None),
            (store.REJECTED, version.rejected_at is not None),
        ):
            if happened and (action, version.subject) not in entries:
                told = action.removeprefix("policy ")
                yield Flaw(last, f"{version.name} is {told}, and no entry says by whom")


def _changed(connection: Connection, version: StoredVersion, entry: Entry) -> Iterator[str]:
    """What a version has otherwise than an entry says."""
    if store.digest(version.text) != entry.body.get("sha256"):
        yield "the text"
    if entry.action == store.PUBLISHED:
        parts, calendars = store.digests(connection, version)
        if [list(each) for each in parts] != entry.body.get("parts"):
            yield "something that is extended, included or looked up"
        if calendars != entry.body.get("calendars"):
            yield "the calendar"
        if version.effective.isoformat() != entry.body.get("effective"):
            yield "the effective date"
        if (version.author, version.published_at) != (entry.actor, entry.at):
            yield "the author or time"
    elif entry.action == store.APPROVED:
        if (version.approver, version.approved_at) != (entry.actor, entry.at):
            yield "the approval"
    else:
        rejected = (version.rejected_by, version.rejected_at, version.rejection)
        if rejected != (entry.actor, entry.at, entry.body.get("reason")):
            yield "the rejection"
