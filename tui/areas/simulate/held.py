"""What the screens of the area share: the scenario, what was played of it, and where one is."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from engine.services.timeline_cases import Teller
from tui.areas.simulate.model import Span
from tui.areas.simulate.played import Played
from tui.areas.simulate.scenario import Scenario
from tui.frame.area_screen import AreaScreen


@dataclass(slots=True)
class Held:
    """One scenario."""

    scenario: Scenario
    span: Span
    played: Played
    teller: Teller
    stamp: object = None
    """What tells whether the store has changed since; None while nobody knows."""

    @property
    def sides(self) -> int:
        """How many sets of policies are played."""
        return 1 if self.scenario.against is None else 2

    @property
    def names(self) -> tuple[str, ...]:
        """What they are called."""
        against = self.scenario.against
        side = self.scenario.side.name
        return (side,) if against is None else (f"A {side}", f"B {against.name}")

    def dunned(self, side: int) -> list[int]:
        """By day, how many cases are in dunning."""
        return self.played.dunned(side)


class Below(AreaScreen):
    """A screen about a scenario as a whole, reached from its days."""

    NAME = "simulate"

    def __init__(self, held: Held) -> None:
        super().__init__()
        self.held = held

    def look_at(self, day: datetime.date) -> None:
        """Days are chosen where they are seen."""
        del day
        self.notify("esc leads back to the days; there you choose one")
