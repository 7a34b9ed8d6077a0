"""Simulations over HTTP: asked for, looked at, taken away as files, cancelled and forgotten."""

from __future__ import annotations

import csv
import datetime
import io
import json
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from api.background import Background
from api.schemas.simulations import SimulatedEvent, Simulation, SimulationBrief
from engine.services.plain import EVENT_COLUMNS, plain_event
from engine.services.simulations import Simulation as Played
from engine.services.simulations import simulate
from engine.services.stored_company import in_force_now
from engine.services.stored_ledger import open_stored
from tests.api.serving import served
from tests.engine.services.publications import new, text
from tests.engine.services.running import HEAD, LADDER, company

if TYPE_CHECKING:
    from pathlib import Path

    from starlette.testclient import TestClient

    from engine.store.database import Database

ASKED = {"from": "2026-03-01", "to": "2026-12-31"}
PAID = {"date": "2026-03-20", "kind": "payment", "amount": "250.00", "currency": "EUR"}


@pytest.fixture
def client(database: Database, tmp_path: Path) -> TestClient:
    """Somebody who may look at everything, and change nothing."""
    company(database, tmp_path)
    return served(database, "viewer")


def played(client: TestClient, **more: object) -> dict[str, Any]:
    """A simulation, when it is done."""
    answer = client.post("/v1/simulations", json={**ASKED, **more})
    assert answer.status_code == 202, answer.json()
    name = answer.headers["location"]
    shown: dict[str, Any] = client.get(name).json()
    Simulation.model_validate(shown)
    assert shown["state"] == "done", shown
    return shown


def events(
    client: TestClient, number: int, **params: str | int | list[str]
) -> list[dict[str, Any]]:
    """All events, page by page."""
    found: list[dict[str, Any]] = []
    while True:
        page = client.get(f"/v1/simulations/{number}/events", params=params)
        assert page.status_code == 200, page.json()
        found += page.json()["items"]
        if page.json()["next"] is None:
            return found
        params["cursor"] = page.json()["next"]


def as_the_command_tells(database: Database, case: str | None = None) -> list[dict[str, Any]]:
    """What `dun simulate --format json` prints for the same question."""
    first, last = datetime.date(2026, 3, 1), datetime.date(2026, 12, 31)
    now = new(in_force_now(database))
    index = open_stored(database, now.declared).index
    assert index is not None
    found = simulate(index, now.together, Played(first, last, case=case))
    return [dict(plain_event(each)) for each in found]


def test_a_simulation_tells_what_the_command_tells(client: TestClient, database: Database) -> None:
    shown = played(client)
    found = events(client, shown["id"], limit=7)
    for each in found:
        SimulatedEvent.model_validate(each)
    assert found == as_the_command_tells(database)
    assert len(found) == shown["found"] == 21
    assert shown["sums"]["events"] == {"held": 1, "stage": 20}
    assert shown["sums"]["fees"] == [{"amount": "20.00", "currency": "EUR"}]
    assert [(each["policy"], each["version"]) for each in shown["policies"]] == [("house", 1)]


def test_what_is_played_is_chosen_as_for_the_command(
    client: TestClient, database: Database
) -> None:
    monthly = played(client, run_on="month-end")
    days = {each["on"] for each in events(client, monthly["id"])}
    assert "2026-03-31" in days
    assert all(datetime.date.fromisoformat(day).day > 27 for day in days)
    one = played(client, case="R-3")
    assert events(client, one["id"]) == as_the_command_tells(database, case="R-3")
    assert (one["case"], one["of"]) == ("R-3", 1)
    late = played(client, known="2026-01-31", from_scratch=True)
    assert late["known"] == "2026-01-31T23:59:59.999999+00:00"


def test_further_events_change_what_follows_and_nothing_that_is_stored(
    client: TestClient, database: Database
) -> None:
    before = as_the_command_tells(database)
    paid = played(client, what_if=[{**PAID, "invoice": "R-1"}, {**PAID, "customer": "C-2"}])
    found = events(client, paid["id"])
    assert {each["case"] for each in found if each["event"] == "settled"} >= {"R-1"}
    assert len(found) < len(before)
    kept = events(client, played(client)["id"])
    assert kept == before
    unpaid = played(client, what_if=[{**PAID, "invoice": "R-1"}], no_more_payments=True)
    assert events(client, unpaid["id"]) == before


