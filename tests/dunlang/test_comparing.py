"""What changed in meaning between two versions of a policy, in the words of the language."""

from __future__ import annotations

from typing import get_args

import pytest

from dunlang.ast.examples import Example
from dunlang.ast.policy import (
    ExceptionItem,
    Extends,
    ForBlock,
    Include,
    Item,
    Setting,
    WithoutStage,
)
from dunlang.ast.stages import Clause, NoticeGap, Stage
from dunlang.comparing.compare import compare
from dunlang.comparing.settings import HEADER, NAMES
from dunlang.compile import read_source
from dunlang.render import as_text
from dunlang.source import Source

BASE = """\
policy house version 1 "House"
  effective 2026-01-01
  currency EUR, CHF
  timezone Europe/Berlin

fact customer.risk : one of (low, high) default low
segment business when customer.kind is business and customer.country is DE
segment risky    when customer.risk is high

exclude "too small" when open amount < 5.00 EUR | 4.00 CHF
exclude "public"    when customer.kind is public_body
hold "disputed" while invoice.disputed
hold "promised" while promise is pending

fees at most 40.00 EUR | 40.00 CHF
contact at most 7 times in 7 days by phone, sms

stage reminder "Reminder"
  after 3 days overdue
  by email else post

stage warning
  after 7 days and 14 days overdue
  by email and post
  fee 5.00 EUR | 5.00 CHF
  pay within 7 days

stage call
  after 5 days
  task "Call" by phone

for business
  wait 14 days longer
  no fees

for risky
  stage warning
    after 1 day

example "a reminder"
  given invoice 100.00 EUR due 2026-03-02
  expect 2026-03-05 reminder
"""


def changes(new: str, old: str = BASE) -> list[tuple[str, str, str, str, str]]:
    """Kind, place, setting, and the words on both sides."""
    found = []
    for text in (old, new):
        checked, problems = read_source(Source("house.dun", text))
        assert checked is not None, as_text(problems)
        found.append(checked)
    return [
        (
            each.kind,
            each.where,
            each.setting,
            each.old.text if each.old else "",
            each.new.text if each.new else "",
        )
        for each in compare(*found)
    ]


def changed(*replacements: tuple[str, str]) -> list[tuple[str, str, str, str, str]]:
    """What is told where some words of the policy are replaced by others."""
    text = BASE
    for old, new in replacements:
        assert text.count(old) == 1, (old, text.count(old))
        text = text.replace(old, new)
    return changes(text)


def test_everything_that_can_be_set_has_a_name() -> None:
    composed_away = {Extends, Include, WithoutStage}
    assert set(get_args(Setting)) - composed_away == set(HEADER)
    named_by_itself = {NoticeGap, Stage, ForBlock}
    every = {*get_args(Item), *get_args(ExceptionItem), *get_args(Clause), Example}
    assert every - composed_away - named_by_itself == set(NAMES)


def test_nothing_changed_in_what_is_the_same_but_for_its_number() -> None:
    assert changes(BASE) == []
    assert changed(("version 1", "version 2")) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("currency EUR, CHF", "currency CHF, EUR"),
        ("5.00 EUR | 4.00 CHF", "4 CHF | 5 EUR"),
        ("business and customer.country is DE", "(business) and customer.country is DE"),
        ("business and customer.country is DE", "business and customer.country in (DE)"),
        ("invoice.disputed", "(invoice.disputed)"),
        ("open amount < 5.00 EUR | 4.00 CHF", "5.00 EUR | 4.00 CHF > open amount"),
        ("customer.kind is public_body", "customer.kind in (public_body)"),
        ("7 days and 14 days overdue", "2 weeks overdue and 7 days"),
        ("by email and post", "by post and email"),
        ("by phone, sms", "by sms, phone"),
        ("(low, high)", "(high, low)"),
        ("  timezone", "  grace 0 days\n  run on any day\n  dun each invoice\n  timezone"),
        ("  timezone", "  round half up\n  late runs go one stage at a time\n  timezone"),
        ("  by email else post", "  by email else post\n  no fee\n  send automatically"),
        ("stage call\n", 'stage call "call"\n'),
        ("wait 14 days longer\n  no fees", "no fees\n  wait 2 weeks longer"),
        ("CHF\n  pay within 7 days", "CHF # soon\n  pay within 1 week"),
    ],
)  # fmt: skip
def test_what_is_said_otherwise_and_means_the_same_is_no_change(old: str, new: str) -> None:
    assert changed((old, new)) == []


def test_a_setting_is_told_with_its_place_and_the_words_on_both_sides() -> None:
    assert changed(("fee 5.00 EUR | 5.00 CHF", "fee 2% of open amount once")) == [
        (
            "changed",
            "stage warning",
            "fee",
            "fee 5.00 EUR | 5.00 CHF",
            "fee 2% of open amount once",
        )
    ]


def test_what_holds_where_nothing_is_said_is_told_as_the_other_side() -> None:
    assert changed(("  timezone Europe/Berlin", "  timezone Europe/Berlin\n  grace 2 days")) == [
        ("changed", "", "grace", "grace 0 days", "grace 2 days")
    ]
    assert changed(("  task", "  draft only\n  task")) == [
        ("changed", "stage call", "mode", "send automatically", "draft only")
    ]


