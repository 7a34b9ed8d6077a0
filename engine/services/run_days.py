"""On which days runs take place, in the words of `--run-on`."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dunlang.suggest import did_you_mean
from engine.core.calendar import month_end

if TYPE_CHECKING:
    from engine.core.policies import PolicyVersion

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONTH_END = "month-end"


@dataclass(frozen=True, slots=True)
class RunDays:
    """A choice of days; a run takes place on those of them on which the policy runs."""

    dates: frozenset[int] = frozenset()
    """As `date.toordinal()`."""
    weekdays: frozenset[int] = frozenset()
    """Monday is 0."""
    month_end: bool = False
    """The last day of each month on which the policy runs."""

    def is_run(self, day: int, version: PolicyVersion | None) -> bool:
        """Whether a run was asked for on a day."""
        # Day 1, 1 January of year 1, was a Monday.
        if day in self.dates or (day - 1) % 7 in self.weekdays:
            return True
        return self.month_end and day == _last_run_day(day, version)

    def may_fall_between(self, first: datetime.date, last: datetime.date) -> bool:
        """Whether any of these days can lie in a range; of dates alone that can be told."""
        if self.weekdays or self.month_end:
            return True
        return any(first.toordinal() <= day <= last.toordinal() for day in self.dates)


def _last_run_day(day: int, version: PolicyVersion | None) -> int:
    last = month_end(day)
    while version is not None and version.run_day(last) != last:
        last -= 1
    return last


def run_days(text: str) -> RunDays | str:
    """The days that a text names (`monday`, `month-end`, dates, any of them with commas).

    What is wrong with it is a sentence.
    """
    dates, weekdays, last = set(), set(), False
    for word in (part.strip() for part in text.split(",")):
        if word.lower() in WEEKDAYS:
            weekdays.add(WEEKDAYS.index(word.lower()))
        elif word.lower() == MONTH_END:
            last = True
        else:
            try:
                dates.add(datetime.date.fromisoformat(word).toordinal())
            except ValueError:
                hint = did_you_mean(word, (*WEEKDAYS, MONTH_END))
                return f"'{word}' is no date, no day of the week and not {MONTH_END}" + (
                    f"; {hint}" if hint else ""
                )
    return RunDays(frozenset(dates), frozenset(weekdays), last)
