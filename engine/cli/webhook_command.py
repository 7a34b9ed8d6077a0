"""`dun webhook`: who is told of what happens in a store."""

from __future__ import annotations

import datetime
import json
from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

from engine.cli import webhook_deliveries
from engine.cli.console import output
from engine.cli.exits import ExitCode, UsageError
from engine.cli.options import Color, Format, a_number, a_text, one_of
from engine.cli.store import DatabaseOption, acting, done, now, open_store_for
from engine.cli.webhook_deliveries import Number
from engine.cli.webhook_options import AllowPrivate, outgoing
from engine.cli.words import counted, example

if TYPE_CHECKING:
    from engine.cli.console import Output
    from engine.services.webhooks import MadeWebhook, Webhook

WEEK = 168

app = typer.Typer(
    add_completion=False,
    rich_markup_mode=None,
    no_args_is_help=True,
    help="Programs elsewhere that are told of what happens in a store, signed and until it got"
    " through. It takes an admin.",
    epilog=example("dun webhook add https://erp.example.com/dunning"),
)

Events: TypeAlias = Annotated[
    list[str] | None,
    typer.Option(
        "--event",
        metavar="EVENT",
        help="Of which events, such as action.executed; may be repeated; else of all.",
    ),
]
Description: TypeAlias = Annotated[
    str | None, typer.Option("--description", metavar="TEXT", help="Who that is, for people.")
]


@app.command(
    epilog=example("dun webhook add https://erp.example.com/dunning --event action.executed")
)
def add(
    url: Annotated[str, typer.Argument(metavar="URL", help="To where it is sent.")],
    event: Events = None,
    description: Description = None,
    allow: AllowPrivate = False,
    database: DatabaseOption = None,
    form: Format = "text",
    color: Color = "auto",
) -> int:
    """Tell one what happens from now on, and print its secret.

    What is sent is signed with it: whoever has it can send in your name.
    """
    from engine.services import webhooks

    out = output(color)
    one_of("--format", form, ("text", "json"))
    where = outgoing(allow_private=allow)
    given = a_text("URL", url), a_text("--description", description or "")
    store = open_store_for(database)
    wanted = webhooks.Wanted(*given, event or ())
    private = where.allow_private
    made = done(webhooks.add_webhook(store, acting(store), wanted, now(), allow_private=private))
    _print_made(out, made, form)
    out.say(f"webhook {made.webhook.id} is told by 'dun serve', or by 'dun webhook send'")
    return ExitCode.DONE


def _print_made(out: Output, made: MadeWebhook, form: str) -> None:
    from engine.services.plain_webhooks import plain_made

    if form == "json":
        out.result(json.dumps(plain_made(made), ensure_ascii=False) + "\n")
    else:
        out.result(f"{made.secret}\n")
    out.say("keep the secret where the signatures are checked: nobody can show it again")


@app.command("list", epilog=example("dun webhook list --format json"))
def list_(database: DatabaseOption = None, form: Format = "text", color: Color = "auto") -> int:
    """List who is told, without the secrets."""
    from engine.services import webhooks
    from engine.services.plain_webhooks import plain_shown

    out = output(color)
    one_of("--format", form, ("text", "json"))
    store = open_store_for(database)
    found = done(webhooks.webhooks(store, acting(store)))
    if form == "json":
        for each in found:
            out.result(json.dumps(plain_shown(each), ensure_ascii=False) + "\n")
        return ExitCode.DONE
    from engine.cli.tables import show, table

    if found:
        with out.page() as console:
            made = table(
                ("", "right"),
                ("URL", "left"),
                ("waiting", "right"),
                ("delivered", "right"),
                ("dead", "right"),
                ("", "text"),
            )
            for each in found:
                counts = (each.counts.get(name, 0) for name in ("waiting", "delivered", "dead"))
                state = _state(each.webhook)
                made.add_row(str(each.webhook.id), each.webhook.url, *map(str, counts), state)
            show(console, made)
    out.say(f"{counted(len(found), 'webhook')} in {store.name}")
    return ExitCode.DONE


def _state(webhook: Webhook) -> str:
    if webhook.off_at is not None:
        return f"off since {webhook.off_at:%Y-%m-%d}: {webhook.off_reason}"
    if webhook.failing_since is not None:
        return f"failing since {webhook.failing_since:%Y-%m-%d %H:%M}"
    return ""


