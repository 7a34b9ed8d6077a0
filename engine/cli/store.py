"""What a command that works with a store begins with: the store, and who is acting."""

from __future__ import annotations

import datetime
import os
from typing import TYPE_CHECKING, Annotated, TypeAlias, TypeVar

import typer

from engine.cli.exits import AT_END, RefusedError, UsageError

if TYPE_CHECKING:
    from engine.services.actors import Actor, Refused
    from engine.store.database import Database

ADDRESS = "DUN_DATABASE"
"""The environment variable that names the store."""
KEY = "DUN_KEY"
"""The environment variable with the key of a program."""

DatabaseOption: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--database",
        metavar="ADDRESS",
        help=f"The store: a file, or postgresql://...; else {ADDRESS} says, else dun.db.",
    ),
]

Result = TypeVar("Result")


def address_of_store(address: str | None) -> str:
    """The address of the store: the option, else the environment, else a file in this folder."""
    from engine.services.stores import DEFAULT

    if address == "":
        message = "--database takes a file or an address, and what was given is empty"
        raise UsageError(message)
    return address or os.environ.get(ADDRESS) or DEFAULT


def open_store_for(address: str | None, *, older: bool = False) -> Database:
    """The store of `--database`, closed when the command ends. Raises StoreError (exit code 3).

    One of an earlier version is only opened to be brought up to date.
    """
    from engine.services.stores import open_store

    database = open_store(address_of_store(address), older=older)
    AT_END.callback(database.close)
    return database


def acting(database: Database, *, older: bool = False) -> Actor:
    """Who is acting: the program of DUN_KEY, else the person who logged in.

    `older`: in a store that may be of an earlier version.
    Raises RefusedError (exit code 1) where nobody is known to be.
    """
    from engine.services.accounts import authenticate
    from engine.services.audit import ahead_of

    at = now()
    actor = done(authenticate(database, _key(database), at, older=older))
    newest = ahead_of(database, at)
    if newest is not None:
        typer.echo(
            f"note: the clock of this computer says {at:%Y-%m-%d %H:%M} UTC, and the newest entry"
            f" of the audit trail is of {newest:%Y-%m-%d %H:%M} UTC; one of the two is wrong,"
            " and what is done now is written down with the earlier time",
            err=True,
        )
    return actor


def _key(database: Database) -> str:
    from engine.cli.sessions import session_of
    from engine.services.stores import identity

    key = os.environ.get(KEY) or session_of(identity(database))
    if key is None:
        message = (
            f"nobody is logged in to {database.name}; 'dun login NAME' begins a session,"
            f" and a program puts its key into {KEY}"
        )
        raise RefusedError(message)
    return key


def done(result: Result | Refused) -> Result:
    """What a service answered; a refusal ends the command with exit code 1."""
    from engine.services.actors import Refused

    if isinstance(result, Refused):
        refuse(result)
        raise TypeError(result)
    return result


def refuse(refused: Refused | None) -> None:
    """End the command with exit code 1 if there is a reason to."""
    from dunlang.render import visible

    if refused is not None:
        raise RefusedError(visible(str(refused)))


def now() -> datetime.datetime:
    """The time, which only commands ask for: services are told."""
    return datetime.datetime.now(datetime.UTC)
