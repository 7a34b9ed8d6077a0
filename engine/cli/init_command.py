"""`dun init`: a store with one admin."""

from __future__ import annotations

from typing import Annotated

import typer

from engine.cli.console import output
from engine.cli.exits import AT_END, ExitCode
from engine.cli.options import Color
from engine.cli.passwords import PasswordStdin, new_password
from engine.cli.store import DatabaseOption, address_of_store, done, now, refuse
from engine.cli.words import example

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command(epilog=example("dun init --admin anna"))
def init(
    database: DatabaseOption = None,
    admin: Annotated[
        str | None,
        typer.Option("--admin", metavar="NAME", help="The first admin; else you, as you log in."),
    ] = None,
    password_stdin: PasswordStdin = False,
    color: Color = "auto",
) -> int:
    """Make a store with one admin, who is logged in.

    The store keeps customers, invoices, published policies, runs, and who did
    what. It is a file unless --database names a PostgreSQL.
    """
    from engine.cli.sessions import check_sessions, keep_session
    from engine.services.stores import identity, make_store, there_already
    from engine.services.users import clean_name

    out = output(color)
    address = address_of_store(database)
    # Before anybody thinks of a password.
    refuse(there_already(address))
    name = done(clean_name(admin or _login_name()))
    password = new_password(name, from_stdin=password_stdin)
    check_sessions()
    made, session = done(make_store(address, name, password, now()))
    AT_END.callback(made.close)
    keep_session(identity(made), session.key)
    out.say(f"made the store {made.name}; {name} is its admin and logged in")
    return ExitCode.DONE


def _login_name() -> str:
    from getpass import getuser

    try:
        return getuser()
    except (OSError, KeyError, ImportError):  # of different versions of Python
        return "admin"
