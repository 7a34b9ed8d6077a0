"""`dun status`: the files of policies beside what is published."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from engine.cli.console import output
from engine.cli.exits import ExitCode
from engine.cli.options import Color, Format, one_of
from engine.cli.policy_arguments import DEFAULT_FOLDER, PolicyPaths, given_policies
from engine.cli.store import DatabaseOption, acting, done, open_store_for
from engine.cli.words import counted, example

if TYPE_CHECKING:
    from engine.cli.console import Output
    from engine.services.policies import Policies
    from engine.services.policy_lists import Compared

app = typer.Typer(add_completion=False, rich_markup_mode=None)

_WRONG = ("errors", "differs")


@app.command(epilog=example("dun status"))
def status(
    path: PolicyPaths = None,
    database: DatabaseOption = None,
    form: Format = "text",
    color: Color = "auto",
) -> int:
    """Compare the files of policies with the store: draft, published, differs.

    Ends with 1 where a file differs from what was published under its number,
    or has errors.
    """
    from engine.services.policy_lists import compared

    out = output(color)
    one_of("--format", form, ("text", "json"))
    store = open_store_for(database)
    actor = acting(store)
    found = done(compared(store, actor, _files(path)))
    wrong = sum(each.state in _WRONG for each in found)
    if form == "json":
        for each in found:
            out.result(json.dumps(_plain(each), ensure_ascii=False) + "\n")
    else:
        if found:
            _show(out, found)
        drafts = sum(each.state == "draft" for each in found)
        said = [counted(len(found), "version"), counted(drafts, "draft")]
        if wrong:
            said.append(f"{wrong} to look at")
        out.say(", ".join(said))
    return ExitCode.PROBLEMS if wrong else ExitCode.DONE


def _files(path: list[str] | None) -> Policies:
    """The files that were named, else those in the default folder, of which there may be none."""
    if path:
        return given_policies(path, DEFAULT_FOLDER)
    from engine.services.policies import read_policies

    return read_policies([folder for folder in (Path(DEFAULT_FOLDER),) if folder.exists()])


def _plain(each: Compared) -> dict[str, object]:
    return {
        "policy": each.policy,
        "version": each.version,
        "state": each.state,
        "file": each.file,
        "note": each.note or None,
    }


def _show(out: Output, found: list[Compared]) -> None:
    from engine.cli.tables import show, table

    with out.page() as console:
        made = table(
            ("policy", "left"),
            ("version", "right"),
            ("state", "left"),
            ("file", "left"),
            ("", "text"),
        )
        for each in found:
            number = "" if each.version is None else str(each.version)
            made.add_row(each.policy or "", number, each.state, each.file or "", each.note)
        show(console, made)
