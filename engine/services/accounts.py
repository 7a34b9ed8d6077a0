"""People and programs of a store: who they are, and how they show it."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from engine.services.actors import Actor, Refused
from engine.services.keys import fits, prefix_of
from engine.store import accounts

if TYPE_CHECKING:
    import datetime

    from engine.services.actors import Role
    from engine.store.accounts import Key, User
    from engine.store.database import Database

BAD_KEY = "S202"


def authenticate(database: Database, key: str, at: datetime.datetime) -> Actor | Refused:
    """Who has a key or a session. Raises StoreError."""
    prefix = prefix_of(key)
    with database.reading() as connection:
        found = None if prefix is None else accounts.key_with(connection, prefix)
        user = None
        if found is not None and found[0].user_id is not None:
            user = accounts.user_with(connection, found[0].user_id)
    if not fits(key, None if found is None else found[1]) or found is None:
        message = f"{database.name} does not know this key or session"
        return Refused(BAD_KEY, message, "'dun login NAME' begins a session")
    return _actor(found[0], user, at)


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
    return Actor(user.name, cast("Role", user.role))
