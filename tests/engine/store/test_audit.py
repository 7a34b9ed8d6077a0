"""The audit chain: whoever changes a byte of it is found."""

from __future__ import annotations

import datetime
import threading
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from engine.store import audit
from engine.store.database import connect

if TYPE_CHECKING:
    from engine.store.database import Database

NOW = datetime.datetime(2026, 3, 16, 9, 30, 15, 123456, tzinfo=datetime.UTC)


def written(database: Database, count: int = 5) -> None:
    """Some entries."""
    for number in range(count):
        with database.writing() as connection:
            later = NOW + datetime.timedelta(minutes=number)
            body = {"amount": "250.00", "of": number, "name": "Müller"}
            audit.append(connection, later, "anna", "invoice changed", f"invoice {number}", body)


def broken(database: Database) -> list[int]:
    """Numbers of the entries at which the chain is broken."""
    with database.reading() as connection:
        return [flaw.number for flaw in audit.flaws(connection)]


def test_a_chain_that_nobody_touched_holds(database: Database) -> None:
    written(database)
    assert broken(database) == []
    with database.reading() as connection:
        every = audit.entries(connection)
        assert [each.number for each in every] == [1, 2, 3, 4, 5]
        assert every[0].at == NOW
        assert every[0].body == {"amount": "250.00", "of": 0, "name": "Müller"}
        assert audit.head(connection) == (5, every[-1].hash)
        assert audit.entries(connection, subject="invoice 3") == [every[3]]
        assert audit.entries(connection, after=2, limit=2) == every[2:4]


@pytest.mark.parametrize(
    "change",
    [
        "actor = 'berta'",
        "action = 'invoice  changed'",
        "subject = 'invoice 9'",
        'body = \'{"amount":"25.00"}\'',
        "body = body || ' '",
        "at = '2026-03-16 09:33:15.123457'",
        "hash = '0'",
        "previous = '0'",
    ],
)
def test_whatever_is_changed_in_an_entry_is_found(database: Database, change: str) -> None:
    written(database)
    with database.writing() as connection:
        connection.execute(text(f"UPDATE audit SET {change} WHERE number = 3"))  # noqa: S608 - written here
    assert 3 in broken(database)


def test_an_entry_that_is_taken_away_is_missed(database: Database) -> None:
    written(database)
    with database.writing() as connection:
        connection.execute(text("DELETE FROM audit WHERE number = 3"))
    with database.reading() as connection:
        found = list(audit.flaws(connection))
    assert (found[0].number, found[0].reason) == (3, "entry 3 is missing")


def test_an_entry_that_is_changed_and_sealed_anew_no_longer_fits_the_next(
    database: Database,
) -> None:
    written(database)
    with database.reading() as connection:
        third = audit.entries(connection, after=2, limit=1)[0]
    body = '{"amount":"25.00"}'
    sealed = audit.seal(3, third.at, third.actor, third.action, third.subject, body, third.previous)
    with database.writing() as connection:
        statement = text("UPDATE audit SET body = :body, hash = :hash WHERE number = 3")
        connection.execute(statement, {"body": body, "hash": sealed})
    assert broken(database) == [4]


def test_two_that_write_at_once_write_one_chain(address: str) -> None:
    def write() -> None:
        database = connect(address)
        written(database, 20)
        database.close()

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    database = connect(address)
    with database.reading() as connection:
        assert audit.count(connection) == 80
    assert broken(database) == []
    database.close()


def test_many_entries_at_once_are_the_chain_that_they_are_one_by_one(database: Database) -> None:
    written(database, 2)
    entries = [("looked at", f"case {number}", {"number": number}) for number in range(2345)]
    with database.writing() as connection:
        assert audit.append_all(connection, NOW, "anna", iter(entries)) == 2345
        at_once = audit.entries(connection, after=2, limit=9999)
        connection.execute(text("DELETE FROM audit WHERE number > 2"))
        one_by_one = [audit.append(connection, NOW, "anna", *entry) for entry in entries]
    assert at_once == one_by_one
    assert broken(database) == []


def test_many_entries_that_are_none_change_nothing(database: Database) -> None:
    written(database, 2)
    with database.writing() as connection:
        assert audit.append_all(connection, NOW, "anna", []) == 0
        assert audit.head(connection)[0] == 2


def test_two_that_add_many_entries_at_once_write_one_chain(
    address: str,
) -> None:
    def write() -> None:
        database = connect(address)
        with database.writing() as connection:
            many = (("looked at", f"case {number}", {"of": 1500}) for number in range(1500))
            audit.append_all(connection, NOW, "anna", many)
        database.close()

    threads = [threading.Thread(target=write) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    database = connect(address)
    with database.reading() as connection:
        assert audit.count(connection) == 4500
    assert broken(database) == []
    database.close()


def test_what_is_undone_leaves_no_entry(database: Database) -> None:
    def fail() -> None:
        with database.writing() as connection:
            audit.append(connection, NOW, "anna", "tried", "nothing", {})
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    with database.reading() as connection:
        assert audit.count(connection) == 0


def test_no_float_gets_into_the_chain(database: Database) -> None:
    with pytest.raises(TypeError, match="is a float"), database.writing() as connection:
        audit.append(connection, NOW, "anna", "charged", "R-1", {"fee": [{"amount": 2.5}]})
