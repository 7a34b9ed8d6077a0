"""People and programs in stores, for tests."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from engine.services import accounts, programs, users
from engine.services.actors import Actor, Refused
from engine.store import audit
from engine.store.schema import METADATA

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.store.accounts import User
    from engine.store.database import Database

NOW = datetime.datetime(2026, 3, 16, 9, 30, tzinfo=datetime.UTC)
HOUR = datetime.timedelta(hours=1)
PASSWORD = "correct horse battery"  # noqa: S105 - of nobody
OTHER = "staple of correct horses"
ADMIN = Actor("setup", "admin")

EVERY_CHANGE_OF_A_USER: list[Callable[[Database, Actor, str], object]] = [
    lambda database, actor, name: users.disable_user(database, actor, name, NOW),
    lambda database, actor, name: users.enable_user(database, actor, name, NOW),
    lambda database, actor, name: users.change_role(database, actor, name, "viewer", NOW),
    lambda database, actor, name: users.give_duty(database, actor, name, "credit_manager", NOW),
    lambda database, actor, name: users.end_duty(database, actor, name, "credit_manager", NOW),
    lambda database, actor, name: users.change_password(database, actor, name, OTHER, NOW),
]


def add(database: Database, name: str, role: Any = "clerk") -> User:  # noqa: ANN401 - a role
    added = users.add_user(database, ADMIN, name, role, PASSWORD, NOW)
    assert not isinstance(added, Refused), added
    return added


def log_in(database: Database, name: str, at: datetime.datetime = NOW) -> accounts.Session:
    """Begin a session."""
    session = accounts.login(database, name, PASSWORD, at)
    assert not isinstance(session, Refused), session
    return session


def key_for(database: Database, name: str, role: Any = "clerk") -> programs.MadeKey:  # noqa: ANN401 - a role
    made = programs.create_key(database, ADMIN, name, role, NOW)
    assert not isinstance(made, Refused), made
    return made


def code_of(result: object) -> str:
    """Why something was refused."""
    assert isinstance(result, Refused), result
    return result.code


def trail(database: Database) -> list[tuple[str, str, str]]:
    """Who did what to whom, in order."""
    with database.reading() as connection:
        return [(each.actor, each.action, each.subject) for each in audit.entries(connection)]


def everybody(database: Database) -> list[User]:
    """All people, by name."""
    found = users.users(database, ADMIN)
    assert not isinstance(found, Refused), found
    return found


def everything(database: Database) -> str:
    """All that a store holds, as one text."""
    with database.reading() as connection:
        tables = (connection.execute(select(table)).all() for table in METADATA.sorted_tables)
        return "\n".join(repr(row) for rows in tables for row in rows)
