"""`dun upgrade`: a store of an earlier version is brought up to date."""

from __future__ import annotations

import typer

from engine.cli.console import output
from engine.cli.exits import ExitCode
from engine.cli.options import Color
from engine.cli.store import DatabaseOption, acting, done, now, open_store_for
from engine.cli.words import example

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command(epilog=example("dun upgrade --database dun.db"))
def upgrade(database: DatabaseOption = None, color: Color = "auto") -> int:
    """Bring a store that an earlier version made up to date.

    Make a backup first. The store is brought up to date as a whole or, if
    anything goes wrong, stays as it was. It takes an admin.
    """
    from engine.services.stores import upgrade_store

    out = output(color)
    # Who may upgrade is asked first, so this program must be able to read users and keys as they
    # are at any earlier step.
    store = open_store_for(database, older=True)
    upgraded = done(upgrade_store(store, acting(store, older=True), now()))
    if upgraded.is_changed:
        out.say(f"{store.name} was at step {upgraded.before} and is now at step {upgraded.now}")
    else:
        out.say(f"{store.name} is up to date (step {upgraded.now}); nothing was changed")
    return ExitCode.DONE
