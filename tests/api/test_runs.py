"""Runs, the worklist and the audit trail over HTTP."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest

from api.schemas.runs import (
    Action,
    Entry,
    Execution,
    Proposal,
    Reviewed,
    Run,
    RunSums,
    Worklist,
)
from tests.api.serving import served
from tests.engine.services.running import APPROVED, company, letters

if TYPE_CHECKING:
    from pathlib import Path

    from starlette.testclient import TestClient

    from engine.store.database import Database

DAY = "2026-03-16"
RUN = f"/v1/runs/{DAY}"
JSON = {"content-type": "application/json"}


def proposing(database: Database, folder: Path) -> TestClient:
    """A manager who proposed the run of a day."""
    company(database, folder)
    client = served(database, "manager", letters=folder / "letters")
    answer = client.post("/v1/runs", json={"on": DAY})
    assert answer.status_code == 200, answer.json()
    return client


def items(client: TestClient, path: str, **params: object) -> list[dict[str, Any]]:
    answer = client.get(path, params={name: str(value) for name, value in params.items()})
    assert answer.status_code == 200, answer.json()
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


def states(client: TestClient) -> dict[str, str]:
    return {each["case"]: each["state"] for each in items(client, "/v1/actions", run=DAY)}


def test_a_run_is_proposed_looked_at_and_performed(database: Database, tmp_path: Path) -> None:
    client = proposing(database, tmp_path)
    again = client.post("/v1/runs", json={"on": DAY})
    Proposal.model_validate(again.json())
    assert (again.json()["new"], again.headers["location"]) == (0, RUN)
    shown = client.get(RUN).json()
    RunSums.model_validate(shown)
    assert (shown["state"], shown["ready"]) == ("proposed", 3)
    performed = client.post(f"{RUN}/execution", params={"wait": 30})
    assert performed.status_code == 200, performed.json()
    Execution.model_validate(performed.json())
    assert (performed.json()["state"], performed.json()["result"]["performed"]) == ("ended", 3)
    assert len(letters(tmp_path)) > 0
    once_more = client.post(f"{RUN}/execution", params={"wait": 30}).json()
    assert once_more["result"]["performed"] == 0
    (listed,) = items(client, "/v1/runs")
    Run.model_validate(listed)
    assert listed["state"] == "executed"
    assert client.get(f"{RUN}/execution").json()["state"] == "ended"


def test_actions_are_listed_by_run_state_and_case_in_pages(
    database: Database, tmp_path: Path
) -> None:
    client = proposing(database, tmp_path)
    every = items(client, "/v1/actions")
    for each in every:
        Action.model_validate(each)
    assert [each["case"] for each in every] == ["R-1", "R-2", "R-3", "R-4"]
    assert [each["case"] for each in items(client, "/v1/actions", state="blocked")] == ["R-4"]
    assert [each["case"] for each in items(client, "/v1/actions", case="R-2")] == ["R-2"]
    assert items(client, "/v1/actions", case="R-9") == []
    found, cursor = [], None
    while True:
        params = {"limit": "3"} | ({"cursor": cursor} if cursor else {})
        page = client.get("/v1/actions", params=params).json()
        found += [each["case"] for each in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert found == ["R-1", "R-2", "R-3", "R-4"]


def test_runs_are_listed_in_pages_the_latest_first(database: Database, tmp_path: Path) -> None:
    client = proposing(database, tmp_path)
    client.post("/v1/runs", json={"on": "2026-03-17"})
    first = client.get("/v1/runs", params={"limit": 1}).json()
    second = client.get("/v1/runs", params={"limit": 1, "cursor": first["next"]}).json()
    assert [each["on"] for each in (*first["items"], *second["items"])] == ["2026-03-17", DAY]
    assert second["next"] is None


def test_people_keep_actions_back_and_let_them_go(database: Database, tmp_path: Path) -> None:
    client = proposing(database, tmp_path)
    asked = {"verb": "hold", "cases": ["R-1"], "reason": "talks about a plan"}
    held = client.post(f"{RUN}/reviews", json=asked)
    Reviewed.model_validate(held.json())
    assert [each["state"] for each in held.json()["actions"]] == ["held"]
    assert states(client)["R-1"] == "held"
    client.post(f"{RUN}/reviews", json={**asked, "verb": "drop", "cases": ["R-3"]})
    assert states(client)["R-3"] == "dropped"
    client.post(f"{RUN}/reviews", json={"verb": "release", "cases": ["R-1", "R-3"]})
    assert {states(client)[case] for case in ("R-1", "R-3")} == {"proposed"}
    missing = client.post(f"{RUN}/reviews", json={**asked, "cases": ["R-1", "R-9"]})
    assert (missing.status_code, missing.json()["code"]) == (404, "S405")
    assert states(client)["R-1"] == "proposed"


def test_what_needs_approval_is_approved_by_who_may(database: Database, tmp_path: Path) -> None:
    company(database, tmp_path, ladder=APPROVED.replace("credit_manager", "approver"))
    client = served(database, "manager")
    client.post("/v1/runs", json={"on": DAY})
    waiting = client.get("/v1/worklist").json()
    Worklist.model_validate(waiting)
    assert waiting["waiting_in_all"] == len(waiting["waiting"]) > 0
    case = waiting["waiting"][0]["case"]
    refused = client.post(f"{RUN}/approval", json={"cases": [case]})
    assert (refused.status_code, refused.json()["code"]) == (403, "S213")
    approved = served(database, "approver").post(f"{RUN}/approval", json={}).json()
    assert {each["approved_by"] for each in approved["actions"]} == {"approver-program"}
    assert client.get("/v1/worklist").json()["waiting_in_all"] == 0


def test_tasks_are_done_with_a_note(database: Database, tmp_path: Path) -> None:
    ladder = '\nstage call\n  after 3 days overdue\n  task "Call the customer"\n'
    company(database, tmp_path, ladder=ladder)
    client = served(database, "manager", letters=tmp_path / "letters")
    client.post("/v1/runs", json={"on": DAY})
    client.post(f"{RUN}/execution", params={"wait": 30})
    found = client.get("/v1/worklist", params={"limit": 2}).json()
    Worklist.model_validate(found)
    assert (found["open"], len(found["items"])) == (4, 2)
    number = found["items"][0]["number"]
    done = client.post(f"/v1/worklist/{number}/done", json={"note": "pays on Friday"})
    assert (done.json()["state"], done.json()["note"]) == ("done", "pays on Friday")
    again = client.post(f"/v1/worklist/{number}/done", json={})
    assert (again.status_code, again.json()["code"]) == (409, "S412")
    assert client.get("/v1/worklist").json()["open"] == 3
    assert [each["number"] for each in items(client, "/v1/worklist", state="done")] == [number]


def test_what_was_suspended_and_is_paid_is_to_be_resumed(
    database: Database, tmp_path: Path
) -> None:
    ladder = '\nstage stop\n  after 3 days overdue\n  suspend "deliveries"\n'
    company(database, tmp_path, ladder=ladder)
    client = served(database, "manager", letters=tmp_path / "letters")
    client.post("/v1/runs", json={"on": DAY})
    client.post(f"{RUN}/execution", params={"wait": 30})
    (task,) = items(client, "/v1/worklist", case="R-3")
    client.post(f"/v1/worklist/{task['number']}/done", json={})
    paid = {"date": DAY, "kind": "payment", "invoice": "R-3", "amount": "80.00", "currency": "EUR"}
    assert client.post("/v1/events", json=paid).status_code == 201
    proposed = client.post("/v1/runs", json={"on": DAY}).json()
    Proposal.model_validate(proposed)
    assert (proposed["ready"], proposed["suspensions_over"]) == (0, 1)
    performed = client.post(f"{RUN}/execution", params={"wait": 30}).json()
    Execution.model_validate(performed)
    assert performed["result"]["resumed"] == [{"case": "R-3", "what": "deliveries"}]
    listed = client.get("/v1/worklist", params={"case": "R-3"}).json()
    Worklist.model_validate(listed)
    assert [(each["kind"], each["text"]) for each in listed["items"]] == [
        ("resume", "Resume deliveries")
    ]


def test_the_audit_trail_is_read_in_pages_and_by_subject(
    database: Database, tmp_path: Path
) -> None:
    client = proposing(database, tmp_path)
    first = client.get("/v1/audit", params={"limit": 2}).json()
    for each in first["items"]:
        Entry.model_validate(each)
    second = client.get("/v1/audit", params={"limit": 2, "cursor": first["next"]}).json()
    numbers = [each["number"] for each in (*first["items"], *second["items"])]
    assert numbers == [1, 2, 3, 4]
    chain = [*first["items"], *second["items"]]
    assert all(later["previous"] == one["hash"] for one, later in pairwise(chain))
    about = items(client, "/v1/audit", subject=f"run {DAY}")
    assert [each["action"] for each in about] == ["run proposed"]
    assert items(client, "/v1/audit", after=3)[0]["number"] == 4
    assert items(client, "/v1/audit", subject="user nobody") == []


def test_what_cannot_be_performed_is_told(database: Database, tmp_path: Path) -> None:
    client = proposing(database, tmp_path)
    none = client.post("/v1/runs/2026-03-15/execution")
    assert (none.status_code, none.json()["code"]) == (404, "S403")
    client.post("/v1/runs", json={"on": "2026-03-18"})
    early = client.post("/v1/runs/2026-03-18/execution", params={"wait": 30})
    assert (early.status_code, early.json()["code"]) == (409, "S404")
    told = client.get("/v1/runs/2026-03-18/execution").json()
    Execution.model_validate(told)
    assert (told["state"], told["problem"]["code"]) == ("failed", "S404")
    assert client.get(f"{RUN}/execution").status_code == 404
    assert client.get("/v1/runs/2026-03-19").status_code == 404
    client.post(f"{RUN}/execution", params={"wait": 30})
    late = client.post("/v1/runs", json={"on": "2026-03-13"})
    assert (late.status_code, late.json()["code"]) == (409, "S402")


def test_letters_that_cannot_be_written_lose_nothing(database: Database, tmp_path: Path) -> None:
    proposing(database, tmp_path)
    (tmp_path / "full").write_text("no folder", "utf-8")
    client = served(database, "admin", letters=tmp_path / "full")
    answer = client.post(f"{RUN}/execution", params={"wait": 30})
    assert (answer.status_code, answer.json()["type"]) == (503, "urn:dunlang:problem:letters")
    assert set(states(client).values()) == {"proposed", "blocked"}


def test_a_write_with_a_key_is_done_once(database: Database, tmp_path: Path) -> None:
    client = proposing(database, tmp_path)
    asked = {"verb": "hold", "cases": ["R-1"], "reason": "talks"}
    answers = [
        client.post(f"{RUN}/reviews", json=asked, headers={"Idempotency-Key": "one"})
        for _ in range(2)
    ]
    assert [each.status_code for each in answers] == [200, 200]
    assert answers[0].json() == answers[1].json()


MISTAKEN = [
    ("get", "/v1/runs/0", None),
    ("get", "/v1/runs/2026-02-30", None),
    ("get", "/v1/runs?limit=0", None),
    ("get", "/v1/runs?limit=9999999", None),
    ("get", "/v1/runs?cursor=%00", None),
    ("post", "/v1/runs", {}),
    ("post", "/v1/runs", {"on": 0}),
    ("post", "/v1/runs", {"on": DAY, "when": DAY}),
    ("post", f"{RUN}/reviews", {"verb": "hold", "cases": ["R-1"]}),
    ("post", f"{RUN}/reviews", {"verb": "hold", "cases": [], "reason": "x"}),
    ("post", f"{RUN}/reviews", {"verb": "hold", "cases": ["a\0"], "reason": "x"}),
    ("post", f"{RUN}/reviews", {"verb": "hold", "cases": ["R-1"], "reason": "\ud800"}),
    ("post", f"{RUN}/reviews", {"verb": "hold", "cases": ["R-1"], "reason": " "}),
    ("post", f"{RUN}/reviews", {"verb": "lose", "cases": ["R-1"], "reason": "x"}),
    ("post", f"{RUN}/approval", {"cases": "R-1"}),
    ("post", f"{RUN}/execution?wait=31", None),
    ("get", "/v1/actions?state=lost", None),
    ("get", "/v1/actions?run=today", None),
    ("get", "/v1/worklist?state=lost", None),
    ("post", "/v1/worklist/0/done", {}),
    ("post", "/v1/worklist/99999999999999999999/done", {}),
    ("get", "/v1/audit?after=-1", None),
    ("get", "/v1/audit?subject=%00", None),
]


@pytest.mark.parametrize(("method", "path", "body"), MISTAKEN)
def test_what_cannot_be_meant_is_told(
    database: Database, tmp_path: Path, method: str, path: str, body: object
) -> None:
    del tmp_path
    client = served(database, "admin")
    content = None if body is None else json.dumps(body)
    answer = client.request(method, path, content=content, headers=JSON)
    assert answer.status_code == 422, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
