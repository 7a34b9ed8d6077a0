"""What requests share: the store, the clock, and the policies that decide."""

from __future__ import annotations

import datetime
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated

from fastapi import Depends, Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from api.problems import UNAUTHORIZED, ProblemError
from engine.services.accounts import authenticate
from engine.services.actors import Actor, Refused
from engine.services.stored_company import InForce, approved_versions, in_force_now
from engine.services.stores import Database

if TYPE_CHECKING:
    from collections.abc import Sequence

FRESH = 1.0
"""Seconds for which the list of approved versions is not asked for again."""


@dataclass(slots=True)
class Context:
    """One store, served."""

    database: Database
    clock: Callable[[], datetime.datetime]
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _compiled: tuple[Sequence[tuple[str, int, str]], InForce | Refused] | None = None
    _looked: float = 0.0

    def in_force(self) -> InForce | Refused:
        """The policies that count: compiled once, and swapped when a version is approved."""
        known = self._compiled
        if known is not None and time.monotonic() - self._looked < FRESH:
            return known[1]
        versions = approved_versions(self.database)
        with self._lock:
            known = self._compiled
            if known is None or known[0] != versions:
                known = versions, in_force_now(self.database)
                self._compiled = known
            self._looked = time.monotonic()
        return known[1]

    def forget(self) -> None:
        """Look for approved versions at the next request: one was approved just now."""
        self._looked = 0.0


def context(request: Request) -> Context:
    """What the requests of an application share."""
    found: Context = request.app.state.context
    return found


Shared = Annotated[Context, Depends(context)]
_BEARER = HTTPBearer(auto_error=False, description="A key of 'dun key create', or a session.")


def acting(
    shared: Shared,
    given: Annotated[HTTPAuthorizationCredentials | None, Security(_BEARER)],
) -> Actor:
    """Who is asking. Raises ProblemError (401) where nobody is known to be."""
    challenge = {"WWW-Authenticate": 'Bearer realm="dunlang"'}
    if given is None:
        detail = "no key was sent"
        hint = "send a header 'Authorization: Bearer KEY'; 'dun key create' makes a key"
        raise ProblemError(401, UNAUTHORIZED, detail, hint, headers=challenge)
    actor = authenticate(shared.database, given.credentials, shared.clock())
    if isinstance(actor, Refused):
        # What a key was is nobody's business who does not have it.
        raise ProblemError(401, UNAUTHORIZED, actor.message, headers=challenge)
    return actor


Asking = Annotated[Actor, Depends(acting)]
