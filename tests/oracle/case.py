"""A case on a day: the facts of its invoice and the stages executed so far."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tests.oracle import facts

if TYPE_CHECKING:
    import datetime

    from engine.core.model import Invoice
    from tests.oracle.executed import Executed


@dataclass(frozen=True)
class Case:
    """An invoice at the end of a day, with every stage executed in its life until then."""

    book: facts.Book
    invoice: Invoice
    day: datetime.date
    history: tuple[Executed, ...] = ()
    """By date, then by order; without those that were cancelled by this day."""

    @property
    def currency(self) -> str:
        """The currency of the case."""
        return self.invoice.amount.currency

    @property
    def open(self) -> int:
        """The open amount in minor units."""
        return facts.open_amount(self.book, self.invoice, self.day)

    @property
    def due(self) -> datetime.date:
        """The due date."""
        return facts.due_date(self.book, self.invoice, self.day)

    @property
    def cycle(self) -> tuple[Executed, ...]:
        """What was executed in the cycle that runs on this day."""
        since = facts.cycle_since(self.book, self.invoice, self.day)
        return tuple(executed for executed in self.history if executed.date >= since)

    @property
    def last(self) -> Executed | None:
        """Law: The last executed stage is the newest by date, then by order."""
        return self.cycle[-1] if self.cycle else None

    @property
    def fees_so_far(self) -> int:
        """Fees charged in this cycle, in minor units."""
        return sum(executed.fee for executed in self.cycle)

    @property
    def notices_so_far(self) -> int:
        """Law: `notices so far` counts stages with `by`."""
        return sum(executed.notice for executed in self.cycle)

    def executed_on(self, stage: str) -> datetime.date | None:
        """Date of the newest execution of a stage in this cycle."""
        dates = [executed.date for executed in self.cycle if executed.stage == stage]
        return dates[-1] if dates else None

    def having_executed(self, executed: Executed) -> Case:
        """The case after one more stage."""
        return replace(self, history=(*self.history, executed))
