"""Whether a case can be found for which some conditions come out as wanted.

No solver: of each fact only the values that can make a difference are tried, those the conditions
name and those between and beyond them, the fact being unknown among them. Conditions are asked as
soon as a fact has its value, so that what cannot lead anywhere is left at once. What is found is
right; that nothing is found is certain only if the search says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dunlang.ast.expressions import Compare, FactRef
from dunlang.checking.matter import Matter
from dunlang.checking.truth import FAILS, HOLDS, UNKNOWN, Terms, compiled

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from dunlang.ast.expressions import Expression
    from dunlang.checking.truth import Key, Test, World

__all__ = ["FAILS", "HOLDS", "UNKNOWN", "Found", "Goal", "Terms", "find"]

STEPS = 10_000
"""Combinations that are looked at before the search gives up: about a second at worst."""
_MOST_FACTS = 200
"""Conditions that look at more are not searched: each fact is a level of the recursion."""

_NEVER_LESS = (
    ("customer.open_amount", "customer.overdue_amount"),
    ("customer.open_invoices", "customer.overdue_invoices"),
    ("original amount", "open amount"),
)
"""Built-in facts of which the first is never less than the second."""


@dataclass(frozen=True, slots=True)
class Goal:
    """A condition as one policy understands it, and how it may come out.

    `wanted` is a sum of `HOLDS`, `FAILS` and `UNKNOWN`. A condition that comes out unknown does
    not apply.
    """

    condition: Expression
    terms: Terms
    wanted: int = HOLDS


@dataclass(frozen=True, slots=True)
class Found:
    """What a search came to."""

    world: World | None
    """Values of the facts that matter, all others being arbitrary; None if none were found."""
    complete: bool
    """Whether that nothing was found means that there is nothing."""
    work: int = 0
    """Combinations that were looked at, times the facts in them."""


def find(goals: Sequence[Goal], currency: str, steps: int = STEPS) -> Found:
    """Values of facts for which every goal comes out as wanted, for a case in a currency."""
    matter = Matter(currency)
    for goal in goals:
        matter.add(goal.condition, goal.terms)
    everything = [*goals, *_laws(goals, matter)]
    for law in everything[len(goals) :]:
        matter.add(law.condition, law.terms)
    domains = matter.domains()
    if len(domains) > _MOST_FACTS:
        return Found(None, complete=False)
    tests = [(compiled(goal.condition, goal.terms, currency), goal.wanted) for goal in everything]
    search = _Search(tests, domains, steps)
    world = search.run()
    work = (steps - search.steps) * len(domains)
    return Found(world, matter.complete and search.steps > 0, work)


def _laws(goals: Sequence[Goal], matter: Matter) -> Iterable[Goal]:
    """What holds of built-in facts whatever the policies say."""
    for more, less in _NEVER_LESS:
        if matter.has(more) and matter.has(less):
            span, terms = goals[0].condition.span, goals[0].terms
            law = Compare(">=", FactRef(more, span=span), FactRef(less, span=span), span=span)
            yield Goal(law, terms)


@dataclass(slots=True)
class _Search:
    tests: list[tuple[Test, int]]
    domains: Mapping[Key, Sequence[object]]
    steps: int
    """How many are left."""

    def run(self, world: World | None = None) -> World | None:
        """A world in which all tests come out as wanted; facts that do not matter are left out."""
        world = world or {}
        self.steps -= 1
        uncertain: Test | None = None
        for test, wanted in self.tests:
            may = test.ask(world)
            if not may & wanted:
                return None
            if may & ~wanted and uncertain is None:
                uncertain = test
        if uncertain is None:
            return world
        key = next((key for key in uncertain.keys if key not in world), None)
        if key is None:
            return None
        for value in self.domains[key]:
            if self.steps <= 0:
                return None
            found = self.run({**world, key: value})
            if found is not None:
                return found
        return None
