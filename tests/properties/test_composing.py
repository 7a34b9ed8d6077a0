"""A policy that extends another and includes a file means what it would mean written out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st

from dunlang.checking.check import check
from dunlang.composing.compose import compose
from dunlang.composing.library import Empty, Found
from dunlang.diagnostics import has_errors
from dunlang.plan_build import build
from dunlang.reading.parsing import parse
from dunlang.render import as_text
from dunlang.source import Source
from tests.oracle.drafts import theme
from tests.oracle.policies import folder
from tests.properties.taken_apart import Parts, taken_apart

if TYPE_CHECKING:
    from random import Random

    from dunlang.plan import Plan


@dataclass(frozen=True)
class Texts(Empty):
    """The other texts, however they are called."""

    parts: Parts

    def policy(self, policy: str, version: int, beside: Source) -> Found | None:  # noqa: ARG002 - a library
        """The policy that is extended."""
        known = (policy, version) == ("base", 1)
        return Found(Source("base.dun", self.parts.base)) if known else None

    def shared(self, path: str, beside: Source) -> Found | None:  # noqa: ARG002 - a library
        """The file that is included."""
        return Found(Source(path, self.parts.shared)) if path == "shared.dun" else None


def plan(text: str, parts: Parts) -> Plan:
    """The plan of a text, put together with what it names."""
    policy, problems = parse(Source("own.dun", text))
    assert policy is not None
    whole, found = compose(policy, Texts(parts))
    assert whole is not None, as_text([*problems, *found])
    checked, more = check(whole, policy)
    problems = [*problems, *found, *more]
    assert not has_errors(problems), as_text(problems)
    assert checked is not None
    return build(checked)


@settings(max_examples=60)
@given(st.randoms(use_true_random=True))
def test_a_policy_put_together_is_the_policy_written_out(rng: Random) -> None:
    text = folder(rng, theme(rng))[-1]
    parts = taken_apart(text, rng)
    assert plan(parts.own, parts) == plan(text, parts), f"{parts}\n{text}"
