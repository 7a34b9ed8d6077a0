"""The options that every report has, and how they are read."""

from __future__ import annotations

import datetime
import inspect
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias

import typer

from engine.cli.exits import UsageError
from engine.cli.options import (
    Color,
    Format,
    LedgerFolder,
    PolicyFiles,
    SkipBad,
    a_date,
    a_file_to_write,
    a_number,
    a_time,
    one_of,
)
from engine.cli.store import DatabaseOption

if TYPE_CHECKING:
    from collections.abc import Iterable

    from engine.services.reports.done import Period

OnDay: TypeAlias = Annotated[
    str, typer.Option("--on", metavar="DATE", help="The day whose end the report is about.")
]
Known: TypeAlias = Annotated[
    str | None,
    typer.Option("--known", metavar="TIME", help="Use only what was recorded by this time."),
]
Top: TypeAlias = Annotated[
    str, typer.Option("--top", metavar="N", help="How many of the largest are shown.")
]
RowsToFile: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "-o",
        "--output",
        metavar="FILE",
        help="Write it to FILE, as its ending says: csv, parquet (every group), json, html.",
    ),
]
GroupedBy: TypeAlias = Annotated[
    list[str] | None,
    typer.Option(
        "--by",
        metavar="customer|country|kind|policy|stage|segment",
        help="Break it down; several with commas between.",
    ),
]
DoneBy: TypeAlias = Annotated[
    list[str] | None,
    typer.Option(
        "--by",
        metavar="policy|version|stage|channel|month|customer|country|kind|segment",
        help="Break it down; several with commas between.",
    ),
]
FirstDay: TypeAlias = Annotated[
    str | None,
    typer.Option("--from", metavar="DATE", help="Only what was done on this day or later."),
]
LastDay: TypeAlias = Annotated[
    str | None,
    typer.Option("--to", metavar="DATE", help="Only what was done on this day or before."),
]
PAGE = ".html"
MOST = 10_000


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the options of every report say."""

    ledger: str | None
    database: str | None
    policy: list[str] | None
    skip_bad: str | None
    on: datetime.date
    known: datetime.datetime | None
    top: int
    file: Path | None
    form: str
    color: str


def wanted(
    *,
    ledger: LedgerFolder = None,
    on: OnDay,
    top: Top = "20",
    known: Known = None,
    policy: PolicyFiles = None,
    to_file: RowsToFile = None,
    skip_bad: SkipBad = None,
    database: DatabaseOption = None,
    form: Format = "text",
    color: Color = "auto",
) -> Wanted:
    """What they say. Raises UsageError."""
    one_of("--format", form, ("text", "json"))
    number = a_number("--top", top, 1)
    if number > MOST:
        message = f"--top takes at most {MOST:,}; -o with csv or parquet writes every group"
        raise UsageError(message)
    day, time = a_date("--on", on), None if known is None else a_time("--known", known)
    file = a_file_to_write(to_file, PAGE)
    return Wanted(ledger, database, policy, skip_bad, day, time, number, file, form, color)


def with_options(command: Callable[..., int]) -> Callable[..., int]:
    """A command with the options of every report beside its own, which Typer reads off it.

    The command takes what they say as its first parameter.
    """
    shared = inspect.signature(wanted, eval_str=True)
    own = inspect.signature(command, eval_str=True)

    def run(**given: Any) -> int:  # noqa: ANN401 - options of any type, checked by the two
        common = {name: given.pop(name) for name in shared.parameters}
        return command(wanted(**common), **given)

    ledger, on, *others = shared.parameters.values()
    _, *more = own.parameters.values()
    options = (ledger, on, *more, *others)
    run.__signature__ = inspect.Signature(options)  # type: ignore[attr-defined]  # asked for by Typer
    run.__name__, run.__doc__ = command.__name__, command.__doc__
    return run


def words_of(option: str, texts: Iterable[str] | None, choices: tuple[str, ...]) -> list[str]:
    """The words of an option that may be repeated or hold several, each once."""
    found = [part.strip() for each in texts or () for part in each.split(",")]
    for text in found:
        if text not in choices:
            message = f"{option} takes {', '.join(choices)}, not '{text}'"
            raise UsageError(message)
    return list(dict.fromkeys(found))


def numbers_of(option: str, text: str, most: int, longest: int) -> tuple[int, ...]:
    """The numbers of days in an option."""
    found = tuple(a_number(option, part.strip(), 1) for part in text.split(","))
    if len(found) > most or max(found) > longest:
        message = f"{option} takes up to {most} numbers of days, none above {longest:,}"
        raise UsageError(message)
    return found


def a_period(first: str | None, last: str | None, on: datetime.date) -> Period:
    """The days between --from and --to."""
    from engine.services.reports.done import Period

    found = Period(
        None if first is None else a_date("--from", first),
        None if last is None else a_date("--to", last),
    )
    wrong = found.wrong(on)
    if wrong is not None:
        raise UsageError(wrong)
    return found