def test_drafts_are_played_and_compared_with_what_counts(client: TestClient) -> None:
    dearer = text(
        version=2, effective="2026-01-01", ladder=LADDER.replace("5.00", "9.00"), more=HEAD
    )
    shown = played(
        client,
        policies=[{"policy": "house", "version": 1}],
        against=[{"text": dearer}],
    )
    against = shown["against"]
    assert shown["sums"]["fees"] == [{"amount": "20.00", "currency": "EUR"}]
    assert against["sums"]["fees"] == [{"amount": "36.00", "currency": "EUR"}]
    assert against["differing_cases"] == 4
    assert against["policies"][0]["version"] == 2
    other = events(client, shown["id"], side="against", limit=6)
    assert {each["version"] for each in other} == {2}
    assert len(other) == len(events(client, shown["id"]))


def test_events_are_looked_up_by_case_and_kind(client: TestClient, database: Database) -> None:
    number = played(client)["id"]
    every = as_the_command_tells(database)
    held = events(client, number, event="held")
    assert held == [each for each in every if each["event"] == "held"]
    of_one = events(client, number, case="R-2", event=["stage", "held"], limit=2)
    assert of_one == [each for each in every if each["case"] == "R-2"]
    assert events(client, number, case='R-2"') == []


def test_all_events_are_taken_away_as_files(client: TestClient, database: Database) -> None:
    number = played(client)["id"]
    every = as_the_command_tells(database)
    path = f"/v1/simulations/{number}/events"
    lines = client.get(path, headers={"Accept": "application/x-ndjson"})
    assert [json.loads(line) for line in lines.text.splitlines()] == every
    table = client.get(path, params={"format": "csv"})
    assert table.headers["content-type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(table.text)))
    assert [row["case"] for row in rows] == [each["case"] for each in every]
    assert tuple(rows[0]) == EVENT_COLUMNS
    wanted = "text/plain, application/vnd.apache.parquet;q=0.5"
    frame = pl.read_parquet(io.BytesIO(client.get(path, headers={"Accept": wanted}).content))
    assert frame["on"].to_list() == [datetime.date.fromisoformat(e["on"]) for e in every]
    assert frame.columns == list(EVENT_COLUMNS)
    none = client.get(path, headers={"Accept": "text/html;q=0.9, image/*;q=broken"})
    assert (none.status_code, none.json()["type"]) == (406, "urn:dunlang:problem:not-acceptable")


def test_simulations_are_listed_the_newest_first_and_forgotten(client: TestClient) -> None:
    numbers = [played(client)["id"] for _ in range(3)]
    first = client.get("/v1/simulations", params={"limit": 2}).json()
    rest = client.get("/v1/simulations", params={"limit": 2, "cursor": first["next"]}).json()
    listed = [*first["items"], *rest["items"]]
    for each in listed:
        SimulationBrief.model_validate(each)
    assert [each["id"] for each in listed] == numbers[::-1]
    assert client.delete(f"/v1/simulations/{numbers[0]}").status_code == 204
    gone = client.get(f"/v1/simulations/{numbers[0]}/events")
    assert (gone.status_code, gone.json()["code"]) == (404, "S801")
    assert client.delete(f"/v1/simulations/{numbers[0]}").status_code == 404
    assert played(client)["id"] > numbers[2]


def waiting(client: TestClient) -> dict[str, Any]:
    """A simulation that nobody plays."""
    client.app.state.background = Background()  # type: ignore[attr-defined]  # the service's own
    answer = client.post("/v1/simulations", json=ASKED)
    shown: dict[str, Any] = answer.json()
    assert (answer.status_code, shown["state"]) == (202, "queued")
    return shown


def test_a_simulation_that_waits_is_cancelled_and_has_no_events_in_order(
    client: TestClient, database: Database
) -> None:
    number = waiting(client)["id"]
    early = client.get(f"/v1/simulations/{number}/events")
    assert (early.status_code, early.json()["code"]) == (409, "S802")
    busy = client.delete(f"/v1/simulations/{number}")
    assert (busy.status_code, busy.json()["code"]) == (409, "S808")
    other = served(database, "clerk").post(f"/v1/simulations/{number}/cancellation")
    assert (other.status_code, other.json()["code"]) == (403, "S803")
    cancelled = client.post(f"/v1/simulations/{number}/cancellation").json()
    assert (cancelled["state"], cancelled["begun_at"]) == ("cancelled", None)
    again = client.post(f"/v1/simulations/{number}/cancellation")
    assert (again.status_code, again.json()["ended_at"]) == (200, cancelled["ended_at"])
    assert served(database, "manager").delete(f"/v1/simulations/{number}").status_code == 204


def test_one_who_asks_for_too_many_has_to_wait(client: TestClient) -> None:
    for _ in range(10):
        waiting(client)
    answer = client.post("/v1/simulations", json=ASKED)
    assert (answer.status_code, answer.json()["code"]) == (409, "S805")


def test_a_simulation_under_a_key_is_asked_for_once(client: TestClient) -> None:
    headers = {"Idempotency-Key": "one"}
    asked = [client.post("/v1/simulations", json=ASKED, headers=headers) for _ in range(2)]
    assert asked[0].json() == asked[1].json()
    assert len(client.get("/v1/simulations").json()["items"]) == 1


def test_nothing_is_played_without_policies_that_count(database: Database) -> None:
    answer = served(database, "viewer").post("/v1/simulations", json=ASKED)
    assert (answer.status_code, answer.json()["code"]) == (409, "S401")


def mistaken(**more: object) -> dict[str, object]:
    return {**ASKED, **more}


MISTAKES: list[tuple[dict[str, object], int, str]] = [
    ({}, 422, "invalid-request"),
    (mistaken(first="2026-01-01"), 422, "invalid-request"),
    ({"from": 0, "to": "2026-03-01"}, 422, "invalid-request"),
    ({"from": "2026-03-02", "to": "2026-03-01"}, 422, "S806"),
    ({"from": "2020-01-01", "to": "2026-03-01"}, 422, "S806"),
    (mistaken(run_on="someday"), 422, "S806"),
    (mistaken(run_on="2020-01-01"), 422, "S806"),
    (mistaken(known="yesterday"), 422, "invalid-request"),
    (mistaken(case="R-9"), 404, "S804"),
    (mistaken(case="\0"), 404, "S804"),
    (mistaken(from_scratch="yes"), 422, "invalid-request"),
    (mistaken(policies=[]), 422, "invalid-request"),
    (mistaken(policies=[{"policy": "house", "version": 9}]), 404, "S311"),
    (mistaken(policies=[{"policy": "a\0", "version": 9}]), 422, "invalid-request"),
    (mistaken(policies=[{"text": "policy house version"}]), 422, "S301"),
    (mistaken(policies=[{"text": "# nothing"}]), 422, "S301"),
    (mistaken(policies=[{"text": text()}, {"policy": "house", "version": 1}]), 422, "S301"),
    (mistaken(against=[{"text": "x" * 200_001}]), 422, "invalid-request"),
    (mistaken(what_if=[{**PAID, "invoice": "R-9"}]), 422, "S806"),
    (mistaken(what_if=[{**PAID}]), 422, "S806"),
    (mistaken(what_if=[{**PAID, "invoice": "R-1", "amount": 1.5}]), 422, "S806"),
    (mistaken(what_if=[{**PAID, "invoice": "R-1", "when": "now"}]), 422, "invalid-request"),
    (mistaken(what_if=[{**PAID, "invoice": "R-1"}] * 1_001), 422, "invalid-request"),
    (mistaken(what_if=[{**PAID, "invoice": "\ud800"}]), 422, "S806"),
    (mistaken(what_if=[{**PAID, "case": ":" * 500}]), 422, "S806"),
]


def test_what_cannot_be_meant_is_told(client: TestClient) -> None:
    for body, status, kind in MISTAKES:
        answer = client.post(
            "/v1/simulations",
            content=json.dumps(body),
            headers={"content-type": "application/json"},
        )
        found = answer.status_code, answer.json()["type"].removeprefix("urn:dunlang:problem:")
        assert found == (status, kind), (body, answer.json())


def test_each_further_event_that_is_wrong_is_told_with_its_place(client: TestClient) -> None:
    wrong = [{**PAID, "invoice": "R-1"}, {**PAID, "invoice": "R-9"}, {**PAID, "invoice": "R-8"}]
    answer = client.post("/v1/simulations", json={**ASKED, "what_if": wrong}).json()
    assert [each["at"] for each in answer["errors"]] == ["what_if[1].invoice", "what_if[2].invoice"]
    assert {each["kind"] for each in answer["errors"]} == {"L108"}


def test_questions_that_cannot_be_meant_are_told(client: TestClient) -> None:
    number = played(client)["id"]
    paths = [
        *("0", "99999999999999999999", "x", "1?wait=31"),
        *(f"{number}/events?{it}" for it in ("limit=0", "format=xml", "side=both", "event=lost")),
        *(f"{number}/events?{it}" for it in ("cursor=abc", "case=", "when=now")),
    ]
    for path in paths:
        answer = client.get(f"/v1/simulations/{path}")
        assert answer.status_code == 422, (path, answer.text)
    last = {"Last-Event-ID": "x", "Accept": "text/event-stream"}
    assert client.get(f"/v1/simulations/{number}/events", headers=last).status_code == 422
    side = client.get(f"/v1/simulations/{number}/events?side=against")
    assert (side.status_code, side.json()["code"]) == (409, "S809")
