"""Many who write or want a report at once: each waits for a turn, and who reads does not."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
import sqlalchemy

from api import turns
from tests.api.real import Served, eventually
from tests.api.serving import served
from tests.engine.services.publications import put_in_force, text

if TYPE_CHECKING:
    from pathlib import Path

    import httpx2

    from engine.store.database import Database

MANY = 45
"""More than there are threads, or connections to a store."""


def test_who_reads_is_answered_while_many_wait_to_write(
    database: Database, address: str, tmp_path: Path
) -> None:
    put_in_force(database, text())
    with Served(address, tmp_path) as service, ThreadPoolExecutor(MANY) as people:
        client = service.client(database, "manager")

        def write(number: int) -> httpx2.Response:
            customer = {"name": f"Customer {number}"}
            return client.put(f"/v1/customers/C-{number}", json=customer)

        def running() -> bool:
            asked = client.get("/metrics").text
            return f"dunlang_requests_in_flight {MANY + 1}.0" in asked

        with database.writing("ledger"):  # somebody writes for long
            written = [people.submit(write, number) for number in range(MANY)]
            eventually(running)
            for path in ("/v1/cases?on=2026-03-16", "/v1/policies", "/readyz"):
                assert client.get(path).status_code == 200
            assert not any(each.done() for each in written)
        assert {each.result().status_code for each in written} == {201}
        found = client.get("/v1/cases?on=2026-03-16")
        assert found.status_code == 200


@pytest.mark.parametrize("address", ["postgresql"], indirect=True)
def test_who_reads_is_answered_while_many_wait_for_reports(
    database: Database, address: str, tmp_path: Path
) -> None:
    put_in_force(database, text())
    with Served(address, tmp_path) as service, ThreadPoolExecutor(MANY) as people:
        client = service.client(database)
        report = "/v1/reports/ageing?on=2026-03-16"
        with database.writing() as connection:  # somebody changes a table for long
            connection.execute(sqlalchemy.text("LOCK TABLE invoices IN ACCESS EXCLUSIVE MODE"))
            asked = [people.submit(client.get, report) for _ in range(MANY)]
            eventually(lambda: f"in_flight {MANY + 1}.0" in client.get("/metrics").text)
            assert client.get("/v1/policies").status_code == 200
            assert not any(each.done() for each in asked)
        assert {each.result().status_code for each in asked} == {200}


def test_who_waits_too_long_to_write_is_told_that_nothing_was_changed(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_in_force(database, text())
    monkeypatch.setattr(turns, "WRITING", replace(turns.WRITING, at_once=0, patience=0.01))
    client = served(database, "manager")
    answer = client.put("/v1/customers/C-1", json={"name": "Alpha"})
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    assert "nothing was changed" in answer.json()["detail"]
    assert client.get("/v1/customers/C-1").status_code == 404
