"""Simple interest: exact, on what was open at the start of each day.

Nothing goes day by day. A day count is a potential, a number that grows with the days, so that
the weight of any stretch of days is the difference of two of its values; a stretch ends where
the open amount or the reference rate changes.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from engine.core.calendar import date_of
from engine.core.money import percentage, round_to_coin
from engine.core.rates import MissingRate, last_day_of, no_table, percent_on

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from dunlang.ast.policy import DayCount
    from dunlang.plan import InterestRule
    from engine.core.money import Rounding
    from engine.core.rates import RateTable

Span = tuple[int, int]
"""The day from whose end an amount is open (`date.toordinal()`), and the amount (minor units)."""


def accrued(
    rule: InterestRule,
    table: RateTable | None,
    spans: Sequence[Span],
    first: int,
    last: int,
    default_day: int,
) -> Fraction | MissingRate:
    """The interest of the days after `first` up to and including `last`, in minor units.

    `spans`: what was open at the end of which day, ascending, at least one; the first one's amount
    was open before it too. A day bears interest on what was open at the end of the day before.
    `table`: the reference rate's; None for a literal rate. `default_day`: the due date, after
    which `fixed at default` takes its rate. Below zero where the rate is.
    """
    potential, per_year = _DAY_COUNTS[rule.by]
    total = Fraction(0)
    for start, end, amount in _stretches(spans, first, last):
        found = _rate_days(rule, table, start, end, default_day, potential)
        if isinstance(found, MissingRate):
            return found
        total += amount * found
    return total / per_year


def claim_of(total: Fraction, claimed: int, floor: int | None, coin: int, mode: Rounding) -> int:
    """What to claim of all that accrued in a case's life, in minor units.

    Rounded once, less what was claimed before, never below 0. `floor`: a smaller claim than this
    is left to the next time.
    """
    claim = max(0, round_to_coin(total, coin, mode) - claimed)
    return 0 if floor is not None and claim < floor else claim


def _stretches(spans: Sequence[Span], first: int, last: int) -> Iterator[tuple[int, int, int]]:
    """(start, end, amount): the days after `start` up to `end` bear interest on one amount."""
    for number, (since, amount) in enumerate(spans):
        start = max(first, since) if number else first
        end = min(last, spans[number + 1][0]) if number + 1 < len(spans) else last
        if amount and start < end:
            yield start, end, amount


def _rate_days(
    rule: InterestRule,
    table: RateTable | None,
    start: int,
    end: int,
    default_day: int,
    potential: Callable[[int], int],
) -> Fraction | MissingRate:
    """The sum over a stretch of the share of a year's rate times the weight of the day."""
    if rule.table is None:
        return percentage(rule.percent or Decimal(0)) * (potential(end) - potential(start))
    if table is None:
        return no_table(rule.table, start + 1)
    if rule.fixed_at_default:
        figure = percent_on(table, default_day + 1)
        if isinstance(figure, MissingRate):
            return figure
        return _reference(rule, figure) * (potential(end) - potential(start))
    total = Fraction(0)
    day = start
    while day < end:
        figure = percent_on(table, day + 1)
        if isinstance(figure, MissingRate):
            return figure
        until = min(end, last_day_of(table, day + 1))
        total += _reference(rule, figure) * (potential(until) - potential(day))
        day = until
    return total


def _reference(rule: InterestRule, figure: Decimal) -> Fraction:
    """The share that the reference rate is, rounded up where the rule says so, with the points."""
    share = percentage(figure)
    if rule.rounded_up_to is not None:
        step = percentage(rule.rounded_up_to)
        share = -(-share // step) * step
    return share + percentage(rule.points)


def _year_30e(day: int) -> int:
    """Days since the year 0 where every month has 30."""
    date_ = date_of(day)
    return 360 * date_.year + 30 * date_.month + min(date_.day, 30)


def _actual_year(day: int) -> int:
    """Days since the year 0, each in parts of its own year: 366 in common years, 365 in others."""
    date_ = date_of(day)
    start = date(date_.year, 1, 1).toordinal()
    length = date(date_.year, 12, 31).toordinal() - start + 1
    return date_.year * 365 * 366 + (day - start + 1) * (365 * 366 // length)


_DAY_COUNTS: dict[DayCount, tuple[Callable[[int], int], int]] = {
    "act/365": (int, 365),
    "act/360": (int, 360),
    "act/act": (_actual_year, 365 * 366),
    "30/360": (_year_30e, 360),
}
"""The potential of each day count, and how much it grows in a year."""
