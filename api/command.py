"""`dun serve`: the HTTP service."""

from __future__ import annotations

from typing import Annotated

import typer
import uvicorn

from api.app import make_app
from api.worker_process import WorkerProcess
from engine.cli.console import output
from engine.cli.exits import ExitCode
from engine.cli.options import Color, a_number
from engine.cli.run_command import Drop, letters_folder
from engine.cli.store import DatabaseOption, address_of_store, now, open_store_for
from engine.cli.words import example

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command(epilog=example("dun serve --port 8080"))
def serve(
    host: Annotated[
        str, typer.Option("--host", metavar="ADDRESS", help="Where to listen.")
    ] = "127.0.0.1",
    port: Annotated[str, typer.Option("--port", metavar="NUMBER", help="The port.")] = "8080",
    drop: Drop = None,
    database: DatabaseOption = None,
    color: Color = "auto",
) -> int:
    """Answer over HTTP what the next action for an invoice is.

    Programs show who they are with a key of 'dun key create'. Ctrl-C, or SIGTERM,
    finishes the requests that are running and ends. Runs that are performed over
    HTTP go on at the next start; their letters go to --drop.
    """
    out = output(color)
    number = a_number("--port", port, 1)
    folder = letters_folder(drop)
    store = open_store_for(database)
    out.say(f"answering on http://{host}:{number} from {store.name}; Ctrl-C ends it")
    application = make_app(store, now)
    worker = WorkerProcess(address_of_store(database), str(folder))
    application.state.background.call = worker.call
    worker.start()
    try:
        uvicorn.run(application, host=host, port=number, log_level="warning")
    finally:
        worker.end()
    return ExitCode.DONE
