"""`dun whoami`: who is acting in a store."""

from __future__ import annotations

import json

import typer

from engine.cli.console import output
from engine.cli.exits import ExitCode
from engine.cli.options import Color, Format, one_of
from engine.cli.store import DatabaseOption, acting, open_store_for
from engine.cli.words import example

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command(epilog=example("dun whoami --format json"))
def whoami(database: DatabaseOption = None, form: Format = "text", color: Color = "auto") -> int:
    """Say who is acting: the program of DUN_KEY, else who logged in."""
    out = output(color)
    one_of("--format", form, ("text", "json"))
    store = open_store_for(database)
    actor = acting(store)
    duties = sorted(actor.duties)
    if form == "json":
        row = {"name": actor.name, "role": actor.role, "duties": duties, "store": store.name}
        out.result(json.dumps(row, ensure_ascii=False) + "\n")
    else:
        also = f"; approves as {', '.join(duties)}" if duties else ""
        out.result(f"{actor.name}, {actor.role} of {store.name}{also}\n")
    return ExitCode.DONE
