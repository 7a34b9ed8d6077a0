"""Playing the runs of a range of days."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

from tests.oracle import facts
from tests.oracle.days import DAY, Holidays, is_run_day
from tests.oracle.executed import Executed
from tests.oracle.ladder import Law, OracleDecision

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from dunlang.checking.checked import Checked
    from engine.core.model import Customer, Event, Invoice

MIDNIGHT = datetime.time(tzinfo=datetime.UTC)
Known = datetime.datetime | Literal["each day"] | None
"""A time; the evening of each day that is played; or everything in the ledger."""


@dataclass(frozen=True)
class Happening:
    """Something that a simulation shows."""

    on: datetime.date
    case: str
    event: str
    stage: str | None = None
    fee: int | None = None
    deadline: datetime.date | None = None
    channels: tuple[str, ...] = ()
    reason: str | None = None


def simulate(  # noqa: PLR0913, PLR0917 - the whole question, every part of it by name
    checkeds: Sequence[Checked],
    customer: Customer,
    invoices: Iterable[Invoice],
    events: Iterable[Event],
    first: datetime.date,
    last: datetime.date,
    known: Known,
    holidays: Holidays,
) -> list[Happening]:
    """What the policies do to a customer's invoices from `first` to `last`, both included.

    "Starts from the ledger as it stands before `--from` (stages executed earlier included), takes
    the payments, disputes, promises and other facts dated inside the range as they are, and
    replaces what was executed inside the range by what the policies would have done."
    """
    kept = [
        event
        for event in events
        if event.kind not in ("stage", "stage_cancelled") or event.date < first
    ]
    invoices = tuple(invoices)
    law = Law(tuple(checkeds), holidays)

    def book_on(day: datetime.date) -> facts.Book:
        """The ledger as it is known on a day."""
        if known != "each day":
            return facts.known_at(customer, invoices, kept, known)
        evening = datetime.datetime.combine(day + DAY, MIDNIGHT) - datetime.timedelta.resolution
        return facts.known_at(customer, invoices, kept, evening)

    happenings: list[Happening] = []
    for invoice in book_on(last).invoices:
        happenings += Player(law, book_on, invoice).play(first, last)
    return sorted(happenings, key=lambda happening: (happening.on, happening.case))


@dataclass
class Player:
    """One case being simulated."""

    law: Law
    book_on: Callable[[datetime.date], facts.Book]
    invoice: Invoice
    played: list[Executed] = field(default_factory=list)
    """What the simulation has executed."""

    def play(self, first: datetime.date, last: datetime.date) -> list[Happening]:
        """Everything that happens, in the order in which a day prints it."""
        happenings: list[Happening] = []
        exists = facts.exists_from(self.invoice)
        day = max(first, exists)
        while day <= last and not self.is_known(day):
            day += DAY
        shown, undecided = self.left_by_the_run_before(day)
        while day <= last:
            reopened, settled = self.turns(day)
            happenings += reopened
            if self.is_run(day, self.book(day)):
                decision = self.law.decision(self.book(day), self.invoice, day)
                stuck = why_stuck(decision, day)
                if shown is not None and stuck != shown:
                    happenings.append(self.happening(day, "released", reason=shown))
                happenings += settled
                if stuck is not None and stuck != shown:
                    happenings.append(self.happening(day, "held", reason=stuck))
                shown = stuck
                # "`undecided` when it begins"
                if decision.outcome == "undecided" and not undecided:
                    happenings.append(self.happening(day, "undecided"))
                undecided = decision.outcome == "undecided"
                happenings += self.stage(decision, day)
            else:
                happenings += settled
            day += DAY
        return happenings

    def book(self, day: datetime.date) -> facts.Book:
        """What is known on a day, everything executed so far included."""
        return replace(self.book_on(day), played=tuple(self.played))

    def is_known(self, day: datetime.date) -> bool:
        """Whether anybody has heard of the invoice by a day."""
        return any(invoice.id == self.invoice.id for invoice in self.book_on(day).invoices)

    def left_by_the_run_before(self, first: datetime.date) -> tuple[str | None, bool]:
        """How the last run before a day left the case: stuck for a reason, or undecided.

        "Changes are measured against the day before `--from`", with what was known then.
        """
        day = first - DAY
        if not self.is_known(day):
            return None, False
        book = self.book(day)
        while day >= facts.exists_from(self.invoice) and not self.is_run(day, book):
            day -= DAY
        if day < facts.exists_from(self.invoice):
            return None, False
        decision = self.law.decision(book, self.invoice, day)
        case = self.law.case(book, self.invoice, day)
        if any(executed.date == day for executed in case.history):
            # "At most one stage per case and day": nothing was held back that day.
            return None, decision.outcome == "undecided"
        return why_stuck(decision, day), decision.outcome == "undecided"

    def happening(self, day: datetime.date, event: str, reason: str | None = None) -> Happening:
        """Something that happens to the case."""
        return Happening(day, self.invoice.id, event, reason=reason)

    def is_run(self, day: datetime.date, book: facts.Book) -> bool:
        """Law: On a day without a run only `settled`, `resumed` and `reopened` happen."""
        policies = self.law.policies(self.law.case(book, self.invoice, day))
        return len(policies) != 1 or is_run_day(day, policies[0], self.law.holidays)

    def turns(self, day: datetime.date) -> tuple[list[Happening], list[Happening]]:
        """Whether the case reopens or is settled on a day.

        "Printed only if a stage was executed in the cycle that ended."
        """
        if not self.is_known(day - DAY) or day <= facts.exists_from(self.invoice):
            return [], []
        before = self.law.case(self.book(day - DAY), self.invoice, day - DAY)
        today = self.law.case(self.book(day), self.invoice, day)
        if not before.cycle:
            return [], []
        if before.open <= 0 < today.open:
            return [self.happening(day, "reopened")], []
        if today.open <= 0 < before.open:
            return [], [self.happening(day, "settled")]
        return [], []

    def stage(self, decision: OracleDecision, day: datetime.date) -> list[Happening]:
        """Execute the day's stage, if there is one and somebody can be reached."""
        if decision.outcome != "act" or decision.problems:
            return []
        assert decision.fee is not None
        assert decision.stage is not None
        self.played.append(
            Executed(decision.stage, day, decision.fee, decision.deadline, decision.notice)
        )
        return [
            Happening(
                day,
                self.invoice.id,
                "stage",
                decision.stage,
                decision.fee,
                decision.deadline,
                decision.channels,
            )
        ]


def why_stuck(decision: OracleDecision, day: datetime.date) -> str | None:
    """Why a stage that would be executed by now is not: the text of a hold, or `unreachable`.

    "`held` once the earliest date, stopped days counted, has come"; "an unreachable customer's
    stage is not executed, is shown once as `held` ("unreachable")".
    """
    if decision.outcome == "held" and decision.next_due and decision.next_due <= day:
        return decision.reason
    return "unreachable" if decision.problems else None
