"""People of a company at the command line, each with what they may do, at a time of their own."""

from __future__ import annotations

import datetime
import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from freezegun import freeze_time

from engine.services.accounts import login
from engine.services.actors import Actor
from engine.services.users import add_user, give_duty
from tests.engine.cli.accounts import PASSWORD, fine
from tests.engine.cli.command import dun
from tests.engine.services.publications import NOW, new

if TYPE_CHECKING:
    from engine.services.actors import Role
    from engine.store.database import Database
    from tests.engine.cli.command import Ended

PEOPLE: dict[str, Role] = {
    "anna": "manager",
    "berta": "approver",
    "carla": "clerk",
    "dora": "admin",
    "vera": "viewer",
}
DUTY = "credit_manager"
DAY = "2026-03-16"
"""Of the run that is proposed."""


@dataclass(frozen=True, slots=True)
class Office:
    """A store with these people; berta has the duty."""

    database: Database

    def by(self, name: str, *words: str, at: datetime.datetime = NOW) -> Ended:
        """A command by somebody who logged in just before."""
        key = new(login(self.database, name, PASSWORD, at)).key
        with pytest.MonkeyPatch.context() as patch, freeze_time(at):
            patch.setenv("DUN_KEY", key)
            return dun(*words)


def staffed(database: Database) -> Office:
    """Let the people into a store."""
    setup = Actor("setup", "admin")
    for name, role in PEOPLE.items():
        new(add_user(database, setup, name, role, PASSWORD, NOW))
    new(give_duty(database, setup, "berta", DUTY, NOW))
    return Office(database)


def morning(text: str) -> datetime.datetime:
    """Half past nine on a day."""
    day = datetime.date.fromisoformat(text)
    return datetime.datetime.combine(day, datetime.time(9, 30), datetime.UTC)


def stands(office: Office, *more: str) -> dict[str, str]:
    """The state of each case's action in the newest run."""
    rows = fine(office.by("vera", "run", "show", "--format", "json", *more)).rows
    return {row["case"]: row["state"] for row in rows}


def letters() -> dict[str, dict[str, Any]]:
    """What lies in the folder for letters, by key."""
    files = sorted(Path("letters").glob("*/*.json"))
    found = [json.loads(file.read_text(encoding="utf-8")) for file in files]
    return {each["key"]: each for each in found}
