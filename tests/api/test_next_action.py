"""`GET /v1/cases/{id}/next-action`: what a service asks."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest
from sqlalchemy import text as sql

from api.schemas.decisions import Decision
from engine.services.publishing import approve
from tests.api.serving import served
from tests.engine.services.importing import taken, written
from tests.engine.services.publications import BERTA, NOW, new, put, put_in_force, text
from tests.engine.services.running import company, happens

if TYPE_CHECKING:
    from pathlib import Path

    from engine.store.database import Database


def test_the_next_action_of_a_case_is_told_with_policy_version_and_hash(
    database: Database, tmp_path: Path
) -> None:
    company(database, tmp_path)
    client = served(database)
    answer = client.get("/v1/cases/R-1/next-action", params={"on": "2026-03-16"})
    assert answer.status_code == 200
    found = answer.json()
    Decision.model_validate(found)
    assert (found["outcome"], found["stage"], found["policy"], found["version"]) == (
        "act",
        "reminder",
        "house",
        1,
    )
    assert len(found["sha256"]) == 64
    assert "because" not in found
    params = {"on": "2026-03-16", "explain": "true"}
    because = client.get("/v1/cases/R-1/next-action", params=params).json()["because"]
    assert any(line["text"] == "after 3 days overdue" for line in because)


def test_what_was_known_at_a_time_decides_if_that_is_asked(
    database: Database, tmp_path: Path
) -> None:
    company(database, tmp_path)
    happens(database, tmp_path, "2026-03-16,payment,R-1,250.00,EUR")
    client = served(database)
    outcomes = [
        client.get("/v1/cases/R-1/next-action", params=params).json()["outcome"]
        for params in (
            {"on": "2026-03-16"},
            {"on": "2026-03-16", "known": "2026-03-15"},
            {"on": "2026-03-16", "known": "2026-03-15T23:00:00+02:00"},
        )
    ]
    assert outcomes == ["settled", "act", "act"]


def test_an_id_may_hold_any_printable_character(database: Database, tmp_path: Path) -> None:
    company(database, tmp_path)
    odd = "Ä 1/7?x=#&%·🙂"
    file = written(
        tmp_path,
        "odd.csv",
        f'id,customer,issued,due,amount,currency\n"{odd}",C-1,2026-02-01,2026-03-02,9.00,EUR\n',
    )
    assert taken(database, "invoices", file).is_taken
    path = f"/v1/cases/{quote(odd, safe='')}/next-action"
    found = served(database).get(path, params={"on": "2026-03-16"})
    assert (found.status_code, found.json()["case"]) == (200, odd)


def test_an_id_may_end_like_a_route(database: Database, tmp_path: Path) -> None:
    company(database, tmp_path)
    rows = "".join(
        f"{name},C-1,2026-02-01,2026-03-02,{amount},EUR\n"
        for name, amount in (("A", "1.00"), ("A/timeline", "2.00"), ("A/next-action", "3.00"))
    )
    file = written(tmp_path, "odd.csv", f"id,customer,issued,due,amount,currency\n{rows}")
    assert taken(database, "invoices", file).is_taken
    client, on = served(database), {"on": "2026-03-16"}
    client.get("/v1/cases/A", params=on)  # from now on, what is at hand is answered at once
    answers = {
        path: client.get(f"/v1/cases/{path}", params=on).json()
        for path in (
            *("A", "A/timeline", "A/next-action"),
            *("A%2Ftimeline", "A%2ftimeline/timeline", "A%2Ftimeline/next-action"),
            *("A%2Fnext-action", "A%2Fnext-action/next-action", "A%2Fnext-action/timeline"),
        )
    }
    assert {
        path: (
            answer["case"],
            next(kind for kind in ("ladder", "past", "outcome") if kind in answer),
        )
        for path, answer in answers.items()
    } == {
        "A": ("A", "ladder"),
        "A/timeline": ("A", "past"),
        "A/next-action": ("A", "outcome"),
        "A%2Ftimeline": ("A/timeline", "ladder"),
        "A%2ftimeline/timeline": ("A/timeline", "past"),
        "A%2Ftimeline/next-action": ("A/timeline", "outcome"),
        "A%2Fnext-action": ("A/next-action", "ladder"),
        "A%2Fnext-action/next-action": ("A/next-action", "outcome"),
        "A%2Fnext-action/timeline": ("A/next-action", "past"),
    }


def test_a_version_decides_from_the_request_after_its_approval_on(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.context.FRESH", 0)
    company(database, tmp_path)
    client = served(database)

    def ask() -> dict[str, object]:
        answer = client.get("/v1/cases/R-1/next-action", params={"on": "2026-03-16"})
        found: dict[str, object] = answer.json()
        return found

    assert ask()["version"] == 1
    (two,) = new(put(database, text(version=2, effective="2026-03-01")))
    assert ask()["version"] == 1
    new(approve(database, BERTA, two.version.policy, 2, NOW))
    assert (ask()["version"], ask()["sha256"]) == (2, two.version.sha256)


NOT_ASKED_LIKE_THAT = [
    ({}, "query.on: Field required"),
    ({"on": "0"}, "write the date as YYYY-MM-DD"),
    ({"on": "2026-02-30"}, "there is no such day"),
    ({"on": "9999-12-31"}, "days from 1990-01-01 to 2100-12-31 are known"),
    ({"on": "2026-03-16", "known": "yesterday"}, "write the time as"),
    ({"on": "2026-03-16", "explain": "perhaps"}, "query.explain"),
    ({"on": "2026-03-16", "when": "now"}, "query.when: there is no such field"),
]


@pytest.mark.parametrize(("params", "said"), NOT_ASKED_LIKE_THAT)
def test_what_is_not_asked_like_that_is_told_by_name(
    database: Database, params: dict[str, str], said: str
) -> None:
    put_in_force(database, text())
    answer = served(database).get("/v1/cases/R-1/next-action", params=params)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert said in answer.json()["detail"]
    assert answer.json()["type"] == "urn:dunlang:problem:invalid-request"


def test_a_case_that_there_is_not_and_a_store_without_policies_are_told(
    database: Database,
) -> None:
    client = served(database)
    asked = {"on": "2026-03-16"}
    none = client.get("/v1/cases/R-9/next-action", params=asked)
    assert (none.status_code, none.json()["code"]) == (409, "S401")
    put_in_force(database, text())
    client = served(database, "clerk")
    missing = client.get("/v1/cases/R-9/next-action", params=asked)
    assert (missing.status_code, missing.json()["type"]) == (404, "urn:dunlang:problem:no-case")


def test_who_has_no_key_or_a_wrong_one_learns_nothing(database: Database) -> None:
    client = served(database, None)
    for headers in ({}, {"Authorization": "Bearer nonsense"}, {"Authorization": "Basic YTpi"}):
        answer = client.get("/v1/cases/R-1/next-action", params={"on": "x"}, headers=headers)
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"].startswith("Bearer")
        assert answer.json()["type"] == "urn:dunlang:problem:unauthorized"


def test_health_is_for_everybody_and_readiness_says_what_is_missing(database: Database) -> None:
    client = served(database, None)
    assert client.get("/healthz").json() == {"status": "ok"}
    assert client.get("/readyz").status_code == 503
    put_in_force(database, text())
    client = served(database, None)
    ready = client.get("/readyz").json()
    assert (ready["policies"], ready["database"]) == (1, database.engine.dialect.name)


def test_readiness_does_not_tell_everybody_where_the_store_is(database: Database) -> None:
    client = served(database, None)
    with database.writing() as connection:
        connection.execute(sql("DROP TABLE alembic_version"))
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert database.name not in answer.text
    assert answer.json()["code"]


def test_a_route_that_there_is_not_is_a_problem_too(database: Database) -> None:
    answer = served(database).get("/v1/nothing")
    assert (answer.status_code, answer.json()["status"]) == (404, 404)
    assert answer.headers["content-type"] == "application/problem+json"
