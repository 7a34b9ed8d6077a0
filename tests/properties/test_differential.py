"""The engine and the slow interpreter in `tests/oracle` give the same answers.

Every run looks at the same policies and ledgers, `make search` at others, and `make fuzz N=10000`
at many more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings

from tests.oracle.fuzz import compared, example, search
from tests.oracle.shown import as_text
from tests.oracle.strategies import scenarios

if TYPE_CHECKING:
    from tests.oracle.scenarios import Scenario

BATCHES = 8
SCENARIOS = 60
"""In each batch: about 140 cases, 600 decisions and 3,700 simulated days of cases."""


@pytest.mark.parametrize("batch", range(BATCHES))
def test_engine_and_oracle_agree_on_random_policies_and_ledgers(batch: int, beginning: int) -> None:
    first = (beginning + batch) * SCENARIOS
    for number in range(first, first + SCENARIOS):
        _, found = search(number)
        assert not found.differences, example(number)
        assert found.decisions >= found.cases


@settings(max_examples=20)
@given(scenarios())
def test_engine_and_oracle_agree_wherever_hypothesis_looks(asked: Scenario) -> None:
    found = compared(asked)
    assert not found.differences, "\n".join([as_text(asked), *map(str, found.differences)])
