"""Simulations as pictures: a line a case, one symbol a day, and what each day comes to.

Some debtors are played at a time and given away at once, so that memory is about a byte for each
case and day, and the first lines are there long before the last. What is played is what
`simulations.simulate` plays; `timeline_process` does it beside a face that must not stand still.
"""

from __future__ import annotations

from array import array
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from engine.core.standing import ABSENT, UNCLEAR, Rungs, Standing, Stretch, standings
from engine.io.garbage import collector_at_rest
from engine.services.simulation_asked import index_with
from engine.services.simulations import customers_of, simulate, stories_of
from engine.services.stored_company import approved_versions
from engine.services.timeline_figures import Figures, figures_of, stage_name
from engine.store import ledger
from engine.store.ledger_read import position

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from sqlalchemy import Connection

    from engine.core.ledger_index import LedgerIndex
    from engine.core.policies import PolicySet
    from engine.core.simulate import SimulationEvent, Story
    from engine.services.simulation_asked import Asked, Ready
    from engine.store.database import Database

AT_FIRST, AT_ONCE = 10, 50
"""Debtors who are played together: few at first, so that there is something to see."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A day on which the rules change."""

    day: int
    """0 is the first one."""
    text: str


@dataclass(frozen=True, slots=True)
class Ladder:
    """What the policies of a side are called, and their stages."""

    versions: tuple[tuple[str, int, str], ...]
    """Id, number and SHA-256."""
    rungs: Mapping[int, Mapping[str, str]]
    """By rung: the titles of the stages on it by `stage_name`, those of newer versions first."""
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class Opening:
    """What is known before anything was played."""

    debtors: int
    """In all."""
    ladders: tuple[Ladder, ...]
    """Of each side."""
    still: tuple[int, ...]
    """Days off for all policies of the first side that run on business days; 0 is the first."""


@dataclass(frozen=True, slots=True)
class Line:
    """A case."""

    case: str
    customer: str
    """Its debtor."""
    name: str
    """The debtor's; empty if there is none."""
    currency: str
    minor: int
    """What is owed on the first day, or when it came to be; for what is paid, what it was over."""
    due: int
    """`date.toordinal()`."""


@dataclass(frozen=True, slots=True)
class Side:
    """What some debtors come to under some policies."""

    symbols: bytes
    """Of each line one a day, line by line; see `engine.core.standing`."""
    happens: array[int]
    """Line and day, line and day ... of everything that happens, by line; 0 is the first."""
    charges: array[int]
    """Of each line, what is charged in the range: fees, tax and interest in minor units."""
    figures: Figures


@dataclass(frozen=True, slots=True)
class Block:
    """Some debtors, played."""

    done: int
    """Debtors, with those before."""
    lines: tuple[Line, ...]
    sides: tuple[Side, ...]


def play_timelines(
    database: Database, asked: Asked, ready: Ready, at_once: int = AT_ONCE
) -> Iterator[Opening | Block]:
    """Play a simulation that was looked at, some debtors at a time. Raises StoreError."""
    player = _Player(database, asked, ready)
    yield player.opening(player.count())
    for done, sides in player.slices(range(len(ready.sides)), at_once):
        with collector_at_rest():
            lines, played = player.block(sides)
        yield Block(done, lines, played)


def play_events(
    database: Database, asked: Asked, ready: Ready
) -> Iterator[tuple[int, int, list[SimulationEvent]]]:
    """What happens under the policies of the first side, in no order, some debtors at a time.

    With how many of how many debtors are done. Raises StoreError.
    """
    player = _Player(database, asked, ready)
    total = player.count()
    for done, (index,) in player.slices(range(1), AT_ONCE):
        with collector_at_rest():
            policies = ready.sides[0].policies.together
            events = simulate(index, policies, asked.simulation)
        yield done, total, events


def stamp_of(database: Database) -> tuple[object, ...]:
    """Something that differs if a simulation with the policies in force would read other things.

    Raises StoreError.
    """
    with database.reading() as connection:
        return position(connection), approved_versions(database)


