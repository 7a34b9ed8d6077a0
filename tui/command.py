"""`dun admin`: the terminal admin."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from engine.cli.exits import AT_END, ExitCode, OutsideError
from engine.cli.options import a_date
from engine.cli.policy_arguments import DEFAULT_FOLDER
from engine.cli.store import DatabaseOption, acting, address_of_store, now, open_store_for
from engine.cli.words import example

if TYPE_CHECKING:
    import datetime

    from tui.backend import Backend

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command(epilog=example("dun admin", "dun admin --on 2026-04-14"))
def admin(
    on: Annotated[
        str | None, typer.Option("--on", metavar="DATE", help="The day to look at; else today.")
    ] = None,
    policies: Annotated[
        str | None,
        typer.Option(
            "--policies",
            metavar="FOLDER",
            help="Where drafts of policies lie: else policies/ here, or beside the store's file.",
        ),
    ] = None,
    database: DatabaseOption = None,
) -> int:
    """Work with customers, policies and runs in the terminal.

    Who acts is who logged in with 'dun login'. Where there is no store yet, it
    offers to make a demo company. '?' shows the keys.
    """
    day = None if on is None else a_date("--on", on)
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        message = "dun admin needs a terminal, and this is none; other commands work without one"
        raise OutsideError(message)
    backend = _backend(database)
    if backend is None:
        return ExitCode.DONE
    backend.folder = _folder(policies, backend)
    return _run(backend, day)


def _backend(database: str | None) -> Backend | None:
    """The store and who acts in it; None where somebody left without one."""
    from tui.backend import Backend  # noqa: PLC0415 - loaded when it is called

    if database is None and not os.environ.get("DUN_DATABASE"):
        address = address_of_store(None)
        if not Path(address).exists():
            return _demo(address)
    store = open_store_for(database)
    return Backend(store, acting(store), now)


def _folder(given: str | None, backend: Backend) -> Path:
    """Where drafts lie."""
    from engine.services.stores import identity  # noqa: PLC0415 - as above

    if given is not None:
        return Path(given)
    here = Path(DEFAULT_FOLDER)
    beside = Path(identity(backend.database)).parent / DEFAULT_FOLDER
    if backend.database.is_sqlite and beside.is_dir() and not here.is_dir():
        return beside
    return here


def _demo(address: str) -> Backend | None:
    from engine.cli.sessions import check_sessions, keep_session  # noqa: PLC0415 - as above
    from engine.services.stores import identity  # noqa: PLC0415 - as above
    from tui.backend import Backend  # noqa: PLC0415 - as above
    from tui.frame.welcome import Welcome  # noqa: PLC0415 - as above

    check_sessions()
    is_plain = bool(os.environ.get("NO_COLOR"))
    made = Welcome(address, now, Path.cwd(), is_plain=is_plain).run()
    if made is None:
        return None
    AT_END.callback(made.database.close)
    keep_session(identity(made.database), made.session.key)
    return Backend(made.database, made.session.actor, now)


def _run(backend: Backend, day: datetime.date | None) -> int:
    from tui.app import Admin  # noqa: PLC0415 - as above
    from tui.keymap import keys_file, read_keymap  # noqa: PLC0415 - as above
    from tui.state import read_state, state_file  # noqa: PLC0415 - as above

    keymap, state = read_keymap(keys_file()), read_state(state_file())
    Admin(backend, on=day, state=state, keymap=keymap).run()
    return ExitCode.DONE
