"""`dun demo`: a small company to play with, and a quarter of its dunning."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from engine.cli.console import output
from engine.cli.exits import ExitCode, OutsideError, UsageError
from engine.cli.options import Color, Format, a_date, one_of, paths
from engine.cli.progress import progress
from engine.cli.words import counted, example

if TYPE_CHECKING:
    import datetime
    from collections.abc import Sequence

    from engine.cli.console import Output
    from engine.core.simulate import SimulationEvent
    from engine.services.demo import Demo

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command(epilog=example("dun demo my-company"))
def demo(
    folder: Annotated[
        str, typer.Argument(metavar="[FOLDER]", help="A fresh folder for the company.")
    ] = "demo-company",
    seed: Annotated[
        str, typer.Option("--seed", metavar="NUMBER", help="Another number, another company.")
    ] = "1",
    today: Annotated[
        str, typer.Option("--today", metavar="DATE", help="The day up to which its books go.")
    ] = "2026-03-31",
    form: Format = "text",
    color: Color = "auto",
) -> int:
    """Make a small company and play a quarter of its dunning.

    The folder gets the policies that come with dun and the ledger of a company that exists only
    here: 400 customers, 3,000 invoices, payments, disputes, promises, charges.
    """
    from engine.services.demo import write_demo

    out = output(color)
    one_of("--format", form, ("text", "json"))
    if not seed.isdecimal():
        message = f"--seed takes a number, not '{seed}'"
        raise UsageError(message)
    day = a_date("--today", today)
    (place,) = paths([folder], folder)
    try:
        made = write_demo(place, day, int(seed))
    except FileExistsError:
        why = "this folder is not empty" if place.is_dir() else "this is a file and not a folder"
        message = f"{folder}: {why}; name a fresh one"
        raise OutsideError(message) from None
    ledger = made.ledger
    out.say(
        f"{folder}: {counted(len(ledger.customers), 'customer')},"
        f" {counted(len(ledger.invoices), 'invoice')}, {counted(len(ledger.events), 'event')}"
    )
    return _quarter(out, folder, made, form)


def _quarter(out: Output, folder: str, made: Demo, form: str) -> int:
    """Play the quarter before the day of the demo, and say what to try next."""
    from engine.cli.show_simulation import show_simulation
    from engine.cli.simulate_command import print_events
    from engine.core.ledger_index import index_ledger
    from engine.services.policies import read_policies
    from engine.services.simulations import Simulation, simulate

    policies = read_policies([made.policies])
    asked = Simulation(made.first, made.last)
    with progress(out, "playing the runs") as tell:
        events = simulate(index_ledger(made.ledger), policies.together(), asked, tell)
    if form == "json":
        print_events(out, events)
    else:
        show_simulation(out, events, asked, policies.plans)
        out.result(_next(folder, made, events))
    return ExitCode.DONE


def _next(folder: str, made: Demo, events: Sequence[SimulationEvent]) -> str:
    """Commands to go on with; the case is the one with the longest story."""
    from shlex import quote

    stages: dict[str, list[datetime.date]] = {}
    for event in events:
        if event.event == "stage":
            stages.setdefault(event.case, []).append(event.on)
    case = max(sorted(stages), key=lambda name: len(stages[name]), default="")
    # The ledger stands as it did before the quarter: only the first of these days is still true.
    first = min((days[0] for days in stages.values()), default=made.first)
    ledger = quote(str(made.ledger_folder))
    policies = quote(str(made.policies))
    span = f"--from {made.first} --to {made.last}"
    tries = [
        ("what is to be done on the first day", f"dun decide --ledger {ledger} --on {first}"),
        (
            "what if nobody paid any more",
            f"dun simulate --ledger {ledger} {span} --no-more-payments",
        ),
        (
            "every event as a table",
            f"dun simulate --ledger {ledger} {span} -o {quote(str(Path(folder) / 'quarter.csv'))}",
        ),
        ("the examples that the policies carry", f"dun test {policies}"),
    ]
    if case:
        one = quote(case)
        tries[:0] = [
            ("one case, step by step", f"dun simulate --ledger {ledger} {span} --case {one}"),
            (
                "why its first stage comes when it does",
                f"dun explain --ledger {ledger} --case {one} --on {stages[case][0]}",
            ),
        ]
    lines = [f"  # {what}\n  {command}\n" for what, command in tries]
    end = f"The policies are in {policies}: change one, and run it again.\n"
    return f"\nTry next:\n{''.join(lines)}\n{end}"
