"""A scenario as the files that a user would have: policies and a ledger in CSV."""

from __future__ import annotations

import csv
import datetime
import io
from typing import TYPE_CHECKING

from engine.core.money import Money, format_minor

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from engine.core.model import Event, Ledger
    from tests.oracle.answers import Tables
    from tests.oracle.scenarios import Scenario


def as_files(scenario: Scenario) -> dict[str, str]:
    """Text by file name."""
    files = {f"{number}.dun": text for number, text in enumerate(scenario.rules.texts, start=1)}
    return {**files, **table_files(scenario.rules.tables), **ledger_files(scenario.ledger)}


def as_text(scenario: Scenario) -> str:
    """All files one below the other, and what cannot stand in a file."""
    parts = [f"--- {name}\n{text}" for name, text in as_files(scenario).items()]
    off = {code: dates(days) for code, days in scenario.rules.tables.holidays.items() if days}
    played = scenario.played
    parts.append(f"--- holidays: {off or 'none'}; known: {played.known or 'everything'}\n")
    how = " from scratch" if played.from_scratch else ""
    how += "" if played.run_on is None else f", runs on {dates(played.run_on)}"
    parts.append(f"--- simulated from {played.first} to {played.last}{how}\n")
    return "\n".join(parts)


def dates(days: Iterable[datetime.date]) -> list[str]:
    """In order, as text."""
    return sorted(map(str, days))


def table_files(tables: Tables) -> dict[str, str]:
    """`rates/NAME.csv` for each table."""
    rates = {
        name: [{"from": date, "percent": "" if rate is None else rate} for date, rate in rows]
        for name, rows in tables.rates.items()
    }
    exchange = {
        name: [{"from": date, "currency": code, "rate": rate} for date, code, rate in rows]
        for name, rows in tables.exchange.items()
    }
    return {
        f"rates/{name}.csv": table(("from",), rows) for name, rows in (rates | exchange).items()
    }


def ledger_files(ledger: Ledger) -> dict[str, str]:
    """`customers.csv`, `invoices.csv` and `events.csv`."""
    customers = [{"id": c.id, "payer": c.payer, **c.facts} for c in ledger.customers.values()]
    invoices = [
        {
            "id": i.id,
            "customer": i.customer,
            "issued": i.issued,
            "due": i.due,
            **amount("amount", i.amount),
            "document": i.document,
            "recorded": i.recorded,
            **i.facts,
        }
        for i in ledger.invoices.values()
    ]
    return {
        "customers.csv": table(("id",), customers),
        "invoices.csv": table(("id", "customer", "issued", "due", "amount", "currency"), invoices),
        "events.csv": table(
            ("date", "kind", "invoice"), [event_row(event) for event in ledger.events]
        ),
    }


def amount(column: str, money: Money | None) -> Mapping[str, object]:
    """The columns of an amount."""
    if money is None:
        return {}
    return {column: format_minor(*money), "currency": money.currency}


def event_row(event: Event) -> dict[str, object]:
    """The columns of an event."""
    return {
        "date": event.date,
        "kind": event.kind,
        event.target: event.target_id,
        **amount("amount", event.amount),
        "until": event.until,
        "name": event.name,
        "value": event.value,
        "reason": event.reason,
        "stage": event.stage,
        "policy": event.policy,
        "version": event.version,
        **amount("fee", event.fee),
        **amount("interest", event.interest),
        "recorded": event.recorded,
        "id": event.id,
    }


def table(first: Sequence[str], rows: Iterable[Mapping[str, object]]) -> str:
    """Rows as CSV, with the columns that any of them fills in."""
    rows = list(rows)
    filled = (name for row in rows for name, value in row.items() if value is not None)
    columns = list(dict.fromkeys((*first, *filled)))
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([[cell(row.get(name)) for name in columns] for row in rows])
    return out.getvalue()


def cell(value: object) -> str:
    """A value as a ledger file has it."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case frozenset():
            return ";".join(sorted(value))
        case Money():
            return f"{format_minor(*value)} {value.currency}"
        case datetime.datetime():
            return value.isoformat()
        case _:
            return str(value)
