"""`/v1/customers`, `/v1/invoices`, `/v1/events`: the ledger, written and read."""

from __future__ import annotations

import asyncio
import json
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest
from sqlalchemy import text

from api.bodies import MAX_LINES
from api.routes.ledger import MAX_ONE
from api.schemas.writes import Customer, Invoice, Taken, Written
from engine.services.actors import ROLES
from engine.services.audit import verify
from engine.store import audit
from tests.api.serving import ADMIN, served
from tests.engine.services.importing import ledger_of
from tests.engine.services.publications import new

if TYPE_CHECKING:
    from collections.abc import Iterator, MutableMapping

    from httpx2 import Response
    from starlette.testclient import TestClient

    from engine.store.database import Database

CUSTOMER = {"name": "Huber GmbH", "country": "DE", "tags": ["a", "b"], "risk": 0.5}
INVOICE = {
    "customer": "C-1",
    "issued": "2026-01-30",
    "due": "2026-03-02",
    "amount": "250.00",
    "currency": "EUR",
}
PAYMENT = {
    "date": "2026-03-16",
    "kind": "payment",
    "invoice": "R-1",
    "amount": 20,
    "currency": "EUR",
}
LINES = {"Content-Type": "application/x-ndjson"}


def lines(*objects: dict[str, Any]) -> bytes:
    """Objects, one a line."""
    return "".join(json.dumps(each) + "\n" for each in objects).encode()


def filled(database: Database) -> TestClient:
    """A clerk's client of a store with a customer and an invoice."""
    client = served(database, "clerk")
    made = client.put("/v1/customers/C-1", json=CUSTOMER)
    assert made.status_code == 201, made.text
    assert client.put("/v1/invoices/R-1", json=INVOICE).status_code == 201
    return client


def told(answer: Response) -> list[tuple[str, str]]:
    """What is said to be wrong, and where."""
    assert answer.status_code == 422, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    return [(each["at"], each["message"]) for each in answer.json()["errors"]]


def test_a_customer_and_an_invoice_are_written_and_read_back(database: Database) -> None:
    client = filled(database)
    customer = client.get("/v1/customers/C-1").json()
    Customer.model_validate(customer)
    assert customer == {**CUSTOMER, "id": "C-1", "payer": None, "risk": "0.5"}
    invoice = client.get("/v1/invoices/R-1").json()
    Invoice.model_validate(invoice)
    assert invoice == {**INVOICE, "id": "R-1", "document": None, "recorded": None}
    # What was read can be written back.
    for path, body in (("customers/C-1", customer), ("invoices/R-1", invoice)):
        again = client.put(f"/v1/{path}", json=body)
        Written.model_validate(again.json())
        assert (again.status_code, again.json()["result"]) == (200, "unchanged")


def test_a_field_that_is_not_sent_stays_and_null_makes_it_unknown(database: Database) -> None:
    client = filled(database)
    changed = client.put("/v1/customers/C-1", json={"country": "AT", "risk": None})
    assert changed.json()["result"] == "changed"
    assert client.get("/v1/customers/C-1").json() == {
        "id": "C-1",
        "payer": None,
        "name": "Huber GmbH",
        "country": "AT",
        "tags": ["a", "b"],
    }
    moved = client.put("/v1/invoices/R-1", json={**INVOICE, "due": "2026-04-01"})
    assert moved.json()["result"] == "changed"
    assert client.get("/v1/invoices/R-1").json()["due"] == "2026-04-01"


def test_what_does_not_change_about_an_invoice_is_refused_by_name(database: Database) -> None:
    client = filled(database)
    answer = client.put("/v1/invoices/R-1", json={**INVOICE, "amount": "9.00"})
    ((at, message),) = told(answer)
    assert at == "body.amount"
    assert "does not change" in message
    assert "nothing was taken" in answer.json()["detail"]
    assert client.get("/v1/invoices/R-1").json()["amount"] == "250.00"


def test_an_event_is_taken_once(database: Database) -> None:
    client = filled(database)
    first = client.post("/v1/events", json={**PAYMENT, "id": "P-1"})
    assert (first.status_code, first.json()["result"]) == (201, "new")
    again = client.post("/v1/events", json={**PAYMENT, "id": "P-1"})
    assert (again.status_code, again.json()["result"]) == (200, "unchanged")
    (event,) = ledger_of(database).events
    assert event.amount is not None
    assert event.amount.minor == 2000


def test_an_id_may_hold_any_printable_character(database: Database) -> None:
    client = served(database, "clerk")
    odd = 'Ä 1/7?x=#&%·🙂"'
    path = f"/v1/customers/{quote(odd, safe='')}"
    assert client.put(path, json={"id": odd}).status_code == 201
    assert client.get(path).json()["id"] == odd
    assert told(client.put("/v1/customers/C-1", json={"id": "C-2"}))[0][0] == "body.id"
    assert client.put("/v1/customers/a%00b", json={}).status_code == 422
    assert client.put("/v1/customers/a%FFb", json={}).status_code == 422
    assert client.get("/v1/customers/a%00b").status_code == 404


# -------------------------------------------------------------------------------------- ETags


def test_who_has_it_already_is_told_so(database: Database) -> None:
    client = filled(database)
    for path in ("/v1/customers/C-1", "/v1/invoices/R-1"):
        etag = client.get(path).headers["etag"]
        for known in (etag, f"W/{etag}", f'"x", {etag}', "*"):
            answer = client.get(path, headers={"If-None-Match": known})
            assert (answer.status_code, answer.content) == (304, b"")
            assert answer.headers["etag"] == etag
        assert client.get(path, headers={"If-None-Match": '"x"'}).status_code == 200


