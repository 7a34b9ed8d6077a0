"""Fees by steps and by bracket, interest, rates, taxes and charges become their nodes."""

from __future__ import annotations

import pytest

from dunlang.ast import examples as ex
from dunlang.ast import policy as po
from dunlang.ast import stages as st
from tests.dunlang.reading import (
    HERE,
    clause,
    day,
    example_line,
    exception,
    fee,
    item,
    items,
    money,
    name,
    number,
    percent,
    text,
)

NINE = po.LiteralRate(percent("9"), "year", span=HERE)
TWO = po.LiteralRate(percent("2.50"), "month", span=HERE)
BASE = po.TableRate(name("base_rate"), span=HERE)


@pytest.mark.parametrize(
    ("written", "rate"),
    [
        ("9% a year", NINE),
        ("2.50% a month", TWO),
        ("base_rate", BASE),
        ("base_rate + 9 pp", po.TableRate(name("base_rate"), None, number("9"), span=HERE)),
        (
            "base_rate rounded up to 0.5",
            po.TableRate(name("base_rate"), number("0.5"), span=HERE),
        ),
        (
            "base_rate rounded up to 0.5 + 8.25 pp",
            po.TableRate(name("base_rate"), number("0.5"), number("8.25"), span=HERE),
        ),
    ],
)
def test_interest_accrues_at_a_rate(written: str, rate: po.LiteralRate | po.TableRate) -> None:
    node = po.Interest(rate, span=HERE)
    assert item(f"interest {written}") == node
    assert item(f"interest {written} from due date") == node
    assert exception(f"interest {written}") == node


@pytest.mark.parametrize("by", ["act/365", "act/360", "act/act", "30/360"])
def test_ways_to_count_days(by: po.DayCount) -> None:
    assert item(f"interest 9% a year by {by}") == po.Interest(NINE, by=by, span=HERE)


def test_interest_may_begin_at_a_stage_and_keep_its_first_rate() -> None:
    assert item("interest 9% a year from final") == po.Interest(NINE, name("final"), span=HERE)
    assert item("interest 9% a year fixed at default") == po.Interest(
        NINE, fixed_at_default=True, span=HERE
    )
    assert item("interest 2.50% a month from final by 30/360 fixed at default") == po.Interest(
        TWO, name("final"), "30/360", fixed_at_default=True, span=HERE
    )


def test_rates_taxes_and_claims_stand_at_the_margin() -> None:
    assert items(
        'rate base_rate from "de-basiszinssatz"\n'
        "no interest below 5 EUR | 6 CHF\n"
        "claim interest when paid\n"
        "fees taxed at 20%\n"
    ) == (
        po.RateDecl(name("base_rate"), text("de-basiszinssatz"), span=HERE),
        po.NoInterestBelow(money("5 EUR", "6 CHF"), span=HERE),
        po.ClaimWhenPaid(span=HERE),
        po.FeesTaxedAt(percent("20"), span=HERE),
    )


def test_an_exception_may_change_interest() -> None:
    assert exception("no interest") == po.NoInterest(span=HERE)
    assert exception("no interest below 5 EUR") == po.NoInterestBelow(money("5 EUR"), span=HERE)


def test_a_stage_claims_interest() -> None:
    assert clause("charge interest") == st.ChargeInterest(span=HERE)


FLAT = st.FlatFee(money("5 EUR"), span=HERE)
TABLE = text("ecb-daily")


@pytest.mark.parametrize(
    ("written", "node"),
    [
        ("fee 5 EUR", st.Fee(FLAT, span=HERE)),
        ("fee 5 EUR once", st.Fee(FLAT, once=True, span=HERE)),
        ("fee 5 EUR per letter", st.Fee(FLAT, per_letter=True, span=HERE)),
        ('fee 5 EUR converted by "ecb-daily"', st.Fee(FLAT, converted_by=TABLE, span=HERE)),
        (
            'fee 5 EUR once per letter converted by "ecb-daily"',
            st.Fee(FLAT, once=True, per_letter=True, converted_by=TABLE, span=HERE),
        ),
    ],
)
def test_how_often_a_fee_is_charged_and_in_which_currency(written: str, node: st.Fee) -> None:
    assert clause(written) == node


