"""`dun logout`: end the session in a store."""

from __future__ import annotations

import typer

from engine.cli.console import output
from engine.cli.exits import ExitCode
from engine.cli.options import Color
from engine.cli.store import DatabaseOption, now, open_store_for
from engine.cli.words import example

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command(epilog=example("dun logout"))
def logout(database: DatabaseOption = None, color: Color = "auto") -> int:
    """End the session that 'dun login' or 'dun init' began."""
    from engine.cli.sessions import forget_session, session_of
    from engine.services.accounts import logout
    from engine.services.actors import Refused
    from engine.services.stores import identity

    out = output(color)
    store = open_store_for(database)
    key = session_of(identity(store))
    if key is None:
        out.say(f"nobody was logged in to {store.name}")
        return ExitCode.DONE
    actor = logout(store, key, now())
    forget_session(identity(store))
    ended = "the session had ended already" if isinstance(actor, Refused) else actor.name
    out.say(f"logged out of {store.name} ({ended})")
    return ExitCode.DONE
