"""What tests of the ledger over HTTP have in common: a small ledger, and what is said of it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from tests.api.serving import served

if TYPE_CHECKING:
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
