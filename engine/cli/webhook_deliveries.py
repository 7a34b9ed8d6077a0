"""`dun webhook test|deliveries|retry|send`: what webhooks are told, and what came of it."""

from __future__ import annotations

import datetime
import json
from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

from engine.cli.console import output
from engine.cli.exits import ExitCode, UsageError
from engine.cli.options import Color, Format, a_number, a_time, one_of
from engine.cli.store import DatabaseOption, acting, done, now, open_store_for, refuse
from engine.cli.webhook_options import AllowPrivate, outgoing
from engine.cli.words import counted, example

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.cli.console import Output
    from engine.services.webhook_deliveries import Attempt, Tried

app = typer.Typer(add_completion=False, rich_markup_mode=None)

Number: TypeAlias = Annotated[
    str, typer.Argument(metavar="NUMBER", help="Which, as 'dun webhook list' numbers them.")
]
Delivery: TypeAlias = Annotated[
    str | None,
    typer.Argument(
        metavar="[DELIVERY]", help="One of them, as 'dun webhook deliveries' numbers them."
    ),
]


@app.command("test", epilog=example("dun webhook test 1"))
def try_(
    number: Number,
    allow: AllowPrivate = False,
    database: DatabaseOption = None,
    form: Format = "text",
    color: Color = "auto",
) -> int:
    """Try one: send an event webhook.test now, once."""
    from engine.services.plain_webhooks import plain_tried
    from engine.services.webhook_sending import send_test

    out = output(color)
    one_of("--format", form, ("text", "json"))
    which, where = a_number("NUMBER", number, 1), outgoing(allow_private=allow)
    store = open_store_for(database)
    tried = done(send_test(store, acting(store), which, now, where))
    attempt = tried.attempts[-1]
    if form == "json":
        out.result(json.dumps(plain_tried(tried), ensure_ascii=False) + "\n")
    else:
        out.result(f"{_said(attempt)}, after {attempt.duration:,} ms\n")
    return ExitCode.DONE if attempt.failure is None else ExitCode.PROBLEMS


def _said(attempt: Attempt) -> str:
    from dunlang.render import visible

    if attempt.failure is None:
        return f"it got through: the answer was {attempt.status}"
    said = f": {visible(attempt.answer)}" if attempt.answer else ""
    return f"it did not get through: {attempt.failure}{said}"


@app.command(epilog=example("dun webhook deliveries 1 --state dead", "dun webhook deliveries 1 17"))
def deliveries(  # noqa: PLR0917 - as many as there are options
    number: Number,
    delivery: Delivery = None,
    state: Annotated[
        str,
        typer.Option("--state", metavar="all|waiting|delivered|dead", help="Only those."),
    ] = "all",
    before: Annotated[
        str | None,
        typer.Option("--before", metavar="DELIVERY", help="Only what is older than this one."),
    ] = None,
    limit: Annotated[
        str, typer.Option("--limit", metavar="NUMBER", help="How many at most.")
    ] = "50",
    database: DatabaseOption = None,
    form: Format = "text",
    color: Color = "auto",
) -> int:
    """List what one is told, and what came of it.

    The newest comes first. Of one delivery everything is shown: what it says, and each
    attempt with the beginning of the answer.
    """
    from engine.services.plain_webhooks import plain_delivery, plain_tried
    from engine.services.webhook_deliveries import STATES, Chosen, delivery_of
    from engine.services.webhook_deliveries import deliveries as listed

    out = output(color)
    one_of("--format", form, ("text", "json"))
    one_of("--state", state, ("all", *STATES))
    which, most = a_number("NUMBER", number, 1), a_number("--limit", limit, 1)
    place = None if before is None else a_number("--before", before, 1)
    single = None if delivery is None else a_number("DELIVERY", delivery, 1)
    store = open_store_for(database)
    actor = acting(store)
    if single is not None:
        tried = done(delivery_of(store, actor, which, single))
        if form == "json":
            out.result(json.dumps(plain_tried(tried), ensure_ascii=False) + "\n")
        else:
            _show(out, tried)
        return ExitCode.DONE
    chosen = Chosen(which, [each for each in STATES if state in {"all", each}])
    found = done(listed(store, actor, chosen, before=place, limit=most))
    if form == "json":
        for each in found:
            out.result(json.dumps(plain_delivery(each), ensure_ascii=False) + "\n")
        return ExitCode.DONE
    _list(out, found)
    if len(found) == most:
        out.say(f"there may be more: --before {found[-1].delivery.id}")
    return ExitCode.DONE


