"""The people of a store: added, disabled, and what they may do."""

from __future__ import annotations

import re
import unicodedata
from difflib import get_close_matches
from typing import TYPE_CHECKING

from engine.services.actors import Actor, Refused, not_allowed
from engine.services.passwords import WRONG, check, hashed, too_weak
from engine.store import accounts, audit
from engine.store.accounts import User

if TYPE_CHECKING:
    import datetime
    from collections.abc import Mapping

    from sqlalchemy import Connection

    from engine.services.actors import Role
    from engine.store.database import Database

BAD_NAME = "S204"
NAME_TAKEN = "S205"
NO_SUCH_USER = "S207"
LAST_ADMIN = "S208"
NOTHING_TO_CHANGE = "S209"

LOCK = "accounts"
"""Who changes accounts waits for others who do: two admins cannot disable each other at once."""

__all__ = ["User"]


def clean_name(name: str) -> str | Refused:
    """A name for a user or a key in its one spelling, or why it is none."""
    spelled = unicodedata.normalize("NFC", name)
    if re.fullmatch(r"\w[\w.@+-]{0,63}", spelled):
        return spelled
    hint = "letters, digits and . @ + - _ can be used, at most 64"
    return Refused(BAD_NAME, f"'{name}' cannot be the name of a user or a key", hint)


def taken(connection: Connection, name: str, *, by_a_key: bool = False) -> Refused | None:
    """Whether a name is somebody's, so that the audit trail would not tell the two apart.

    Keys may share a name: a program gets a new one before its old one is revoked.
    """
    people = [user.name for user in accounts.users(connection)]
    programs = accounts.names_of_keys(connection)
    if by_a_key and name in programs:
        programs.remove(name)
    for other in (*people, *programs):
        if other.casefold() == name.casefold():
            message = f"there is a user or a key {other} already"
            return Refused(NAME_TAKEN, message, "choose another name")
    return None


def users(database: Database, actor: Actor) -> list[User] | Refused:
    """Everybody, disabled or not, by name. Raises StoreError."""
    refused = not_allowed(actor, "read", "see the users")
    if refused is not None:
        return refused
    with database.reading() as connection:
        return accounts.users(connection)


def add_user(
    database: Database, actor: Actor, name: str, role: Role, password: str, at: datetime.datetime
) -> User | Refused:
    """Add a person. Raises StoreError."""
    refused = not_allowed(actor, "administer", "add a user")
    if refused is not None:
        return refused
    spelled = clean_name(name)
    if isinstance(spelled, Refused):
        return spelled
    weak = too_weak(password, spelled)
    if weak is not None:
        return weak
    kept = hashed(password)
    with database.writing(LOCK) as connection:
        refused = taken(connection, spelled)
        if refused is not None:
            return refused
        return added(connection, User(0, spelled, role, at, actor.name, None), kept)


def added(connection: Connection, user: User, kept: str) -> User:
    """The same, in a transaction that is going on: a person with the hash of a password."""
    accounts.add_user(connection, user.name, user.role, kept, user.created_at, user.created_by)
    _tell(connection, user, user.created_by, user.created_at, "user added", {"role": user.role})
    return _found(connection, user.name)


def disable_user(
    database: Database, actor: Actor, name: str, at: datetime.datetime
) -> User | Refused:
    """Keep a person out, and end their sessions. Never the last admin. Raises StoreError."""
    refused = not_allowed(actor, "administer", "disable a user")
    if refused is not None:
        return refused
    with database.writing(LOCK) as connection:
        user = _somebody(connection, name)
        if isinstance(user, Refused):
            return user
        if user.disabled_at is not None:
            return Refused(NOTHING_TO_CHANGE, f"{user.name} is disabled already")
        refused = _last_admin(connection, user)
        if refused is not None:
            return refused
        accounts.change_user(connection, user, disabled_at=at)
        accounts.end_sessions(connection, user)
        _tell(connection, user, actor.name, at, "user disabled", {})
        return _found(connection, user.name)


