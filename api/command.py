"""`dun serve`: the HTTP service."""

from __future__ import annotations

import logging
import os
import sys
from contextlib import closing, suppress
from typing import TYPE_CHECKING, Annotated, TypeAlias, cast

import typer

from api.app import Operating, make_app
from api.limits import Limits
from api.logs import FORMS, Log, begin_log
from api.serving import Server
from api.telemetry import MissingError, Telemetry, configured
from api.webhook_sender import WebhookSender
from api.worker_process import WorkerProcess
from engine.cli.console import Output, output
from engine.cli.exits import ExitCode
from engine.cli.listening import listening, url_of
from engine.cli.options import Color, a_number, one_of
from engine.cli.run_command import Drop, letters_folder
from engine.cli.store import DatabaseOption, address_of_store, now, open_store_for
from engine.cli.webhook_options import AllowPrivate, outgoing
from engine.cli.words import example

if TYPE_CHECKING:
    from api.logs import Form

_LOG = logging.getLogger("dunlang.http")
RATE = "1000"
AT_ONCE = "500"
GRACE = "30"

Rate: TypeAlias = Annotated[
    str,
    typer.Option(
        "--rate", metavar="NUMBER", help="Requests a second under one key; 0: any number."
    ),
]
Burst: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--burst", metavar="NUMBER", help="How many of them may come at once; else twice."
    ),
]

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command(epilog=example("dun serve --port 8080"))
def serve(  # noqa: PLR0913, PLR0917 - as many as there are options
    host: Annotated[
        str, typer.Option("--host", metavar="ADDRESS", help="Where to listen.")
    ] = "127.0.0.1",
    port: Annotated[str, typer.Option("--port", metavar="NUMBER", help="The port.")] = "8080",
    drop: Drop = None,
    log: Annotated[
        str | None,
        typer.Option(
            "--log",
            metavar="text|json|off",
            help="How requests are logged on stderr: text at a terminal, else json.",
        ),
    ] = None,
    rate: Rate = RATE,
    burst: Burst = None,
    at_once: Annotated[
        str,
        typer.Option(
            "--at-once", metavar="NUMBER", help="Requests that are answered at the same time."
        ),
    ] = AT_ONCE,
    grace: Annotated[
        str,
        typer.Option(
            "--grace", metavar="SECONDS", help="How long running requests may take at the end."
        ),
    ] = GRACE,
    proxy: Annotated[
        list[str] | None,
        typer.Option(
            "--proxy",
            metavar="ADDRESS",
            help="A proxy that is believed when it says who asks; may be repeated.",
        ),
    ] = None,
    allow: AllowPrivate = False,  # noqa: FBT002 - a flag
    database: DatabaseOption = None,
    color: Color = "auto",
) -> int:
    """Answer over HTTP what the next action for an invoice is.

    Programs show who they are with a key of 'dun key create'. Ctrl-C, or SIGTERM,
    finishes the requests that are running and ends; a second one ends at once. Runs
    that are performed over HTTP go on at the next start; their letters go to --drop.
    """
    out = output(color)
    number, seconds = a_number("--port", port, 0), a_number("--grace", grace, 0)
    limits = Limits(
        rate=a_number("--rate", rate, 0) or None,
        burst=None if burst is None else a_number("--burst", burst, 1),
        at_once=a_number("--at-once", at_once, 1),
    )
    form = cast("Form", one_of("--log", log or _usual(), FORMS))
    folder, leaving = letters_folder(drop), outgoing(allow_private=allow)
    store = open_store_for(database)
    telemetry = _telemetry(out)
    listener = listening(host, number)
    with closing(begin_log(form)) as lines, closing(telemetry):
        answered = None if form == "off" else lines.answered
        operating = Operating(limits, telemetry, answered, leaving)
        application = make_app(store, now, operating)
        worker = WorkerProcess(address_of_store(database), str(folder), form)
        application.state.background.call = worker.call

        def end() -> None:
            worker.is_ending = True

        def abandon() -> None:
            worker.end()
            _end_at_once(lines, seconds)

        server = Server(
            application, grace=seconds, proxies=proxy or [], ending=end, abandon=abandon
        )
        worker.start()
        try:
            _say(out, form, f"answering on {url_of(listener)} from {store.name}; Ctrl-C ends it")
            with WebhookSender(store, now, leaving):
                server.run(sockets=[listener])
        finally:
            worker.end()
    return ExitCode.DONE


def _usual() -> Form:
    return "text" if sys.stderr.isatty() else "json"


def _telemetry(out: Output) -> Telemetry:
    try:
        return configured()
    except MissingError as error:
        out.say(f"note: {error}; the service goes on without")
        return Telemetry()


def _say(out: Output, form: Form, text: str) -> None:
    if form == "json":
        _LOG.info(text)
    else:
        with suppress(OSError):
            out.say(text)


def _end_at_once(lines: Log, seconds: int) -> None:
    _LOG.error("requests were still running after %d seconds and were broken off", seconds)
    lines.close()
    os._exit(ExitCode.ENVIRONMENT)
