"""One case, walked through time.

A `Walk` holds what the ledger says about a case and what was executed for it, and answers for any
day: the facts, the place on the ladder, the version that decides, the facts bound for that
version, the days on which the clock stood still. Days may be asked in any order; asked in order,
each answer is a small step from the last.

A case is an invoice (`InvoiceWalk`, here) or an account (`account.AccountWalk`). All cases of one
debtor are held together by a `debtor.Debtor`.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from operator import attrgetter
from typing import TYPE_CHECKING

from engine.core.bound import read_own, slot_of
from engine.core.calm import is_calm
from engine.core.case import FOREVER, NEVER
from engine.core.changes import next_change
from engine.core.conditions import START, TOTALS
from engine.core.place import NOWHERE, Move, Place, place_of
from engine.core.policies import PolicySet, PolicyVersion, Uncovered
from engine.core.timeline import totals

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.core.answers import Facts, Stops
    from engine.core.case import CaseFacts, CaseTimeline
    from engine.core.sums import Cases

NOT_COVERED = "no policy covers it"
_SINCE = attrgetter("since")


@dataclass(slots=True, kw_only=True, eq=False)
class Walk:
    """A case through time. `moves` grows as stages are executed.

    Not an `abc.ABC`: every `isinstance` would cost several times as much.
    """

    case: str
    customer: str
    """The debtor."""
    currency: str
    known_from: int
    """First day on which the case exists."""
    siblings: Cases
    """All invoices of the debtor."""
    policies: PolicySet
    moves: list[Move] = field(default_factory=list)
    """What was executed and taken back, in order of day."""
    _places: dict[tuple[int, int, int], Place] = field(default_factory=dict)
    _bound: dict[int, tuple[CaseFacts, Facts]] = field(default_factory=dict)
    _stopped: dict[int, _StoppedDays] = field(default_factory=dict)

    def facts(self, day: int) -> CaseFacts:
        """The facts of the case at the end of a day."""
        raise NotImplementedError

    def version(self, day: int) -> PolicyVersion | Uncovered:
        """The version that decides on a day."""
        raise NotImplementedError

    def start(self, policy: str, day: int) -> int:
        """The first day up to `day` on which a version of a policy covered it; NEVER if none."""
        raise NotImplementedError

    def counted_from(self) -> int:
        """A day before all that waits of this case can count from."""
        raise NotImplementedError

    def move(self, made: Move) -> None:
        """Put on record what was done."""
        self.moves.append(made)
        self.look_back_to(made.day)

    def look_back_to(self, day: int) -> None:
        """Waits may count from a day now, so stopped clocks are looked for from there on."""
        if any(day - 1 < track.first for track in self._stopped.values()):
            self._stopped.clear()

    def place(self, day: int) -> Place:
        """Where the dunning stands at the end of a day."""
        if not self.moves:
            return NOWHERE
        count = sum(move.day <= day for move in self.moves)
        facts = self.facts(day)
        key = count, facts.cycle_since, facts.open_since
        found = self._places.get(key)
        if found is None:
            found = place_of(self.moves[:count], facts.cycle_since, facts.open_since)
            self._places[key] = found
        return found

    def standing(self, version: PolicyVersion, day: int) -> PolicyVersion:
        """The version of the same policy under which the case stands, given that in force."""
        return self.policies.standing(version, self.place(day).executed, day)

    def bound(self, version: PolicyVersion, day: int) -> Facts:
        """The facts that a version reads, in the order of its evaluator's slots."""
        facts = self.facts(day)
        kept = self._bound.get(id(version))
        if kept is not None and kept[0] is facts:
            return kept[1]
        evaluator = version.evaluator(self.currency)
        if evaluator.reads_own:
            read = read_own(version.slots(self.currency), facts, self.customer, self.case)
            bound = read + evaluator.settle(read)
            self._bound[id(version)] = facts, bound
            return bound
        read = tuple(self.value(path, version, facts, day) for path in evaluator.slots)
        return read + evaluator.settle(read)

    def value(self, path: str, version: PolicyVersion, facts: CaseFacts, day: int) -> object:
        """A fact's value as generated code compares it; None if it is unknown."""
        if path in TOTALS:
            sums = totals(self.siblings, self.currency, day)
            return sums[TOTALS.index(path)]
        if path == START:
            # Before its invoice date a case counts from that.
            return self.known_from if day < self.known_from else self.start(version.plan.id, day)
        slot = slot_of(path, version.defaults[self.currency].get(path))
        return read_own((slot,), facts, self.customer, self.case)[0]

    def stops(self, version: PolicyVersion, day: int, place: Place | None = None) -> Stops:
        """Intervals [from, to) up to a day on which a hold of the version stopped the clock.

        The day itself counts with the facts as they are now, earlier days as they ended. `place`:
        where the dunning stands on the day itself if something were executed on it.
        """
        if not version.features.stops_clock or self.is_never_stopped(version):
            return ()
        track = self._stopped.get(id(version))
        if track is None or track.until > day:
            # One day more, to see that an interval began before the day that is counted from.
            first = self.counted_from() - 1 - version.evaluator(self.currency).lead
            track = self._stopped[id(version)] = _StoppedDays(first, first)
        while track.until < day:
            end = min(day, self._same_until(version, track.until))
            if self.is_stopped(version, track.until):
                track.intervals = list(track.with_days(track.until, end))
            track.until = end
        if self.is_stopped(version, day, place):
            return track.with_days(day, day + 1)
        return tuple(track.intervals)

    def is_never_stopped(self, version: PolicyVersion) -> bool:
        """Whether no hold of the version can stop the clock for this case, as it can be seen."""
        raise NotImplementedError

    def _same_until(self, version: PolicyVersion, day: int) -> int:
        """The first day after one on which a hold may apply otherwise than on that day."""
        moved = min((move.day for move in self.moves if move.day > day), default=FOREVER)
        return min(moved, self.next_change(version, day))

    def next_change(self, version: PolicyVersion, day: int) -> int:
        """The first day after one on which answers of a version can change by themselves."""
        raise NotImplementedError

    def is_stopped(self, version: PolicyVersion, day: int, place: Place | None = None) -> bool:
        """Whether a hold of the version stopped the clock on a day."""
        facts, bound = self.facts(day), self.bound(version, day)
        place = place or self.place(day)
        variant = version.evaluator(self.currency).variant(facts, place, bound, day)
        return variant.stopped is not None and variant.stopped(facts, place, bound, day)


