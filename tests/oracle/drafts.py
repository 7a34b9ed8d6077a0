"""A policy version while it is written: what it is about, and what its lines may name."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.oracle import vocabulary as words
from tests.oracle.random_conditions import ConditionWriter

if TYPE_CHECKING:
    from random import Random

UNITS = ("day", "day", "day", "day", "business day", "business day", "week", "month")
LONGEST = {"day": 8, "business day": 5, "week": 2, "month": 1}


def theme(rng: Random) -> frozenset[str]:
    """The constructs of a set of policies: a few or half of them, now and then all."""
    percent = rng.choice((10, 25, 25, 40, 60, 100))
    chosen = {each for each in words.CONSTRUCTS if rng.randint(1, 100) <= percent}
    return frozenset(chosen)


@dataclass
class Draft:
    """What the lines of one policy version share."""

    rng: Random
    theme: frozenset[str]
    currencies: tuple[str, ...]
    stages: tuple[str, ...]
    account: bool = False
    dropped: tuple[str, ...] = ()
    """Stages of earlier versions that this one no longer has."""
    elsewhere: tuple[str, ...] = ()
    """`policy.stage` of other policies, where this one has no stage of that name."""
    bears_interest: bool = False
    letters: bool = False
    restartable: set[str] = field(default_factory=set)
    """Stages that may say `else`: they wait for the last one, or keep a distance from it."""
    notices: set[str] = field(default_factory=set)
    """Stages with `by`."""
    repeated: set[str] = field(default_factory=set)
    endings: set[str] = field(default_factory=set)
    """Stages that write off."""
    needed: set[str] = field(default_factory=set)
    """Facts and rates that must be declared because a line names them."""
    texts: int = 0

    def __post_init__(self) -> None:
        """Choose which facts this version declares."""
        count = self.rng.choice((0, 2, 4, len(words.DECLARED)))
        self.declared = sorted(self.rng.sample(sorted(words.DECLARED), count))
        common = (self.rng, self.currencies, self.stages)
        self.of_rules = ConditionWriter(*common, self.declared)
        """Conditions of `exclude` and `hold`: of an account they may ask about invoices."""
        self.conditions = self.of_rules
        if self.account:
            own = [path for path in self.declared if path.startswith("customer.")]
            segments = self.of_rules.segments
            self.conditions = ConditionWriter(*common, own, segments, invoices=False)

    def often(self, percent: int) -> bool:
        """True in so many of a hundred cases."""
        return self.rng.randint(1, 100) <= percent

    def uses(self, construct: str, percent: int = 60) -> bool:
        """Whether a construct of the theme stands in this place."""
        return construct in self.theme and self.often(percent)

    def duration(self, least: int = 0) -> str:
        """`3 days`."""
        unit = self.rng.choice(UNITS)
        # Short waits more often than long ones, so that a ladder gets far within the window.
        count = min(self.rng.randint(least, max(least, LONGEST[unit])) for _ in range(2))
        return f"{count} {unit}{'' if count == 1 else 's'}"

    def money(self, low: int = 0, high: int = 120) -> str:
        """One amount for each currency of the policy."""
        return self.conditions.money(low, high)

    def gap(self) -> str:
        """`at least 5 days between notices`, of the case or of the customer."""
        # Of no day at all it would be no reason for `when ... else` to end.
        text = f"at least {self.duration(1 if 'else' in self.theme else 0)} between notices"
        return f"{text} to a customer" if self.uses("customer gap") else text

    def rule(self, *, invoices: bool = True) -> str:
        """An `exclude` or a `hold`, often with a stopped clock."""
        condition = (self.of_rules if invoices else self.conditions).narrow()
        self.texts += 1
        if self.often(45):
            return f'exclude "exclude {self.texts}" when {condition}'
        stopped = ", clock stopped" if self.often(60) else ""
        return f'hold "hold {self.texts}" while {condition}{stopped}'
