"""The company that commands are tried on."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.engine.cli.command import GOLDEN


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
