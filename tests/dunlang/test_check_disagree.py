"""Exceptions that overlap and disagree, and segments that nobody can be in, are warned about."""

from __future__ import annotations

import pytest

from tests.dunlang.checking import found, problems_of


def test_two_exceptions_that_disagree_are_shown_with_a_case_of_both() -> None:
    (problem,) = problems_of(
        "for customer.kind is business\n  wait 7 days longer\n\n"
        "for customer.country is AT\n  wait 14 days longer\n"
    )
    assert (problem.code, problem.span.text) == ("W404", "wait 14 days longer")
    assert problem.message == (
        "this and the exception 'for customer.kind is business' disagree about a business in AT"
        " with an invoice in EUR"
    )
    assert problem.related[0][0].text == "wait 7 days longer"


BUSINESS, AUSTRIA = "for customer.kind is business", "for customer.country is AT"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("grace 3 days", "grace 5 days"),
        ("fees at most 10 EUR", "fees at most 20 EUR"),
        ("at least 3 days between notices", "at least 5 days between notices"),
        ("no fees", "stage reminder\n    fee 3 EUR"),
        ("stage reminder\n    by post", "stage reminder\n    by email and post"),
        ("stage reminder\n    after 5 days overdue", "stage reminder\n    after 1 week overdue"),
    ],
)
def test_they_disagree_about_any_setting_that_both_name(one: str, other: str) -> None:
    text = f"{BUSINESS}\n  {one}\n\n{AUSTRIA}\n  {other}\n"
    assert [code for code, _ in found(text)] == ["W404"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("grace 3 days", "grace 3 days"),
        ("grace 3 days", "fees at most 10 EUR"),
        ("no fees", "no fees"),
        ("no fees", "stage reminder\n    no fee"),
        ("skip reminder", "stage reminder\n    by post"),
        ('exclude "a" when customer.excluded', 'exclude "a" when invoice.excluded'),
        ("at least 3 days between notices", "at least 5 days between notices to a customer"),
    ],
)
def test_they_may_overlap_where_they_agree(one: str, other: str) -> None:
    assert found(f"{BUSINESS}\n  {one}\n\n{AUSTRIA}\n  {other}\n") == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (BUSINESS, "for customer.kind is consumer"),
        (BUSINESS, f"{BUSINESS} and customer.country is AT"),
        (f"{BUSINESS} and customer.country is AT", BUSINESS),
        (BUSINESS, BUSINESS),
        (f"{BUSINESS} until 2026-06-30", f"{AUSTRIA} from 2026-07-01"),
        ("for days overdue > 30", "for days overdue > 60"),
        ("for open amount >= 100 EUR", "for open amount < 100 EUR"),
    ],
)
def test_the_narrower_one_and_those_that_never_meet_are_no_conflict(one: str, other: str) -> None:
    assert found(f"{one}\n  grace 3 days\n\n{other}\n  grace 5 days\n") == []


def test_an_exception_for_a_shorter_time_is_narrower_only_if_its_cases_are_fewer() -> None:
    summer = f"{BUSINESS} from 2026-06-01 until 2026-08-31"
    assert found(f"{BUSINESS}\n  grace 3 days\n\n{summer}\n  grace 5 days\n") == []
    text = f"{summer}\n  grace 3 days\n\n{BUSINESS} and customer.country is AT\n  grace 5 days\n"
    assert [code for code, _ in found(text)] == ["W404"]


def test_an_exception_for_both_below_settles_what_is_meant() -> None:
    both = f"{BUSINESS} and customer.country is AT\n  grace 7 days\n"
    text = f"{BUSINESS}\n  grace 3 days\n\n{AUSTRIA}\n  grace 5 days\n\n"
    assert [code for code, _ in found(text + both)] == []
    assert [code for code, _ in found(both + "\n" + text)] == ["W404"]


@pytest.mark.parametrize(
    "condition",
    [
        "customer.country is AT and customer.country is CH",
        "open amount < 10 EUR and open amount > 9.99 EUR",
        "days overdue > 3 and days overdue < 4",
        "customer.open_invoices < customer.overdue_invoices",
        "customer.kind is unknown and customer.kind is consumer",
        "promise is kept and promise is not kept",
        "customer.country is AT and home",
    ],
)
def test_a_segment_that_nobody_can_be_in_is_warned_about(condition: str) -> None:
    text = f"segment home when customer.country is DE\nsegment odd when {condition}\n"
    assert found(f"{text}\nfor home or odd\n  no fees\n") == [("W405", "odd")]


@pytest.mark.parametrize(
    "condition",
    [
        "open amount < 10% of original amount and open amount > 9% of original amount",
        "customer.kind is not consumer and customer.kind is not business",
        "invoice.due < 2026-01-01 and invoice.issued > 2026-01-01",
        'customer.language not in ("de", "en") and customer.language is not "other"',
        "stage is reminder and notices so far > 4",
    ],
)
def test_where_somebody_may_be_found_nothing_is_said(condition: str) -> None:
    assert found(f"segment odd when {condition}\n\nfor odd\n  no fees\n") == []