def test_of_two_writers_with_one_etag_the_second_is_refused(database: Database) -> None:
    client = filled(database)
    seen = {"If-Match": client.get("/v1/customers/C-1").headers["etag"]}
    first = client.put("/v1/customers/C-1", json={"country": "AT"}, headers=seen)
    assert first.status_code == 200
    assert first.headers["etag"] != seen["If-Match"]
    second = client.put("/v1/customers/C-1", json={"country": "CH"}, headers=seen)
    assert (second.status_code, second.json()["type"]) == (412, "urn:dunlang:problem:S504")
    assert client.get("/v1/customers/C-1").json()["country"] == "AT"
    now = {"If-Match": f'"x", {first.headers["etag"]}'}
    assert client.put("/v1/customers/C-1", json={"country": "CH"}, headers=now).status_code == 200


def test_of_writers_with_one_etag_at_once_one_is_heard(database: Database) -> None:
    client = filled(database)
    seen = {"If-Match": client.get("/v1/customers/C-1").headers["etag"]}
    together = Barrier(3)

    def write(country: str) -> int:
        together.wait()
        body = {"country": country}
        return client.put("/v1/customers/C-1", json=body, headers=seen).status_code

    with ThreadPoolExecutor(3) as pool:
        assert sorted(pool.map(write, ("AT", "CH", "FR"))) == [200, 412, 412]


def test_a_write_can_ask_that_it_is_new_or_that_it_is_there(database: Database) -> None:
    client = filled(database)
    new, there = {"If-None-Match": "*"}, {"If-Match": "*"}
    assert client.put("/v1/customers/C-1", json={}, headers=new).status_code == 412
    assert client.put("/v1/customers/C-2", json={}, headers=there).status_code == 412
    assert client.put("/v1/customers/C-2", json={}, headers=new).status_code == 201
    assert client.put("/v1/customers/C-2", json={}, headers=there).status_code == 200
    for odd in ({"If-Match": "x"}, {"If-Match": ""}, {"If-None-Match": '"x"'}):
        assert client.put("/v1/customers/C-2", json={}, headers=odd).status_code == 422


# ---------------------------------------------------------------------------------- sent again


def test_a_write_under_a_key_is_done_once_and_answered_again(database: Database) -> None:
    client = filled(database)
    for path, kind, content in (
        ("/v1/events", "application/json", json.dumps(PAYMENT).encode()),
        ("/v1/events", "application/x-ndjson", lines({**PAYMENT, "id": "P-7"})),
    ):
        headers = {"Idempotency-Key": f"k-{kind}", "Content-Type": kind}
        first = client.post(path, content=content, headers=headers)
        again = client.post(path, content=content, headers=headers)
        assert first.status_code in {200, 201}
        assert "idempotency-replayed" not in first.headers
        assert again.headers["idempotency-replayed"] == "true"
        assert (again.status_code, again.content) == (first.status_code, first.content)
        other = client.post(path, content=content + b" ", headers=headers)
        assert (other.status_code, other.json()["code"]) == (422, "S601")
    assert len(ledger_of(database).events) == 2


def test_a_write_with_an_etag_is_answered_again_although_the_etag_is_another_one(
    database: Database,
) -> None:
    client = filled(database)
    etag = client.get("/v1/customers/C-1").headers["etag"]
    headers = {"If-Match": etag, "Idempotency-Key": "k-1"}
    first = client.put("/v1/customers/C-1", json={"country": "AT"}, headers=headers)
    again = client.put("/v1/customers/C-1", json={"country": "AT"}, headers=headers)
    assert [first.status_code, again.status_code] == [200, 200]
    assert first.headers["etag"] == again.headers["etag"]


def test_the_same_key_at_once_writes_once(database: Database) -> None:
    client = filled(database)
    together = Barrier(4)
    entries = _entries(database)

    def write(_: int) -> tuple[int, str]:
        together.wait()
        headers = {"Idempotency-Key": "k-1"}
        answer = client.post("/v1/events", json=PAYMENT, headers=headers)
        return answer.status_code, answer.text

    with ThreadPoolExecutor(4) as pool:
        answers = set(pool.map(write, range(4)))
    assert answers == {(201, '{"result":"new","doubts":[]}')}
    assert _entries(database) == entries + 1


def _entries(database: Database) -> int:
    with database.reading() as connection:
        return audit.count(connection)


def test_what_was_refused_may_be_sent_again_corrected_under_its_key(database: Database) -> None:
    client = filled(database)
    headers = {"Idempotency-Key": "k-1"}
    bad = client.post("/v1/events", json={**PAYMENT, "amount": "x"}, headers=headers)
    assert bad.status_code == 422
    assert client.post("/v1/events", json=PAYMENT, headers=headers).status_code == 201


@pytest.mark.parametrize("key", ["", "a b", "ä", "x" * 256])
def test_what_is_no_key_is_refused(database: Database, key: str) -> None:
    client = served(database, "clerk")
    headers = {b"Idempotency-Key": key.encode()}
    assert client.put("/v1/customers/C-1", json={}, headers=headers).status_code == 422
    headers |= {b"Content-Type": b"application/x-ndjson"}
    assert client.post("/v1/customers", content=b"", headers=headers).status_code == 422


# ---------------------------------------------------------------------------------------- many


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
