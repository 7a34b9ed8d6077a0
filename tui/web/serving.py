"""The server of the pages, as `dun admin --web` runs it."""

from __future__ import annotations

import logging
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

import uvicorn
from platformdirs import user_state_path

from engine.cli.listening import is_loopback, url_of
from engine.services.stores import identity
from tui.web.door import Door
from tui.web.packets import Told
from tui.web.seats import Seats
from tui.web.site import Site

if TYPE_CHECKING:
    import socket
    from collections.abc import Iterator
    from pathlib import Path
    from types import FrameType

    from tui.backend import Clock, Database

LARGEST = 1 << 20
"""Bytes of a message of a page: what somebody pastes."""
SLOWEST = 60.0
"""Seconds after which a page that says nothing is gone; on a slow link it may take a while."""
CONNECTIONS = 200
LAST_SECONDS = 8
"""Seconds that everything has to end in."""


@dataclass(frozen=True, slots=True)
class Given:
    """What the command was given."""

    address: str
    """Of the store."""
    policies: Path
    on: str
    at_once: int
    proxies: tuple[str, ...]


def make_site(database: Database, clock: Clock, given: Given) -> Site:
    """The pages over a store."""
    states = user_state_path("dunlang") / "web" / _folder_of(database)
    told = Told(given.address, "", "", str(given.policies.absolute()), given.on, 80, 24)
    seats = Seats(told, states, given.at_once)
    return Site(Door(database, clock), seats, database.name.rpartition("/")[2])


def _folder_of(database: Database) -> str:

    return sha256(identity(database).encode()).hexdigest()[:16]


class Server(uvicorn.Server):
    """Ends well when it is told to; at once when it is told twice."""

    def __init__(self, site: Site, proxies: tuple[str, ...]) -> None:
        """`proxies`: who is believed when they say whom they ask for, and over what."""
        self._seats = site.seats
        super().__init__(
            uvicorn.Config(
                site.app(),
                ws="websockets-sansio",
                ws_max_size=LARGEST,
                ws_ping_timeout=SLOWEST,
                log_config=None,
                access_log=False,
                server_header=False,
                proxy_headers=bool(proxies),
                forwarded_allow_ips=list(proxies),
                limit_concurrency=CONNECTIONS,
                timeout_graceful_shutdown=LAST_SECONDS,
                lifespan="on",
                workers=1,
            )
        )

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:  # noqa: ARG002 - as uvicorn calls it
        """End: well the first time, now the second."""
        self.force_exit = self.should_exit
        self.should_exit = True

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Tell everybody that it ends, and let their processes keep what is not saved."""
        await self._seats.close()
        await super().shutdown(sockets)


def serve(site: Site, listener: socket.socket, proxies: tuple[str, ...]) -> None:
    """Serve the pages until somebody ends it."""
    if not is_loopback(listener) and not proxies:
        _say(
            "warning: others in the network can read what goes to and from these pages, passwords"
            " too; put a proxy with TLS in front (docs/admin.md) and name it with --proxy"
        )
    _say(f"the admin of {site.store} is at {url_of(listener)}; Ctrl-C ends it")
    with _logging():
        Server(site, proxies).run(sockets=[listener])


@contextmanager
def _logging() -> Iterator[None]:
    """Who came, on stderr."""
    log = logging.getLogger("dunlang.web")
    lines = logging.StreamHandler()
    lines.setFormatter(logging.Formatter("%(asctime)s %(message)s"))
    log.addHandler(lines)
    log.setLevel(logging.INFO)
    log.propagate = False
    try:
        yield
    finally:
        log.removeHandler(lines)
        log.propagate = True


def _say(text: str) -> None:
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()
