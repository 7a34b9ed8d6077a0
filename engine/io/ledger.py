"""A ledger from a folder: `customers`, `invoices` and `events`, each as CSV or Parquet.

Every bad row is reported, with a place and a way out. Nothing is taken if any row is bad, unless
the caller names a file for the bad rows; then the good ones are taken.
"""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from dunlang.suggest import closest, listed
from engine.core.model import Ledger
from engine.core.problems import DataProblem
from engine.io.garbage import collector_at_rest
from engine.io.ledger_csv import open_csv, open_text, text_of_stdin
from engine.io.ledger_events import read_event
from engine.io.ledger_links import check_links, linked
from engine.io.ledger_payers import check_payers
from engine.io.ledger_rows import (
    COLUMNS,
    COMPUTED,
    OPTIONAL,
    fact_columns,
    read_customer,
    read_invoice,
)
from engine.io.ledger_state import Reading
from engine.io.ledger_targets import TARGETS
from engine.io.rejects import write_rejects
from engine.io.sheets import Row, Sheet, Table, Unreadable, problem_at

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterator, Mapping
    from pathlib import Path

    from dunlang.types import Type


@dataclass(frozen=True, slots=True)
class LedgerRead:
    """What came of reading a ledger."""

    ledger: Ledger | None
    """None if nothing was taken."""
    problems: list[DataProblem]
    """By file, then by line."""
    repeated: int
    """Events that stood there again under the same id, and were taken once."""
    readable: bool
    """Whether every file is a table, so that leaving bad rows out would help."""
    doubts: list[str]
    """Sentences about columns whose names look like slips of the keys."""


def ledger_files(folder: Path) -> list[Path]:
    """Every file that a ledger in a folder may have."""
    return [folder / f"{name}{ending}" for name in COLUMNS for ending in (".csv", ".parquet")]


def read_ledger(
    folder: Path, types: Mapping[str, Type], *, skip_bad: Path | None = None
) -> tuple[Ledger | None, list[DataProblem]]:
    """The ledger in a folder, and everything that is wrong with its files.

    `types` are the declared facts by path, such as `customer.risk`; a column nobody declares is
    kept as text. The ledger is None if anything is wrong; with `skip_bad` only if a file could not
    be read as a table, and the bad rows are written to that file with their reasons. Raises
    OSError where a file cannot be opened or written.
    """
    found = load_ledger(folder, types, skip_bad=skip_bad)
    return found.ledger, found.problems


def load_ledger(
    folder: Path,
    types: Mapping[str, Type],
    *,
    skip_bad: Path | None = None,
    what_if: Path | None = None,
) -> LedgerRead:
    """As `read_ledger`, with what else there is to tell.

    `what_if` is a file of further events, which count as if they stood at the end of `events`;
    the path `-` is standard input.
    """
    reading = Reading(types, keeps_good_rows=skip_bad is not None)
    problems: list[DataProblem] = []
    doubts: list[str] = []
    sheets: list[Sheet] = []
    for name, file in (("customers", None), ("invoices", None), ("events", None), *_more(what_if)):
        with ExitStack() as stack, collector_at_rest():
            path = _only(folder, name) if file is None else file
            sheet = [path] if isinstance(path, DataProblem) else open_sheet(name, path, stack)
            if not isinstance(sheet, Sheet):
                problems += sheet
                reading.complete = False
                continue
            before = max(reading.events, default=0) if file is not None else 0
            doubts += doubts_of(sheet, name, types)
            read_sheet(reading, sheet, name, before)
            sheets.append(sheet)
    events = check_links(reading)
    problems += (each for sheet in sheets for each in sorted(sheet.problems, key=_place))
    usable = reading.complete and (not problems or skip_bad is not None)
    if skip_bad is not None and usable:
        write_rejects(skip_bad, problems)
    ledger = Ledger(reading.customers, reading.invoices, tuple(events)) if usable else None
    return LedgerRead(ledger, problems, reading.repeated, reading.complete, doubts)


