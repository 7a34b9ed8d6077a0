"""What requests share: the store, the clock, and the policies that decide."""

from __future__ import annotations

import datetime
import hashlib
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated

from fastapi import Depends, Request, Security
from fastapi.concurrency import run_in_threadpool
from fastapi.security import HTTPBearer
from starlette.requests import HTTPConnection

from api.calls import asked_by
from api.problems import UNAUTHORIZED, ProblemError
from engine.services.accounts import authenticate
from engine.services.actors import Actor, Refused
from engine.services.given_answers import Answering
from engine.services.stored_company import InForce, approved_versions, in_force_now
from engine.services.stores import Database

if TYPE_CHECKING:
    from collections.abc import Sequence

FRESH = 1.0
"""Seconds for which the store is not asked again which versions are approved, and whose a key is:
what was revoked is refused no later than this."""
_KEYS = 1_000
"""Of keys that were asked for, kept."""


@dataclass(slots=True)
class Context:
    """One store, served."""

    database: Database
    clock: Callable[[], datetime.datetime]
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _compiled: tuple[Sequence[tuple[str, int, str]], InForce | Refused] | None = None
    _looked: float = 0.0
    _approvals: int = 0
    """By this service: what was read before one is no longer fresh after it."""
    _answering: Answering | None = None
    """What is kept of decisions by the policies that count."""
    _known: dict[bytes, tuple[float, Actor]] = field(default_factory=dict)
    """By digest of a key: when it was found, and whose it is."""

    @property
    def is_fresh(self) -> bool:
        """Whether the policies are known without asking the store."""
        return self._compiled is not None and time.monotonic() - self._looked < FRESH

    def in_force(self) -> InForce | Refused:
        """The policies that count: compiled once, and swapped when a version is approved."""
        known = self._compiled
        if known is not None and self.is_fresh:
            return known[1]
        approvals = self._approvals
        versions = approved_versions(self.database)
        with self._lock:
            known = self._compiled
            if known is None or known[0] != versions:
                known = versions, in_force_now(self.database)
                self._compiled = known
            if approvals == self._approvals:
                self._looked = time.monotonic()
        return known[1]

    def answering(self, now: InForce) -> Answering:
        """What is kept of decisions by some policies from one question to the next."""
        kept = self._answering
        if kept is None or kept.now is not now:
            kept = self._answering = Answering(now)
        return kept

    def forget(self) -> None:
        """Look for approved versions at the next request: one was approved just now."""
        with self._lock:
            self._approvals += 1
            self._looked = 0.0

    def actor_at_hand(self, key: str) -> Actor | None:
        """Whose a key is, if that was found just now."""
        known = self._known.get(_digest(key))
        is_fresh = known is not None and time.monotonic() - known[0] < FRESH
        return known[1] if known is not None and is_fresh else None

    async def actor(self, key: str) -> Actor | Refused:
        """Whose a key is; asked of the store, unless that was done just now."""
        at_hand = self.actor_at_hand(key)
        if at_hand is not None:
            return at_hand
        digest, now = _digest(key), time.monotonic()
        actor = await run_in_threadpool(authenticate, self.database, key, self.clock())
        if isinstance(actor, Refused):
            self._known.pop(digest, None)
            return actor
        if len(self._known) >= _KEYS:
            self._known.clear()
        self._known[digest] = now, actor
        return actor


def _digest(key: str) -> bytes:
    # A key is random enough for a plain digest, and itself is kept nowhere.
    return hashlib.sha256(key.encode(errors="replace")).digest()


async def context(request: Request) -> Context:
    """What the requests of an application share."""
    # Asynchronous, as a plain function would be run in a thread.
    found: Context = request.app.state.context
    return found


Shared = Annotated[Context, Depends(context)]


class _Bearer(HTTPBearer):
    """Who is asking, by the key that they send: one dependency, as each costs every request."""

    async def __call__(self, request: HTTPConnection) -> Actor:  # type: ignore[override]  # whose key it is, not the key
        """Who is asking. Raises ProblemError (401) where nobody is known to be."""
        challenge = {"WWW-Authenticate": 'Bearer realm="dunlang"'}
        given = await super().__call__(request)
        if given is None:
            detail = "no key was sent"
            hint = "send a header 'Authorization: Bearer KEY'; 'dun key create' makes a key"
            raise ProblemError(401, UNAUTHORIZED, detail, hint, headers=challenge)
        shared: Context = request.app.state.context
        actor = await shared.actor(given.credentials)
        if isinstance(actor, Refused):
            # Nor is it the business of somebody unknown where the store is.
            detail = actor.message.replace(shared.database.name, "the store")
            hint = "'dun key create' makes a key"
            raise ProblemError(401, UNAUTHORIZED, detail, hint, headers=challenge)
        asked_by(actor.name)
        return actor


_BEARER = _Bearer(
    scheme_name="HTTPBearer",
    auto_error=False,
    description="A key of 'dun key create', or a session.",
)
Asking = Annotated[Actor, Security(_BEARER)]
