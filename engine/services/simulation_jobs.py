"""Simulations played in the background: some debtors at a time, each of whom is kept when done.

What is found is kept as it is found, in parts that are in order among themselves. In the end these
are merged, so that it is there in order too: by date, then case. Whoever goes on after a crash
begins behind the last part that was kept; the ledger is read as it stood when it was asked for.
"""

from __future__ import annotations

import heapq
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING

from engine.io.garbage import collector_at_rest
from engine.services.actors import Actor, Refused
from engine.services.job_worker import Kind
from engine.services.jobs import Problem, Work
from engine.services.plain import plain_event
from engine.services.simulation_asked import KIND, index_with, simulation_of
from engine.services.simulation_policies import chosen_again
from engine.services.simulation_sums import Sums
from engine.services.simulations import Simulation, simulate
from engine.store import ledger, simulations
from engine.store.simulations import FOUND, Block, Side, Stored

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from dunlang.types import Type
    from engine.core.ledger_index import LedgerIndex
    from engine.core.simulate import SimulationEvent
    from engine.services.plain import Plain
    from engine.services.stored_company import InForce
    from engine.store.database import Database

DEBTORS = 200
"""Debtors who are played and kept together."""
LINES = 500
"""Events in a block."""
BLOCKS = 20
"""Blocks that are put in order and kept together."""
MOST_FOUND = 5_000_000
"""Events of one simulation."""
TOO_MUCH = "S807"
"""More happens than is kept."""


def simulation_kind(debtors: int = DEBTORS) -> Kind:
    """What plays simulations, some debtors at a time."""

    def perform(work: Work, actor: Actor) -> Plain | Problem:
        del actor
        player = _begun(work, debtors)
        if isinstance(player, Refused):
            return Problem.of(player)
        found = player.play()
        if found is not None:
            return Problem.of(found)
        for side in player.sides:
            player.put_in_order(side)
        return {"found": player.found}

    return Kind(KIND, "read", "simulate", perform)


def _begun(work: Work, at_once: int) -> _Player | Refused:
    """A simulation where it stands."""
    number = work.job.id
    with work.database.reading() as connection:
        stored = simulations.simulations(connection, [number])[number]
        given = simulations.given(connection, number)
        sides: dict[Side, InForce] = {}
        names: tuple[Side, ...] = ("policies", "against")
        for name in names:
            if name in given:
                policies = chosen_again(connection, given[name])
                if isinstance(policies, Refused):
                    return policies
                sides[name] = policies
        case = stored.asked["case"]
        alone = None if case is None else _debtor_of(connection, case)
        customers = stored.position.customers
        of = ledger.count_debtors(connection, customers) if alone is None else 1
        blocks = simulations.block_count(connection, number, FOUND)
    sums = {name: Sums.from_kept(stored.sums[name]) for name in sides}
    return _Player(
        work,
        stored,
        sides,
        simulation_of(stored.asked),
        [(debtor, line) for debtor, line in given["what_if"]],
        alone,
        at_once,
        of,
        work.job.done,
        blocks,
        stored.found,
        sums,
        stored.sums["differing"],
    )


def _debtor_of(connection: Connection, case: str) -> str:
    owner = ledger.owner_of(connection, case) or ""
    return ledger.families_of(connection, [owner])[owner]