STEPS = "\n    15% of the first 2_500 EUR\n    40 EUR of the next 2_500 EUR\n    1% of the rest\n"
BY_STEPS = st.StepFee(
    "open amount",
    (
        st.FeeStep(percent("15"), money("2_500 EUR"), span=HERE),
        st.FeeStep(money("40 EUR"), money("2_500 EUR"), span=HERE),
        st.FeeStep(percent("1"), None, span=HERE),
    ),
    span=HERE,
)
BRACKETS = (
    "\n    40 EUR below 1_000 EUR"
    "\n    5 EUR + 2% of open amount at most 70 EUR up to 10_000 EUR | 9_000 CHF"
    "\n    5 EUR otherwise\n"
)
BY_BRACKET = st.BracketFee(
    "original amount",
    (
        st.FeeBracket(
            st.FlatFee(money("40 EUR"), span=HERE), "below", money("1_000 EUR"), span=HERE
        ),
        st.FeeBracket(
            st.BoundFee(
                st.SumFee((FLAT, st.PercentFee(percent("2"), "open amount", span=HERE)), span=HERE),
                None,
                money("70 EUR"),
                span=HERE,
            ),
            "up to",
            money("10_000 EUR", "9_000 CHF"),
            span=HERE,
        ),
        st.FeeBracket(FLAT, "otherwise", None, span=HERE),
    ),
    span=HERE,
)


def test_a_fee_by_steps_has_its_lines() -> None:
    assert fee(f"by steps of open amount{STEPS}") == BY_STEPS
    bound = st.BoundFee(BY_STEPS, money("40 EUR"), money("6_775 EUR"), span=HERE)
    assert fee(f"by steps of open amount at least 40 EUR at most 6_775 EUR{STEPS}") == bound
    whole = f'fee by steps of open amount at most 9 EUR once per letter converted by "x"{STEPS}'
    assert clause(whole) == st.Fee(
        st.BoundFee(BY_STEPS, None, money("9 EUR"), span=HERE),
        once=True,
        per_letter=True,
        converted_by=text("x"),
        span=HERE,
    )


def test_a_fee_by_bracket_has_its_lines() -> None:
    assert fee(f"by bracket of original amount{BRACKETS}") == BY_BRACKET
    assert fee(f"by bracket of original amount at least 9 EUR{BRACKETS}") == st.BoundFee(
        BY_BRACKET, money("9 EUR"), None, span=HERE
    )


def test_lines_of_a_fee_may_stand_in_an_exception() -> None:
    stage = exception(f"stage s\n    fee by steps of open amount once{STEPS.replace('  ', '   ')}")
    assert isinstance(stage, st.Stage)
    assert stage.clauses == (st.Fee(BY_STEPS, once=True, span=HERE),)


def test_other_clauses_stand_beside_the_lines_of_a_fee() -> None:
    stage = item(f"stage s\n  by post\n  fee by steps of open amount{STEPS}  write off\n")
    assert isinstance(stage, st.Stage)
    assert [type(one) for one in stage.clauses] == [st.By, st.Fee, st.WriteOff]


@pytest.mark.parametrize(
    ("written", "node"),
    [
        (
            "given charges paid 5 EUR on 2026-01-01",
            ex.GivenCharges("charge_paid", money("5 EUR").amounts[0], day("2026-01-01"), span=HERE),
        ),
        (
            "given charges waived 5 EUR on 2026-01-01",
            ex.GivenCharges(
                "charge_waived", money("5 EUR").amounts[0], day("2026-01-01"), span=HERE
            ),
        ),
        (
            "expect 2026-01-01 s by post fee 5 EUR interest 1.23 EUR deadline 2026-01-01",
            ex.ExpectStage(
                day("2026-01-01"),
                name("s"),
                (name("post"),),
                money("5 EUR"),
                interest=money("1.23 EUR"),
                deadline=day("2026-01-01"),
                span=HERE,
            ),
        ),
        (
            "expect settled on 2026-01-01 interest 1.23 EUR",
            ex.ExpectSettled(day("2026-01-01"), money("1.23 EUR"), span=HERE),
        ),
    ],
)
def test_charges_in_examples(written: str, node: ex.ExampleLine) -> None:
    assert example_line(written) == node


def test_the_bound_of_a_fee_may_stand_on_two_lines_with_a_comment_between() -> None:
    broken = "(1 EUR + 2% of open amount\n          at least # a comment\n          5 EUR)"
    assert fee(broken) == fee("(1 EUR + 2% of open amount at least 5 EUR)")
