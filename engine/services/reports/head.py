"""What every report says about itself: of which day, as known when, of which state of what."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engine.core.policies import PolicySet
    from engine.services.plain import Plain


@dataclass(frozen=True, slots=True)
class Head:
    """By what a report can be made again."""

    on: datetime.date
    known: datetime.datetime | None
    """Only what was recorded by then counts; None: all that is there."""
    policies: tuple[tuple[str, int], ...]
    """Id and number of the versions that were asked."""
    position: Mapping[str, int] | None = None
    """How far the ledger of a store had got; None for a folder."""

    def plain(self, report: str) -> Plain:
        """As the beginning of a report in JSON."""
        return {
            "report": report,
            "on": self.on.isoformat(),
            "known": None if self.known is None else self.known.isoformat().replace("+00:00", "Z"),
            "position": None if self.position is None else dict(self.position),
            "policies": [{"policy": name, "version": number} for name, number in self.policies],
        }


def versions_in(policies: PolicySet) -> tuple[tuple[str, int], ...]:
    """The versions of a set, by id and number."""
    every = (each.plan for versions in policies.versions.values() for each in versions)
    return tuple(sorted((plan.id, plan.version) for plan in every))
