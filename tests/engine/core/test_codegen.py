"""The generated code speaks of the policy's own lines, and of nothing when nothing is asked."""

from __future__ import annotations

import traceback
from dataclasses import dataclass

import pytest

from dunlang.compile import compile_source
from dunlang.composing.library import Empty, Found
from dunlang.source import Source
from engine.core.place import NOWHERE
from tests.engine.ledgers import facts, invoice, ledger
from tests.engine.playing import law, plan, policies

DAY = 739_000


def test_a_traceback_names_the_file_and_the_line_of_the_policy() -> None:
    where = policies(law())
    evaluator = where.in_force(DAY + 10_000)[0].evaluator("EUR")
    case = facts(ledger([invoice()]), "2026-02-01")
    unbound = (None,) * len(evaluator.slots)
    broken = (*unbound, *evaluator.settle((None, None, frozenset(), *unbound[3:])))
    variant = evaluator.variants[0]
    with pytest.raises(TypeError) as caught:
        variant.decide(case, NOWHERE, broken, (), "not a day", 0)  # type: ignore[arg-type]  # on purpose
    frames = traceback.extract_tb(caught.value.__traceback__)
    assert frames[-1].filename == law().source.name
    assert "excluded" in law().source.line(frames[-1].lineno or 0)


def test_without_a_stopping_hold_the_waits_are_plain_sums() -> None:
    text = 'stage one "1"\n  after 3 days overdue\n  by email\n'
    variant = policies(plan(text)).in_force(DAY)[0].evaluator("EUR").variants[0]
    assert "moved" not in variant.text
    assert "R." not in variant.text


def test_a_combination_of_exceptions_is_compiled_when_a_case_needs_it() -> None:
    evaluator = policies(law()).in_force(DAY + 10_000)[0].evaluator("EUR")
    assert evaluator.variants == {}
    assert evaluator.variants[2].ladder.stages[0].skipped is not None
    assert list(evaluator.variants) == [2]


@dataclass
class OnePolicy(Empty):
    """A library that holds one policy."""

    text: str

    def policy(self, policy: str, version: int, beside: Source) -> Found | None:
        del policy, version, beside
        return Found(Source("base/1.dun", self.text))


def test_a_line_of_another_policy_is_never_given_as_one_of_the_policys_own() -> None:
    header = "policy {} version 1\n  effective 2020-01-01\n  currency EUR\n  timezone UTC\n"
    stage = 'stage one "1"\n  after 3 days overdue\n  by email\n'
    long_base = header.format("base") + "\n" * 50 + stage
    own = header.format("own") + "  extends base version 1\n"
    found, problems = compile_source(Source("own.dun", own), OnePolicy(long_base))
    assert found is not None, problems
    variant = policies(found).in_force(DAY)[0].evaluator("EUR").variants[0]
    lines = {line for _, _, line in variant.decide.__code__.co_lines() if line is not None}
    assert max(lines) <= len(own.splitlines())
