"""The two questions that are asked most take a short way, which says what the long one says.

What is answered at once is known from a moment ago, so each is asked for the second time here.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from api.direct import LARGE
from api.routes.decisions import SMALL
from api.schemas.ledger import QUESTION
from tests.api.serving import served
from tests.engine.services.publications import put_in_force, text
from tests.engine.services.running import company

if TYPE_CHECKING:
    from pathlib import Path

    from httpx2 import Response
    from starlette.testclient import TestClient

    from api.context import Context
    from engine.store.database import Database

OTHERS = {"x-request-id", "ratelimit", "date"}
"""Headers that differ from request to request."""


def seen(answer: Response) -> tuple[int, dict[str, str], Any]:
    headers = {name: value for name, value in answer.headers.items() if name not in OTHERS}
    body = {name: value for name, value in answer.json().items() if name != "request_id"}
    return answer.status_code, headers, body


def decide(client: TestClient, question: object, *, at_length: bool) -> Response:
    """`at_length`: as it is never answered at once."""
    kind = "application/json; charset=utf-8" if at_length else "application/json"
    return client.post(
        "/v1/decisions", content=json.dumps(question), headers={"Content-Type": kind}
    )


CHANGES: list[dict[str, object]] = [
    {},
    {"explain": True},
    {"known": "2026-03-01"},
    {"on": "2026-02-30"},
    {"unheard": 1},
    {"customers": []},
    {"invoices": []},
    {"events": [{"date": "2026-03-05", "kind": "stage", "invoice": "R-9", "stage": "x"}]},
]


def test_a_decision_is_the_same_by_the_short_way_and_by_the_long_one(database: Database) -> None:
    put_in_force(database, text())
    client = served(database)
    assert decide(client, QUESTION, at_length=True).status_code == 200
    for change in CHANGES:
        question = QUESTION | change
        short, long = (decide(client, question, at_length=each) for each in (False, True))
        assert seen(short) == seen(long), change


ASKED = [
    ("R-1", "on=2026-03-16"),
    ("R-1", "on=2026-03-16&explain=true"),
    ("R-1", "on=2026-03-16&known=2026-03-01T12:00:00%2B01:00"),
    ("R-1", "on=2026-03-1"),
    ("R-1", "on=2026-03-16&unheard=1"),
    ("R-1", "on="),
    ("R-1", "on=2026-03-16&on=2026-03-17"),
    ("R-77", "on=2026-03-16"),
]


def test_a_next_action_is_the_same_by_the_short_way_and_by_the_long_one(
    database: Database, tmp_path: Path
) -> None:
    company(database, tmp_path)
    client = served(database)
    assert client.get("/v1/cases/R-1/next-action?on=2026-03-16").status_code == 200
    for case, asked in ASKED:
        path = f"/v1/cases/{case}/next-action?{asked}"
        short = client.get(path)
        shared: Context = client.app.state.context  # type: ignore[attr-defined]  # of our own
        shared.forget()  # so that it is not known which policies count, and nothing is short
        assert seen(short) == seen(client.get(path)), path


def test_what_comes_in_pieces_is_answered_as_what_comes_whole(database: Database) -> None:
    put_in_force(database, text())
    client = served(database)
    whole = decide(client, QUESTION, at_length=False)
    body = json.dumps(QUESTION).encode()
    headers = {"Content-Type": "application/json"}
    small = client.post("/v1/decisions", content=iter([body[:9], body[9:]]), headers=headers)
    assert seen(small) == seen(whole)
    for blanks in (SMALL, LARGE):
        large = iter([body[:-1], b" " * blanks, body[-1:]])
        assert seen(client.post("/v1/decisions", content=large, headers=headers)) == seen(whole)


def test_a_key_that_is_wrong_is_refused_also_where_another_was_right_just_now(
    database: Database,
) -> None:
    put_in_force(database, text())
    client = served(database)
    assert decide(client, QUESTION, at_length=False).status_code == 200
    for wrong in ("Bearer dun_nobody", "Basic eDp5", "Bearer"):
        client.headers["Authorization"] = wrong
        assert decide(client, QUESTION, at_length=False).status_code == 401
