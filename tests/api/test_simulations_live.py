"""Simulations by a service that really runs: followed over a socket, killed, stopped, cancelled."""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy

from engine.store import jobs
from tests.api.real import Served, eventually, kill_worker
from tests.engine.services.importing import taken
from tests.engine.services.publications import put_in_force, text
from tests.engine.services.running import HEAD, LADDER

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator
    from pathlib import Path

    import httpx2

    from engine.store.database import Database
    from engine.store.jobs import Job

pytestmark = pytest.mark.timeout(300)  # processes are started and killed
ASKED = {"from": "2026-03-01", "to": "2026-05-15"}
MANY = 700
"""Debtors: enough for a worker to be at it for a while."""
WEEKLY = text(
    version=2,
    ladder="\nstage reminder\n  after 3 days overdue\n  by email\n  repeat every 1 week\n",
)
"""With which a worker is at it for long."""


def company(database: Database, folder: Path, many: int = MANY) -> None:
    """A company with many customers, each with an invoice."""
    folder.mkdir(exist_ok=True)
    customers = ["id,name,country,email"]
    invoices = ["id,customer,issued,due,amount,currency"]
    for number in range(many):
        customers.append(f"C-{number:05},Alpha,DE,a@example.com")
        day = f"2026-02-{1 + number % 28:02}"
        invoices.append(f"R-{(number * 7919) % many:05},C-{number:05},{day},{day},250.00,EUR")
    (folder / "customers.csv").write_text("\n".join((*customers, "")), encoding="utf-8")
    (folder / "invoices.csv").write_text("\n".join((*invoices, "")), encoding="utf-8")
    taken(database, "customers", folder / "customers.csv", batch=10_000)
    taken(database, "invoices", folder / "invoices.csv", batch=10_000)
    put_in_force(database, text(ladder=LADDER, more=HEAD))


@dataclass(slots=True)
class Heard:
    """What a client of server-sent events has heard."""

    events: list[dict[str, Any]] = field(default_factory=list)
    progress: list[dict[str, Any]] = field(default_factory=list)
    last: str = ""
    """The id that came last."""
    end: str = ""
    """How it ended; empty: it did not."""


def listen(client: httpx2.Client, number: int, heard: Heard) -> Generator[None]:
    """Hear what a simulation tells, from where it was left; a step for each thing that is told."""
    headers = {"Accept": "text/event-stream"}
    if heard.last:
        headers["Last-Event-ID"] = heard.last
    path = f"/v1/simulations/{number}/events"
    with client.stream("GET", path, headers=headers) as answer:
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/event-stream")
        told: dict[str, str] = {}
        for line in answer.iter_lines():
            if line:
                name, _, value = line.partition(": ")
                told[name] = value
                continue
            hear(heard, told)
            told = {}
            yield


def hear(heard: Heard, told: dict[str, str]) -> None:
    heard.last = told.get("id", heard.last)
    match told.get("event"):
        case "event":
            heard.events.append(json.loads(told["data"]))
        case "progress":
            heard.progress.append(json.loads(told["data"]))
        case None:
            assert set(told) <= {"retry", ""}
        case end:
            heard.end = end
            assert json.loads(told["data"])["state"] == end


def job_of(database: Database, number: int) -> Job:
    with database.reading() as connection:
        found = jobs.job_with(connection, number)
    assert found is not None
    return found


def in_the_middle(database: Database, number: int) -> Job | None:
    """The job, when a worker has done a part of it."""
    job = job_of(database, number)
    return job if job.state == "running" and 0 < job.done < job.of else None


def asked(client: httpx2.Client, **more: object) -> int:
    answer = client.post("/v1/simulations", json={**ASKED, **more})
    assert answer.status_code == 202, answer.text
    number: int = answer.json()["id"]
    return number


def done(client: httpx2.Client, number: int) -> dict[str, Any]:
    """A simulation when it is done."""

    def look() -> dict[str, Any] | None:
        found = client.get(f"/v1/simulations/{number}", params={"wait": 20}).json()
        assert found["state"] not in {"failed", "cancelled"}, found
        return found if found["state"] == "done" else None

    shown: dict[str, Any] = eventually(look)
    return shown


def told(client: httpx2.Client, number: int) -> list[dict[str, Any]]:
    answer = client.get(f"/v1/simulations/{number}/events", params={"format": "ndjson"})
    assert answer.status_code == 200
    return [json.loads(line) for line in answer.text.splitlines()]


