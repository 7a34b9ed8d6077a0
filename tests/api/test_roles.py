"""Who may use which route: every route of the service is in this table."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from api.app import make_app
from api.schemas.ledger import QUESTION
from engine.services.actors import ROLES, Role
from tests.api.serving import served
from tests.engine.services.publications import NOW, put_in_force, text

if TYPE_CHECKING:
    from starlette.testclient import TestClient

    from engine.store.database import Database

READERS = frozenset(ROLES)
CLERKS = frozenset[Role]({"clerk", "manager", "admin"})
REVIEWERS = frozenset[Role]({"clerk", "manager", "approver", "admin"})
MANAGERS = frozenset[Role]({"manager", "admin"})
APPROVERS = frozenset[Role]({"approver", "admin"})
ADMINS = frozenset[Role]({"admin"})
LINES = {"content-type": "application/x-ndjson"}
CUSTOMER = {"name": "Alpha GmbH"}
INVOICE = {**QUESTION["invoices"][0], "customer": "C-1"}
PAYMENT = {
    "date": "2026-03-05",
    "kind": "payment",
    "invoice": "R-1001",
    "amount": "1.00",
    "currency": "EUR",
}


@dataclass(frozen=True)
class Row:
    """A request that would be fine, and who may send it; None: everybody, without a key."""

    roles: frozenset[Role] | None
    path: str = ""
    """Where it is not the route itself."""
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)


ON = "2026-03-16"
RUN = f"/v1/runs/{ON}"
VERSION = "/v1/policies/house/versions"
WEBHOOK = "/v1/webhooks/9"  # nothing is sent anywhere: there is none
TABLE: dict[str, Row] = {
    "GET /healthz": Row(None),
    "GET /readyz": Row(None),
    "GET /v1/openapi.json": Row(None),
    "GET /metrics": Row(READERS),
    "POST /v1/decisions": Row(READERS, body=QUESTION),
    "GET /v1/cases/{case}/next-action": Row(READERS, f"/v1/cases/R-1/next-action?on={ON}"),
    "GET /v1/cases": Row(READERS, f"/v1/cases?on={ON}"),
    "GET /v1/cases/{case}": Row(READERS, f"/v1/cases/R-1?on={ON}"),
    "GET /v1/cases/{case}/timeline": Row(READERS, f"/v1/cases/R-1/timeline?on={ON}"),
    "GET /v1/policies": Row(READERS),
    "POST /v1/policies/check": Row(READERS, body={"text": text()}),
    "GET /v1/policies/{policy}/versions/{number}": Row(READERS, f"{VERSION}/1"),
    "GET /v1/policies/{policy}/diff": Row(READERS, "/v1/policies/house/diff?from=1&to=1"),
    "POST /v1/policies/{policy}/versions": Row(MANAGERS, VERSION, {"text": text()}),
    "POST /v1/policies/{policy}/versions/{number}/approval": Row(
        APPROVERS, f"{VERSION}/1/approval", {"verdict": "approve"}
    ),
    "GET /v1/runs": Row(READERS),
    "POST /v1/runs": Row(MANAGERS, body={"on": ON}),
    "GET /v1/runs/{day}": Row(READERS, RUN),
    "POST /v1/runs/{day}/reviews": Row(REVIEWERS, f"{RUN}/reviews", {"verb": "release"}),
    # Everybody may try: what may be approved is a matter of duties, action by action.
    "POST /v1/runs/{day}/approval": Row(READERS, f"{RUN}/approval", {}),
    "POST /v1/runs/{day}/execution": Row(MANAGERS, "/v1/runs/2026-03-13/execution"),
    "GET /v1/runs/{day}/execution": Row(READERS, f"{RUN}/execution"),
    "GET /v1/actions": Row(READERS),
    "GET /v1/worklist": Row(READERS),
    "POST /v1/worklist/{number}/done": Row(REVIEWERS, "/v1/worklist/1/done", {}),
    "GET /v1/audit": Row(READERS),
    "GET /v1/simulations": Row(READERS),
    "POST /v1/simulations": Row(READERS, body={"from": ON, "to": ON}),
    "GET /v1/simulations/{number}": Row(READERS, "/v1/simulations/999"),
    "GET /v1/simulations/{number}/events": Row(READERS, "/v1/simulations/999/events"),
    # Who did not ask for it needs more; that is a matter of the simulation.
    "POST /v1/simulations/{number}/cancellation": Row(READERS, "/v1/simulations/999/cancellation"),
    "DELETE /v1/simulations/{number}": Row(READERS, "/v1/simulations/999"),
    "GET /v1/reports/ageing": Row(READERS, f"/v1/reports/ageing?on={ON}"),
    "GET /v1/reports/exposure": Row(READERS, f"/v1/reports/exposure?on={ON}"),
    "GET /v1/reports/fees": Row(READERS, f"/v1/reports/fees?on={ON}"),
    "GET /v1/reports/effectiveness": Row(READERS, f"/v1/reports/effectiveness?on={ON}"),
    "GET /v1/customers/{name}": Row(READERS, "/v1/customers/C-1"),
    "PUT /v1/customers/{name}": Row(CLERKS, "/v1/customers/C-1", CUSTOMER),
    "POST /v1/customers": Row(CLERKS, body={"id": "C-2", **CUSTOMER}, headers=LINES),
    "GET /v1/invoices/{name}": Row(READERS, "/v1/invoices/R-1"),
    "PUT /v1/invoices/{name}": Row(CLERKS, "/v1/invoices/R-1001", INVOICE),
    "POST /v1/invoices": Row(CLERKS, body=INVOICE, headers=LINES),
    "POST /v1/events": Row(CLERKS, body=PAYMENT),
    "GET /v1/webhooks": Row(ADMINS),
    "POST /v1/webhooks": Row(ADMINS, body={"url": "https://erp.example.com/dunning"}),
    "GET /v1/webhooks/{webhook}": Row(ADMINS, WEBHOOK),
    "PATCH /v1/webhooks/{webhook}": Row(ADMINS, WEBHOOK, {"on": True}),
    "DELETE /v1/webhooks/{webhook}": Row(ADMINS, WEBHOOK),
    "POST /v1/webhooks/{webhook}/secret": Row(ADMINS, f"{WEBHOOK}/secret", {}),
    "POST /v1/webhooks/{webhook}/test": Row(ADMINS, f"{WEBHOOK}/test"),
    "GET /v1/webhooks/{webhook}/deliveries": Row(ADMINS, f"{WEBHOOK}/deliveries"),
    "POST /v1/webhooks/{webhook}/retry": Row(ADMINS, f"{WEBHOOK}/retry", {}),
    "GET /v1/webhooks/{webhook}/deliveries/{delivery}": Row(ADMINS, f"{WEBHOOK}/deliveries/1"),
    "POST /v1/webhooks/{webhook}/deliveries/{delivery}/retry": Row(
        ADMINS, f"{WEBHOOK}/deliveries/1/retry"
    ),
}


def routes(database: Database) -> list[str]:
    """Every route of the service, as the table names it."""
    found = ["GET /v1/openapi.json"]
    for path, operations in make_app(database, lambda: NOW).openapi()["paths"].items():
        found += [f"{method.upper()} {path}" for method in operations]
    return found


def sent(client: TestClient, route: str, row: Row) -> int:
    """The status of the answer to the request of a row."""
    method, _, path = route.partition(" ")
    answer = client.request(method, row.path or path, json=row.body, headers=row.headers)
    assert answer.status_code < 500, (route, answer.text)
    return answer.status_code


def test_every_route_is_in_the_table(database: Database) -> None:
    assert set(routes(database)) == set(TABLE)


def test_each_role_may_use_what_the_table_says_and_nothing_else(database: Database) -> None:
    put_in_force(database, text())
    there = set(routes(database))
    for role in ROLES:
        client = served(database, role)
        for route, row in TABLE.items():
            if route in there:
                status = sent(client, route, row)
                is_allowed = row.roles is None or role in row.roles
                said = f"{route} answers {role} with {status}"
                assert (status not in {401, 403, 422}) if is_allowed else (status == 403), said


def test_without_a_key_nothing_is_told_but_health_and_the_description(database: Database) -> None:
    put_in_force(database, text())
    client = served(database, None)
    there = set(routes(database))
    for route, row in TABLE.items():
        if route in there:
            status = sent(client, route, row)
            assert (status == 401) == (row.roles is not None), f"{route} answers {status}"
