"""People and keys as the database holds them, whatever somebody wrote into it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import Text, select, type_coerce

from engine.store.schema.accounts import KEYS, USERS
from engine.store.schema.base import MomentIfAny

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterator

    from sqlalchemy import Column, ColumnElement, Connection


class UserRow(NamedTuple):
    """A person; a time that is none is missing."""

    name: str
    role: str
    created_by: str
    created_at: datetime.datetime | None
    is_disabled: bool
    disabled_at: datetime.datetime | None
    duties: str
    """Their text."""


class KeyRow(NamedTuple):
    """A key of a program, or a session of a person; a time that is none is missing."""

    prefix: str
    name: str
    role: str
    user: str | None
    """Whose session it is."""
    is_session: bool
    is_limited: bool
    expires_at: datetime.datetime | None
    is_revoked: bool


def user_rows(connection: Connection) -> Iterator[UserRow]:
    """Everybody, by name."""
    wanted = select(
        USERS.c.name,
        USERS.c.role,
        USERS.c.created_by,
        _moment(USERS.c.created_at),
        USERS.c.disabled_at.is_not(None),
        _moment(USERS.c.disabled_at),
        type_coerce(USERS.c.duties, Text),
    ).order_by(USERS.c.name)
    return (UserRow(*row) for row in connection.execute(wanted))


def key_rows(connection: Connection) -> Iterator[KeyRow]:
    """Every key and every session, the oldest first."""
    wanted = (
        select(
            KEYS.c.prefix,
            KEYS.c.name,
            KEYS.c.role,
            USERS.c.name.label("user"),
            KEYS.c.user_id.is_not(None),
            KEYS.c.expires_at.is_not(None),
            _moment(KEYS.c.expires_at),
            KEYS.c.revoked_at.is_not(None),
        )
        .join_from(KEYS, USERS, KEYS.c.user_id == USERS.c.id, isouter=True)
        .order_by(KEYS.c.id)
    )
    return (KeyRow(*row) for row in connection.execute(wanted))


def _moment(column: Column[datetime.datetime]) -> ColumnElement[datetime.datetime | None]:
    return type_coerce(column, MomentIfAny())
