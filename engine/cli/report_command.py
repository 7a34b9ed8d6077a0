"""`dun report`: what is owed, where it stands, and what came of dunning."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, TypeAlias, TypeVar, get_args

import typer

from engine.cli.console import output
from engine.cli.exits import ExitCode, UsageError
from engine.cli.loading import Asked, load
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
from engine.cli.progress import progress
from engine.cli.store import DatabaseOption
from engine.cli.words import counted, example

if TYPE_CHECKING:
    import datetime
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from engine.cli.console import Output
    from engine.core.debtor import Debtor
    from engine.services.plain import Plain
    from engine.services.reports.groups import By
    from engine.services.reports.head import Head
    from engine.services.reports.plain import Rows

app = typer.Typer(
    add_completion=False,
    rich_markup_mode=None,
    no_args_is_help=True,
    help="What is owed, and where it stands.",
    epilog=example("dun report ageing --ledger demo-company/ledger --on 2026-03-31"),
)

OnDay: TypeAlias = Annotated[
    str, typer.Option("--on", metavar="DATE", help="The day whose end the report is about.")
]
Known: TypeAlias = Annotated[
    str | None,
    typer.Option("--known", metavar="TIME", help="Use only what was recorded by this time."),
]
GroupedBy: TypeAlias = Annotated[
    list[str] | None,
    typer.Option(
        "--by",
        metavar="customer|country|kind|policy|stage|segment",
        help="Break it down; several with commas between.",
    ),
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
        help="Write every group to FILE, as its ending says: csv, parquet, json.",
    ),
]
MOST = 10_000
Report = TypeVar("Report")


@dataclass(frozen=True, slots=True)
class _Wanted:
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


def _wanted(
    *,
    ledger: str | None,
    database: str | None,
    policy: list[str] | None,
    skip_bad: str | None,
    on: str,
    known: str | None,
    top: str,
    to_file: str | None,
    form: str,
) -> _Wanted:
    one_of("--format", form, ("text", "json"))
    number = a_number("--top", top, 1)
    if number > MOST:
        message = f"--top takes at most {MOST:,}; -o writes every group"
        raise UsageError(message)
    day, time = a_date("--on", on), None if known is None else a_time("--known", known)
    file = a_file_to_write(to_file)
    return _Wanted(ledger, database, policy, skip_bad, day, time, number, file, form)


@app.command(
    epilog=example("dun report ageing --ledger demo-company/ledger --on 2026-03-31 --by country")
)
def ageing(
    *,
    ledger: LedgerFolder = None,
    on: OnDay,
    by: GroupedBy = None,
    buckets: Annotated[
        str,
        typer.Option("--buckets", metavar="DAYS", help="Up to how many days overdue each goes."),
    ] = "30,60,90",
    top: Top = "20",
    known: Known = None,
    policy: PolicyFiles = None,
    to_file: RowsToFile = None,
    skip_bad: SkipBad = None,
    database: DatabaseOption = None,
    form: Format = "text",
    color: Color = "auto",
) -> int:
    """Show what is open on a day by how long it is overdue, each currency for itself."""
    from engine.services.reports.ageing import ageing as made
    from engine.services.reports.plain import ageing_rows, plain_ageing

    out = output(color)
    limits, groups = _limits(buckets), _by(by)
    wanted = _wanted(
        ledger=ledger,
        database=database,
        policy=policy,
        skip_bad=skip_bad,
        on=on,
        known=known,
        top=top,
        to_file=to_file,
        form=form,
    )
    found = _counted(out, wanted, lambda debtors: made(debtors, wanted.on, limits, groups))
    if found is None:
        return ExitCode.PROBLEMS
    report, head = found
    plain = plain_ageing(report, head, wanted.top)
    if _given(out, wanted, plain, lambda: ageing_rows(report)):
        from engine.cli.show_reports import show_ageing

        show_ageing(out, report, wanted.on, wanted.top)
    return ExitCode.DONE


@app.command(epilog=example("dun report exposure --ledger demo-company/ledger --on 2026-03-31"))
def exposure(
    *,
    ledger: LedgerFolder = None,
    on: OnDay,
    by: GroupedBy = None,
    top: Top = "20",
    known: Known = None,
    policy: PolicyFiles = None,
    to_file: RowsToFile = None,
    skip_bad: SkipBad = None,
    database: DatabaseOption = None,
    form: Format = "text",
    color: Color = "auto",
) -> int:
    """Show where open amounts stand on a day: what is done, held or left alone, and what follows.

    Without --by it is broken down by policy and by the stage reached.
    """
    from engine.services.reports.exposure import USUAL
    from engine.services.reports.exposure import exposure as made
    from engine.services.reports.plain import exposure_rows, plain_exposure

    out = output(color)
    groups = _by(by) or USUAL
    wanted = _wanted(
        ledger=ledger,
        database=database,
        policy=policy,
        skip_bad=skip_bad,
        on=on,
        known=known,
        top=top,
        to_file=to_file,
        form=form,
    )
    found = _counted(out, wanted, lambda debtors: made(debtors, wanted.on, groups))
    if found is None:
        return ExitCode.PROBLEMS
    report, head = found
    plain = plain_exposure(report, head, wanted.top)
    if _given(out, wanted, plain, lambda: exposure_rows(report)):
        from engine.cli.show_reports import show_exposure

        show_exposure(out, report, wanted.on, wanted.top)
    return ExitCode.DONE


def _by(texts: list[str] | None) -> tuple[By, ...]:
    from engine.services.reports.groups import By

    found: list[By] = []
    for text in (part.strip() for each in texts or () for part in each.split(",")):
        known = next((name for name in get_args(By) if name == text), None)
        if known is None:
            message = f"--by takes {', '.join(get_args(By))}, not '{text}'"
            raise UsageError(message)
        if known not in found:
            found.append(known)
    return tuple(found)


def _limits(text: str) -> tuple[int, ...]:
    from engine.services.reports.ageing import LONGEST, MOST_BUCKETS

    found = tuple(a_number("--buckets", part.strip(), 1) for part in text.split(","))
    if len(found) > MOST_BUCKETS or max(found) > LONGEST:
        message = f"--buckets takes up to {MOST_BUCKETS} numbers of days, none above {LONGEST:,}"
        raise UsageError(message)
    return found


def _counted(
    out: Output, wanted: _Wanted, work: Callable[[Iterable[Debtor]], Report]
) -> tuple[Report, Head] | None:
    """What `work` makes of everybody in the ledger; None if something is wrong with it."""
    asked = Asked(
        wanted.ledger, wanted.database, wanted.policy, wanted.skip_bad, result=wanted.file
    )
    loaded = load(out, asked)
    if loaded is None:
        return None
    from engine.services.reports.head import Head, versions_in
    from engine.services.reports.reading import debtors_in

    with progress(out, "counting") as tell:
        everybody = debtors_in(loaded.index, loaded.together, wanted.on, wanted.known, tell)
        report = work(everybody)
    return report, Head(wanted.on, wanted.known, versions_in(loaded.together))


def _given(out: Output, wanted: _Wanted, plain: Plain, rows: Callable[[], Rows]) -> bool:
    """Write the file that was asked for, or print JSON; whether a text is still to be printed."""
    if wanted.file is not None:
        _write(out, wanted.file, plain, rows)
    elif wanted.form == "json":
        out.result(json.dumps(plain, ensure_ascii=False) + "\n")
    return wanted.form == "text"


def _write(out: Output, file: Path, plain: Plain, rows: Callable[[], Rows]) -> None:
    from engine.io.output import write_rows

    if file.suffix.lower() == ".json":
        write_rows(file, [plain], ())
        out.say(f"the report is in {file}")
        return
    table = rows()
    write_rows(file, table.rows, table.columns, amounts=table.amounts, numbers=table.numbers)
    out.say(f"{counted(len(table.rows), 'row')} written to {file}")
