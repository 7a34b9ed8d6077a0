"""`dun login`: begin a session in a store."""

from __future__ import annotations

import os
from typing import Annotated

import typer

from engine.cli.console import output
from engine.cli.exits import ExitCode
from engine.cli.options import Color
from engine.cli.passwords import PasswordStdin, the_password
from engine.cli.store import KEY, DatabaseOption, done, now, open_store_for
from engine.cli.words import example

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command(epilog=example("dun login anna"))
def login(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The name of a user.")],
    database: DatabaseOption = None,
    password_stdin: PasswordStdin = False,
    color: Color = "auto",
) -> int:
    """Log in to a store for twelve hours.

    The session is kept in a file that only you can read; 'dun logout' ends it.
    A program does not log in: it puts a key ('dun key') into DUN_KEY.
    """
    from engine.cli.sessions import check_sessions, keep_session, session_of
    from engine.services.accounts import login, logout
    from engine.services.stores import identity

    out = output(color)
    store = open_store_for(database)
    password = the_password(f"Password of {name}: ", from_stdin=password_stdin)
    check_sessions()
    session = done(login(store, name, password, now()))
    before = session_of(identity(store))
    keep_session(identity(store), session.key)
    if before is not None:
        # Nobody could end it any more; if it has ended already, all the better.
        logout(store, before, now())
    out.say(f"{session.actor.name} is logged in to {store.name} as {session.actor.role}")
    if os.environ.get(KEY):
        out.say(f"{KEY} is set: until it is not, its program acts, and not {session.actor.name}")
    return ExitCode.DONE
