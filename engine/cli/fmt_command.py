"""`dun fmt`: the one canonical layout."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Annotated

import typer

from dunlang.diagnostics import has_errors
from engine.cli.console import output
from engine.cli.exits import ExitCode
from engine.cli.options import STDIN, STDIN_NAME, Color, paths, read_stdin
from engine.cli.policy_arguments import (
    DEFAULT_FOLDER,
    PolicyPaths,
    no_policy,
    refuse_missing_default,
)
from engine.cli.words import counted, example

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from dunlang.diagnostics import Diagnostic
    from dunlang.source import Source
    from engine.cli.console import Output

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command(epilog=example("dun fmt --check policies/"))
def fmt(
    path: PolicyPaths = None,
    check: Annotated[
        bool, typer.Option("--check", help="Change nothing; exit 1 if a file would change.")
    ] = False,
    diff: Annotated[
        bool, typer.Option("--diff", help="Change nothing; print what would change.")
    ] = False,
    color: Color = "auto",
) -> int:
    """Lay policies out in the one canonical way, keeping every comment.

    A file with an error is left as it is. With - the policy is read from standard input and
    written to standard output.
    """
    out = output(color)
    failed = changed = files = 0
    for file, source, problems in _given(path):
        files += 1
        text, found = _formatted(source, problems)
        if text is None:
            failed += 1
            _report(out, found)
            continue
        differs = text != source.text
        changed += differs
        if diff and differs:
            out.result(_difference(source, text, color=out.out_is_colored))
        elif check and differs:
            out.result(f"{source.name}\n")
        if not (check or diff):
            _write(out, file, text, differs=differs)
    out.say(_summary(files, changed, failed, dry=check or diff))
    return ExitCode.PROBLEMS if failed or (changed and check) else ExitCode.DONE


def _given(texts: list[str] | None) -> Iterator[tuple[Path | None, Source, list[Diagnostic]]]:
    """The files to lay out, each with its text; no file for standard input."""
    from engine.cli.exits import OutsideError, UsageError
    from engine.services.sources import policy_sources, source_of

    if texts and STDIN in texts:
        if texts != [STDIN]:
            message = "standard input (-) cannot be combined with other paths"
            raise UsageError(message)
        yield (None, *source_of(STDIN_NAME, read_stdin()))
        return
    refuse_missing_default(texts, DEFAULT_FOLDER)
    given = paths(texts, DEFAULT_FOLDER)
    found = False
    for each in policy_sources(given):
        found = True
        yield each
    if not found:
        raise OutsideError(no_policy(given))


def _formatted(source: Source, problems: list[Diagnostic]) -> tuple[str | None, list[Diagnostic]]:
    from dunlang.printing.fmt import format_source

    if has_errors(problems):
        return None, problems
    return format_source(source)


def _report(out: Output, problems: list[Diagnostic]) -> None:
    from dunlang.render import as_text

    errors = [problem for problem in problems if problem.severity == "error"]
    out.say(as_text(errors, color=out.err_is_colored).rstrip("\n"))


def _write(out: Output, file: Path | None, text: str, *, differs: bool) -> None:
    if file is None:
        out.result(text)
    elif differs:
        from engine.services.sources import replace_policy

        replace_policy(file, text)
        out.say(f"laid out {file}")


def _difference(source: Source, text: str, *, color: bool) -> str:
    before, after = source.text.splitlines(keepends=True), text.splitlines(keepends=True)
    lines = difflib.unified_diff(before, after, source.name, f"{source.name} (laid out)")
    shown = (line if line.endswith("\n") else f"{line}\n\\ no line end\n" for line in lines)
    return "".join(_tinted(line) if color else line for line in shown)


def _tinted(line: str) -> str:
    tint = {"+": "32", "-": "31", "@": "36"}.get(line[:1])
    return f"\x1b[{tint}m{line[:-1]}\x1b[0m\n" if tint else line


def _summary(files: int, changed: int, failed: int, *, dry: bool) -> str:
    verb = "would change" if dry else "changed"
    said = [f"{counted(changed, 'file')} {verb}"] if changed else []
    unchanged = files - changed - failed
    if unchanged or not said:
        said.append(f"{counted(unchanged, 'file')} already in layout")
    if failed:
        said.append(f"{counted(failed, 'file')} left alone because of errors")
    return ", ".join(said)