@dataclass(slots=True, kw_only=True, eq=False)
class InvoiceWalk(Walk):
    """An invoice through time. `timeline` changes when charges change how money is applied."""

    timeline: CaseTimeline
    _version: tuple[CaseFacts, tuple[PolicyVersion, ...], PolicyVersion | Uncovered] | None = None
    """The version found last, and for which facts and versions in force."""
    _calm: tuple[CaseTimeline, bool] | None = None
    """Whether nothing was ever the matter with it, by the timeline."""
    _starts: dict[str, int] = field(default_factory=dict)
    """First day covered, by policy."""
    _asked: dict[str, int] = field(default_factory=dict)
    """First day that was not yet asked for it, by policy."""

    def facts(self, day: int) -> CaseFacts:
        """The facts of the invoice at the end of a day."""
        spans = self.timeline.spans
        if spans[-1].since <= day:
            return spans[-1]
        return spans[bisect_right(spans, day, key=_SINCE) - 1]

    def is_never_stopped(self, version: PolicyVersion) -> bool:
        """Whether no hold of the version can stop the clock for this case, as it can be seen."""
        kept = self._calm
        if kept is None or kept[0] is not self.timeline:
            kept = self._calm = self.timeline, is_calm(self.timeline.spans)
        return kept[1] and not version.evaluator(self.currency).stops_calm

    def counted_from(self) -> int:
        """A day before all that waits of this case can count from."""
        days = [min(span.issued, span.due) for span in self.timeline.spans]
        return min(days + [move.day for move in self.moves])

    def next_span(self, day: int) -> int:
        """The first day after one on which the ledger says something new; FOREVER if none does."""
        spans = self.timeline.spans
        at = bisect_right(spans, day, key=_SINCE)
        return spans[at].since if at < len(spans) else FOREVER

    def next_change(self, version: PolicyVersion, day: int) -> int:
        """The first day after one on which answers of a version can change by themselves.

        Also because another version may cover the case, too, from then on.
        """
        others = (each for each in self.policies.in_force(day) if not self._is_static(each))
        return min(
            next_change(self, each.evaluator(self.currency).changes, self.policies.effective, day)
            for each in (version, *others)
        )

    def next_cover(self, day: int) -> int:
        """The first day after one on which a case that no version decides may be covered."""
        found, kept = self.version(day), self._version
        if kept is None or kept[1] is not self.policies.in_force(day) or kept[2] is not found:
            return day + 1  # whether it is covered depends on the day
        effective = self.policies.effective
        at = bisect_right(effective, day)
        later = effective[at] if at < len(effective) else FOREVER
        return min(self.next_span(day), later)

    def version(self, day: int) -> PolicyVersion | Uncovered:
        """The version that decides on a day."""
        facts, now = self.facts(day), self.policies.in_force(day)
        kept = self._version
        if kept is not None and kept[0] is facts and kept[1] is now:
            return kept[2]
        found = self._find_version(facts, day)
        stays = self.policies.features.stays
        if not stays and all(self._is_static(version) for version in now):
            self._version = facts, now, found
        return found

    def _is_static(self, version: PolicyVersion) -> bool:
        """Whether a version covers the case or not as long as the facts are the same."""
        if self.currency not in version.plan.currencies:
            return True
        return version.evaluator(self.currency).is_static

    def _find_version(self, facts: CaseFacts, day: int) -> PolicyVersion | Uncovered:
        if facts.assigned is not None:
            return self._assigned(facts.assigned, day)
        covering = [version for version in self._in_force(day) if self._applies(version, day)]
        if len(covering) == 1:
            return covering[0]
        if covering:
            names = " and ".join(version.name for version in covering)
            return Uncovered(undecided=True, reason=f"{names} both cover it")
        return Uncovered(undecided=False, reason=NOT_COVERED)

    def start(self, policy: str, day: int) -> int:
        """The first day up to `day` on which a version of a policy covered it; NEVER if none."""
        found = self._starts.get(policy)
        if found is not None:
            return found if found <= day else NEVER
        for each in range(self._asked.get(policy, self.known_from), day + 1):
            if self._is_covered(policy, each):
                self._starts[policy] = each
                return each
        self._asked[policy] = max(day + 1, self._asked.get(policy, self.known_from))
        return NEVER

    def _is_covered(self, policy: str, day: int) -> bool:
        version = self.policies.version_of(policy, day)
        if version is None or self.currency not in version.plan.currencies:
            return False
        assigned = self.facts(day).assigned
        return assigned == policy or (assigned is None and self._applies(version, day))

    def _in_force(self, day: int) -> Sequence[PolicyVersion]:
        versions = self.policies.in_force(day)
        if not self.policies.features.stays:
            return versions
        return [self._stands(version, day) for version in versions]

    def _stands(self, version: PolicyVersion, day: int) -> PolicyVersion:
        """The version under which the invoice stands; within an account, the account does."""
        return version if version.plan.unit == "account" else self.standing(version, day)

    def _applies(self, version: PolicyVersion, day: int) -> bool:
        if self.currency not in version.plan.currencies:
            return False
        evaluator = version.evaluator(self.currency)
        if version.plan.applies is None:
            return True
        if START not in evaluator.slots:
            return evaluator.applies(self.facts(day), self.bound(version, day), day)
        # Where waits count from the start, it is not known before this is.
        facts = self.facts(day)
        read = tuple(
            NEVER if path == START else self.value(path, version, facts, day)
            for path in evaluator.slots
        )
        return evaluator.applies(facts, read + evaluator.settle(read), day)

    def _assigned(self, policy: str, day: int) -> PolicyVersion | Uncovered:
        version = self.policies.version_of(policy, day)
        if version is None:
            reason = f"assigned to {policy}, which is not in force"
            return Uncovered(undecided=False, reason=reason)
        if self.policies.features.stays:
            version = self._stands(version, day)
        if self.currency not in version.plan.currencies:
            reason = f"assigned to {policy}, which does not know {self.currency}"
            return Uncovered(undecided=False, reason=reason)
        return version


def bound_facts(version: PolicyVersion, timeline: CaseTimeline, facts: CaseFacts) -> Facts:
    """The facts of an invoice that a version reads, without those that look at other invoices."""
    read = read_own(version.slots(timeline.currency), facts, timeline.customer, timeline.case)
    return read + version.evaluator(timeline.currency).settle(read)


@dataclass(slots=True)
class _StoppedDays:
    """Stopped intervals of the days before `until`."""

    first: int
    until: int
    intervals: list[tuple[int, int]] = field(default_factory=list)

    def with_days(self, first: int, end: int) -> Stops:
        """With the days from the first to before the end."""
        if self.intervals and self.intervals[-1][1] == first:
            return (*self.intervals[:-1], (self.intervals[-1][0], end))
        return (*self.intervals, (first, end))