@app.command(epilog=example("dun webhook show 1"))
def show(
    number: Number, database: DatabaseOption = None, form: Format = "text", color: Color = "auto"
) -> int:
    """Show one who is told, and how it stands."""
    from engine.services import webhooks
    from engine.services.plain_webhooks import plain_shown

    out = output(color)
    one_of("--format", form, ("text", "json"))
    which = a_number("NUMBER", number, 1)
    store = open_store_for(database)
    found = done(webhooks.webhook_of(store, acting(store), which))
    if form == "json":
        out.result(json.dumps(plain_shown(found), ensure_ascii=False) + "\n")
        return ExitCode.DONE
    states = ("waiting", "delivered", "dead")
    counts = ", ".join(f"{found.counts.get(state, 0):,} {state}" for state in states)
    webhook = found.webhook
    lines = {
        "webhook": str(webhook.id),
        "URL": webhook.url,
        "description": webhook.description,
        "events": ", ".join(webhook.events) or "all",
        "state": _state(webhook) or "on",
        "deliveries": counts,
        "added": f"on {webhook.created_at:%Y-%m-%d} by {webhook.created_by}",
    }
    for name, value in lines.items():
        if value:
            out.result(f"{name + ':':<13}{value}\n")
    return ExitCode.DONE


@app.command(epilog=example("dun webhook change 1 --on"))
def change(  # noqa: PLR0917 - as many as there are options
    number: Number,
    url: Annotated[
        str | None, typer.Option("--url", metavar="URL", help="To where it is sent.")
    ] = None,
    event: Events = None,
    every: Annotated[bool, typer.Option("--all-events", help="Tell it of every event.")] = False,
    description: Description = None,
    on: Annotated[bool, typer.Option("--on", help="Send, what waits as well.")] = False,
    off: Annotated[bool, typer.Option("--off", help="Send nothing; it waits.")] = False,
    allow: AllowPrivate = False,
    database: DatabaseOption = None,
    color: Color = "auto",
) -> int:
    """Change one, or switch it off and on."""
    from engine.services import webhooks

    out = output(color)
    which = a_number("NUMBER", number, 1)
    _not_both("--on", on, "--off", off)
    _not_both("--event", bool(event), "--all-events", every)
    where = outgoing(allow_private=allow)
    wanted = webhooks.Wanted(
        None if url is None else a_text("--url", url),
        None if description is None else a_text("--description", description),
        () if every else event or None,
        on if on or off else None,
    )
    if wanted == webhooks.Wanted():
        message = "say what is to be different: --url, --event, --description, --on or --off"
        raise UsageError(message)
    store = open_store_for(database)
    private = where.allow_private
    found = done(
        webhooks.change_webhook(store, acting(store), which, wanted, now(), allow_private=private)
    )
    out.say(f"webhook {found.id} is {'on' if found.off_at is None else 'off'}")
    return ExitCode.DONE


def _not_both(one: str, is_one: bool, other: str, is_other: bool) -> None:
    if is_one and is_other:
        message = f"{one} and {other} cannot both be"
        raise UsageError(message)


@app.command(epilog=example("dun webhook secret 1 --keep-old 48"))
def secret(
    number: Number,
    keep: Annotated[
        str,
        typer.Option(
            "--keep-old",
            metavar="HOURS",
            help="How long the secret before signs, too; 0: not at all, as when it is known.",
        ),
    ] = "24",
    database: DatabaseOption = None,
    form: Format = "text",
    color: Color = "auto",
) -> int:
    """Make a new secret, and print it."""
    from engine.services import webhooks

    out = output(color)
    one_of("--format", form, ("text", "json"))
    which, hours = a_number("NUMBER", number, 1), a_number("--keep-old", keep, 0)
    if hours > WEEK:
        message = f"--keep-old takes at most {WEEK} hours, which is a week"
        raise UsageError(message)
    store = open_store_for(database)
    kept = datetime.timedelta(hours=hours)
    made = done(webhooks.rotate_secret(store, acting(store), which, now(), keep=kept))
    _print_made(out, made, form)
    if made.webhook.old_secret_until is not None:
        until = f"{made.webhook.old_secret_until:%Y-%m-%d %H:%M} UTC"
        out.say(f"until {until} the one before signs, too")
    return ExitCode.DONE


@app.command(epilog=example("dun webhook remove 1"))
def remove(number: Number, database: DatabaseOption = None, color: Color = "auto") -> int:
    """Tell one nothing any more, and forget what it was told."""
    from engine.services import webhooks

    out = output(color)
    which = a_number("NUMBER", number, 1)
    store = open_store_for(database)
    gone = done(webhooks.remove_webhook(store, acting(store), which, now()))
    out.say(f"webhook {which} is told nothing any more")
    if gone.waited:
        out.say(f"{counted(gone.waited, 'event')} that waited will not be sent")
    return ExitCode.DONE


*_BEFORE, _REMOVE = app.registered_commands
app.registered_commands = [*_BEFORE, *webhook_deliveries.app.registered_commands, _REMOVE]
