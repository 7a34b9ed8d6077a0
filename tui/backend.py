"""How screens ask: one store, who acts in it, and the clock.

What an area asks beyond this stands in its own `asking.py`, as plain functions that take a
`Backend`; they wait for the store, so screens call them through `AreaScreen.ask`.
"""

from __future__ import annotations

import datetime
import os
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias, TypeVar

from engine.services.accounts import login
from engine.services.actors import Actor, Refused
from engine.services.stored_company import InForce, approved_versions, in_force_now
from engine.services.stores import Database, StoreError, check_store

__all__ = ["Actor", "Backend", "Clock", "Database", "InForce", "Refused", "StoreError"]

Clock: TypeAlias = Callable[[], datetime.datetime]
"""The time, in UTC."""
Result = TypeVar("Result")


DROP = "DUN_DROP"
"""The environment variable that names the folder for letters, as for `dun run --execute`."""


def _letters() -> Path | None:
    named = os.environ.get(DROP)
    return Path(named) if named else None


@dataclass(slots=True)
class Backend:
    """One store, as a person uses it."""

    database: Database
    actor: Actor
    clock: Clock
    folder: Path = Path("policies")
    """Where drafts of policies lie."""
    letters: Path | None = field(default_factory=_letters)
    """Where letters go; None: where they went the last time, else `letters` here."""
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)
    _in_force: InForce | None = field(default=None, repr=False)

    @property
    def name(self) -> str:
        """How the store is called, without a password."""
        return self.database.name

    def now(self) -> datetime.datetime:
        """The time."""
        return self.clock()

    def today(self) -> datetime.date:
        """The day of the person at this computer."""
        return self.clock().astimezone().date()

    def in_force(self) -> InForce | Refused:
        """The policies that count, compiled once and again when others do. Raises StoreError."""
        versions = approved_versions(self.database)
        with self._lock:
            if self._in_force is None or self._in_force.versions != versions:
                found = in_force_now(self.database)
                if isinstance(found, Refused):
                    return found
                self._in_force = found
            return self._in_force

    def policies(self, question: Callable[[InForce], Result | Refused]) -> Result | Refused:
        """What a question about the policies that count is answered. Raises StoreError."""
        now = self.in_force()
        return now if isinstance(now, Refused) else question(now)

    def check(self) -> None:
        """See to it that the store can be reached. Raises StoreError."""
        check_store(self.database)

    def as_person(self, name: str, password: str) -> Backend | Refused:
        """The same store, used by somebody else who can log in. Raises StoreError."""
        session = login(self.database, name, password, self.now())
        if isinstance(session, Refused):
            return session
        return Backend(self.database, session.actor, self.clock, self.folder, self.letters)
