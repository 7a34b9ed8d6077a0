"""The decision for one case on one day."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from dunlang.ast import policy as tree
from tests.oracle import facts
from tests.oracle.case import Case
from tests.oracle.conditions import applies
from tests.oracle.days import DAY, Holidays, moved, rolled
from tests.oracle.executed import Executed
from tests.oracle.fees import fee
from tests.oracle.terms import StageTerms, terms_for
from tests.oracle.waits import Clock, has_missed, opens, run_day

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from dunlang.checking.checked import Checked
    from engine.core.model import Customer, Event, Invoice


@dataclass(frozen=True)
class OracleDecision:
    """The answer, with dates as dates and the fee in minor units."""

    outcome: str
    policy: str | None = None
    version: int | None = None
    reason: str | None = None
    """Text of the rule, for excluded and held."""
    next_stage: str | None = None
    next_due: datetime.date | None = None
    stage: str | None = None
    """This and what follows: only for `act`."""
    due: datetime.date | None = None
    fee: int | None = None
    deadline: datetime.date | None = None
    channels: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    notice: bool = False
    """Whether the stage has `by`."""


def decide(  # noqa: PLR0913, PLR0917 - the whole question, every part of it by name
    checkeds: Sequence[Checked],
    customer: Customer,
    invoices: Iterable[Invoice],
    events: Iterable[Event],
    invoice_id: str,
    day: datetime.date,
    known: datetime.datetime | None,
    holidays: Holidays,
) -> OracleDecision:
    """What happens to an invoice on a day as known at a time (None: everything)."""
    invoices = tuple(invoices)
    book = facts.known_at(customer, invoices, events, known)
    (invoice,) = (invoice for invoice in invoices if invoice.id == invoice_id)
    return Law(tuple(checkeds), holidays).decision(book, invoice, day)


@dataclass(frozen=True)
class Law:
    """All policy versions, and the holidays of their calendars."""

    checkeds: tuple[Checked, ...]
    holidays: Holidays
    remembered: dict[object, bool] = field(default_factory=dict, compare=False)
    """See `stood_still`."""

    # ------------------------------------------------------------------- which policy

    def in_force(self, policy: str, day: datetime.date) -> Checked | None:
        """Law: On day D the version in force is the one with the latest effective date <= D."""
        versions = [c for c in self.checkeds if c.id == policy and effective(c) <= day]
        return max(versions, key=effective, default=None)

    def policies(self, case: Case) -> list[Checked]:
        """The versions that apply to the case: one, if all is well.

        "An `assign` event puts an invoice or a customer under a named policy, whatever `applies
        when` says." "A case in another currency is not covered."
        """
        named = facts.assigned(case.book, case.invoice, case.day)
        found = []
        for policy in dict.fromkeys(checked.id for checked in self.checkeds):
            version = self.in_force(policy, case.day)
            if version is None or not covers(version, case.currency):
                continue
            if named == policy or (named is None and applies_to(version, case)):
                found.append(version)
        return found

    # ------------------------------------------------------------- what was executed

    def case(self, book: facts.Book, invoice: Invoice, day: datetime.date) -> Case:
        """The case at the end of a day, with its history from the ledger."""
        case = Case(book, invoice, day)
        for event in facts.until_day(book, day):
            if not facts.concerns_invoice(event, invoice):
                continue
            if event.kind == "stage":
                case = case.having_executed(self.executed(event, case))
            elif event.kind == "stage_cancelled" and case.history:
                # "Takes back the newest executed stage, its deadline and its charges."
                case = Case(book, invoice, day, case.history[:-1])
        played = tuple(executed for executed in book.played if executed.date <= day)
        return Case(book, invoice, day, case.history + played)

    def executed(self, event: Event, before: Case) -> Executed:
        """A stage of the ledger; "what is missing is taken from the policy version"."""
        assert event.stage is not None
        then = Case(before.book, before.invoice, event.date, before.history)
        checked = self.executed_under(event, then)
        terms = None if checked is None else terms_for(checked, then)
        stage = None if terms is None else terms.stage(event.stage)
        if checked is None or terms is None or stage is None:
            notice = bool(event.value)
            charged = 0
            deadline = None
        else:
            notice = stage.by is not None
            charged = fee(stage, terms, checked, then)
            deadline = self.deadline(stage, checked, event.date)
        return Executed(
            event.stage,
            event.date,
            charged if event.fee is None else event.fee.minor,
            event.until or deadline,
            notice,
        )

    def executed_under(self, event: Event, case: Case) -> Checked | None:
        """The version that a stage of the ledger names, or that was in force for the case."""
        if event.policy is None:
            found = self.policies(case)
            checked = found[0] if len(found) == 1 else None
        elif event.version is None:
            checked = self.in_force(event.policy, event.date)
        else:
            named = [c for c in self.checkeds if (c.id, c.version) == (event.policy, event.version)]
            checked = named[0] if named else None
        return checked if checked is None or covers(checked, case.currency) else None

    def deadline(
        self, stage: StageTerms, checked: Checked, day: datetime.date
    ) -> datetime.date | None:
        """Law: The day it is executed + N (rolled forward if the policy runs on business days)."""
        if stage.pay_within is None:
            return None
        date = moved(day, stage.pay_within, 1, checked, self.holidays)
        return rolled(date, checked, self.holidays)

    # ---------------------------------------------------------------------- the decision

    def decision(self, book: facts.Book, invoice: Invoice, day: datetime.date) -> OracleDecision:
        """Law: In this order, the first that applies: settled, no policy, exclude, hold."""
        case = self.case(book, invoice, day)
        if case.open <= 0:
            return OracleDecision("settled")
        policies = self.policies(case)
        if not policies:
            return OracleDecision("no_policy")
        if len(policies) > 1:
            return OracleDecision("undecided")
        checked = policies[0]
        terms = terms_for(checked, case)
        for exclude in terms.excludes:
            if applies(exclude.condition, checked, case):
                return answer("excluded", checked, reason=exclude.text.value)
        for hold in terms.holds:
            if applies(hold.condition, checked, case):
                # "While a case is held, `next.due` may lie in the past."
                clock = self.clock(checked, case)
                candidates = self.candidates(checked, case, clock, datetime.date.min)
                found = first_that_holds(candidates, checked, case)
                return answer("held", checked, found, reason=hold.text.value)
        return self.on_the_ladder(checked, case)

    def on_the_ladder(self, checked: Checked, case: Case) -> OracleDecision:
        """The decision where no rule keeps the case from the ladder."""
        clock = self.clock(checked, case)
        candidates = self.candidates(checked, case, clock, self.first_day(case))
        found = first_that_holds(candidates, checked, case)
        if found and found.runs_on == case.day:
            return self.act(checked, case, found)
        ladder_opens = opens(terms_for(checked, case), case, clock)
        if case.day < max(ladder_opens, facts.exists_from(case.invoice)):
            return answer("not_due", checked, found)
        if not candidates:
            return answer("no_stage_left", checked)
        return answer("waiting", checked, found)

    def first_day(self, case: Case) -> datetime.date:
        """The first day on which a stage may still be executed, run day or not.

        "At most one stage per case and day, whoever asks."
        """
        ran = any(executed.date == case.day for executed in case.history)
        today = case.day + DAY if ran else case.day
        return max(today, facts.exists_from(case.invoice))

    def act(self, checked: Checked, case: Case, found: Found) -> OracleDecision:
        """The stage is executed today."""
        stage = found.stage
        charged = fee(stage, terms_for(checked, case), checked, case)
        deadline = self.deadline(stage, checked, case.day)
        channels, unreachable = used_channels(stage, case)
        executed = Executed(stage.id, case.day, charged, deadline, stage.by is not None)
        after = case.having_executed(executed)
        clock = self.clock(checked, after)
        candidates = self.candidates(checked, after, clock, self.first_day(after))
        later = first_that_holds(candidates, checked, after)
        return OracleDecision(
            "act",
            checked.id,
            checked.version,
            stage=stage.id,
            due=found.since,
            fee=charged,
            deadline=deadline,
            channels=channels,
            problems=("unreachable",) if unreachable else (),
            notice=executed.notice,
            next_stage=later.stage.id if later else None,
            next_due=later.runs_on if later else None,
        )

    # ------------------------------------------------------------------- the next stage

    def clock(self, checked: Checked, case: Case) -> Clock:
        """What waits need beside the case: the calendar, and the days on which nothing counted.

        "A day's clock was stopped if the hold's condition held on that day, by the text of the
        version that decides on D"; on D itself as the case stands now.
        """
        if not any(may_stop(item) for item in checked.policy.items):
            return Clock(checked, self.holidays, frozenset())
        counted_from = {case.invoice.issued, case.due}
        for executed in case.history:
            counted_from |= {executed.date, executed.deadline or executed.date}
        stopped = set()
        day = min(counted_from) - DAY  # one more, to see that an interval began before it
        while day < case.day:
            if self.stood_still(checked, case.book, case.invoice, day):
                stopped.add(day)
            day += DAY
        if stands_still(checked, case):
            stopped.add(case.day)
        return Clock(checked, self.holidays, frozenset(stopped))

    def stood_still(
        self, checked: Checked, book: facts.Book, invoice: Invoice, day: datetime.date
    ) -> bool:
        """Whether the clock stood still on a day that is over.

        Remembered, since every later day asks again: nothing that is known of the day by then can
        have changed the answer while the key is the same.
        """
        events = tuple(event.row for event in facts.until_day(book, day))
        played = tuple(executed for executed in book.played if executed.date <= day)
        known = tuple(known.id for known in book.invoices)
        key = (id(checked), invoice.id, day, events, played, known)
        if key not in self.remembered:
            self.remembered[key] = stands_still(checked, self.case(book, invoice, day))
        return self.remembered[key]

    def candidates(
        self, checked: Checked, case: Case, clock: Clock, still_possible: datetime.date
    ) -> list[Found]:
        """Stages after the last executed one that are neither skipped nor missed."""
        terms = terms_for(checked, case)
        ids = [stage.id for stage in terms.stages]
        after = ids.index(case.last.stage) + 1 if case.last and case.last.stage in ids else 0
        candidates = []
        for stage in terms.stages[after:]:
            date = run_day(stage, terms, case, clock)
            still = rolled(max(date, still_possible), checked, self.holidays)
            if stage.id not in terms.skipped and not has_missed(stage, case, still):
                candidates.append(Found(stage, date, still))
        return candidates


def stands_still(checked: Checked, case: Case) -> bool:
    """Whether a hold that stops the clock applies on the day of the case."""
    holds = terms_for(checked, case).holds
    return any(hold.clock_stopped and applies(hold.condition, checked, case) for hold in holds)


def first_that_holds(candidates: list[Found], checked: Checked, case: Case) -> Found | None:
    """Law: The first one after the last executed that is not skipped and whose `when` holds."""
    for found in candidates:
        if found.stage.when is None or applies(found.stage.when, checked, case):
            return found
    return None


@dataclass(frozen=True)
class Found:
    """A stage that may come next."""

    stage: StageTerms
    since: datetime.date
    """The first run day on which it could have been executed."""
    runs_on: datetime.date
    """The first run day on which it still can be."""


def answer(
    outcome: str,
    checked: Checked,
    found: Found | None = None,
    reason: str | None = None,
) -> OracleDecision:
    """A decision without an action."""
    stage, due = (found.stage.id, found.runs_on) if found else (None, None)
    return OracleDecision(outcome, checked.id, checked.version, reason, stage, due)


def effective(checked: Checked) -> datetime.date:
    """The date from which a version is in force."""
    (setting,) = (s for s in checked.policy.header.settings if isinstance(s, tree.Effective))
    return setting.date.value


def covers(checked: Checked, currency: str) -> bool:
    """Whether the policy names the currency."""
    return any(
        currency in (code.text for code in setting.codes)
        for setting in checked.policy.header.settings
        if isinstance(setting, tree.Currencies)
    )


def applies_to(checked: Checked, case: Case) -> bool:
    """`applies when`; without it, to every case."""
    return all(
        applies(setting.condition, checked, case)
        for setting in checked.policy.header.settings
        if isinstance(setting, tree.AppliesWhen)
    )


def may_stop(item: object) -> bool:
    """Whether a part of a policy stops clocks at all; saves asking every day of the past."""
    if isinstance(item, tree.ForBlock):
        return any(may_stop(inner) for inner in item.items)
    return isinstance(item, tree.Hold) and item.clock_stopped


def used_channels(stage: StageTerms, case: Case) -> tuple[tuple[str, ...], bool]:
    """By which channels the stage goes out, and whether it reaches nobody.

    "`by A and B` uses both; `by A else B` uses B when the customer has no address for A; with no
    address at all the decision is an action that carries the problem `unreachable`."
    """
    used: list[str] = []
    for choice in stage.by.choices if stage.by else ():
        names = [option.text for option in choice.options]
        there = [name for name in names if facts.reachable(case.book, case.day, name)]
        used += [name for name in there[:1] if name not in used]
    if stage.by is not None:
        return tuple(used), not used
    task = stage.task
    if task and task.channel and facts.reachable(case.book, case.day, task.channel.text):
        return (task.channel.text,), False
    return (), False
