"""Many at once: who has to wait is served in the end, or told so."""

from __future__ import annotations

import datetime
import threading
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from engine.store import audit, errors
from engine.store import database as module
from engine.store.database import connect
from engine.store.errors import StoreError

if TYPE_CHECKING:
    from engine.store.database import Database

NOW = datetime.datetime(2026, 3, 16, 9, 30, tzinfo=datetime.UTC)


def test_all_who_write_at_once_are_served(database: Database) -> None:
    def write(number: int) -> None:
        with database.writing("audit") as connection:
            audit.append(connection, NOW, "anna", "tried", f"something {number}", {})

    threads = [threading.Thread(target=write, args=(number,)) for number in range(60)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.reading() as connection:
        assert audit.count(connection) == 60


def test_who_finds_no_connection_free_is_told(
    database: Database, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    database.close()
    monkeypatch.setattr(module, "CONNECTIONS", 1)
    monkeypatch.setattr(module, "FREE_IN", 0.05)
    few = connect(address)
    with (
        few.reading(),
        pytest.raises(StoreError, match="are in use; try again") as caught,
        few.reading(),
    ):
        pass
    assert caught.value.code == errors.BUSY
    few.close()


def test_who_waits_too_long_to_write_is_told(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "PATIENCE", 0 if database.is_sqlite else 1)
    with (
        database.writing("something"),
        pytest.raises(StoreError, match="somebody else is writing") as caught,
        database.writing("something"),
    ):
        pass
    assert caught.value.code == errors.BUSY


def test_what_a_database_says_does_not_repeat_what_was_sent(database: Database) -> None:
    with pytest.raises(StoreError) as caught, database.reading() as connection:
        connection.execute(text("SELECT :secret FROM nowhere"), {"secret": "geheim"})
    assert "geheim" not in f"{caught.value}{caught.value.__cause__}"
