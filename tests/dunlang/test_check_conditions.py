"""What can be asked of a case, and what cannot."""

from __future__ import annotations

import pytest

from dunlang.ast.policy import Exclude
from tests.dunlang.checking import asking, checked, found, problems_of


@pytest.mark.parametrize(
    "condition",
    [
        "customer.kind is business",
        "customer.kind is not business",
        "business is customer.kind",
        "customer.kind in (business, consumer)",
        "customer.kind not in (business, consumer)",
        "customer.country is DE",
        "customer.country in (DE, AT)",
        "customer.payment_method is direct_debit",
        'customer.language is "de"',
        'customer.language in ("de", "fr")',
        'customer.tags has "vip"',
        'not customer.zones has "north"',
        "invoice.disputed",
        "not invoice.disputed",
        "invoice.disputed is yes",
        "customer.vip is no",
        "customer.vip and big",
        "not (big or customer.vip)",
        "open amount >= 500 EUR",
        "500 EUR <= open amount",
        "open amount < 10% of original amount",
        "10% of original amount > open amount",
        "customer.overdue_amount >= 50% of open amount",
        "open amount <= customer.credit",
        "customer.credit > 10 USD",
        "customer.credit > 10 USD | 10 EUR",
        "customer.credit > 50% of open amount",
        "days overdue > 3",
        "days overdue in (3, 10)",
        "customer.score > 2.5",
        "customer.score > days overdue",
        "customer.bonus >= 2%",
        "invoice.due < invoice.issued",
        "invoice.due >= 2026-06-01",
        "customer.since is 2026-06-01",
        "promise is pending",
        "promise is none",
        "promise in (kept, broken)",
        "stage is none",
        "stage is reminder",
        "stage in (none, final)",
        "stage not in (reminder, final)",
        "fees so far > 0 EUR",
        "notices so far >= 3",
        "customer.risk is customer.rating",
        "customer.score is unknown",
        "customer.kind is known",
    ],
)
def test_a_condition_that_makes_sense_is_accepted(condition: str) -> None:
    assert asking(condition) == []


@pytest.mark.parametrize(
    ("condition", "code", "words"),
    [
        ("customer.xyz", "D201", "customer.xyz"),
        ("customer.kin is business", "D201", "customer.kin"),
        ("invoice.project is known", "D201", "invoice.project"),
        ("large", "D202", "large"),
        ("business", "D202", "business"),
        ("days_overdue > 3", "D202", "days_overdue"),
        ("foo is bar", "D202", "foo"),
        ("foo is 3", "D202", "foo"),
        ("foo in (bar, baz)", "D202", "foo"),
        ("foo is known", "D202", "foo"),
        ("big is yes", "D203", "big"),
        ("big is no", "D203", "big"),
        ("customer.kind is busines", "D204", "busines"),
        ("customer.risk in (low, hgh)", "D204", "hgh"),
        ("promise is broke", "D204", "broke"),
        ("customer.country is UK", "D205", "UK"),
        ("customer.country in (DE, fr)", "D205", "fr"),
        ('customer.country is "DE"', "D206", '"DE"'),
        ('customer.kind is "business"', "D206", '"business"'),
        ("customer.language is de", "D206", "de"),
        ("customer.owner is 5", "D206", "5"),
        ("open amount > 5", "D206", "5"),
        ("days overdue > 5 EUR", "D206", "5 EUR"),
        ("days overdue > 5%", "D206", "5%"),
        ("customer.bonus > 5", "D206", "5"),
        ('customer.since > "2026-01-01"', "D206", '"2026-01-01"'),
        ("customer.since > 2026", "D206", "2026"),
        ('invoice.disputed is "yes"', "D206", '"yes"'),
        ("invoice.disputed is true", "D206", "true"),
        ("customer.vip is 1", "D206", "1"),
        ("open amount > days overdue", "D206", "open amount > days overdue"),
        ("customer.risk is promise", "D206", "customer.risk is promise"),
        ("customer.kind > business", "D207", "customer.kind > business"),
        ("customer.country < DE", "D207", "customer.country < DE"),
        ("stage >= final", "D207", "stage >= final"),
        ('customer.name < "M"', "D207", 'customer.name < "M"'),
        ("customer.vip > no", "D207", "customer.vip > no"),
        ('customer.tags is "x"', "D208", 'customer.tags is "x"'),
        ('customer.tags in ("x", "y")', "D208", 'customer.tags in ("x", "y")'),
        ("customer.tags is vip", "D208", "customer.tags is vip"),
        ("customer.tags is customer.zones", "D208", "customer.tags is customer.zones"),
        ('customer.kind has "x"', "D208", "customer.kind"),
        ("open amount", "D209", "open amount"),
        ("not days overdue", "D209", "days overdue"),
        ("customer.tags", "D209", "customer.tags"),
        ("big and 5 EUR", "D209", "5 EUR"),
        ("open amount > 5% of days overdue", "D216", "days overdue"),
        ("5 > 3", "D217", "5 > 3"),
        ("5% of 100 EUR < 10 EUR", "D217", "5% of 100 EUR < 10 EUR"),
        ("open amount in (5 EUR, 6 EUR)", "D219", "open amount in (5 EUR, 6 EUR)"),
        ("customer.since in (2026-01-01, 2026-02-01)", "D219", None),
        ("customer.language in (customer.name, customer.owner)", "D219", "customer.name"),
        ("customer.kind in (business, business)", "D115", "business"),
        ("stage is remider", "D106", "remider"),
        ("stage in (none, fnal)", "D106", "fnal"),
        ("open amount > 10 USD", "D302", "10 USD"),
        ("open amount > 10.001 EUR", "D304", "10.001 EUR"),
        ("open amount > 10 EURO", "D212", "EURO"),
        ("customer.credit > 10 EURO", "D212", "EURO"),
        ("days overdue is known", "W201", "days overdue is known"),
        ("customer.vip is unknown", "W201", "customer.vip is unknown"),
        ("customer.zones is unknown", "W201", "customer.zones is unknown"),
    ],
)
def test_a_condition_that_makes_none_is_reported_at_the_words(
    condition: str, code: str, words: str | None
) -> None:
    first, *others = asking(condition)
    assert first == (code, words if words is not None else condition)
    # A second value of a list may be wrong in the same way; nothing else is blamed.
    assert all(other[0] == code for other in others)


