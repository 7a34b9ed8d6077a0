"""What stands before the days of a line, as far as there is room."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.core.money import Money
from tui.widgets.gantt import Side

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tui.areas.simulate.played import Played

_NAMED, _WIDE = 96, 130
"""Cells from which on the customer is named too, and with more letters."""


def columns(played: Played, width: int) -> Sequence[Side]:
    """Case, customer and amount."""

    def amount(row: int) -> str:
        line = played.lines[row]
        return str(Money(line.minor, line.currency))

    def name(row: int) -> str:
        line = played.lines[row]
        return line.name or line.customer

    case = Side("Invoice", 14, lambda row: played.lines[row].case)
    owed = Side("Amount", 14, amount, "right")
    if width < _NAMED:
        return case, owed
    return case, Side("Customer", 16 if width < _WIDE else 26, name), owed
