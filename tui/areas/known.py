"""The areas that there are, in the order of their digits."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tui.frame.area_screen import AreaScreen


@dataclass(frozen=True, slots=True)
class Area:
    """A part of the admin with a screen of its own."""

    number: int
    id: str
    letter: str
    """After `g`, it leads there."""
    title: str
    screen: str
    """`module:class`, imported when somebody goes there."""

    def make(self) -> AreaScreen:
        """The first screen of the area."""
        module, _, name = self.screen.partition(":")
        made: AreaScreen = getattr(import_module(module), name)()
        return made


AREAS = (
    Area(1, "policies", "p", "Policies", "tui.areas.policies.screen:PoliciesScreen"),
    Area(2, "simulate", "s", "Simulate", "tui.areas.simulate.screen:SimulateScreen"),
    Area(3, "worklist", "w", "Worklist", "tui.areas.worklist.screen:WorklistScreen"),
    Area(4, "customers", "c", "Customers", "tui.areas.customers.screen:CustomersScreen"),
    Area(6, "reports", "e", "Reports", "tui.areas.reports.screen:ReportsScreen"),
    Area(5, "runs", "r", "Runs", "tui.areas.runs.screen:RunsScreen"),
)
"""Those that there are. Letters: policies p, simulate s, worklist w, customers c, runs r,
reports e."""

FIRST = "customers"
"""Where a person begins who was not here before."""
