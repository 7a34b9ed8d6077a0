"""A request has an id, by which a user can ask the operator what became of it."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import pytest

from api.calls import Call
from tests.api.serving import served
from tests.engine.services.publications import put_in_force, text

if TYPE_CHECKING:
    from engine.store.database import Database


def test_the_id_of_a_request_is_answered_and_told_in_a_problem(database: Database) -> None:
    client = served(database, None)
    answer = client.get("/v1/runs", headers={"X-Request-Id": "shop-4711"})
    assert (answer.status_code, answer.headers["x-request-id"]) == (401, "shop-4711")
    assert answer.json()["request_id"] == "shop-4711"
    assert client.get("/healthz").headers["x-request-id"] != "shop-4711"


@pytest.mark.parametrize("sent", ["", "x" * 129, "two words", "tab\there", "\x7f", "größe"])
def test_an_id_that_is_not_sane_is_replaced(database: Database, sent: str) -> None:
    headers = {b"X-Request-Id": sent.encode("latin-1")}
    answer = served(database, None).get("/nowhere", headers=headers)
    assert len(answer.headers["x-request-id"]) == 16
    assert answer.json()["request_id"] == answer.headers["x-request-id"]


def test_requests_without_an_id_get_one_each(database: Database) -> None:
    client = served(database, None)
    assert len({client.get("/healthz").headers["x-request-id"] for _ in range(100)}) == 100


def test_what_is_too_large_has_an_id_too(database: Database) -> None:
    headers = {"content-type": "application/json", "X-Request-Id": "large"}
    content = b" " * (2 << 20)
    answer = served(database).post("/v1/policies/check", content=content, headers=headers)
    assert (answer.status_code, answer.json()["request_id"]) == (413, "large")


def test_a_bug_is_answered_as_a_problem_and_logged_under_the_id_with_its_traceback(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    put_in_force(database, text())
    client = served(database)
    client.app.state.context.clock = None  # type: ignore[attr-defined]
    with caplog.at_level(logging.ERROR):
        answer = client.get("/v1/runs", headers={"X-Request-Id": "unlucky"})
    assert (answer.status_code, answer.headers["x-request-id"]) == (500, "unlucky")
    told = answer.json()
    assert (told["type"], told["request_id"]) == ("urn:dunlang:problem:internal", "unlucky")
    [record] = caplog.records
    assert (record.getMessage(), record.exc_info is not None) == ("GET /v1/runs failed", True)


def test_who_asked_is_known_when_a_request_is_over(database: Database) -> None:
    put_in_force(database, text())
    client = served(database)
    calls: list[Call] = []
    client.app.state.tell.append(calls.append)  # type: ignore[attr-defined]
    client.get("/v1/runs")
    client.get("/v1/runs", headers={"Authorization": "Bearer nobody"})
    assert [(call.who, call.status, call.route) for call in calls] == [
        ("viewer-program", 200, "/v1/runs"),
        (None, 401, "/v1/runs"),
    ]
    assert all(call.sent > 0 and call.seconds > 0 for call in calls)