def hears_that_it_is_cancelled(client: httpx2.Client) -> None:
    """Somebody listens to a simulation that is cancelled when it is at work."""
    number, heard = asked(client, to="2027-12-31", policies=[{"text": WEEKLY}]), Heard()
    steps = listen(client, number, heard)
    while not heard.events:
        next(steps)
    wish = client.post(f"/v1/simulations/{number}/cancellation")
    assert wish.status_code == 200
    for _ in steps:
        pass
    shown = client.get(f"/v1/simulations/{number}").json()
    assert (heard.end, shown["state"]) == ("cancelled", "cancelled")
    assert shown["done"] < shown["of"]
    assert client.delete(f"/v1/simulations/{number}").status_code == 204


SAME = ("found", "sums", "policies", "position")


def lost_after(client: httpx2.Client, number: int, events: int) -> Heard:
    """What somebody heard who lost the connection in the middle."""
    heard = Heard()
    steps = listen(client, number, heard)
    while len(heard.events) < events:
        next(steps)
    steps.close()
    return heard


def caught(database: Database, client: httpx2.Client) -> tuple[int, Heard, str]:
    """A simulation that goes on, what somebody heard of it, and its worker.

    Whoever looks too late, as this one is done, begins another one.
    """

    def attempt() -> tuple[int, Heard, str] | None:
        number = asked(client)
        heard = lost_after(client, number, 10)
        job = eventually(lambda: in_the_middle(database, number) or ended(database, number))
        return (number, heard, str(job.worker)) if job.state == "running" else None

    found: tuple[int, Heard, str] = eventually(attempt)
    return found


def ended(database: Database, number: int) -> Job | None:
    """The job, when nobody does anything about it any more."""
    job = job_of(database, number)
    return None if job.state in {"queued", "running"} else job


def rest(client: httpx2.Client, number: int, heard: Heard) -> None:
    """Who lost the connection hears the rest."""
    for _ in listen(client, number, heard):
        pass
    assert heard.end == "done"


def is_as_if_nothing_had_happened(client: httpx2.Client, number: int, heard: Heard) -> None:
    """A simulation is what another one is, and was heard whole."""
    shown, undisturbed = done(client, number), done(client, asked(client))
    assert [shown[name] for name in SAME] == [undisturbed[name] for name in SAME]
    every = told(client, number)
    assert every == told(client, undisturbed["id"])
    places = [(each["on"], each["case"]) for each in every]
    assert places == sorted(places)
    # Whoever listened heard everything once, in the order in which it was found.
    assert len(every) == shown["found"] == len(heard.events) > MANY
    assert sorted(map(placed, heard.events)) == sorted(map(placed, every))
    counts = [each["done"] for each in heard.progress]
    assert counts == sorted(counts)


@pytest.mark.parametrize("address", ["sqlite"], indirect=True)
def test_a_simulation_whose_worker_is_killed_is_the_one_that_nothing_disturbed(
    database: Database, address: str, tmp_path: Path
) -> None:
    company(database, tmp_path / "company")
    with Served(address, tmp_path) as service:
        client = service.client(database, "viewer")
        number, heard, killed = caught(database, client)
        kill_worker(killed)
        rest(client, number, heard)
        assert job_of(database, number).worker not in {killed, None}
        is_as_if_nothing_had_happened(client, number, heard)
        hears_that_it_is_cancelled(client)


_SLOW = (
    """CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN PERFORM pg_sleep(1); RETURN NEW; END $$""",
    """CREATE TRIGGER slow BEFORE INSERT ON simulation_blocks FOR EACH ROW
    WHEN (NEW.part > 0) EXECUTE FUNCTION slow()""",
)


@contextmanager
def slow(database: Database) -> Iterator[None]:
    """A server that takes its time to keep what is found after the first part."""
    said(database, *_SLOW)
    yield
    said(database, "DROP FUNCTION slow CASCADE")


def said(database: Database, *statements: str) -> None:
    with database.writing() as connection:
        for each in statements:
            connection.execute(sqlalchemy.text(each))


@pytest.mark.parametrize("address", ["postgresql"], indirect=True)
def test_a_simulation_goes_on_when_a_service_that_was_stopped_is_started_again(
    database: Database, address: str, tmp_path: Path
) -> None:
    company(database, tmp_path / "company")
    with Served(address, tmp_path) as service:
        client = service.client(database, "viewer")
        with slow(database):
            number = asked(client)
            heard = lost_after(client, number, 10)
            eventually(lambda: in_the_middle(database, number))
            steps = listen(client, number, heard)
            next(steps)
            assert service.terminate() == 0, service.log
        for _ in steps:  # whoever listens is told nothing more
            pass
        assert heard.end == ""
    stopped = job_of(database, number)
    assert (stopped.state, stopped.worker) == ("queued", None), service.log
    assert 0 < stopped.done < stopped.of
    with Served(address, tmp_path) as service:
        client = service.client(database, "viewer")
        rest(client, number, heard)
        is_as_if_nothing_had_happened(client, number, heard)


def placed(event: dict[str, Any]) -> str:
    return json.dumps(event, sort_keys=True)
