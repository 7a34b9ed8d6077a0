"""People and keys beside what the audit trail says of them: nobody gets a right unnoticed.

Passwords are not in the trail, and neither are the digests of keys: who puts another one into the
database can act as somebody else, but with no other rights than theirs.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from engine.store import account_rows, audit
from engine.store.audit import Flaw
from engine.store.schema.base import canonical

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection

    from engine.store.account_rows import KeyRow, UserRow
    from engine.store.audit import Entry

_OF_USERS = (
    "user added",
    "user disabled",
    "user enabled",
    "role changed",
    "duty given",
    "duty ended",
)
_OF_KEYS = ("key made", "key revoked", "logged in", "logged out")
_USER, _KEY = "user ", "key "


@dataclass(slots=True)
class _Person:
    """What the entries so far say of a person."""

    number: int
    """The newest of them."""
    by: str
    since: datetime.datetime
    role: object
    disabled_at: datetime.datetime | None = None
    duties: set[str] = field(default_factory=set)


@dataclass(slots=True)
class _Made:
    """What the entries so far say of a key or a session."""

    number: int
    """The newest of them."""
    name: str
    role: object
    """None of a session."""
    until: object
    is_revoked: bool = False


# -------------------------------------------------------------------------------------- people


def user_flaws(connection: Connection) -> Iterator[Flaw]:
    """Where people in the store are not what the audit trail says they are."""
    people: dict[str, _Person] = {}
    last = 0
    for entry in audit.told(connection, _OF_USERS):
        last = entry.number
        _follow(people, entry)
    for row in account_rows.user_rows(connection):
        person = people.pop(row.name, None)
        if person is None:
            yield Flaw(last, f"no entry says who added the user {row.name}")
            continue
        for what in _differences(row, person):
            yield Flaw(person.number, f"{what} after entry {person.number}")
    for name, person in people.items():
        yield Flaw(person.number, f"the store has lost the user {name}")


def _follow(people: dict[str, _Person], entry: Entry) -> None:
    """What a person is after an entry."""
    name = entry.subject.removeprefix(_USER)
    if entry.action == "user added":
        person = _Person(entry.number, entry.actor, entry.at, entry.body.get("role"))
        people.setdefault(name, person)
        return
    known = people.get(name)
    if known is None:
        return
    known.number = entry.number
    match entry.action:
        case "user disabled":
            known.disabled_at = entry.at
        case "user enabled":
            known.disabled_at = None
        case "role changed":
            known.role = entry.body.get("to")
        case "duty given":
            known.duties.add(str(entry.body.get("duty")))
        case "duty ended":
            known.duties.discard(str(entry.body.get("duty")))
        case _:
            pass


def _differences(row: UserRow, person: _Person) -> Iterator[str]:
    """What is another than it was."""
    name = row.name
    if row.role != person.role:
        yield f"the role of the user {name} is {row.role}, and was {person.role}"
    duties = canonical(sorted(person.duties))
    if row.duties != duties:
        yield f"the duties of the user {name} are {row.duties}, and were {duties}"
    was_disabled = person.disabled_at is not None
    if row.is_disabled != was_disabled:
        now, before = ("disabled", "was not") if row.is_disabled else ("not disabled", "was")
        yield f"the user {name} is {now}, and {before}"
    elif row.disabled_at != person.disabled_at:
        yield f"the time from which the user {name} is disabled is another than it was"
    if (row.created_by, row.created_at) != (person.by, person.since):
        yield f"by whom or when the user {name} was added is another than it was"


# ---------------------------------------------------------------------------------------- keys


def key_flaws(connection: Connection) -> Iterator[Flaw]:
    """Where keys and sessions in the store are not what the audit trail says they are."""
    made: dict[str, _Made] = {}
    last = 0
    for entry in audit.told(connection, _OF_KEYS):
        last = entry.number
        _note(made, entry)
    for row in account_rows.key_rows(connection):
        told = made.pop(row.prefix, None)
        what = f"session {row.prefix}" if row.is_session else f"key {row.name} ({row.prefix})"
        if told is None:
            yield Flaw(last, f"no entry says who made the {what}")
            continue
        reasons = _of_session(row, told) if row.is_session else _of_key(row, told)
        for reason in reasons:
            yield Flaw(told.number, f"{what}: {reason} is not what entry {told.number} says")
    for prefix, told in made.items():
        # Sessions that are over are forgotten.
        if told.role is not None:
            yield Flaw(told.number, f"the store has lost the key {told.name} ({prefix})")


def _note(made: dict[str, _Made], entry: Entry) -> None:
    body, number = entry.body, entry.number
    match entry.action:
        case "key made":
            name = entry.subject.removeprefix(_KEY)
            key = _Made(number, name, body.get("role"), body.get("until"))
            made.setdefault(str(body.get("prefix")), key)
        case "logged in":
            name = entry.subject.removeprefix(_USER)
            session = _Made(number, name, None, body.get("until"))
            made.setdefault(str(body.get("session")), session)
        case _:
            known = made.get(str(body.get("prefix", body.get("session"))))
            if known is not None:
                known.number, known.is_revoked = number, True


def _of_key(row: KeyRow, told: _Made) -> Iterator[str]:
    if (row.name, row.role) != (told.name, told.role):
        yield "the name or role"
    yield from _of_both(row, told)


def _of_session(row: KeyRow, told: _Made) -> Iterator[str]:
    if row.user != told.name or told.role is not None:
        yield "whose it is"
    yield from _of_both(row, told)


def _of_both(row: KeyRow, told: _Made) -> Iterator[str]:
    until = row.expires_at and row.expires_at.replace(microsecond=0)
    if until != _time(told.until) or row.is_limited != (told.until is not None):
        yield "how long it holds"
    if row.is_revoked != told.is_revoked:
        yield "whether it was revoked"


def _time(text: object) -> datetime.datetime | None:
    try:
        return datetime.datetime.fromisoformat(str(text))
    except ValueError:
        return None