def with_events(ledger: Ledger, types: Mapping[str, Type], file: Path) -> LedgerRead:
    """A ledger that was read before with the further events of a file, or what is wrong with it.

    `file` may be `-`, standard input. Raises OSError.
    """
    reading = _read_before(ledger, types)
    with ExitStack() as stack, collector_at_rest():
        sheet = open_sheet("events", file, stack)
        if not isinstance(sheet, Sheet):
            return LedgerRead(None, sheet, 0, readable=False, doubts=[])
        doubts = list(doubts_of(sheet, "events", types))
        read_sheet(reading, sheet, "events", max(reading.events, default=0))
    events, flaws = linked(reading)
    for event, flaw in flaws:
        if event.row in reading.rows:
            sheet.problems.append(problem_at(*reading.rows[event.row], *flaw))
        else:
            message = f"with these events one that was there before is wrong: {flaw.message}"
            problem = DataProblem(flaw.code, sheet.table.file, message, flaw.hint)
            sheet.problems.append(problem)
    problems = sorted(sheet.problems, key=_place)
    usable = reading.complete and not problems
    whole = Ledger(reading.customers, reading.invoices, tuple(events)) if usable else None
    return LedgerRead(whole, problems, reading.repeated, reading.complete, doubts)


def _read_before(ledger: Ledger, types: Mapping[str, Type]) -> Reading:
    """As if the files of a ledger had just been read."""
    reading = Reading(types, keeps_good_rows=False)
    reading.customers.update(ledger.customers)
    reading.invoices.update(ledger.invoices)
    for invoice in ledger.invoices.values():
        currency = invoice.amount.currency
        if invoice.document is not None:
            reading.documents[invoice.document] = invoice.customer, currency
        payer: str | None = invoice.customer
        while payer is not None:
            reading.currencies.setdefault(payer, set()).add(currency)
            payer = ledger.customers[payer].payer
    for event in ledger.events:
        reading.events[event.row] = event
        if event.id is not None:
            reading.by_id[event.id] = event
    return reading


def _more(what_if: Path | None) -> tuple[tuple[str, Path], ...]:
    return () if what_if is None else (("events", what_if),)


def _place(problem: DataProblem) -> tuple[int, int]:
    return problem.line or 0, problem.column or 0


def open_sheet(
    name: str, path: Path, stack: ExitStack, shown: str = ""
) -> Sheet | list[DataProblem]:
    """A file of customers, invoices or events, with its header checked; or why it cannot be read.

    `shown` is how the file is called, where that is not its path. Raises OSError.
    """
    table: Table | DataProblem
    shown = shown or str(path)
    if path.suffix == ".parquet":
        # Loading Polars takes longer than reading a small ledger.
        from engine.io.ledger_parquet import open_parquet  # noqa: PLC0415 - slow to import

        table = open_parquet(shown, path)
    elif path.suffix == ".ndjson":
        from engine.io.ledger_ndjson import open_ndjson  # noqa: PLC0415 - stands on this module

        table = open_ndjson(name, shown, path)
    elif str(path) == "-":
        table = open_csv("<stdin>", stack.enter_context(text_of_stdin()))
    else:
        table = open_csv(shown, stack.enter_context(open_text(str(path))))
    if not isinstance(table, Table):
        return [table]
    columns = {column: at for at, column in enumerate(table.header)}
    return _flaws(table, name, columns) or Sheet(
        table, columns, Row(0, 1, table.header, table.header_line)
    )


def _only(folder: Path, name: str) -> Path | DataProblem:
    """The file of a name, which must be there in one form."""
    plain, columnar = folder / f"{name}.csv", folder / f"{name}.parquet"
    there = [path for path in (plain, columnar) if path.is_file()]
    if len(there) == 1:
        return there[0]
    message = (
        f"there are both {plain.name} and {columnar.name}"
        if there
        else f"there is neither {plain.name} nor {columnar.name}"
    )
    hint = (
        "take one of them away"
        if there
        else f"write at least its header: {','.join((*COLUMNS[name], *_TARGET[name]))}"
    )
    return DataProblem("L101", str(folder), message, hint)


