"""Work in the background by a service that really runs, and that is killed while it works."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any

import pytest

from api.schemas.runs import Execution
from engine.store import jobs
from engine.store.database import connect
from tests.api.real import Served, eventually, kill_worker
from tests.engine.services.importing import taken
from tests.engine.services.publications import put_in_force, text
from tests.engine.services.running import HEAD, LADDER, letters, performed, proposed, states

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from engine.store.database import Database
    from engine.store.jobs import Job

pytestmark = pytest.mark.timeout(300)  # processes are started and killed
DAY = "2026-03-16"
EXECUTION = f"/v1/runs/{DAY}/execution"
MANY = 100
"""Debtors: enough for a worker to be at it for a while."""


def proposed_for_many(database: Database, folder: Path) -> None:
    """A run of a company with many customers is proposed."""
    folder.mkdir(exist_ok=True)
    customers = ["id,name,country,email"]
    invoices = ["id,customer,issued,due,amount,currency"]
    for number in range(MANY):
        customers.append(f"C-{number:03},Alpha,DE,a@example.com")
        invoices.append(f"R-{number:03},C-{number:03},2026-02-01,2026-03-02,250.00,EUR")
    (folder / "customers.csv").write_text("\n".join((*customers, "")), encoding="utf-8")
    (folder / "invoices.csv").write_text("\n".join((*invoices, "")), encoding="utf-8")
    taken(database, "customers", folder / "customers.csv", batch=1_000)
    taken(database, "invoices", folder / "invoices.csv", batch=1_000)
    put_in_force(database, text(ladder=LADDER, more=HEAD))
    proposed(database)


def newest(database: Database) -> Job:
    with database.reading() as connection:
        found = jobs.newest(connection, "execution", DAY)
    assert found is not None
    return found


def at_work(database: Database) -> Job | None:
    """The job, when a worker is in the middle of it."""
    job = newest(database)
    return job if job.state == "running" and 0 < job.done < job.of else None


@pytest.fixture
def two(sqlite_template: Path, tmp_path: Path) -> Iterator[tuple[Database, Database]]:
    """The same store twice, with a proposed run."""
    files = tmp_path / "one.db", tmp_path / "other.db"
    shutil.copyfile(sqlite_template, files[0])
    first = connect(str(files[0]))
    proposed_for_many(first, tmp_path / "company")
    first.close()  # so that everything is in the file
    shutil.copyfile(*files)
    both = connect(str(files[0])), connect(str(files[1]))
    yield both
    for each in both:
        each.close()


def test_a_run_whose_worker_is_killed_goes_on_by_itself_and_nothing_happens_twice(
    two: tuple[Database, Database], tmp_path: Path
) -> None:
    database, undisturbed = two
    with Served(str(database.engine.url.database), tmp_path) as service:
        client = service.client(database)
        asked = client.post(EXECUTION)
        assert (asked.status_code, asked.json()["state"]) == (202, "running")
        killed = kill_worker(str(eventually(lambda: at_work(database)).worker))
        again = client.post(EXECUTION)
        assert (again.status_code, again.json()["started_at"]) == (202, asked.json()["started_at"])
        ended = eventually(lambda: over(client.get(EXECUTION, params={"wait": 20}).json()))
        Execution.model_validate(ended)
        assert (ended["state"], ended["result"]["performed"]) == ("ended", MANY)
        assert str(killed) not in str(newest(database).worker)
        assert service.terminate() == 0
    result = performed(undisturbed, tmp_path / "undisturbed")
    assert len(result.performed) == MANY
    assert states(database) == states(undisturbed)
    assert by_letter(tmp_path) == by_letter(tmp_path / "undisturbed")


def by_letter(folder: Path) -> dict[object, dict[str, object]]:
    """What went out, each letter once; under another key if nothing had left under the first."""
    every = letters(folder).values()
    found = {each["letter"]: {**each, "key": None} for each in every}
    assert len(found) == len(every)
    return found


def over(answer: dict[str, Any]) -> dict[str, Any] | None:
    return None if answer["state"] == "running" else answer
