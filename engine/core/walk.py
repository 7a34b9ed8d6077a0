"""One case, walked through time.

A `CaseWalk` holds what the ledger says about a case and what was executed for it, and answers for
any day: the facts, the place on the ladder, the version that decides, the facts bound for that
version, the days on which the clock stood still. Days may be asked in any order; asked in order,
each answer is a small step from the last.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from operator import attrgetter
from typing import TYPE_CHECKING

from engine.core.conditions import TOTALS
from engine.core.place import Executed, Place, place_of
from engine.core.policies import PolicySet, PolicyVersion, Uncovered, comparable
from engine.core.timeline import totals

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.core.answers import Facts, Stops
    from engine.core.case import CaseFacts, CaseTimeline

_SINCE = attrgetter("since")


@dataclass(frozen=True, slots=True)
class Cancelled:
    """The newest executed stage was taken back on a day."""

    day: int


Move = Executed | Cancelled


@dataclass(slots=True)
class CaseWalk:
    """A case through time. `moves` grows as stages are executed; nothing else changes."""

    timeline: CaseTimeline
    siblings: Sequence[CaseTimeline]
    """All cases of the customer, this one included."""
    policies: PolicySet
    moves: list[Move] = field(default_factory=list)
    """What was executed and taken back, in order of day."""
    _places: dict[tuple[int, int], Place] = field(default_factory=dict)
    _bound: dict[int, tuple[CaseFacts, Facts]] = field(default_factory=dict)
    _stopped: dict[int, _StoppedDays] = field(default_factory=dict)

    def facts(self, day: int) -> CaseFacts:
        """The facts of the case at the end of a day."""
        spans = self.timeline.spans
        return spans[bisect_right(spans, day, key=_SINCE) - 1]

    def place(self, day: int) -> Place:
        """Where the dunning stands at the end of a day."""
        count = sum(move.day <= day for move in self.moves)
        key = count, self.facts(day).cycle_since
        found = self._places.get(key)
        if found is None:
            found = place_of(_history(self.moves[:count]), key[1])
            self._places[key] = found
        return found

    def version(self, day: int) -> PolicyVersion | Uncovered:
        """The version that decides on a day."""
        facts = self.facts(day)
        currency = self.timeline.currency
        if facts.assigned is not None:
            return self._assigned(facts.assigned, day)
        covering = [
            version
            for version in self.policies.in_force(day)
            if currency in version.plan.currencies
            and version.evaluator(currency).applies(facts, self.bound(version, day), day)
        ]
        if len(covering) == 1:
            return covering[0]
        if covering:
            names = " and ".join(version.name for version in covering)
            return Uncovered(undecided=True, reason=f"{names} both cover it")
        return Uncovered(undecided=False, reason="no policy covers it")

    def _assigned(self, policy: str, day: int) -> PolicyVersion | Uncovered:
        version = self.policies.version_of(policy, day)
        if version is None:
            reason = f"assigned to {policy}, which is not in force"
            return Uncovered(undecided=False, reason=reason)
        if self.timeline.currency not in version.plan.currencies:
            reason = f"assigned to {policy}, which does not know {self.timeline.currency}"
            return Uncovered(undecided=False, reason=reason)
        return version

    def bound(self, version: PolicyVersion, day: int) -> Facts:
        """The facts that a version reads, in the order of its evaluator's slots."""
        facts = self.facts(day)
        kept = self._bound.get(id(version))
        evaluator = version.evaluator(self.timeline.currency)
        slots = evaluator.slots
        if kept is not None and kept[0] is facts:
            return kept[1]
        read = tuple(self._value(path, version, facts, day) for path in slots)
        bound = read + evaluator.settle(read)
        if not any(path in TOTALS for path in slots):
            self._bound[id(version)] = facts, bound
        return bound

    def _value(self, path: str, version: PolicyVersion, facts: CaseFacts, day: int) -> object:
        if path in TOTALS:
            sums = totals(self.siblings, self.timeline.currency, day)
            return sums[TOTALS.index(path)]
        match path:
            case "customer.id":
                return self.timeline.customer
            case "invoice.id":
                return self.timeline.case
            case "customer.tags":
                return facts.customer_facts.get("tags", frozenset())
            case _:
                pass
        scope, _, name = path.partition(".")
        values = facts.customer_facts if scope == "customer" else facts.invoice_facts
        value = values.get(name)
        defaults = version.defaults[self.timeline.currency]
        return defaults.get(path) if value is None else comparable(value)

    def stops(self, version: PolicyVersion, day: int, place: Place | None = None) -> Stops:
        """Intervals [from, to) up to a day on which a hold of the version stopped the clock.

        The day itself counts with the facts as they are now, earlier days as they ended. `place`:
        where the dunning stands on the day itself if something were executed on it.
        """
        if not version.stops_clock:
            return ()
        track = self._stopped.get(id(version))
        if track is None or track.until > day:
            counted_from = [min(s.issued, s.due) for s in self.timeline.spans]
            counted_from += [move.day for move in self.moves]
            # One day more, to see that an interval began before the day that is counted from.
            track = self._stopped[id(version)] = _StoppedDays(min(counted_from) - 1)
        while track.until < day:
            track.add(track.until, stopped=self._is_stopped(version, track.until))
            track.until += 1
        if self._is_stopped(version, day, place):
            return track.with_day(day)
        return tuple(track.intervals)

    def _is_stopped(self, version: PolicyVersion, day: int, place: Place | None = None) -> bool:
        facts, bound = self.facts(day), self.bound(version, day)
        place = place or self.place(day)
        variant = version.evaluator(self.timeline.currency).variant(facts, place, bound, day)
        return variant.stopped is not None and variant.stopped(facts, place, bound, day)


@dataclass(slots=True)
class _StoppedDays:
    """Stopped intervals of the days before `until`."""

    until: int
    intervals: list[tuple[int, int]] = field(default_factory=list)

    def add(self, day: int, *, stopped: bool) -> None:
        if stopped:
            self.intervals = list(self.with_day(day))

    def with_day(self, day: int) -> Stops:
        if self.intervals and self.intervals[-1][1] == day:
            return (*self.intervals[:-1], (self.intervals[-1][0], day + 1))
        return (*self.intervals, (day, day + 1))


def _history(moves: Sequence[Move]) -> tuple[Executed, ...]:
    history: list[Executed] = []
    for move in moves:
        if isinstance(move, Executed):
            history.append(move)
        elif history:
            history.pop()
    return tuple(history)
