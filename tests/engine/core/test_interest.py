"""Interest: to the day and to the fraction of a cent."""

from __future__ import annotations

import datetime
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, get_args

from hypothesis import given
from hypothesis import strategies as st

from dunlang.ast.policy import DayCount
from dunlang.plan import InterestRule
from dunlang.source import Source, Span
from engine.core.interest import accrued, claim_of
from engine.core.rates import MissingRate, RateTable, percent_on, rate_table

if TYPE_CHECKING:
    from collections.abc import Sequence

SPAN = Span(Source("policy.dun", ""), 0, 0)


def day(text: str) -> int:
    return datetime.date.fromisoformat(text).toordinal()


def literal(percent: str, by: DayCount = "act/365") -> InterestRule:
    return InterestRule(
        Decimal(percent), None, None, Decimal(0), None, by, fixed_at_default=False, span=SPAN
    )


def reference(
    points: str = "0", by: DayCount = "act/365", up: str = "", *, fixed: bool = False
) -> InterestRule:
    rounded = Decimal(up) if up else None
    return InterestRule(
        None, "base", rounded, Decimal(points), None, by, fixed_at_default=fixed, span=SPAN
    )


def table(*rows: tuple[str, str]) -> RateTable:
    made = rate_table("base", [(day(on), Decimal(rate) if rate else None) for on, rate in rows])
    assert isinstance(made, RateTable)
    return made


BASE = table(("2025-07-01", "1.27"), ("2026-01-01", "2.27"), ("2026-07-01", ""))


def owed(
    rule: InterestRule, spans: Sequence[tuple[str, int]], first: str, last: str
) -> Fraction | MissingRate:
    open_ = [(day(since), amount) for since, amount in spans]
    return accrued(rule, BASE, open_, day(first), day(last), day(first))


def test_a_year_at_ten_percent_is_a_tenth() -> None:
    assert owed(literal("10"), [("2025-01-01", 1000_00)], "2025-01-31", "2026-01-31") == 100_00


def test_the_due_date_bears_none_and_the_day_after_bears_the_first() -> None:
    spans = [("2025-01-01", 365_00)]
    assert owed(literal("10"), spans, "2026-03-02", "2026-03-02") == 0
    assert owed(literal("10"), spans, "2026-03-02", "2026-03-03") == 10


def test_a_payment_lowers_interest_from_the_next_day_on() -> None:
    spans = [("2025-01-01", 365_00), ("2026-03-05", 0)]
    assert owed(literal("10"), spans, "2026-03-02", "2026-03-05") == 30
    assert owed(literal("10"), spans, "2026-03-02", "2026-04-01") == 30


def test_each_day_has_its_own_reference_rate() -> None:
    spans = [("2025-01-01", 365_00)]
    assert owed(reference("9"), spans, "2025-12-30", "2026-01-02") == Fraction("10.27") + 2 * (
        Fraction("11.27")
    )


def test_the_rate_of_the_first_day_overdue_can_stay() -> None:
    spans = [("2025-01-01", 365_00)]
    rule = reference("9", fixed=True)
    assert owed(rule, spans, "2025-12-30", "2026-12-30") == 365 * Fraction("10.27")


def test_the_reference_is_rounded_up_before_the_points_are_added() -> None:
    spans = [("2025-01-01", 365_00)]
    rule = reference("8", up="0.5")
    assert owed(rule, spans, "2026-01-01", "2026-01-02") == Fraction("10.5")
    low = table(("2020-01-01", "-0.88"))
    assert accrued(rule, low, [(1, 365_00)], day("2026-01-01"), day("2026-01-02"), 1) == (
        Fraction("7.5")
    )


def test_a_negative_rate_lowers_interest() -> None:
    low = table(("2020-01-01", "-0.88"))
    found = accrued(reference(), low, [(1, 365_00)], day("2026-01-01"), day("2026-01-03"), 1)
    assert found == -2 * Fraction("0.88")


def test_a_month_counts_as_thirty_days_or_as_what_it_has() -> None:
    spans = [("2025-01-01", 360_00)]
    assert owed(literal("12", "30/360"), spans, "2026-01-31", "2026-02-28") == 12 * 28
    assert owed(literal("12", "30/360"), spans, "2026-02-28", "2026-03-31") == 12 * 32
    assert owed(literal("12", "30/360"), spans, "2026-01-15", "2026-07-15") == 12 * 180
    assert owed(literal("12", "act/360"), spans, "2026-01-31", "2026-02-28") == 12 * 28
    assert owed(literal("12", "act/365"), spans, "2026-01-15", "2026-07-15") == (
        Fraction(12 * 181 * 360, 365)
    )


def test_actual_actual_divides_each_day_by_the_length_of_its_year() -> None:
    spans = [("2023-01-01", 1000_00)]
    found = owed(literal("10", "act/act"), spans, "2023-12-30", "2024-01-02")
    assert found == 100_00 * (Fraction(1, 365) + Fraction(2, 366))


def test_a_day_without_a_rate_is_a_value_that_says_what_to_add() -> None:
    found = owed(reference(), [("2025-01-01", 100)], "2026-06-20", "2026-08-01")
    assert isinstance(found, MissingRate)
    assert found.day == day("2026-07-01")
    assert found.sentence == "rates/base.csv ends on 2026-06-30: add a row for 2026-07-01"


