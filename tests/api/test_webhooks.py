"""Webhooks over HTTP: added, changed, tried, told again; and sent by a service that runs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from api.paging import Listed
from api.schemas.webhooks import (
    Delivery,
    MadeWebhook,
    Retried,
    ShownWebhook,
    Webhook,
    WholeDelivery,
)
from engine.services.publishing import approve
from tests.api.real import Served, eventually
from tests.api.serving import served
from tests.engine.services.hooks import HERE, happens, hooked, sent
from tests.engine.services.people import trail
from tests.engine.services.publications import BERTA, NOW, new, put, text
from tests.engine.services.webhook_receiver import receiving, status

if TYPE_CHECKING:
    from pathlib import Path

    from starlette.testclient import TestClient

    from engine.store.database import Database

URL = "https://erp.example.com/dunning"
HOOKS = "/v1/webhooks"
REFUSED: list[tuple[str, str, object, int]] = [
    ("POST", "", {}, 422),
    ("POST", "", {"url": "nonsense"}, 422),
    ("POST", "", {"url": "https://a.example/#x"}, 422),
    ("POST", "", {"url": "https://" + 3000 * "a"}, 422),
    ("POST", "", {"url": "https://a.example/\ud800"}, 422),
    ("POST", "", {"url": URL, "events": ["action.eaten"]}, 422),
    ("POST", "", {"url": URL, "secret": "whsec_mine"}, 422),
    ("POST", "", {"url": URL, "description": 600 * "a"}, 422),
    ("PATCH", "/1", {"url": "ftp://a.example/"}, 422),
    ("PATCH", "/1", {"on": "yes, please"}, 422),
    ("PATCH", "/9", {"on": True}, 404),
    ("PATCH", "/99999999999", {"on": True}, 422),
    ("POST", "/1/secret", {"old_secret_hours": 1000}, 422),
    ("POST", "/1/secret", {"old_secret_hours": -1}, 422),
    ("POST", "/9/test", None, 404),
    ("GET", "/1/deliveries?state=eaten", None, 422),
    ("GET", "/1/deliveries?cursor=nonsense", None, 422),
    ("GET", "/9/deliveries", None, 404),
    ("GET", "/1/deliveries/9", None, 404),
    ("GET", "/1/deliveries/99999999999999999999", None, 422),
    ("POST", "/1/deliveries/9/retry", None, 404),
    ("POST", "/1/retry", {"states": ["delivered"]}, 422),
    ("POST", "/1/retry", {"states": []}, 422),
    ("POST", "/1/retry", {"since": 0}, 422),
    ("POST", "/1/retry", {"since": "yesterday"}, 422),
]
"""Requests that make no sense, and the status of the answer."""


def admin(database: Database) -> TestClient:
    """A client who may do everything, of a service that sends to receivers on this computer."""
    client = served(database, "admin")
    client.app.state.outgoing = HERE  # type: ignore[attr-defined]  # it is the application
    return client


def test_a_webhook_is_added_looked_at_changed_and_removed(database: Database) -> None:
    client = admin(database)
    made = client.post(HOOKS, json={"url": URL, "events": ["action.executed"]})
    assert (made.status_code, made.headers["location"]) == (201, f"{HOOKS}/1")
    secret = MadeWebhook.model_validate(made.json()).secret
    shown = client.get(f"{HOOKS}/1")
    assert ShownWebhook.model_validate(shown.json()).events == ["action.executed"]
    assert secret not in shown.text
    assert secret not in client.get(HOOKS).text
    changed = client.patch(f"{HOOKS}/1", json={"events": [], "on": False, "description": "ERP"})
    found = Webhook.model_validate(changed.json())
    assert (found.events, found.on, found.description) == ([], False, "ERP")
    assert found.off_reason == "admin-program switched it off"
    assert client.patch(f"{HOOKS}/1", json={"on": True}).json()["on"] is True
    again = MadeWebhook.model_validate(client.post(f"{HOOKS}/1/secret", json={}).json())
    assert again.secret != secret
    assert str(again.old_secret_until) == "2026-03-17T09:30:00+00:00"
    gone = client.post(f"{HOOKS}/1/secret", json={"old_secret_hours": 0}).json()
    assert gone["old_secret_until"] is None
    assert client.delete(f"{HOOKS}/1").status_code == 204
    assert client.get(f"{HOOKS}/1").status_code == 404
    assert client.delete(f"{HOOKS}/1").status_code == 404


def test_what_was_told_is_listed_in_pages_shown_whole_and_told_again(database: Database) -> None:
    client = admin(database)
    with receiving(status(500, "oops")) as receiver:
        hooked(database, receiver.url)
        happens(database, 5)
        sent(database)
    listed = client.get(f"{HOOKS}/1/deliveries", params={"limit": 2}).json()
    seen = [*listed["items"]]
    while listed["next"]:
        asked = {"limit": 2, "cursor": listed["next"]}
        listed = client.get(f"{HOOKS}/1/deliveries", params=asked).json()
        Listed[Delivery].model_validate(listed)
        seen += listed["items"]
    assert [each["id"] for each in seen] == [5, 4, 3, 2, 1]
    waiting = client.get(f"{HOOKS}/1/deliveries", params={"state": "waiting"}).json()["items"]
    (failed,) = waiting
    assert failed["last_attempt"]["failure"] == "the answer was 500 Internal Server Error"
    whole = client.get(f"{HOOKS}/1/deliveries/{failed['id']}").json()
    assert WholeDelivery.model_validate(whole).payload["type"] == "action.cancelled"
    assert whole["attempts"][0]["answer"] == "oops"
    again = client.post(f"{HOOKS}/1/deliveries/{failed['id']}/retry").json()
    assert WholeDelivery.model_validate(again).next_attempt_at == NOW.isoformat()
    range_ = {"states": ["delivered"], "since": "2026-03-16", "until": "2026-03-16"}
    retried = client.post(f"{HOOKS}/1/retry", json=range_).json()
    assert Retried.model_validate(retried).retried == 4
    assert client.get(f"{HOOKS}/1").json()["deliveries"] == {
        "waiting": 5,
        "delivered": 0,
        "dead": 0,
    }
    nothing = client.post(f"{HOOKS}/1/retry", json={})
    assert nothing.json() == {"retried": 0}


def test_a_webhook_is_tried_in_the_request(database: Database) -> None:
    client = admin(database)
    with receiving(status(204), status(418)) as receiver:
        hooked(database, receiver.url)
        first, second = (client.post(f"{HOOKS}/1/test").json() for _ in range(2))
    assert WholeDelivery.model_validate(first).state == "delivered"
    assert WholeDelivery.model_validate(second).last_attempt is not None
    assert second["attempts"][0]["failure"] == "the answer was 418 I'm a Teapot"
    assert first["attempts"][0]["status"] == 204


def test_a_write_with_a_key_is_done_once(database: Database) -> None:
    client = admin(database)
    key = {"Idempotency-Key": "add-1"}
    made = [client.post(HOOKS, json={"url": URL}, headers=key).json() for _ in range(2)]
    assert made[0] == made[1]
    assert len(client.get(HOOKS).json()["items"]) == 1
    gone = [client.delete(f"{HOOKS}/1", headers={"Idempotency-Key": "no-1"}) for _ in range(2)]
    assert [each.status_code for each in gone] == [204, 204]


def test_webhooks_are_listed_in_pages(database: Database) -> None:
    client = admin(database)
    for _ in range(3):
        client.post(HOOKS, json={"url": URL})
    first = client.get(HOOKS, params={"limit": 2}).json()
    rest = client.get(HOOKS, params={"limit": 2, "cursor": first["next"]}).json()
    assert [each["id"] for each in (*first["items"], *rest["items"])] == [1, 2, 3]
    Listed[ShownWebhook].model_validate(rest)
    assert rest["next"] is None


def test_what_makes_no_sense_is_refused(database: Database) -> None:
    client = admin(database)
    hooked(database, URL)
    headers = {"content-type": "application/json"}
    for method, path, body, status_code in REFUSED:
        content = None if body is None else json.dumps(body)
        answer = client.request(method, HOOKS + path, content=content, headers=headers)
        assert answer.status_code == status_code, (method, path, body, answer.text)
        assert answer.headers["content-type"] == "application/problem+json"
        assert "whsec_mine" not in answer.text
    assert len(trail(database)) == 2  # a key, and the webhook


def test_a_service_sends_to_the_house_only_if_it_is_allowed(database: Database) -> None:
    client = served(database, "admin")
    for url in ("http://erp.example.com/", "https://10.0.0.1/", "https://localhost/"):
        answer = client.post(HOOKS, json={"url": url})
        assert answer.status_code == 422
        assert "--allow-private-webhooks" in answer.json()["hint"]


@pytest.mark.parametrize("address", ["sqlite"], indirect=True)  # how it sends is no matter of that
def test_a_service_that_runs_sends_what_happens_and_ends_well(
    database: Database, address: str, tmp_path: Path
) -> None:
    with receiving() as receiver, Served(address, tmp_path, ("--allow-private-webhooks",)) as it:
        client = it.client(database, "admin")
        made = client.post(HOOKS, json={"url": receiver.url})
        assert made.status_code == 201, made.text
        put(database, text())
        new(approve(database, BERTA, "house", 1, NOW))
        receiver.wait_for(1)
        eventually(lambda: client.get(f"{HOOKS}/1").json()["deliveries"]["delivered"] == 1)
        assert it.terminate() in {0, -15}
        log = it.log
    assert made.json()["secret"] not in log
    assert "policy.approved" in receiver.received[0].body
