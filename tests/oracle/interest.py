"""Simple interest, day by day.

"Each day from the day after the due date (or `from STAGE`) up to and including D bears interest
on the open amount at the start of that day, at the dated rate of that day, summed exactly and
rounded once."
"""

from __future__ import annotations

import calendar
from fractions import Fraction
from math import ceil
from typing import TYPE_CHECKING

from dunlang.ast import policy as tree
from tests.oracle.days import DAY
from tests.oracle.fees import MissingRateError, of_currency
from tests.oracle.rounding import rounded

if TYPE_CHECKING:
    import datetime

    from engine.core.model import Invoice
    from tests.oracle.answers import Tables
    from tests.oracle.case import Case
    from tests.oracle.terms import Terms
    from tests.oracle.versions import Version

MONTHS = 12


def claim(terms: Terms, version: Version, case: Case, tables: Tables) -> int:
    """What may be claimed now, in minor units; `MissingRateError` if nobody can tell.

    "The rounded sum of all that accrued in the case's life less what was claimed, never below 0";
    "`no interest below A` leaves a smaller claim to the next time".
    """
    if terms.interest is None:
        return 0
    total = Fraction(0)
    for invoice in case.bearing:
        first = counted_from(terms.interest, case, invoice)
        if first is not None:
            total += accrued(terms.interest, version, case, invoice, first, tables)
    claimed = max(0, rounded(total, case.currency, version) - case.life.claimed)
    floor = terms.interest_floor
    if floor is not None and claimed < of_currency(floor, case.currency):
        return 0
    return claimed


def counted_from(rule: tree.Interest, case: Case, invoice: Invoice) -> datetime.date | None:
    """The day after which interest accrues; None: it does not.

    "`from STAGE`: from the day after its first execution in the case's life"; an account's
    invoice that falls due later bears interest "from the day after its own due date".
    """
    due = case.today.seen.due(invoice)
    if rule.start is None:
        return due
    days = [e.date for e in case.life.history if e.stage == rule.start.text]
    if not days:
        return None
    return max(due, days[0]) if case.account else days[0]


def accrued(
    rule: tree.Interest,
    version: Version,
    case: Case,
    invoice: Invoice,
    first: datetime.date,
    tables: Tables,
) -> Fraction:
    """The exact sum for one invoice; "days with open 0 need no rate"."""
    total = Fraction(0)
    default = case.today.seen.due(invoice) + DAY
    day = first + DAY
    while day <= case.day:
        owed = case.today.story.day(day - DAY).till.open(invoice)
        if owed > 0:
            asked = default if rule.fixed_at_default else day
            percent = percent_on(asked, rule, version, tables)
            total += owed * percent / 100 * weight(day, rule.by or "act/365")
        day += DAY
    return total


def percent_on(
    day: datetime.date, rule: tree.Interest, version: Version, tables: Tables
) -> Fraction:
    """The rate of a day, in percent a year."""
    rate = rule.rate
    if isinstance(rate, tree.LiteralRate):
        # A rate "`2% a month` is twelve times that a year".
        return Fraction(rate.percent.value) * (MONTHS if rate.per == "month" else 1)
    table = version.tables[rate.name.text]
    rows = [percent for first, percent in tables.rates.get(table, ()) if first <= day]
    if not rows or rows[-1] is None:
        # It "ends with a row whose percent is empty: from that day on there is no rate".
        raise MissingRateError(table)
    reference = Fraction(rows[-1])
    if rate.rounded_up_to is not None:
        step = Fraction(rate.rounded_up_to.value)
        reference = ceil(reference / step) * step
    return reference + (Fraction(rate.points.value) if rate.points else 0)


def weight(day: datetime.date, by: tree.DayCount) -> Fraction:
    """What part of a year a day is."""
    match by:
        case "act/365":
            return Fraction(1, 365)
        case "act/360":
            return Fraction(1, 360)
        case "act/act":
            # "`act/act` divides each day by the length of its year."
            return Fraction(1, 366 if calendar.isleap(day.year) else 365)
        case "30/360":
            return Fraction(of_months_of_30(day) - of_months_of_30(day - DAY), 360)


def of_months_of_30(day: datetime.date) -> int:
    """The number of a day in years of twelve months of 30 days: 30E/360."""
    return 360 * day.year + 30 * day.month + min(day.day, 30)
