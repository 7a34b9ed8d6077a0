"""The ledger beside the audit trail: whoever changes a row of it is found, and which row it was."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from engine.services.actors import Actor
from engine.services.audit import Verified, verify
from engine.store import audit
from tests.engine.io.folders import INVOICES, folder
from tests.engine.services.importing import AT, NEXT_DAY, import_folder, taken
from tests.engine.services.test_imports import EVENTS_OF_ALL_KINDS
from tests.engine.store.test_ledger_digest import EVERY_CHANGE, change

if TYPE_CHECKING:
    from pathlib import Path

    from engine.store.database import Database

VERA = Actor("vera", "viewer")
MORE = INVOICES.replace("R-", "S-").replace("D-1", "")


def filled(database: Database, tmp_path: Path) -> None:
    """A store with four imports, of which the fourth also changed what was there."""
    import_folder(database, folder(tmp_path / "small", events=EVENTS_OF_ALL_KINDS))
    path = tmp_path / "more.csv"
    path.write_text(MORE + "R-1,C-1,2026-01-01,2026-02-09,100.00,EUR,\n", encoding="utf-8")
    found = taken(database, "invoices", path, at=NEXT_DAY)
    assert (found.taken, found.changed) == (4, 1)


def flaws(database: Database) -> list[str]:
    """What a check of the audit trail finds."""
    found = verify(database, VERA)
    assert isinstance(found, Verified)
    return [flaw.reason for flaw in found.flaws]


def run(database: Database, *statements: str) -> None:
    """Do by hand what no command does."""
    with database.writing() as connection:
        for statement in statements:
            connection.execute(text(statement))


def test_a_ledger_that_nobody_touched_is_what_was_imported(
    database: Database, tmp_path: Path
) -> None:
    assert flaws(database) == []
    filled(database, tmp_path)
    assert flaws(database) == []


def test_the_entry_of_an_import_seals_its_rows_by_table(database: Database, tmp_path: Path) -> None:
    filled(database, tmp_path)
    with database.reading() as connection:
        bodies = [each.body["rows"] for each in audit.entries(connection)]
    assert [sorted(each) for each in bodies] == [
        ["customers"],
        ["invoices"],
        ["events"],
        ["events", "invoices"],
    ]
    last = bodies[-1]["invoices"]
    assert (last["count"], last["first"], last["last"]) == (4, 5, 8)


def test_an_import_that_brought_nothing_new_seals_no_rows(
    database: Database, tmp_path: Path
) -> None:
    made = folder(tmp_path / "small")
    import_folder(database, made)
    import_folder(database, made)
    with database.reading() as connection:
        assert audit.latest(connection, limit=1)[0].body["rows"] == {}
    assert flaws(database) == []


@pytest.mark.parametrize(("table", "column", "value"), EVERY_CHANGE)
def test_a_changed_cell_is_found_and_its_row_is_named(
    database: Database, tmp_path: Path, table: str, column: str, value: str
) -> None:
    filled(database, tmp_path)
    with database.writing() as connection:
        change(connection, table, column, value)
    (reason,) = flaws(database)
    number = ("customers", "invoices", "events").index(table) + 1
    came = f"came with import {number} ({table}.csv)"
    if column == "seq":
        assert reason == f"{table} that {came} are not what was imported"
    else:
        assert reason.startswith(f"the {table.removesuffix('s')} in row 1 (")
        assert reason.endswith(f"), which {came}, is not what was imported")


@pytest.mark.parametrize(
    ("statement", "reason"),
    [
        (
            "DELETE FROM invoices WHERE id = 'R-3'",
            "the invoice in row 3, which came with import 2 (invoices.csv), is missing",
        ),
        (
            "DELETE FROM invoices WHERE id IN ('R-2', 'R-3')",
            "2 invoices that came with import 2 (invoices.csv) are missing",
        ),
        (
            "DELETE FROM events WHERE key LIKE 'change:%'",
            "the event in row 16, which came with import 4 (more.csv), is missing",
        ),
        (
            "UPDATE invoices SET amount = amount + 1 WHERE id LIKE 'R-%'",
            "invoices that came with import 2 (invoices.csv) are not what was imported",
        ),
        (
            "INSERT INTO customers (id, facts, import_id) VALUES ('C-9', '{}', 1)",
            "the customer in row 3 (C-9) did not come with import 1 (customers.csv), as it says",
        ),
        (
            (
                "INSERT INTO customers (id, facts, import_id)"
                " VALUES ('C-8', '{}', 1), ('C-9', '{}', 1)"
            ),
            "2 customers more came with import 1 (customers.csv) now than were imported",
        ),
        (
            "INSERT INTO customers (id, facts) VALUES ('C-9', '{}')",
            "1 customer came with no import, and no entry tells of them",
        ),
        (
            "UPDATE imports SET sha256 = 'x' WHERE id = 2",
            "what the store says of import 2 (invoices.csv) is not what entry 2 says",
        ),
        (
            "UPDATE imports SET taken = taken + 1 WHERE id = 2",
            "what the store says of import 2 (invoices.csv) is not what entry 2 says",
        ),
        (
            "UPDATE imports SET actor = 'berta' WHERE id = 2",
            "what the store says of import 2 (invoices.csv) is not what entry 2 says",
        ),
        (
            "UPDATE imports SET ended_at = '2026-03-16 09:30:00.000001' WHERE id = 2",
            "what the store says of import 2 (invoices.csv) is not what entry 2 says",
        ),
        (
            "UPDATE imports SET state = 'refused' WHERE id = 2",
            "import 2 (invoices.csv) is not among the imports that are done, as entry 2 says",
        ),
    ],
)
def test_what_was_done_to_the_ledger_by_hand_is_named(
    database: Database, tmp_path: Path, statement: str, reason: str
) -> None:
    filled(database, tmp_path)
    run(database, statement)
    assert flaws(database) == [reason]


def test_a_row_that_is_moved_to_another_import_is_missing_there_and_strange_here(
    database: Database, tmp_path: Path
) -> None:
    filled(database, tmp_path)
    run(database, "UPDATE invoices SET import_id = 4 WHERE id = 'R-3'")
    assert flaws(database) == [
        "the invoice in row 3, which came with import 2 (invoices.csv), is missing",
        "the invoice in row 3 (R-3) did not come with import 4 (more.csv), as it says",
    ]


def test_rows_of_an_import_that_no_entry_tells_of_are_found(
    database: Database, tmp_path: Path
) -> None:
    filled(database, tmp_path)
    columns = "kind, file, sha256, begun_after, staged, taken, changed, unchanged, bad, actor"
    values = f"SELECT id + 5, {columns}, state, started_at FROM imports WHERE id = 2"  # noqa: S608 - written here
    run(
        database,
        f"INSERT INTO imports (id, {columns}, state, started_at) {values}",
        "INSERT INTO customers (id, facts, import_id) VALUES ('C-8', '{}', 7), ('C-9', '{}', 7)",
    )
    assert flaws(database) == [
        "import 7 (invoices.csv) is done, and no entry says by whom",
        "2 customers came with import 7, of which no entry tells",
    ]


def test_only_stages_that_runs_executed_may_have_come_with_no_import_and_each_has_its_entry(
    database: Database, tmp_path: Path
) -> None:
    filled(database, tmp_path)
    columns = "kind, date, target, target_id, customer, recorded, stage"
    row = f"'2026-03-01', 'invoice', 'R-1', 'C-1', '{AT:%Y-%m-%d %H:%M:%S.%f+00}', 'reminder'"
    for kind, key in (("stage", "stage:R-1#1#reminder#1"), ("stage_cancelled", "cancel:1")):
        values = f"('{key}', '{kind}', {row})"
        run(database, f"INSERT INTO events (key, {columns}) VALUES {values}")  # noqa: S608 - written here
    untold = ["cancel:1", "stage:R-1#1#reminder#1"]
    assert sorted(flaws(database)) == [f"no entry tells of the event {key}" for key in untold]
    for kind, key in (("dispute", "stage:R-1#1#reminder#2"), ("stage", "id:R-1")):
        values = f"('{key}', '{kind}', {row})"
        run(database, f"INSERT INTO events (key, {columns}) VALUES {values}")  # noqa: S608 - written here
    assert flaws(database)[0] == "2 events came with no import, and no entry tells of them"


def test_a_second_entry_of_an_import_does_not_hide_what_was_changed(
    database: Database, tmp_path: Path
) -> None:
    filled(database, tmp_path)
    run(database, "UPDATE invoices SET amount = amount + 1 WHERE id = 'R-1'")
    with database.writing() as connection:
        entry = audit.entries(connection, after=1, limit=1)[0]
        audit.append(connection, AT, "anna", entry.action, entry.subject, {**entry.body, "rows": 1})
    anew, changed = flaws(database)
    assert anew == "entry 5 tells anew of import 2, as 2 did"
    assert changed.startswith("the invoice in row 1 (R-1), which came with import 2")


@pytest.mark.parametrize("rows", [None, [], {"events": {}}, {"events": {"count": "x"}}])
def test_an_entry_that_names_no_rows_is_named(
    database: Database, tmp_path: Path, rows: object
) -> None:
    filled(database, tmp_path)
    with database.writing() as connection:
        entry = audit.entries(connection, after=2, limit=1)[0]
        connection.execute(text("DELETE FROM audit WHERE number > 2"))
        body = {**entry.body, "rows": rows}
        audit.append(connection, entry.at, entry.actor, entry.action, entry.subject, body)
    assert flaws(database)[0] == "entry 3 does not say which rows came with import 3 (events.csv)"


def test_an_entry_of_an_import_that_cannot_be_read_any_more_is_named(
    database: Database, tmp_path: Path
) -> None:
    filled(database, tmp_path)
    run(database, "UPDATE audit SET body = 'x' || body WHERE number = 3")
    assert flaws(database)[0] == "entry 3 is not what was written"
    run(database, "UPDATE audit SET body = '[]', subject = 'import x' WHERE number = 2")
    assert flaws(database)[0] == "entry 2 is not what was written"


@pytest.mark.parametrize("address", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    "damage",
    [
        "due = 'soon'",
        "amount = 100.5",
        "facts = '{'",
        "facts = CAST(X'FF' AS TEXT)",
        "recorded = 'now'",
        "id = CAST(X'FF' AS TEXT)",
    ],
)
def test_a_damaged_row_is_named_and_not_stumbled_over(
    database: Database, tmp_path: Path, damage: str
) -> None:
    filled(database, tmp_path)
    run(database, f"UPDATE invoices SET {damage} WHERE id = 'R-2'")  # noqa: S608 - written here
    name = "\N{REPLACEMENT CHARACTER}" if damage.startswith("id") else "R-2"
    (reason,) = flaws(database)
    assert reason.startswith(f"the invoice in row 2 ({name}), which came with import 2")


@pytest.mark.parametrize("address", ["sqlite"], indirect=True)
def test_an_import_that_is_no_number_is_named(database: Database, tmp_path: Path) -> None:
    filled(database, tmp_path)
    with closing(sqlite3.connect(str(database.engine.url.database))) as connection:
        connection.execute("UPDATE invoices SET import_id = 'two' WHERE id = 'R-2'")
        connection.commit()
    assert flaws(database) == [
        "the invoice in row 2, which came with import 2 (invoices.csv), is missing",
        "1 invoice came with import two, of which no entry tells",
    ]


def test_how_far_a_check_has_got_is_told(database: Database, tmp_path: Path) -> None:
    rows = "".join(f"C-{number}\n" for number in range(12_000))
    path = tmp_path / "customers.csv"
    path.write_text(f"id\n{rows}", encoding="utf-8")
    taken(database, "customers", path, batch=5_000)
    told: list[tuple[int, int]] = []
    verify(database, VERA, progress=lambda done, total: told.append((done, total)))
    assert told == [(5_000, 12_001), (10_000, 12_001)]
