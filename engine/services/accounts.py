"""People of a store, and who somebody is: logging in, sessions, keys."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

from engine.services.actors import Actor, Refused, not_allowed
from engine.services.keys import fits, new_key, prefix_of
from engine.services.passwords import WRONG, check
from engine.services.users import clean_name
from engine.store import accounts, audit

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from engine.services.actors import Permission, Role
    from engine.store.accounts import Key, User
    from engine.store.database import Database

BAD_KEY = "S202"

SESSION = datetime.timedelta(hours=12)
"""How long a person stays logged in."""


@dataclass(frozen=True, slots=True)
class Session:
    """A person who has just logged in."""

    actor: Actor
    key: str = field(repr=False)
    """Shows who it is, until the session ends."""
    expires_at: datetime.datetime


def authenticate(
    database: Database, key: str, at: datetime.datetime, *, older: bool = False
) -> Actor | Refused:
    """Who has a key or a session. Raises StoreError.

    Who upgrades a store is known by it while it is still `older`; then they have no duties yet.
    """
    prefix = prefix_of(key)
    with database.reading() as connection:
        found = None if prefix is None else accounts.key_with(connection, prefix)
        user = None
        if found is not None and found[0].user_id is not None:
            user = accounts.user_with(connection, found[0].user_id, older=older)
    if not fits(key, None if found is None else found[1]) or found is None:
        message = f"{database.name} does not know this key or session"
        return Refused(BAD_KEY, message, "'dun login NAME' begins a session")
    return _actor(found[0], user, at)


def acting_as(
    database: Database, name: str, permission: Permission, what: str, at: datetime.datetime
) -> Actor | Refused:
    """Who asked earlier for what is done now, if they may do it still. Raises StoreError.

    A program may have several keys: one that holds and allows it is enough. `what`: `perform a
    run`.
    """
    with database.reading() as connection:
        user = accounts.user_named(connection, name)
        keys = [] if user is not None else accounts.keys(connection)
    if user is not None and user.disabled_at is not None:
        return Refused(BAD_KEY, f"the user {name} is disabled", "ask an admin")
    if user is not None:
        actors = [_person(user)]
    else:
        actors = [
            Actor(key.name, cast("Role", key.role))
            for key in keys
            if key.name == name and key.holds(at)
        ]
    if not actors:
        hint = "an admin makes a new one: 'dun key create NAME --role ROLE'"
        return Refused(BAD_KEY, f"{name} has no key that holds", hint)
    able = next((each for each in actors if each.may(permission)), None)
    return able or not_allowed(actors[0], permission, what) or actors[0]


def _actor(key: Key, user: User | None, at: datetime.datetime) -> Actor | Refused:
    if user is None:
        if key.holds(at):
            return Actor(key.name, cast("Role", key.role))
        ended = "was revoked" if key.revoked_at else "has expired"
        hint = "an admin makes a new one: 'dun key create NAME --role ROLE'"
        return Refused(BAD_KEY, f"the key {key.name} {ended}", hint)
    if user.disabled_at is not None:
        return Refused(BAD_KEY, f"the user {user.name} is disabled", "ask an admin")
    if not key.holds(at):
        message = f"the session of {user.name} has ended"
        return Refused(BAD_KEY, message, f"'dun login {user.name}' begins a new one")
    return _person(user)


def _person(user: User) -> Actor:
    return Actor(user.name, cast("Role", user.role), frozenset(user.duties))


def login(database: Database, name: str, password: str, at: datetime.datetime) -> Session | Refused:
    """Begin a session. Who it fails for does not learn why. Raises StoreError."""
    with database.reading() as connection:
        kept = _password(connection, _user_called(connection, name))
    # This takes a while, in which nobody else has to wait.
    fitting, better = check(password, kept)
    refused = Refused(
        WRONG,
        "the name or the password is wrong",
        "if it is forgotten, an admin sets a new one: 'dun user password NAME'",
    )
    if not fitting:
        return refused
    with database.writing("accounts") as connection:
        user = _user_called(connection, name)
        if user is None or _password(connection, user) != kept:
            return refused
        if better is not None:
            accounts.change_user(connection, user, password=better)
        return begin_session(connection, user, at)


def _user_called(connection: Connection, name: str) -> User | None:
    spelled = clean_name(name)
    return None if isinstance(spelled, Refused) else accounts.user_named(connection, spelled)


def _password(connection: Connection, user: User | None) -> str | None:
    if user is None or user.disabled_at is not None:
        return None
    return accounts.password_of(connection, user)


def begin_session(connection: Connection, user: User, at: datetime.datetime) -> Session:
    """A session of a person, in the transaction of the reason for it."""
    key, expires_at = new_key(), at + SESSION
    accounts.clear_sessions(connection, user, at)
    accounts.add_key(
        connection,
        key.digest,
        prefix=key.prefix,
        name=user.name,
        role=user.role,
        user_id=user.id,
        created_at=at,
        created_by=user.name,
        expires_at=expires_at,
    )
    body = {"session": key.prefix, "until": expires_at.isoformat(timespec="seconds")}
    audit.append(connection, at, user.name, "logged in", f"user {user.name}", body)
    return Session(_person(user), key.text, expires_at)


def logout(database: Database, key: str, at: datetime.datetime) -> Actor | Refused:
    """End a session; who it was. A key of a program is not ended. Raises StoreError."""
    actor = authenticate(database, key, at)
    if isinstance(actor, Refused):
        return actor
    with database.writing("accounts") as connection:
        found = accounts.key_with(connection, prefix_of(key) or "")
        if found is None or found[0].user_id is None:
            message = f"{actor.name} has a key, and no session that could be ended"
            return Refused(BAD_KEY, message, "'dun key revoke NAME' ends a key")
        accounts.revoke(connection, found[0], at)
        body = {"session": found[0].prefix}
        audit.append(connection, at, actor.name, "logged out", f"user {actor.name}", body)
    return actor
