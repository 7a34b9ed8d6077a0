"""`dun decide`: what is to be done next, for one case or for all that are open."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated

import typer

from engine.cli.console import output
from engine.cli.exits import ExitCode, UsageError
from engine.cli.loading import Asked, load
from engine.cli.options import (
    Color,
    Format,
    LedgerFolder,
    PolicyFiles,
    SkipBad,
    ToFile,
    a_date,
    a_file_to_write,
    a_time,
    one_of,
)
from engine.cli.progress import progress
from engine.cli.store import DatabaseOption
from engine.cli.words import counted, example

if TYPE_CHECKING:
    import datetime
    from collections.abc import Sequence
    from pathlib import Path

    from engine.cli.console import Output
    from engine.cli.loading import Loaded
    from engine.core.decision import Decision
    from engine.services.decisions import NoCase

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command(
    epilog=example("dun decide --ledger demo-company/ledger --case R-2025-01876 --on 2026-01-07")
)
def decide(
    *,
    ledger: LedgerFolder = None,
    on: Annotated[str, typer.Option("--on", metavar="DATE", help="The day to decide for.")],
    case: Annotated[
        str | None, typer.Option("--case", metavar="ID", help="Only this case, settled or not.")
    ] = None,
    known: Annotated[
        str | None,
        typer.Option("--known", metavar="TIME", help="Use only what was recorded by this time."),
    ] = None,
    policy: PolicyFiles = None,
    explain: Annotated[
        bool, typer.Option("--explain", help="Add the lines of the policy that mattered.")
    ] = False,
    to_file: ToFile = None,
    skip_bad: SkipBad = None,
    database: DatabaseOption = None,
    form: Format = "text",
    color: Color = "auto",
) -> int:
    """Say what is to be done next: for one case, or for every case that is not settled.

    Customers, invoices and events are those in the folder of --ledger, or those in a store.
    Policies are those in the folder 'policies' beside the ledger, or those published in the
    store; else those in the working folder, else the ones that come with dun.
    """
    out = output(color)
    one_of("--format", form, ("text", "json"))
    day = a_date("--on", on)
    as_known = None if known is None else a_time("--known", known)
    file = a_file_to_write(to_file)
    asked = Asked(ledger, database, policy, skip_bad, result=file, case=case)
    loaded = load(out, asked)
    if loaded is None:
        return ExitCode.PROBLEMS
    if case is not None:
        if file is not None:
            message = "-o writes the decisions of all cases; leave --case out"
            raise UsageError(message)
        return _one(out, loaded, case, day, as_known, form=form, explain=explain)
    if explain and form == "text" and file is None:
        message = "--explain needs --case, -o or --format json"
        raise UsageError(message)
    from engine.services.decisions import decide_open

    index, together = loaded.index, loaded.together
    with progress(out, "deciding") as tell:
        found = decide_open(index, together, day, known=as_known, explain=explain, progress=tell)
        every = list(found)
    if form == "json" and file is None:
        return _stream(out, every, explain=explain)
    if file is not None:
        _write(out, file, every, explain=explain)
    if form == "text":
        from engine.cli.show_decisions import show_decisions

        show_decisions(out, every, day)
    return _undecided(out, sum(decision.outcome == "undecided" for decision in every))


def _one(
    out: Output,
    loaded: Loaded,
    case: str,
    day: datetime.date,
    known: datetime.datetime | None,
    *,
    form: str,
    explain: bool,
) -> int:
    from engine.services.case_story import story_of
    from engine.services.decisions import NoCase, decide_case

    index, together = loaded.index, loaded.together
    if form == "json":
        decision = decide_case(index, together, case, day, known=known, explain=explain)
        if isinstance(decision, NoCase):
            return no_case(out, decision)
        out.result(_line(decision, explain=explain))
    else:
        story = story_of(index, together, case, day, known=known, explain=explain)
        if isinstance(story, NoCase):
            return no_case(out, story)
        from engine.cli.show_case import show_story

        show_story(out, story, explain=explain)
        decision = story.decision
    return ExitCode.PROBLEMS if decision.outcome == "undecided" else ExitCode.DONE


def no_case(out: Output, missing: NoCase) -> int:
    """Say that there is no such case; the exit code."""
    out.say(f"dun: {missing.reason}" + (f"; {missing.hint}" if missing.hint else ""))
    return ExitCode.PROBLEMS


def _stream(out: Output, decisions: Sequence[Decision], *, explain: bool) -> int:
    failed = 0
    for decision in decisions:
        failed += decision.outcome == "undecided"
        out.result(_line(decision, explain=explain))
    return _undecided(out, failed)


def _write(out: Output, file: Path, decisions: Sequence[Decision], *, explain: bool) -> None:
    from engine.io.output import write_rows
    from engine.services.plain import DECISION_COLUMNS, plain_decision

    rows = (plain_decision(decision, explained=explain) for decision in decisions)
    columns = (*DECISION_COLUMNS, "because") if explain else DECISION_COLUMNS
    write_rows(file, rows, columns)
    out.say(f"{counted(len(decisions), 'decision')} written to {file}")


def _undecided(out: Output, failed: int) -> int:
    if failed:
        out.say(f"{counted(failed, 'case')} could not be decided")
    return ExitCode.PROBLEMS if failed else ExitCode.DONE


def _line(decision: Decision, *, explain: bool) -> str:
    from engine.services.plain import plain_decision

    return json.dumps(plain_decision(decision, explained=explain), ensure_ascii=False) + "\n"