@dataclass(frozen=True, slots=True)
class _Player:
    """A simulation in its parts."""

    database: Database
    asked: Asked
    ready: Ready

    @property
    def days(self) -> int:
        return (self.asked.last - self.asked.first).days + 1

    def opening(self, debtors: int) -> Opening:
        """What the policies say about the range."""
        first, count = self.asked.first.toordinal(), self.days
        policies = [each.policies.together for each in self.ready.sides]
        every = (v for each in policies[0].versions.values() for v in each)
        resting = [version for version in every if version.plan.business_days_only]
        still = tuple(
            day
            for day in range(count)
            if resting and all(v.run_day(first + day) != first + day for v in resting)
        )
        ladders = tuple(
            Ladder(each.policies.versions, _titles(found), _marks(found, first, count))
            for each, found in zip(self.ready.sides, policies, strict=True)
        )
        return Opening(debtors, ladders, still)

    def count(self) -> int:
        """Debtors in all."""
        if self.asked.case is not None:
            return 1
        with self.database.reading() as connection:
            return ledger.count_debtors(connection, self.ready.upto.customers)

    def slices(self, sides: range, at_once: int) -> Iterator[tuple[int, list[LedgerIndex]]]:
        """What each side sees of some debtors after the others, and how many that makes."""
        done, after, count = 0, 0, min(AT_FIRST, at_once)
        while True:
            with self.database.reading() as connection, collector_at_rest():
                names = self.following(connection, after, count)
                if not names:
                    return
                found = [self.index(connection, list(names), side) for side in sides]
            done, after, count = done + len(names), max(names.values()), at_once
            yield done, found

    def following(self, connection: Connection, after: int, count: int) -> dict[str, int]:
        """The next debtors, with their places."""
        case = self.asked.case
        if case is None:
            return ledger.debtors_after(connection, after, self.ready.upto.customers, count)
        owner = None if after else ledger.owner_of(connection, case)
        return {} if owner is None else {ledger.families_of(connection, [owner])[owner]: 1}

    def index(self, connection: Connection, names: Sequence[str], side: int) -> LedgerIndex:
        """What a side sees of some debtors: facts get their types from its policies."""
        return index_of(connection, self.ready, names, side)

    def block(self, indexes: Sequence[LedgerIndex]) -> tuple[tuple[Line, ...], tuple[Side, ...]]:
        """Some debtors under the policies of each side; the lines are those of either."""
        first, last = self.asked.first.toordinal(), self.asked.last.toordinal()
        played = [
            _played(index, each.policies.together, self.asked)
            for index, each in zip(indexes, self.ready.sides, strict=True)
        ]
        lines: dict[str, Line] = {}
        for found in reversed(played):
            lines.update(found.lines)
        order = sorted(lines.values(), key=lambda each: (each.customer, each.case))
        return tuple(order), tuple(found.side(order, first, last) for found in played)


def index_of(connection: Connection, ready: Ready, names: Sequence[str], side: int) -> LedgerIndex:
    """What the policies of a side see of some debtors, with what else is to happen to them."""
    named = set(names)
    lines = [line for debtor, line in ready.what_if if debtor in named]
    declared = ready.sides[side].policies.declared
    return index_with(connection, declared, names, ready.upto, lines)


def _titles(policies: PolicySet) -> dict[int, dict[str, str]]:
    found: dict[int, dict[str, str]] = {}
    for versions in policies.versions.values():
        for version in reversed(versions):
            plan = version.plan
            for rung, stage in enumerate(plan.base.stages, start=1):
                name = stage_name(plan.id, plan.version, stage.id)
                found.setdefault(rung, {})[name] = stage.title or stage.id
    return dict(sorted(found.items()))


def _marks(policies: PolicySet, first: int, days: int) -> tuple[Mark, ...]:
    return tuple(
        Mark(version.plan.effective - first, version.name)
        for versions in policies.versions.values()
        for version in versions
        if 0 <= version.plan.effective - first < days
    )


# ------------------------------------------------------------------------------------- one block


@dataclass(slots=True)
class _Played:
    """Some debtors under the policies of a side."""

    events: list[SimulationEvent] = field(default_factory=list)
    cases: dict[str, Standing] = field(default_factory=dict)
    lines: dict[str, Line] = field(default_factory=dict)

    def side(self, order: Sequence[Line], first: int, last: int) -> Side:
        happened: dict[str, set[int]] = {}
        charged: Counter[str] = Counter()
        for event in self.events:
            happened.setdefault(event.case, set()).add(event.on.toordinal() - first)
            amounts = (event.fee, event.tax, event.interest)
            charged[event.case] += sum(each.minor for each in amounts if each is not None)
        absent = ABSENT.encode() * (last - first + 1)
        happens = array("I")
        parts: list[bytes] = []
        for row, line in enumerate(order):
            standing = self.cases.get(line.case)
            parts.append(absent if standing is None else standing.symbols)
            for day in sorted(happened.get(line.case, ())):
                happens.extend((row, day))
        figures = figures_of(first, last, self.events, self.cases.values())
        charges = array("q", [charged[line.case] for line in order])
        return Side(b"".join(parts), happens, charges, figures)


def _played(index: LedgerIndex, policies: PolicySet, asked: Asked) -> _Played:
    simulation, rungs = asked.simulation, Rungs.of(policies)
    first, last = asked.first.toordinal(), asked.last.toordinal()
    customers = customers_of(index, simulation)
    found = _Played()
    for customer, stories in zip(
        customers, stories_of(index, policies, simulation, customers), strict=True
    ):
        name = str(index.ledger.customers[customer].facts.get("name") or "")
        for story in stories:
            found.events += story.events
            for standing in _standings(story, rungs, first, last):
                case = standing.case
                if asked.case in {None, case}:
                    found.cases[case] = standing
                    found.lines[case] = _line(standing, story, customer, name)
    return found


def _standings(story: Story, rungs: Rungs, first: int, last: int) -> Iterable[Standing]:
    if story.debtors:
        return standings(story, rungs, first, last)
    unclear = Stretch(first, last + 1, UNCLEAR, 0, owes=True)
    return [Standing(event.case, None, [unclear]) for event in story.events]


def _line(standing: Standing, story: Story, customer: str, name: str) -> Line:
    walk = standing.walk
    if walk is None:
        owed = story.events[0].open_amount
        return Line(standing.case, customer, name, owed.currency, owed.minor, 0)
    there = (each.first for each in standing.stretches if each.symbol != ABSENT)
    facts = walk.facts(max(next(there, walk.known_from), walk.known_from))
    minor = facts.open or facts.original
    return Line(standing.case, customer, name, walk.currency, minor, facts.due)
