"""`dun run`: what is to be done on a day is proposed, looked at by people, and performed once."""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

from engine.cli import run_abandon, run_lists, run_reviews
from engine.cli.console import output
from engine.cli.exits import ExitCode, OutsideError, UsageError
from engine.cli.options import Color, Format, a_date, a_text, one_of
from engine.cli.progress import progress
from engine.cli.store import DatabaseOption, acting, done, now, open_store_for, refuse
from engine.cli.words import example

if TYPE_CHECKING:
    import datetime

    from engine.cli.console import Output
    from engine.services.actors import Actor
    from engine.services.executing import Execution
    from engine.store.database import Database

DROP = "DUN_DROP"
"""The environment variable that names the folder for letters."""
DEFAULT_DROP = "letters"
Drop: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--drop", metavar="FOLDER", help=f"Where letters go; else {DROP} says, else letters."
    ),
]

app = typer.Typer(add_completion=False, rich_markup_mode=None)
app.registered_commands += [
    *run_lists.app.registered_commands,
    *run_reviews.app.registered_commands,
    *run_abandon.app.registered_commands,
]


@app.callback(
    invoke_without_command=True,
    epilog=example("dun run --on 2026-01-07", "dun run --execute"),
)
def run(
    ctx: typer.Context,
    on: Annotated[
        str | None, typer.Option("--on", metavar="DATE", help="The day of the run.")
    ] = None,
    execute: Annotated[
        bool,
        typer.Option("--execute", help="Perform what was proposed: of --on, else the newest run."),
    ] = False,
    drop: Drop = None,
    database: DatabaseOption = None,
    form: Format = "text",
    color: Color = "auto",
) -> int:
    """Propose what is to be done on a day, with reasons; after a review perform it.

    --on proposes, as often as you like, and does nothing else. --execute performs
    what nobody holds back and what waits for nobody, after a last look at the
    facts. It can be repeated and stopped at any moment: nothing happens twice.
    """
    if ctx.invoked_subcommand is not None:
        if (on, execute, drop, database, form, color) != (None, False, None, None, "text", "auto"):
            message = f"write the options after '{ctx.invoked_subcommand}'"
            raise UsageError(message)
        return ExitCode.DONE
    out = output(color)
    one_of("--format", form, ("text", "json"))
    day = None if on is None else a_date("--on", on)
    if execute:
        return _execute(out, database, day, letters_folder(drop), form)
    if drop is not None:
        message = "--drop says where --execute puts letters; add --execute, or leave it out"
        raise UsageError(message)
    if day is None:
        message = "give --on DATE to propose a run, or --execute to perform the newest"
        raise UsageError(message)
    return _propose(out, database, day, form)


def _propose(out: Output, database: str | None, day: datetime.date, form: str) -> int:
    from engine.cli.show_run import show_proposal
    from engine.services.plain_runs import plain_proposal
    from engine.services.proposing import propose
    from engine.services.run_sums import run_sums

    store = open_store_for(database)
    actor = acting(store)
    with progress(out, "proposing") as tell:
        proposal = done(propose(store, actor, day, now(), progress=tell))
    sums = done(run_sums(store, actor, proposal.run))
    if form == "json":
        out.result(json.dumps(plain_proposal(proposal, sums), ensure_ascii=False) + "\n")
    else:
        show_proposal(out, proposal, sums)
    return ExitCode.PROBLEMS if proposal.run.outcomes.get("undecided") else ExitCode.DONE


def _execute(
    out: Output, database: str | None, on: datetime.date | None, folder: Path, form: str
) -> int:
    from engine.cli.show_run import show_execution
    from engine.services.actors import not_allowed
    from engine.services.plain_runs import plain_execution
    from engine.services.run_lists import show_run
    from engine.services.run_sums import run_sums

    store = open_store_for(database)
    actor = acting(store)
    refuse(not_allowed(actor, "run", "perform a run"))
    day = done(show_run(store, actor, on, limit=1)).run.day
    _look_at(folder)
    result = _performed(out, store, actor, day, folder)
    sums = done(run_sums(store, actor, result.run))
    if form == "json":
        plain = plain_execution(result, sums, str(folder))
        out.result(json.dumps(plain, ensure_ascii=False) + "\n")
    else:
        show_execution(out, result, sums, folder, now().date())
    return ExitCode.ENVIRONMENT if result.failed else ExitCode.DONE


def _performed(
    out: Output, store: Database, actor: Actor, day: datetime.date, folder: Path
) -> Execution:
    from engine.io.file_drop import FileDrop
    from engine.services.delivering import Sending
    from engine.services.executing import execute
    from engine.store.errors import StoreError

    sending = Sending(str(folder), lambda name: FileDrop(Path(name)))
    try:
        with progress(out, "performing") as tell:
            return done(execute(store, actor, day, now, sending, progress=tell))
    except FileNotFoundError as error:
        message = (
            f"letters were put into {folder} before, and {error.filename}, which knows them,"
            " is not there; nothing was begun; is a disk or a share not mounted?"
            " see 'Where letters go' in docs/runs.md"
        )
        raise OutsideError(message) from None
    except (KeyboardInterrupt, SystemExit, StoreError):
        # A signal ends the process as SystemExit, see `engine.cli.main`.
        out.say("nothing is lost: the next 'dun run --execute' finishes what was begun")
        raise


def letters_folder(drop: str | None) -> Path:
    """Where letters go: the option, else the environment, else a folder here; absolute."""
    if drop == "":
        message = "--drop takes a folder, and what was given is empty"
        raise UsageError(message)
    text = a_text("--drop", drop or os.environ.get(DROP) or DEFAULT_DROP)
    return Path(text).absolute()


def _look_at(folder: Path) -> None:
    """See to it that letters can go into a folder, before any is begun for it.

    What was begun for a folder goes to that folder or nowhere, so a slip must be found before.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"letters")
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        message = f"letters cannot be put into {folder}: {why}; nothing was begun"
        raise OutsideError(message) from None