@dataclass(slots=True)
class _Player:
    """A simulation that is played."""

    work: Work
    stored: Stored
    """As it was kept the last time."""
    sides: Mapping[Side, InForce]
    asked: Simulation
    what_if: list[tuple[str, str]]
    """Further events by the debtor whom they concern."""
    alone: str | None
    """The only debtor who is played."""
    at_once: int
    of: int
    """Debtors in all."""
    done: int
    blocks: int
    found: int
    sums: Mapping[Side, Sums]
    differing: int

    @property
    def database(self) -> Database:
        return self.work.database

    # ------------------------------------------------------------------------------- playing

    def play(self) -> Refused | None:
        """Play everybody who was not played yet."""
        while True:
            with self.database.reading() as connection:
                names = self._next(connection)
                if not names:
                    return None
                with collector_at_rest():
                    indexes = self._indexes(connection, list(names))
            with collector_at_rest():
                found = {side: self._played(side, indexes[side]) for side in self.sides}
            self._keep(names, found)
            if self.found > MOST_FOUND:
                message = f"more than {MOST_FOUND:,} events happen, which are not kept"
                return Refused(TOO_MUCH, message, "simulate fewer days, or one case")

    def _next(self, connection: Connection) -> dict[str, int]:
        after, upto = self.stored.after, self.stored.position.customers
        if self.alone is None:
            return ledger.debtors_after(connection, after, upto, self.at_once)
        return {self.alone: 1} if after == 0 else {}

    def _indexes(self, connection: Connection, names: list[str]) -> dict[Side, LedgerIndex]:
        """What each side sees of some debtors: facts get their types from its policies."""
        found: dict[Side, LedgerIndex] = {}
        known: dict[str, LedgerIndex] = {}
        lines = [line for debtor, line in self.what_if if debtor in set(names)]
        for side, policies in self.sides.items():
            declared = policies.declared
            key = repr(sorted(declared.items()))
            if key not in known:
                known[key] = self._index(connection, names, declared, lines)
            found[side] = known[key]
        return found

    def _index(
        self,
        connection: Connection,
        names: list[str],
        declared: Mapping[str, Type],
        lines: list[str],
    ) -> LedgerIndex:
        return index_with(connection, declared, names, self.stored.position, lines)

    def _played(self, side: Side, index: LedgerIndex) -> list[SimulationEvent]:
        policies = self.sides[side].together
        return simulate(index, policies, self.asked, lambda *_: self._tell())

    def _tell(self) -> None:
        """Between two debtors: nothing of them is kept if it ends here."""
        self.work.tell(self.done, self.of)

    def _keep(self, names: Mapping[str, int], found: Mapping[Side, list[SimulationEvent]]) -> None:
        """Keep what some debtors came to, and that it is kept, or nothing of either."""
        part = self.stored.parts
        blocks: list[Block] = []
        for side, events in found.items():
            self.sums[side].add(events)
            lines = [json.dumps(plain_event(each), ensure_ascii=False) for each in events]
            for some in _some(lines, LINES):
                number = self.blocks + len(blocks)
                blocks.append(Block(FOUND, number, part, side, self.found, some))
                self.found += len(some)
        self.blocks += len(blocks)
        if len(found) > 1:
            self.differing += _differing(*found.values())
        after = max(names.values())
        self.done += len(names)
        sums: dict[str, object] = {side: each.kept for side, each in self.sums.items()}
        sums["differing"] = self.differing
        with self.database.writing() as connection:
            # Whoever has it no more keeps nothing.
            self.work.keep(connection, self.done, self.of)
            simulations.add_blocks(connection, self.stored.job_id, blocks)
            simulations.change(
                connection,
                self.stored.job_id,
                after=after,
                parts=part + 1,
                found=self.found,
                sums=sums,
            )
        self.stored = replace(self.stored, after=after, parts=part + 1)
        self.work.heed()

    # ------------------------------------------------------------------------------- in order

    def put_in_order(self, side: Side) -> None:
        """Merge what was found on a side, so that it is there by date and case."""
        number = self.stored.job_id
        with self.database.reading() as connection:
            parts = simulations.parts_of(connection, number, side)
            there = simulations.block_count(connection, number, side)
        found = heapq.merge(*(self._keyed(each) for each in parts.values()))
        lines = (line for _, _, _, line in islice(found, there * LINES, None))
        first, blocks = there * LINES, list[Block]()
        for some in _some(lines, LINES):
            blocks.append(Block(side, there + len(blocks), 0, side, first, some))
            first += len(some)
            if len(blocks) == BLOCKS:
                self._keep_in_order(blocks)
                there, blocks = there + len(blocks), []
        self._keep_in_order(blocks)

    def _keep_in_order(self, blocks: list[Block]) -> None:
        with self.database.writing() as connection:
            self.work.keep(connection, self.done, self.of)
            simulations.add_blocks(connection, self.stored.job_id, blocks)
        self.work.heed()

    def _keyed(self, blocks: Iterable[int]) -> Iterator[tuple[str, str, int, str]]:
        """Events of a part by date, case and place: a case has its events in one part only."""
        place = 0
        for at in blocks:
            with self.database.reading() as connection:
                block = simulations.block(connection, self.stored.job_id, FOUND, at)
            for line in () if block is None else block.lines:
                event = json.loads(line)
                place += 1
                yield event["on"], event["case"], place, line


def _some(lines: Iterable[str], count: int) -> Iterator[tuple[str, ...]]:
    every = iter(lines)
    while some := tuple(islice(every, count)):
        yield some


def _differing(one: list[SimulationEvent], other: list[SimulationEvent]) -> int:
    """Cases to which something else happens, whatever the policies are called."""
    before: dict[str, list[SimulationEvent]] = {}
    after: dict[str, list[SimulationEvent]] = {}
    for found, events in ((before, one), (after, other)):
        for each in events:
            found.setdefault(each.case, []).append(replace(each, policy=None, version=None))
    return sum(before.get(case) != after.get(case) for case in before.keys() | after.keys())
