"""When a stage may be executed: terms, stopped clocks, `wait longer`, the gaps between notices."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.oracle.days import DAY, Holidays, end_of_month, moved, rolled

if TYPE_CHECKING:
    import datetime

    from dunlang.ast.stages import Duration, WaitTerm
    from tests.oracle.case import Case
    from tests.oracle.executed import Place
    from tests.oracle.terms import StageTerms, Terms
    from tests.oracle.versions import Version


@dataclass(frozen=True)
class Clock:
    """What the waits of one case on one day need beside the case itself."""

    version: Version
    holidays: Holidays
    stopped: frozenset[datetime.date]
    """Days, up to that of the case, at whose end a hold that stops the clock applied."""
    started: datetime.date | None
    """First day on which a version of the policy covered the case."""

    def after(self, day: datetime.date, by: Duration) -> datetime.date:
        """The day a duration later."""
        return moved(day, by, 1, self.version, self.holidays)

    def before(self, day: datetime.date, by: Duration) -> datetime.date:
        """The day a duration earlier."""
        return moved(day, by, -1, self.version, self.holidays)

    def rolled(self, day: datetime.date) -> datetime.date:
        """The first run day from a day on."""
        return rolled(day, self.version, self.holidays)


def counted_from(term: WaitTerm, case: Case, place: Place, clock: Clock) -> datetime.date | None:
    """The day that a term counts from; None if it sets no bound."""
    match term.kind:
        case "overdue" | "before due" | "month end":
            return case.due
        case "since invoice date":
            return case.issued
        case "since start":
            return clock.started
        case "since last":
            # "Date of the last executed stage of this cycle; due date if there is none."
            return place.day or case.due
        case "past deadline":
            # "Deadline that the last executed stage set; its own date if it set none"; "with
            # nothing executed yet: from the due date".
            return place.deadline or place.day or case.due
        case "since stage":
            # "No bound if it was not" executed in this cycle.
            assert term.stage is not None
            return place.dates.get(term.stage.text)


def date_without_stops(term: WaitTerm, base: datetime.date, clock: Clock) -> datetime.date:
    """The date that a term gives if the clock never stood still."""
    if term.kind == "before due":
        return clock.before(base, term.duration)
    date = clock.after(base, term.duration)
    return end_of_month(date) if term.kind == "month end" else date


def stops_added(
    base: datetime.date, date: datetime.date, case: Case, clock: Clock
) -> datetime.date:
    """A term's date, moved by the days on which the clock stood still.

    "For each stopped interval [from, to) in order, if it starts before the earliest date and ends
    after the day counted from, the earliest date moves by the days of that interval that lie
    after the day counted from."
    """
    if not clock.stopped:
        return date
    day = base - DAY  # far enough back to see an interval that began before the day counted from
    while day <= case.day:
        if day not in clock.stopped:
            day += DAY
            continue
        start = day
        while day <= case.day and day in clock.stopped:
            day += DAY
        if start < date and day > base:
            date += sum(1 for n in range((day - start).days) if start + n * DAY > base) * DAY
    return date


def earliest(
    stage: StageTerms, terms: Terms, case: Case, place: Place, clock: Clock, gap: datetime.date
) -> datetime.date | None:
    """The first date on which all terms are met, before grace and rolling; None: no bound.

    `gap` is the first day that the gaps between notices leave open; `date.min` without.
    """
    kept: list[datetime.date] = []  # dates of `before due` terms: neither stopped nor changed
    dates: list[datetime.date] = []
    for term in stage.after:
        base = counted_from(term, case, place, clock)
        if base is None:
            continue
        date = date_without_stops(term, base, clock)
        if term.kind == "before due":
            kept.append(date)
        else:
            dates.append(stops_added(base, date, case, clock))
    if dates and terms.wait is not None:
        # It "moves the latest of the terms (not a `before due` date)".
        move = clock.after if terms.wait.direction == "longer" else clock.before
        dates = [move(max(dates), terms.wait.duration)]
    if gap != gap.min:
        # It "comes after `wait shorter` and is neither shortened by it nor moved by a stopped
        # clock".
        dates.append(gap)
    return max([*kept, *dates], default=None)


def gap_day(
    stage: StageTerms,
    terms: Terms,
    case: Case,
    clock: Clock,
    noticed: datetime.date | None = None,
) -> datetime.date:
    """The first day that the gaps between notices leave open; `date.min` if they do not matter.

    "The gap between notices holds back stages with `by`, counts from the case's (or customer's)
    last notice in any cycle"; of the customer's, the newest before today, or `noticed`.
    """
    days = [case.day.min]
    if stage.by is None:
        return days[0]
    gap, customer_gap = stage.gap or terms.gap, stage.customer_gap or terms.customer_gap
    notices = [executed.date for executed in case.life.history if executed.notice]
    if gap is not None and notices:
        days.append(clock.after(max(notices), gap))
    if customer_gap is not None:
        last = noticed or case.today.last_notice_before()
        if last is not None:
            days.append(clock.after(last, customer_gap))
    return max(days)


def opens(terms: Terms, case: Case, clock: Clock) -> datetime.date:
    """Law: The ladder opens on the day after due date + N units."""
    last_free = case.due if terms.grace is None else clock.after(case.due, terms.grace)
    return last_free + DAY


def runs_early(
    stage: StageTerms, date: datetime.date | None, case: Case, place: Place, clock: Clock
) -> bool:
    """Whether a stage "may run before the due date and is not closed by grace".

    "Those all of whose terms count from the invoice date, the start, days before due, or a stage
    that was itself executed before the due date; asked before rolling"; and "whose earliest date
    is not after the due date".
    """
    counts = all(counts_early(term, case, place, clock) for term in stage.after)
    return counts and date is not None and date <= case.due


def counts_early(term: WaitTerm, case: Case, place: Place, clock: Clock) -> bool:
    """Whether a term counts neither from being overdue nor from a deadline."""
    if term.kind in ("since invoice date", "before due"):
        return True
    if term.kind == "since start":
        return clock.started is not None
    from_stage = None
    if term.kind == "since last":
        from_stage = place.day
    if term.kind == "since stage" and term.stage is not None:
        from_stage = place.dates.get(term.stage.text)
    return from_stage is not None and from_stage < case.due


def run_day(
    stage: StageTerms, terms: Terms, case: Case, place: Place, clock: Clock, gap: datetime.date
) -> datetime.date:
    """The first run day on which a stage may be executed."""
    date = earliest(stage, terms, case, place, clock, gap)
    if not runs_early(stage, date, case, place, clock):
        opening = opens(terms, case, clock)
        date = opening if date is None else max(date, opening)
    assert date is not None
    return clock.rolled(date)


def has_missed(stage: StageTerms, case: Case, could_run: datetime.date) -> bool:
    """Whether a stage is dropped that could run on a day at the earliest.

    "A `before due` stage that was missed is dropped once the due date has come"; "a `before due`
    date that rolls onto the due date is not sent".
    """
    if all(term.kind != "before due" for term in stage.after):
        return False
    return case.day >= case.due or could_run >= case.due
