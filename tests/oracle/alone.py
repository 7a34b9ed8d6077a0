"""What would happen to a case on a day if it were the debtor's only one."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.oracle.answers import OracleDecision
from tests.oracle.conditions import value
from tests.oracle.days import DAY
from tests.oracle.executed import Executed
from tests.oracle.execution import letters, used_channels
from tests.oracle.fees import Charge, MissingRateError, charge
from tests.oracle.interest import claim
from tests.oracle.ladder import Found, Ladder, deadline_of, kept_away
from tests.oracle.waits import opens

if TYPE_CHECKING:
    from tests.oracle.case import Case
    from tests.oracle.today import Today
    from tests.oracle.versions import Version


def cases_of(today: Today) -> list[str]:
    """Ids of the debtor's cases on a day, in order of case id (code point)."""
    story = today.story
    invoices = [i.id for i in story.book.invoices if not today.is_part_of_account(i)]
    return sorted([*invoices, *today.accounts()])


@dataclass
class Act:
    """A stage that is executed today if nothing that concerns all of the debtor's cases objects."""

    version: Version
    case: Case
    ladder: Ladder
    found: Found
    charge: Charge
    interest: int
    channels: tuple[str, ...]
    unreachable: bool
    letters: tuple[str, ...]

    @property
    def executed(self) -> Executed:
        """What it puts on record."""
        stage, day = self.found.stage, self.case.day
        return Executed(
            stage.id,
            day,
            self.charge.fee,
            deadline_of(stage, self.version, day, self.ladder.tables),
            stage.by is not None,
            self.version.id,
            self.version.number,
            self.charge.tax,
            self.interest,
            self.channels,
            self.letters,
            self.version.payment_terms,
            stage.suspend,
            stage.write_off,
        )


@dataclass
class Waiting:
    """An answer that names the next stage, which what concerns all cases may still put off."""

    outcome: str
    ladder: Ladder
    found: Found


def alone(today: Today, name: str) -> OracleDecision | Act | Waiting:
    """The answer for a case as if it were the debtor's only one.

    "In this order, the first that applies: settled, no policy, `exclude`, `hold`, not yet overdue
    or in grace"; written off "asked right after settled".
    """
    case = today.case(name)
    if name in today.failed:
        return OracleDecision("undecided")
    if case.life.settled:
        claims = sum(amount for day, amount in case.life.claims if day == today.day)
        return OracleDecision("settled", interest=claims or None)
    versions = today.versions(case)
    version = versions[0] if len(versions) == 1 else None
    if case.life.written_off:
        return answer("no_stage_left", version)
    if version is None:
        return OracleDecision("undecided" if versions else "no_policy")
    away = kept_away(version, case)
    if away is None:
        return on_the_ladder(version, case)
    outcome, reason = away
    if outcome == "excluded":
        return answer(outcome, version, reason=reason)
    ladder = Ladder(version, case, today.story.law.tables, datetime.date.min)
    found = ladder.held_candidate(case.life.place)
    return answer(outcome, version, found, reason)


def on_the_ladder(version: Version, case: Case) -> OracleDecision | Act | Waiting:
    """The answer where no rule keeps the case from the ladder."""
    ladder = Ladder(version, case, case.today.story.law.tables, first_day(case))
    found = ladder.candidate(case.life.place)
    if found is not None and found.runs_on == case.day:
        return act(version, case, ladder, found)
    outcome = before_the_stage(ladder)
    if found is not None:
        return Waiting(outcome, ladder, found)
    if outcome == "waiting" and not ladder.may_go_on(case.life.place):
        return answer("no_stage_left", version)
    return answer(outcome, version)


def before_the_stage(ladder: Ladder) -> str:
    """Law: `not_due` (before the ladder opens), `waiting`."""
    case = ladder.case
    opening = max(opens(ladder.terms, case, ladder.clock), case.exists_from)
    return "not_due" if case.day < opening else "waiting"


def first_day(case: Case) -> datetime.date:
    """The first day on which a stage may still be executed, run day or not.

    "At most one stage per case and day, whoever asks."
    """
    ran = any(executed.date == case.day for executed in case.life.history)
    today = case.day + DAY if ran else case.day
    return max(today, case.exists_from)


def act(version: Version, case: Case, ladder: Ladder, found: Found) -> OracleDecision | Act:
    """The stage is executed today, unless a rate that it needs is missing."""
    stage, tables = found.stage, ladder.tables
    try:
        charged = charge(stage, ladder.terms, version, case, tables)
        interest = claim(ladder.terms, version, case, tables) if stage.charge_interest else 0
    except MissingRateError:
        return OracleDecision("undecided")
    channels, unreachable = used_channels(stage, case)
    ids = letters(version, case, stage.id, channels) if stage.by is not None else ()
    return Act(version, case, ladder, found, charged, interest, channels, unreachable, ids)


def answer(
    outcome: str, version: Version | None, found: Found | None = None, reason: str | None = None
) -> OracleDecision:
    """A decision without an action."""
    policy, number = (version.id, version.number) if version else (None, None)
    stage, due = (found.stage.id, found.runs_on) if found else (None, None)
    return OracleDecision(outcome, policy, number, reason, stage, due)


def acted(deed: Act, later: tuple[str, datetime.date] | None) -> OracleDecision:
    """The decision of an action, with the stage after it."""
    stage, executed = deed.found.stage, deed.executed
    cancelled = None
    if stage.cancel is not None:
        day: object = deed.case.day
        if stage.cancel.at is not None:
            day = value(stage.cancel.at, deed.version, deed.case)
        on = day if isinstance(day, datetime.date) else None
        cancelled = (stage.cancel.text.value, on)
    return OracleDecision(
        "act",
        deed.version.id,
        deed.version.number,
        next_stage=later[0] if later else None,
        next_due=later[1] if later else None,
        stage=stage.id,
        due=deed.found.since,
        fee=executed.fee,
        tax=executed.tax,
        interest=executed.interest,
        deadline=executed.deadline,
        channels=deed.channels,
        letters=deed.letters,
        problems=("unreachable",) if deed.unreachable else (),
        suspend=stage.suspend,
        cancel=cancelled,
        write_off=stage.write_off,
    )