@pytest.mark.parametrize(
    ("condition", "hint"),
    [
        ("customer.kind is busines", "did you mean 'business'?"),
        ("customer.kin is business", "did you mean 'customer.kind'?"),
        ("customer.due < 2026-01-01", "did you mean 'invoice.due'?"),
        ("business", "did you mean 'customer.kind is business'?"),
        ("kind is business", "write customer.kind"),
        ("open_amount > 3 EUR", "write open amount"),
        ("bigg", "did you mean 'big'?"),
        ("big is yes", "write 'big' or 'not big'"),
        ("customer.country is UK", "did you mean 'GB'?"),
        ("customer.country is de", "did you mean 'DE'?"),
        ('customer.country is "de"', "write DE"),
        ('customer.kind is "business"', "write business"),
        ("customer.language is de", 'write "de"'),
        ("open amount > 5", "write 5 EUR"),
        ("customer.bonus > 5", "write 5%"),
        ("customer.score > 5%", "write 5"),
        ('customer.since > "2026-01-01"', "write 2026-01-01"),
        ("customer.vip is true", "write yes"),
        ('customer.tags is "x"', 'write customer.tags has "x"'),
        ("stage is reminderr", "did you mean 'reminder'?"),
        ("open amount > 10 EURO", "did you mean 'EUR'?"),
        ("zebra", "add a line such as: segment zebra when ..."),
        ("customer.zebra", ""),
    ],
)
def test_a_way_out_is_offered_where_it_is_plain_what_was_meant(condition: str, hint: str) -> None:
    text = (
        "fact customer.bonus : percent\nfact customer.score : number\n"
        "fact customer.since : date\nfact customer.vip : yes/no\n"
        "segment big when open amount > 5 EUR\n"
        f'exclude "asked" when {condition}\n'
        'exclude "used" when big or customer.bonus > 5% or customer.score > 5'
        " or customer.since > 2020-01-01 or customer.vip\n"
    )
    (problem,) = problems_of(text)
    assert problem.hint == hint


def test_an_undeclared_fact_is_told_how_to_be_declared() -> None:
    (problem,) = problems_of('exclude "asked" when customer.no_calls\n')
    assert problem.notes == (
        "a fact of your own is declared with: fact customer.no_calls : yes/no",
    )


