"""IBM's sample "Late Payment Histories": 2,466 invoices of 100 customers, paid in 2012 and 2013.

The file is not part of this project. Where it is not found, data of the same shape is made up, so
that the same tests run everywhere.
"""

from __future__ import annotations

import csv
import datetime
import os
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from engine.core.model import Customer, Event, EventKind, Invoice, Ledger, Value
from engine.core.money import Money, to_minor

if TYPE_CHECKING:
    from collections.abc import Iterable

ROOT = Path(__file__).parents[2]
CURRENCY = "USD"
"""The file names none."""


@dataclass(frozen=True, slots=True)
class Row:
    """An invoice as the file has it."""

    region: str
    """A number whose meaning the file does not tell."""
    customer: str
    invoice: str
    issued: datetime.date
    due: datetime.date
    amount: Decimal
    disputed: bool
    settled: datetime.date
    by_paper: bool
    days_late: int
    """Whole days after the due date; 0 if paid in time."""


def find() -> Path | None:
    """The file, named by DUN_IBM_CSV or in `shared/data` beside the project; None if not there."""
    named = os.environ.get("DUN_IBM_CSV")
    path = Path(named) if named else ROOT.parent / "shared" / "data" / "ibm_late_payments.csv"
    return path if path.is_file() else None


def rows() -> list[Row]:
    """The file's rows, or made-up ones."""
    path = find()
    return read(path) if path else made_up()


def read(path: Path) -> list[Row]:
    """The rows of the file; dates stand there as month/day/year."""
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return [
            Row(
                region=row["countryCode"],
                customer=row["customerID"],
                invoice=row["invoiceNumber"],
                issued=_day(row["InvoiceDate"]),
                due=_day(row["DueDate"]),
                amount=Decimal(row["InvoiceAmount"]),
                disputed=row["Disputed"] == "Yes",
                settled=_day(row["SettledDate"]),
                by_paper=row["PaperlessBill"] == "Paper",
                days_late=int(row["DaysLate"]),
            )
            for row in csv.DictReader(stream)
        ]


def made_up(seed: int = 2013) -> list[Row]:
    """Rows of the same shape: as many customers and invoices, the same terms, as many late."""
    chance = Random(seed)  # noqa: S311 - seeded data, no secrets
    customers = [
        (str(chance.choice((391, 406, 770, 818, 897))), f"{number:04}-MADEUP", chance.random())
        for number in range(1, 101)
    ]
    made = []
    for number in range(1, 2467):
        region, customer, slowness = chance.choice(customers)
        issued = datetime.date(2012, 1, 3) + datetime.timedelta(days=chance.randrange(700))
        disputed = chance.random() < 0.23
        taken = round(chance.gauss(18 + 16 * slowness + (9 if disputed else 0), 9))
        settled = issued + datetime.timedelta(days=max(0, taken))
        due = issued + datetime.timedelta(days=30)
        made.append(
            Row(
                region,
                customer,
                f"{number:010}",
                issued,
                due,
                Decimal(chance.randrange(500, 13_000)) / 100,
                disputed,
                settled,
                chance.random() < 0.5,
                max(0, (settled - due).days),
            )
        )
    return made


def ledger(history: Iterable[Row]) -> Ledger:
    """The rows as a ledger.

    Each invoice is paid in full on the day it was settled. The file says that there was a dispute,
    not when: it is taken to last from the due date to that day (from the invoice date where it was
    settled by the due date). E-mail addresses are made up, because the file has none.
    """
    customers: dict[str, Customer] = {}
    invoices: dict[str, Invoice] = {}
    events: list[Event] = []

    def happen(
        kind: EventKind, date: datetime.date, invoice: str, amount: Money | None = None
    ) -> None:
        known = datetime.datetime.combine(date, datetime.time(), datetime.UTC)
        place = len(events) + 1
        events.append(Event(kind, date, "invoice", invoice, known, place, amount=amount))

    for row in history:
        facts: dict[str, Value] = {"region": row.region}
        facts["email"] = f"{row.customer.lower()}@example.com"
        customers.setdefault(row.customer, Customer(row.customer, facts))
        minor = to_minor(row.amount, CURRENCY)
        assert minor is not None
        amount = Money(minor, CURRENCY)
        bill = "paper" if row.by_paper else "electronic"
        invoices[row.invoice] = Invoice(
            row.invoice, row.customer, row.issued, row.due, amount, facts={"bill": bill}
        )
        if row.disputed:
            begun = row.due if row.settled > row.due else row.issued
            happen("dispute", begun, row.invoice)
            happen("dispute_resolved", row.settled, row.invoice)
        happen("payment", row.settled, row.invoice, amount)
    return Ledger(customers, invoices, tuple(sorted(events, key=lambda each: each.order)))


def _day(text: str) -> datetime.date:
    month, day, year = map(int, text.split("/"))
    return datetime.date(year, month, day)
