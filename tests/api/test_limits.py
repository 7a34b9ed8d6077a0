"""How much one client may ask for: what is too much is refused, and says when to come again."""

from __future__ import annotations

import asyncio
import threading
from typing import TYPE_CHECKING, Any

import pytest
from starlette.testclient import TestClient

from api.app import Operating, make_app
from api.calls import Traffic
from api.limits import FAILURES, Limits
from api.schemas.ledger import QUESTION
from engine.services.buckets import Buckets
from tests.api.serving import key_of
from tests.engine.services.publications import NOW, put_in_force, text

if TYPE_CHECKING:
    from starlette.types import Message

    from engine.store.database import Database

RUNS, PREFIX = "/v1/runs", "urn:dunlang:problem:"


def limited(database: Database, limits: Limits) -> TestClient:
    app = make_app(database, lambda: NOW, operating=Operating(limits))
    return TestClient(app, raise_server_exceptions=False)


def bearer(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}


def test_who_asks_too_often_is_refused_and_told_when_to_ask_again(database: Database) -> None:
    client = limited(database, Limits(rate=0.1, burst=3))
    who: list[str | None] = []
    client.app.state.tell.append(lambda call: who.append(call.who))  # type: ignore[attr-defined]
    one, other = bearer(key_of(database, "viewer")), bearer(key_of(database, "clerk"))
    answers = [client.get(RUNS, headers=one) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert [answer.headers["ratelimit"].split(";")[1] for answer in answers] == [
        "r=2",
        "r=1",
        "r=0",
        "r=0",
    ]
    assert {answer.headers["ratelimit-policy"] for answer in answers} == {'"requests";q=3;w=30'}
    refused = answers[-1]
    assert refused.json()["type"] == PREFIX + "too-many-requests"
    assert 1 <= int(refused.headers["retry-after"]) <= 10
    assert client.get(RUNS, headers=other).status_code == 200, "every key has its own"
    assert client.get("/healthz", headers=one).status_code == 200
    assert who[:5] == ["viewer-program"] * 4 + ["clerk-program"], "also of the one that was refused"


def test_tokens_come_back_with_time_and_are_no_more_than_there_were() -> None:
    buckets = Buckets(rate=2, burst=4)
    for _ in range(4):
        assert buckets.wait("key", 100.0) == 0
        buckets.take("key", 100.0)
    assert buckets.wait("key", 100.0) == 0.5
    assert buckets.wait("key", 100.5) == 0
    assert [buckets.left("key", now) for now in (100.0, 100.5, 101.0, 1000.0)] == [0, 1, 2, 4]


def test_a_large_body_is_paid_for_by_the_requests_after_it(database: Database) -> None:
    put_in_force(database, text())
    client = limited(database, Limits(rate=0.1, burst=6))
    key = bearer(key_of(database, "viewer"))
    body = {"text": "x" * 150_000}
    assert client.post("/v1/policies/check", json=body, headers=key).status_code == 200
    answer = client.get(RUNS, headers=key)
    assert answer.headers["ratelimit"].split(";")[1] == "r=2", "six, less one, two and one"


def test_buckets_of_many_keys_do_not_grow_for_ever() -> None:
    buckets = Buckets(rate=1, burst=1)
    for number in range(25_000):
        buckets.take(number, float(number // 5_000) * 3)
    assert len(buckets._full_at) <= 10_001


def test_an_address_that_sends_wrong_keys_is_not_listened_to_for_a_while(
    database: Database,
) -> None:
    client = limited(database, Limits())
    known, new = bearer(key_of(database, "viewer")), bearer(key_of(database, "clerk"))
    assert client.get(RUNS, headers=known).status_code == 200
    statuses = [
        client.get(RUNS, headers=bearer(f"guess-{number}")).status_code
        for number in range(FAILURES + 2)
    ]
    assert statuses == [401] * FAILURES + [429] * 2
    refused = client.get(RUNS, headers=new)
    assert (refused.status_code, refused.json()["type"]) == (429, PREFIX + "too-many-failures")
    assert int(refused.headers["retry-after"]) >= 1
    assert client.get(RUNS, headers=known).status_code == 200, "who is known goes on working"
    other = TestClient(client.app, client=("2001:db8::1", 1))
    assert other.get(RUNS, headers=new).status_code == 200, "it is a matter of the address"


def test_an_address_of_ipv6_is_known_by_its_network(database: Database) -> None:
    app = make_app(database, lambda: NOW)
    for number in range(FAILURES):
        client = TestClient(app, client=(f"2001:db8::{number}", 1))
        assert client.get(RUNS, headers=bearer("guess")).status_code == 401
    near, far = (TestClient(app, client=(each, 1)) for each in ("2001:db8::ff", "2001:db8:1::1"))
    assert near.get(RUNS, headers=bearer("guess")).status_code == 429
    assert far.get(RUNS, headers=bearer("guess")).status_code == 401


def test_more_requests_at_once_than_are_taken_are_refused(database: Database) -> None:
    client = limited(database, Limits(at_once=1))
    app: Any = client.app
    arrived, let_go = threading.Event(), threading.Event()

    def wait() -> dict[str, str]:
        arrived.set()
        assert let_go.wait(30)
        return {}

    app.get("/waits")(wait)
    found: list[int] = []
    with client:  # one loop for both
        first = threading.Thread(target=lambda: found.append(client.get("/waits").status_code))
        first.start()
        assert arrived.wait(30)
        refused = client.get(RUNS)
        health = client.get("/healthz")
        let_go.set()
        first.join()
    assert (refused.status_code, refused.json()["type"]) == (503, PREFIX + "too-busy")
    assert refused.headers["retry-after"] == "1"
    assert (health.status_code, found) == (200, [200])


def test_a_service_that_ends_takes_nothing_new_and_is_not_ready(database: Database) -> None:
    put_in_force(database, text())
    client = limited(database, Limits())
    key = bearer(key_of(database, "viewer"))
    assert client.get("/readyz").status_code == 200
    traffic: Traffic = client.app.state.traffic  # type: ignore[attr-defined]
    traffic.is_ending = True
    refused = client.get(RUNS, headers=key)
    assert (refused.status_code, refused.json()["type"]) == (503, PREFIX + "ending")
    assert refused.headers["connection"] == "close"
    assert client.get("/readyz").status_code == 503
    assert client.get("/healthz").status_code == 200


@pytest.mark.parametrize("is_known", [False, True])
def test_a_body_that_does_not_come_is_not_waited_for(database: Database, *, is_known: bool) -> None:
    put_in_force(database, text())
    app = make_app(database, lambda: NOW, operating=Operating(Limits(body_seconds=0.05)))
    key = key_of(database, "viewer")
    if is_known:
        assert TestClient(app).post("/v1/decisions", json=QUESTION, headers=bearer(key)).is_success
    headers = [
        (b"authorization", f"Bearer {key}".encode()),
        (b"content-type", b"application/json"),
        (b"content-length", b"1000"),
    ]
    scope = {
        "type": "http",
        "method": "POST",
        "path": "/v1/decisions",
        "query_string": b"",
        "headers": headers,
        "client": ("127.0.0.1", 1),
    }
    sent: list[Message] = []
    chunks = iter([b"{", b'"'])

    async def receive() -> dict[str, Any]:
        for chunk in chunks:
            return {"type": "http.request", "body": chunk, "more_body": True}
        await asyncio.Event().wait()
        raise AssertionError

    async def send(message: Message) -> None:
        sent.append(message)

    asyncio.run(app(scope, receive, send))
    told = dict(sent[0]["headers"])
    assert (sent[0]["status"], told[b"connection"]) == (408, b"close")
    assert b"request-timeout" in sent[1]["body"]


BODIES = (
    b"NaN",
    b"9" * 10_000,
    b"\xff",
    b"[" * 50_000 + b"]" * 50_000,
    b'{"a":' * 500 + b"1" + b"}" * 500,
    b'{"on": ' + b"9" * 5_000 + b', "text": "\\ud800", "verb": [[[]]]}',
    b'{"id": "A", "on": NaN, "date": 1e999, "kind": NaN, "amount": -Infinity, "cases": [NaN]}',
)
"""What is no sane JSON, or none that means anything."""


def test_no_json_that_is_sent_breaks_a_route(database: Database) -> None:
    put_in_force(database, text())
    app = make_app(database, lambda: NOW)
    client = TestClient(app, raise_server_exceptions=False)
    key = bearer(key_of(database, "admin"))
    asked = 0
    for path, operations in app.openapi()["paths"].items():
        for method, operation in operations.items():
            for kind in operation.get("requestBody", {}).get("content", {}):
                for body in BODIES:
                    headers = {**key, "content-type": kind}
                    place = path.replace("{day}", "2026-03-16").replace("{number}", "1")
                    answer = client.request(method, place, content=body, headers=headers)
                    said = (method, path, kind, body[:40], answer.status_code, answer.text[:300])
                    assert 400 <= answer.status_code < 500, said
                    assert answer.headers["content-type"] == "application/problem+json", said
                    asked += 1
    assert asked > 100
