"""`dun run abandon`: the way out when the folder for letters is lost for good."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from engine.cli.console import output
from engine.cli.exits import ExitCode
from engine.cli.options import Color, Format, a_text, one_of
from engine.cli.run_reviews import Reason
from engine.cli.store import DatabaseOption, acting, done, now, open_store_for
from engine.cli.words import counted, example

if TYPE_CHECKING:
    from engine.cli.console import Output
    from engine.services.abandoning import Abandoned

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command(epilog=example('dun run abandon /mnt/letters --reason "the disk is broken for good"'))
def abandon(
    folder: Annotated[
        str, typer.Argument(metavar="FOLDER", help="Where letters went; it cannot be used again.")
    ],
    reason: Reason,
    database: DatabaseOption = None,
    form: Format = "text",
    color: Color = "auto",
) -> int:
    """Take back what was begun for a folder that is lost for good.

    What can still be finished there is finished. Of the rest nobody knows what
    left the house: the next 'dun run --execute' performs it anew where it is still
    due, so that a second letter may go out. It takes an admin.
    """
    from engine.io.file_drop import FileDrop
    from engine.services.abandoning import abandon as take_back
    from engine.services.delivering import Sending

    out = output(color)
    one_of("--format", form, ("text", "json"))
    name = str(Path(a_text("FOLDER", folder)).absolute())
    why = a_text("--reason", reason)
    store = open_store_for(database)
    sending = Sending(name, lambda each: FileDrop(Path(each)))
    result = done(take_back(store, acting(store), name, why, now, sending))
    if form == "json":
        plain = {
            "folder": name,
            "abandoned": list(result.cases),
            "performed": list(result.performed),
            "elsewhere": result.elsewhere,
        }
        out.result(json.dumps(plain, ensure_ascii=False) + "\n")
    else:
        _show(out, name, result)
    return ExitCode.DONE


def _show(out: Output, folder: str, result: Abandoned) -> None:
    from dunlang.render import visible
    from engine.cli.show_run import LISTED

    what = counted(len(result.cases), "action")
    out.result(f"{what} taken back from {visible(folder)}\n")
    if result.performed:
        what = counted(len(result.performed), "action")
        out.say(f"{what} could be finished first and counts as performed")
    for case in result.cases[:LISTED]:
        out.say(f"  {visible(case)}: its letter may have left the house")
    if len(result.cases) > LISTED:
        out.say(f"  and {len(result.cases) - LISTED:,} more")
    if result.cases:
        out.say("'dun run --execute --drop FOLDER' performs what is still due of them, elsewhere")
        out.say("'dun run hold CASE --reason TEXT' keeps back what must not go out twice")
    if result.elsewhere:
        what = counted(result.elsewhere, "delivery", "deliveries")
        out.say(f"{what} with another worker; repeat this in five minutes")
