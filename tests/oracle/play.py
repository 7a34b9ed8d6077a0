"""Playing the runs of a range of days for one debtor."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.oracle.answers import Happening, Known, OracleDecision
from tests.oracle.days import DAY
from tests.oracle.decision import judged
from tests.oracle.executed import Executed
from tests.oracle.facts import known_at
from tests.oracle.ladder import runs_today
from tests.oracle.law import Law, law_of
from tests.oracle.story import Story

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dunlang.checking.checked import Checked
    from engine.core.model import Ledger
    from tests.oracle.alone import Act
    from tests.oracle.answers import Tables
    from tests.oracle.case import Life
    from tests.oracle.facts import Book
    from tests.oracle.today import Today

MIDNIGHT = datetime.time(tzinfo=datetime.UTC)


def simulate(  # noqa: PLR0913 - the whole question, every part of it by name
    checkeds: Sequence[Checked],
    tables: Tables,
    ledger: Ledger,
    debtor: str,
    first: datetime.date,
    last: datetime.date,
    known: Known,
    *,
    from_scratch: bool = False,
    run_on: frozenset[datetime.date] | None = None,
) -> list[Happening]:
    """What the policies do to a debtor's cases from `first` to `last`, both included.

    `run_on`: the only days with a run, if they are run days of the policy. "`--from-scratch`
    ignores all executed stages."

    "Starts from the ledger as it stands before `--from` (stages executed earlier included), takes
    the payments, disputes, promises and other facts dated inside the range as they are, and
    replaces what was executed inside the range by what the policies would have done."
    """
    kept = tuple(
        event
        for event in ledger.events
        if event.kind not in ("stage", "stage_cancelled")
        or (event.date < first and not from_scratch)
    )
    without = type(ledger)(ledger.customers, ledger.invoices, kept)
    player = Player(law_of(checkeds, tables), without, debtor, known)
    if run_on is not None:
        player.off = frozenset(range_of(first, last)) - run_on
    return player.play(first, last)


def range_of(first: datetime.date, last: datetime.date) -> list[datetime.date]:
    """The days from one to another, both included."""
    return [first + n * DAY for n in range((last - first).days + 1)]


@dataclass
class Shown:
    """How a case was left by the day before."""

    life: Life | None = None
    """None: nobody had heard of it."""
    held: str | None = None
    """The reason of the `held` that was printed last and not yet released."""
    undecided: bool = False
    existed: bool = False
    """Whether it was a case on a day that was over."""
    told: datetime.date | None = None
    """The last day on which it ended as was known then: what was claimed by then is no news."""

    @property
    def is_stuck(self) -> bool:
        """Whether something was printed that a later day must take back."""
        return self.held is not None or self.undecided


@dataclass
class Player:
    """A debtor being simulated."""

    law: Law
    ledger: Ledger
    debtor: str
    known: Known
    off: frozenset[datetime.date] = frozenset()
    """Days on which nobody runs anything."""
    played: dict[datetime.date, list[tuple[str, Executed]]] = field(default_factory=dict)
    stories: list[Story] = field(default_factory=list)
    """The newest knows what is known on the day that is played."""
    shown: dict[str, Shown] = field(default_factory=dict)

    def play(self, first: datetime.date, last: datetime.date) -> list[Happening]:
        """Everything that happens, in order of date, case, and the order in a day."""
        self.left_by_the_runs_before(first)
        happenings: list[Happening] = []
        for day in range_of(first, last):
            happenings += self.day(day)
        return happenings

    def story(self, day: datetime.date) -> Story:
        """The debtor's story as it is known on a day, with all that was executed so far."""
        book = self.book(day)
        if self.stories:
            newest = self.stories[-1]
            if newest.book.events == book.events and newest.book.invoices == book.invoices:
                return newest
        self.stories.append(Story(self.law, book, self.played, self.off))
        return self.stories[-1]

    def book(self, day: datetime.date) -> Book:
        """The ledger as it is known on a day."""
        if self.known != "each day":
            if self.stories:
                return self.stories[-1].book
            return known_at(self.ledger, self.debtor, self.known)
        evening = datetime.datetime.combine(day + DAY, MIDNIGHT) - datetime.timedelta.resolution
        return known_at(self.ledger, self.debtor, evening)

    # ---------------------------------------------------------------------------- one day

    def day(self, day: datetime.date) -> list[Happening]:
        """What happens to all cases on a day, and what was executed put on record."""
        story = self.story(day)
        today = story.day(day)
        decisions = judged(today)
        on_record = {case for case, life in today.lives.items() if life.is_on_record}
        # What was on record by what was known yesterday may have been taken back since.
        said = {
            case
            for case, shown in self.shown.items()
            if shown.is_stuck or (shown.life is not None and shown.life.is_on_record)
        }
        names = sorted({*decisions, *on_record, *said})
        happenings: list[Happening] = []
        done: list[tuple[str, Executed]] = []
        for name in names:
            exists = name not in story.invoices or story.invoices[name].issued <= day
            if not exists:
                continue
            if name in story.invoices and name not in decisions:
                happenings += self.joined_an_account(today, name)
                continue
            decision, deed = decisions.get(name, (OracleDecision("no_case"), None))
            happenings += self.case(today, name, decision, deed)
            if deed is not None and not deed.unreachable and self.runs(today, name):
                done.append((name, deed.executed))
        if done:
            self.played[day] = done
            story.execute(day, done)
        # A case about which nobody asks any more, as of an account that another version left, has
        # an evening, too: it may end there, and what ended then does not end again.
        for name in {*names, *self.shown}:
            shown, life = self.shown.setdefault(name, Shown()), story.day(day).life(name)
            if shown.life is not None and not shown.life.settled and life.settled:
                shown.told = day
            shown.life = life
            shown.existed = name in story.invoices or name in story.covered
        return happenings

    def joined_an_account(self, today: Today, name: str) -> list[Happening]:
        """Law: An invoice that its policy puts into an account is no case of its own.

        "Nothing is printed for it (a `held` printed before it went into the account is
        `released`)", once there is a run.
        """
        shown = self.shown.get(name, Shown())
        if not self.runs(today, name):
            self.shown[name] = Shown(None, shown.held, shown.undecided, told=shown.told)
            return []
        self.shown[name] = Shown(told=shown.told)
        if shown.held is None:
            return []
        return [Happening(today.day, name, "released", reason=shown.held)]

    def runs(self, today: Today, name: str) -> bool:
        """Law: On a day without a run only `settled`, `resumed` and `reopened` happen."""
        case = today.case(name)
        versions = today.versions(case)
        if today.day in self.off:
            return False
        return len(versions) != 1 or runs_today(versions[0], case, self.law.tables)

    def case(
        self, today: Today, name: str, decision: OracleDecision, deed: Act | None
    ) -> list[Happening]:
        """What happens to a case, in the order in which a day prints it.

        "Reopened, released, settled, stepped_down, resumed, held, undecided, stage, written_off."
        """
        shown, day = self.shown.setdefault(name, Shown()), today.day
        before, now = shown.life, today.life(name)
        runs = self.runs(today, name)
        found: list[Happening] = []
        invoice = today.story.invoices.get(name)
        new = not shown.existed or today.story.covered.get(name) == day
        new = new or (invoice is not None and invoice.issued == day)
        # What is learnt of an account may be that it never had an invoice.
        exists = invoice is not None or name in today.story.covered
        is_open = exists and not now.settled
        if before is not None and before.settled and is_open and before.cycle and not new:
            found.append(Happening(day, name, "reopened"))
        stuck = why_stuck(decision, day) if runs else shown.held
        if shown.held is not None and stuck != shown.held:
            found.append(Happening(day, name, "released", reason=shown.held))
        found += self.settled(today, name, before, now)
        found += self.stepped_down(today, name, now) if runs else []
        # "An account before its first covered day does not exist": nothing ends on that day.
        if before is not None and not new:
            found += [
                Happening(day, name, "resumed", stage, reason=text)
                for stage, text in before.suspended
                if not exists or (stage, text) not in now.suspended
            ]
        if stuck is not None and stuck != shown.held:
            found.append(Happening(day, name, "held", reason=stuck))
        shown.held = stuck
        if runs:
            if decision.outcome == "undecided" and not shown.undecided:
                found.append(Happening(day, name, "undecided"))
            shown.undecided = decision.outcome == "undecided"
        if deed is not None and not deed.unreachable and runs:
            found += stage(name, decision, day)
        return found

    def settled(self, today: Today, name: str, before: Life | None, now: Life) -> list[Happening]:
        """Law: Printed only if a stage was executed in the cycle that ended, or a claim was made.

        Its interest is the "sum of claims when paid since the last printed one".
        """
        if before is None or before.settled or not now.settled:
            return []
        if not self.shown[name].existed or today.story.covered.get(name) == today.day:
            return []  # "an account before its first covered day does not exist"
        invoice = today.story.invoices.get(name)
        if invoice is not None and invoice.issued == today.day:
            return []  # nor does an invoice before its issue date
        told = self.shown[name].told
        claims = sum(amount for day, amount in now.claims if told is None or day > told)
        if not before.cycle and not claims:
            return []
        return [Happening(today.day, name, "settled", interest=claims or None)]

    def stepped_down(self, today: Today, name: str, now: Life) -> list[Happening]:
        """Law: When less is owed the case returns to the stage that is justified."""
        if name in today.story.invoices or now.settled:
            return []
        may = any(version.steps_down for version in today.versions(today.case(name)))
        before = today.story.day(today.day - DAY).life(name)
        is_same_cycle = may and before.since == now.since
        stood = before.place.stage
        stands_elsewhere = stood is not None and stood != now.place.stage
        if is_same_cycle and stands_elsewhere:
            return [Happening(today.day, name, "stepped_down", now.place.stage)]
        return []

    # -------------------------------------------------------------------- before the first

    def left_by_the_runs_before(self, first: datetime.date) -> None:
        """How the last run before a day left each case: stuck for a reason, or undecided.

        "Changes are measured against the day before `--from`", with what was known then.
        """
        day = first - DAY
        story = self.story(day)
        if story.first is None:
            return
        today = story.day(day)
        for name, life in today.lives.items():
            existed = name in story.invoices or story.covered.get(name, day + DAY) <= day
            told = day if life.settled else life.settled_on
            self.shown[name] = Shown(life, existed=existed, told=told)
        waiting = set(judged(today))
        waiting = {
            name
            for name in waiting
            if name not in story.invoices or story.invoices[name].issued <= day
        }
        for name in waiting:
            self.shown.setdefault(name, Shown(today.life(name), existed=True))
        while waiting and day >= story.first:
            today = story.day(day)
            # Before its issue date nobody asked about an invoice.
            waiting -= {i.id for i in story.book.invoices if i.issued > day}
            ran = {name for name in waiting if self.runs(today, name)}
            decisions = judged(today) if ran else {}
            for name in ran:
                decision, _ = decisions.get(name, (OracleDecision("no_case"), None))
                shown = self.shown[name]
                shown.undecided = decision.outcome == "undecided"
                if all(executed.date != day for executed in today.life(name).history):
                    # "At most one stage per case and day": nothing was held back that day.
                    shown.held = why_stuck(decision, day)
            waiting -= ran
            day -= DAY


def stage(name: str, decision: OracleDecision, day: datetime.date) -> list[Happening]:
    """The day's stage, and the end that it may put to the case."""
    happened = Happening(
        day,
        name,
        "stage",
        decision.stage,
        decision.fee,
        decision.interest,
        decision.deadline,
        decision.channels,
        decision.letters,
    )
    if not decision.write_off:
        return [happened]
    return [happened, Happening(day, name, "written_off", decision.stage)]


def why_stuck(decision: OracleDecision, day: datetime.date) -> str | None:
    """Why a stage that would be executed by now is not: the text of a hold, or `unreachable`.

    "`held` once the earliest date, stopped days counted, has come"; "an unreachable customer's
    stage is not executed, is shown once as `held` ("unreachable")".
    """
    if decision.outcome == "held" and decision.next_due and decision.next_due <= day:
        return decision.reason
    return "unreachable" if decision.problems else None
