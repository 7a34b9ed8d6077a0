"""Which stage comes next for a case, and when."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from dunlang.ast.stages import WaitTerm
from tests.oracle.conditions import applies, asks_invoice
from tests.oracle.days import DAY, is_run_day, moved, rolled
from tests.oracle.executed import BELOW, Place
from tests.oracle.terms import StageTerms, terms_for
from tests.oracle.waits import Clock, gap_day, has_missed, run_day

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterator

    from tests.oracle.answers import Tables
    from tests.oracle.case import Case
    from tests.oracle.versions import Version


class Found(NamedTuple):
    """A stage that comes next."""

    stage: StageTerms
    since: datetime.date
    """The first run day on which it could have been executed."""
    runs_on: datetime.date
    """The first run day on which it still can be."""
    again: bool = False
    """Whether it is executed again, by `else` or `repeat`."""


@dataclass
class Ladder:
    """The ladder of a version for a case on a day."""

    version: Version
    case: Case
    tables: Tables
    low: datetime.date
    """The first day on which a stage may still be executed, run day or not."""
    noticed: datetime.date | None = None
    """Today, if a notice to the debtor that was accepted today counts too."""

    def __post_init__(self) -> None:
        """Find out what everything else asks."""
        self.terms = terms_for(self.version, self.case)
        self.clock = clock(self.version, self.case, self.tables)
        self.missed: set[str] = set()

    # -------------------------------------------------------------------------- places

    def index(self, place: Place) -> int:
        """How high a place is: the number of its stage, -1 below the first.

        "A case that changes its policy keeps its place by stage id, else by `replaces
        POLICY.STAGE`, else starts at the first stage"; `replaces OLD` is meant "if the stage was
        executed under this policy (or under an unknown one)".
        """
        if place.stage is None:
            return -1
        for number, stage in enumerate(self.terms.stages):
            if stage.id == place.stage:
                return number
        for number, stage in enumerate(self.terms.stages):
            for old in stage.replaces:
                here = place.policy is None or place.policy == self.version.id
                if old.stage == place.stage and (
                    old.policy == place.policy or (old.policy is None and here)
                ):
                    return number
        return -1

    def holds(self, stage: StageTerms) -> bool:
        """Whether a stage's `when` holds."""
        return stage.when is None or applies(stage.when, self.version, self.case)

    def may_come(self, stage: StageTerms) -> bool:
        """Whether a stage is neither skipped nor kept away by its `when`."""
        return stage.id not in self.terms.skipped and self.holds(stage)

    def gap_day(self, stage: StageTerms) -> datetime.date:
        """The first day that the gaps between notices leave open."""
        return gap_day(stage, self.terms, self.case, self.clock, self.noticed)

    # ---------------------------------------------------------------------- what follows

    def repetition(self, place: Place, *, gaps: bool) -> Found | None:
        """Law: Executes the stage again, N days after itself, before the ladder goes on.

        "When the last executed stage is S and S was executed fewer than 1+M times in an unbroken
        run at the end of this cycle's history, and S is not skipped and its `when` holds."
        """
        stage = self.repeatable(place)
        if stage is None or stage.repeat is None or not self.holds(stage):
            return None
        after = WaitTerm("since last", stage.repeat.every, span=stage.repeat.span)
        date = self.run_day(replace(stage, after=(after,)), place, gaps=gaps)
        return Found(stage, date, date, again=True)

    def repeatable(self, place: Place) -> StageTerms | None:
        """The last executed stage, if it may be repeated as far as its `when` does not matter."""
        stage = self.terms.stage(place.stage) if place.stage else None
        if stage is None or stage.repeat is None or stage.id in self.terms.skipped:
            return None
        most = stage.repeat.at_most
        return stage if most is None or place.run < 1 + most else None

    def may_go_on(self, place: Place) -> bool:
        """Whether a stage may still come: one that follows, or the last one once more."""
        return self.repeatable(place) is not None or any(self.following(place))

    def run_day(self, stage: StageTerms, place: Place, *, gaps: bool) -> datetime.date:
        """The first run day of a stage, with or without the gaps between notices."""
        gap = self.gap_day(stage) if gaps else self.low.min
        return run_day(stage, self.terms, self.case, place, self.clock, gap)

    def day_in_place(self, stage: StageTerms, earlier: StageTerms, place: Place) -> datetime.date:
        """The run day of what comes in place of a stage: its gap is one more term of the stage.

        So where the gap moves it behind the due date, it waits for the ladder to open.
        """
        gap = max(self.gap_day(stage), self.gap_day(earlier))
        return run_day(stage, self.terms, self.case, place, self.clock, gap)

    def following(
        self, place: Place, *, gaps: bool = True
    ) -> Iterator[tuple[StageTerms, datetime.date]]:
        """Stages after a place that are neither skipped nor missed, each with its run day."""
        for stage in self.terms.stages[self.index(place) + 1 :]:
            if stage.id in self.terms.skipped or stage.id in self.missed:
                continue
            date = self.run_day(stage, place, gaps=gaps)
            if not self.has_missed(stage, place, date):
                yield stage, date

    def has_missed(self, stage: StageTerms, place: Place, date: datetime.date) -> bool:
        """Whether a stage is dropped that comes on a day, or later, behind a place.

        "A date is never before the one before it": one before the due date does not come behind
        a stage of the chain after it.
        """
        is_behind = place.day is not None and place.day >= self.case.due
        still = self.case.due if is_behind else self.clock.rolled(max(date, self.low))
        return has_missed(stage, self.case, still)

    def next_after(self, place: Place, *, gaps: bool = True) -> Found | None:
        """The next stage: a repetition, or the first that follows and whose `when` holds.

        "`when C else STAGE`: asked when this stage's own wait is over"; "before that day: next is
        S with that day. From that day on: C holds -> S; else E is next (executed again; its own
        wait is not looked at, its own notice gap is: later of the two days); if E is skipped or
        E's `when` does not hold, S is passed over."
        """
        again = self.repetition(place, gaps=gaps)
        if again is not None:
            return again
        for stage, date in self.following(place, gaps=gaps):
            if stage.otherwise is None:
                if self.holds(stage):
                    return Found(stage, date, date)
                continue
            if date > self.case.day or self.holds(stage):
                return Found(stage, date, date)
            earlier = self.terms.stage(stage.otherwise)
            if earlier is not None and self.may_come(earlier):
                if gaps:
                    own = self.day_in_place(stage, earlier, place)
                else:
                    own = self.clock.rolled(max(date, (place.day or date.min) + DAY))
                # What comes in the place of a stage before the due date is missed with it.
                if not self.has_missed(stage, place, own):
                    return Found(earlier, own, own, again=True)
        return None

    # ----------------------------------------------------------------------- the answer

    def candidate(self, place: Place) -> Found | None:
        """The stage that is next for the case, with the first day on which it can be executed."""
        if self.version.straight:
            return self.candidate_of_late_run(place)
        found = self.next_after(place)
        return found and found._replace(runs_on=self.clock.rolled(max(found.since, self.low)))

    def candidate_of_late_run(self, place: Place) -> Found | None:
        """Law: The furthest stage that would have been reached had every run been on time.

        "Candidate: the last reached; if none is reached, the next one and H := its day, again.
        The candidate's own day = rolled(max(chain day, gap day)); run day R = own or, if own <
        low, rolled(low). If R > H: H := R and again."
        """
        horizon = self.case.day
        while True:
            reached, later = self.chain(place, horizon)
            if not reached:
                if later is None:
                    return None
                horizon = later.since
                continue
            stage, day = reached[-1].stage, reached[-1].since
            own = self.clock.rolled(max(day, self.gap_day(stage)))
            runs_on = self.clock.rolled(max(own, self.low))
            if not reached[-1].again and has_missed(stage, self.case, runs_on):
                self.missed.add(stage.id)  # a gap keeps it back until the due date
                horizon = self.case.day
                continue
            if runs_on <= horizon:
                return Found(stage, own, runs_on)
            horizon = runs_on

    def held_candidate(self, place: Place) -> Found | None:
        """The stage that a hold keeps back; "`next.due` may lie in the past"."""
        if not self.version.straight:
            return self.next_after(place)
        reached, later = self.chain(place, self.case.day)
        found = reached[-1] if reached else later
        if found is None:
            return None
        own = self.clock.rolled(max(found.since, self.gap_day(found.stage)))
        return Found(found.stage, own, own)

    def chain(self, place: Place, horizon: datetime.date) -> tuple[list[Found], Found | None]:
        """The stages that on-time runs would have reached by a day, and the one after them."""
        reached: list[Found] = []
        while True:
            found = self.next_in_chain(place, reached[-1] if reached else None)
            if found is None or found.since > horizon:
                return reached, found
            reached.append(found)
            place = self.moved(place, found)

    def next_in_chain(self, place: Place, before: Found | None) -> Found | None:
        """The next stage "without gaps, never before the chain's stage before it".

        "A stage executed again comes at least one day after the one before it."
        """
        found = self.next_after(place, gaps=False)
        if found is None:
            return None
        least = found.since if before is None else before.since
        if found.again and place.day is not None:
            least = max(least, place.day + DAY)
        date = self.clock.rolled(max(found.since, least))
        return found._replace(since=date, runs_on=date)

    def moved(self, place: Place, found: Found) -> Place:
        """The place "with the deadline it would have set that day"."""
        deadline = deadline_of(found.stage, self.version, found.since, self.tables)
        return place.moved(found.stage.id, self.version.id, found.since, deadline)

    def stepped_down(self, place: Place) -> Place | None:
        """Where less being owed puts an account; None: it stays.

        "Chain as of D from an empty place; if its furthest stage (or none) stands lower in the
        ladder than the last executed stage, the place becomes that chain's."
        """
        reached, _ = self.chain(BELOW, self.case.day)
        justified = BELOW
        for found in reached:
            justified = self.moved(justified, found)
        return justified if self.index(justified) < self.index(place) else None


def deadline_of(
    stage: StageTerms, version: Version, day: datetime.date, tables: Tables
) -> datetime.date | None:
    """Law: The day it is executed + N (rolled forward if the policy runs on business days)."""
    if stage.pay_within is None:
        return None
    date = moved(day, stage.pay_within, 1, version, tables.holidays)
    return rolled(date, version, tables.holidays)


# ------------------------------------------------------------------------------ stopped clocks


def clock(version: Version, case: Case, tables: Tables) -> Clock:
    """What waits need beside the case: the calendar, and the days on which nothing counted.

    "A day's clock was stopped if the hold's condition held on that day, by the text of the
    version that decides on D"; on D itself as the case stands now.
    """
    stopped = frozenset[object]()
    story = case.today.story
    started = story.started(version, case) if version.may_count_from_start else None
    if version.may_stop:
        counted = counted_days(case) | ({started} if started else set())
        first = min(counted) - DAY - version.lead  # to see that an interval began before it
        past = story.stopped_before(version, case.id, case.day)
        before = frozenset(day for day in past if day >= first)
        stopped = before | {case.day} if stands_still(version, case) else before
    return Clock(version, tables.holidays, stopped, started)  # type: ignore[arg-type]


def counted_days(case: Case) -> set[datetime.date]:
    """The days that waits of a case may count from."""
    days = {case.issued, case.due}
    for executed in case.life.history:
        days |= {executed.date, executed.deadline or executed.date}
    return days


def stands_still(version: Version, case: Case) -> bool:
    """Whether a hold that stops the clock applies on the day of the case.

    The clock of an account also stops where one that looks at `invoice.*` stops it for every
    overdue item.
    """
    if case.stands_still:
        return True
    return any(
        hold.clock_stopped
        and not (case.account and asks_invoice(hold.condition, version))
        and applies(hold.condition, version, case)
        for hold in terms_for(version, case).holds
    )


def kept_away(version: Version, case: Case) -> tuple[str, str] | None:
    """The first rule that keeps a case from the ladder: `excluded` or `held`, and its text.

    "They are asked in this order, and the first that applies is the answer: `exclude`, `hold`."
    """
    if case.taken_out is not None:
        outcome = "held" if hasattr(case.taken_out, "clock_stopped") else "excluded"
        return outcome, case.taken_out.text.value
    terms = terms_for(version, case)
    for outcome, rules in (("excluded", terms.excludes), ("held", terms.holds)):
        for rule in rules:
            if case.account and asks_invoice(rule.condition, version):
                continue  # asked of each invoice
            if applies(rule.condition, version, case):
                return outcome, rule.text.value
    return None


def runs_today(version: Version, case: Case, tables: Tables) -> bool:
    """Whether stages may be executed on the day of the case."""
    return is_run_day(case.day, version, tables.holidays)
