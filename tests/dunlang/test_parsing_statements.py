"""Every statement becomes the node that `dunlang.ast` describes."""

from __future__ import annotations

import datetime

import pytest

from dunlang.ast import examples as ex
from dunlang.ast import policy as po
from dunlang.ast import stages as st
from dunlang.ast.expressions import Amount, Text, YesNo
from tests.dunlang.reading import (
    HERE,
    clause,
    day,
    duration,
    example_line,
    exception,
    fee,
    item,
    items,
    money,
    name,
    number,
    percent,
    read,
    setting,
    text,
)


def amount(written: str) -> Amount:
    return money(written).amounts[0]


# ---------------------------------------------------------------------------------- header


def test_the_header_has_id_version_and_title() -> None:
    header = read('policy de-standard version 12 "Standard"\n').header
    assert header == po.Header(name("de-standard"), number("12"), text("Standard"), (), span=HERE)
    assert read("policy p version 1").header.title is None


@pytest.mark.parametrize(
    ("written", "node"),
    [
        ("effective 2026-01-01", po.Effective(day("2026-01-01"), span=HERE)),
        ("applies when c", po.AppliesWhen(name("c"), span=HERE)),
        ("currency EUR, CHF", po.Currencies((name("EUR"), name("CHF")), span=HERE)),
        ("calendar DE-BY", po.Calendar(name("DE-BY"), span=HERE)),
        ("timezone Europe/Berlin", po.Timezone(name("Europe/Berlin"), span=HERE)),
        ("timezone UTC", po.Timezone(name("UTC"), span=HERE)),
        ("timezone Etc/GMT+1", po.Timezone(name("Etc/GMT+1"), span=HERE)),
        ("dun each invoice", po.DunEach("invoice", span=HERE)),
        ("letters per customer", po.Letters("customer", span=HERE)),
        ("grace 2 days", po.Grace(duration(2), span=HERE)),
        ("run on business days", po.RunOn("business days", span=HERE)),
        ("run on any day", po.RunOn("any day", span=HERE)),
        ("round half up", po.Round("half up", span=HERE)),
        ("round half even", po.Round("half even", span=HERE)),
        ("late runs go one stage at a time", po.LateRuns("one stage at a time", span=HERE)),
        ("running cases move to this version", po.RunningCases("move to this version", span=HERE)),
    ],
)
def test_settings(written: str, node: po.Setting) -> None:
    assert setting(written) == node


# -------------------------------------------------------------------- facts, segments, rules


@pytest.mark.parametrize(
    "written", ["money", "number", "percent", "text", "date", "yes/no", "set of text"]
)
def test_types_of_facts(written: po.TypeName) -> None:
    assert item(f"fact customer.x : {written}") == po.FactDecl(
        name("customer.x"), po.TypeExpr(written, span=HERE), span=HERE
    )


def test_a_fact_of_several_choices_with_a_default() -> None:
    assert item("fact invoice.risk : one of (low, high) default low") == po.FactDecl(
        name("invoice.risk"),
        po.TypeExpr("one of", (name("low"), name("high")), span=HERE),
        name("low"),
        span=HERE,
    )


@pytest.mark.parametrize(
    ("written", "node"),
    [
        ("no", YesNo(value=False, span=HERE)),
        ("3", number("3")),
        ("3%", percent("3")),
        ("5 EUR", money("5 EUR")),
        ('"x"', text("x")),
        ("2026-01-01", day("2026-01-01")),
    ],
)
def test_defaults(written: str, node: Text) -> None:
    found = item(f"fact customer.x : text default {written}")
    assert isinstance(found, po.FactDecl)
    assert found.default == node


def test_rules() -> None:
    assert items(
        "segment a when c\n"
        'exclude "b" when c\n'
        'hold "d" while c\n'
        'hold "e" while c, clock stopped\n'
        "fees at most 40 EUR | 40 CHF\n"
        "at least 5 business days between notices\n"
    ) == (
        po.Segment(name("a"), name("c"), span=HERE),
        po.Exclude(text("b"), name("c"), span=HERE),
        po.Hold(text("d"), name("c"), span=HERE),
        po.Hold(text("e"), name("c"), clock_stopped=True, span=HERE),
        po.FeesAtMost(money("40 EUR", "40 CHF"), span=HERE),
        st.NoticeGap(duration(5, "business day"), span=HERE),
    )


# --------------------------------------------------------------------------------- stages


def test_a_stage_has_its_clauses_in_the_order_written() -> None:
    found = item('stage final "Last reminder"\n  by post\n  after 3 days\n')
    assert isinstance(found, st.Stage)
    assert (found.id, found.title) == (name("final"), text("Last reminder"))
    assert [type(clause) for clause in found.clauses] == [st.By, st.After]


