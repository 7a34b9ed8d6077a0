"""`dun run list` and `dun run show`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, TypeAlias, cast

import typer

from engine.cli.console import output
from engine.cli.exits import ExitCode
from engine.cli.options import Color, Format, a_date, a_number, a_text, one_of
from engine.cli.store import DatabaseOption, acting, done, open_store_for
from engine.cli.words import example

if TYPE_CHECKING:
    from engine.cli.console import Output
    from engine.services.actors import Actor
    from engine.services.run_lists import RunShown
    from engine.store.database import Database
    from engine.store.runs import ActionState

app = typer.Typer(add_completion=False, rich_markup_mode=None)

RunOf: TypeAlias = Annotated[
    str | None,
    typer.Option("--on", metavar="DATE", help="The run of this day; without it, the newest."),
]
Limit: TypeAlias = Annotated[
    str, typer.Option("--limit", metavar="NUMBER", help="So many at most.")
]
After: TypeAlias = Annotated[
    str | None,
    typer.Option("--after", metavar="NUMBER", help="Those after this one: the next page."),
]


@app.command("list", epilog=example("dun run list --limit 10"))
def list_(
    before: Annotated[
        str | None, typer.Option("--before", metavar="DATE", help="Only runs of earlier days.")
    ] = None,
    limit: Limit = "50",
    database: DatabaseOption = None,
    form: Format = "text",
    color: Color = "auto",
) -> int:
    """List the runs, the latest day first."""
    from engine.services.plain_runs import plain_run
    from engine.services.run_lists import list_runs

    out = output(color)
    one_of("--format", form, ("text", "json"))
    most = a_number("--limit", limit, 1)
    day = None if before is None else a_date("--before", before)
    store = open_store_for(database)
    found = done(list_runs(store, acting(store), before=day, limit=most))
    if form == "json":
        for run, states in found:
            out.result(json.dumps(plain_run(run, states), ensure_ascii=False) + "\n")
    elif found:
        from engine.cli.show_run import show_runs

        show_runs(out, found)
    if not found:
        out.say("no run was proposed yet" if day is None else f"no run was proposed before {day}")
    elif len(found) == most:
        out.say(f"--before {found[-1][0].day} shows earlier ones")
    return ExitCode.DONE


@app.command(epilog=example("dun run show --state proposed --state blocked"))
def show(
    *,
    on: RunOf = None,
    case: Annotated[
        str | None,
        typer.Option("--case", metavar="ID", help="One case, with the reasons and what happened."),
    ] = None,
    state: Annotated[
        list[str] | None,
        typer.Option("--state", metavar="STATE", help="Only this state; may be repeated."),
    ] = None,
    after: After = None,
    limit: Limit = "50",
    database: DatabaseOption = None,
    form: Format = "text",
    color: Color = "auto",
) -> int:
    """Show what a run proposes, and what became of it.

    STATE is proposed, blocked, held, dropped, withdrawn, begun or performed.
    """
    from engine.services.plain_runs import plain_action
    from engine.services.run_lists import show_run

    out = output(color)
    one_of("--format", form, ("text", "json"))
    day = None if on is None else a_date("--on", on)
    most = a_number("--limit", limit, 1)
    store = open_store_for(database)
    actor = acting(store)
    shown = done(
        show_run(
            store,
            actor,
            day,
            states=_states(state),
            case=None if case is None else a_text("--case", case),
            after=0 if after is None else a_number("--after", after, 0),
            limit=most,
        )
    )
    if form == "json":
        for action in shown.actions:
            out.result(json.dumps(plain_action(action), ensure_ascii=False) + "\n")
    else:
        _show(out, store, actor, shown, one=case is not None)
    if len(shown.actions) == most:
        out.say(f"--after {shown.actions[-1].id} shows what follows")
    return ExitCode.DONE


def _states(given: list[str] | None) -> list[ActionState] | None:
    from engine.services.run_lists import STATES

    if not given:
        return None
    return [cast("ActionState", one_of("--state", each, STATES)) for each in given]


def _show(out: Output, store: Database, actor: Actor, shown: RunShown, *, one: bool) -> None:
    from engine.cli.show_action import show_action
    from engine.cli.show_run import show_actions, the_ready
    from engine.services.audit import trail

    if one:
        for action in shown.actions:
            entries = done(trail(store, actor, subject=action.subject, limit=1000))
            show_action(out, action, [e for e in entries if e.body.get("key") == action.key])
        return
    show_actions(out, shown)
    if not shown.actions:
        out.say("no action to show")
    if shown.ready and shown.run.state != "lapsed":
        out.say(f"'dun run --execute' performs {the_ready(shown.ready)}")
