"""People and keys in a store: found, added and changed."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import delete, func, insert, or_, select, update

from engine.store.schema.accounts import KEYS, USERS

if TYPE_CHECKING:
    from sqlalchemy import Connection


@dataclass(frozen=True, slots=True)
class User:
    """A person."""

    id: int
    name: str
    role: str
    created_at: datetime.datetime
    created_by: str
    disabled_at: datetime.datetime | None
    duties: tuple[str, ...] = ()
    """For what they may approve actions, such as `credit_manager`; in order."""


@dataclass(frozen=True, slots=True)
class Key:
    """A key of a program, or a session of a person."""

    id: int
    prefix: str
    name: str
    role: str
    user_id: int | None
    """Whose session it is; None for a program."""
    created_at: datetime.datetime
    created_by: str
    expires_at: datetime.datetime | None
    revoked_at: datetime.datetime | None

    def holds(self, at: datetime.datetime) -> bool:
        """Whether it can be used at a time."""
        return self.revoked_at is None and (self.expires_at is None or at < self.expires_at)


_OF_USER = tuple(USERS.c[name] for name in User.__slots__)
_AT_FIRST = tuple(column for column in _OF_USER if column.name != "duties")
"""What every step of a store has of a person."""
_OF_KEY = tuple(KEYS.c[name] for name in Key.__slots__)


def users(connection: Connection) -> list[User]:
    """Everybody, by name."""
    return [User(*row) for row in connection.execute(select(*_OF_USER).order_by(USERS.c.name))]


def user_named(connection: Connection, name: str) -> User | None:
    """The person of a name, disabled or not."""
    row = connection.execute(select(*_OF_USER).where(USERS.c.name == name)).first()
    return None if row is None else User(*row)


def user_with(connection: Connection, number: int, *, older: bool = False) -> User | None:
    """The person of an id. Of a store that may be `older`: without what came to it later."""
    columns = _AT_FIRST if older else _OF_USER
    row = connection.execute(select(*columns).where(USERS.c.id == number)).first()
    return None if row is None else User(*row)


def password_of(connection: Connection, user: User) -> str | None:
    """The hash of a person's password; None for who has none."""
    wanted = select(USERS.c.password).where(USERS.c.id == user.id)
    password: str | None = connection.execute(wanted).scalar_one()
    return password


def names_of_keys(connection: Connection) -> list[str]:
    """Every name of a program, whether it has a key that holds or not."""
    wanted = select(KEYS.c.name).where(KEYS.c.user_id.is_(None)).distinct()
    return list(connection.execute(wanted).scalars())


def enabled_admins(connection: Connection) -> int:
    """How many people can still do everything."""
    wanted = select(func.count()).where(USERS.c.role == "admin", USERS.c.disabled_at.is_(None))
    return connection.execute(wanted).scalar_one()


def add_user(
    connection: Connection, name: str, role: str, password: str, at: datetime.datetime, by: str
) -> None:
    """Add a person with the hash of a password."""
    row = {"name": name, "role": role, "password": password, "created_at": at, "created_by": by}
    connection.execute(insert(USERS).values(**row))


def change_user(connection: Connection, user: User, **values: object) -> None:
    """Change a person: `role`, `password`, `disabled_at`, `duties`."""
    connection.execute(update(USERS).where(USERS.c.id == user.id).values(**values))


def keys(connection: Connection) -> list[Key]:
    """Every key of a program, by name and then from the oldest."""
    wanted = select(*_OF_KEY).where(KEYS.c.user_id.is_(None)).order_by(KEYS.c.name, KEYS.c.id)
    return [Key(*row) for row in connection.execute(wanted)]


def key_with(connection: Connection, prefix: str) -> tuple[Key, str] | None:
    """The key or session of a prefix, and its digest."""
    row = connection.execute(select(*_OF_KEY, KEYS.c.digest).where(KEYS.c.prefix == prefix)).first()
    return None if row is None else (Key(*row[:-1]), row[-1])


def add_key(connection: Connection, digest: str, **values: object) -> None:
    """Add a key; `values` are those of `Key`."""
    connection.execute(insert(KEYS).values(digest=digest, **values))


def revoke(connection: Connection, key: Key, at: datetime.datetime) -> None:
    """End a key."""
    connection.execute(update(KEYS).where(KEYS.c.id == key.id).values(revoked_at=at))


def end_sessions(connection: Connection, user: User) -> None:
    """End every session of a person; the audit trail keeps that there were any."""
    connection.execute(delete(KEYS).where(KEYS.c.user_id == user.id))


def clear_sessions(connection: Connection, user: User, at: datetime.datetime) -> None:
    """Forget sessions of a person that have ended anyway."""
    ended = or_(KEYS.c.revoked_at.is_not(None), KEYS.c.expires_at <= at)
    connection.execute(delete(KEYS).where(KEYS.c.user_id == user.id, ended))
