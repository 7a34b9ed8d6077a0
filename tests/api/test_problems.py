"""What is wrong before a route is reached is a problem too."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.api.serving import served

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.store.database import Database

JSON = {"content-type": "application/json"}
CHECK = "/v1/policies/check"


def pieces() -> Iterator[bytes]:
    """Two megabytes whose length nobody told before."""
    for _ in range(20):
        yield b" " * 100_000


@pytest.mark.parametrize("is_announced", [True, False])
def test_more_than_is_taken_is_a_problem_however_it_is_sent(
    database: Database, *, is_announced: bool
) -> None:
    content = b"".join(pieces()) if is_announced else pieces()
    answer = served(database).post(CHECK, content=content, headers=JSON)
    assert (answer.status_code, answer.json()["type"]) == (
        413,
        "urn:dunlang:problem:content-too-large",
    )
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("body", [b"\xff\xfe", b"{", b'{"text": NaN}', b"[" * 100_000, b""])
def test_a_body_that_is_no_json_is_a_problem(database: Database, body: bytes) -> None:
    answer = served(database).post(CHECK, content=body, headers=JSON)
    assert answer.status_code in {400, 422}, answer.text
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("path", "methods"),
    [("/v1/runs", "GET, POST"), ("/v1/audit", "GET"), ("/v1/policies/check", "POST")],
)
def test_what_cannot_be_done_at_a_place_is_told_with_what_can(
    database: Database, path: str, methods: str
) -> None:
    answer = served(database).delete(path)
    assert (answer.status_code, answer.headers["allow"]) == (405, methods)
    assert answer.json()["type"] == "urn:dunlang:problem:method-not-allowed"
    assert answer.json()["hint"] == f"taken is {methods}"


def test_a_path_without_a_route_is_told_where_the_routes_are(database: Database) -> None:
    problem = served(database).get("/v1/case/R-1").json()
    assert problem["detail"] == "there is nothing at this path"
    assert problem["hint"] == "/v1/openapi.json lists what there is"


def test_somebody_unknown_is_not_told_where_the_store_is(database: Database) -> None:
    client = served(database, None)
    answer = client.get("/v1/runs", headers={"Authorization": "Bearer nonsense"})
    assert answer.json()["detail"] == "the store does not know this key or session"
    assert database.name not in answer.text
