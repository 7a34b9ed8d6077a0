"""`dun admin --web` as browsers meet it: a real server, real connections, real processes."""

from __future__ import annotations

import asyncio
import datetime
import json
import re
import threading
import time
import uuid
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import httpx2
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from engine.cli.listening import listening
from engine.services.demo_store import PEOPLE
from tui.web.door import Door
from tui.web.packets import Told
from tui.web.seats import Seats
from tui.web.serving import Server
from tui.web.site import Site

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from websockets.sync.client import ClientConnection

    from engine.store.database import Database

PASSWORDS = {each.name: each.password for each in PEOPLE}
DAY = "2026-03-31"
PATIENCE = 20.0
"""Seconds in which what a test waits for must happen."""
_ESCAPE = re.compile(r"\x1b(?:\[[0-9;?<>=$]*[A-Za-z]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[=>])")


def now() -> datetime.datetime:
    """The time, which the processes of people ask for too."""
    return datetime.datetime.now(datetime.UTC)


def eventually(holds: Callable[[], Any], what: str) -> None:
    """Wait until something holds."""
    end = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < end, f"not in time: {what}"
        time.sleep(0.02)


@dataclass(slots=True)
class Page:
    """A page that is open: what it shows, and what it types."""

    socket: ClientConnection
    raw: str = ""
    told: list[dict[str, Any]] = field(default_factory=list)

    def tell(self, *what: object) -> None:
        self.socket.send(json.dumps(what))

    def type(self, text: str) -> None:
        """Type, after forgetting what was shown."""
        self.raw = ""
        self.tell("in", text)

    @property
    def text(self) -> str:
        return _ESCAPE.sub("", self.raw)

    def take(self) -> None:
        """Take what comes next, and tell that it was seen."""
        came = self.socket.recv(timeout=PATIENCE)
        if isinstance(came, str):
            self.told.append(json.loads(came))
        else:
            self.raw += came.decode("utf-8", "replace")
            with suppress(ConnectionClosed):  # what came before is still to be taken
                self.tell("seen", len(came))

    def until(self, shown: str) -> None:
        """Wait until something is shown."""
        self.until_raw(lambda: shown in self.text, shown)

    def until_raw(self, holds: Callable[[], bool], what: str) -> None:
        """Wait until something holds of what was shown."""
        end = time.monotonic() + PATIENCE
        while not holds():
            try:
                self.take()
            except TimeoutError:
                end = 0
            assert time.monotonic() < end, f"not shown: {what}\n{self.text}"

    def over(self) -> dict[str, Any]:
        """Wait until it is over; why."""
        try:
            while True:
                self.take()
        except ConnectionClosed:
            return next(each for each in self.told if each["type"] == "over")


@dataclass(slots=True)
class Browser:
    """Somebody's browser, with its cookies."""

    url: str
    headers: dict[str, str] = field(default_factory=dict)
    client: httpx2.Client = field(init=False)

    def __post_init__(self) -> None:
        self.client = httpx2.Client(base_url=self.url, trust_env=False, timeout=PATIENCE)
        self.client.headers.update(self.headers)

    def close(self) -> None:
        self.client.close()

    def log_in(self, name: str, password: str, **headers: str) -> httpx2.Response:
        form = {"name": name, "password": password}
        return self.client.post("/login", data=form, headers={"Origin": self.url, **headers})

    def log_out(self) -> httpx2.Response:
        return self.client.post("/logout", headers={"Origin": self.url})

    @contextmanager
    def page(
        self,
        seat: str = "",
        size: tuple[int, int] = (100, 30),
        origin: str | None = "",
        shown: Mapping[str, str] | None = None,
    ) -> Iterator[Page]:
        """The page with the admin."""
        width, height = size
        query = f"seat={seat or uuid.uuid4().hex}&width={width}&height={height}"
        cookies = "; ".join(f"{name}={value}" for name, value in self.client.cookies.items())
        headers = {"Cookie": cookies} if cookies else {}
        with connect(
            f"{self.url.replace('http', 'ws', 1)}/terminal?{query}",
            origin=self.url if origin == "" else origin,  # type: ignore[arg-type]  # it is a kind of text there
            additional_headers={**headers, **(shown or {})},
            proxy=None,
            open_timeout=PATIENCE,
        ) as socket:
            yield Page(socket)


@dataclass(slots=True)
class Served:
    """A site that is being served."""

    site: Site
    url: str
    loop: asyncio.AbstractEventLoop
    browsers: list[Browser] = field(default_factory=list)

    def browser(self, person: str = "") -> Browser:
        """A browser, in which a person is logged in."""
        made = Browser(self.url)
        self.browsers.append(made)
        if person:
            answer = made.log_in(person, PASSWORDS[person])
            assert answer.status_code == HTTPStatus.SEE_OTHER, answer.text
        return made

    @property
    def processes(self) -> list[int]:
        """The processes of people."""
        return [seat.process.pid for seat in list(self.site.seats.seats.values())]

    def call(self, done: Any) -> Any:  # noqa: ANN401 - whatever it is
        """Await something where the site runs."""
        return asyncio.run_coroutine_threadsafe(done, self.loop).result(PATIENCE)


@contextmanager
def serving(database: Database, folder: Path, **options: Any) -> Iterator[Served]:  # noqa: ANN401 - those of Seats
    """A site over a store, served by a thread."""
    told = Told(str(database.engine.url.database), "", "", str(folder / "policies"), DAY, 80, 24)
    site = Site(Door(database, now), Seats(told, folder / "states", **options), "dun.db")
    listener = listening("127.0.0.1", 0)
    server = Server(site, ("127.0.0.1",))
    started: list[asyncio.AbstractEventLoop] = []

    async def run() -> None:
        started.append(asyncio.get_running_loop())
        await server.serve(sockets=[listener])

    thread = threading.Thread(target=lambda: asyncio.run(run()))
    thread.start()
    eventually(lambda: server.started, "the server begins")
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    served = Served(site, url, started[0])
    try:
        yield served
    finally:
        server.should_exit = True
        thread.join()
        for each in served.browsers:
            each.close()
