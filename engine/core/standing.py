"""How each case stands on each day of a simulated range: one symbol a day.

What happens in a simulation says when something changed; this says what is true in between. A
day's symbol is that of its evening.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from engine.core.account import AccountWalk
from engine.core.answers import EXCLUDED, HELD
from engine.core.case import FOREVER, NEVER
from engine.core.debtor import is_in_account
from engine.core.player import UNCOVERED, UNDECIDED
from engine.core.walk import InvoiceWalk

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from engine.core.case import CaseFacts
    from engine.core.debtor import Debtor
    from engine.core.place import Executed
    from engine.core.policies import PolicySet
    from engine.core.simulate import Story
    from engine.core.walk import Walk

ABSENT = " "
"""It does not exist yet, or is not known."""
NOT_DUE = "."
OVERDUE = "0"
"""And no stage was executed; after it stand the rungs of the ladder, 1 to 9."""
HIGHEST = 9
"""The rung of all stages from the ninth on."""
HELD_BACK = "H"
PROMISED = "P"
DISPUTED = "D"
TAKEN_OUT = "X"
"""Excluded, by a rule or by somebody."""
NO_POLICY = "N"
UNCLEAR = "?"
"""It could not be decided."""
LEGAL = "L"
"""A stage that hands it over was executed."""
WRITTEN_OFF = "W"
PAID = "="
"""Settled: nothing is owed."""
IN_ACCOUNT = "A"
"""Dunned as a part of its debtor's account, which has a line of its own."""

RUNGS = "123456789"
SYMBOLS = (
    *(ABSENT, NOT_DUE, OVERDUE, *RUNGS, HELD_BACK, PROMISED, DISPUTED, TAKEN_OUT, NO_POLICY),
    *(UNCLEAR, LEGAL, WRITTEN_OFF, PAID, IN_ACCOUNT),
)
"""All of them, as what they stand for comes about."""

_SAID = {HELD: HELD_BACK, EXCLUDED: TAKEN_OUT, UNCOVERED: NO_POLICY, UNDECIDED: UNCLEAR}


@dataclass(frozen=True, slots=True)
class Rungs:
    """Where stages stand on the ladder of their version, from 1."""

    by_version: Mapping[tuple[str | None, int | None, str], tuple[int, bool]]
    """By policy, version and stage: the rung, and whether the case is handed over there."""
    by_stage: Mapping[str, tuple[int, bool]]
    """Of any version, for a stage of which nobody knows under which one it was executed."""

    @classmethod
    def of(cls, policies: PolicySet) -> Rungs:
        """Those of some versions."""
        found: dict[tuple[str | None, int | None, str], tuple[int, bool]] = {}
        for versions in policies.versions.values():
            for plan in (version.plan for version in versions):
                for rung, stage in enumerate(plan.base.stages, start=1):
                    found[plan.id, plan.version, stage.id] = rung, stage.hand_over is not None
        return cls(found, {stage: each for (_, _, stage), each in found.items()})

    def of_stage(self, done: Executed) -> tuple[int, bool]:
        """The rung of a stage that was executed, and whether the case was handed over with it."""
        found = self.by_version.get((done.policy, done.version, done.stage))
        return found or self.by_stage.get(done.stage, (1, False))


@dataclass(frozen=True, slots=True)
class Stretch:
    """Days on which a case stands alike: from one up to before another."""

    first: int
    end: int
    symbol: str
    rung: int
    """Of the stage executed last, 0 for none, whatever the symbol is."""
    owes: bool
    """Whether anything is owed of a case that is there, and not within an account."""


@dataclass(slots=True)
class Standing:
    """How a case stands on each day of a range."""

    case: str
    walk: Walk | None = None
    """As it is known in the end; None where it could not be played."""
    stretches: list[Stretch] = field(default_factory=list)
    """One after the other, without a gap; neighbours differ."""

    def add(self, each: Stretch) -> None:
        """Put a stretch behind those that are there."""
        last = self.stretches[-1] if self.stretches else None
        if last is not None and _looks(last) == _looks(each):
            self.stretches[-1] = Stretch(last.first, each.end, each.symbol, each.rung, each.owes)
        else:
            self.stretches.append(each)

    @property
    def symbols(self) -> bytes:
        """One a day."""
        return b"".join(s.symbol.encode() * (s.end - s.first) for s in self.stretches)