@pytest.mark.parametrize(
    ("written", "kind", "unit"),
    [
        ("after 3 days", "since last", "day"),
        ("after 3 business days", "since last", "business day"),
        ("after 3 days overdue", "overdue", "day"),
        ("after 3 business days overdue", "overdue", "business day"),
        ("after 3 weeks overdue", "overdue", "week"),
        ("from 3 days before due", "before due", "day"),
        ("after 3 days since invoice date", "since invoice date", "day"),
        ("after 3 months since invoice date", "since invoice date", "month"),
        ("after 3 days overdue at the end of that month", "month end", "day"),
        ("after 3 months overdue at the end of that month", "month end", "month"),
        ("after 3 days past deadline", "past deadline", "day"),
    ],
)
def test_waits(written: str, kind: st.WaitKind, unit: st.Unit) -> None:
    term = st.WaitTerm(kind, duration(3, unit), span=HERE)
    assert clause(written) == st.After((term,), span=HERE)


@pytest.mark.parametrize(
    ("written", "unit"),
    [("day", "day"), ("business day", "business day"), ("week", "week"), ("month", "month")],
)
def test_one_of_a_unit(written: str, unit: st.Unit) -> None:
    assert clause(f"pay within 1 {written}") == st.PayWithin(duration(1, unit), span=HERE)


def test_a_wait_since_a_stage() -> None:
    term = st.WaitTerm("since stage", duration(2), name("notice"), span=HERE)
    assert clause("after 2 days since notice") == st.After((term,), span=HERE)


def test_terms_of_a_wait_may_repeat_their_first_word() -> None:
    terms = st.After(
        (
            st.WaitTerm("since last", duration(7), span=HERE),
            st.WaitTerm("overdue", duration(14), span=HERE),
        ),
        span=HERE,
    )
    assert clause("after 7 days and 14 days overdue") == terms
    assert clause("after 7 days and after 14 days overdue") == terms


def test_else_binds_channels_tighter_than_and() -> None:
    assert clause("by email else post and sms") == st.By(
        (
            st.ChannelChoice((name("email"), name("post")), span=HERE),
            st.ChannelChoice((name("sms"),), span=HERE),
        ),
        span=HERE,
    )


@pytest.mark.parametrize(
    ("written", "node"),
    [
        ("when c", st.When(name("c"), span=HERE)),
        ("no fee", st.Fee(None, span=HERE)),
        ("pay within 7 days", st.PayWithin(duration(7), span=HERE)),
        ('template "friendly"', st.Template(text("friendly"), span=HERE)),
        ("send automatically", st.Mode("send", span=HERE)),
        ("send automatically at 09:30", st.Mode("send", datetime.time(9, 30), span=HERE)),
        ("finalize only", st.Mode("finalize", span=HERE)),
        ("draft only", st.Mode("draft", span=HERE)),
        ("suggest only", st.Mode("suggest", span=HERE)),
        ("needs approval by boss", st.NeedsApproval(name("boss"), span=HERE)),
        ('task "Call"', st.Task(text("Call"), span=HERE)),
        ('task "Call" by phone', st.Task(text("Call"), name("phone"), span=HERE)),
        ('hand over to "Inkasso"', st.HandOver(text("Inkasso"), span=HERE)),
        ("at least 5 days between notices", st.NoticeGap(duration(5), span=HERE)),
    ],
)
def test_clauses(written: str, node: st.Clause) -> None:
    assert clause(written) == node


FLAT = st.FlatFee(money("5 EUR", "6 CHF"), span=HERE)
SHARE = st.PercentFee(percent("2"), "open amount", span=HERE)
OTHER = st.PercentFee(percent("1.5"), "original amount", span=HERE)


@pytest.mark.parametrize(
    ("written", "formula"),
    [
        ("5 EUR | 6 CHF", FLAT),
        ("2% of open amount", SHARE),
        ("1.5% of original amount", OTHER),
        ("5 EUR | 6 CHF + 2% of open amount", st.SumFee((FLAT, SHARE), span=HERE)),
        (
            "(5 EUR | 6 CHF + 2% of open amount) + 1.5% of original amount",
            st.SumFee((FLAT, SHARE, OTHER), span=HERE),
        ),
        (
            "5 EUR | 6 CHF + 2% of open amount at least 9 EUR",
            st.BoundFee(st.SumFee((FLAT, SHARE), span=HERE), money("9 EUR"), None, span=HERE),
        ),
        (
            "5 EUR | 6 CHF + (2% of open amount at most 9 EUR)",
            st.SumFee((FLAT, st.BoundFee(SHARE, None, money("9 EUR"), span=HERE)), span=HERE),
        ),
        (
            "2% of open amount at least 1 EUR at most 9 EUR",
            st.BoundFee(SHARE, money("1 EUR"), money("9 EUR"), span=HERE),
        ),
        ("((5 EUR | 6 CHF))", FLAT),
    ],
)
def test_fees(written: str, formula: st.FeeFormula) -> None:
    assert fee(written) == formula
    assert clause(f"fee {written} once") == st.Fee(formula, once=True, span=HERE)


# ------------------------------------------------------------------------------ exceptions


def test_an_exception_has_a_condition_and_may_have_dates() -> None:
    assert item("for c from 2026-06-01 until 2026-08-31\n  no fees") == po.ForBlock(
        name("c"),
        day("2026-06-01"),
        day("2026-08-31"),
        (po.NoFees(span=HERE),),
        span=HERE,
    )
    found = item("for c until 2026-08-31\n  no fees")
    assert isinstance(found, po.ForBlock)
    assert (found.first, found.until) == (None, day("2026-08-31"))


