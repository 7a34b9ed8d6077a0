"""Fees: steps, brackets, bounds, conversion, coins, caps and tax."""

from __future__ import annotations

import datetime
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Literal

import pytest

from dunlang.ast.expressions import Amount, Money, Percent
from dunlang.ast.stages import (
    BoundFee,
    BracketFee,
    FeeBracket,
    FeeStep,
    FlatFee,
    PercentFee,
    StepFee,
    SumFee,
)
from dunlang.plan import Ladder, Period, StagePlan
from dunlang.source import Source, Span
from engine.core.case import NEVER, CaseFacts
from engine.core.fees import Charge, Charging, fee_of
from engine.core.place import NOWHERE
from engine.core.rates import ExchangeTable, MissingRate, RateTable

if TYPE_CHECKING:
    from dunlang.ast.stages import FeeFormula

SPAN = Span(Source("policy.dun", ""), 0, 0)
TODAY = datetime.date(2026, 3, 2).toordinal()
EUR = Charging("EUR", "half up")
LADDER = Ladder((), (), (), Period(0, "day", span=SPAN), None, None, None)


def money(*texts: str) -> Money:
    """Amounts such as `5.00 EUR`."""
    amounts = [text.split() for text in texts]
    return Money(
        tuple(Amount(Decimal(value), code, value, span=SPAN) for value, code in amounts), span=SPAN
    )


def flat(*texts: str) -> FlatFee:
    return FlatFee(money(*texts), span=SPAN)


def percent(value: str) -> Percent:
    return Percent(Decimal(value), value, span=SPAN)


def share(value: str) -> PercentFee:
    return PercentFee(percent(value), "open amount", span=SPAN)


def step(part: str, width: str | None) -> FeeStep:
    of = percent(part.removesuffix("%")) if part.endswith("%") else money(part)
    return FeeStep(of, money(width) if width else None, span=SPAN)


def bracket(
    fee: FeeFormula, kind: Literal["below", "up to", "otherwise"], limit: str | None
) -> FeeBracket:
    return FeeBracket(fee, kind, money(limit) if limit else None, span=SPAN)


def stage(fee: FeeFormula | None, *, once: bool = False, table: str | None = None) -> StagePlan:
    return StagePlan("notice", "", (), fee=fee, fee_once=once, fee_converted_by=table, span=SPAN)


def facts(open_amount: int) -> CaseFacts:
    return CaseFacts(
        0,
        open_amount,
        2 * open_amount,
        0,
        0,
        disputed=False,
        invoice_excluded_until=NEVER,
        customer_excluded_until=NEVER,
        promise_until=NEVER,
        promise_kept=False,
        cycle_since=0,
        assigned=None,
        invoice_facts={},
        customer_facts={},
    )


def charged(fee: FeeFormula, open_amount: int = 100_00, charging: Charging = EUR) -> object:
    return fee_of(stage(fee), LADDER, facts(open_amount), NOWHERE, TODAY, charging)


DUTCH = StepFee(
    "open amount",
    (
        step("15%", "2500 EUR"),
        step("10%", "2500 EUR"),
        step("5%", "5000 EUR"),
        step("1%", "190000 EUR"),
        step("0.5%", None),
    ),
    span=SPAN,
)
DUTCH_WITH_BOUNDS = BoundFee(DUTCH, money("40 EUR"), money("6775 EUR"), span=SPAN)


@pytest.mark.parametrize(
    ("open_amount", "fee"),
    [
        (100_00, 40_00),
        (266_67, 40_00),
        (1_000_00, 150_00),
        (2_500_00, 375_00),
        (3_000_00, 425_00),
        (5_000_00, 625_00),
        (10_000_00, 875_00),
        (200_000_00, 2_775_00),
        (1_000_000_00, 6_775_00),
        (9_000_000_00, 6_775_00),
    ],
)
def test_the_dutch_scale_is_the_sum_over_its_slices_within_its_bounds(
    open_amount: int, fee: int
) -> None:
    assert charged(DUTCH_WITH_BOUNDS, open_amount) == Charge(fee, 0)


def test_an_amount_of_a_slice_is_charged_in_full_once_the_slice_is_reached() -> None:
    fee = StepFee("open amount", (step("5 EUR", "100 EUR"), step("9 EUR", None)), span=SPAN)
    assert charged(fee, 1) == Charge(5_00, 0)
    assert charged(fee, 100_00) == Charge(5_00, 0)
    assert charged(fee, 100_01) == Charge(14_00, 0)


