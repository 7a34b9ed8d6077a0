"""`GET /v1/policies/{id}/diff`: what changed between two versions, and whom it moves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from api.schemas.differences import DifferenceFound
from tests.api.serving import served
from tests.engine.services.publications import new, put, put_in_force, text
from tests.engine.services.running import LADDER, company, happens

if TYPE_CHECKING:
    from pathlib import Path

    from starlette.testclient import TestClient

    from engine.store.database import Database

HEAD = "  letters per customer\n"
STRICTER = LADDER.replace("after 3 days overdue", "after 20 days overdue").replace(
    "fee 5.00 EUR", "fee 7.50 EUR"
)


def told(client: TestClient, **params: object) -> dict[str, Any]:
    """What changed, which is as it is described."""
    asked = {"from": 1, "to": 2, **params}
    answer = client.get("/v1/policies/house/diff", params={k: str(v) for k, v in asked.items()})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    DifferenceFound.model_validate(found)
    return found


def second(database: Database, ladder: str = STRICTER) -> None:
    """A second version, which nobody has approved yet."""
    new(put(database, text(2, "2026-06-01", ladder, HEAD)))


def test_what_changed_is_told_setting_by_setting_with_both_sides(
    database: Database, tmp_path: Path
) -> None:
    company(database, tmp_path)
    second(database)
    found = told(served(database))
    assert (found["from"], found["to"]) == (
        {"policy": "house", "version": 1},
        {"policy": "house", "version": 2},
    )
    changes = [(each["where"], each["setting"], each["kind"]) for each in found["changes"]]
    assert changes == [
        (None, "effective", "changed"),
        ("stage reminder", "after", "changed"),
        ("stage warning", "fee", "changed"),
    ]
    assert found["changes"][2]["from"] == {
        "text": "fee 5.00 EUR",
        "file": "house/1.dun",
        "line": 14,
    }
    assert "-  fee 5.00 EUR\n+  fee 7.50 EUR\n" in found["text"]
    assert not found["same_meaning"]
    assert "effect" not in found


def test_a_version_beside_itself_means_the_same(database: Database) -> None:
    put_in_force(database, text())
    found = told(served(database), to=1, on="2026-03-16")
    assert (found["same_meaning"], found["changes"], found["text"]) == (True, [], "")
    assert (found["effect"]["cases"], found["effect"]["moved"]) == (0, 0)


def test_whom_it_moves_is_counted_by_currency_with_examples(
    database: Database, tmp_path: Path
) -> None:
    company(database, tmp_path)
    happens(database, tmp_path, "2026-03-10,payment,R-3,30.00,EUR")
    second(database)
    effect = told(served(database), on="2026-03-16")["effect"]
    assert (effect["cases"], effect["moved"], effect["earlier"], effect["later"]) == (5, 5, 0, 5)
    assert effect["open_amounts"] == [{"amount": "530.00", "currency": "EUR"}]
    assert [(each["from"], each["to"], each["cases"]) for each in effect["moves"]] == [
        (
            {"outcome": "act", "stage": "reminder"},
            {"outcome": "waiting", "stage": "reminder"},
            4,
        ),
        (
            {"outcome": "not_due", "stage": "reminder"},
            {"outcome": "not_due", "stage": "reminder"},
            1,
        ),
    ]
    first = effect["examples"][0]
    assert (first["case"], first["from"]["on"], first["to"]["on"]) == (
        "R-1",
        "2026-03-16",
        "2026-03-22",
    )


def test_what_is_next_with_another_fee_is_counted_apart(database: Database, tmp_path: Path) -> None:
    company(database, tmp_path)
    second(database, LADDER.replace("  by email\n", "  by email\n  fee 1.00 EUR\n", 1))
    effect = told(served(database), on="2026-03-16")["effect"]
    assert (effect["moved"], effect["otherwise"]) == (0, 4)


def test_versions_can_be_compared_in_both_directions(database: Database, tmp_path: Path) -> None:
    company(database, tmp_path)
    second(database)
    client = served(database)
    there = told(client, on="2026-03-16")["effect"]
    back = told(client, on="2026-03-16", **{"from": 2, "to": 1})["effect"]
    assert (there["later"], back["earlier"]) == (5, 5)


def test_a_version_that_is_not_there_is_told(database: Database) -> None:
    put_in_force(database, text())
    client = served(database)
    for path in ("house/diff?from=1&to=9", "house/diff?from=9&to=1", "other/diff?from=1&to=1"):
        answer = client.get(f"/v1/policies/{path}")
        assert answer.status_code == 404, answer.text
    for query in (
        "",
        "from=1",
        "from=0&to=1",
        "from=x&to=1",
        "from=1&to=1&on=0",
        "from=1&to=1&x=1",
    ):
        answer = client.get(f"/v1/policies/house/diff?{query}")
        assert answer.status_code == 422, query
        assert "query." in answer.json()["detail"]
