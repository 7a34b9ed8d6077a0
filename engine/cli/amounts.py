"""Amounts and lists of them as people read them in a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.core.money import Money

if TYPE_CHECKING:
    from collections.abc import Iterable


def sums(amounts: Iterable[Money]) -> dict[str, Money]:
    """The amounts added up by currency, currencies in order; zeros are left out."""
    totals: dict[str, int] = {}
    for minor, currency in amounts:
        totals[currency] = totals.get(currency, 0) + minor
    return {code: Money(totals[code], code) for code in sorted(totals) if totals[code]}


def summed(amounts: Iterable[Money], *, none: str = "") -> str:
    """The sum of each currency on a line of its own; `none` where all are zero."""
    return "\n".join(map(str, sums(amounts).values())) or none
