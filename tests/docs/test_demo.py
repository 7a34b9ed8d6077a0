"""What `make demo` says at its end: how the service is started and asked."""

from __future__ import annotations

import shlex
import subprocess
from typing import TYPE_CHECKING

from engine.store.database import connect
from tests.docs import console, curl
from tests.docs.reader import STORE, arrived
from tests.docs.service import Service
from tests.engine.services.running import company

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

SCRIPT = console.ROOT / "docs" / "demo-serve.sh"


def test_the_demo_ends_with_commands_that_can_be_pasted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "a demo"
    folder.mkdir()
    arrived(folder, monkeypatch)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(folder / "settings"))
    (folder / "password.txt").write_text("correct horse battery\n", encoding="utf-8")
    console.run("dun init --admin anna --password-stdin < password.txt")
    database = connect(str(folder / STORE))
    company(database, tmp_path)
    database.close()
    monkeypatch.chdir(tmp_path)  # what is pasted need not know where the company is
    told = subprocess.run(
        ["sh", SCRIPT, folder, "R-1", "2026-03-16"], check=True, capture_output=True, text=True
    ).stdout
    serve, ask = (
        line
        for line in told.replace("\\\n", " ").splitlines()
        if " serve " in line or line.startswith("curl ")
    )
    dun, _, *words = shlex.split(serve)
    assert dun == str(folder / ".bin" / "dun")
    service = Service(words, tmp_path / "service.log")
    question = console.shell(f"printf '%s\\0' {ask.removeprefix('curl ')}").split("\0")[:-1]
    answer = curl.read(question).send(service.address)
    service.end()
    assert (answer.status_code, answer.json()["case"], answer.json()["outcome"]) == (
        200,
        "R-1",
        "act",
    )