def test_a_stage_that_came_or_went_is_told_whole() -> None:
    call = 'stage call\n  after 5 days\n  task "Call" by phone\n\n'
    assert changed((call, "")) == [("removed", "", "stage call", call.strip(), "")]
    assert changed(("for business", f"{call.replace('call', 'visit')}for business")) == [
        ("added", "", "stage visit", "", call.replace("call", "visit").strip())
    ]


def test_a_stage_with_another_name_that_takes_the_place_of_the_old_one_is_renamed() -> None:
    found = changed(
        ("stage call\n  after 5 days", "stage phone\n  replaces call\n  after 6 days"),
    )
    assert [each[:3] for each in found] == [
        ("renamed", "", "stage phone"),
        ("changed", "stage phone", "after"),
    ]


def test_a_stage_that_stands_elsewhere_is_moved() -> None:
    call = 'stage call\n  after 5 days\n  task "Call" by phone\n\n'
    assert changed(
        (call, ""), ('stage reminder "Reminder"', f'{call}stage reminder "Reminder"')
    ) == [("moved", "", "stage call", "after stage warning", "first")]


def test_rules_in_another_order_are_moved_as_the_first_that_applies_is_the_answer() -> None:
    small = 'exclude "too small" when open amount < 5.00 EUR | 4.00 CHF\n'
    public = 'exclude "public"    when customer.kind is public_body\n'
    found = changed((small, ""), (public, public + small))
    assert [each[0] for each in found] == ["moved"]
    assert (
        changed(
            ('hold "disputed" while invoice.disputed\n', ""),
            (small, 'hold "disputed" while invoice.disputed\n' + small),
        )
        == []
    )


def test_a_rule_or_a_segment_with_another_name_is_renamed() -> None:
    assert changed(('exclude "too small"', 'exclude "tiny"')) == [
        (
            "renamed",
            "",
            'exclude "tiny"',
            'exclude "too small" when open amount < 5.00 EUR | 4.00 CHF',
            'exclude "tiny" when open amount < 5.00 EUR | 4.00 CHF',
        )
    ]


def test_exceptions_are_told_by_whom_they_are_for() -> None:
    assert changed(("  wait 14 days longer\n", "")) == [
        ("removed", "for business", "wait", "wait 14 days longer", "")
    ]
    assert changed(("    after 1 day\n", "    after 2 days\n    no fee\n")) == [
        ("changed", "for risky, stage warning", "after", "after 1 day", "after 2 days"),
        ("added", "for risky, stage warning", "fee", "", "no fee"),
    ]
    assert changed(("for business", "for business and risky")) == [
        ("changed", "", "for", "for business", "for business and risky")
    ]
    assert changed(("for business", "for business until 2026-12-31")) == [
        ("changed", "", "for", "for business", "for business until 2026-12-31")
    ]


def test_exceptions_in_another_order_are_moved_as_the_later_one_wins() -> None:
    risky = "for risky\n  stage warning\n    after 1 day\n\n"
    found = changed((risky, ""), ("for business", f"{risky}for business"))
    assert [each[:3] for each in found] == [("moved", "", "for risky")]


def test_fees_that_are_set_after_no_fees_are_not_those_before() -> None:
    fee = "  stage warning\n    fee 1.00 EUR | 1.00 CHF\n"
    before = BASE.replace("  no fees\n", f"{fee}  no fees\n")
    after = BASE.replace("  no fees\n", f"  no fees\n{fee}")
    assert [each[:3] for each in changes(after, before)] == [("changed", "for business", "no fees")]


def test_an_example_is_told_apart_as_it_decides_nothing() -> None:
    checks = []
    for text in (BASE, BASE.replace('example "a reminder"', 'example "the first"')):
        checked, _ = read_source(Source("house.dun", text))
        assert checked is not None
        checks.append(checked)
    assert [(each.kind, each.setting, each.decides) for each in compare(*checks)] == [
        ("renamed", 'example "the first"', False)
    ]


def test_another_policy_is_told() -> None:
    assert changed(("policy house", "policy other"))[0][:3] == ("changed", "", "policy")


def test_where_both_sides_stand_is_told() -> None:
    old, _ = read_source(Source("1.dun", BASE))
    new, _ = read_source(
        Source("2.dun", "# new\n" + BASE.replace("14 days overdue", "15 days overdue"))
    )
    assert old is not None
    assert new is not None
    (change,) = compare(old, new)
    assert change.old is not None
    assert change.new is not None
    spans = [change.old.span, change.new.span]
    assert [(span.source.name, span.line) for span in spans if span] == [
        ("1.dun", 23),
        ("2.dun", 24),
    ]


def test_many_rules_are_compared_in_no_time() -> None:
    rules = [f'exclude "r{n}" when open amount < {n}.00 EUR | 1.00 CHF\n' for n in range(1, 1500)]
    old = BASE.replace('exclude "too small"', "".join(rules) + 'exclude "too small"')
    new = BASE.replace('exclude "too small"', "".join(reversed(rules)) + 'exclude "too small"')
    found = changes(new, old)
    assert len(found) == 1498
    assert {each[0] for each in found} == {"moved"}
