"""`dun test`: the examples that policies carry, run."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

from dunlang.diagnostics import has_errors
from engine.cli.console import output
from engine.cli.exits import ExitCode
from engine.cli.options import Color, Format, one_of
from engine.cli.policy_arguments import DEFAULT_FOLDER, PolicyPaths, given_policies
from engine.cli.words import counted, example

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dunlang.plan import Plan
    from engine.cli.console import Output
    from engine.core.coverage import Part
    from engine.core.examples import ExampleResult
    from engine.services.examples import PolicyExamples
    from engine.services.policies import Policies

Coverage: TypeAlias = Annotated[
    bool,
    typer.Option(
        "--coverage", help="Name the stages, rules and exceptions that no example reaches."
    ),
]

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command("test", epilog=example("dun test policies/de_standard/3.dun"))
def run_tests(
    path: PolicyPaths = None,
    coverage: Coverage = False,
    form: Format = "text",
    color: Color = "auto",
) -> int:
    """Run the examples that policies carry, day by day, and compare.

    Guarantees are read and checked, and named here as not proved: this version has no prover.
    """
    out = output(color)
    one_of("--format", form, ("text", "json"))
    policies = given_policies(path, DEFAULT_FOLDER)
    broken = _errors(out, policies)
    from engine.services.examples import examples_of, not_reached

    passed = failed = unproved = 0
    for each in examples_of(policies):
        good = sum(result.passed for result in each.results)
        passed += good
        failed += len(each.results) - good
        unproved += len(each.unproved)
        if form == "json":
            _print(out, each)
        else:
            _show(out, each)
        if coverage:
            _cover(out, each.plan, not_reached(policies, each.plan), form)
    said = [f"{counted(passed + failed, 'example')} run"]
    if passed or failed:
        said.append(f"{failed} failed" if failed else "all passed")
    if unproved:
        said.append(f"{counted(unproved, 'guarantee')} not proved")
    if broken:
        said.append(f"{counted(broken, 'file')} with errors left out")
    out.say(", ".join(said))
    return ExitCode.PROBLEMS if failed or broken else ExitCode.DONE


def _errors(out: Output, policies: Policies) -> int:
    """Print the errors of policies; the number of files that have one."""
    if not has_errors(policies.problems):
        return 0
    from dunlang.render import as_text

    errors = [problem for problem in policies.problems if problem.severity == "error"]
    out.say(as_text(errors, color=out.err_is_colored))
    return len({problem.span.source.name for problem in errors})


def _show(out: Output, examples: PolicyExamples) -> None:
    """A file's examples, each passed or failed, and of a failed one what is wrong and why."""
    from rich.text import Text

    from dunlang.render import as_text, visible

    with out.page() as console:
        console.print(Text(visible(examples.plan.source.name), style="bold"))
        for result in examples.results:
            mark = Text("  pass  ", "green") if result.passed else Text("  FAIL  ", "bold red")
            console.print(mark + Text(visible(result.title)), soft_wrap=True)
        if not examples.results:
            console.print("  no examples")
        for guarantee in examples.unproved:
            title = visible(guarantee.title.value)
            line = Text(f"  not proved  {title} (this version has no prover)", "yellow")
            console.print(line, soft_wrap=True)
    for result in examples.results:
        if not result.passed:
            out.result("\n" + as_text(result.problems, color=out.out_is_colored) + "\n")
            _story(out, result)


def _cover(out: Output, plan: Plan, left: Sequence[Part], form: str) -> None:
    """What no example reaches: a line for each, or one object."""
    from engine.core.coverage import parts_of

    if form == "json":
        plain = {
            "file": plan.source.name,
            "policy": plan.id,
            "version": plan.version,
            "not_reached": [
                {"what": part.what, "name": part.name, "line": part.span.line} for part in left
            ],
        }
        out.result(json.dumps(plain, ensure_ascii=False) + "\n")
        return
    from rich.text import Text

    from dunlang.render import visible

    every = len(parts_of(plan))
    with out.page() as console:
        console.print(f"  {every - len(left)} of {every} stages, rules and exceptions reached")
        for part in left:
            name = f'"{part.name}"' if part.what in {"exclude", "hold"} else part.name
            line = f"  {part.span.line:>4}  {part.what} {visible(name)} is not reached"
            console.print(Text(line, "yellow"), soft_wrap=True)


def _story(out: Output, result: ExampleResult) -> None:
    from engine.cli.show_simulation import story_rows
    from engine.cli.tables import show

    with out.page() as console:
        console.print(f"What happened in '{result.title}':")
        if result.story:
            show(console, story_rows(result.story))
        else:
            console.print("nothing")
        console.print()


def _print(out: Output, examples: PolicyExamples) -> None:
    """An object for each example, and one for each guarantee."""
    from dunlang.render import as_json
    from engine.services.plain import plain_event

    plan = examples.plan
    for result in examples.results:
        plain = {
            "file": plan.source.name,
            "line": result.span.line,
            "policy": plan.id,
            "version": plan.version,
            "example": result.title,
            "passed": result.passed,
            "problems": json.loads(as_json(result.problems)),
            "story": [plain_event(event) for event in result.story],
        }
        out.result(json.dumps(plain, ensure_ascii=False) + "\n")
    for guarantee in examples.unproved:
        claimed = {
            "file": plan.source.name,
            "line": guarantee.span.line,
            "policy": plan.id,
            "version": plan.version,
            "guarantee": guarantee.title.value,
            "proved": None,
        }
        out.result(json.dumps(claimed, ensure_ascii=False) + "\n")
