"""`POST /v1/decisions`: facts in, decisions out, without a ledger of the store."""

from __future__ import annotations

import copy
import json
from typing import TYPE_CHECKING, Any

import pytest

from api.schemas.decisions import Decision
from api.schemas.ledger import QUESTION, Answers, Question
from engine.services.programs import revoke_key
from tests.api.serving import ADMIN, served
from tests.engine.services.publications import NOW, new, put_in_force, text
from tests.engine.services.running import company

if TYPE_CHECKING:
    from pathlib import Path

    from httpx2 import Response
    from starlette.testclient import TestClient

    from engine.store.database import Database

DECLARED = """\

fact customer.score : number
fact customer.since : date
fact customer.vip : yes/no
fact invoice.deposit : money
"""


def question(**changes: object) -> dict[str, Any]:
    """The question of the documentation with fields changed."""
    return {**copy.deepcopy(QUESTION), **changes}


def invoice(**changes: object) -> dict[str, Any]:
    """Its invoice with fields changed."""
    return {**QUESTION["invoices"][0], **changes}


def asked(client: TestClient, what: object) -> Response:
    return client.post("/v1/decisions", json=what)


def test_facts_come_in_and_a_decision_comes_back_with_policy_version_and_hash(
    database: Database,
) -> None:
    put_in_force(database, text())
    answer = asked(served(database), question(events=[]))
    assert answer.status_code == 200
    found = answer.json()
    Answers.model_validate(found)
    (decision,) = found["decisions"]
    assert (decision["case"], decision["outcome"], decision["stage"]) == (
        "R-1001",
        "act",
        "reminder",
    )
    assert decision["open_amount"] == {"amount": "250.00", "currency": "EUR"}
    (version,) = found["policies"]
    assert version == {"policy": "house", "version": 1, "sha256": decision["sha256"]}


def test_it_decides_as_the_ledger_of_the_store_does_and_leaves_that_as_it_is(
    database: Database, tmp_path: Path
) -> None:
    company(database, tmp_path)
    client = served(database)
    params = {"on": "2026-03-16"}
    before = client.get("/v1/cases/R-1/next-action", params=params).json()
    own = question(
        customers=[{"id": "C-1", "email": "a@example.org"}],
        invoices=[invoice(id="R-1", customer="C-1", amount="7.00")],
        events=[],
    )
    (decision,) = asked(client, own).json()["decisions"]
    assert (decision["stage"], decision["open_amount"]["amount"]) == (before["stage"], "7.00")
    assert client.get("/v1/cases/R-1/next-action", params=params).json() == before


def test_many_cases_are_answered_in_the_order_of_the_invoices_settled_ones_too(
    database: Database,
) -> None:
    put_in_force(database, text())
    invoices = [
        invoice(id=f"R-{n}", customer=f"C-{n % 7}") for n in [*range(50, 0, -1), *range(60, 99)]
    ]
    paid = {"date": "2026-03-10", "kind": "payment", "invoice": "R-3", "amount": "250.00"}
    customers = [{"id": f"C-{n}", "email": "a@example.org"} for n in range(7)]
    answer = asked(
        served(database), question(customers=customers, invoices=invoices, events=[paid])
    ).json()
    assert [each["case"] for each in answer["decisions"]] == [each["id"] for each in invoices]
    assert {each["case"] for each in answer["decisions"] if each["outcome"] == "settled"} == {"R-3"}


def test_what_was_known_and_why_are_asked_as_everywhere(database: Database) -> None:
    put_in_force(database, text())
    client = served(database)
    paid = {
        "date": "2026-03-10",
        "kind": "payment",
        "invoice": "R-1001",
        "amount": 250,
        "recorded": "2026-03-12T08:15:00Z",
    }
    outcomes = [
        asked(client, question(events=[paid], known=known)).json()["decisions"][0]["outcome"]
        for known in (None, "2026-03-12", "2026-03-11")
    ]
    assert outcomes == ["settled", "settled", "act"]
    (decision,) = asked(client, question(explain=True, events=[])).json()["decisions"]
    Decision.model_validate(decision)
    assert any(line["text"] == "after 3 days overdue" for line in decision["because"])


def test_an_account_answers_for_its_invoices_once(database: Database) -> None:
    put_in_force(database, text(more="  dun each account\n"))
    invoices = [invoice(id=f"R-{n}") for n in (1, 2)]
    found = asked(served(database), question(invoices=invoices, events=[])).json()["decisions"]
    assert [(each["case"], each["open_amount"]["amount"]) for each in found] == [
        ("C-17:EUR", "500.00")
    ]