def test_a_name_that_is_unknown_in_several_places_is_one_mistake() -> None:
    (problem,) = problems_of("for vips\n  no fees\n\nfor vips and promise is none\n  no fees\n")
    assert (problem.code, problem.span.line) == ("D202", 6)
    assert [(span.line, what) for span, what in problem.related] == [(9, "and here")]


def test_words_become_what_they_mean() -> None:
    policy = checked(
        "segment home when customer.country in (DE, AT)\n"
        'exclude "asked" when home and promise is none and stage is reminder\n'
    ).policy
    conditions = [item.condition for item in policy.items if isinstance(item, Exclude)]
    assert repr(conditions) == (
        "[And(parts=(SegmentRef(name='home'),"
        " Compare(op='is', left=FactRef(path='promise'), right=Choice(text='none')),"
        " Compare(op='is', left=FactRef(path='stage'), right=Choice(text='reminder'))))]"
    )


def test_segments_may_refer_to_one_another_in_any_order() -> None:
    assert (
        found(
            "segment a when b or not c\n"
            "segment b when c\n"
            "segment c when customer.kind is consumer\n"
            "for a\n  no fees\n"
        )
        == []
    )


def test_a_circle_of_segments_is_reported_once_with_all_its_members() -> None:
    (problem,) = problems_of(
        "segment c when not a\nsegment a when b\nsegment b when c or promise is none\n"
        "for a\n  no fees\n"
    )
    assert (problem.code, problem.span.text) == ("D112", "c")
    assert problem.notes == ("c needs a needs b needs c",)
    assert [span.text for span, _ in problem.related] == ["a", "b"]


def test_every_circle_of_segments_is_reported() -> None:
    text = "segment a when b\nsegment b when a\nsegment c when not c\nfor a or c\n  no fees\n"
    assert found(text) == [("D112", "a"), ("D112", "c")]


def test_a_long_chain_of_segments_is_followed_to_its_end() -> None:
    chain = "".join(f"segment s{n} when s{n + 1} and s{n + 1}\n" for n in range(400))
    text = f"{chain}segment s400 when days overdue > 3\nstage reminder\n  by email\n"
    header = HEADER + "  applies when s0\n"
    assert found(header + text) == [("D210", "s0")]


def test_a_value_of_the_same_name_as_a_segment_is_no_circle() -> None:
    assert found("segment business when customer.kind is business\nfor business\n  no fees\n") == []


HEADER = (
    "policy sample version 1\n  effective 2026-01-01\n  currency EUR\n  timezone Europe/Berlin\n"
)


@pytest.mark.parametrize(
    "condition",
    ["customer.country is DE", "invoice.amount >= 5 EUR", "home", 'customer.tags has "x"'],
)
def test_who_a_policy_applies_to_may_depend_on_customer_and_invoice(condition: str) -> None:
    text = (
        f"{HEADER}  applies when {condition}\n"
        "segment home when customer.country is DE\n"
        "stage reminder\n  by email\nfor home\n  no fees\n"
    )
    assert found(text) == []


@pytest.mark.parametrize(
    ("condition", "words"),
    [("stage is none", "stage"), ("late", "late"), ("not (late or promise is none)", "late")],
)
def test_who_a_policy_applies_to_must_not_depend_on_dunning(condition: str, words: str) -> None:
    text = (
        f"{HEADER}  applies when {condition}\n"
        "segment late when older\nsegment older when days overdue > 90\n"
        "stage reminder\n  by email\nfor late\n  no fees\n"
    )
    assert found(text) == [("D210", words)]


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        ("customer.country is not known", "customer.country is unknown"),
        ("customer.country is not unknown", "customer.country is known"),
        ("customer.name is empty", "customer.name is unknown"),
        ("customer.kind is missing", "customer.kind is unknown"),
        ("invoice.due is not null", "invoice.due is known"),
    ],
)
def test_who_asks_for_a_missing_value_is_told_how(asked: str, meant: str) -> None:
    (problem,) = problems_of(f'exclude "a" when {asked}\n')
    assert (problem.code, problem.span.text, problem.hint) == ("D206", asked, f"write {meant}")


def test_none_is_a_value_where_it_is_one_of_the_choices() -> None:
    assert asking("promise is none and stage is not none") == []
