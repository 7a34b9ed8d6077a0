"""`dun simulate`: the dunning runs of a range of days, played."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated

import typer

from engine.cli.console import output
from engine.cli.decide_command import no_case
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
    from pathlib import Path

    from engine.cli.console import Output
    from engine.core.simulate import SimulationEvent
    from engine.services.run_days import RunDays
    from engine.services.simulations import Simulation

EACH_DAY = "each-day"

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command(
    epilog=example("dun simulate --ledger demo-company/ledger --from 2026-01-01 --to 2026-03-31")
)
def simulate(
    *,
    ledger: LedgerFolder = None,
    first: Annotated[str, typer.Option("--from", metavar="DATE", help="First day to play.")],
    last: Annotated[str, typer.Option("--to", metavar="DATE", help="Last day to play.")],
    case: Annotated[
        str | None, typer.Option("--case", metavar="ID", help="Only this case.")
    ] = None,
    customer: Annotated[
        str | None,
        typer.Option("--customer", metavar="TEXT", help="Only customers whose id or name has it."),
    ] = None,
    run_on: Annotated[
        str | None,
        typer.Option(
            "--run-on",
            metavar="DAYS",
            help="Runs only on these of the policy's run days: dates with commas between, "
            "month-end, or days of the week.",
        ),
    ] = None,
    known: Annotated[
        str | None,
        typer.Option(
            "--known",
            metavar="TIME|each-day",
            help="Use only what was recorded by this time, or on each day what was by its end.",
        ),
    ] = None,
    no_more_payments: Annotated[
        bool,
        typer.Option("--no-more-payments", help="As if no money came from the first day on."),
    ] = False,
    what_if: Annotated[
        str | None,
        typer.Option("--what-if", metavar="FILE", help="Further events, in columns as events.csv."),
    ] = None,
    policy: PolicyFiles = None,
    from_scratch: Annotated[
        bool, typer.Option("--from-scratch", help="As if no stage had ever been executed.")
    ] = False,
    to_file: ToFile = None,
    skip_bad: SkipBad = None,
    database: DatabaseOption = None,
    form: Format = "text",
    color: Color = "auto",
) -> int:
    """Play the dunning runs of every day of a range, and sum up what happens.

    Payments, disputes and other facts inside the range are taken as the ledger has them; what was
    executed inside it is replaced by what the policies would have done.
    """
    out = output(color)
    one_of("--format", form, ("text", "json"))
    asked = _asked(first, last, (case, customer or None), run_on, known)
    file = a_file_to_write(to_file)
    loaded = load(out, Asked(ledger, database, policy, skip_bad, what_if, file, case))
    if loaded is None:
        return ExitCode.PROBLEMS
    from dataclasses import replace

    from engine.services.decisions import find_case
    from engine.services.simulations import simulate as play

    asked = replace(asked, from_scratch=from_scratch, no_more_payments=no_more_payments)
    missing = None if case is None else find_case(loaded.index, case)
    if missing is not None:
        return no_case(out, missing)
    with progress(out, "playing the runs") as tell:
        events = play(loaded.index, loaded.together, asked, tell)
    if file is not None:
        _write(out, file, events)
    if form == "json":
        if file is None:
            print_events(out, events)
    else:
        from engine.cli.show_simulation import show_simulation

        show_simulation(out, events, asked, loaded.policies.plans)
    failed = len({event.case for event in events if event.event == "undecided"})
    if failed:
        out.say(f"{counted(failed, 'case')} could not be decided on some day")
    return ExitCode.PROBLEMS if failed else ExitCode.DONE


def _asked(
    first: str,
    last: str,
    whom: tuple[str | None, str | None],
    run_on: str | None,
    known: str | None,
) -> Simulation:
    """What the options ask for, as far as they can be wrong. `whom`: a case, and customers."""
    from engine.services.simulations import Simulation

    begin, end = a_date("--from", first), a_date("--to", last)
    if end < begin:
        message = f"--to {end} is before --from {begin}"
        raise UsageError(message)
    days = None if run_on is None else _run_days(run_on)
    if days is not None and not days.may_fall_between(begin, end):
        message = f"--run-on names no day from {begin} to {end}"
        raise UsageError(message)
    time = None if known in (None, EACH_DAY) else a_time("--known", known or "")
    return Simulation(
        begin,
        end,
        known="each-day" if known == EACH_DAY else time,
        run_on=days,
        case=whom[0],
        customer=whom[1],
    )


def _run_days(text: str) -> RunDays:
    from engine.services.run_days import run_days

    days = run_days(text)
    if isinstance(days, str):
        message = f"--run-on: {days}"
        raise UsageError(message)
    return days


def _write(out: Output, file: Path, events: list[SimulationEvent]) -> None:
    from engine.io.output import write_rows
    from engine.services.plain import EVENT_COLUMNS, plain_event

    write_rows(file, map(plain_event, events), EVENT_COLUMNS)
    out.say(f"{counted(len(events), 'event')} written to {file}")


def print_events(out: Output, events: list[SimulationEvent]) -> None:
    """Print an object of JSON for each event."""
    from engine.services.plain import plain_event

    for event in events:
        out.result(json.dumps(plain_event(event), ensure_ascii=False) + "\n")
