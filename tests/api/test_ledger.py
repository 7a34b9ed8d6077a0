"""`/v1/customers`, `/v1/invoices`, `/v1/events`: the ledger, written one by one, and read."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

from api.schemas.writes import Customer, Invoice, Written
from engine.store import audit
from tests.api.ledgers import CUSTOMER, INVOICE, PAYMENT, filled, lines, told
from tests.api.serving import served
from tests.engine.services.importing import ledger_of

if TYPE_CHECKING:
    from engine.store.database import Database


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