def _looks(each: Stretch) -> tuple[str, int, bool]:
    return each.symbol, each.rung, each.owes


def standings(story: Story, rungs: Rungs, first: int, last: int) -> Iterator[Standing]:
    """The cases of a debtor that was played from a first to a last day, by id (code point)."""
    known = list(story.debtors)
    ends = [*(since for since, _ in known[1:]), last + 1]
    parts = [
        (max(first, since), min(end, last + 1), debtor)
        for (since, debtor), end in zip(known, ends, strict=True)
    ]
    parts = [part for part in parts if part[0] < part[1]]
    cases: dict[str, Walk] = {}
    for _, _, debtor in parts:
        cases.update((walk.case, walk) for walk in debtor.walks)
    for case in sorted(cases) if story.only is None else [story.only]:
        standing = Standing(case, cases[case])
        said = story.said.get(case, ())
        for begin, end, debtor in parts:
            walk = debtor.invoices.get(case) or debtor.accounts.get(case)
            if walk is None:
                standing.add(Stretch(begin, end, ABSENT, 0, owes=False))
                continue
            look = _Look(debtor, walk, said, rungs)
            for since, until in look.parts(begin, end):
                standing.add(look.at(since, until))
        yield standing


@dataclass(frozen=True, slots=True)
class _Look:
    """A case of a debtor, looked at day by day."""

    debtor: Debtor
    walk: Walk
    said: Sequence[tuple[int, int]]
    rungs: Rungs

    def parts(self, begin: int, end: int) -> Iterator[tuple[int, int]]:
        """Stretches of days within which nothing changes."""
        days = sorted({begin, *(day for day in self._changes(begin, end) if begin < day < end)})
        yield from zip(days, [*days[1:], end], strict=True)

    def _changes(self, begin: int, end: int) -> Iterable[int]:
        walk = self.walk
        if not isinstance(walk, InvoiceWalk) or self.debtor.policies.features.accounts:
            # What an account holds may change on any day.
            return range(begin, end)
        days = [walk.known_from]
        for span in walk.timeline.spans:
            days += (span.since, span.due + 1, span.promise_until + 1)
        days += (move.day for move in walk.moves)
        days += (day for day, _ in self.said)
        return days

    def at(self, day: int, until: int) -> Stretch:
        """How the case stands from a day on."""
        walk = self.walk
        if not self._is_there(day):
            return Stretch(day, until, ABSENT, 0, owes=False)
        if isinstance(walk, InvoiceWalk) and is_in_account(walk, day):
            symbol = PAID if walk.facts(day).settled else IN_ACCOUNT
            return Stretch(day, until, symbol, 0, owes=False)
        facts, place = walk.facts(day), walk.place(day)
        climbed = [self.rungs.of_stage(each) for each in place.standing]
        rung = climbed[-1][0] if climbed else 0
        if facts.settled:
            return Stretch(day, until, PAID, rung, owes=False)
        if place.written_off:
            return Stretch(day, until, WRITTEN_OFF, rung, owes=True)
        is_legal = any(legal for _, legal in climbed)
        symbol = LEGAL if is_legal else _climbed(facts, rung, day)
        symbol = self._stopped(facts, day) or symbol
        return Stretch(day, until, symbol, rung, owes=True)

    def _is_there(self, day: int) -> bool:
        walk = self.walk
        if day < walk.known_from:
            return False
        return not isinstance(walk, AccountWalk) or walk.on(day).exists

    def _stopped(self, facts: CaseFacts, day: int) -> str | None:
        """What keeps the case where it is; None if it goes on."""
        if facts.disputed:
            return DISPUTED
        if facts.promise_until >= day and not facts.promise_kept:
            return PROMISED
        said = next((what for since, what in reversed(self.said) if since <= day), None)
        return None if said is None else _SAID.get(said)


def _climbed(facts: CaseFacts, rung: int, day: int) -> str:
    if rung:
        return str(min(rung, HIGHEST))
    return OVERDUE if facts.due < day < FOREVER and facts.due != NEVER else NOT_DUE
