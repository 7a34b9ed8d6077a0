"""`dun report`: what is owed, where it stands, and what came of dunning."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, TypeVar, cast, get_args

import typer

from engine.cli.console import output
from engine.cli.exits import ExitCode
from engine.cli.loading import Asked, load
from engine.cli.progress import progress
from engine.cli.report_options import (
    PAGE,
    DoneBy,
    FirstDay,
    GroupedBy,
    LastDay,
    Wanted,
    a_period,
    numbers_of,
    with_options,
    words_of,
)
from engine.cli.words import counted, example

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

    from engine.cli.console import Output
    from engine.core.debtor import Debtor
    from engine.services.plain import Plain
    from engine.services.reports.done import ByDone
    from engine.services.reports.groups import By
    from engine.services.reports.head import Head
    from engine.services.reports.plain import Rows
    from engine.services.reports.sheets import Shown

app = typer.Typer(
    add_completion=False,
    rich_markup_mode=None,
    no_args_is_help=True,
    help="What is owed, where it stands, and what came of dunning.",
    epilog=example("dun report ageing --ledger demo-company/ledger --on 2026-03-31"),
)
Report = TypeVar("Report")


@app.command(
    epilog=example("dun report ageing --ledger demo-company/ledger --on 2026-03-31 --by country")
)
@with_options
def ageing(
    wanted: Wanted,
    *,
    by: GroupedBy = None,
    buckets: Annotated[
        str,
        typer.Option("--buckets", metavar="DAYS", help="Up to how many days overdue each goes."),
    ] = "30,60,90",
) -> int:
    """Show what is open on a day by how long it is overdue, each currency for itself."""
    from engine.services.reports.ageing import LONGEST, MOST_BUCKETS
    from engine.services.reports.ageing import ageing as made
    from engine.services.reports.plain import AGEING_TERMS, ageing_rows, plain_ageing
    from engine.services.reports.sheets_owed import ageing_shown

    limits, groups = numbers_of("--buckets", buckets, MOST_BUCKETS, LONGEST), _by(by)
    return _report(
        wanted,
        lambda debtors: made(debtors, wanted.on, limits, groups),
        lambda found, head: _Forms(
            AGEING_TERMS,
            lambda: plain_ageing(found, head, wanted.top),
            lambda: ageing_rows(found),
            lambda: ageing_shown(found, wanted.on, wanted.top),
        ),
    )


@app.command(epilog=example("dun report exposure --ledger demo-company/ledger --on 2026-03-31"))
@with_options
def exposure(wanted: Wanted, *, by: GroupedBy = None) -> int:
    """Show where open amounts stand on a day: what is done, held or left alone, and what follows.

    Without --by it is broken down by policy and by the stage reached.
    """
    from engine.services.reports.exposure import USUAL
    from engine.services.reports.exposure import exposure as made
    from engine.services.reports.plain import EXPOSURE_TERMS, exposure_rows, plain_exposure
    from engine.services.reports.sheets_owed import exposure_shown

    groups = _by(by) or USUAL
    return _report(
        wanted,
        lambda debtors: made(debtors, wanted.on, groups),
        lambda found, head: _Forms(
            EXPOSURE_TERMS,
            lambda: plain_exposure(found, head, wanted.top),
            lambda: exposure_rows(found),
            lambda: exposure_shown(found, wanted.on, wanted.top),
        ),
    )


@app.command(
    epilog=example("dun report fees --ledger demo-company/ledger --on 2026-03-31 --by month")
)
@with_options
def fees(wanted: Wanted, *, first: FirstDay = None, last: LastDay = None, by: DoneBy = None) -> int:
    """Show which fees and which interest were charged, and what became of them.

    Without --by it is broken down by policy and stage.
    """
    from engine.services.reports.fees import fees as made
    from engine.services.reports.plain_done import FEES_TERMS, fees_rows, plain_fees
    from engine.services.reports.sheets_done import fees_shown

    period, groups = a_period(first, last, wanted.on), _by_done(by)
    return _report(
        wanted,
        lambda debtors: made(debtors, wanted.on, period, groups),
        lambda found, head: _Forms(
            FEES_TERMS,
            lambda: plain_fees(found, head, wanted.top),
            lambda: fees_rows(found),
            lambda: fees_shown(found, wanted.on, wanted.top),
        ),
    )


@app.command(
    epilog=example("dun report effectiveness --ledger demo-company/ledger --on 2026-03-31")
)
@with_options
def effectiveness(
    wanted: Wanted,
    *,
    first: FirstDay = None,
    last: LastDay = None,
    by: DoneBy = None,
    within: Annotated[
        str,
        typer.Option("--within", metavar="DAYS", help="In how many days payments are counted."),
    ] = "7,14,30",
) -> int:
    """Show which stages were executed, and what was paid on them within some days.

    Without --by it is broken down by policy and stage.
    """
    from engine.services.reports.effectiveness import LONGEST, MOST_WINDOWS
    from engine.services.reports.effectiveness import effectiveness as made
    from engine.services.reports.plain_done import (
        EFFECTIVENESS_TERMS,
        effectiveness_rows,
        plain_effectiveness,
    )
    from engine.services.reports.sheets_done import effectiveness_shown

    period, groups = a_period(first, last, wanted.on), _by_done(by)
    windows = numbers_of("--within", within, MOST_WINDOWS, LONGEST)
    return _report(
        wanted,
        lambda debtors: made(debtors, wanted.on, period, windows, groups),
        lambda found, head: _Forms(
            EFFECTIVENESS_TERMS,
            lambda: plain_effectiveness(found, head, wanted.top),
            lambda: effectiveness_rows(found),
            lambda: effectiveness_shown(found, wanted.on, wanted.top),
        ),
    )


def _by(texts: list[str] | None) -> tuple[By, ...]:
    from engine.services.reports.groups import By

    return cast("tuple[By, ...]", tuple(words_of("--by", texts, get_args(By))))


def _by_done(texts: list[str] | None) -> tuple[ByDone, ...]:
    from engine.services.reports.done import USUAL, ByDone

    found = cast("tuple[ByDone, ...]", tuple(words_of("--by", texts, get_args(ByDone))))
    return found or USUAL


@dataclass(frozen=True, slots=True)
class _Forms:
    """A report in every form in which it can be given."""

    terms: Mapping[str, str]
    """What its words mean."""
    plain: Callable[[], Plain]
    rows: Callable[[], Rows]
    shown: Callable[[], Shown]


def _report(
    wanted: Wanted,
    work: Callable[[Iterable[Debtor]], Report],
    forms: Callable[[Report, Head], _Forms],
) -> int:
    """Give the report that `work` makes of everybody in the ledger, as the options want it."""
    out = output(wanted.color)
    found = _counted(out, wanted, work)
    if found is None:
        return ExitCode.PROBLEMS
    report, head = found
    given = forms(report, head)
    if wanted.file is not None:
        _write(out, wanted.file, given, head)
    elif wanted.form == "json":
        out.result(json.dumps(given.plain(), ensure_ascii=False) + "\n")
    if wanted.form == "text":
        from engine.cli.show_reports import show_report

        show_report(out, given.shown())
    return ExitCode.DONE


def _counted(
    out: Output, wanted: Wanted, work: Callable[[Iterable[Debtor]], Report]
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


def _write(out: Output, file: Path, given: _Forms, head: Head) -> None:
    from engine.io.output import write_rows, write_text

    ending = file.suffix.lower()
    if ending == PAGE:
        from engine.services.reports.page import page

        write_text(file, page(given.shown(), head, given.terms))
    elif ending == ".json":
        write_rows(file, [given.plain()], ())
    else:
        table = given.rows()
        write_rows(file, table.rows, table.columns, amounts=table.amounts, numbers=table.numbers)
        out.say(f"{counted(len(table.rows), 'row')} written to {file}")
        return
    out.say(f"the report is in {file}")
