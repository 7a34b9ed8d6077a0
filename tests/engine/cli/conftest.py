"""The company that commands are tried on."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.engine.cli.accounts import fine, with_password
from tests.engine.cli.bad_days import INVOICES
from tests.engine.cli.command import GOLDEN
from tests.engine.cli.office import DAY, Office, staffed
from tests.engine.services import exactly_once, running

if TYPE_CHECKING:
    from engine.store.database import Database


@pytest.fixture(autouse=True)
def nobody_is_logged_in(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither the store nor the sessions of the tester."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path_factory.mktemp("settings")))
    monkeypatch.delenv("DUN_DATABASE", raising=False)
    monkeypatch.delenv("DUN_KEY", raising=False)


@pytest.fixture
def company(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder with a small `ledger` and `policies`, at a terminal of 80 columns."""
    shutil.copytree(GOLDEN / "company" / "ledger", tmp_path / "ledger")
    policy = tmp_path / "policies" / "de_standard" / "3.dun"
    policy.parent.mkdir(parents=True)
    shutil.copy(GOLDEN / "policies" / "de_standard.dun", policy)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    return tmp_path


@pytest.fixture
def place(empty_address: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> str:
    """A database without a store, which commands find by themselves."""
    monkeypatch.setenv("DUN_DATABASE", empty_address)
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.chdir(tmp_path)
    return empty_address


@pytest.fixture
def store(place: str, quick_passwords: None) -> str:
    """A store with the admin anna, who is logged in."""
    del quick_passwords
    assert with_password("init", "--admin", "anna").code == 0
    return place


@pytest.fixture
def new_office(
    database: Database,
    address: str,
    quick_passwords: None,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Office:
    """A store with people and nothing else, and a working folder."""
    del quick_passwords
    monkeypatch.setenv("DUN_DATABASE", address)
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.chdir(tmp_path)
    return staffed(database)


@pytest.fixture
def office(new_office: Office, tmp_path: Path) -> Office:
    """With three customers, five invoices and a policy that counts."""
    running.company(new_office.database, tmp_path)
    return new_office


@pytest.fixture
def proposed(office: Office) -> Office:
    """With the run of a day, which nobody has looked at yet."""
    fine(office.by("anna", "run", "--on", DAY))
    return office


@pytest.fixture
def town(new_office: Office, tmp_path: Path) -> Office:
    """With some dozens of customers who owe something."""
    exactly_once.company(new_office.database, tmp_path, INVOICES)
    return new_office


@pytest.fixture
def due(town: Office) -> Office:
    """With a run that can be performed."""
    fine(town.by("anna", "run", "--on", DAY))
    return town
