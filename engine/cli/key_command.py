"""`dun key`: keys of programs that use a store."""

from __future__ import annotations

import datetime
import json
from typing import TYPE_CHECKING, Annotated

import typer

from engine.cli.console import output
from engine.cli.exits import ExitCode
from engine.cli.options import Color, Format, a_date, one_of
from engine.cli.store import DatabaseOption, acting, done, now, open_store_for
from engine.cli.user_command import a_role
from engine.cli.words import counted, example

if TYPE_CHECKING:
    from engine.services.programs import Key

app = typer.Typer(
    add_completion=False,
    rich_markup_mode=None,
    no_args_is_help=True,
    help="Keys with which programs use a store, through the variable DUN_KEY.",
    epilog=example("dun key create nightly --role manager --expires 2027-12-31"),
)


@app.command(epilog=example("dun key create nightly --role manager --expires 2027-12-31"))
def create(
    name: Annotated[str, typer.Argument(metavar="NAME", help="What the program is called.")],
    role: Annotated[
        str,
        typer.Option(
            "--role",
            metavar="viewer|clerk|manager|approver|admin",
            help="What it may do.",
        ),
    ],
    expires: Annotated[
        str | None,
        typer.Option("--expires", metavar="DATE", help="The last day on which it holds, in UTC."),
    ] = None,
    database: DatabaseOption = None,
    form: Format = "text",
    color: Color = "auto",
) -> int:
    """Make a key for a program, and print it: this once, it is kept nowhere."""
    from engine.services.programs import create_key

    out = output(color)
    one_of("--format", form, ("text", "json"))
    wanted = a_role(role)
    until = None if expires is None else _end_of(a_date("--expires", expires))
    store = open_store_for(database)
    made = done(create_key(store, acting(store), name, wanted, now(), expires_at=until))
    if form == "json":
        row = {**_plain(made.key), "key": made.text}
        out.result(json.dumps(row, ensure_ascii=False) + "\n")
    else:
        out.result(f"{made.text}\n")
    out.say(f"{made.key.name} may use {store.name} as {made.key.role}")
    out.say("keep the key: nobody can show it again")
    return ExitCode.DONE


def _end_of(day: datetime.date) -> datetime.datetime:
    following = day + datetime.timedelta(days=1)
    return datetime.datetime.combine(following, datetime.time.min, datetime.UTC)


@app.command("list", epilog=example("dun key list --format json"))
def list_(database: DatabaseOption = None, form: Format = "text", color: Color = "auto") -> int:
    """List the keys of programs, without their secrets."""
    from engine.services.programs import keys

    out = output(color)
    one_of("--format", form, ("text", "json"))
    store = open_store_for(database)
    found = done(keys(store, acting(store)))
    if form == "json":
        for key in found:
            out.result(json.dumps(_plain(key), ensure_ascii=False) + "\n")
        return ExitCode.DONE
    from engine.cli.tables import show, table

    if found:
        with out.page() as console:
            made = table(
                ("key", "left"),
                ("begins with", "left"),
                ("role", "left"),
                ("made by", "left"),
                ("", "left"),
            )
            for key in found:
                begins = f"dun_{key.prefix}"
                made.add_row(key.name, begins, key.role, key.created_by, _state(key))
            show(console, made)
    out.say(f"{counted(len(found), 'key')} in {store.name}")
    return ExitCode.DONE


def _state(key: Key) -> str:
    if key.revoked_at is not None:
        return f"revoked on {key.revoked_at:%Y-%m-%d}"
    if key.expires_at is None:
        return ""
    last = key.expires_at - datetime.timedelta(microseconds=1)
    return f"holds until {last:%Y-%m-%d}" if key.holds(now()) else f"expired on {last:%Y-%m-%d}"


def _plain(key: Key) -> dict[str, object]:
    return {
        "name": key.name,
        "prefix": key.prefix,
        "role": key.role,
        "created_at": key.created_at.isoformat(),
        "created_by": key.created_by,
        "expires_at": None if key.expires_at is None else key.expires_at.isoformat(),
        "revoked_at": None if key.revoked_at is None else key.revoked_at.isoformat(),
    }


@app.command(epilog=example("dun key revoke nightly"))
def revoke(
    key: Annotated[str, typer.Argument(metavar="KEY", help="Its name, or what it begins with.")],
    database: DatabaseOption = None,
    color: Color = "auto",
) -> int:
    """End a key, from now on."""
    from engine.services.programs import revoke_key

    out = output(color)
    store = open_store_for(database)
    ended = done(revoke_key(store, acting(store), key, now()))
    out.say(f"the key {ended.name} (dun_{ended.prefix}) opens {store.name} no more")
    return ExitCode.DONE
