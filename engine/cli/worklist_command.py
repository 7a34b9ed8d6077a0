"""`dun worklist`: what people have to do."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, cast

import typer

from engine.cli.console import output
from engine.cli.exits import ExitCode, UsageError
from engine.cli.options import Color, Format, a_number, a_text, one_of
from engine.cli.run_lists import After, Limit
from engine.cli.store import DatabaseOption, acting, done, now, open_store_for
from engine.cli.words import example

if TYPE_CHECKING:
    from engine.cli.console import Output
    from engine.services.worklist import Worklist
    from engine.store.runs import Action
    from engine.store.tasks import TaskState

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.callback(invoke_without_command=True, epilog=example("dun worklist --state open"))
def worklist(
    ctx: typer.Context,
    *,
    state: Annotated[
        str, typer.Option("--state", metavar="open|done|void", help="Which tasks.")
    ] = "open",
    case: Annotated[
        str | None, typer.Option("--case", metavar="ID", help="Only those of this case.")
    ] = None,
    after: After = None,
    limit: Limit = "50",
    database: DatabaseOption = None,
    form: Format = "text",
    color: Color = "auto",
) -> int:
    """List what people have to do, and what waits for them in the newest run."""
    from engine.services import worklist as service

    if ctx.invoked_subcommand is not None:
        given = (state, case, after, limit, database, form, color)
        if given != ("open", None, None, "50", None, "text", "auto"):
            message = f"write the options after '{ctx.invoked_subcommand}'"
            raise UsageError(message)
        return ExitCode.DONE
    out = output(color)
    one_of("--format", form, ("text", "json"))
    wanted = cast("TaskState", one_of("--state", state, ("open", "done", "void")))
    most = a_number("--limit", limit, 1)
    following = 0 if after is None else a_number("--after", after, 0)
    named = None if case is None else a_text("--case", case)
    store = open_store_for(database)
    actor = acting(store)
    found = done(
        service.worklist(store, actor, state=wanted, case=named, after=following, limit=most)
    )
    waiting = found.waiting if wanted == "open" and not following else ()
    if form == "json":
        _print(out, found, waiting)
    else:
        _show(out, found, waiting)
    if len(found.tasks) == most:
        out.say(f"--after {found.tasks[-1].id} shows what follows")
    if form == "text" and not found.tasks:
        out.say(f"no task is {wanted}" + (f" for case '{named}'" if named else ""))
    return ExitCode.DONE


def _print(out: Output, found: Worklist, waiting: tuple[Action, ...]) -> None:
    from engine.services.plain_runs import plain_task, plain_waiting

    for row in [*map(plain_waiting, waiting), *map(plain_task, found.tasks)]:
        out.result(json.dumps(row, ensure_ascii=False) + "\n")


def _show(out: Output, found: Worklist, waiting: tuple[Action, ...]) -> None:
    from dunlang.render import visible
    from engine.cli.tables import show, table
    from engine.core.money import Money
    from engine.services.plain import money_of

    with out.page() as console:
        if waiting:
            made = table(
                ("case", "left"),
                ("customer", "left"),
                ("stage", "left"),
                ("open", "right"),
                ("waits for", "text"),
                title=f"Waiting in the run of {waiting[0].decision['on']}",
            )
            for each in waiting:
                amount = str(money_of(each.decision["open_amount"]))
                cells = visible(each.case), visible(each.customer), each.stage, amount
                made.add_row(*cells, each.waits_for or "")
            show(console, made)
            if found.waiting_in_all > len(waiting):
                console.print(f"and {found.waiting_in_all - len(waiting):,} more")
            if found.tasks:
                console.print()
        if found.tasks:
            made = table(
                ("task", "right"),
                ("since", "left"),
                ("case", "left"),
                ("customer", "left"),
                ("open then", "right"),
                ("what", "text"),
                ("", "text"),
                title="Tasks",
            )
            for task in found.tasks:
                ended = ""
                if task.done_at is not None:
                    ended = f"{task.state} by {task.done_by} on {task.done_at:%Y-%m-%d}"
                    ended += f": {task.note}" if task.note else ""
                made.add_row(
                    str(task.id),
                    str(task.day),
                    visible(task.case),
                    visible(task.customer),
                    str(Money(task.amount, task.currency)),
                    visible(task.text),
                    visible(ended),
                )
            show(console, made)


@app.command("done", epilog=example('dun worklist done 1 --note "promised to pay on Friday"'))
def finish(
    number: Annotated[str, typer.Argument(metavar="NUMBER", help="As the worklist numbers it.")],
    note: Annotated[str, typer.Option("--note", metavar="TEXT", help="What came of it.")] = "",
    database: DatabaseOption = None,
    form: Format = "text",
    color: Color = "auto",
) -> int:
    """Say that a task is done."""
    from dunlang.render import visible
    from engine.services import worklist as service
    from engine.services.plain_runs import plain_task

    out = output(color)
    one_of("--format", form, ("text", "json"))
    task = a_number("NUMBER", number, 1)
    said = a_text("--note", note)
    store = open_store_for(database)
    ended = done(service.finish(store, acting(store), task, said, now()))
    if form == "json":
        out.result(json.dumps(plain_task(ended), ensure_ascii=False) + "\n")
    else:
        out.result(visible(f"task {ended.id} is done: {ended.text} (case '{ended.case}')") + "\n")
    return ExitCode.DONE
