"""The checker as a whole: what a right policy yields, and that one mistake is one message."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from dunlang.checking.check import check
from dunlang.diagnostics import has_errors, in_order
from dunlang.reading.parsing import parse
from dunlang.render import as_text
from dunlang.source import Source
from dunlang.types import Type
from tests.dunlang.checking import checked, found, problems_of

POLICIES = Path(__file__).parents[2] / "policies"
TEXT = (POLICIES / "de_standard" / "3.dun").read_text(encoding="utf-8")


def everything(text: str) -> list[str]:
    """The codes of all errors of a text."""
    tree, problems = parse(Source("sample.dun", text))
    more = check(tree)[1] if tree is not None else []
    return [p.code for p in in_order([*problems, *more]) if p.severity == "error"]


@pytest.mark.parametrize(
    "path", sorted(POLICIES.rglob("*.dun")), ids=lambda path: "/".join(path.parts[-2:])
)
def test_the_policies_that_come_with_it_are_free_of_problems(path: Path) -> None:
    tree, problems = parse(Source(path.name, path.read_text(encoding="utf-8")))
    assert tree is not None
    result, more = check(tree)
    assert as_text([*problems, *more]) == ""
    assert result is not None


def test_a_checked_policy_knows_its_names() -> None:
    policy = checked(
        "fact customer.risk : one of (low, high)\n"
        "segment risky when customer.risk is high\n"
        "for risky\n  no fees\n"
    )
    assert (policy.id, policy.version) == ("sample", 1)
    assert policy.types["customer.risk"] == Type("one of", ("low", "high"))
    assert policy.types["open amount"] == Type("case money")
    assert list(policy.facts) == ["customer.risk"]
    assert list(policy.segments) == ["risky"]
    assert list(policy.stages) == ["reminder"]


def test_the_mistake_of_the_language_reference_reads_as_printed_there() -> None:
    text = "\n" * 23 + "segment consumer    when customer.kind is consumr\n"
    header = "policy sample version 1\n  effective 2026-01-01\n  currency EUR\n  timezone UTC\n"
    body = "stage reminder\n  by email\nfor consumer\n  no fees\n"
    source = Source("policies/de_standard/3.dun", header + text[4:] + body)
    tree, problems = parse(source)
    assert tree is not None
    assert problems == []
    assert as_text(check(tree)[1]) == (
        "policies/de_standard/3.dun:24:43: error[D204]: 'consumr' is not a kind of customer\n"
        "   24 | segment consumer    when customer.kind is consumr\n"
        "      |                                           ^^^^^^^ did you mean 'consumer'?\n"
        "      = customer.kind is one of business, consumer, public_body\n"
    )


def test_all_problems_are_reported_at_once_in_the_order_of_the_text() -> None:
    problems = problems_of(
        "fees at most 5 CHF\nsegment a when b\nfact customer.x : text default 3\n"
    )
    assert [problem.code for problem in problems] == ["D302", "W401", "D202", "W402", "D215"]


def test_a_policy_with_warnings_only_is_usable() -> None:
    tree, _ = parse(Source("a.dun", "policy a version 1\n  effective 2026-01-01\n  currency EUR\n"))
    assert tree is not None
    result, problems = check(tree)
    assert result is not None
    assert [problem.code for problem in problems] == ["W101", "W102"]
    assert not has_errors(problems)


def test_a_tree_that_lacks_a_line_of_its_text_is_not_usable() -> None:
    text = TEXT.replace("by post", "by by post", 1)
    tree, problems = parse(Source("a.dun", text))
    assert tree is not None
    assert len(problems) == 1
    assert check(tree) == (None, [])


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("effective 2026-01-01", "effective soon"),
        ("currency EUR, CHF", "currency EUR CHF"),
        ("currency EUR, CHF", "currency EUR, CHX"),
        ("timezone Europe", "timezone when Europe"),
        ("fact customer.risk ", "fact customer.risk when"),
        ("fact customer.risk ", "fcat customer.risk "),
        ("segment consumer ", "segment consumer consumer "),
        ("segment consumer ", "segmnt consumer "),
        ("stage reminder", "stage stage reminder"),
        ("stage notice", "stge notice"),
        ("by email else post", "by by post"),
        ("fee 5.00 EUR | 5.00 CHF", "fee | 5.00 CHF"),
        ("for consumer\n", "for for consumer\n"),
        ("skip reminder, phone_call", "skip skip"),
        ("given invoice", "given the invoice"),
    ],
)
def test_a_broken_line_is_not_blamed_for_what_it_would_have_said(right: str, wrong: str) -> None:
    assert right in TEXT
    assert len(everything(TEXT.replace(right, wrong, 1))) == 1


@pytest.mark.parametrize(
    ("right", "wrong"),
    [("segment consumer ", "segment consumr "), ("fact customer.risk ", "fact customer.rsk ")],
)
def test_a_mistyped_declaration_is_reported_once(right: str, wrong: str) -> None:
    assert right in TEXT
    assert len(set(everything(TEXT.replace(right, wrong, 1)))) == 1


def test_any_word_may_be_missing_or_wrong_without_a_crash() -> None:
    places = [(m.start(), m.end()) for m in re.finditer(r'"[^"\n]*"|[\w.%-]+|[^\s\w]', TEXT)]
    for start, end in places[::20]:
        for other in ("", "zzz"):
            everything(TEXT[:start] + other + TEXT[end:])


def test_a_condition_over_several_lines_is_quoted_on_one() -> None:
    (problem,) = problems_of('exclude "a" when (open amount\n    > days\n    overdue)\n')
    assert "\n" not in problem.message
    assert found('exclude "a" when (open amount\n    > 5 EUR)\n') == []
