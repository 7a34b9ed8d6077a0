"""The ledger as it stood at a position, and digests that any changed byte of it changes."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import insert, text

from engine.store.database import connect
from engine.store.ledger import add_events, families_of
from engine.store.ledger_digest import facts_digests, seals
from engine.store.ledger_read import Position, load_ledger, position, read_ledger
from engine.store.migrate import upgrade
from engine.store.schema.ledger import CUSTOMERS, EVENTS, INVOICES
from tests.engine.io.folders import TYPES, folder
from tests.engine.services.importing import AT, import_folder, taken
from tests.engine.services.test_imports import EVENTS_OF_ALL_KINDS

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Connection

    from engine.core.model import Ledger
    from engine.store.database import Database

DAY = datetime.date(2026, 1, 31)
TABLES = {"customers": CUSTOMERS, "invoices": INVOICES, "events": EVENTS}
DEBTORS = ["C-1", "C-2"]
only_sqlite = pytest.mark.parametrize("address", ["sqlite"], indirect=True)
only_postgresql = pytest.mark.parametrize("address", ["postgresql"], indirect=True)


def put(connection: Connection, debtors: int, first: int = 0) -> None:
    """Debtors, each of whom pays for another, with an invoice and an event each."""
    for number in range(first, first + debtors):
        rows: list[dict[str, Any]] = [
            {"id": f"D-{number}", "payer": None, "facts": {"name": "Müller", "n": str(number)}},
            {"id": f"S-{number}", "payer": f"D-{number}", "facts": {}},
        ]
        connection.execute(insert(CUSTOMERS), rows)
        bill: dict[str, Any] = {"id": f"I-{number}", "customer": f"S-{number}", "facts": {}}
        bill |= {"document": None, "issued": DAY, "due": DAY, "amount": 100, "currency": "EUR"}
        connection.execute(insert(INVOICES).values(bill))
        add_events(connection, [event(number)])


def event(number: int) -> dict[str, Any]:
    """The columns of a payment."""
    what = {"key": f"id:P-{number}", "id": f"P-{number}", "kind": "payment", "date": DAY}
    of = {"target": "invoice", "target_id": f"I-{number}", "customer": f"S-{number}"}
    return {**what, **of, "recorded": AT, "amount": 10, "currency": "EUR"}


def filled(database: Database, tmp_path: Path) -> None:
    """A store with a row of everything."""
    import_folder(database, folder(tmp_path / "small", events=EVENTS_OF_ALL_KINDS))


def digests(database: Database, upto: Position | None = None) -> dict[str, str]:
    with database.reading() as connection:
        return facts_digests(connection, DEBTORS, upto or position(connection))


# ------------------------------------------------------------------------------- at a position


def test_an_empty_ledger_stands_at_nothing(database: Database) -> None:
    with database.reading() as connection:
        assert position(connection) == Position(0, 0, 0)


def test_a_position_comes_back_from_json_as_it_went_in() -> None:
    where = Position(12, 7, 99)
    assert where.plain() == {"customers": 12, "invoices": 7, "events": 99}
    assert Position.from_plain(where.plain()) == where


def test_the_ledger_at_an_earlier_position_is_what_was_read_then(
    database: Database, tmp_path: Path
) -> None:
    kept: list[tuple[Position, Ledger, Ledger, dict[str, str]]] = []
    customers, invoices = "id,name,payer,risk\n", "id,customer,issued,due,amount,currency\n"
    events = "date,kind,invoice,customer,amount,until,name,value,reason\n"
    for part in range(4):
        if part:
            customers += f"C-{part},Anna {part},{'C-1' if part > 1 else ''},low\n"
            invoices += f"R-{part},C-{part},2026-01-0{part},2026-02-01,{part}0.00,EUR\n"
            events += f"2026-02-0{5 - part},payment,R-1,,{part}.00,,,,\n"
            events += f"2026-02-0{part},dispute,,C-1,,,,,n{part}\n"
            made = folder(tmp_path / "f", customers=customers, invoices=invoices, events=events)
            import_folder(database, made, at=AT + datetime.timedelta(days=part))
        with database.reading() as connection:
            where = position(connection)
            everything = read_ledger(connection, TYPES)
            family = read_ledger(connection, TYPES, ["C-1"])
            kept.append(
                (where, everything, family, facts_digests(connection, ["C-1", "C-9"], where))
            )
    changed = customers.replace("low", "high")
    (tmp_path / "changed.csv").write_text(changed, encoding="utf-8")
    assert taken(database, "customers", tmp_path / "changed.csv").changed == 3
    with database.reading() as connection:
        for where, everything, family, digest in kept:
            assert read_ledger(connection, TYPES, upto=where) == everything
            assert read_ledger(connection, TYPES, ["C-1"], where) == family
            assert facts_digests(connection, ["C-1", "C-9"], where) == digest
        assert read_ledger(connection, TYPES) != kept[-1][1]
    assert len({each[3]["C-1"] for each in kept}) == 4
    assert len({each[3]["C-9"] for each in kept}) == 1


def test_any_number_of_debtors_are_read_with_those_they_pay_for(database: Database) -> None:
    with database.writing() as connection:
        put(connection, 1_203)
    with database.reading() as connection:
        wanted = [f"S-{number}" for number in range(1, 1_203)]
        found = load_ledger(connection, {}, wanted).ledger
        assert len(found.customers) == 2_404
        assert (len(found.invoices), len(found.events)) == (1_202, 1_202)
        assert "I-0" not in found.invoices
        assert read_ledger(connection, {}, [f"D-{number}" for number in range(1_203)]) == (
            read_ledger(connection, {})
        )
        assert not read_ledger(connection, {}, []).customers


def test_a_family_is_named_by_who_pays_in_the_end(database: Database, tmp_path: Path) -> None:
    customers = "id,payer\nC-1,\nC-2,C-3\nC-3,C-4\nC-4,\n"
    taken(database, "customers", folder(tmp_path / "f", customers=customers) / "customers.csv")
    with database.reading() as connection:
        of_four = {"C-2": "C-4", "C-3": "C-4", "C-4": "C-4"}
        assert families_of(connection, ["C-3"]) == of_four
        assert families_of(connection, ["C-1", "C-2"]) == {"C-1": "C-1", **of_four}
        assert families_of(connection, ["C-9"]) == {"C-9": "C-9"}


def test_payers_in_a_circle_as_only_damage_makes_them_are_read_alone(database: Database) -> None:
    with database.writing() as connection:
        put(connection, 2)
        connection.execute(text("UPDATE customers SET payer = 'S-0' WHERE id = 'D-0'"))
    with database.reading() as connection:
        assert families_of(connection, ["S-0", "D-1"]) == {
            "S-0": "S-0",
            "D-1": "D-1",
            "S-1": "D-1",
        }
        where = position(connection)
        assert set(facts_digests(connection, ["S-0"], where)) == {"S-0"}


# ------------------------------------------------------------------------------------- digests


def test_a_digest_is_that_of_one_debtor_whoever_is_asked_for_with_them(
    database: Database,
) -> None:
    with database.writing() as connection:
        put(connection, 1_203)
    with database.reading() as connection:
        where = position(connection)
        every = facts_digests(connection, (f"D-{number}" for number in range(1_203)), where)
        assert len(set(every.values())) == 1_203
        alone = facts_digests(connection, ["D-700"], where)
        assert alone == {"D-700": every["D-700"]}
        assert facts_digests(connection, ["S-700"], where) == {"S-700": every["D-700"]}


@only_postgresql
def test_both_databases_give_the_same_digests(database: Database, tmp_path: Path) -> None:
    found = []
    file = connect(str(tmp_path / "store.db"))
    upgrade(file)
    for each in (database, file):
        filled(each, tmp_path)
        with each.writing() as connection:
            put(connection, 3, first=10)
            where = position(connection)
            names = [*DEBTORS, "D-10", "D-12"]
            now = {name: seals(connection, table) for name, table in TABLES.items()}
            found.append((where, facts_digests(connection, names, where), now))
    file.close()
    assert found[0] == found[1]


CHANGES = {
    "customers": {
        "seq": "seq + 1000",
        "id": "id || ' '",
        "payer": "'C-2'",
        "facts": "facts || ' '",
    },
    "invoices": {
        "seq": "seq + 1000",
        "id": "id || ' '",
        "customer": "'C-2'",
        "document": "'D-9'",
        "issued": "'2025-12-31'",
        "due": "'2026-02-01'",
        "amount": "amount + 1",
        "currency": "'CHF'",
        "recorded": "'2026-01-01 00:00:00.000001'",
        "facts": "facts || ' '",
    },
    "events": {
        "seq": "seq + 1000",
        "key": "key || ' '",
        "id": "'P-9'",
        "kind": "'credit'",
        "date": "'2026-02-06'",
        "target": "'document'",
        "target_id": "'R-9'",
        "customer": "'C-2'",
        "recorded": "'2026-02-07 07:00:00.000001'",
        "amount": "amount + 1",
        "currency": "'CHF'",
        "until": "'2026-02-06'",
        "name": "''",
        "value": "''",
        "reason": "''",
        "stage": "''",
        "policy": "''",
        "version": "0",
        "fee": "0",
        "interest": "0",
    },
}
EVERY_CHANGE = [
    (table, column, value)
    for table, columns in CHANGES.items()
    for column, value in columns.items()
]


def change(connection: Connection, table: str, column: str, value: str) -> None:
    """Change the first row, which is of C-1. On SQLite whatever is written stands there."""
    first = f"(SELECT min(seq) FROM {table})"  # noqa: S608 - written here
    if table == "invoices" and column == "facts":
        connection.execute(text(f'UPDATE {table} SET facts = \'{{"a":"1"}}\' WHERE seq = {first}'))  # noqa: S608 - written here
        return
    connection.execute(text(f"UPDATE {table} SET {column} = {value} WHERE seq = {first}"))  # noqa: S608 - written here


def test_every_column_has_its_change() -> None:
    for name, table in TABLES.items():
        assert {each.name for each in table.c} - CHANGES[name].keys() == {"import_id"}


@pytest.mark.parametrize(("table", "column", "value"), EVERY_CHANGE)
def test_a_changed_cell_changes_the_digest(
    database: Database, tmp_path: Path, table: str, column: str, value: str
) -> None:
    filled(database, tmp_path)
    before = digests(database)
    with database.writing() as connection:
        change(connection, table, column, value)
    after = digests(database)
    assert after["C-1"] != before["C-1"]
    belongs_now_to_other = value == "'C-2'"
    assert (after["C-2"] == before["C-2"]) is not belongs_now_to_other


def test_a_row_that_is_taken_out_or_put_in_changes_the_digest(
    database: Database, tmp_path: Path
) -> None:
    filled(database, tmp_path)
    seen = {digests(database)["C-1"]}
    for statement in (
        "DELETE FROM events WHERE target_id = 'R-1' AND kind = 'dispute'",
        "INSERT INTO customers (id, payer, facts) VALUES ('C-9', 'C-1', '{}')",
        "DELETE FROM invoices WHERE customer = 'C-1'",
        "DELETE FROM customers WHERE id = 'C-1'",
    ):
        with database.writing() as connection:
            connection.execute(text(statement))
        assert digests(database)["C-1"] not in seen
        seen.add(digests(database)["C-1"])


@only_sqlite
def test_damage_that_cannot_be_read_is_another_digest(database: Database, tmp_path: Path) -> None:
    filled(database, tmp_path)
    seen = {digests(database)["C-1"]}
    for damage in (
        "UPDATE invoices SET due = 'soon' WHERE id = 'R-1'",
        "UPDATE invoices SET due = 20260131 WHERE id = 'R-1'",
        "UPDATE invoices SET amount = 100.5 WHERE id = 'R-1'",
        "UPDATE invoices SET amount = 'much' WHERE id = 'R-1'",
        "UPDATE invoices SET recorded = '' WHERE id = 'R-1'",
        "UPDATE invoices SET facts = '{' WHERE id = 'R-1'",
        "UPDATE invoices SET facts = X'FF' WHERE id = 'R-1'",
        "UPDATE invoices SET facts = CAST(X'FF' AS TEXT) WHERE id = 'R-1'",
        "UPDATE invoices SET facts = CAST(X'FE' AS TEXT) WHERE id = 'R-1'",
        "UPDATE invoices SET facts = 'a' || char(0) || 'b' WHERE id = 'R-1'",
        "UPDATE invoices SET facts = 'a' || char(0) || 'c' WHERE id = 'R-1'",
    ):
        with database.writing() as connection:
            connection.execute(text(damage))
        assert digests(database)["C-1"] not in seen, damage
        seen.add(digests(database)["C-1"])


@only_postgresql
def test_days_that_no_calendar_has_are_another_digest_too(
    database: Database, tmp_path: Path
) -> None:
    filled(database, tmp_path)
    seen = {digests(database)["C-1"]}
    for damage in (
        "UPDATE invoices SET due = 'infinity' WHERE id = 'R-1'",
        "UPDATE invoices SET due = '-infinity' WHERE id = 'R-1'",
        "UPDATE invoices SET due = '2026-01-31 BC' WHERE id = 'R-1'",
        "UPDATE invoices SET due = '12026-01-31' WHERE id = 'R-1'",
        "UPDATE invoices SET recorded = 'infinity' WHERE id = 'R-1'",
        "UPDATE invoices SET recorded = '-infinity' WHERE id = 'R-1'",
    ):
        with database.writing() as connection:
            connection.execute(text(damage))
        assert digests(database)["C-1"] not in seen, damage
        seen.add(digests(database)["C-1"])


def test_the_digest_of_a_small_ledger_stays_what_it_is(database: Database) -> None:
    """It stands in audit trails: whoever changes how it is made breaks their proof."""
    with database.writing() as connection:
        put(connection, 1)
        assert facts_digests(connection, ["D-0"], position(connection)) == {"D-0": KNOWN}


KNOWN = "cfbf9b957bfa16861ec2e4ec643c55cbf515aba7dd0f8b010ff807cb5f503f39"