_TARGET = {"customers": (), "invoices": (), "events": ("invoice", "customer")}


def _flaws(table: Table, name: str, columns: Mapping[str, int]) -> list[DataProblem]:
    """What is wrong with the header."""
    problems = []
    complain = partial(
        DataProblem, file=table.file, line=1 if table.unit == "line" else None, unit=table.unit
    )
    for at, column in enumerate(table.header):
        here = partial(complain, column=at + 1, name=column, text=column, row=table.header_line)
        if not column:
            problems.append(here("L104", message="this column has no name", hint="name it"))
        elif columns[column] != at:
            problems.append(here("L104", message="this column stands twice", hint="take one out"))
        elif column in COMPUTED.get(name.removesuffix("s"), ()):
            problems.append(
                here(
                    "L104",
                    message=f"'{column}' follows from invoices and events",
                    hint="take the column out, or give it another name",
                )
            )
        elif name == "events":
            meant = meant_in_events(column, columns)
            if meant is not None:
                problems.append(
                    here(
                        "L104",
                        message=f"events have no column '{column}'",
                        hint=f"did you mean '{meant}'?",
                    )
                )
    missing = [column for column in COLUMNS[name] if column not in columns]
    if missing:
        what = "a column" if len(missing) == 1 else "columns"
        near = [f"'{each}'" for each in (closest(m, columns) for m in missing) if each]
        hint = f"is it the one named {listed(near, 'or')}?" if near else ""
        problems.append(
            complain(
                "L103",
                message=f"{name} need {what} {listed(missing)}",
                hint=hint,
                row=table.header_line,
            )
        )
    elif name == "events" and not any(column in columns for column in TARGETS):
        problems.append(
            complain(
                "L103",
                message=f"events need a column {listed(TARGETS, 'or')}",
                row=table.header_line,
            )
        )
    return problems


def meant_in_events(column: str, columns: Container[str]) -> str | None:
    """The column of events that one without a meaning is almost called, and that is not there."""
    known = (*COLUMNS["events"], *OPTIONAL["events"])
    if column in known:
        return None
    return closest(column, [each for each in known if each not in columns])


def doubts_of(sheet: Sheet, name: str, types: Mapping[str, Type]) -> Iterator[str]:
    """Columns that nobody declared and that are close to one with a meaning."""
    missing = [each for each in OPTIONAL[name] if each not in sheet.columns]
    owner = name.removesuffix("s")
    for column, at in sheet.columns.items():
        if column in COLUMNS[name] or column in OPTIONAL[name] or f"{owner}.{column}" in types:
            continue
        meant = closest(column, missing)
        if meant is not None:
            yield (
                f"{sheet.table.file}: column {at + 1} ({column}) is kept as a fact of its own;"
                f" is '{meant}' meant?"
            )


def read_sheet(reading: Reading, sheet: Sheet, name: str, before: int = 0) -> None:
    """Take every row of a sheet; `before` is the number of the last row of the sheet before."""
    read: Callable[[], None]
    if name == "events":
        read = partial(read_event, reading, sheet)
    elif name == "invoices":
        read = partial(read_invoice, reading, sheet, fact_columns(reading, sheet, name))
    else:
        read = partial(read_customer, reading, sheet, fact_columns(reading, sheet, name))
    for row in sheet.table.rows:
        if isinstance(row, Row):
            sheet.take(row._replace(number=before + row.number) if before else row)
            read()
        elif isinstance(row, Unreadable):
            sheet.problems.append(row.problem)
            reading.complete = False
        else:
            sheet.problems.append(row)
            reading.lose(name)
    if name == "customers" and reading.complete:
        check_payers(reading, sheet)
