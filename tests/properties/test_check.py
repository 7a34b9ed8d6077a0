"""Whatever a policy asks, the checker says what it means, or why it means nothing."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from dunlang.ast.expressions import Name
from dunlang.ast.node import Node
from dunlang.ast.policy import Exclude, ForBlock, Segment
from dunlang.checking.check import check
from dunlang.diagnostics import has_errors, in_order
from dunlang.reading.parsing import parse
from dunlang.render import as_github, as_json, as_sarif, as_text
from dunlang.source import Source

if TYPE_CHECKING:
    from collections.abc import Iterator

FACTS = (
    "customer.kind",
    "customer.country",
    "customer.tags",
    "customer.language",
    "customer.risk",
    "customer.credit",
    "customer.score",
    "customer.xyz",
    "invoice.disputed",
    "invoice.due",
    "open amount",
    "days overdue",
    "promise",
    "stage",
)
VALUES = (
    "business",
    "consumer",
    "low",
    "pending",
    "none",
    "reminder",
    "DE",
    "UK",
    "big",
    "zebra",
    "5",
    "5%",
    "5.00 EUR",
    "5.00 EUR | 5.00 CHF",
    "10% of original amount",
    "10% of days overdue",
    '"de"',
    "2026-03-01",
    "yes",
    "no",
)
OPERATORS = ("is", "is not", "<", "<=", ">", ">=")

facts = st.sampled_from(FACTS)
operands = st.sampled_from((*FACTS, *VALUES))
lists = st.lists(st.sampled_from(VALUES), min_size=1, max_size=3).map(", ".join)
atoms = st.one_of(
    st.builds("{} {} {}".format, operands, st.sampled_from(OPERATORS), operands),
    st.builds("{} {} ({})".format, operands, st.sampled_from(("in", "not in")), lists),
    st.builds('{} has "x"'.format, facts),
    st.builds("{} is {}".format, operands, st.sampled_from(("known", "unknown"))),
    operands,
)
conditions = st.recursive(
    atoms,
    lambda inner: st.one_of(
        st.builds("({} and {})".format, inner, inner),
        st.builds("({} or {})".format, inner, inner),
        st.builds("not ({})".format, inner),
    ),
    max_leaves=5,
)
PLACES = {
    "applies": "customer.country is DE",
    "segment": "customer.risk is low",
    "exclude": "invoice.disputed",
    "stage": "big",
    "block": "customer.kind is business",
}


def policy(place: str, condition: str) -> str:
    """A policy that is right but perhaps for a condition in one place."""
    where = {**PLACES, place: condition}
    return (
        "policy p version 1\n"
        "  effective 2026-01-01\n  currency EUR, CHF\n  timezone UTC\n"
        f"  applies when {where['applies']}\n"
        "fact customer.risk : one of (low, high)\n"
        "fact customer.credit : money\n"
        "fact customer.score : number default 3\n"
        f"segment big when {where['segment']}\n"
        f'exclude "a" when {where["exclude"]}\n'
        'exclude "b" when customer.credit > 5 EUR and customer.score > 3\n'
        f"stage reminder\n  by email\n  when {where['stage']}\n"
        f"for {where['block']}\n  no fees\n"
    )


policies = st.builds(policy, st.sampled_from(sorted(PLACES)), conditions)


def nodes(node: object) -> Iterator[Node]:
    """A node and everything below it."""
    if isinstance(node, tuple):
        for part in node:
            yield from nodes(part)
    elif isinstance(node, Node):
        yield node
        for field in dataclasses.fields(node):
            if field.name != "span":
                yield from nodes(getattr(node, field.name))


@given(policies)
def test_a_checked_policy_holds_no_word_without_a_meaning(text: str) -> None:
    tree, problems = parse(Source("p.dun", text))
    assert tree is not None
    result, found = check(tree)
    if problems or has_errors(found):
        assert result is None
        return
    assert result is not None
    asked = [
        item.condition
        for item in result.policy.items
        if isinstance(item, Segment | Exclude | ForBlock)
    ]
    assert not [node for condition in asked for node in nodes(condition) if isinstance(node, Name)]


@given(policies)
def test_every_problem_is_at_some_words_and_can_be_shown(text: str) -> None:
    tree, problems = parse(Source("p.dun", text))
    found = in_order([*problems, *(check(tree)[1] if tree is not None else [])])
    for problem in found:
        assert 0 <= problem.span.start < problem.span.end <= len(text)
        assert "\n" not in problem.message + problem.hint + "".join(problem.notes)
        assert problem.message[-1:] not in {".", ""}
    assert as_text(found).count("p.dun:") >= len(found)
    assert as_json(found)
    assert as_sarif(found)
    assert as_github(found).count("\n") == len(found)
