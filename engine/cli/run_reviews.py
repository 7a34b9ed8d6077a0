"""`dun run hold`, `drop`, `release`, `approve` and `cancel`: what people say about a run."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

from engine.cli.console import output
from engine.cli.exits import ExitCode, UsageError
from engine.cli.options import Color, Format, a_date, a_text, one_of
from engine.cli.run_lists import RunOf
from engine.cli.store import DatabaseOption, acting, done, now, open_store_for
from engine.cli.words import counted, example

if TYPE_CHECKING:
    from engine.cli.console import Output
    from engine.services.reviewing import Reviewed, Verb

app = typer.Typer(add_completion=False, rich_markup_mode=None)

Cases: TypeAlias = Annotated[
    list[str], typer.Argument(metavar="CASE...", help="Invoices or accounts of the run.")
]
SomeCases: TypeAlias = Annotated[
    list[str] | None,
    typer.Argument(metavar="CASE...", help="Invoices or accounts of the run.", show_default=False),
]
Reason: TypeAlias = Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why.")]

_SAID: dict[Verb, str] = {
    "hold": "held until it is released",
    "drop": "dropped from this run",
    "release": "released",
    "approve": "approved",
}


@app.command(epilog=example('dun run hold R-2025-01696 --reason "talks about a payment plan"'))
def hold(
    cases: Cases,
    reason: Reason,
    on: RunOf = None,
    database: DatabaseOption = None,
    form: Format = "text",
    color: Color = "auto",
) -> int:
    """Keep actions back until somebody releases them.

    They stay back in later runs, too.
    """
    return _review("hold", cases, on, reason, database, form, color)


@app.command(epilog=example('dun run drop R-2025-01696 --reason "paid in cash at the counter"'))
def drop(
    cases: Cases,
    reason: Reason,
    on: RunOf = None,
    database: DatabaseOption = None,
    form: Format = "text",
    color: Color = "auto",
) -> int:
    """Keep actions out of this run.

    The next run proposes them again, if they are still due.
    """
    return _review("drop", cases, on, reason, database, form, color)


@app.command(epilog=example("dun run release R-2025-01696"))
def release(
    cases: SomeCases = None,
    every: Annotated[
        bool, typer.Option("--all", help="Everything that waits for a release.")
    ] = False,
    on: RunOf = None,
    database: DatabaseOption = None,
    form: Format = "text",
    color: Color = "auto",
) -> int:
    """Take back hold or drop, or let go what does not go out by itself.

    What is held or dropped is released by name. --all is for drafts and
    suggestions, which wait for somebody to let them go.
    """
    return _review("release", _some(cases, every=every), on, "", database, form, color)


@app.command(epilog=example("dun run approve --all"))
def approve(
    cases: SomeCases = None,
    every: Annotated[
        bool, typer.Option("--all", help="Everything in the run that you may approve.")
    ] = False,
    on: RunOf = None,
    database: DatabaseOption = None,
    form: Format = "text",
    color: Color = "auto",
) -> int:
    """Approve actions for which the policy wants it, by role or duty."""
    return _review("approve", _some(cases, every=every), on, "", database, form, color)


def _some(cases: list[str] | None, *, every: bool) -> list[str]:
    """The cases that were named; none of them for all."""
    if every == bool(cases):
        message = "name cases, or give --all"
        raise UsageError(message)
    return list(cases or ())


def _review(
    verb: Verb,
    cases: list[str],
    on: str | None,
    reason: str,
    database: str | None,
    form: str,
    color: str,
) -> int:
    from dunlang.render import visible
    from engine.services.actors import not_approving
    from engine.services.plain_runs import plain_action
    from engine.services.reviewing import review
    from engine.services.run_sums import run_sums

    out = output(color)
    one_of("--format", form, ("text", "json"))
    day = None if on is None else a_date("--on", on)
    named = [a_text("CASE", each) for each in cases]
    why = a_text("--reason", reason)
    store = open_store_for(database)
    actor = acting(store)
    result = done(review(store, actor, verb, day, named, now(), why))
    if form == "json":
        for action in result.actions:
            out.result(json.dumps(plain_action(action), ensure_ascii=False) + "\n")
    else:
        _show(out, verb, result)
    if not result.actions:
        out.say(f"nothing in the run of {result.run.day} can be {_SAID[verb]} by {actor.name}")
        for role in done(run_sums(store, actor, result.run)).approvals if verb == "approve" else ():
            refused = not_approving(actor, role)
            out.say(visible(str(refused)))
    if result.others:
        what = counted(result.others, "other action", "other actions")
        out.say(f"{what} of the same customers changed with it; 'dun run show' lists all")
    return ExitCode.DONE


def _show(out: Output, verb: Verb, result: Reviewed) -> None:
    from dunlang.render import visible
    from engine.cli.show_run import standing

    for action in result.actions:
        now_it = ""
        if verb in {"release", "approve"}:
            now_it = f"; {standing(action)}"
        said = f"{action.stage} of case '{action.case}' {_SAID[verb]}{now_it}"
        out.result(f"{visible(said)}\n")


@app.command(
    epilog=example('dun run cancel R-2025-01876 reminder --reason "sent to the old address"')
)
def cancel(
    case: Annotated[str, typer.Argument(metavar="CASE", help="An invoice or an account.")],
    stage: Annotated[str, typer.Argument(metavar="STAGE", help="Its newest executed stage.")],
    reason: Reason,
    database: DatabaseOption = None,
    form: Format = "text",
    color: Color = "auto",
) -> int:
    """Take back the newest stage of a case.

    Its deadline and its charges go with it; they must not be paid yet. What was
    sent stays sent. STAGE is named so that a command that is repeated by mistake
    does not take back the one before, too.
    """
    from dunlang.render import visible
    from engine.services import cancelling

    out = output(color)
    one_of("--format", form, ("text", "json"))
    named, why = a_text("CASE", case), a_text("--reason", reason)
    newest = a_text("STAGE", stage)
    store = open_store_for(database)
    result = done(cancelling.cancel(store, acting(store), named, newest, why, now()))
    executed = result.executed_on.isoformat()
    if form == "json":
        plain = {
            "case": result.case,
            "stage": result.stage,
            "executed_on": executed,
            "void_tasks": result.void,
        }
        out.result(json.dumps(plain, ensure_ascii=False) + "\n")
        return ExitCode.DONE
    said = f"{result.stage} of case '{result.case}', executed on {executed}, is cancelled"
    out.result(f"{visible(said)}\n")
    if result.void:
        out.say(f"{counted(result.void, 'task')} of the worklist need not be done any more")
    return ExitCode.DONE
