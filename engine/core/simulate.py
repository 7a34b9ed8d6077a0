"""Dunning played over a range of days.

The ledger as it stands before the first day is kept; what happens inside the range (payments,
disputes, promises) is taken as it is, and what was executed inside the range is replaced by what
the policies would have done. People are assumed to do at once what waits for them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING

from engine.core.account import AccountWalk
from engine.core.case import FOREVER, NEVER
from engine.core.debtor import add_account
from engine.core.events_of_day import claim_when_paid, step_down
from engine.core.history import catch_up, debtor_of
from engine.core.joint import Together, is_coupled, ruling, rulings
from engine.core.place import Executed
from engine.core.played import EventName, Range, SimulationEvent
from engine.core.player import Player
from engine.core.policies import PolicyVersion

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from engine.core.debtor import Debtor
    from engine.core.knowledge import Epoch
    from engine.core.policies import PolicySet
    from engine.core.walk import Walk

__all__ = ["EventName", "Range", "SimulationEvent", "Story", "play", "simulate_debtor"]


@dataclass(frozen=True, slots=True)
class Story:
    """What happens to a debtor in a range, and how they stand on each day of it."""

    events: list[SimulationEvent]
    """Unsorted."""
    debtors: Sequence[tuple[int, Debtor]]
    """The debtor as known from a day on, in order of day, with what was executed in the range."""
    said: Mapping[str, Sequence[tuple[int, int]]]
    """By case, what runs said and since when; see `player.Player.said`."""
    only: str | None = None
    """The case that this is about, if it is about one."""


def simulate_debtor(
    name: str,
    known: Sequence[Epoch],
    policies: PolicySet,
    played: Range,
    *,
    from_scratch: bool = False,
    only: str | None = None,
) -> list[SimulationEvent]:
    """Everything that happens to the cases of one debtor in a range, unsorted.

    `known` is what is known of the debtor from which day on, in order of day; the first from
    before the range if changes are measured against what was known then. `only`: of one case.
    """
    return tell_debtor(name, known, policies, played, from_scratch=from_scratch, only=only).events


def tell_debtor(
    name: str,
    known: Sequence[Epoch],
    policies: PolicySet,
    played: Range,
    *,
    from_scratch: bool = False,
    only: str | None = None,
) -> Story:
    """As `simulate_debtor`, with how the cases stand."""
    before = NEVER if from_scratch else played.first
    first, *later = known
    debtors = [(epoch.day, debtor_of(name, epoch.fold, policies, before)) for epoch in later]
    debtor = debtor_of(name, first.fold, policies, before)
    run = _Run(debtor, played, first.day, only)
    events = _of(run.play(debtors), only)
    said = {case: player.said for case, player in run.players.items()}
    return Story(events, [(first.day, debtor), *debtors], said, only)


def _of(events: list[SimulationEvent], only: str | None) -> list[SimulationEvent]:
    return [event for event in events if only is None or event.case == only]


def play(
    debtor: Debtor,
    played: Range,
    since: int = NEVER,
    later: Sequence[tuple[int, Debtor]] = (),
    only: str | None = None,
) -> list[SimulationEvent]:
    """Everything that happens to a debtor's cases in a range; the debtor holds what was done.

    The debtor is known from day `since` on. `later` is the same debtor as known from later days
    on, in order. `only`: what happens to one case; others are played only if it looks at them.
    """
    return _of(_Run(debtor, played, since, only).play(later), only)


def play_ahead(
    debtor: Debtor, played: Range, only: str, most: int
) -> tuple[list[SimulationEvent], int]:
    """As `play`, up to the day on which `most` cases were ruled on in all; and that day.

    Of a case that looks at no other every day is played.
    """
    run = _Run(debtor, played, NEVER, only, most=most)
    found = _of(run.play(()), only)
    return found, run.ended


@dataclass(slots=True)
class _Run:
    """The days of one debtor."""

    debtor: Debtor
    played: Range
    since: int
    only: str | None = None
    most: int = FOREVER
    """After so many rulings the day is the last one."""
    ended: int = FOREVER
    """The last day that was played, if that is not the last one of the range."""
    players: dict[str, Player] = field(default_factory=dict)
    found: list[SimulationEvent] = field(default_factory=list)

    def play(self, later: Sequence[tuple[int, Debtor]]) -> list[SimulationEvent]:
        first, last = self.played.first, self.played.last
        if first > last:
            return []
        catch_up(self.debtor, first - 1)
        coming = list(reversed(later))
        together = bool(later) or self._is_joint()
        before = _remembered(self.debtor)
        for walk in self.debtor.walks:
            if together or self.only in {None, walk.case}:
                self._meet(walk, max(self.since, walk.known_from), before)
                if not together:
                    self._alone(self.players[walk.case])
        day = first if together else last + 1
        while day <= last:
            while coming and coming[-1][0] <= day:
                self._learn(coming.pop()[1], day)
            following = self._day(day)
            learnt = coming[-1][0] if coming else FOREVER
            if self.most <= 0:
                self.ended = min(day, last)
                break
            day = day + 1 if self.played.every_day else min(following, learnt)
        return self.found

    def _is_joint(self) -> bool:
        """Whether the days must be gone through for all cases of the debtor together."""
        debtor = self.debtor
        return debtor.posts or bool(debtor.accounts) or is_coupled(debtor)

    def _alone(self, player: Player) -> None:
        """Play one case that looks at no other, without the days on which nothing can happen."""
        day = max(self.played.first, player.since)
        while day <= self.played.last:
            alone, following = None, day + 1
            is_awake = player.dawn(day)
            if is_awake:
                version = player.running(day)
                alone = ruling(player.walk, version, day) if version else None
                self.found += player.run(day, alone)
                player.dusk(day)
            if not self.played.every_day:
                following = player.quiet_until(day, alone) if is_awake else player.asleep(day)
            day = following

    def _day(self, day: int) -> int:
        """Play one day of all cases; the next day on which anything can happen to any."""
        awake = []
        for player in self.players.values():
            if day < player.sleeps_until:
                continue
            if player.dawn(day):
                awake.append(player)
            elif not self.played.every_day:
                player.sleeps_until = player.asleep(day)
        running = {}
        for player in awake:
            version = player.running(day)
            if version is not None:
                running[player.walk.case] = player.walk
        made = rulings(self.debtor, running.values(), day).rulings if running else {}
        self.most -= len(running)
        posted = self.debtor.history
        for player in awake:
            self.found += player.run(day, made.get(player.walk.case))
        self.debtor.bring_up()
        for player in awake:
            player.dusk(day)
        quiet = [player.quiet_until(day, made.get(player.walk.case)) for player in awake]
        if self.debtor.history is not posted:
            # What is charged today may change what money does to the other cases.
            for player in self.players.values():
                player.sleeps_until = NEVER
            return day + 1
        asleep = [player.sleeps_until for player in self.players.values()]
        return min((*quiet, *(each for each in asleep if each > day)), default=FOREVER)

    def _meet(self, walk: Walk, since: int, before: Callable[[int], Together]) -> None:
        player = Player(self.debtor, walk, self.played, since)
        self.players[walk.case] = player
        player.begin(before)

    def _learn(self, debtor: Debtor, day: int) -> None:
        """Go on with what is known now; what was executed inside the range stays executed."""
        first = self.played.first
        for case, player in self.players.items():
            if isinstance(player.walk, AccountWalk) and case not in debtor.accounts:
                # It never had an invoice, as is known now; what was done for it stays done.
                add_account(debtor, case, player.walk.currency)
        catch_up(debtor, first - 1)
        walks = {walk.case: walk for walk in debtor.walks}
        done = [
            (move, walks[case])
            for case, player in self.players.items()
            for move in player.walk.moves
            if case in walks and move.day >= first and isinstance(move, Executed)
        ]
        # The rest happened by itself: it is worked out from what is known now.
        for today in range(first, day):
            for walk in walks.values():
                executed = [move for move, of in done if of is walk and move.day == today]
                if not executed:
                    claim_when_paid(debtor, walk, today)
                version = walk.version(today)
                if isinstance(version, PolicyVersion) and self.played.is_run(today, version):
                    step_down(debtor, walk, version, today)
                for move in executed:
                    debtor.record(walk, move)
                if executed:
                    # What was executed then has claimed already, without this payment being known.
                    claim_when_paid(debtor, walk, today)
        self.debtor = debtor
        for walk in debtor.walks:
            known = self.players.get(walk.case)
            if known is None:
                self._meet(walk, max(day, walk.known_from), _remembered(debtor))
            else:
                known.learn(debtor, walk, day)


def _remembered(debtor: Debtor) -> Callable[[int], Together]:
    """What becomes of all cases on a day, found out once; while nothing is put on record."""
    return cache(lambda day: rulings(debtor, debtor.cases_on(day), day))
