"""One case, played day by day."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from engine.core.account import AccountWalk
from engine.core.answers import ACT, EXCLUDED, HELD, WAITING
from engine.core.calendar import date_of
from engine.core.case import NEVER
from engine.core.debtor import is_case, is_in_account
from engine.core.decide import cancel_of
from engine.core.events_of_day import claim_when_paid, step_down
from engine.core.joint import Ruling, Together, is_coupled, ruling
from engine.core.judge import due_of_held
from engine.core.money import Money
from engine.core.place import Claimed
from engine.core.played import Range, SimulationEvent
from engine.core.policies import PolicyVersion, Uncovered
from engine.core.quiet import quiet_after
from engine.core.walk import InvoiceWalk

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.core.debtor import Debtor
    from engine.core.place import Place
    from engine.core.walk import Walk

LOOK_BACK = 62
"""Days before the first one in which the last run is looked for, to know what was held then."""
UNCOVERED, UNDECIDED = -1, -2
"""What a run says beside the numbers of `answers`: no version decides, or nobody can."""


@dataclass(slots=True, eq=False)
class Player:
    """Plays one case day by day."""

    debtor: Debtor
    walk: Walk
    played: Range
    since: int
    """From which day on the case is known."""
    held: str | None = None
    """Reason of the printed `held` that was not released yet."""
    undecided: bool = False
    was_open: bool = False
    executed_on: int = NEVER
    """The last day on which a stage was executed."""
    claims: int = 0
    """Interest claimed when paid that no event has shown yet."""
    told: int = NEVER
    """The last day on which an end was told of, or there was nothing to tell of it."""
    existed: bool = True
    """Whether an account had an invoice by the evening before, as it was known then."""
    earlier: Place | None = None
    """As of which yesterday is looked at: what was learnt today does not change it."""
    suspended: tuple[tuple[str, str], ...] = ()
    """(stage, what) was suspended the evening before, as it was known then."""
    sleeps_until: int = NEVER
    """There is nothing to do for the case before this day."""
    found: list[SimulationEvent] = field(default_factory=list)
    """Of the day that is being played."""
    said: list[tuple[int, int]] = field(default_factory=list)
    """What runs said of the open case, and since when: HELD, EXCLUDED, UNCOVERED, UNDECIDED, or
    WAITING for whatever else."""

    def learn(self, debtor: Debtor, walk: Walk, day: int) -> None:
        """Go on with what is known from a day on."""
        self.earlier = self.walk.place(day - 1)
        self.existed = self._existed(day - 1)
        self.debtor, self.walk = debtor, walk
        # An account may be older than what was known of it.
        self.since = min(self.since, max(day, walk.known_from))
        self.sleeps_until = NEVER
        # What is learnt to have been paid earlier is shown with the next end, today perhaps.
        self.claims = self._claimed_between(self.told, day)

    def _existed(self, day: int) -> bool:
        walk = self.walk
        return not isinstance(walk, AccountWalk) or (day >= walk.known_from and walk.on(day).exists)

    def _last_end(self, day: int) -> int:
        """The last day by this one on which the case was settled and not the day before.

        NEVER if there is none, and where nobody asks because nothing is claimed at the end.
        """
        if not self.debtor.policies.features.claims:
            return NEVER
        while day >= self.walk.known_from:
            if self._is_at_end(day) and not self._is_at_end(day - 1):
                return day
            day -= 1
        return NEVER

    def _is_at_end(self, day: int) -> bool:
        if day < self.walk.known_from or not self._existed(day):
            return False
        return self.walk.facts(day).settled

    def _claimed_between(self, ended: int, day: int) -> int:
        """Interest claimed when paid after the last end that was told, before a day."""
        moves = self.walk.moves
        return sum(m.interest for m in moves if isinstance(m, Claimed) and ended < m.day < day)

    def begin(self, together: Callable[[int], Together]) -> None:
        """Find out what there was before the case is played; see `look_back`."""
        if self.since < self.played.first:
            self.look_back(together)
        else:
            # Nobody was told of what is learnt with the case.
            self.claims = self._claimed_between(NEVER, self.since)

    def look_back(self, together: Callable[[int], Together]) -> None:
        """Find out what was held at the last run before the range.

        Runs before the range took place whenever the policy runs. `together`: what became of the
        debtor's cases on a day, where they look at one another.
        """
        first = max(self.played.first, self.since)
        # Runs before the range told of what was known then.
        is_at_end = self._is_at_end(first - 1)
        self.told = first - 1 if is_at_end else self._last_end(first - 1)
        self.claims = self._claimed_between(self.told, first)
        self.was_open = self._is_open(first - 1) or self._is_owed_in_account(first - 1)
        for day in range(first - 1, max(first - LOOK_BACK, self.walk.known_from) - 1, -1):
            version = self.walk.version(day)
            known = version if isinstance(version, PolicyVersion) else None
            if known is None or known.run_day(day) == day:
                if isinstance(version, Uncovered):
                    self.undecided = self._is_undecided(version, day)
                    if self._is_open(day):
                        self._say(day, version, None)
                if known is not None and self._is_open(day):
                    before = self._ruling_before(known, day, together)
                    self.held = self._held_reason(before)
                    self.undecided = before is not None and before.undecided is not None
                    self._say(day, version, before)
                # Paid that day, and what is claimed then could not be told.
                self.undecided = self.undecided or self._has_failed(day)
                return

    def _is_undecided(self, version: Uncovered, day: int) -> bool:
        """Whether several policies would decide a case that is not at its end."""
        return version.undecided and self._is_open(day) and not self.walk.place(day).written_off

    def _ruling_before(
        self, version: PolicyVersion, day: int, together: Callable[[int], Together]
    ) -> Ruling | None:
        if is_coupled(self.debtor):
            return together(day).rulings.get(self.walk.case)
        return ruling(self.walk, version, day)

    def _is_open(self, day: int) -> bool:
        return not self.walk.facts(day).settled and self._counts(day)

    def _counts(self, day: int) -> bool:
        """Whether the case is one on a day; an account that lost its invoices is settled by it."""
        walk = self.walk
        if isinstance(walk, AccountWalk):
            return day >= walk.known_from and walk.on(day).exists
        return is_case(walk, day)

    def _is_in_account(self, day: int) -> bool:
        walk = self.walk
        return isinstance(walk, InvoiceWalk) and walk.known_from <= day and is_in_account(walk, day)

    def _is_owed_in_account(self, day: int) -> bool:
        return self._is_in_account(day) and not self.walk.facts(day).settled

    def dawn(self, day: int) -> bool:
        """What happens by itself; whether there is anything to do for the case on this day."""
        walk = self.walk
        if day < self.since:
            return False
        if self.debtor.policies.features.claims:
            count = len(walk.moves)
            claim_when_paid(self.debtor, walk, day)
            self.claims += sum(m.interest for m in walk.moves[count:] if isinstance(m, Claimed))
        self.found = []
        if self._is_in_account(day):
            # Nothing is told of it there: it was neither settled nor will it be reopened after.
            self.was_open = self._is_owed_in_account(day)
            self.earlier = None
            self.suspended = ()
            return self.held is not None or self.undecided
        was_open = self.was_open
        # An invoice that an account holds for a while is neither settled nor reopened by that.
        is_open = self._is_open(day) if self._counts(day) else was_open
        self.was_open = is_open
        if self.earlier is None:
            self.existed = self._existed(day - 1)
        yesterday = self.earlier if self.earlier is not None else walk.place(day - 1)
        self.earlier = None
        if not (
            is_open
            or was_open
            or self.held
            or self.undecided
            or self.claims
            or self._has_failed(day)
        ):
            return False
        is_older = self.since < day and self.existed
        self.suspended = yesterday.suspended if was_open and is_older else ()
        # Whether a stage was executed is asked of the case as it was known yesterday.
        if self.since < day and is_open is not was_open:
            self._turn(day, yesterday, is_open=is_open)
        return True

    def _turn(self, day: int, yesterday: Place, *, is_open: bool) -> None:
        """The case was settled, or is open again."""
        if is_open:
            if yesterday.executed is not None and self.existed:
                self.found.append(replace(self._blank(day), event="reopened"))
            return
        self.told = day
        if yesterday.executed is not None or self.claims:
            claimed = Money(self.claims, self.walk.currency) if self.claims else None
            self.found.append(replace(self._blank(day), event="settled", interest=claimed))
            self.claims = 0

    def _resume(self, day: int) -> None:
        """End what was suspended and is no longer: settled, stepped down, or learnt to be wrong."""
        still = self.walk.place(day).suspended if self._is_open(day) else ()
        blank = self._blank(day)
        for stage, text in self.suspended:
            if (stage, text) not in still:
                self.found.append(replace(blank, event="resumed", stage=stage, reason=text))

    def _has_failed(self, day: int) -> bool:
        return (self.walk.case, day) in self.debtor.failed

    def _blank(self, day: int) -> SimulationEvent:
        version = self.walk.version(day)
        plan = version.plan if isinstance(version, PolicyVersion) else None
        return SimulationEvent(
            on=date_of(day),
            case=self.walk.case,
            customer=self.walk.customer,
            policy=plan.id if plan else None,
            version=plan.version if plan else None,
            event="settled",
            open_amount=Money(self.walk.facts(day).open, self.walk.currency),
        )

    def running(self, day: int) -> PolicyVersion | None:
        """The version that runs for the case on a day, accounts stepped down; None if none does.

        It does not for a case whose claim when paid lacks a rate.
        """
        version = self.walk.version(day)
        if not isinstance(version, PolicyVersion) or not self._is_open(day):
            return None
        if not self.played.is_run(day, version):
            return None
        if step_down(self.debtor, self.walk, version, day) is not None:
            place = self.walk.place(day)
            event = replace(self._blank(day), event="stepped_down", stage=place.stage)
            self.found.append(event)
        return None if self._has_failed(day) else version

    def asleep(self, day: int) -> int:
        """For a case with which there is nothing to do: the next day on which there may be."""
        walk = self.walk
        if day < self.since:
            return self.since
        if self.debtor.accounts:
            return day + 1  # what an account holds may change on any day
        return walk.next_span(day) if isinstance(walk, InvoiceWalk) else day + 1

    def quiet_until(self, day: int, ruling: Ruling | None) -> int:
        """The next day on which anything can happen to the case, given what a run of today said."""
        walk = self.walk
        if self.claims or not isinstance(walk, InvoiceWalk) or self._has_failed(day):
            return day + 1
        if ruling is None:
            version = walk.version(day)
            known = version if isinstance(version, PolicyVersion) else None
            return walk.next_cover(day) if self.played.is_run(day, known) else day + 1
        return quiet_after(self.debtor, walk, ruling)

    def run(self, day: int, ruling: Ruling | None) -> list[SimulationEvent]:
        """The run of a day, if there is one; everything that happened on the day, in order."""
        self._resume(day)
        version = self.walk.version(day)
        known = version if isinstance(version, PolicyVersion) else None
        if self.played.is_run(day, known):
            self._decided(day, version, ruling)
        return sorted(self.found, key=_order)

    def dusk(self, day: int) -> None:
        """The end of a day on which there was something to do, after the runs of all cases."""
        if self.executed_on == day:
            # What is executed may settle the case: its version says what must be paid.
            self.was_open = self._is_open(day)

    def _decided(self, day: int, version: PolicyVersion | Uncovered, ruling: Ruling | None) -> None:
        reason = self._held_reason(ruling)
        why = None
        if isinstance(version, Uncovered) and self._is_undecided(version, day):
            why = version.reason
        elif ruling is not None and ruling.undecided is not None:
            why = ruling.undecided
        why = self.debtor.failed.get((self.walk.case, day), why)
        if why is not None and not self.undecided:
            self.found.append(replace(self._blank(day), event="undecided", reason=why))
        self.undecided = why is not None
        if self.held is not None and reason != self.held:
            self.found.append(replace(self._blank(day), event="released", reason=self.held))
        if reason is not None and reason != self.held:
            self.found.append(replace(self._blank(day), event="held", reason=reason))
        self.held = reason
        self._say(day, version, ruling)
        if ruling is not None and ruling.done is not None and reason is None:
            self._execute(day, ruling)

    def _say(self, day: int, version: PolicyVersion | Uncovered, ruling: Ruling | None) -> None:
        """Note what a run says, if it is something else than before."""
        if self.undecided:
            what = UNDECIDED
        elif self.held is not None:
            what = HELD
        elif ruling is not None:
            outcome = ruling.verdict.outcome
            what = outcome if outcome in {HELD, EXCLUDED} else WAITING
        elif isinstance(version, Uncovered):
            what = UNCOVERED
        else:
            return
        if not self.said or self.said[-1][1] != what:
            self.said.append((day, what))

    def _held_reason(self, ruling: Ruling | None) -> str | None:
        """Why a stage that would otherwise be executed is not."""
        if ruling is None:
            return None
        verdict = ruling.verdict
        if verdict.outcome == HELD:
            _, number, _, run = due_of_held(verdict)
            executed_today = verdict.place.last_day == verdict.day
            due = number >= 0 and run <= verdict.day and not executed_today
            return verdict.rule.text if due else None
        return ruling.held if verdict.outcome == ACT else None

    def _execute(self, day: int, ruling: Ruling) -> None:
        done, walk = ruling.done, self.walk
        if done is None:
            return
        taxed = ruling.verdict.version.plan.fee_tax is not None
        blank = self._blank(day)
        self.found.append(
            replace(
                blank,
                event="stage",
                stage=done.stage,
                channels=done.channels,
                fee=Money(done.fee, walk.currency),
                tax=Money(done.tax, walk.currency) if taxed else None,
                interest=Money(done.interest, walk.currency),
                deadline=None if done.deadline == NEVER else date_of(done.deadline),
                letters=done.letters,
                suspend=done.suspend,
                cancel=cancel_of(ruling),
            )
        )
        self.debtor.record(walk, done, later=True)
        self.executed_on = day
        if done.write_off:
            self.found.append(replace(blank, event="written_off", stage=done.stage))


def _order(event: SimulationEvent) -> tuple[datetime.date, str, int]:
    return event.order