def test_days_on_which_nothing_is_open_need_no_rate() -> None:
    spans = [("2026-01-01", 0)]
    assert owed(reference(), spans, "2024-01-01", "2030-01-01") == 0
    assert owed(reference(fixed=True), spans, "2024-01-01", "2030-01-01") == 0


def test_a_table_that_was_not_read_is_a_missing_rate() -> None:
    found = accrued(reference(), None, [(1, 100)], day("2026-01-01"), day("2026-01-02"), 1)
    assert isinstance(found, MissingRate)
    assert "rates/base.csv is missing" in found.sentence


def test_a_claim_is_what_accrued_less_what_was_claimed() -> None:
    assert claim_of(Fraction(1005, 2), 0, None, 1, "half up") == 503
    assert claim_of(Fraction(1005, 2), 0, None, 1, "half even") == 502
    assert claim_of(Fraction(1005, 2), 0, None, 5, "half up") == 505
    assert claim_of(Fraction(1005, 2), 500, None, 1, "half up") == 3
    assert claim_of(Fraction(1005, 2), 600, None, 1, "half up") == 0
    assert claim_of(Fraction(-20), 0, None, 1, "half up") == 0


def test_a_small_claim_is_left_to_the_next_time() -> None:
    assert claim_of(Fraction(499), 0, 500, 1, "half up") == 0
    assert claim_of(Fraction(500), 0, 500, 1, "half up") == 500
    assert claim_of(Fraction(800), 400, 500, 1, "half up") == 0


# --------------------------------------------------------- day by day, the slow and obvious way

_DAYS = st.integers(day("2023-11-01"), day("2025-03-31"))


@st.composite
def tables(draw: st.DrawFn) -> RateTable:
    """Up to four changes of the rate between 2023 and 2025, with or without an end."""
    days = sorted(draw(st.sets(_DAYS, min_size=1, max_size=4)))
    hundredths = draw(st.lists(st.integers(-90, 500), min_size=4, max_size=4))
    rates = [Decimal(each) / 100 for each in hundredths]
    end = days[-1] + 20 if draw(st.booleans()) else None
    return RateTable("base", tuple(zip(days, rates, strict=False)), end)


@st.composite
def rules(draw: st.DrawFn) -> InterestRule:
    """Any rule, of a literal rate or of a table."""
    by = draw(st.sampled_from(get_args(DayCount)))
    if draw(st.booleans()):
        return literal(draw(st.sampled_from(["12.25", "24", "0", "-1"])), by)
    up = draw(st.sampled_from(["", "0.5", "0.25"]))
    points = draw(st.sampled_from(["0", "9", "-0.5"]))
    return reference(points, by, up, fixed=draw(st.booleans()))


@st.composite
def open_amounts(draw: st.DrawFn) -> list[tuple[int, int]]:
    """What was open from the end of which day on."""
    days = sorted(draw(st.sets(_DAYS, min_size=1, max_size=4)))
    return [(each, draw(st.sampled_from([0, 1, 999, 100_00]))) for each in days]


def weight(rule: InterestRule, at: int) -> Fraction:
    """The share of a year that a day is."""
    today, before = (datetime.date.fromordinal(each) for each in (at, at - 1))
    match rule.by:
        case "act/365":
            return Fraction(1, 365)
        case "act/360":
            return Fraction(1, 360)
        case "act/act":
            leap = datetime.date(today.year, 12, 31).timetuple().tm_yday == 366
            return Fraction(1, 366 if leap else 365)
        case "30/360":
            months = (today.year - before.year) * 12 + today.month - before.month
            return Fraction(30 * months + min(today.day, 30) - min(before.day, 30), 360)


def day_by_day(
    rule: InterestRule,
    rates: RateTable,
    spans: list[tuple[int, int]],
    days: tuple[int, int],
    due: int,
) -> Fraction | MissingRate:
    """The law, read literally."""
    total = Fraction(0)
    for at in range(days[0] + 1, days[1] + 1):
        known = [amount for since, amount in spans if since <= at - 1]
        amount = known[-1] if known else spans[0][1]
        if amount == 0:
            continue
        percent = Fraction(rule.percent or 0)
        if rule.table is not None:
            figure = percent_on(rates, due + 1 if rule.fixed_at_default else at)
            if isinstance(figure, MissingRate):
                return figure
            percent = Fraction(figure)
            if rule.rounded_up_to is not None:
                steps = 0
                while steps * Fraction(rule.rounded_up_to) < percent:
                    steps += 1
                while (steps - 1) * Fraction(rule.rounded_up_to) >= percent:
                    steps -= 1
                percent = steps * Fraction(rule.rounded_up_to)
            percent += Fraction(rule.points)
        total += amount * percent / 100 * weight(rule, at)
    return total


@given(rules(), tables(), open_amounts(), _DAYS, st.integers(-30, 500), _DAYS)
def test_stretches_come_to_the_same_as_going_day_by_day(
    rule: InterestRule,
    rates: RateTable,
    spans: list[tuple[int, int]],
    first: int,
    length: int,
    due: int,
) -> None:
    last = first + length
    assert accrued(rule, rates, spans, first, last, due) == day_by_day(
        rule, rates, spans, (first, last), due
    )