def test_facts_may_be_written_as_json_writes_them(database: Database) -> None:
    rule = (
        '\nexclude "known well" when customer.vip and customer.score >= 7.5'
        ' and invoice.deposit > 10.00 EUR and customer.tags has "north"\n'
    )
    put_in_force(database, text(more=DECLARED + rule))
    customer = {"id": "C-17", "vip": True, "score": 7.5, "tags": ["north", "old"], "city": None}
    given = question(customers=[customer], invoices=[invoice(deposit="10.01 EUR", amount=250)])
    (decision,) = asked(served(database), {**given, "events": []}).json()["decisions"]
    assert decision["outcome"] == "excluded"
    assert decision["open_amount"]["amount"] == "250.00"


def test_everything_that_is_wrong_is_told_with_its_place(database: Database) -> None:
    put_in_force(database, text())
    customers = [{"id": "C-17", "kind": "busines", "excluded": True}, {"name": "B"}]
    invoices = [
        invoice(due="02.03.2026"),
        invoice(id="R-2", amount=12.5),
        {"id": "R-3", "customer": "C-9", "issued": "2026-01-30"},
        invoice(id="R-4", project={"name": "x"}),
    ]
    events = [{"date": "2026-03-09", "kind": "paiment", "invoice": "R-1001", "amout": "1"}]
    given = question(customers=customers, invoices=invoices, events=events)
    answer = asked(served(database), given)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    told = {each["at"]: (each["kind"], each["message"]) for each in answer.json()["errors"]}
    assert told == {
        "customers[0].kind": ("L119", "'busines' is not one of business, consumer, public_body"),
        "customers[0].excluded": ("L104", "'excluded' follows from invoices and events"),
        "customers[1].id": ("L107", "this customer has no id"),
        "invoices[0].due": ("L115", "'02.03.2026' is not a date"),
        "invoices[1].amount": (
            "L125",
            "an amount is no floating-point number, which is not exact",
        ),
        "invoices[2].due": ("L107", "'due' is missing"),
        "invoices[2].amount": ("L107", "'amount' is missing"),
        "invoices[2].currency": ("L107", "'currency' is missing"),
        "invoices[2].customer": ("L108", "there is no customer 'C-9'"),
        "invoices[3].project": ("L125", "an object has no counterpart in a ledger"),
        "events[0].amout": ("L104", "events have no field 'amout'"),
        "events[0].kind": ("L110", "'paiment' is not a kind of event"),
    }
    assert answer.json()["detail"].startswith("nothing was decided: customers[0].kind: ")


def test_what_is_wrong_a_thousand_times_is_told_a_hundred_times(database: Database) -> None:
    put_in_force(database, text())
    given = question(invoices=[invoice(id=f"R-{n}", due="soon") for n in range(1000)], events=[])
    problem = asked(served(database), given).json()
    assert len(problem["errors"]) == 100
    assert "1000 problems in all" in problem["detail"]
    assert problem["hint"] == "the first 100 are told"


def a_customer(**facts: object) -> dict[str, Any]:
    return question(customers=[{"id": "C-17", **facts}])


ODD = [
    ("{", "Invalid JSON"),
    (b"", "Invalid JSON"),
    (b'{"on": "\xff"}', "Invalid JSON"),
    ("[" * 100_000, "Invalid JSON"),
    ('{"on": "2026-03-16", "customers": ' + "9" * 5_000 + "}", "Invalid JSON"),
    ("[]", "body: "),
    ("null", "body: "),
    (question(on=0), "body.on: write the date as YYYY-MM-DD"),
    (question(on="9999-12-31"), "days from 1990-01-01 to 2100-12-31 are known"),
    (question(policy="house"), "body.policy: there is no such field"),
    (question(customers={}), "body.customers: "),
    (question(customers=["C-17"]), "body.customers.0: "),
    (question(invoices=None), "body.invoices: "),
    (question(explain="perhaps"), "body.explain: "),
    (question(invoices=[{}] * 10_001), "at most 10000 items"),
    ({"on": "2026-03-16"}, "body.customers: Field required"),
    (a_customer(name="A\0"), "customers[0].name: there is a NUL character in this text"),
    (a_customer(tags=["a;b"]), "customers[0].tags: a list holds texts without ';'"),
    (a_customer(tags=[["a"]]), "customers[0].tags: a list holds texts"),
    (a_customer(score=10**60), "customers[0].score: this number has too many digits"),
    (a_customer(**{"": 1}), "customers[0].: the name of a fact holds printable characters"),
    (a_customer(**{f"f{n}": 1 for n in range(300)}), "customers have 301 different fields"),
    (question(invoices=[invoice(amount=-1)]), "an invoice comes to more than zero"),
    (question(invoices=[invoice(amount=10**30)]), "is too large"),
    (question(invoices=[invoice(amount=True)]), "invoices[0].amount: 'yes' is not a number"),
    (question(invoices=[invoice(issued="0001-01-01")]), "invoices[0].issued: days from 1990-01-01"),
    (question(invoices=[invoice(), invoice()]), "there is already another invoice 'R-1001'"),
    (question(invoices=[invoice(id="R\u2028")]), "an id may only hold printable characters"),
]


