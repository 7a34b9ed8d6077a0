"""Random policies and ledgers as Hypothesis strategies: it searches, and makes small what it finds.

The same writers as in `fuzz`, with Hypothesis behind every choice they make.
"""

from __future__ import annotations

from hypothesis import strategies as st

from tests.oracle.scenarios import Scenario, rules, scenario


def scenarios() -> st.SearchStrategy[Scenario]:
    """Policies that check, a ledger, days and a range to ask both sides about."""
    return st.randoms(use_true_random=False).map(lambda rng: scenario(rng, rules(rng)))
