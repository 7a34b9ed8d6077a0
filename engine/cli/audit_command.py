"""`dun audit`: what was done in a store, and whether anybody changed the record of it."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Annotated

import typer

from engine.cli.console import output
from engine.cli.exits import ExitCode, UsageError
from engine.cli.options import Color, Format, a_number, one_of
from engine.cli.store import DatabaseOption, acting, done, now, open_store_for
from engine.cli.words import counted, example

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from engine.cli.console import Output
    from engine.services.audit import Entry

_LONG = 60
"""Letters of a value that are printed in a table."""

app = typer.Typer(
    add_completion=False,
    rich_markup_mode=None,
    no_args_is_help=True,
    help="The record of everything that was done in a store.",
    epilog=example("dun audit verify"),
)


@app.command(epilog=example("dun audit verify --format json"))
def verify(
    head: Annotated[
        str | None,
        typer.Option("--head", metavar="HASH", help="A hash that an earlier check printed."),
    ] = None,
    database: DatabaseOption = None,
    form: Format = "text",
    color: Color = "auto",
) -> int:
    """Check that no entry was changed, taken out or put in.

    Policies, imported rows, people, keys, actions and stages are compared with
    what the entries say of them, and each decision is made once more.
    Prints the number of entries and the hash of the newest. Keep that hash where
    nobody who can write to the store can change it: given as --head, a later
    check finds out if entries at the end were cut off.
    """
    from dunlang.render import visible
    from engine.cli.progress import progress
    from engine.services.audit import verify

    out = output(color)
    one_of("--format", form, ("text", "json"))
    kept = None if head is None else _a_hash(head)
    store = open_store_for(database)
    actor = acting(store)
    with progress(out, "checking") as tell:
        found = done(verify(store, actor, head=kept, progress=tell))
    if form == "json":
        flaws = [{"number": flaw.number, "reason": flaw.reason} for flaw in found.flaws]
        row = {"entries": found.entries, "head": found.head, "flaws": flaws}
        out.result(json.dumps(row, ensure_ascii=False) + "\n")
    else:
        for flaw in found.flaws:
            out.result(f"{visible(flaw.reason)}\n")
        verdict = counted(len(found.flaws), "flaw") if found.flaws else "no flaw"
        out.result(f"{counted(found.entries, 'entry', 'entries')}, {verdict}\n")
        out.result(f"head {found.head}\n")
    return ExitCode.PROBLEMS if found.flaws else ExitCode.DONE


def _a_hash(text: str) -> str:
    kept = text.strip().lower()
    if not re.fullmatch(r"[0-9a-f]{64}", kept, re.ASCII):
        message = f"--head takes the 64 digits that 'dun audit verify' printed, not '{text}'"
        raise UsageError(message)
    return kept


@app.command(epilog=example('dun audit show --subject "user anna" --limit 20'))
def show(
    subject: Annotated[
        str | None,
        typer.Option("--subject", metavar="TEXT", help="Only what is about this: 'user anna'."),
    ] = None,
    case: Annotated[
        str | None,
        typer.Option("--case", metavar="ID", help="Tell the story of this case instead."),
    ] = None,
    after: Annotated[
        str | None,
        typer.Option("--after", metavar="NUMBER", help="The entries after this one; 0: the first."),
    ] = None,
    limit: Annotated[
        str, typer.Option("--limit", metavar="NUMBER", help="So many entries at most.")
    ] = "50",
    database: DatabaseOption = None,
    form: Format = "text",
    color: Color = "auto",
) -> int:
    """Show who did what and when: the newest entries, or those after a number.

    With --case: everything that happened to a case, in order, with the reasons of
    each decision, for somebody who was not there.
    """
    from engine.services.audit import plain_entry, trail

    out = output(color)
    one_of("--format", form, ("text", "json"))
    if case is not None:
        if subject is not None or after is not None:
            message = "--case tells a whole story; leave --subject and --after out"
            raise UsageError(message)
        return _tell(out, case, database, form)
    most = a_number("--limit", limit, 1)
    following = None if after is None else a_number("--after", after, 0)
    store = open_store_for(database)
    found = done(trail(store, acting(store), subject=subject, after=following, limit=most))
    if form == "json":
        for entry in found:
            out.result(json.dumps(plain_entry(entry), ensure_ascii=False) + "\n")
        return ExitCode.DONE
    _show(out, found)
    if len(found) == most and following is not None:
        out.say(f"--after {found[-1].number} shows what follows")
    elif found and found[0].number > 1 and following is None:
        out.say("these are the newest; --after 0 begins with the first")
    return ExitCode.DONE


def _tell(out: Output, case: str, database: str | None, form: str) -> int:
    from engine.cli.show_record import show_record, write_record
    from engine.services.case_record import case_record

    store = open_store_for(database)
    record = done(case_record(store, acting(store), case, now()))
    if form == "json":
        write_record(out, record)
    else:
        show_record(out, record)
    return ExitCode.DONE


def _show(out: Output, entries: Sequence[Entry]) -> None:
    from dunlang.render import visible
    from engine.cli.tables import show, table

    if not entries:
        out.say("no entry to show")
        return
    with out.page() as console:
        made = table(
            ("entry", "right"),
            ("time (UTC)", "left"),
            ("who", "left"),
            ("what", "left"),
            ("about", "left"),
            ("", "text"),
        )
        for entry in entries:
            made.add_row(
                f"{entry.number}",
                f"{entry.at:%Y-%m-%d %H:%M:%S}",
                visible(entry.actor),
                visible(entry.action),
                visible(entry.subject),
                visible(_details(entry.body)),
            )
        show(console, made)


def _details(body: Mapping[str, object]) -> str:
    return ", ".join(f"{name} {_value(value)}" for name, value in body.items())


def _value(value: object) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    # The whole of it, such as a decision with its reasons, is in the JSON.
    return text if len(text) <= _LONG else f"{text[:_LONG]}..."
