"""`dun import`: customers, invoices and events from a file into a store."""

from __future__ import annotations

import json
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from engine.cli.console import output
from engine.cli.exits import ExitCode, UsageError
from engine.cli.loading import report_problems
from engine.cli.options import (
    STDIN,
    STDIN_NAME,
    Color,
    Format,
    a_place_for_bad_rows,
    one_of,
    paths,
    stdin_in_parts,
)
from engine.cli.progress import progress
from engine.cli.store import DatabaseOption, acting, done, now, open_store_for, refuse
from engine.cli.words import counted, example

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.cli.console import Output
    from engine.services.imports import Imported

app = typer.Typer(add_completion=False, rich_markup_mode=None)

_PARQUET = b"PAR1"
"""With this a Parquet file begins."""


@app.command(
    name="import",
    epilog=example(
        "dun import customers demo-company/ledger/customers.csv",
        "dun import invoices demo-company/ledger/invoices.csv",
        "dun import events demo-company/ledger/events.csv",
    ),
)
def import_(
    kind: Annotated[
        str, typer.Argument(metavar="KIND", help="What the file holds: customers|invoices|events.")
    ],
    file: Annotated[
        str, typer.Argument(metavar="FILE", help="CSV or Parquet, or - for standard input.")
    ],
    skip_bad: Annotated[
        str | None,
        typer.Option(
            "--skip-bad",
            metavar="FILE",
            help="Take the good rows, and write the bad ones to FILE with their reasons.",
        ),
    ] = None,
    database: DatabaseOption = None,
    form: Format = "text",
    color: Color = "auto",
) -> int:
    """Take a file of customers, invoices or events into a store.

    Nothing is taken from a file with a bad row. What is there already is not
    taken twice; what changed becomes an event of today. An import that was
    stopped goes on where it was when it is started again.
    """
    from engine.services.actors import not_allowed
    from engine.services.imports import KINDS, Given, import_file

    out = output(color)
    one_of("--format", form, ("text", "json"))
    named = next((each for each in KINDS if each == kind), None)
    if named is None:
        message = f"KIND is one of {', '.join(KINDS)}, not '{kind}'"
        raise UsageError(message)
    (path,) = paths([file], file)
    rejects = a_place_for_bad_rows(skip_bad)
    if rejects is not None and rejects.resolve() == path.resolve():
        message = f"--skip-bad would replace {rejects}, which is imported; name another file"
        raise UsageError(message)
    store = open_store_for(database)
    actor = acting(store)
    refuse(not_allowed(actor, "import", "import a file"))
    with _on_disk(path) as (there, name), progress(out, "importing") as tell:
        given = Given(named, there, name, rejects)
        result = done(import_file(store, actor, now(), given, progress=tell))
    if form == "json":
        _print(out, kind, file, result)
    else:
        _show(out, kind, result, skip_bad)
    return ExitCode.DONE if result.is_taken else ExitCode.PROBLEMS


@contextmanager
def _on_disk(path: Path) -> Iterator[tuple[Path, str]]:
    """A file that can be read more than once, and its name; standard input is written to one."""
    if str(path) != STDIN:
        yield path, ""
        return
    with tempfile.TemporaryDirectory(prefix="dun-") as folder:
        part = Path(folder, "stdin")
        with part.open("wb") as stream:
            stream.writelines(stdin_in_parts())
        with part.open("rb") as stream:
            ending = ".parquet" if stream.read(len(_PARQUET)) == _PARQUET else ".csv"
        yield part.rename(part.with_suffix(ending)), STDIN_NAME


def _show(out: Output, kind: str, result: Imported, skip_bad: str | None) -> None:
    from dunlang.render import visible

    for doubt in result.doubts:
        out.say(visible(doubt))
    if not result.is_taken:
        report_problems(out, result.problems, result.found, "the file")
        if result.readable:
            out.say("--skip-bad FILE takes the good rows and writes the bad ones to FILE")
        return
    if result.resumed:
        out.say(f"went on after {counted(result.resumed, 'row')} that had been read before")
    if result.bad:
        out.say(f"{counted(result.bad, 'bad row')} left out; they are in {skip_bad}, with reasons")
    out.result(
        f"{counted(result.taken, kind.removesuffix('s'))} new, {result.changed:,} changed,"
        f" {result.unchanged:,} unchanged\n"
    )


def _print(out: Output, kind: str, file: str, result: Imported) -> None:
    from engine.core.problems import as_json

    plain = {
        "kind": kind,
        "file": file,
        "sha256": result.sha256,
        "taken": result.is_taken,
        "new": result.taken,
        "changed": result.changed,
        "unchanged": result.unchanged,
        "bad": result.bad,
        "resumed": result.resumed,
        "problems": [as_json(problem) for problem in result.problems],
    }
    out.result(json.dumps(plain, ensure_ascii=False) + "\n")
