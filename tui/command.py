"""`dun admin`: the terminal admin."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

from engine.cli.exits import AT_END, ExitCode, OutsideError
from engine.cli.listening import listening
from engine.cli.options import a_date, a_number
from engine.cli.policy_arguments import DEFAULT_FOLDER
from engine.cli.store import DatabaseOption, acting, address_of_store, now, open_store_for
from engine.cli.words import example

if TYPE_CHECKING:
    import datetime

    from tui.backend import Backend, Database

Web: TypeAlias = Annotated[
    bool, typer.Option("--web", help="Serve it to browsers, where everybody logs in.")
]
Host: TypeAlias = Annotated[
    str, typer.Option("--host", metavar="ADDRESS", help="Where to listen, with --web.")
]
Port: TypeAlias = Annotated[
    str, typer.Option("--port", metavar="NUMBER", help="The port, with --web.")
]
AtOnce: TypeAlias = Annotated[
    str,
    typer.Option("--at-once", metavar="NUMBER", help="Pages that may be open, with --web."),
]
Proxy: TypeAlias = Annotated[
    list[str] | None,
    typer.Option(
        "--proxy",
        metavar="ADDRESS",
        help="A proxy with TLS that is believed when it says who asks, with --web;"
        " may be repeated.",
    ),
]

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command(epilog=example("dun admin", "dun admin --on 2026-04-14", "dun admin --web"))
def admin(  # noqa: PLR0913, PLR0917 - as many as there are options
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
    web: Web = False,  # noqa: FBT002 - a flag
    host: Host = "127.0.0.1",
    port: Port = "8200",
    at_once: AtOnce = "20",
    proxy: Proxy = None,
    database: DatabaseOption = None,
) -> int:
    """Work with customers, policies and runs in the terminal.

    Who acts is who logged in with 'dun login'. Where there is no store yet, it
    offers to make a demo company. '?' shows the keys.

    With --web the same is a page: everybody logs in there, with their own name.
    """
    day = None if on is None else a_date("--on", on)
    if web:
        number, most = a_number("--port", port, 0), a_number("--at-once", at_once, 1)
        return _serve(database, policies, day, (host, number), most, tuple(proxy or ()))
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        message = "dun admin needs a terminal, and this is none; other commands work without one"
        raise OutsideError(message)
    backend = _backend(database)
    if backend is None:
        return ExitCode.DONE
    backend.folder = _folder(policies, backend.database)
    return _run(backend, day)


def _serve(
    database: str | None,
    policies: str | None,
    day: datetime.date | None,
    place: tuple[str, int],
    at_once: int,
    proxies: tuple[str, ...],
) -> int:
    from tui.web.serving import Given, make_site, serve  # noqa: PLC0415 - as below

    store = open_store_for(database)
    folder = _folder(policies, store)
    on = "" if day is None else str(day)
    given = Given(_whole(address_of_store(database)), folder, on, at_once, proxies)
    serve(make_site(store, now, given), listening(*place), proxies)
    return ExitCode.DONE


def _whole(address: str) -> str:
    """An address that holds in any folder."""
    return address if "://" in address else str(Path(address).absolute())


def _backend(database: str | None) -> Backend | None:
    """The store and who acts in it; None where somebody left without one."""
    from tui.backend import Backend  # noqa: PLC0415 - loaded when it is called

    if database is None and not os.environ.get("DUN_DATABASE"):
        address = address_of_store(None)
        if not Path(address).exists():
            return _demo(address)
    store = open_store_for(database)
    return Backend(store, acting(store), now)


def _folder(given: str | None, store: Database) -> Path:
    """Where drafts lie."""
    from engine.services.stores import identity  # noqa: PLC0415 - as above

    if given is not None:
        return Path(given)
    here = Path(DEFAULT_FOLDER)
    beside = Path(identity(store)).parent / DEFAULT_FOLDER
    if store.is_sqlite and beside.is_dir() and not here.is_dir():
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
