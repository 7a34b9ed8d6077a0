"""How cases run: settings of accounts and versions, waits, repetitions, what stages do."""

from __future__ import annotations

import datetime

import pytest

from dunlang.ast import policy as po
from dunlang.ast import stages as st
from tests.dunlang.reading import (
    HERE,
    clause,
    condition,
    duration,
    exception,
    fact,
    item,
    items,
    money,
    name,
    number,
    setting,
    text,
    told,
)


@pytest.mark.parametrize(
    ("written", "node"),
    [
        (
            "extends other_policy version 3",
            po.Extends(name("other_policy"), number("3"), span=HERE),
        ),
        ("dun each account", po.DunEach("account", span=HERE)),
        (
            "dun each account by invoice.entity",
            po.DunEach("account", fact("invoice.entity"), span=HERE),
        ),
        ("letters per customer and stage", po.Letters("customer and stage", span=HERE)),
        ("round half up to 0.05 CHF", po.Round("half up", money("0.05 CHF"), span=HERE)),
        (
            "round half even to 0.05 CHF | 1 EUR",
            po.Round("half even", money("0.05 CHF", "1 EUR"), span=HERE),
        ),
        (
            "late runs go straight to the stage reached",
            po.LateRuns("straight to the stage reached", span=HERE),
        ),
        (
            "running cases stay with their version",
            po.RunningCases("stay with their version", span=HERE),
        ),
        ("reopened cases continue", po.ReopenedContinue(span=HERE)),
        ("step down when less is owed", po.StepDown(span=HERE)),
        ("payments settle open amount first", po.PaymentsSettle("open amount", span=HERE)),
        ("payments settle charges first", po.PaymentsSettle("charges", span=HERE)),
        ("settled when open amount is paid", po.SettledWhen("open amount", span=HERE)),
        (
            "settled when open amount and charges are paid",
            po.SettledWhen("open amount and charges", span=HERE),
        ),
    ],
)
def test_settings(written: str, node: po.Setting) -> None:
    assert setting(written) == node


PHONE, SMS = name("phone"), name("sms")


def test_limits_and_hours_for_contacts() -> None:
    assert items(
        "contact at most 7 times in 7 days by phone, sms\n"
        "contact at most 1 time in 1 day by phone\n"
        "contact between 08:00 and 20:30\n"
    ) == (
        po.ContactLimit(7, 7, (PHONE, SMS), span=HERE),
        po.ContactLimit(1, 1, (PHONE,), span=HERE),
        po.ContactHours(datetime.time(8), datetime.time(20, 30), span=HERE),
    )


def test_notices_to_a_customer_keep_their_distance() -> None:
    gap = st.NoticeGap(duration(5), to_customer=True, span=HERE)
    written = "at least 5 days between notices to a customer"
    assert (item(written), clause(written), exception(written)) == (gap, gap, gap)


def test_a_wait_since_the_start() -> None:
    term = st.WaitTerm("since start", duration(3, "week"), span=HERE)
    assert clause("after 3 weeks since start") == st.After((term,), span=HERE)


def test_a_stage_may_send_a_case_back() -> None:
    node = st.When(condition("a and b"), name("notice"), span=HERE)
    assert clause("when a and b else notice") == node


@pytest.mark.parametrize(
    ("written", "node"),
    [
        ("repeat every 7 days", st.Repeat(duration(7), span=HERE)),
        ("repeat every 1 month at most 1 more time", st.Repeat(duration(1, "month"), 1, span=HERE)),
        (
            "repeat every 2 business days at most 3 more times",
            st.Repeat(duration(2, "business day"), 3, span=HERE),
        ),
        ('suspend "delivery"', st.Suspend(text("delivery"), span=HERE)),
        ('cancel "the contract" now', st.Cancel(text("the contract"), None, span=HERE)),
        (
            'cancel "the contract" at the end of the term',
            st.Cancel(text("the contract"), fact("customer.term_end"), span=HERE),
        ),
        (
            'cancel "the contract" at customer.stage',
            st.Cancel(text("the contract"), fact("customer.stage"), span=HERE),
        ),
        ("write off", st.WriteOff(span=HERE)),
        ("replaces old", st.Replaces((st.Replaced("old", span=HERE),), span=HERE)),
        (
            "replaces old, de-standard.stage, other.x-y",
            st.Replaces(
                (
                    st.Replaced("old", span=HERE),
                    st.Replaced("stage", "de-standard", span=HERE),
                    st.Replaced("x-y", "other", span=HERE),
                ),
                span=HERE,
            ),
        ),
    ],
)
def test_clauses(written: str, node: st.Clause) -> None:
    assert clause(written) == node


def test_a_policy_that_extends_another_changes_its_ladder() -> None:
    assert items('without stage visit\nstage call after reminder "A call"\n  by phone\n') == (
        po.WithoutStage(name("visit"), span=HERE),
        st.Stage(
            name("call"),
            text("A call"),
            (st.By((st.ChannelChoice((PHONE,), span=HERE),), span=HERE),),
            name("reminder"),
            span=HERE,
        ),
    )


def test_the_order_of_the_stages_cannot_change_in_an_exception() -> None:
    assert told("policy p version 1\nfor c\n  stage s after t\n    by post\n") == [
        ("D028", "after")
    ]


@pytest.mark.parametrize(
    "free",
    [
        *("account", "letter", "charge", "claim", "contact", "without", "repeat", "times", "start"),
        *("first", "rest", "steps", "bracket", "table", "straight", "paid", "write", "invoice"),
    ],
)
def test_words_of_phrases_stay_free_as_names(free: str) -> None:
    assert (
        told(
            f"policy {free} version 1\nsegment {free} when customer.{free} is {free}\n"
            f"stage {free}\n  by {free}\nfor {free}\n  skip {free}, {free}\n"
        )
        == []
    )