def _list(out: Output, found: Sequence[Tried]) -> None:
    from engine.cli.tables import show, table

    if found:
        with out.page() as console:
            made = table(
                ("", "right"),
                ("event", "left"),
                ("happened", "left"),
                ("state", "left"),
                ("attempts", "right"),
                ("", "text"),
            )
            for each in found:
                what = each.delivery
                last = each.attempts[-1].failure if each.attempts else None
                why = what.failure or (last if what.state == "waiting" else None) or ""
                happened = f"{what.created_at:%Y-%m-%d %H:%M}"
                attempts = str(len(each.attempts))
                made.add_row(str(what.id), what.kind, happened, what.state, attempts, why)
            show(console, made)
    out.say(counted(len(found), "delivery", "deliveries"))


def _show(out: Output, tried: Tried) -> None:
    what = tried.delivery
    lines = {
        "delivery": str(what.id),
        "event": what.kind,
        "webhook-id": what.message,
        "happened": f"{what.created_at:%Y-%m-%d %H:%M:%S} UTC",
        "state": what.state + (f": {what.failure}" if what.failure else ""),
    }
    if what.state == "waiting":
        lines["next try"] = f"{what.next_at:%Y-%m-%d %H:%M:%S} UTC"
    for name, value in lines.items():
        out.result(f"{name + ':':<13}{value}\n")
    for each in tried.attempts:
        out.result(f"{each.at:%Y-%m-%d %H:%M:%S}  {_said(each)}, after {each.duration:,} ms\n")
    out.result(f"{tried.body}\n")


@app.command(epilog=example("dun webhook retry 1", "dun webhook retry 1 --since 2026-03-16"))
def retry(
    number: Number,
    delivery: Delivery = None,
    since: Annotated[
        str | None,
        typer.Option("--since", metavar="TIME", help="Everything that happened since, again."),
    ] = None,
    until: Annotated[
        str | None, typer.Option("--until", metavar="TIME", help="Only what happened until then.")
    ] = None,
    database: DatabaseOption = None,
    color: Color = "auto",
) -> int:
    """Tell one again what was given up.

    Or a single delivery, or with --since everything that happened since, delivered or
    not. It has the id of the first time, so that who is told knows it again.
    """
    from engine.services.webhook_deliveries import STATES, Chosen, retry_all, retry_one

    out = output(color)
    which = a_number("NUMBER", number, 1)
    single = None if delivery is None else a_number("DELIVERY", delivery, 1)
    if single is not None and (since or until):
        message = "name one delivery, or a range with --since and --until"
        raise UsageError(message)
    first = None if since is None else _beginning(since)
    last = None if until is None else a_time("--until", until)
    store = open_store_for(database)
    actor = acting(store)
    if single is not None:
        done(retry_one(store, actor, which, single, now()))
        out.say(f"delivery {single} is sent again")
        return ExitCode.DONE
    states = STATES if first is not None else ("dead",)
    count = done(retry_all(store, actor, Chosen(which, states, first, last), now()))
    verb = "is" if count == 1 else "are"
    out.say(f"{counted(count, 'delivery', 'deliveries')} {verb} sent again")
    return ExitCode.DONE


def _beginning(since: str) -> datetime.datetime:
    """A time; a date means the beginning of that day."""
    end = a_time("--since", since)
    is_date = end.time() == datetime.time.max
    return datetime.datetime.combine(end, datetime.time.min, datetime.UTC) if is_date else end


@app.command(epilog=example("dun webhook send"))
def send(
    allow: AllowPrivate = False,
    database: DatabaseOption = None,
    form: Format = "text",
    color: Color = "auto",
) -> int:
    """Send what is due now, where no 'dun serve' does.

    For cron. What does not get through is tried the next time, but not before its wait is
    over. It takes a manager or an admin.
    """
    from engine.services.actors import not_allowed
    from engine.services.webhook_sending import send_due

    out = output(color)
    one_of("--format", form, ("text", "json"))
    where = outgoing(allow_private=allow)
    store = open_store_for(database)
    refuse(not_allowed(acting(store), "run", "send webhooks"))
    sent = send_due(store, now, where)
    counts = {name: sent.get(name, 0) for name in ("delivered", "failed")}
    if form == "json":
        out.result(json.dumps(counts) + "\n")
    else:
        out.result(f"{counts['delivered']:,} delivered, {counts['failed']:,} failed\n")
    return ExitCode.DONE
