"""Files imported into stores, for tests."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from engine.services.actors import Actor, Refused
from engine.services.imports import KINDS, Given, Imported, import_file
from engine.store.ledger_read import read_ledger
from tests.engine.io.folders import INVOICES

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from dunlang.types import Type
    from engine.core.model import Ledger
    from engine.store.database import Database
    from engine.store.staging import Kind

AT = datetime.datetime(2026, 3, 16, 9, 30, tzinfo=datetime.UTC)
ANNA = Actor("anna", "clerk")
NEXT_DAY = AT + datetime.timedelta(days=1)
BAD = {
    "customers": "id,country\nC-7,DE\nC-7,AT\n,DE\nC-8,Deutschland\nC-9,DE,x\n",
    "invoices": INVOICES.replace("R-", "S-").replace("80.00", "eighty").replace("C-1", "C-0")
    + "S-1,C-2,2026-01-01,2026-01-31,1.00,EUR,\n"
    "S-9,c2,2026-01-01,2026-01-31,1.00,EUR,\n",
    "events": "date,kind,invoice,amount,value,stage,id\n"
    "2026-02-01,payment,R-1,1.00,,,P-1\n"
    "2026-02-01,payment,R-1,2.00,,,P-1\n"
    "2026-02-02,reversal,R-1,3.00,P-1,,\n"
    "2026-02-02,reversal,R-1,,P-9,,\n"
    "2026-02-03,stage_cancelled,R-1,,,reminder,\n"
    "2026-02-04,paymnt,R-1,,,,\n"
    "2026-02-30,payment,R-8,1.00,,,\n"
    "2026-02-05,payment,r 3,1.00,,,\n",
}
"""A file of each kind with all that can be wrong in it."""


def taken(
    database: Database,
    kind: Kind,
    path: Path,
    *,
    at: datetime.datetime = AT,
    skip_bad: Path | None = None,
    batch: int = 3,
) -> Imported:
    """Import a file as somebody who may."""
    given = Given(kind, path, path.name, skip_bad)
    result = import_file(database, ANNA, at, given, batch=batch)
    assert isinstance(result, Imported), result
    return result


def import_folder(
    database: Database, folder: Path, *, batch: int = 3, at: datetime.datetime = AT
) -> list[Imported]:
    """Import the three files of a ledger folder, none of which is bad."""
    results = []
    for kind in KINDS:
        form = "csv" if (folder / f"{kind}.csv").exists() else "parquet"
        found = taken(database, kind, folder / f"{kind}.{form}", batch=batch, at=at)
        assert found.is_taken, found.problems
        results.append(found)
    return results


def ledger_of(database: Database, types: Mapping[str, Type] | None = None) -> Ledger:
    """What a store holds."""
    with database.reading() as connection:
        return read_ledger(connection, types or {})


def is_refused(result: Imported | Refused) -> bool:
    """Whether nothing was begun."""
    return isinstance(result, Refused)


def written(folder: Path, name: str, text: str) -> Path:
    """A file with a text."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path
