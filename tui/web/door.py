"""Who is let in: logging in, the cookie, and how often somebody may guess."""

from __future__ import annotations

import asyncio
import math
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from engine.services.accounts import authenticate, login, logout
from engine.services.actors import Refused
from engine.services.buckets import Buckets, network_of
from engine.services.passwords import WRONG

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import HTTPConnection
    from starlette.responses import Response

    from engine.services.accounts import Session
    from tui.backend import Actor, Clock, Database

AT_ONCE = 2
"""Passwords that are checked at the same time: each takes memory and a processor."""
FROM_ONE, FROM_ONE_A_SECOND = 10, 10 / 60
"""Wrong passwords that may come from an address at once, and after that."""
FOR_ONE, FOR_ONE_A_SECOND = 20, 1 / 60
"""Wrong passwords for a name at once, and after that, from wherever they come."""
_LONGEST_NAME = 200
_MOST_KNOWN = 10_000


@dataclass(slots=True)
class Door:
    """Lets people in, and knows them again."""

    database: Database
    clock: Clock
    seconds: Callable[[], float] = time.monotonic
    from_one: Buckets = field(default_factory=lambda: Buckets(FROM_ONE_A_SECOND, FROM_ONE))
    for_one: Buckets = field(default_factory=lambda: Buckets(FOR_ONE_A_SECOND, FOR_ONE))
    known: dict[tuple[str, str], None] = field(default_factory=dict)
    """Names with the networks from which their people logged in: whoever guesses elsewhere does
    not shut them out."""
    _turns: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))

    async def log_in(self, name: str, password: str, address: str) -> Session | Refused:
        """Begin a session, or say why not. Raises StoreError."""
        network, spelled = network_of(address), name.strip().casefold()[:_LONGEST_NAME]
        async with self._turns:
            wait = self._wait(network, spelled)
            if wait > 0:
                minutes = math.ceil(wait / 60)
                hint = f"try again in {minutes} minute{'' if minutes == 1 else 's'}"
                return Refused(WRONG, "too many wrong passwords were tried", hint)
            found = await asyncio.to_thread(login, self.database, name, password, self.clock())
        if isinstance(found, Refused):
            self.from_one.take(network, self.seconds())
            self.for_one.take(spelled, self.seconds())
        else:
            self.known.pop((spelled, network), None)
            self.known[spelled, network] = None
            while len(self.known) > _MOST_KNOWN:
                del self.known[next(iter(self.known))]
        return found

    def _wait(self, network: str, name: str) -> float:
        now = self.seconds()
        wait = self.from_one.wait(network, now)
        if (name, network) not in self.known:
            wait = max(wait, self.for_one.wait(name, now))
        return wait

    async def who(self, key: str | None) -> Actor | None:
        """Whose session a key is; None where it is nobody's. Raises StoreError."""
        if key is None:
            return None
        found = await asyncio.to_thread(authenticate, self.database, key, self.clock())
        return None if isinstance(found, Refused) else found

    async def log_out(self, key: str) -> None:
        """End a session. Raises StoreError."""
        await asyncio.to_thread(logout, self.database, key, self.clock())


_PLAIN, _SECURE = "dun", "__Host-dun"
"""A browser takes a cookie of the second name only over TLS, and gives it to this host alone."""


def is_secure(asked: HTTPConnection) -> bool:
    """Whether TLS is in front, as the browser sees it."""
    return asked.url.scheme in {"https", "wss"}


def key_of(asked: HTTPConnection) -> str | None:
    """The session that a browser shows."""
    return asked.cookies.get(_SECURE if is_secure(asked) else _PLAIN)


def give_key(asked: HTTPConnection, answer: Response, session: Session, seconds: int) -> None:
    """Let the browser keep a session; no script can read it, and no other site can use it."""
    secure = is_secure(asked)
    name = _SECURE if secure else _PLAIN
    answer.set_cookie(
        name, session.key, max_age=seconds, secure=secure, httponly=True, samesite="strict"
    )


def take_key(asked: HTTPConnection, answer: Response) -> None:
    """Let the browser forget a session."""
    secure = is_secure(asked)
    name = _SECURE if secure else _PLAIN
    answer.delete_cookie(name, secure=secure, httponly=True, samesite="strict")


def is_own(asked: HTTPConnection) -> bool:
    """Whether a page of this site asks, and no page of another; a browser tells without a lie."""
    origin, host = asked.headers.get("origin"), asked.headers.get("host")
    scheme = "https" if is_secure(asked) else "http"
    return origin is not None and host is not None and origin == f"{scheme}://{host}"
