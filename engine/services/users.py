"""The people of a store: added, disabled, and what they may do."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import TYPE_CHECKING

from engine.services.actors import Actor, Refused, not_allowed
from engine.services.passwords import WRONG, check, hashed, too_weak
from engine.store import accounts, audit
from engine.store.accounts import User

if TYPE_CHECKING:
    import datetime
    from collections.abc import Callable, Mapping

    from sqlalchemy import Connection

    from engine.services.actors import Role
    from engine.store.database import Database

BAD_NAME = "S204"
NAME_TAKEN = "S205"
NO_SUCH_USER = "S207"
LAST_ADMIN = "S208"
NOTHING_TO_CHANGE = "S209"
BAD_DUTY = "S214"

_DUTY = re.compile(r"[A-Za-z][A-Za-z0-9_]*(-[A-Za-z0-9_]+)*")
"""As the language writes names."""

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

    def disabled(connection: Connection, user: User) -> _Change | Refused:
        if user.disabled_at is not None:
            return Refused(NOTHING_TO_CHANGE, f"{user.name} is disabled already")
        refused = _last_admin(connection, user)
        if refused is None:
            accounts.end_sessions(connection, user)
        return refused or _Change("user disabled", {"disabled_at": at})

    return _changed(database, actor, "disable a user", name, at, disabled)


def enable_user(
    database: Database, actor: Actor, name: str, at: datetime.datetime
) -> User | Refused:
    """Let a person in again, with the password that they had. Raises StoreError."""

    def enabled(_: Connection, user: User) -> _Change | Refused:
        if user.disabled_at is None:
            return Refused(NOTHING_TO_CHANGE, f"{user.name} is not disabled")
        return _Change("user enabled", {"disabled_at": None})

    return _changed(database, actor, "enable a user", name, at, enabled)


def change_role(
    database: Database, actor: Actor, name: str, role: Role, at: datetime.datetime
) -> User | Refused:
    """Give a person another role, from now on. Raises StoreError."""

    def changed(connection: Connection, user: User) -> _Change | Refused:
        if user.role == role:
            return Refused(NOTHING_TO_CHANGE, f"{user.name} is {role} already")
        told = {"from": user.role, "to": role}
        return _last_admin(connection, user) or _Change("role changed", {"role": role}, told)

    return _changed(database, actor, "change a role", name, at, changed)


def give_duty(
    database: Database, actor: Actor, name: str, duty: str, at: datetime.datetime
) -> User | Refused:
    """Let a person approve what a policy wants approved by a role. Raises StoreError.

    The person may be who gives it: nobody approves by being admin, and the audit trail shows who
    let themselves.
    """

    def given(_: Connection, user: User) -> _Change | Refused:
        if not _DUTY.fullmatch(duty):
            hint = "it is written as after 'needs approval by' in a policy: credit_manager"
            return Refused(BAD_DUTY, f"'{duty}' cannot be a duty", hint)
        if duty in user.duties:
            return Refused(NOTHING_TO_CHANGE, f"{user.name} has the duty {duty} already")
        duties = sorted({*user.duties, duty})
        return _Change("duty given", {"duties": duties}, {"duty": duty})

    return _changed(database, actor, "give a duty", name, at, given)


def end_duty(
    database: Database, actor: Actor, name: str, duty: str, at: datetime.datetime
) -> User | Refused:
    """Take a duty from a person, from now on. What they approved stays so. Raises StoreError."""

    def ended(_: Connection, user: User) -> _Change | Refused:
        if duty not in user.duties:
            hint = f"the duties of {user.name}: {', '.join(user.duties) or 'none'}"
            return Refused(NOTHING_TO_CHANGE, f"{user.name} does not have the duty '{duty}'", hint)
        duties = [each for each in user.duties if each != duty]
        return _Change("duty ended", {"duties": duties}, {"duty": duty})

    return _changed(database, actor, "end a duty", name, at, ended)


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
        accounts.end_sessions(connection, user)
        change = _Change("password changed", {"password": kept})
        return _put(connection, user, actor.name, at, change)


@dataclass(frozen=True, slots=True)
class _Change:
    """What becomes of a person."""

    action: str
    """As the audit trail calls it."""
    values: Mapping[str, object]
    """What is another from now on."""
    told: Mapping[str, object] = field(default_factory=dict)
    """What the audit trail tells of it."""


def _changed(
    database: Database,
    actor: Actor,
    what: str,
    name: str,
    at: datetime.datetime,
    change: Callable[[Connection, User], _Change | Refused],
) -> User | Refused:
    """Change a person, as an admin. `change` says into what, or why not."""
    refused = not_allowed(actor, "administer", what)
    if refused is not None:
        return refused
    with database.writing(LOCK) as connection:
        user = _somebody(connection, name)
        if isinstance(user, Refused):
            return user
        made = change(connection, user)
        if isinstance(made, Refused):
            return made
        return _put(connection, user, actor.name, at, made)


def _put(
    connection: Connection, user: User, by: str, at: datetime.datetime, change: _Change
) -> User:
    accounts.change_user(connection, user, **change.values)
    _tell(connection, user, by, at, change.action, change.told)
    return _found(connection, user.name)


def _somebody(connection: Connection, name: str) -> User | Refused:
    spelled = clean_name(name)
    user = None if isinstance(spelled, Refused) else accounts.user_named(connection, spelled)
    if user is not None:
        return user
    if name in accounts.names_of_keys(connection):
        hint = "'dun key list' names its keys"
        return Refused(NO_SUCH_USER, f"{name} is a program, and no user", hint)
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
