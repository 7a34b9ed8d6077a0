"""Options that several commands share, and how their texts are read."""

from __future__ import annotations

import datetime
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

from engine.cli.exits import OutsideError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

STDIN = "-"
STDIN_NAME = "<stdin>"
"""Under which name the text on standard input is shown."""
_PART = 1 << 20
FIRST_YEAR, LAST_YEAR = 1990, 2100
"""Years for which dunning can be decided: those that tables of holidays cover."""

Color: TypeAlias = Annotated[
    str, typer.Option("--color", metavar="auto|always|never", help="Whether to use colours.")
]
Format: TypeAlias = Annotated[
    str, typer.Option("--format", metavar="text|json", help="How to print the result.")
]
LedgerFolder: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--ledger",
        metavar="DIR",
        help="Folder with customers, invoices and events; without it, those of a store.",
    ),
]
PolicyFiles: TypeAlias = Annotated[
    list[str] | None,
    typer.Option(
        "--policy",
        metavar="FILE",
        help="Policies to use instead of those in force; may be repeated.",
    ),
]
SkipBad: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--skip-bad",
        metavar="FILE",
        help="Go on without bad rows of the ledger, and write them to FILE with their reasons.",
    ),
]


ToFile: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "-o",
        "--output",
        metavar="FILE",
        help="Write every row to FILE, as its ending says: csv, parquet, json.",
    ),
]


def one_of(option: str, value: str, choices: tuple[str, ...]) -> str:
    """The value of an option that must be one of some words."""
    if value not in choices:
        message = f"{option} is one of {', '.join(choices)}, not '{value}'"
        raise UsageError(message)
    return value


def a_number(option: str, text: str, least: int) -> int:
    """The whole number in an option."""
    if not re.fullmatch(r"\d{1,9}", text, re.ASCII) or int(text) < least:
        message = f"{option} takes a whole number from {least} on, not '{text}'"
        raise UsageError(message)
    return int(text)


def a_text(option: str, text: str) -> str:
    """The text in an option, if it is one and not some bytes."""
    try:
        text.encode()
    except UnicodeEncodeError:
        message = f"{option} is no text in UTF-8"
        raise UsageError(message) from None
    return text


def a_date(option: str, text: str) -> datetime.date:
    """The date in an option, within the years that can be decided."""
    try:
        if not re.fullmatch(r"\d{4}-\d\d-\d\d", text, re.ASCII):
            raise ValueError  # noqa: TRY301 - one message for everything that is no date
        date = datetime.date.fromisoformat(text)
    except ValueError:
        message = f"{option} takes a date such as 2026-03-16, not '{text}'"
        raise UsageError(message) from None
    if not FIRST_YEAR <= date.year <= LAST_YEAR:
        message = (
            f"{option} {text} is out of range: dates from {FIRST_YEAR} to {LAST_YEAR} can be used"
        )
        raise UsageError(message)
    return date


def a_time(option: str, text: str) -> datetime.datetime:
    """The time in an option, in UTC; a date means the end of that day."""
    if re.fullmatch(r"\d{4}-\d\d-\d\d", text, re.ASCII):
        return datetime.datetime.combine(a_date(option, text), datetime.time.max, datetime.UTC)
    try:
        time = datetime.datetime.fromisoformat(text)
        return (
            time.replace(tzinfo=datetime.UTC)
            if time.tzinfo is None
            else time.astimezone(datetime.UTC)
        )
    except (ValueError, OverflowError):
        message = f"{option} takes a date or a time such as 2026-03-16T09:30:00Z, not '{text}'"
        raise UsageError(message) from None


def a_file_to_write(text: str | None, *more: str) -> Path | None:
    """The file of `-o`; its ending and its folder are looked at before any work is done.

    `more`: endings beside those of tables.
    """
    if text is None:
        return None
    from engine.io.output import ENDINGS

    path, endings = Path(text), (*ENDINGS, *more)
    if path.suffix.lower() not in endings:
        message = f"-o writes files that end in {', '.join(endings)}, not '{text}'"
        raise UsageError(message)
    return _to_write(path)


def a_place_for_bad_rows(text: str | None) -> Path | None:
    """The file of `--skip-bad`; its folder is looked at before any work is done."""
    if text == "":
        message = "--skip-bad takes the name of a file"
        raise UsageError(message)
    return None if text is None else _to_write(Path(text))


def _to_write(path: Path) -> Path:
    if not path.parent.is_dir():
        message = f"{path.parent}: there is no such folder to write to"
        raise OutsideError(message)
    if path.is_dir():
        message = f"{path}: this is a folder"
        raise OutsideError(message)
    return path


def read_stdin() -> bytes:
    """Everything on standard input."""
    return b"".join(stdin_in_parts())


def stdin_in_parts() -> Iterator[bytes]:
    """Everything on standard input, some of it at a time."""
    if sys.stdin is None or sys.stdin.closed:
        message = "there is nothing on standard input"
        raise OutsideError(message)
    while part := sys.stdin.buffer.read(_PART):
        yield part


def paths(texts: list[str] | None, default: str) -> list[Path]:
    """The paths that were given, else the default."""
    if texts and "" in texts:
        # Python takes an empty path for the working folder; here it is a variable without a value.
        message = "a path is empty; name a file or a folder"
        raise UsageError(message)
    return [Path(text) for text in texts] if texts else [Path(default)]
