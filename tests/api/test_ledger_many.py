"""The ledger written many lines at once, and whatever is sent that is not taken."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import text

from api.bodies import MAX_LINES
from api.routes.ledger import MAX_ONE
from api.schemas.writes import Taken
from engine.services.actors import ROLES
from engine.services.audit import verify
from tests.api.ledgers import INVOICE, LINES, PAYMENT, filled, lines, told
from tests.api.serving import ADMIN, served
from tests.engine.services.importing import ledger_of
from tests.engine.services.publications import new

if TYPE_CHECKING:
    from collections.abc import Iterator, MutableMapping

    from engine.store.database import Database


def test_many_are_taken_and_counted(database: Database) -> None:
    client = filled(database)
    body = lines({"id": "C-1", "country": "AT"}, {"id": "C-2", "emial": "x"}, {"id": "C-3"})
    answer = client.post("/v1/customers", content=body, headers=LINES)
    assert answer.status_code == 200, answer.text
    Taken.model_validate(answer.json())
    doubts = answer.json().pop("doubts")
    assert {**answer.json(), "doubts": []} == {"new": 2, "changed": 1, "unchanged": 0, "doubts": []}
    assert ["email" in doubt for doubt in doubts] == [True]
    # A line without a field says nothing of it.
    assert client.get("/v1/customers/C-1").json()["name"] == "Huber GmbH"
    body = (
        b"\xef\xbb\xbf"
        + lines({"id": "R-2", **INVOICE})
        + b"\r\n \n"
        + lines({"id": "R-1", **INVOICE})
    )
    counts = client.post("/v1/invoices", content=body.rstrip(), headers=LINES).json()
    assert (counts["new"], counts["unchanged"]) == (1, 1)
    many = lines(*({**PAYMENT, "id": f"P-{n}", "amount": "0.01"} for n in range(6_000)))
    assert client.post("/v1/events", content=many, headers=LINES).json()["new"] == 6_000
    assert client.post("/v1/events", content=many, headers=LINES).json()["unchanged"] == 6_000
    assert client.post("/v1/events", content=b"", headers=LINES).json()["new"] == 0


def test_every_bad_line_is_told_and_nothing_is_taken(database: Database) -> None:
    client = filled(database)
    body = b"\n".join(
        (
            json.dumps({**PAYMENT, "id": "P-1"}).encode(),
            b'{"date": "2026-03-16", "kind"',
            b"[1]",
            b'{"date": "2026-03-16", "kind": "payment", "invoice": "R-9", "amount": 1}',
            b'{"date": "2026-02-30", "kind": "payment", "invoice": "R-1", "amount": "1"}',
            b'{"date": "2026-03-16", "kind": "payment", "invoice": "R-1", "amount": 1.5}',
            b'{"date": "2026-03-16", "kind": "payment", "invoice": "R-1", "amuont": "1"}',
            b'{"date": "2026-03-16", "kind": "payment", "invoice": "R-1"}',
            b'{"date": "2026-03-16", "kind": "payment", "invoice": "\xff", "amount": "1"}',
            b'{"a": NaN}',
            b'{"a": 1, "a": 2}',
            b"[" * 100_000,
            b'{"id": "' + b"x" * (1 << 20) + b'"}',
        )
    )
    answer = client.post("/v1/events", content=body, headers=LINES)
    problems = told(answer)
    assert [at.partition(".")[0] for at, _ in problems] == [f"line {n}" for n in range(2, 14)]
    said = dict(problems)
    assert "amount is no floating-point number" in said["line 6.amount"]
    assert said["line 7.amuont"] == "events have no field 'amuont'"
    assert said["line 4.invoice"] == "there is no invoice 'R-9'"
    assert said["line 12"] == "this is nested too deeply"
    assert "longer" in said["line 13"]
    assert ledger_of(database).events == ()


BAD_OBJECTS = [
    b"",
    b"{",
    b"[]",
    b"null",
    b'"x"',
    b"\xff",
    b"[" * 500_000,
    b'{"a":' * 100_000,
    b'{"a": NaN}',
    b'{"a": Infinity}',
    b'{"a": 1e999}',
    b'{"a": ' + b"9" * 100_000 + b"}",
    b'{"a": ' + b"9" * 41 + b"}",
    b'{"a": "\\u0000"}',
    b'{"a": "\\ud800"}',
    b'{"a": {"b": 1}}',
    b'{"a": [1]}',
    b'{"a": 1, "a": 2}',
    b'{"": 1}',
    b'{"\\u0000": 1}',
    b'{"\\ud800": 1}',
    b'{"open_amount": "1"}',
    b'{"payer": "C-9"}',
    b'{"id": 7}',
    b'{"id": null}',
    json.dumps(dict.fromkeys((f"f{n}" for n in range(300)), 1)).encode(),
]


@pytest.mark.parametrize("number", range(len(BAD_OBJECTS)))
def test_what_is_no_customer_is_refused_and_nothing_is_taken(
    database: Database, number: int
) -> None:
    client = served(database, "clerk")
    headers = {"Content-Type": "application/json"}
    answer = client.put("/v1/customers/C-1", content=BAD_OBJECTS[number], headers=headers)
    assert told(answer)
    assert ledger_of(database).customers == {}


@pytest.mark.parametrize(
    "wrong",
    [
        {"amount": 250.5},
        {"amount": "1e5"},
        {"amount": "9" * 30},
        {"amount": -1},
        {"amount": True},
        {"currency": "XXXX"},
        {"issued": "0"},
        {"issued": 0},
        {"due": "2026-02-30"},
        {"due": "10000-01-01"},
        {"customer": "C-9"},
        {"customer": None},
        {"recorded": "yesterday"},
        {"document": "a\nb"},
    ],
)
def test_what_is_no_invoice_is_told_by_name(database: Database, wrong: dict[str, object]) -> None:
    client = filled(database)
    answer = client.put("/v1/invoices/R-2", json={**INVOICE, **wrong})
    (name,) = wrong
    assert f"body.{name}" in [at for at, _ in told(answer)]
    assert client.get("/v1/invoices/R-2").status_code == 404


def test_a_body_that_is_too_large_is_refused_before_it_is_read(database: Database) -> None:
    client = served(database, "clerk")
    read = 0

    def endless() -> Iterator[bytes]:
        nonlocal read
        for _ in range(110):
            read += 1 << 20
            yield b" " * (1 << 20)

    for path, kind, most in (
        ("/v1/customers/C-1", "application/json", MAX_ONE),
        ("/v1/events", "application/json", MAX_ONE),
        ("/v1/events", "application/x-ndjson", MAX_LINES),
    ):
        headers = {"Content-Type": kind}
        send = client.put if path.endswith("C-1") else client.post
        read = 0
        answer = send(path, content=endless(), headers=headers)
        assert (answer.status_code, answer.json()["type"]) == (
            413,
            "urn:dunlang:problem:content-too-large",
        ), (path, kind, most)
        answer = send(path, content=b"", headers={**headers, "Content-Length": str(100 << 20)})
        assert answer.status_code == 413


def test_a_body_of_another_type_is_refused(database: Database) -> None:
    client = served(database, "clerk")
    for kind in ({}, {"Content-Type": "text/csv"}, {"Content-Type": "application/jsonx"}):
        assert client.put("/v1/customers/C-1", content=b"{}", headers=kind).status_code == 415
        assert client.post("/v1/events", content=b"{}", headers=kind).status_code == 415
    assert client.post("/v1/customers", json={}).status_code == 415


def test_only_who_may_import_writes_and_everybody_reads(database: Database) -> None:
    filled(database)
    for role in ROLES:
        client = served(database, role)
        may = role in {"clerk", "manager", "admin"}
        answers = (
            client.put("/v1/customers/C-1", json={}),
            client.put("/v1/invoices/R-1", json=INVOICE),
            client.post("/v1/events", json={**PAYMENT, "id": "P-1"}),
            client.post("/v1/customers", content=b"", headers=LINES),
            client.post("/v1/invoices", content=b"", headers=LINES),
            client.post("/v1/events", content=b"", headers=LINES),
        )
        assert [each.status_code == 403 for each in answers] == [not may] * 6, role
        assert client.get("/v1/customers/C-1").status_code == 200
        assert client.get("/v1/invoices/R-1").status_code == 200
    nobody = served(database, None)
    assert nobody.get("/v1/customers/C-1").status_code == 401
    assert nobody.post("/v1/events", content=b"", headers=LINES).status_code == 401


def test_what_is_not_there_is_told(database: Database) -> None:
    client = served(database)
    for path in ("/v1/customers/C-9", "/v1/invoices/R-9", "/v1/customers/" + "x" * 500):
        answer = client.get(path)
        assert (answer.status_code, answer.json()["code"]) == (404, "S503")
    assert client.get("/v1/customers/" + "x" * 501).status_code == 422


def test_what_came_in_over_http_is_sealed_in_the_audit_trail(database: Database) -> None:
    client = filled(database)
    client.put("/v1/customers/C-1", json={"country": "AT"})
    client.post("/v1/events", json=PAYMENT)
    client.post("/v1/customers", content=lines({"id": "C-2"}, {"id": "C-1"}), headers=LINES)
    assert client.post("/v1/events", json={**PAYMENT, "amount": "x"}).status_code == 422
    found = new(verify(database, ADMIN))
    assert found.flaws == ()
    with database.writing() as connection:
        connection.execute(text("UPDATE customers SET facts = '{}' WHERE id = 'C-1'"))
    assert new(verify(database, ADMIN)).flaws


def test_a_body_that_breaks_off_changes_nothing_and_is_no_failure(database: Database) -> None:
    client = served(database, "clerk")
    statuses: list[int] = []
    parts: Iterator[dict[str, object]]

    async def receive() -> dict[str, object]:
        return next(parts)

    async def send(message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            statuses.append(message["status"])

    for method, path, kind in (
        ("POST", "/v1/events", "application/x-ndjson"),
        ("POST", "/v1/events", "application/json"),
        ("PUT", "/v1/customers/C-1", "application/json"),
    ):
        broken: list[dict[str, object]] = [
            {"type": "http.request", "body": b"{}", "more_body": True},
            {"type": "http.disconnect"},
        ]
        parts = iter(broken)
        headers = {"authorization": client.headers["authorization"], "content-type": kind}
        scope = {
            "type": "http",
            "method": method,
            "path": path,
            "query_string": b"",
            "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
        }
        asyncio.run(client.app(scope, receive, send))  # type: ignore[arg-type]  # Starlette's own types are wider
    assert statuses == [400, 400, 400]
    assert ledger_of(database).customers == {}
