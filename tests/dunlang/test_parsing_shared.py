"""Guarantees, and files without a header that policies include."""

from __future__ import annotations

import pytest

from dunlang.ast import policy as po
from dunlang.ast.expressions import Compare
from dunlang.reading.parsing import is_shared, parse_shared
from dunlang.source import Source
from tests.dunlang.reading import HERE, condition, fact, item, money, name, text, told

CHEAP = Compare("is", fact("fee"), money("0 EUR"), span=HERE)
CAP = Compare("<=", fact("fees so far"), money("40 EUR"), span=HERE)


@pytest.mark.parametrize(
    ("line", "claim"),
    [
        ("always: fees so far <= 40 EUR", po.Claim(None, None, CAP, span=HERE)),
        (
            "always for a or b: fees so far <= 40 EUR",
            po.Claim(None, condition("a or b"), CAP, span=HERE),
        ),
        ("at reminder: fee is 0 EUR", po.Claim(name("reminder"), None, CHEAP, span=HERE)),
        (
            "at reminder for consumer: fee is 0 EUR",
            po.Claim(name("reminder"), name("consumer"), CHEAP, span=HERE),
        ),
        (
            "at reminder: (\n      fee is 0 EUR\n    )",
            po.Claim(name("reminder"), None, CHEAP, span=HERE),
        ),
    ],
)
def test_lines_of_a_guarantee(line: str, claim: po.Claim) -> None:
    assert item(f'guarantee "x"\n  {line}') == po.Guarantee(text("x"), (claim,), span=HERE)


def test_a_fee_is_a_fact_only_in_a_guarantee() -> None:
    assert told('policy p version 1\nexclude "x" when fee > 5 EUR\n') == [("D021", "fee")]


def shared(written: str) -> tuple[po.Shared | None, list[tuple[str, str]]]:
    found, problems = parse_shared(Source("shared.dun", written))
    return found, [(problem.code, problem.span.text) for problem in problems]


def test_a_shared_file_has_facts_rates_segments_and_guarantees() -> None:
    found, problems = shared(
        'fact customer.x : text\nrate r from "t"\nsegment s when c\n'
        'guarantee "g"\n  always: fees so far <= 40 EUR\n'
    )
    assert problems == []
    assert found is not None
    kinds = [po.FactDecl, po.RateDecl, po.Segment, po.Guarantee]
    assert [type(one) for one in found.items] == kinds
    assert shared("") == (po.Shared((), span=HERE), [])


@pytest.mark.parametrize(
    ("written", "problem"),
    [
        ("fees at most 5 EUR\n", ("D025", "fees at most")),
        ("by post\n", ("D025", "by")),
        ('include "other.dun"\n', ("D025", "include")),
        ("segmnt s when c\n", ("D024", "segmnt")),
        ("whatever\n", ("D020", "whatever")),
        ('guarantee "g"\n  alway: c\n', ("D024", "alway")),
        ("a\0b", ("D003", "\0")),
    ],
)
def test_what_cannot_be_shared_is_reported_where_it_stands(
    written: str, problem: tuple[str, str]
) -> None:
    assert shared(written)[1] == [problem]


def test_a_policy_cannot_be_included() -> None:
    assert shared("# x\nsegment s when c\npolicy p version 1\n") == (None, [("D033", "policy")])


@pytest.mark.parametrize(
    ("written", "answer"),
    [
        ("segment s when c", True),
        ('# law\n\nguarantee "g"\n  always: c', True),
        ("fact customer.x : money", True),
        ('rate r from "t"', True),
        ("segment s when\nwhatever", True),
        ("polcy p version 1\nsegment s when c", False),
        ("segment s when c\npolicy p version 1", False),
        ("policy p version 1", False),
        ("fees at most 5 EUR\nsegment s when c", False),
        ("", False),
        ("# nothing", False),
        ("whatever", False),
        ("a\0b", False),
    ],
)
def test_a_text_says_itself_whether_it_is_to_be_shared(written: str, answer: bool) -> None:  # noqa: FBT001 -- a table
    assert is_shared(Source("any.dun", written)) is answer
