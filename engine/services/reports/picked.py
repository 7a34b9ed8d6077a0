"""Which open items somebody looks for, in the words in which reports count them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.services.reports.groups import keys_of

if TYPE_CHECKING:
    from engine.services.reports.groups import By
    from engine.services.reports.owed import Item, Owed


@dataclass(frozen=True, slots=True)
class Picked:
    """Items of a currency, an age and a group; what is left out, everything fits."""

    currency: str = ""
    overdue: tuple[int, int | None] | None = None
    """The first and the last day overdue, as `Bucket` has them."""
    groups: tuple[tuple[By, str | None], ...] = ()
    """What a group has in common; None: there is none."""

    def cases(self, owed: Owed) -> frozenset[str]:
        """The cases of a debtor with such an item, which may be accounts."""
        by = tuple(each for each, _ in self.groups)
        wanted = tuple(value for _, value in self.groups)
        keys = keys_of(owed, by) if by else {}
        return frozenset(
            item.case.case
            for item in owed.items
            if self._fits(item) and keys.get(item.invoice.case, ()) == wanted
        )

    def _fits(self, item: Item) -> bool:
        if self.currency not in {"", item.invoice.currency}:
            return False
        if self.overdue is None:
            return True
        first, last = self.overdue
        return first <= item.days_overdue and (last is None or item.days_overdue <= last)
