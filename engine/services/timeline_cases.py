"""One case of a simulation: everything that happens to it, and why it stands where it stands."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from engine.core.simulate import tell_debtor
from engine.io.garbage import collector_at_rest
from engine.services.actors import Refused
from engine.services.decisions import NoCase, debtor_of_case, decided_for
from engine.services.simulation_asked import NO_CASE, look_at
from engine.services.simulations import known_of, simulate, without_money
from engine.services.timelines import index_of
from engine.store import ledger

if TYPE_CHECKING:
    import datetime

    from engine.core.decision import Decision
    from engine.core.ledger_index import LedgerIndex
    from engine.core.simulate import SimulationEvent
    from engine.services.actors import Actor
    from engine.services.simulation_asked import Asked, Ready
    from engine.services.stores import Database


@dataclass(slots=True)
class Teller:
    """Tells of single cases of a simulation; may be asked from any thread."""

    database: Database
    actor: Actor
    asked: Asked
    _ready: Ready | None = None
    _index: tuple[str, int, LedgerIndex] | None = None
    """Whose ledger was read last, and for which side."""
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def happens(self, case: str, side: int = 0) -> list[SimulationEvent] | Refused:
        """Everything that happens to a case in the range, in order. Raises StoreError."""
        with self._lock:
            found = self._look(case, side)
        if isinstance(found, Refused):
            return found
        ready, index = found
        asked = replace(self.asked.simulation, case=case)
        return simulate(index, ready.sides[side].policies.together, asked)

    def why(self, case: str, on: datetime.date, side: int = 0) -> Decision | NoCase | Refused:
        """What is decided for a case on a day, after all that was executed before it in the range.

        With the lines of the policy that mattered. Raises StoreError.
        """
        with self._lock:
            found = self._look(case, side)
        if isinstance(found, Refused):
            return found
        ready, index = found
        debtor = debtor_of_case(index, case)
        if debtor is None:
            return NoCase(f"there is no case '{case}' in the ledger")
        asked = replace(self.asked.simulation, last=on)
        known = known_of(index, debtor, asked)
        played = replace(asked.range, last=on.toordinal() - 1)
        policies = ready.sides[side].policies.together
        story = tell_debtor(debtor, known, policies, played, from_scratch=asked.from_scratch)
        _, whose = story.debtors[-1]
        # What replaying the days would put on record, playing them did.
        whose.replayed = max(whose.replayed, played.last)
        return decided_for(whose, case, on, explain=True)

    def _look(self, case: str, side: int) -> tuple[Ready, LedgerIndex] | Refused:
        if self._ready is None:
            ready = look_at(self.database, self.actor, self.asked)
            if isinstance(ready, Refused):
                return ready
            self._ready = ready
        with self.database.reading() as connection, collector_at_rest():
            owner = ledger.owner_of(connection, case) if case.isprintable() else None
            if owner is None:
                return Refused(NO_CASE, f"there is no case '{case}' in the store")
            name = ledger.families_of(connection, [owner])[owner]
            if self._index is None or self._index[:2] != (name, side):
                index = index_of(connection, self._ready, [name], side)
                if self.asked.no_more_payments:
                    index = without_money(index, self.asked.first)
                self._index = name, side, index
        return self._ready, self._index[2]
