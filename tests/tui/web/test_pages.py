"""What pages load, and what of the terminal's admin is not in a browser."""

from __future__ import annotations

import asyncio
import re
from hashlib import sha256
from typing import TYPE_CHECKING

import pytest
from starlette.requests import Request

from tests.tui.playing import at_rest, press, toasts
from tui.keys import COMMANDS
from tui.web import seats
from tui.web.app import NOT_HERE, WebAdmin
from tui.web.pages import _FOLDER, edition, files, login_page, said_page, static, terminal_page

if TYPE_CHECKING:
    from pathlib import Path

    from starlette.responses import Response

    from tui.backend import Backend

STATIC = f"static/{edition()}/"


def asked(scheme: str = "http", **path: str) -> Request:
    headers = [(b"host", b"dun.example:8200"), (b"accept-encoding", b"gzip, br")]
    scope = {"type": "http", "scheme": scheme, "path": "/", "query_string": b"", "method": "GET"}
    return Request({**scope, "server": None, "headers": headers, "path_params": path})


def pages() -> list[Response]:
    return [
        login_page("<anna>", "No & no", 401),
        said_page("No", "Nothing", 404),
        terminal_page(asked(), "anna (admin)", "dun.db"),
    ]


@pytest.mark.parametrize("number", range(3))
def test_a_page_loads_nothing_of_another_place_and_has_no_script_in_it(number: int) -> None:
    answer = pages()[number]
    text = bytes(answer.body).decode()
    loaded = re.findall(r'(?:src|href)="([^"]*)"', text)
    assert {each.partition("/")[0] for each in loaded} <= {"static", "data:,", "."}
    for each in loaded:
        if each.startswith(STATIC):
            assert each.removeprefix(STATIC) in files()
    assert re.findall(r"<script[^>]*>[^<]", text) == []
    assert "style=" not in text
    assert re.findall(r" on\w+=", text) == []
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'")
    assert "unsafe" not in policy
    assert answer.headers["cache-control"] == "no-store"


def test_what_is_typed_is_shown_as_it_is() -> None:
    assert 'value="&lt;anna&gt;"' in bytes(login_page("<anna>").body).decode()


def test_a_page_connects_only_to_where_it_came_from() -> None:
    policy = terminal_page(asked("https"), "anna", "dun.db").headers["content-security-policy"]
    assert "connect-src 'self' wss://dun.example:8200;" in policy


@pytest.mark.parametrize("name", sorted(files()))
def test_no_file_names_another_place_to_load_from(name: str) -> None:
    text = files()[name].text.decode()
    found = re.findall(r"(?:import|from|url\(|src=)\s*[\"'(]*(https?:)?//", text)
    assert found == []


def test_files_are_kept_by_browsers_until_there_are_others() -> None:
    answer = static(asked(edition=edition(), name="terminal.mjs"))
    assert answer.headers["content-encoding"] == "gzip"
    assert "immutable" in answer.headers["cache-control"]
    assert static(asked(edition="another", name="terminal.mjs")).status_code == 404
    assert static(asked(edition=edition(), name="../pages.py")).status_code == 404


def test_the_emulator_is_the_one_that_its_authors_published() -> None:
    folder = _FOLDER / "xterm"
    lines = (folder / "SHA256SUMS").read_text("utf-8").splitlines()
    sums = {name: digest for digest, name in (line.split() for line in lines)}
    found = {
        path.name: sha256(path.read_bytes()).hexdigest()
        for path in folder.iterdir()
        if path.name not in {"README.md", "SHA256SUMS"}
    }
    assert found == sums


def test_what_cannot_be_done_in_a_browser_is_known_by_name_and_says_why(backend: Backend) -> None:
    assert NOT_HERE.keys() <= {each.id for each in COMMANDS}
    app = WebAdmin(backend)

    async def run() -> None:
        async with app.run_test(size=(100, 30), notifications=True) as pilot:
            await at_rest(pilot)
            await app.run_action("login")
            await at_rest(pilot)
            assert toasts(app)[-1:] == [NOT_HERE["frame.login"]]
            app.go("policies")
            await at_rest(pilot)
            await press(pilot, "o")
            assert toasts(app)[-1:] == [NOT_HERE["policies.external"]]

    asyncio.run(run())


def test_a_process_gets_nothing_of_the_server_but_what_it_needs(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("DUN_KEY", "DUN_DATABASE", "DUN_DEBUG", "AWS_SECRET_ACCESS_KEY", "MY_PATH"):
        monkeypatch.setenv(name, "secret")
    monkeypatch.setenv("PGSSLMODE", "require")
    given = seats._environment(tmp_path)
    assert "secret" not in given.values()
    assert given["PGSSLMODE"] == "require"
    assert "PATH" in given
