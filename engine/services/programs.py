"""Keys of programs: made, listed, revoked."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from engine.services.actors import Actor, Refused, not_allowed
from engine.services.keys import new_key
from engine.services.users import LOCK, clean_name, taken
from engine.store import accounts, audit
from engine.store.accounts import Key

if TYPE_CHECKING:
    import datetime

    from engine.services.actors import Role
    from engine.store.database import Database

NO_SUCH_KEY = "S210"
EXPIRED = "S211"

__all__ = ["Key"]


@dataclass(frozen=True, slots=True)
class MadeKey:
    """A key that was just made."""

    key: Key
    text: str = field(repr=False)
    """The key itself, which cannot be shown again."""


def create_key(
    database: Database,
    actor: Actor,
    name: str,
    role: Role,
    at: datetime.datetime,
    *,
    expires_at: datetime.datetime | None = None,
) -> MadeKey | Refused:
    """Make a key for a program. One program may have several. Raises StoreError."""
    refused = not_allowed(actor, "administer", "make a key")
    if refused is not None:
        return refused
    spelled = clean_name(name)
    if isinstance(spelled, Refused):
        return spelled
    if expires_at is not None and expires_at <= at:
        message = "a key that has expired already would be of no use"
        return Refused(EXPIRED, message, "name a later day")
    made = new_key()
    with database.writing(LOCK) as connection:
        refused = taken(connection, spelled, by_a_key=True)
        if refused is not None:
            return refused
        accounts.add_key(
            connection,
            made.digest,
            prefix=made.prefix,
            name=spelled,
            role=role,
            created_at=at,
            created_by=actor.name,
            expires_at=expires_at,
        )
        body = {"prefix": made.prefix, "role": role}
        if expires_at is not None:
            body["until"] = expires_at.isoformat(timespec="seconds")
        audit.append(connection, at, actor.name, "key made", f"key {spelled}", body)
        found = accounts.key_with(connection, made.prefix)
    if found is None:
        raise LookupError(made.prefix)
    return MadeKey(found[0], made.text)


def keys(database: Database, actor: Actor) -> list[Key] | Refused:
    """Every key of a program, revoked or not, by name. Raises StoreError."""
    refused = not_allowed(actor, "read", "see the keys")
    if refused is not None:
        return refused
    with database.reading() as connection:
        return accounts.keys(connection)


def revoke_key(
    database: Database, actor: Actor, which: str, at: datetime.datetime
) -> Key | Refused:
    """End a key, which is named by its prefix, or by its name if that is the only one of it."""
    refused = not_allowed(actor, "administer", "revoke a key")
    if refused is not None:
        return refused
    with database.writing(LOCK) as connection:
        live = [key for key in accounts.keys(connection) if key.revoked_at is None]
        meant = [key for key in live if which in (key.prefix, key.name)]
        if not meant:
            message = f"there is no key '{which}' that could be revoked"
            return Refused(NO_SUCH_KEY, message, "'dun key list' names them all")
        if len(meant) > 1:
            prefixes = ", ".join(key.prefix for key in meant)
            message = f"there are {len(meant)} keys of the name '{which}'"
            return Refused(NO_SUCH_KEY, message, f"say which by its beginning: {prefixes}")
        accounts.revoke(connection, meant[0], at)
        body = {"prefix": meant[0].prefix}
        audit.append(connection, at, actor.name, "key revoked", f"key {meant[0].name}", body)
        return meant[0]
