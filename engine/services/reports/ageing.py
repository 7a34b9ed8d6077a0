"""The ageing report: what is open, by how long it is overdue."""

from __future__ import annotations

import datetime
from bisect import bisect_left
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

from engine.services.reports.groups import OF_THE_DEBTOR, key_of_debtor, keys_of
from engine.services.reports.owed import owed_on

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from engine.core.debtor import Debtor
    from engine.services.reports.groups import By, Key
    from engine.services.reports.owed import Item, Owed

USUAL = (30, 60, 90)
MOST_BUCKETS, LONGEST = 20, 3_650
"""How many limits may be given, and of how many days."""


@dataclass(frozen=True, slots=True)
class Bucket:
    """Items that have been overdue for so many days."""

    first: int
    last: int | None
    """None: without an end."""

    @property
    def name(self) -> str:
        """As a heading: `not due`, `1-30`, `over 90`."""
        if self.last == 0:
            return "not due"
        return f"over {self.first - 1}" if self.last is None else f"{self.first}-{self.last}"

    @property
    def column(self) -> str:
        """As the name of a column: `not_due`, `days_1_30`, `over_90`."""
        name = self.name.replace(" ", "_").replace("-", "_")
        return f"days_{name}" if name[0].isdigit() else name


def buckets(limits: Sequence[int] = USUAL) -> tuple[Bucket, ...]:
    """What is not overdue, then up to each limit in turn, then all beyond the last."""
    ends = (0, *sorted(set(limits)))
    between = [Bucket(after + 1, last) for after, last in pairwise(ends)]
    return (Bucket(0, 0), *between, Bucket(ends[-1] + 1, None))


@dataclass(slots=True)
class Aged:
    """Open items of one currency by how long they are overdue; amounts in minor units."""

    items: list[int]
    """How many there are in each bucket."""
    amounts: list[int]
    disputed: list[int]
    """The part of the amounts that is disputed."""
    customers: int = 0
    unapplied: int = 0
    charges: int = 0

    @property
    def amount(self) -> int:
        """What is open in all."""
        return sum(self.amounts)

    def add(self, item: Item, bucket: int) -> None:
        """Count an item."""
        self.items[bucket] += 1
        self.amounts[bucket] += item.facts.open
        if item.facts.disputed:
            self.disputed[bucket] += item.facts.open


@dataclass(slots=True)
class Ageing:
    """All open items, by currency and, where asked for, by group."""

    buckets: tuple[Bucket, ...]
    by: tuple[By, ...] = ()
    totals: dict[str, Aged] = field(default_factory=dict)
    groups: dict[str, dict[Key, Aged]] = field(default_factory=dict)
    """By currency, and group."""

    @property
    def is_by_debtor(self) -> bool:
        """Whether unapplied money and charges belong to one group each."""
        return OF_THE_DEBTOR.issuperset(self.by)

    def add(self, owed: Owed) -> None:
        """Count what a debtor owes."""
        keys = keys_of(owed, self.by) if self.by else {}
        ends = [each.last for each in self.buckets if each.last is not None]
        counted: set[int] = set()
        for item in owed.items:
            bucket = bisect_left(ends, item.days_overdue)
            for aged in self._all(item.invoice.currency, keys.get(item.invoice.case)):
                aged.add(item, bucket)
                if id(aged) not in counted:
                    counted.add(id(aged))
                    aged.customers += 1
        own = key_of_debtor(owed, self.by) if self.by else None
        for currency, amount in owed.unapplied.items():
            for aged in self._all(currency, own):
                aged.unapplied += amount
        for currency, amount in owed.charges.items():
            for aged in self._all(currency, own):
                aged.charges += amount

    def _all(self, currency: str, key: Key | None) -> Iterable[Aged]:
        if currency not in self.totals:
            self.totals[currency] = self._new()
        yield self.totals[currency]
        if key is not None:
            groups = self.groups.setdefault(currency, {})
            if key not in groups:
                groups[key] = self._new()
            yield groups[key]

    def _new(self) -> Aged:
        empty = [0] * len(self.buckets)
        return Aged(empty, [*empty], [*empty])


def ageing(
    debtors: Iterable[Debtor],
    on: datetime.date,
    limits: Sequence[int] = USUAL,
    by: Sequence[By] = (),
) -> Ageing:
    """What is open on a day by how long it is overdue, of debtors that are caught up."""
    found = Ageing(buckets(limits), tuple(by))
    for debtor in debtors:
        found.add(owed_on(debtor, on))
    return found
