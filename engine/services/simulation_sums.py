"""What simulated events come to: counted as they are found, and kept between blocks."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from engine.core.money import Money
from engine.services.plain import plain_money

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from engine.core.simulate import SimulationEvent
    from engine.services.plain import Plain

Stage = tuple[str, int, str]
"""Policy, version, stage."""


@dataclass(slots=True)
class StageSum:
    """How often a stage was executed, and what it charged, by currency in minor units."""

    count: int = 0
    fees: Counter[str] = field(default_factory=Counter)
    interest: Counter[str] = field(default_factory=Counter)


@dataclass(slots=True)
class Sums:
    """What the events of one side come to."""

    events: Counter[str] = field(default_factory=Counter)
    """By kind."""
    cases: int = 0
    """For which any stage was executed."""
    letters: int = 0
    stages: dict[Stage, StageSum] = field(default_factory=dict)

    def add(self, events: Sequence[SimulationEvent]) -> None:
        """Count events of debtors of whom none were counted before."""
        executed = [each for each in events if each.event == "stage"]
        self.events.update(each.event for each in events)
        self.cases += len({each.case for each in executed})
        self.letters += len({letter for each in executed for letter in each.letters})
        for each in executed:
            key = each.policy or "", each.version or 0, each.stage or ""
            found = self.stages.setdefault(key, StageSum())
            found.count += 1
            for sums, money in ((found.fees, each.fee), (found.interest, each.interest)):
                if money is not None and money.minor:
                    sums[money.currency] += money.minor

    @property
    def kept(self) -> Plain:
        """As it is kept between blocks."""
        stages = [
            [*stage, each.count, dict(each.fees), dict(each.interest)]
            for stage, each in self.stages.items()
        ]
        events = dict(self.events)
        return {"events": events, "cases": self.cases, "letters": self.letters, "stages": stages}

    @classmethod
    def from_kept(cls, kept: Mapping[str, Any]) -> Sums:
        """What `kept` wrote."""
        stages = {
            (policy, version, stage): StageSum(count, Counter(fees), Counter(interest))
            for policy, version, stage, count, fees, interest in kept["stages"]
        }
        return cls(Counter(kept["events"]), kept["cases"], kept["letters"], stages)

    @property
    def plain(self) -> Plain:
        """As it is answered; stages by policy, version and name."""
        every = sorted(self.stages.items())
        return {
            "events": dict(sorted(self.events.items())),
            "cases": self.cases,
            "letters": self.letters,
            "fees": _amounts(each.fees for _, each in every),
            "interest": _amounts(each.interest for _, each in every),
            "stages": [
                {
                    "policy": policy,
                    "version": version,
                    "stage": stage,
                    "executed": each.count,
                    "fees": _amounts([each.fees]),
                    "interest": _amounts([each.interest]),
                }
                for (policy, version, stage), each in every
            ],
        }


def _amounts(sums: Iterable[Counter[str]]) -> list[dict[str, str] | None]:
    total: Counter[str] = Counter()
    for each in sums:
        total.update(each)
    return [plain_money(Money(minor, currency)) for currency, minor in sorted(total.items())]
