"""`GET /metrics`: figures that Prometheus collects."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from prometheus_client.parser import text_string_to_metric_families
from starlette.testclient import TestClient

from api.app import make_app
from api.calls import Call
from api.schemas.ledger import QUESTION
from engine.store.database import connect
from tests.api.serving import key_of, served, work_at_once
from tests.engine.services.publications import NOW, put_in_force, text
from tests.engine.services.running import company, proposed

if TYPE_CHECKING:
    from pathlib import Path

    from engine.store.database import Database

Labels = dict[str, str]


def figures(client: TestClient) -> dict[str, list[tuple[Labels, float]]]:
    """What is told, by name, read as Prometheus reads it."""
    answer = client.get("/metrics")
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    found: dict[str, list[tuple[Labels, float]]] = {}
    for family in text_string_to_metric_families(answer.text):
        for sample in family.samples:
            found.setdefault(sample.name, []).append((dict(sample.labels), sample.value))
    return found


def test_requests_are_counted_by_the_template_of_their_route(
    database: Database, tmp_path: Path
) -> None:
    company(database, tmp_path)
    client = served(database)
    for case in ("R-1", "R-2", "nobody"):
        client.get(f"/v1/cases/{case}/next-action", params={"on": "2026-03-16"})
    client.get("/v1/cases/R-1/next-action", params={"on": "2026-03-17"})
    client.get("/nowhere/R-1")
    client.request("BREW", "/healthz")
    told = figures(client)
    counted = {tuple(labels.values()): value for labels, value in told["dunlang_requests_total"]}
    route = "/v1/cases/{case}/next-action"
    assert counted == {
        ("GET", route, "200"): 3,
        ("GET", route, "404"): 1,
        ("GET", "none", "404"): 1,
        ("OTHER", "/healthz", "405"): 1,
    }
    times = {labels["route"]: value for labels, value in told["dunlang_request_seconds_count"]}
    assert times == {route: 4, "none": 1, "/healthz": 1}
    assert told["dunlang_requests_in_flight"] == [({}, 1)], "the one that asks"


def test_decisions_are_counted_by_outcome_and_policy(database: Database, tmp_path: Path) -> None:
    company(database, tmp_path)
    client = served(database)
    client.get("/v1/cases/R-1/next-action", params={"on": "2026-03-16"})
    client.post("/v1/decisions", json=QUESTION)
    client.post("/v1/decisions", json={**QUESTION, "on": "yesterday"})
    told = figures(client)["dunlang_decisions_total"]
    assert sum(value for _, value in told) == 2
    assert ({"outcome": "act", "policy": "house"}, 1) in [
        (labels, min(value, 1)) for labels, value in told
    ]


def test_rows_are_counted_when_they_are_written(database: Database) -> None:
    put_in_force(database, text())
    client = served(database, "clerk")
    client.put("/v1/customers/C-1", json={"name": "Alpha"})
    client.put("/v1/customers/C-1", json={"name": "Alpha GmbH"})
    lines = b'{"id": "C-1", "name": "Alpha GmbH"}\n{"id": "C-2"}\n{"id": "C-3"}\n'
    headers = {"content-type": "application/x-ndjson"}
    client.post("/v1/customers", content=lines, headers=headers)
    client.post("/v1/customers", content=b'{"id": "C-4"}\n{"id": ""}\n', headers=headers)
    told = figures(client)["dunlang_rows_written_total"]
    counted = {tuple(labels.values()): value for labels, value in told}
    assert counted == {
        ("customers", "new"): 3,
        ("customers", "changed"): 1,
        ("customers", "unchanged"): 1,
    }


def test_figures_tell_the_versions_in_force_and_how_the_run_stands(
    database: Database, tmp_path: Path
) -> None:
    company(database, tmp_path)
    client = served(database)
    on = {"on": "2026-03-16"}
    sha256 = client.get("/v1/cases/R-1/next-action", params=on).json()["sha256"]
    told = figures(client)
    assert told["dunlang_policy_in_force"] == [
        ({"policy": "house", "version": "1", "sha256": sha256}, 1)
    ]
    assert told["dunlang_store_reachable"] == [({}, 1)]
    assert [value for _, value in told["dunlang_build_info"]] == [1]
    states = {labels["state"]: value for labels, value in told["dunlang_run_actions"]}
    assert set(states.values()) == {0}
    proposed(database)
    states = {labels["state"]: value for labels, value in figures(client)["dunlang_run_actions"]}
    assert states["proposed"] > 0


def test_figures_tell_what_waits_in_the_background(database: Database, tmp_path: Path) -> None:
    company(database, tmp_path)
    proposed(database)
    at = [NOW]
    app = make_app(database, lambda: at[-1])
    client = TestClient(app, headers={"Authorization": f"Bearer {key_of(database, 'manager')}"})
    told = figures(client)
    assert "dunlang_jobs" not in told
    assert told["dunlang_job_oldest_seconds"] == [({}, 0)]
    assert client.post("/v1/runs/2026-03-16/execution").status_code == 202
    at.append(NOW + datetime.timedelta(seconds=90))
    told = figures(client)
    assert told["dunlang_jobs"] == [({"kind": "execution", "state": "queued"}, 1)]
    assert told["dunlang_job_oldest_seconds"] == [({}, 90)]
    messages = {labels["state"]: value for labels, value in told["dunlang_webhook_messages"]}
    assert messages == {"waiting": 0, "paused": 0, "delivered": 0, "dead": 0}
    work_at_once(app, database, tmp_path / "letters")
    assert client.post("/v1/runs/2026-03-16/execution").status_code == 200
    states = [labels["state"] for labels, _ in figures(client)["dunlang_jobs"]]
    assert states == ["done"]


def test_figures_are_told_also_where_the_store_cannot_be_reached(
    database: Database, tmp_path: Path
) -> None:
    put_in_force(database, text())
    client = served(database)
    client.get("/v1/runs")
    nowhere = str(tmp_path / "nowhere" / "store.db")
    client.app.state.context.database = connect(nowhere)  # type: ignore[attr-defined]
    told = figures(client)
    assert told["dunlang_store_reachable"] == [({}, 0)]
    assert "dunlang_run_actions" not in told
    assert ({"method": "GET", "route": "/v1/runs", "status": "200"}, 1) in told[
        "dunlang_requests_total"
    ]


def test_a_request_that_broke_off_is_counted_as_such(database: Database) -> None:
    app = make_app(database, lambda: NOW)
    call = Call("an-id", "GET", "127.0.0.1", None, has_body=False, began=0.0)
    app.state.metrics.answered(call)
    assert b'status="broken off"} 1.0' in app.state.metrics.text(None, ())