@pytest.mark.parametrize(("body", "said"), ODD, ids=range(len(ODD)))
def test_what_cannot_be_decided_from_is_told_by_name(
    database: Database, body: object, said: str
) -> None:
    put_in_force(database, text())
    sent = body if isinstance(body, (str, bytes)) else json.dumps(body)
    headers = {"Content-Type": "application/json"}
    answer = served(database).post("/v1/decisions", content=sent, headers=headers)
    assert answer.status_code == 422, answer.text
    assert answer.json()["type"] == "urn:dunlang:problem:invalid-request"
    assert said in answer.json()["detail"]


def test_a_number_that_is_none_is_refused(database: Database) -> None:
    put_in_force(database, text())
    client = served(database)
    for word in ("NaN", "Infinity", "1e999"):
        body = json.dumps(a_customer(score=0)).replace('"score": 0', f'"score": {word}')
        answer = client.post(
            "/v1/decisions", content=body, headers={"Content-Type": "application/json"}
        )
        assert (answer.status_code, answer.json()["errors"][0]["at"]) == (
            422,
            "customers[0].score",
        )


def test_what_is_no_json_or_too_much_is_refused_before_it_is_read(database: Database) -> None:
    put_in_force(database, text())
    client = served(database)
    form = client.post("/v1/decisions", data={"on": "2026-03-16"})
    assert (form.status_code, form.json()["type"]) == (
        415,
        "urn:dunlang:problem:unsupported-media-type",
    )
    much = client.post(
        "/v1/decisions",
        content=b" " * ((16 << 20) + 1),
        headers={"Content-Type": "application/json"},
    )
    assert much.status_code == 413
    more = b" " * (2 << 20) + json.dumps(question(events=[])).encode()
    answer = client.post(
        "/v1/decisions", content=more, headers={"Content-Type": "application/json; charset=utf-8"}
    )
    assert answer.status_code == 200


def test_a_customer_with_more_than_can_be_decided_at_once_is_told(database: Database) -> None:
    put_in_force(database, text())
    invoices = [invoice(id=f"R-{n}") for n in range(2_000)]
    dispute = {"date": "2026-03-05", "kind": "dispute", "customer": "C-17"}
    given = question(invoices=invoices, events=[dispute] * 3_000)
    answer = asked(served(database), given)
    assert (answer.status_code, answer.json()["code"]) == (413, "S701")
    assert "customer 'C-17' has 2000 invoices and 3000 events" in answer.json()["detail"]


def test_what_takes_too_long_is_given_up(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.routes.decisions._SECONDS", -1)
    put_in_force(database, text())
    answer = asked(served(database), question(explain=True))
    assert (answer.status_code, answer.json()["hint"]) == (
        413,
        "send fewer of them in one request",
    )


def test_a_key_that_was_revoked_is_refused_a_second_later(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_in_force(database, text())
    client = served(database)
    assert asked(client, question()).status_code == 200
    new(revoke_key(database, ADMIN, "viewer-program", NOW))
    monkeypatch.setattr("api.context.FRESH", 0)
    assert asked(client, question()).status_code == 401


def test_without_a_key_or_a_policy_nothing_is_decided(database: Database) -> None:
    assert asked(served(database, None), question()).status_code == 401
    none = asked(served(database), question())
    assert (none.status_code, none.json()["code"]) == (409, "S401")


def test_an_event_without_a_stage_that_there_is_still_gets_an_answer(database: Database) -> None:
    put_in_force(database, text())
    odd = {"date": "2026-03-05", "kind": "stage", "invoice": "R-1001", "stage": "long gone"}
    (decision,) = asked(served(database), question(events=[odd])).json()["decisions"]
    Decision.model_validate(decision)


def test_the_example_is_a_question() -> None:
    Question.model_validate_json(json.dumps(QUESTION))
