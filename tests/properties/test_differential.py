"""The engine and the slow interpreter in `tests/oracle` give the same answers.

Every run looks at other random policies and ledgers; `make fuzz N=10000` looks at many more.
"""

from __future__ import annotations

import random

import pytest

from tests.oracle.fuzz import example, search

BATCHES = 4
SCENARIOS = 80
"""In each batch: about 120 cases, 1,100 decisions and 3,000 simulated days of cases."""


@pytest.mark.parametrize("batch", range(BATCHES))
def test_engine_and_oracle_agree_on_random_policies_and_ledgers(batch: int) -> None:
    first = random.getrandbits(40) + batch * SCENARIOS  # pytest-randomly repeats it
    for number in range(first, first + SCENARIOS):
        _, found = search(number)
        assert not found.differences, example(number)
        assert found.decisions >= found.cases
