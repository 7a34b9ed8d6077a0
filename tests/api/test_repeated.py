"""A parameter that comes twice, where only one can be meant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from api.app import make_app
from api.repeated import MESSAGE, single_names
from tests.api.serving import served
from tests.api.test_roles import TABLE
from tests.engine.services.publications import NOW, put_in_force, text

if TYPE_CHECKING:
    from engine.store.database import Database


def test_what_is_sent_twice_is_refused_by_its_name_on_every_route(database: Database) -> None:
    put_in_force(database, text())
    client, asked = served(database, "admin"), 0
    for route in make_app(database, lambda: NOW).state.routes:
        for name in single_names(route.dependant):
            for method in route.methods:
                row = TABLE[f"{method} {route.path_format}"]
                path = (row.path or route.path).partition("?")[0]
                answer = client.request(
                    method, path, params={name: ["1", "2"]}, json=row.body, headers=row.headers
                )
                asked += 1
                assert answer.status_code == 422, (path, name, answer.text)
                at = {each["at"]: each["message"] for each in answer.json()["errors"]}
                assert at[f"query.{name}"] == MESSAGE
    assert asked > 40


def test_a_list_may_have_as_many_as_it_likes(database: Database) -> None:
    put_in_force(database, text())
    by = {"on": "2026-03-16", "by": ["policy", "stage"]}
    assert served(database).get("/v1/reports/exposure", params=by).status_code == 200
