"""What is told by webhooks: exactly what happened, if and only if it happened, as it was then."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from engine.services import webhooks
from engine.services.cancelling import cancel
from engine.services.publishing import reject
from engine.services.webhook_deliveries import delivery_of
from engine.services.webhook_events import KINDS
from tests.engine.services.hooks import ADMIN, happens, hooked, listed
from tests.engine.services.publications import ANNA, BERTA, NOW, new, put, put_in_force, text
from tests.engine.services.running import DAY, LADDER, actions, company, performed, proposed

if TYPE_CHECKING:
    from pathlib import Path

    from engine.store.database import Database

URL = "https://erp.example.com/dunning"


def told(database: Database, webhook: int = 1) -> list[dict[str, Any]]:
    """What is told to a webhook."""
    numbers = [each.delivery.id for each in listed(database, webhook)]
    whole = (new(delivery_of(database, ADMIN, webhook, number)) for number in numbers)
    return [json.loads(each.body) for each in whole]


def test_every_action_that_is_performed_is_told_with_its_decision(
    database: Database, tmp_path: Path
) -> None:
    company(database, tmp_path)
    hooked(database, URL, ["action.executed"])
    proposed(database)
    assert told(database) == []
    performed(database, tmp_path)
    done = {case: each for case, each in actions(database).items() if each.state == "performed"}
    found = told(database)
    assert len(done) == 3
    assert {each["data"]["case"] for each in found} == set(done)
    for each in found:
        action = done[each["data"]["case"]]
        assert each["type"] == "action.executed"
        assert each["timestamp"] == NOW.isoformat()
        assert each["data"]["key"] == action.key
        assert each["data"]["executed_by"] == "anna"
        assert each["data"]["on"] == DAY.isoformat()
        assert each["data"]["decision"]["stage"] == "reminder"
        assert each["data"]["decision"]["open_amount"] == action.decision["open_amount"]


def test_what_cannot_be_handed_over_is_not_told(database: Database, tmp_path: Path) -> None:
    company(database, tmp_path)
    hooked(database, URL, ["action.executed"])
    proposed(database)
    folder = tmp_path / "letters"
    folder.mkdir()
    (folder / "email").write_text("no folder for letters", encoding="utf-8")
    assert performed(database, tmp_path).performed == ()
    assert told(database) == []
    (folder / "email").unlink()
    performed(database, tmp_path)
    assert len(told(database)) == 3
    performed(database, tmp_path)
    assert len(told(database)) == 3


def test_what_does_not_happen_in_the_end_is_not_told(database: Database) -> None:
    hooked(database, URL)
    with pytest.raises(ZeroDivisionError):
        happens(database, and_then=lambda: 1 // 0)
    assert told(database) == []
    happens(database)
    assert len(told(database)) == 1


def test_runs_and_what_becomes_of_them_are_told(database: Database, tmp_path: Path) -> None:
    company(database, tmp_path)
    hooked(database, URL, ["run.proposed", "run.executed", "action.cancelled"])
    proposed(database)
    performed(database, tmp_path)
    new(cancel(database, ANNA, "R-1", "reminder", "it was paid", NOW))
    first, second, third = told(database)
    assert first["type"] == "run.proposed"
    assert first["data"]["on"] == DAY.isoformat()
    assert first["data"]["actions"] == {"blocked": 1, "proposed": 3}
    assert second["type"] == "run.executed"
    assert second["data"]["actions"] == {"blocked": 1, "performed": 3}
    assert third["type"] == "action.cancelled"
    assert third["data"] == {
        "case": "R-1",
        "stage": "reminder",
        "on": DAY.isoformat(),
        "executed_on": DAY.isoformat(),
        "key": actions(database)["R-1"].key,
        "reason": "it was paid",
        "cancelled_by": "anna",
    }


def test_a_version_is_told_when_it_is_approved_and_not_before(database: Database) -> None:
    hooked(database, URL)
    put(database, text())
    put(database, text(2, "2026-06-01"))
    new(reject(database, BERTA, "house", 2, "too strict", NOW))
    assert told(database) == []
    put_in_force(database, text(3, "2026-07-01", ladder=LADDER))
    (found,) = told(database)
    assert (found["type"], found["data"]["version"]) == ("policy.approved", 3)
    assert (found["data"]["author"], found["data"]["approver"]) == ("anna", "berta")
    assert "text" not in found["data"]


def test_each_is_told_what_it_wants_to_know_under_one_id(database: Database) -> None:
    for events in ([], ["action.cancelled"], ["run.proposed"], list(KINDS)):
        hooked(database, URL, events)
    happens(database)
    known = [[each.delivery.message for each in listed(database, one)] for one in (1, 2, 3, 4)]
    assert known[0] == known[1] == known[3] != []
    assert known[2] == []


def test_who_comes_later_is_told_what_happens_from_then_on(database: Database) -> None:
    happens(database)
    hooked(database, URL)
    assert told(database) == []


def test_what_happens_while_one_is_off_is_kept_for_it(database: Database) -> None:
    hooked(database, URL)
    wanted = webhooks.Wanted(is_on=False)
    new(webhooks.change_webhook(database, ADMIN, 1, wanted, NOW))
    happens(database, 2)
    assert webhooks.webhook_counts(database) == {
        "waiting": 0,
        "paused": 2,
        "delivered": 0,
        "dead": 0,
    }
