"""`dun publish`: a version of a policy is kept for good."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated

import typer

from dunlang.diagnostics import has_errors
from engine.cli.console import output
from engine.cli.exits import ExitCode
from engine.cli.options import Color, Format, one_of
from engine.cli.policy_arguments import given_policies
from engine.cli.store import DatabaseOption, acting, done, now, open_store_for, refuse
from engine.cli.words import counted, example

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dunlang.diagnostics import Diagnostic
    from engine.cli.console import Output
    from engine.services.publishing import Publication

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command(epilog=example("dun publish policies/de_standard/3.dun"))
def publish(
    path: Annotated[
        list[str],
        typer.Argument(
            metavar="PATH...", help="Policies: files, folders, or - for standard input."
        ),
    ],
    database: DatabaseOption = None,
    form: Format = "text",
    color: Color = "auto",
) -> int:
    """Keep versions of policies for good, with everything that they read.

    A version takes effect, from its effective date on, when another person
    approves it with 'dun approve'. Of several versions all are published, or
    none.
    """
    from engine.services.actors import not_allowed
    from engine.services.publishing import Faulty
    from engine.services.publishing import publish as publish_versions

    out = output(color)
    one_of("--format", form, ("text", "json"))
    store = open_store_for(database)
    actor = acting(store)
    refuse(not_allowed(actor, "publish", "publish a policy"))
    policies = given_policies(path, "")
    _report(out, policies.problems)
    if has_errors(policies.problems):
        out.say(f"{_errors(policies.problems)}; nothing was published")
        return ExitCode.PROBLEMS
    result = publish_versions(store, actor, policies, now())
    if isinstance(result, Faulty):
        _report(out, result.problems)
        out.say(f"{_errors(result.problems)}; nothing was published")
        return ExitCode.PROBLEMS
    for each in done(result):
        _show(out, each, form)
    return ExitCode.DONE


def _errors(problems: Sequence[Diagnostic]) -> str:
    return counted(sum(each.severity == "error" for each in problems), "error")


def _report(out: Output, problems: Sequence[Diagnostic]) -> None:
    """The problems as `dun check` prints them; they are the result only where nothing else is."""
    from dunlang import render

    if has_errors(problems):
        out.result(render.as_text(problems, color=out.out_is_colored))
    elif problems:
        out.say(render.as_text(problems, color=out.err_is_colored).rstrip("\n"))


def _show(out: Output, publication: Publication, form: str) -> None:
    version = publication.version
    _report(out, publication.warnings)
    for note in publication.notes:
        out.say(f"note: {note}")
    if form == "json":
        from engine.services.plain_policies import plain_version

        row = plain_version(version, new=publication.is_new)
        out.result(json.dumps(row, ensure_ascii=False) + "\n")
        return
    if publication.is_new:
        out.result(f"published {version.name}, effective {version.effective}\n")
        out.result(f"  sha256 {version.sha256}\n")
        command = f"dun approve {version.policy} --version {version.version}"
        out.say(f"it counts when another person has said '{command}'")
        return
    when = f"by {version.author} on {version.published_at.date()}"
    out.result(f"{version.name} is published already, {when}; {version.state}\n")
