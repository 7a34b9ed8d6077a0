"""`dun check`: everything that is wrong with policies, all at once."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated

import typer

from dunlang.diagnostics import has_errors
from engine.cli.console import output
from engine.cli.exits import ExitCode
from engine.cli.options import Color, one_of
from engine.cli.policy_arguments import DEFAULT_FOLDER, PolicyPaths, given_policies
from engine.cli.words import counted, example

if TYPE_CHECKING:
    from engine.services.policies import Policies

FORMATS = ("text", "json", "sarif", "github")

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command(epilog=example("dun check policies/de_standard/3.dun"))
def check(
    path: PolicyPaths = None,
    form: Annotated[
        str,
        typer.Option(
            "--format", metavar="text|json|sarif|github", help="How to print the problems."
        ),
    ] = "text",
    color: Color = "auto",
) -> int:
    """Find everything that is wrong with policies: files, folders, or - for standard input."""
    from dunlang import render

    out = output(color)
    one_of("--format", form, FORMATS)
    policies = given_policies(path, DEFAULT_FOLDER)
    match form:
        case "text":
            out.result(render.as_text(policies.problems, color=out.out_is_colored))
            out.say(_summary(policies))
        case "json":
            for problem in json.loads(render.as_json(policies.problems)):
                out.result(json.dumps(problem, ensure_ascii=False) + "\n")
        case "sarif":
            out.result(f"{render.as_sarif(policies.problems)}\n")
        case _:
            out.result(render.as_github(policies.problems))
    return ExitCode.PROBLEMS if has_errors(policies.problems) else ExitCode.DONE


def _summary(policies: Policies) -> str:
    errors = sum(problem.severity == "error" for problem in policies.problems)
    warnings = len(policies.problems) - errors
    files = counted(len(policies.sources), "file")
    if not policies.problems:
        return f"{files} checked, no problems"
    found = [counted(n, word) for n, word in ((errors, "error"), (warnings, "warning")) if n]
    return f"{files} checked, {' and '.join(found)}"
