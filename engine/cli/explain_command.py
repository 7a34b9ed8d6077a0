"""`dun explain`: what a code means, or why a case is where it is."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated

import typer

from engine.cli.console import output
from engine.cli.exits import ExitCode, UsageError
from engine.cli.options import Color, Format, LedgerFolder, PolicyFiles, one_of
from engine.cli.store import DatabaseOption
from engine.cli.words import example

if TYPE_CHECKING:
    from engine.cli.console import Output
    from engine.services.codes import Page

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command(
    epilog=example(
        "dun explain D204",
        "dun explain --ledger demo-company/ledger --case R-2025-01876 --on 2026-01-07",
    )
)
def explain(
    *,
    code: Annotated[
        str | None,
        typer.Argument(metavar="[CODE]", help="A code such as D204.", show_default=False),
    ] = None,
    case: Annotated[
        str | None, typer.Option("--case", metavar="ID", help="The case to explain.")
    ] = None,
    on: Annotated[
        str | None, typer.Option("--on", metavar="DATE", help="The day to explain it for.")
    ] = None,
    ledger: LedgerFolder = None,
    known: Annotated[
        str | None,
        typer.Option("--known", metavar="TIME", help="Use only what was recorded by this time."),
    ] = None,
    policy: PolicyFiles = None,
    database: DatabaseOption = None,
    form: Format = "text",
    color: Color = "auto",
) -> int:
    """Say what a code means, or why a case is where it is on a day."""
    if code is not None:
        if any(each is not None for each in (case, on, ledger, database)):
            message = "give either a code, or --case and --on"
            raise UsageError(message)
        return _code(code, form, color)
    if case is None or on is None:
        message = "name a code such as D204, or give --case and --on"
        raise UsageError(message)
    from engine.cli.decide_command import decide

    return decide(
        ledger=ledger,
        on=on,
        case=case,
        known=known,
        policy=policy,
        explain=True,
        database=database,
        form=form,
        color=color,
    )


def _code(code: str, form: str, color: str) -> int:
    from engine.services.codes import NoPage, page_of

    out = output(color)
    one_of("--format", form, ("text", "json"))
    found = page_of(code)
    if isinstance(found, NoPage):
        hint = f"; did you mean {found.meant}?" if found.meant else ""
        message = f"there is no code {found.code}{hint}"
        raise UsageError(message)
    if form == "json":
        plain = {
            "code": found.page.code,
            "title": found.page.title,
            "meaning": found.page.meaning,
            "wrong": found.wrong,
            "right": found.right,
        }
        out.result(json.dumps(plain, ensure_ascii=False) + "\n")
    else:
        _show(out, found)
    return ExitCode.DONE


def _show(out: Output, page: Page) -> None:
    from rich.padding import Padding
    from rich.text import Text

    with out.page() as console:
        console.print(Text(f"{page.page.code}: {page.page.title}", style="bold"))
        console.print()
        console.print(page.page.meaning)
        for name, style, text in (("Wrong", "red", page.wrong), ("Right", "green", page.right)):
            console.print()
            console.print(Text(f"{name}:", style=f"bold {style}"))
            console.print()
            console.print(Padding(Text(text.rstrip("\n"), no_wrap=True), (0, 0, 0, 4)))
