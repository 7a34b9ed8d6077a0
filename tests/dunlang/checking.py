"""Short ways to say what the checker finds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dunlang.checking.check import check
from dunlang.codes.catalogue import complete
from dunlang.diagnostics import in_order
from dunlang.reading.parsing import parse
from dunlang.source import Source

if TYPE_CHECKING:
    from dunlang.checking.checked import Checked
    from dunlang.diagnostics import Diagnostic


def checked(text: str, name: str = "sample.dun") -> Checked:
    """A policy that must be right; `text` may leave out the header and the stage."""
    tree, problems = parse(Source(name, complete(text)))
    assert tree is not None
    result, more = check(tree)
    assert [*problems, *more] == []
    assert result is not None
    return result


def problems_of(text: str) -> list[Diagnostic]:
    """What parser and checker say of a policy, by place."""
    tree, problems = parse(Source("sample.dun", complete(text)))
    return in_order([*problems, *(check(tree)[1] if tree is not None else [])])


def found(text: str) -> list[tuple[str, str]]:
    """Code and words of every problem."""
    return [(problem.code, problem.span.text) for problem in problems_of(text)]


def asking(condition: str, before: str = "") -> list[tuple[str, str]]:
    """What is found in a condition, in a policy with a few facts, segments and stages."""
    return found(f'{_FACTS}{before}\nexclude "asked" when {condition}\n\n{_LADDER}')


_FACTS = """
fact customer.risk   : one of (low, medium, high)
fact customer.rating : one of (good, high, bad)
fact customer.credit : money default 0 EUR
fact customer.bonus  : percent
fact customer.score  : number
fact customer.since  : date
fact customer.vip    : yes/no default no
fact customer.owner  : text
fact customer.zones  : set of text

segment big when open amount >= 500 EUR

hold "all facts and segments are used" while
"""
_FACTS = _FACTS.rstrip() + (
    " (big or customer.risk is low or customer.rating is good or customer.credit > 0 EUR"
    " or customer.bonus > 1% or customer.score > 1 or customer.since > 2020-01-01"
    ' or customer.vip or customer.owner is "a" or customer.zones has "a")\n'
)
_LADDER = """
stage reminder
  by email

stage final
  after 7 days
  by post
"""
