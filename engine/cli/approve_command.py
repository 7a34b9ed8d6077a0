"""`dun approve`: another person's version takes effect, or is rejected."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from engine.cli.console import output
from engine.cli.exits import ExitCode
from engine.cli.options import Color, Format, one_of
from engine.cli.show_policies import PolicyId, VersionNumber, a_version
from engine.cli.store import DatabaseOption, acting, done, now, open_store_for
from engine.cli.words import example

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command(epilog=example("dun approve de_standard --version 3"))
def approve(
    policy: PolicyId,
    version: VersionNumber,
    reject: Annotated[
        str | None,
        typer.Option("--reject", metavar="REASON", help="Let it never take effect, and say why."),
    ] = None,
    database: DatabaseOption = None,
    form: Format = "text",
    color: Color = "auto",
) -> int:
    """Let a published version take effect: somebody else's, never one's own.

    'dun policies show' prints what is approved.
    """
    from engine.services import publishing
    from engine.services.plain_policies import plain_version

    out = output(color)
    one_of("--format", form, ("text", "json"))
    number = a_version(version)
    store = open_store_for(database)
    actor = acting(store)
    if reject is None:
        result = done(publishing.approve(store, actor, policy, number, now()))
        said = f"approved {result.version.name}: it takes effect on {result.version.effective}"
    else:
        result = done(publishing.reject(store, actor, policy, number, reject, now()))
        said = f"rejected {result.version.name}: it never takes effect"
    for note in result.notes:
        out.say(f"note: {note}")
    text = f"{said}\n"
    if form == "json":
        text = json.dumps(plain_version(result.version), ensure_ascii=False) + "\n"
    out.result(text)
    return ExitCode.DONE
