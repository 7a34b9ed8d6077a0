"""What happens to one debtor, day by day, from the first event on."""

from __future__ import annotations

import datetime
from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from tests.oracle.case import Case, Life
from tests.oracle.days import DAY
from tests.oracle.executed import USUAL, Executed, PaymentTerms
from tests.oracle.execution import executed_in_ledger
from tests.oracle.facts import concerns_invoice
from tests.oracle.fees import MissingRateError
from tests.oracle.interest import claim
from tests.oracle.ladder import Ladder, kept_away, runs_today, stands_still
from tests.oracle.terms import terms_for
from tests.oracle.till import Till
from tests.oracle.today import NEW, Today

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from engine.core.model import Event, Invoice
    from tests.oracle.facts import Book
    from tests.oracle.law import Law
    from tests.oracle.versions import Version

Posting = tuple[int, PaymentTerms]
STAGE_EVENTS = ("stage", "stage_cancelled")


class Story:
    """A debtor's days, each worked out from the one before and remembered."""

    def __init__(
        self,
        law: Law,
        book: Book,
        played: Mapping[datetime.date, Sequence[tuple[str, Executed]]] | None = None,
        off: frozenset[datetime.date] = frozenset(),
    ) -> None:
        """`played`: what a simulation has executed, by day and with its case; `off`: no run."""
        self.off = off
        self.law, self.book = law, book
        self.invoices = {invoice.id: invoice for invoice in book.invoices}
        self.played = dict(played or {})
        self.events: dict[datetime.date, list[Event]] = defaultdict(list)
        for event in book.events:
            self.events[event.date].append(event)
        days = [*self.events, *self.played, *(invoice.issued for invoice in book.invoices)]
        days += [invoice.due for invoice in book.invoices]
        changed = (event.value for event in book.events if event.kind == "due_changed")
        days += [due for due in changed if isinstance(due, datetime.date)]
        # Early enough to see that a clock stood still before anything was counted.
        self.first = min(days) - 3 * DAY - law.lead if days else None
        self.days: dict[datetime.date, Today] = {}
        self.covered: dict[str, datetime.date] = {}
        """Accounts by the first day on which they had an invoice."""
        self.covered_by: dict[tuple[str, str], datetime.date] = {}
        """The same by policy and account."""
        self.starts: dict[tuple[str, str], tuple[datetime.date, bool]] = {}
        self.stops: dict[tuple[Version, str], tuple[datetime.date, set[datetime.date]]] = {}

    # ------------------------------------------------------------------------------- days

    def day(self, day: datetime.date) -> Today:
        """A day, worked out after all those before it."""
        if day in self.days:
            return self.days[day]
        if self.first is None or day < self.first:
            return self.empty(day)
        start = max(self.days) + DAY if self.days else self.first
        while start <= day:
            self.days[start] = self.worked_out(start)
            start += DAY
        return self.days[day]

    def empty(self, day: datetime.date) -> Today:
        """A day on which nothing has happened yet."""
        due = {invoice.id: invoice.due for invoice in self.book.invoices}
        return Today(day, self, self.book.until(day), Till(self.book, due), {})

    def execute(self, day: datetime.date, done: Sequence[tuple[str, Executed]]) -> None:
        """Put on record what was executed on the latest day that was worked out."""
        assert day == max(self.days)
        self.played[day] = done
        self.days[day] = self.worked_out(day)

    def worked_out(self, day: datetime.date) -> Today:
        """A day from the one before it.

        First all events but stages, then for each case the stages of the day and a claim when
        paid; their postings count "from the end of its day, after the events of that day".
        """
        before = self.days.get(day - DAY) or self.empty(day - DAY)
        till, events = before.till, self.events.get(day, ())
        if any(event.kind not in STAGE_EVENTS for event in events):
            till = till.copy()
            for event in events:
                till.take(event)
        today = Today(day, self, self.book.until(day), till, before.lives)
        postings: dict[str, list[Posting]] = {}
        if events or self.played.get(day):
            today.lives = dict(before.lives)
            for invoice in self.book.invoices:
                life, posted = self.lived(today, invoice.id, before.lives.get(invoice.id, NEW))
                today.lives[invoice.id], postings[invoice.id] = life, posted
        if self.law.has_accounts:
            self.accounts_live(today, before, postings)
        if any(postings.values()):
            today.till = till.copy()
            for case, posted in postings.items():
                for amount, terms in posted:
                    today.till.post(case, amount, terms)
        return today

    def accounts_live(
        self, today: Today, before: Today, postings: dict[str, list[Posting]]
    ) -> None:
        """The accounts' part of a day."""
        for account in today.accounts():
            self.covered.setdefault(account, today.day)
            for policy in today.accounts()[account].policies:
                self.covered_by.setdefault((policy, account), today.day)
        on_record = {
            event.target_id for event in self.events.get(today.day, ()) if event.target == "case"
        }
        ids = {*self.covered, *on_record, *(case for case, _ in self.played.get(today.day, ()))}
        ids |= before.lives.keys()
        today.lives = dict(today.lives)
        for account in sorted(ids - self.invoices.keys()):
            life, posted = self.lived(today, account, before.lives.get(account, NEW))
            today.lives[account], postings[account] = life, posted

    # ------------------------------------------------------------------------ one case a day

    def lived(self, today: Today, case: str, before: Life) -> tuple[Life, list[Posting]]:
        """How a case lives through a day.

        "A case that was settled at the end of a day and is not at the end of a later one is
        REOPENED there; a new cycle begins unless its terms say reopened_continue."
        """
        goes_on = today.till.terms_of(case).reopened_continue
        life, postings = self.lived_in_cycle(today, case, before)
        if before.settled and not life.settled and not goes_on:
            reopened = replace(before.reopening(today.day), settled=False)
            made: list[Executed] = []
            anew, posted = self.lived_in_cycle(today, case, reopened, made)
            if not anew.settled:
                return anew, posted
            # It is open only by what ended with its settlement: a stage opened it by what it
            # charges, which it does not in a new cycle, or the version under which it stood counts
            # what the version in force does not. So the case is settled in the evening, and no
            # cycle begins.
            life, postings = self.lived_in_cycle(today, case, before, known=made)
            if not life.settled:
                since, place, ended = before.since, before.place, before.settled_on
                return replace(anew, since=since, place=place, settled_on=ended), posted
        return life, postings

    def lived_in_cycle(
        self,
        today: Today,
        case: str,
        before: Life,
        made: list[Executed] | None = None,
        known: Iterable[Executed] = (),
    ) -> tuple[Life, list[Posting]]:
        """A day in the cycle that runs.

        `made` takes what stages on record did; `known`: what they did, if that is clear.
        """
        life, postings, clear = before, list[Posting](), iter(known)
        for event in self.events.get(today.day, ()):
            if not self.is_about(event, case):
                continue
            if event.kind == "stage":
                executed = next(clear, None) or executed_in_ledger(
                    event, today.case_with(case, life)
                )
                if made is not None:
                    made.append(executed)
                life = life.executing(executed)
                postings.append((executed.posted, executed.terms))
            elif event.kind == "stage_cancelled" and life.history:
                back = life.history[-1].posted
                life = life.cancelling()
                # "The terms go back to those of the stage before."
                terms = life.history[-1].terms if life.history else USUAL
                postings.append((-back, terms))
        for name, executed in self.played.get(today.day, ()):
            if name == case:
                # A run lets an account step down before it executes what is then next.
                now = today.case_with(case, life)
                paid = now.open == 0 and now.taken_out is None
                if not self.is_settled(today, case, postings, paid=paid):
                    life = self.stepped(today, case, life)
                life = life.executing(executed)
                postings.append((executed.posted, executed.terms))
        if case not in self.invoices and case not in self.covered:
            return life, postings
        now = today.case_with(case, life)
        paid = now.open == 0 and now.taken_out is None
        invoice = self.invoices.get(case)
        if now.open == 0 and self.was_open(today, case, invoice):
            claimed = self.claim_when_paid(today, now, today.case_with(case, before))
            if claimed is not None:
                life = replace(life, claims=(*life.claims, (today.day, claimed[0])))
                postings.append(claimed)
        return self.ended(today, case, life, before, paid, postings), postings

    def was_open(self, today: Today, case: str, invoice: Invoice | None) -> bool:
        """Law: "From above 0 (end of the day before)": it must have existed then."""
        first = self.covered.get(case) if invoice is None else invoice.issued
        yesterday = self.days.get(today.day - DAY)
        if yesterday is None or first is None or first >= today.day:
            return False
        return yesterday.case(case).open > 0

    def is_about(self, event: Event, case: str) -> bool:
        """Whether an event is about a case."""
        if case in self.invoices:
            return concerns_invoice(event, self.invoices[case])
        return event.target == "case" and event.target_id == case

    def claim_when_paid(self, today: Today, case: Case, before: Case) -> Posting | None:
        """Law: A last claim on the day the open amount is paid.

        "Whatever exclude or hold say, by the version that decides on that day." "Rate missing: no
        claim." Which exceptions hold is asked of the case as it stood before the day's stages.
        """
        today.failed.discard(case.id)
        versions = today.versions(case)
        if len(versions) != 1 or not versions[0].claims_when_paid:
            return None
        if bool(versions[0].accounts) != case.account:
            return None
        try:
            amount = claim(terms_for(versions[0], before), versions[0], case, self.law.tables)
        except MissingRateError:
            today.failed.add(case.id)
            return None
        return (amount, versions[0].payment_terms) if amount else None

    def ended(
        self,
        today: Today,
        case: str,
        life: Life,
        before: Life,
        paid: bool,  # noqa: FBT001
        postings: Sequence[Posting],
    ) -> Life:
        """Whether the case is settled in the evening, and what that or less being owed ends.

        "SETTLED = open <= 0 and (not until_charges_paid or charges <= 0), with the terms at the end
        of that day"; an account "by the account's own state".
        """
        settled = self.is_settled(today, case, postings, paid=paid)
        if settled and before.settled and life is before:
            return life
        if settled:
            # "When a case is settled what it suspended is resumed."
            day = life.settled_on if before.settled else today.day
            return replace(
                life, paid=True, settled=True, settled_on=day, suspended=(), written_off=False
            )
        if life.paid != paid or life.settled:
            life = replace(life, paid=paid, settled=False)
        return self.stepped(today, case, life)

    def is_settled(
        self, today: Today, case: str, postings: Sequence[Posting], *, paid: bool
    ) -> bool:
        """Whether nothing is owed of what must be paid, with what was posted today."""
        charges = today.till.charges.get(case, 0)
        terms = today.till.terms_of(case)
        for amount, posted in postings:
            charges, terms = max(0, charges + amount), posted
        return paid and not (terms.until_charges_paid and charges > 0)

    def stepped(self, today: Today, case: str, life: Life) -> Life:
        """Law: `step down when less is owed`: the case returns, without a notice.

        "Accounts, on run days, only when neither settled, excluded nor held"; "suspensions of
        stages that stand higher end".
        """
        if case in self.invoices or life.place.stage is None or life.written_off:
            return life
        version = today.account_version(case, life)
        if version is None or not version.steps_down:
            return life
        if any(executed.date == today.day for executed in life.history):
            return life
        now = today.case_with(case, life)
        runs = today.day not in self.off and runs_today(version, now, self.law.tables)
        if not runs or kept_away(version, now):
            return life
        ladder = Ladder(version, now, self.law.tables, today.day)
        place = ladder.stepped_down(life.place)
        if place is None:
            return life
        ids = [stage.id for stage in ladder.terms.stages]
        higher = ids[ladder.index(place) + 1 :]
        suspended = tuple(one for one in life.suspended if one[0] not in higher)
        return replace(life, place=place, suspended=suspended)

    # ------------------------------------------------------------------- asked of the past

    def stopped_before(
        self, version: Version, case: str, day: datetime.date
    ) -> frozenset[datetime.date]:
        """The days before a day on which a version's holds stopped the clock of a case."""
        assert self.first is not None
        following, found = self.stops.get((version, case), (self.first, set()))
        while following < day:
            today = self.day(following)
            if stands_still(version, today.case_for(version, case)):
                found.add(following)
            following += DAY
        self.stops[version, case] = (following, found)
        return frozenset(stopped for stopped in found if stopped < day)

    def started(self, version: Version, case: Case) -> datetime.date | None:
        """Law: First day (>= invoice date) on which a version of this policy covered the case.

        "The one in force that day." Of an account: the first day on which it had an invoice.
        """
        if case.invoice is None:
            return self.covered_by.get((version.id, case.id))
        day, found = self.starts.get((version.id, case.id), (case.issued, False))
        while not found and day <= case.day:
            force = self.law.in_force(version.id, day)
            found = force is not None and self.day(day).covers(force, case.invoice)
            day += 0 * DAY if found else DAY
        self.starts[version.id, case.id] = (day, found)
        if case.day < case.issued:
            return case.issued  # the earliest that it can be
        return day if found and day <= case.day else None