@pytest.mark.parametrize(
    ("written", "node"),
    [
        ("wait 14 days longer", po.WaitChange(duration(14), "longer", span=HERE)),
        ("wait 1 week shorter", po.WaitChange(duration(1, "week"), "shorter", span=HERE)),
        ("skip a, b", po.Skip((name("a"), name("b")), span=HERE)),
        ("no fees", po.NoFees(span=HERE)),
        ("grace 3 days", po.Grace(duration(3), span=HERE)),
        ("fees at most 5 EUR", po.FeesAtMost(money("5 EUR"), span=HERE)),
        ("at least 1 day between notices", st.NoticeGap(duration(1), span=HERE)),
        ('exclude "x" when c', po.Exclude(text("x"), name("c"), span=HERE)),
        ('hold "x" while c', po.Hold(text("x"), name("c"), span=HERE)),
        (
            "stage final\n    no fee",
            st.Stage(name("final"), None, (st.Fee(None, span=HERE),), span=HERE),
        ),
    ],
)
def test_lines_of_an_exception(written: str, node: po.ExceptionItem) -> None:
    assert exception(written) == node


# -------------------------------------------------------------------------------- examples


def given(what: str, *values: Text) -> ex.GivenValue:
    return ex.GivenValue(name(what), values, span=HERE)


FIRST, LAST = day("2026-01-01"), day("2026-01-05")


@pytest.mark.parametrize(
    ("written", "node"),
    [
        (
            'given customer tags "a" "b" from 2026-01-01',
            ex.GivenCustomer((given("tags", text("a"), text("b")),), FIRST, span=HERE),
        ),
        (
            "given invoice 5 EUR due 2026-01-05 issued 2026-01-01",
            ex.GivenInvoice(amount("5 EUR"), LAST, FIRST, span=HERE),
        ),
        (
            'given invoice 5 EUR due 2026-01-05, project "x"',
            ex.GivenInvoice(amount("5 EUR"), LAST, None, (given("project", text("x")),), span=HERE),
        ),
        (
            "given payment 5 EUR on 2026-01-01",
            ex.GivenPayment("payment", amount("5 EUR"), FIRST, span=HERE),
        ),
        (
            "given credit 5 EUR on 2026-01-01",
            ex.GivenPayment("credit", amount("5 EUR"), FIRST, span=HERE),
        ),
        ("given dispute from 2026-01-01", ex.GivenDispute(FIRST, span=HERE)),
        ("given dispute from 2026-01-01 to 2026-01-05", ex.GivenDispute(FIRST, LAST, span=HERE)),
        (
            "given promise 5 EUR by 2026-01-05 on 2026-01-01",
            ex.GivenPromise(amount("5 EUR"), LAST, FIRST, span=HERE),
        ),
        (
            "given excluded from 2026-01-01 to 2026-01-05",
            ex.GivenExcluded("customer", FIRST, LAST, span=HERE),
        ),
        (
            "given customer excluded from 2026-01-01",
            ex.GivenExcluded("customer", FIRST, span=HERE),
        ),
        ("given invoice excluded from 2026-01-01", ex.GivenExcluded("invoice", FIRST, span=HERE)),
        ("expect 2026-01-01 s", ex.ExpectStage(FIRST, name("s"), span=HERE)),
        (
            "expect 2026-01-01 s by email and post fee 5 EUR deadline 2026-01-05",
            ex.ExpectStage(
                FIRST,
                name("s"),
                (name("email"), name("post")),
                money("5 EUR"),
                no_fee=False,
                deadline=LAST,
                span=HERE,
            ),
        ),
        (
            "expect 2026-01-01 s no fee",
            ex.ExpectStage(FIRST, name("s"), no_fee=True, span=HERE),
        ),
        ("expect nothing until 2026-01-05", ex.ExpectNothing(LAST, span=HERE)),
        (
            'expect held "x" on 2026-01-01',
            ex.ExpectHeld("held", text("x"), FIRST, span=HERE),
        ),
        (
            'expect excluded "x" on 2026-01-01',
            ex.ExpectHeld("excluded", text("x"), FIRST, span=HERE),
        ),
        ("expect settled on 2026-01-01", ex.ExpectSettled(FIRST, span=HERE)),
        ("expect not s", ex.ExpectNot(name("s"), span=HERE)),
    ],
)
def test_lines_of_an_example(written: str, node: ex.ExampleLine) -> None:
    assert example_line(written) == node


def test_given_facts_may_be_called_like_words_of_the_language() -> None:
    assert example_line("given customer stage 3, excluded yes, open no, due 5 EUR") == (
        ex.GivenCustomer(
            (
                ex.GivenValue(name("stage"), (number("3"),), span=HERE),
                ex.GivenValue(name("excluded"), (YesNo(value=True, span=HERE),), span=HERE),
                ex.GivenValue(name("open"), (YesNo(value=False, span=HERE),), span=HERE),
                ex.GivenValue(name("due"), (money("5 EUR"),), span=HERE),
            ),
            span=HERE,
        )
    )
