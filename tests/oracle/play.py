"""Playing the runs of a range of days."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.core.model import Event
from engine.core.money import Money
from tests.oracle import facts
from tests.oracle.days import DAY, Holidays, is_run_day
from tests.oracle.ladder import Law, OracleDecision

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from dunlang.checked import Checked
    from engine.core.model import Customer, Invoice

LAST_ROW = 1_000_000
"""Rows of what the simulation does stand after all rows of the ledger."""


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
    known: datetime.datetime | None,
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
    book = facts.known_at(customer, invoices, kept, known)
    law = Law(tuple(checkeds), holidays)
    happenings: list[Happening] = []
    for invoice in book.invoices:
        happenings += Player(law, book, invoice).play(first, last)
    return sorted(happenings, key=lambda happening: (happening.on, happening.case))


@dataclass
class Player:
    """One case being simulated; the stages it executes become rows of its ledger."""

    law: Law
    book: facts.Book
    invoice: Invoice

    def play(self, first: datetime.date, last: datetime.date) -> list[Happening]:
        """Everything that happens, in the order in which a day prints it."""
        happenings: list[Happening] = []
        exists = facts.exists_from(self.invoice)
        day = max(first, exists)
        # "Changes are measured against the day before `--from`": as the last run left the case.
        last_run = day - DAY
        while last_run >= exists and not self.is_run(last_run):
            last_run -= DAY
        before = self.law.decision(self.book, self.invoice, last_run)
        shown = None if last_run < exists else why_stuck(before, last_run)
        while day <= last:
            reopened, settled = self.turns(day)
            happenings += reopened
            if self.is_run(day):
                decision = self.law.decision(self.book, self.invoice, day)
                stuck = why_stuck(decision, day)
                if shown is not None and stuck != shown:
                    happenings.append(self.happening(day, "released", reason=shown))
                happenings += settled
                if stuck is not None and stuck != shown:
                    happenings.append(self.happening(day, "held", reason=stuck))
                shown = stuck
                happenings += self.stage(decision, day)
            else:
                happenings += settled
            day += DAY
        return happenings

    def happening(self, day: datetime.date, event: str, reason: str | None = None) -> Happening:
        """Something that happens to the case."""
        return Happening(day, self.invoice.id, event, reason=reason)

    def is_run(self, day: datetime.date) -> bool:
        """Law: On a day without a run only `settled`, `resumed` and `reopened` happen."""
        policies = self.law.policies(self.law.case(self.book, self.invoice, day))
        return len(policies) != 1 or is_run_day(day, policies[0], self.law.holidays)

    def turns(self, day: datetime.date) -> tuple[list[Happening], list[Happening]]:
        """Whether the case reopens or is settled on a day.

        "Printed only if a stage was executed in the cycle that ended."
        """
        before = self.law.case(self.book, self.invoice, day - DAY)
        today = self.law.case(self.book, self.invoice, day)
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
        row = Event(
            kind="stage",
            date=day,
            target="invoice",
            target_id=self.invoice.id,
            recorded=datetime.datetime.max.replace(tzinfo=datetime.UTC),
            row=LAST_ROW,
            stage=decision.stage,
            policy=decision.policy,
            version=decision.version,
            fee=Money(decision.fee, self.invoice.amount.currency),
            until=decision.deadline,
            value=frozenset(decision.channels),
        )
        self.book = facts.Book(self.book.customer, self.book.invoices, (*self.book.events, row))
        self.book = facts.Book(
            self.book.customer,
            self.book.invoices,
            tuple(sorted(self.book.events, key=lambda event: event.order)),
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