def test_of_brackets_the_first_that_fits_applies() -> None:
    fee = BracketFee(
        "open amount",
        (
            bracket(flat("40 EUR"), "below", "1000 EUR"),
            bracket(SumFee((flat("60 EUR"), share("0.1")), span=SPAN), "up to", "10000 EUR"),
            bracket(flat("100 EUR"), "otherwise", None),
        ),
        span=SPAN,
    )
    assert charged(fee, 999_99) == Charge(40_00, 0)
    assert charged(fee, 1_000_00) == Charge(61_00, 0)
    assert charged(fee, 10_000_00) == Charge(70_00, 0)
    assert charged(fee, 10_000_01) == Charge(100_00, 0)


def test_what_is_charged_is_rounded_once_at_the_end() -> None:
    fee = SumFee((share("0.05"), share("0.05")), span=SPAN)
    assert charged(fee, 5_00) == Charge(1, 0)
    assert charged(share("0.05"), 10_00, replace(EUR, rounding="half even")) == Charge(0, 0)


def test_a_fee_can_be_a_multiple_of_the_smallest_coin() -> None:
    francs = Charging("CHF", "half up", coin=5)
    assert charged(share("1"), 12_40, francs) == Charge(10, 0)
    assert charged(share("1"), 12_50, francs) == Charge(15, 0)
    assert charged(flat("0.12 CHF"), 1, francs) == Charge(10, 0)


def test_tax_comes_on_top_and_is_rounded_by_itself() -> None:
    taxed = replace(EUR, tax=Decimal(20))
    assert charged(flat("5.13 EUR"), 1, taxed) == Charge(5_13, 1_03)
    assert charged(flat("5.13 CHF"), 1, Charging("CHF", "half up", 5, Decimal(20))) == (
        Charge(5_15, 1_05)
    )


def test_a_cap_counts_net_amounts_and_cuts_the_fee_that_would_pass_it() -> None:
    ladder = replace(LADDER, cap=money("12 EUR"))
    place = replace(NOWHERE, fees=8_00)
    taxed = replace(EUR, tax=Decimal(20))
    assert fee_of(stage(flat("5 EUR")), ladder, facts(1), place, TODAY, taxed) == Charge(4_00, 80)
    spent = replace(NOWHERE, fees=13_00)
    assert fee_of(stage(flat("5 EUR")), ladder, facts(1), spent, TODAY, taxed) == Charge(0, 0)


def test_a_fee_that_is_charged_once_and_was_costs_nothing() -> None:
    once = stage(flat("5 EUR"), once=True)
    before = replace(NOWHERE, charged=frozenset({"notice"}))
    assert fee_of(once, LADDER, facts(1), NOWHERE, TODAY, EUR) == Charge(5_00, 0)
    assert fee_of(once, LADDER, facts(1), before, TODAY, EUR) == Charge(0, 0)


def test_another_item_of_the_letter_can_bear_the_fee() -> None:
    found = fee_of(
        stage(flat("5 EUR")), LADDER, facts(1), NOWHERE, TODAY, EUR, per_letter_waived=True
    )
    assert found == Charge(0, 0)


CONVERTED = BoundFee(flat("40 EUR"), money("30 EUR"), money("50 EUR"), span=SPAN)


def converted(currency: str, fee: FeeFormula = CONVERTED) -> object:
    tables = {
        "ecb": ExchangeTable(
            "ecb",
            {
                "SEK": RateTable("ecb", ((TODAY - 1, Decimal("11.0215")), (TODAY + 1, Decimal(9)))),
                "JPY": RateTable("ecb", ((TODAY, Decimal("160.38")),)),
                "KWD": RateTable("ecb", ((TODAY, Decimal("0.3334")),)),
            },
        )
    }
    charging = Charging(currency, "half up", exchange=tables)
    return fee_of(stage(fee, table="ecb"), LADDER, facts(1), NOWHERE, TODAY, charging)


def test_a_fee_is_converted_at_the_rate_of_the_day_and_rounded_once() -> None:
    assert converted("SEK") == Charge(440_86, 0)
    assert converted("JPY") == Charge(6415, 0)
    assert converted("KWD") == Charge(13_336, 0)


def test_a_fee_in_the_currency_of_the_case_needs_no_rate_of_exchange() -> None:
    assert converted("EUR") == Charge(40_00, 0)


def test_a_missing_rate_of_exchange_is_a_value_that_says_what_to_add() -> None:
    found = converted("CHF")
    assert isinstance(found, MissingRate)
    assert found.sentence == "rates/ecb.csv has no rate for CHF: add a row that holds on 2026-03-02"


def test_bounds_of_what_is_converted_are_converted_with_it() -> None:
    inner = SumFee((flat("10 EUR"), flat("1 EUR")), span=SPAN)
    low = BoundFee(inner, money("30 EUR"), money("50 EUR"), span=SPAN)
    assert converted("SEK", low) == Charge(330_65, 0)
