"""A case on a day: an invoice or an account, its facts, and what was executed so far."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from tests.oracle.executed import BELOW, Executed, Place
from tests.oracle.till import promise

if TYPE_CHECKING:
    import datetime

    from dunlang.ast.policy import Exclude, Hold
    from engine.core.model import Event, Invoice
    from tests.oracle.today import Today


@dataclass(frozen=True)
class Life:
    """What dunning has done to a case by the end of a day."""

    history: tuple[Executed, ...] = ()
    """By date, then by order, in every cycle; without those that were cancelled."""
    since: datetime.date | None = None
    """First day of the cycle that runs, after a reopening."""
    place: Place = BELOW
    befores: tuple[Life, ...] = ()
    """How it was when each stage of the history was executed."""
    paid: bool = False
    """Whether nothing of what it is about is owed."""
    settled: bool = False
    settled_on: datetime.date | None = None
    """The last day on which it was settled and the day before not."""
    suspended: tuple[tuple[str, str], ...] = ()
    """Stage and text of what is suspended."""
    written_off: bool = False
    claims: tuple[tuple[datetime.date, int], ...] = ()
    """Interest claimed when paid: day and minor units."""
    claim_failed: bool = False
    """Whether today's claim when paid needs a rate that is missing."""

    @property
    def cycle(self) -> tuple[Executed, ...]:
        """What was executed in the cycle that runs."""
        since = self.since
        if since is None:
            return self.history
        return tuple(executed for executed in self.history if executed.date >= since)

    @property
    def is_on_record(self) -> bool:
        """Whether dunning has done anything to the case at all."""
        return bool(self.history or self.claims)

    @property
    def claimed(self) -> int:
        """All interest claimed in the case's life."""
        return sum(e.interest for e in self.history) + sum(amount for _, amount in self.claims)

    def executing(self, executed: Executed) -> Life:
        """The life after one more stage."""
        place = self.place.moved(executed.stage, executed.policy, executed.date, executed.deadline)
        suspended = self.suspended
        if executed.suspend is not None and (executed.stage, executed.suspend) not in suspended:
            suspended = (*suspended, (executed.stage, executed.suspend))
        return replace(
            self,
            history=(*self.history, executed),
            place=place,
            befores=(*self.befores, self),
            suspended=suspended,
            written_off=self.written_off or executed.write_off,
        )

    def cancelling(self) -> Life:
        """Law: Takes back the newest executed stage, its deadline and its charges.

        "A `stage_cancelled` also resumes what the stage suspended."
        """
        last, before = self.history[-1], self.befores[-1]
        in_cycle = self.since is None or last.date >= self.since
        resumed = set(self.suspended) - set(before.suspended)
        return replace(
            self,
            history=self.history[:-1],
            place=before.place if in_cycle else self.place,
            befores=self.befores[:-1],
            suspended=tuple(one for one in self.suspended if one not in resumed),
            written_off=self.written_off and before.written_off,
        )

    def reopening(self, day: datetime.date) -> Life:
        """Law: A later reopening starts a new cycle at the first stage."""
        return replace(self, since=day, place=BELOW)


@dataclass(eq=False)
class Case:
    """A case at the end of a day. What conditions, waits, fees and interest ask is here.

    Nobody changes one; to have Python see to that costs the search time.
    """

    id: str
    today: Today
    currency: str
    open: int
    """In minor units, never below 0."""
    original: int
    due: datetime.date
    """Of an account: of its oldest overdue invoice, like the invoice date."""
    issued: datetime.date
    promised: Event | None
    """The promise that counts."""
    life: Life
    invoice: Invoice | None = None
    """What `invoice.*` means: the case itself, or the item of an account that is asked."""
    bearing: tuple[Invoice, ...] = ()
    """What bears interest: the invoice, or all of an account that no rule takes out."""
    account: bool = False
    taken_out: Exclude | Hold | None = None
    """The first rule in the order of asking, where rules took out all overdue items."""
    stands_still: bool = False
    """Whether the clock stopped for each overdue item of an account by itself."""
    answers: dict[object, object] = field(default_factory=dict)
    """What was worked out for this case already."""

    @property
    def day(self) -> datetime.date:
        """The day."""
        return self.today.day

    @property
    def cycle(self) -> tuple[Executed, ...]:
        """What was executed in the cycle that runs."""
        return self.life.cycle

    @property
    def fees_so_far(self) -> int:
        """Fees charged in this cycle, in minor units."""
        return sum(executed.fee for executed in self.cycle)

    @property
    def notices_so_far(self) -> int:
        """Law: `notices so far` counts stages with `by`."""
        return sum(executed.notice for executed in self.cycle)

    @property
    def promise(self) -> str:
        """none, pending, kept or broken."""
        return promise(self.promised, self.day, self.today.till)

    @property
    def exists_from(self) -> datetime.date:
        """Law: An invoice exists from its issue date."""
        return self.day if self.account else self.issued

    def having(self, life: Life) -> Case:
        """The same case with another life."""
        return replace(self, life=life, answers={})

    def item(self, invoice: Invoice) -> Case:
        """What a rule sees that is asked of one invoice of an account.

        "There open/original amount, days overdue, promise are that invoice's; stage, fees/notices
        so far the account's."
        """
        seen = self.today.seen
        return Case(
            self.id,
            self.today,
            self.currency,
            self.today.till.open(invoice),
            invoice.amount.minor,
            seen.due(invoice),
            invoice.issued,
            seen.promise_on(invoice),
            self.life,
            invoice,
            self.bearing,
            self.account,
            self.taken_out,
            self.stands_still,
        )
