"""Chromium without a window, driven as its developer tools drive it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import httpx2
from websockets.sync.client import connect

from tests.tui.web.browsing import PATIENCE, eventually

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from websockets.sync.client import ClientConnection

_OPTIONS = (
    "--headless",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--remote-debugging-port=0",
)


@dataclass(slots=True)
class Tab:
    """A page in it."""

    socket: ClientConnection
    number: int = 0
    complaints: list[str] = field(default_factory=list)
    """What the browser found wrong with pages: errors, and what their policy forbids."""
    questions: list[str] = field(default_factory=list)
    """What it wanted to know before it left a page; the answer was yes."""
    asked: list[str] = field(default_factory=list)
    """The addresses that were asked."""

    def call(self, method: str, **given: object) -> dict[str, Any]:
        """Do something, and what came of it."""
        number = self._send(method, **given)
        while True:
            told = json.loads(self.socket.recv(timeout=PATIENCE))
            if told.get("id") == number:
                if "navigated" in told.get("error", {}).get("message", ""):
                    return {"result": {}}  # the page went away meanwhile
                assert "error" not in told, told
                result: dict[str, Any] = told["result"]
                return result
            self._note(told)

    def _send(self, method: str, **given: object) -> int:
        self.number += 1
        self.socket.send(json.dumps({"id": self.number, "method": method, "params": given}))
        return self.number

    def _note(self, told: dict[str, Any]) -> None:
        match told:
            case {"method": "Runtime.exceptionThrown", "params": problem}:
                self.complaints.append(str(problem))
            case {"method": "Log.entryAdded", "params": {"entry": {"level": "error"} as entry}}:
                self.complaints.append(str(entry))
            case {"method": "Page.javascriptDialogOpening", "params": {"type": kind}}:
                self.questions.append(kind)
                self._send("Page.handleJavaScriptDialog", accept=True)
            case {"method": "Network.requestWillBeSent", "params": {"request": request}}:
                self.asked.append(request["url"])
            case _:
                pass

    def value(self, expression: str) -> Any:  # noqa: ANN401 - whatever the page says
        """What an expression is in the page."""
        found = self.call("Runtime.evaluate", expression=expression, returnByValue=True)
        return found["result"].get("value")

    def until(self, expression: str) -> None:
        """Wait until an expression holds in the page."""
        end = time.monotonic() + PATIENCE
        while not self.value(expression):
            assert time.monotonic() < end, (expression, self.value("document.body.innerText"))
            time.sleep(0.05)

    def shown(self, text: str) -> None:
        """Wait until the terminal shows a text."""
        lines = "document.querySelector('.xterm-accessibility-tree')?.innerText"
        self.until(f"({lines} ?? '').replaceAll('\\u00a0', ' ').includes({json.dumps(text)})")

    def type(self, text: str) -> None:
        """Type a text."""
        self.call("Input.insertText", text=text)

    def press(self, key: str, number: int, **more: object) -> None:
        """Press a key."""
        given = {"code": key, "key": key, "windowsVirtualKeyCode": number, **more}
        self.call("Input.dispatchKeyEvent", type="keyDown", **given)
        self.call("Input.dispatchKeyEvent", type="keyUp", **given)


@contextmanager
def chromium(folder: Path, address: str) -> Iterator[Tab]:
    """A page of Chromium at an address."""
    program = shutil.which("chromium")
    assert program is not None
    rights = ("--no-sandbox",) if os.geteuid() == 0 else ()
    words = (program, *_OPTIONS, *rights, f"--user-data-dir={folder}", "about:blank")
    with subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            port = folder / "DevToolsActivePort"
            eventually(lambda: port.exists() and port.read_text().count("\n"), "Chromium begins")
            listing = f"http://127.0.0.1:{port.read_text().splitlines()[0]}/json/list"
            tabs = httpx2.get(listing, trust_env=False).json()
            page = next(each for each in tabs if each["type"] == "page")
            url = page["webSocketDebuggerUrl"]
            with connect(url, proxy=None, max_size=None, compression=None) as socket:
                tab = Tab(socket)
                for each in ("Runtime", "Log", "Network", "Page"):
                    tab.call(f"{each}.enable")
                tab.call("Page.navigate", url=address)
                yield tab
        finally:
            process.terminate()
