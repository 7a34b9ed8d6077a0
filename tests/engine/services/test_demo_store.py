"""The demo company in a store: nothing in it is empty, and it is there as a whole or not at all."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

import pytest

from engine.services import demo_store
from engine.services.accounts import login
from engine.services.audit import verify
from engine.services.demo_store import PEOPLE, STEPS, make_demo_store
from engine.services.policy_lists import listed_versions
from engine.services.run_lists import show_run
from tests.engine.services.publications import new

if TYPE_CHECKING:
    from pathlib import Path

TODAY = datetime.date(2026, 11, 22)
NOW = datetime.datetime(2026, 11, 22, 9, 30, tzinfo=datetime.UTC)


def clock() -> datetime.datetime:
    """The time."""
    return NOW


def test_everything_is_there_to_look_at(tmp_path: Path, quick_passwords: None) -> None:
    del quick_passwords
    told: list[int] = []
    made = make_demo_store(
        tmp_path / "demo",
        TODAY,
        clock,
        customers=20,
        invoices=60,
        tell=lambda _, number: told.append(number),
    )
    database, anna = made.database, made.session.actor
    assert told == list(range(1, STEPS + 1))
    assert [new(login(database, each.name, each.password, NOW)).actor.name for each in PEOPLE] == [
        "anna",
        "berta",
    ]
    versions = new(listed_versions(database, anna))
    assert {each.version.state for each in versions} == {"approved"}
    assert new(show_run(database, anna, TODAY, limit=1)).run.state == "proposed"
    before = new(show_run(database, anna, TODAY - datetime.timedelta(days=7), limit=1)).run
    assert before.state == "executed"
    assert new(verify(database, anna)).flaws == ()
    database.close()


def test_what_fails_on_the_way_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(demo_store, "_filled", full)
    with pytest.raises(OSError, match="no space left"):
        make_demo_store(tmp_path / "demo", TODAY, clock, customers=5, invoices=5)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_with_something_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine", "utf-8")
    with pytest.raises(FileExistsError):
        make_demo_store(tmp_path, TODAY, clock)
    assert [each.name for each in tmp_path.iterdir()] == ["mine.txt"]