def enable_user(
    database: Database, actor: Actor, name: str, at: datetime.datetime
) -> User | Refused:
    """Let a person in again, with the password that they had. Raises StoreError."""
    refused = not_allowed(actor, "administer", "enable a user")
    if refused is not None:
        return refused
    with database.writing(LOCK) as connection:
        user = _somebody(connection, name)
        if isinstance(user, Refused):
            return user
        if user.disabled_at is None:
            return Refused(NOTHING_TO_CHANGE, f"{user.name} is not disabled")
        accounts.change_user(connection, user, disabled_at=None)
        _tell(connection, user, actor.name, at, "user enabled", {})
        return _found(connection, user.name)


def change_role(
    database: Database, actor: Actor, name: str, role: Role, at: datetime.datetime
) -> User | Refused:
    """Give a person another role, from now on. Raises StoreError."""
    refused = not_allowed(actor, "administer", "change a role")
    if refused is not None:
        return refused
    with database.writing(LOCK) as connection:
        user = _somebody(connection, name)
        if isinstance(user, Refused):
            return user
        if user.role == role:
            return Refused(NOTHING_TO_CHANGE, f"{user.name} is {role} already")
        refused = _last_admin(connection, user)
        if refused is not None:
            return refused
        accounts.change_user(connection, user, role=role)
        body = {"from": user.role, "to": role}
        _tell(connection, user, actor.name, at, "role changed", body)
        return _found(connection, user.name)


def change_password(
    database: Database,
    actor: Actor,
    name: str,
    password: str,
    at: datetime.datetime,
    *,
    current: str | None = None,
) -> User | Refused:
    """Give a person another password, which ends their sessions. Raises StoreError.

    One's own takes the current one too: an open terminal is not enough. An admin sets that of
    anybody else.
    """
    own = name == actor.name
    refused = None if own else not_allowed(actor, "administer", "set the password of another user")
    if refused is not None:
        return refused
    weak = too_weak(password, name)
    if weak is not None:
        return weak
    with database.reading() as connection:
        user = _somebody(connection, name)
        before = None if isinstance(user, Refused) else accounts.password_of(connection, user)
    if isinstance(user, Refused):
        return user
    wrong = Refused(WRONG, "the current password is wrong", "nothing was changed")
    if own and not check(current or "", before)[0]:
        return wrong
    kept = hashed(password)
    with database.writing(LOCK) as connection:
        if accounts.password_of(connection, user) != before:
            return wrong
        accounts.change_user(connection, user, password=kept)
        accounts.end_sessions(connection, user)
        _tell(connection, user, actor.name, at, "password changed", {})
        return _found(connection, user.name)


def _somebody(connection: Connection, name: str) -> User | Refused:
    spelled = clean_name(name)
    user = None if isinstance(spelled, Refused) else accounts.user_named(connection, spelled)
    if user is not None:
        return user
    names = [each.name for each in accounts.users(connection)]
    meant = get_close_matches(name, names, 1)
    hint = f"did you mean '{meant[0]}'?" if meant else "'dun user list' names them all"
    return Refused(NO_SUCH_USER, f"there is no user '{name}'", hint)


def _found(connection: Connection, name: str) -> User:
    user = accounts.user_named(connection, name)
    if user is None:
        raise LookupError(name)
    return user


def _last_admin(connection: Connection, user: User) -> Refused | None:
    """Why the only admin cannot stop being one; None if it is not the only one."""
    is_admin = user.role == "admin" and user.disabled_at is None
    if not is_admin or accounts.enabled_admins(connection) > 1:
        return None
    message = f"{user.name} is the only admin, and without one nobody could be let in again"
    return Refused(LAST_ADMIN, message, "make somebody else admin first")


def _tell(
    connection: Connection,
    user: User,
    by: str,
    at: datetime.datetime,
    action: str,
    body: Mapping[str, object],
) -> None:
    audit.append(connection, at, by, action, f"user {user.name}", body)
