"""`dun admin --web` as it is called."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

import pytest

from engine.cli.exits import OutsideError
from engine.cli.listening import listening
from engine.store.database import Database
from tests.engine.cli.command import environment
from tests.tui.dunned import PASSWORD, company
from tests.tui.web.browsing import PASSWORDS, PATIENCE, Browser
from tui.command import app
from tui.web import serving

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PROGRAM = "from tui.command import app; app()"


def test_a_port_that_is_taken_ends_it_with_a_sentence(demo_file: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        words = ["--web", "--port", port, "--database", str(demo_file)]
        with pytest.raises(OutsideError, match=f"cannot listen on 127.0.0.1:{port}: .*in use"):
            app(words, standalone_mode=False)


@pytest.mark.parametrize(
    ("host", "proxies", "warns"),
    [("127.0.0.1", (), False), ("0.0.0.0", (), True), ("0.0.0.0", ("10.0.0.1",), False)],  # noqa: S104 - what is warned of
)
def test_it_warns_where_others_could_listen_to_passwords(
    demo: Database,
    host: str,
    proxies: tuple[str, ...],
    warns: bool,  # noqa: FBT001 - a column of the table
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    monkeypatch.setattr(serving.Server, "run", lambda *_, **__: None)
    given = serving.Given("dun.db", tmp_path, "", 1, proxies)
    with listening(host, 0) as listener:
        serving.serve(serving.make_site(demo, lambda: None, given), listener, proxies)  # type: ignore[arg-type, return-value]  # nobody asks for the time
    said = capsys.readouterr().err
    assert said.startswith("warning: others in the network can read") == warns
    assert "Ctrl-C ends it" in said


@contextmanager
def started(store: str, folder: Path) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """`dun admin --web` over a store: its process, and where it is."""
    words = ("--web", "--port", "0", "--database", store)
    with subprocess.Popen(
        (sys.executable, "-P", "-c", PROGRAM, *words),
        env=environment(XDG_STATE_HOME=str(folder / "states")),
        stderr=subprocess.PIPE,
        cwd=folder,
    ) as server:
        assert server.stderr is not None
        try:
            said = server.stderr.readline().decode()
            found = re.search(r"http://[^;]+", said)
            assert found, said
            yield server, found[0]
        finally:
            server.terminate()  # so that it clears away behind itself


@pytest.mark.parametrize("address", ["postgresql"], indirect=True)
@pytest.mark.usefixtures("quick_passwords")
def test_it_serves_a_store_in_postgresql(database: Database, address: str, tmp_path: Path) -> None:
    company(database, tmp_path)
    with started(address, tmp_path) as (_, url), closing(Browser(url)) as browser:
        browser.log_in("berta", PASSWORD)
        with browser.page() as page:
            page.until("berta (approver)")
            page.until("北京龙科技")
            page.type("/rocket\r")
            page.until("1 open case")


def test_ctrl_c_ends_it_with_everybody_in_it(demo_file: Path, tmp_path: Path) -> None:
    with started(str(demo_file), tmp_path) as (server, url):
        with closing(Browser(url)) as browser:
            browser.log_in("anna", PASSWORDS["anna"])
            with browser.page() as page:
                page.until("anna (admin)")
                server.send_signal(signal.SIGINT)
                assert page.over()["why"] == "closing"
        assert server.wait(PATIENCE) == 0
    (state,) = tmp_path.rglob("admin.json")
    assert "customers" in state.read_text("utf-8"), "the process did not end well"
