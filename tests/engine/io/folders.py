"""Folders with ledger files for tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dunlang.types import Type
from engine.io.ledger import load_ledger

if TYPE_CHECKING:
    from pathlib import Path

    from engine.core.problems import DataProblem
    from engine.io.ledger import LedgerRead

TYPES = {
    "customer.risk": Type("one of", ("low", "medium", "high")),
    "customer.revenue_12m": Type("money"),
    "customer.no_calls": Type("yes/no"),
    "customer.rating": Type("number"),
    "customer.discount": Type("percent"),
    "customer.since": Type("date"),
    "customer.labels": Type("set of text"),
    "invoice.entity": Type("text"),
}
CUSTOMERS = "id,name,country\nC-1,Anna Berg,DE\nC-2,Otto GmbH,AT\n"
INVOICES = (
    "id,customer,issued,due,amount,currency,document\n"
    "R-1,C-1,2026-01-01,2026-01-31,100.00,EUR,\n"
    "R-2,C-2,2026-01-01,2026-01-31,50.00,EUR,D-1\n"
    "R-3,C-2,2026-01-01,2026-02-28,50.00,EUR,D-1\n"
    "R-4,C-2,2026-01-01,2026-02-28,80.00,CHF,\n"
)
EVENTS = "date,kind,invoice,customer\n"


def folder(
    path: Path,
    *,
    customers: str | bytes = CUSTOMERS,
    invoices: str | bytes = INVOICES,
    events: str | bytes = EVENTS,
) -> Path:
    """A ledger folder of CSV files; a file that is not given is plain and right."""
    path.mkdir(exist_ok=True)
    for name, text in (("customers", customers), ("invoices", invoices), ("events", events)):
        data = text.encode() if isinstance(text, str) else text
        (path / f"{name}.csv").write_bytes(data)
    return path


def load(path: Path, **files: str | bytes) -> LedgerRead:
    return load_ledger(folder(path, **files), TYPES)


def brief(problem: DataProblem) -> tuple[str, int | None, str, str]:
    """Code, line, column and message of a problem."""
    return problem.code, problem.line, problem.name, problem.message
