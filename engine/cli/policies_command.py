"""`dun policies`: which version is in force when, and its exact text."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated

import typer

from engine.cli.console import output
from engine.cli.exits import ExitCode, UsageError
from engine.cli.options import Color, Format, a_date, one_of
from engine.cli.show_policies import PolicyId, VersionNumber, a_version
from engine.cli.store import DatabaseOption, acting, done, open_store_for
from engine.cli.words import counted, example

if TYPE_CHECKING:
    import datetime

    from engine.cli.console import Output
    from engine.services.policy_lists import Listed

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.callback(
    invoke_without_command=True,
    epilog=example("dun policies --on 2026-03-16"),
)
def policies(
    ctx: typer.Context,
    on: Annotated[
        str | None,
        typer.Option("--on", metavar="DATE", help="Only the versions in force on this day."),
    ] = None,
    database: DatabaseOption = None,
    form: Format = "text",
    color: Color = "auto",
) -> int:
    """List the published versions of policies: what is in force when, and by whom."""
    from engine.services.plain_policies import plain_listed
    from engine.services.policy_lists import listed_versions

    if ctx.invoked_subcommand is not None:
        if (on, database, form, color) != (None, None, "text", "auto"):
            message = f"write the options after '{ctx.invoked_subcommand}'"
            raise UsageError(message)
        return ExitCode.DONE
    out = output(color)
    one_of("--format", form, ("text", "json"))
    day = None if on is None else a_date("--on", on)
    store = open_store_for(database)
    found = done(listed_versions(store, acting(store), day))
    if form == "json":
        for each in found:
            out.result(json.dumps(plain_listed(each), ensure_ascii=False) + "\n")
    elif found:
        _show(out, found)
    if not found:
        out.say(_nothing(day))
    elif form == "text":
        out.say(f"{counted(len(found), 'version')} in {store.name}")
    return ExitCode.DONE


def _nothing(day: datetime.date | None) -> str:
    if day is not None:
        return f"no policy is in force on {day}"
    return "no policy is published yet; 'dun publish PATH' publishes one"


def _show(out: Output, found: list[Listed]) -> None:
    from engine.cli.tables import show, table

    with out.page() as console:
        made = table(
            ("policy", "left"),
            ("version", "right"),
            ("state", "left"),
            ("from", "left"),
            ("until", "left"),
            ("published", "left"),
            ("approved", "left"),
        )
        for each in found:
            version = each.version
            until = "" if each.until is None else str(each.until)
            published = f"{version.published_at.date()} {version.author}"
            approved, rejected = version.approved_at, version.rejected_at
            decided = ""
            if approved is not None:
                decided = f"{approved.date()} {version.approver}"
            elif rejected is not None:
                decided = f"no: {rejected.date()} {version.rejected_by}"
            days = (str(version.effective), until)
            row = (version.policy, str(version.version), version.state, *days, published, decided)
            made.add_row(*row)
        show(console, made)


@app.command("show", epilog=example("dun policies show de_standard --version 3"))
def show_text(
    policy: PolicyId,
    version: VersionNumber,
    database: DatabaseOption = None,
    form: Format = "text",
    color: Color = "auto",
) -> int:
    """Print the exact text of a published version.

    --format json prints everything that it reads as well.
    """
    from engine.services.plain_policies import plain_whole
    from engine.services.policy_lists import version_of

    out = output(color)
    one_of("--format", form, ("text", "json"))
    number = a_version(version)
    store = open_store_for(database)
    found = done(version_of(store, acting(store), policy, number))
    if form == "text":
        out.result(found.version.text)
        return ExitCode.DONE
    out.result(json.dumps(plain_whole(found), ensure_ascii=False) + "\n")
    return ExitCode.DONE
