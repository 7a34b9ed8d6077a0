"""`dun diff`: what changed between two versions of a policy, and whom it moves."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from engine.cli.console import output
from engine.cli.exits import ExitCode, OutsideError, UsageError
from engine.cli.options import Color, Format, LedgerFolder, SkipBad, a_date, a_time, one_of
from engine.cli.progress import progress
from engine.cli.store import DatabaseOption
from engine.cli.words import counted, example

if TYPE_CHECKING:
    from engine.cli.console import Output
    from engine.core.ledger_index import LedgerIndex
    from engine.services.comparing import Version

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command(epilog=example("dun diff policies/de_standard/2.dun policies/de_standard/3.dun"))
def diff(
    *,
    old: Annotated[str, typer.Argument(metavar="OLD", help="A policy.")],
    new: Annotated[str, typer.Argument(metavar="NEW", help="Another version of it.")],
    text: Annotated[
        bool, typer.Option("--text", help="Show the difference of the texts, too.")
    ] = False,
    ledger: LedgerFolder = None,
    on: Annotated[
        str | None,
        typer.Option("--on", metavar="DATE", help="With a ledger: the day to decide for."),
    ] = None,
    known: Annotated[
        str | None,
        typer.Option("--known", metavar="TIME", help="Use only what was recorded by this time."),
    ] = None,
    skip_bad: SkipBad = None,
    database: DatabaseOption = None,
    form: Format = "text",
    color: Color = "auto",
) -> int:
    """Say what changed in meaning between two versions of a policy, setting by setting.

    Layout, comments, and order where it has no meaning make no difference. With a ledger, every
    open case is decided under both, and those are counted for which something else is next.
    """
    out = output(color)
    one_of("--format", form, ("text", "json"))
    asks = ledger is not None or database is not None
    if asks is (on is None):
        message = "--ledger or --database goes together with --on, the day to decide for"
        raise UsageError(message)
    day = None if on is None else a_date("--on", on)
    as_known = None if known is None else a_time("--known", known)
    before, after = _policy(out, old), _policy(out, new)
    if before is None or after is None:
        return ExitCode.PROBLEMS
    from engine.services.comparing import difference, effect_in, plain_difference

    found = difference(before.checked, after.checked)
    effect = None
    if day is not None:
        index = _ledger(out, (ledger, database, skip_bad), before, after)
        if index is None:
            return ExitCode.PROBLEMS
        with progress(out, "deciding") as tell:
            effect = effect_in(index, before.policies, after.policies, day, as_known, tell)
    if form == "json":
        plain = plain_difference(found, effect)
        out.result(json.dumps(plain, ensure_ascii=False) + "\n")
        return ExitCode.DONE
    from engine.cli.show_difference import show_difference

    show_difference(out, found, effect, text=text)
    return ExitCode.DONE


def _policy(out: Output, name: str) -> Version | None:
    """The one policy in a file; None if it has an error, which is reported."""
    from dunlang.render import as_text
    from engine.services.comparing import Version, version_in
    from engine.services.policies import read_policies

    policies = read_policies([Path(name)])
    found = version_in(policies)
    if isinstance(found, Version):
        return found
    errors = [each for each in policies.problems if each.severity == "error"]
    if not errors:
        message = f"{name} holds {counted(found, 'policy', 'policies')}; name a file with one"
        raise OutsideError(message)
    out.say(as_text(errors, color=out.err_is_colored))
    out.say(f"{counted(len(errors), 'error')} in {name}; nothing was compared")
    return None


def _ledger(
    out: Output, given: tuple[str | None, str | None, str | None], old: Version, new: Version
) -> LedgerIndex | None:
    """The ledger, with the facts that either version declares; None if it has problems."""
    from engine.cli.loading import Asked, load
    from engine.services.comparing import both

    ledger, database, skip_bad = given
    together = both(old.policies, new.policies)
    loaded = load(out, Asked(ledger, database, skip_bad=skip_bad, policies=together))
    return None if loaded is None else loaded.index
