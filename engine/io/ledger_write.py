"""A ledger as a folder of CSV or Parquet files that `read_ledger` reads back as the same."""

from __future__ import annotations

import csv
import datetime
from typing import TYPE_CHECKING, Literal

from engine.core.cells import cell_of
from engine.core.money import format_minor
from engine.io.atomic import replacing
from engine.io.ledger_rows import COLUMNS, OPTIONAL

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from engine.core.model import Event, Ledger, Value

Cells = dict[str, str]


def write_ledger(folder: Path, ledger: Ledger, form: Literal["csv", "parquet"] = "csv") -> None:
    """Write the three files, making the folder where needed; each is wholly there or as before.

    Columns that would be empty are left out. A file of the other form is not taken away. Raises
    OSError where the folder cannot be written to.
    """
    folder.mkdir(parents=True, exist_ok=True)
    invoices, events = ledger.invoices.values(), ledger.events
    tables = {
        "customers": [
            {"id": each.id, "payer": each.payer or "", **_facts(each.facts)}
            for each in ledger.customers.values()
        ],
        "invoices": [
            {
                "id": each.id,
                "customer": each.customer,
                "issued": each.issued.isoformat(),
                "due": each.due.isoformat(),
                "amount": format_minor(*each.amount),
                "currency": each.amount.currency,
                "document": each.document or "",
                "recorded": "" if each.recorded is None else cell_of(each.recorded),
                **_facts(each.facts),
            }
            for each in invoices
        ],
        "events": [_event(each) for each in sorted(events, key=lambda each: each.row)],
    }
    for name, rows in tables.items():
        header = _header(name, rows)
        with replacing(folder / f"{name}.{form}") as part:
            if form == "csv":
                _write_csv(part, header, rows)
            else:
                # Loading Polars takes longer than writing a small ledger.
                from engine.io.ledger_parquet import write_parquet  # noqa: PLC0415 - slow to import

                write_parquet(part, header, rows)


def _header(name: str, rows: Iterable[Cells]) -> list[str]:
    """The columns that are needed, those with a meaning first."""
    used = {column: None for row in rows for column, text in row.items() if text}
    wanted = [*COLUMNS[name], *(("invoice", "customer") if name == "events" else ())]
    ordered = dict.fromkeys([*wanted, *(each for each in OPTIONAL[name] if each in used), *used])
    return list(ordered)


def _write_csv(path: Path, header: list[str], rows: Iterable[Cells]) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, header, restval="", extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)


def _facts(facts: Mapping[str, Value]) -> Cells:
    return {name: cell_of(value) for name, value in facts.items()}


def _event(event: Event) -> Cells:
    """The cells of an event. Its amounts are written with their currency in `currency`."""
    money = event.amount or event.fee or event.interest
    cells = {
        "date": event.date.isoformat(),
        "kind": event.kind,
        event.target: event.target_id,
        "id": event.id,
        "currency": money.currency if money else None,
        "amount": format_minor(*event.amount) if event.amount else None,
        "until": event.until.isoformat() if event.until else None,
        "reason": event.reason,
        "name": event.name,
        "value": "" if event.value is None else cell_of(event.value),
        "stage": event.stage,
        "policy": event.policy,
        "version": str(event.version) if event.version else None,
        "fee": format_minor(*event.fee) if event.fee else None,
        "interest": format_minor(*event.interest) if event.interest else None,
        "recorded": _recorded(event),
    }
    return {column: text or "" for column, text in cells.items()}


def _recorded(event: Event) -> str:
    """Empty where the row says what is assumed anyway: 00:00 UTC of its date."""
    assumed = datetime.datetime.combine(event.date, datetime.time(), datetime.UTC)
    return "" if event.recorded == assumed else cell_of(event.recorded)
