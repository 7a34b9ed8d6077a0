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
    from tests.oracle.scenarios import Scenario


def as_files(scenario: Scenario) -> dict[str, str]:
    """Text by file name."""
    files = {f"{number}.dun": text for number, text in enumerate(scenario.texts, start=1)}
    return {**files, **ledger_files(scenario.ledger)}


def as_text(scenario: Scenario) -> str:
    """All files one below the other, and what cannot stand in a file."""
    parts = [f"--- {name}\n{text}" for name, text in as_files(scenario).items()]
    off = {code: sorted(map(str, days)) for code, days in scenario.holidays.items() if days}
    parts.append(f"--- holidays: {off or 'none'}; known: {scenario.known or 'everything'}\n")
    return "\n".join(parts)


def ledger_files(ledger: Ledger) -> dict[str, str]:
    """`customers.csv`, `invoices.csv` and `events.csv`."""
    customers = [{"id": c.id, **c.facts} for c in ledger.customers.values()]
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
        case datetime.datetime():
            return value.isoformat()
        case _:
            return str(value)
