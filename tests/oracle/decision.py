"""The cases of one debtor on one day: what they do to one another.

"In the order of case id: each case's own answer as if alone. Then in that order, for every case
that acts today and reaches somebody: (1) the gap to the customer; (2) contact limits. Then (3)
credits that cover a letter."
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from tests.oracle.accounts import sort_out
from tests.oracle.alone import Act, Waiting, acted, alone, answer, before_the_stage, cases_of
from tests.oracle.answers import OracleDecision
from tests.oracle.days import DAY
from tests.oracle.execution import used_channels
from tests.oracle.facts import known_at
from tests.oracle.fees import Charge
from tests.oracle.ladder import Ladder
from tests.oracle.law import law_of
from tests.oracle.story import Story

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterable, Sequence

    from dunlang.ast.policy import ContactLimit
    from dunlang.ast.stages import Duration
    from dunlang.checking.checked import Checked
    from engine.core.model import Ledger
    from tests.oracle.answers import Tables
    from tests.oracle.case import Case
    from tests.oracle.ladder import Found
    from tests.oracle.terms import StageTerms
    from tests.oracle.today import Today
    from tests.oracle.versions import Version

COVERED = "credits cover it"


@dataclass
class Contact:
    """Something that reached the customer, or will today."""

    day: datetime.date
    channels: tuple[str, ...]
    letters: tuple[str, ...]
    notice: bool


def decide_days(
    checkeds: Sequence[Checked],
    tables: Tables,
    ledger: Ledger,
    debtor: str,
    days: Iterable[datetime.date],
    known: datetime.datetime | None,
) -> dict[datetime.date, dict[str, OracleDecision]]:
    """What happens to each case of a debtor on some days as known at a time (None: everything).

    The cases of a day: each known invoice of the customers he pays for that is no part of an
    account, also before it exists, and each account that has an invoice then, in order of case id.
    """
    story = Story(law_of(checkeds, tables), known_at(ledger, debtor, known))
    return {day: decide_day(story.day(day)) for day in days}


def decide_day(today: Today) -> dict[str, OracleDecision]:
    """The decision for each case of the debtor."""
    return {case: decision for case, (decision, _) in judged(today).items()}


def judged(today: Today) -> dict[str, tuple[OracleDecision, Act | None]]:
    """The decision for each case of the debtor, and what is to be put on record for it."""
    answers = {case: alone(today, case) for case in cases_of(today)}
    meeting = Meeting(today)
    accepted, postponed = {}, {}
    for case, own in answers.items():
        if not isinstance(own, Act) or own.unreachable:
            continue
        if meeting.comes_too_soon(own) or not meeting.fits(own):
            postponed[case] = own
        else:
            accepted[case] = own
            meeting.contacts.append(as_contact(own))
    covered = covered_by_credits(today, list(accepted.values()))
    share_letters([deed for deed in accepted.values() if deed.case.id not in covered])
    found: dict[str, tuple[OracleDecision, Act | None]] = {}
    for case, own in answers.items():
        if isinstance(own, OracleDecision):
            found[case] = own, None
        elif isinstance(own, Waiting):
            found[case] = meeting.waits(own.outcome, own.ladder), None
        elif case in covered:
            next_ = own.found._replace(runs_on=own.found.since)
            found[case] = answer("held", own.version, next_, COVERED), None
        elif case in postponed:
            found[case] = meeting.waits(before_the_stage(own.ladder), own.ladder), None
        else:
            found[case] = acted(own, meeting.after(own)), own
    return found


def as_contact(deed: Act) -> Contact:
    """An action as something that reaches the customer."""
    return Contact(deed.case.day, deed.channels, deed.letters, deed.found.stage.by is not None)


@dataclass
class Meeting:
    """What reached the debtor before, and what was accepted today so far."""

    today: Today
    contacts: list[Contact] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Begin with what the record says; what was executed today counts as accepted."""
        self.contacts = [
            Contact(executed.date, executed.channels, executed.letters, executed.notice)
            for life in self.today.lives.values()
            for executed in life.history
            if executed.date <= self.today.day
        ]

    # ---------------------------------------------------------------- the gap to a customer

    def comes_too_soon(self, deed: Act) -> bool:
        """Law: (1) The gap between notices to a customer.

        "If an accepted notice of today that shares no letter with it exists and its stage has a
        customer gap N: it waits until D + N."
        """
        gap = customer_gap(deed.found.stage, deed.ladder)
        if gap is None or deed.ladder.clock.after(self.today.day, gap) <= self.today.day:
            return False
        today = [c for c in self.contacts if c.notice and c.day == self.today.day]
        return any(
            not any(set(contact.letters) & set(deed.letters) for contact in notice)
            for notice in joined(today)
        )

    # ---------------------------------------------------------------------- contact limits

    def fits(self, deed: Act) -> bool:
        """Law: (2) Contact limits: "one that shares a letter with an accepted one adds none"."""
        shared = any(
            set(contact.letters) & set(deed.letters)
            for contact in self.contacts
            if contact.day == self.today.day
        )
        return shared or self.has_room(deed.version, deed.channels, self.today.day)

    def has_room(self, version: Version, channels: tuple[str, ...], day: datetime.date) -> bool:
        """Whether one more contact by these channels on a day stays within all limits."""
        return all(
            self.count(limit, day) < limit.times
            for limit in version.contact_limits
            if any(name.text in channels for name in limit.channels)
        )

    def count(self, limit: ContactLimit, day: datetime.date) -> int:
        """Contacts in "the last `days` days ending today".

        "contacts = notices (connected items; a task's channel counts alone) with one of the
        channels".
        """
        names = {name.text for name in limit.channels}
        first = day - (limit.days - 1) * DAY
        window = [c for c in self.contacts if first <= c.day <= day]
        return sum(
            any(names & set(contact.channels) for contact in notice) for notice in joined(window)
        )

    # ------------------------------------------------------------------------ what waits

    def waits(self, outcome: str, ladder: Ladder) -> OracleDecision:
        """An answer with its next stage."""
        again = replace(ladder, noticed=self.noticed()).candidate(ladder.case.life.place)
        if again is None:
            return answer(outcome, ladder.version)
        found = again._replace(runs_on=self.put_off(ladder, again))
        return answer(outcome, ladder.version, found)

    def noticed(self) -> datetime.date | None:
        """Today, if something was written to the debtor today."""
        today = self.today.day
        return today if any(c.notice and c.day == today for c in self.contacts) else None

    def put_off(self, ladder: Ladder, found: Found) -> datetime.date:
        """When a stage that waits comes.

        "Later also than customer gap and contact limits counted with everything accepted today";
        "the first run day on which it fits, counting what is known then".
        """
        stage, clock = found.stage, ladder.clock
        day = found.runs_on
        if day == self.today.day:  # it would act today and must not
            day = clock.rolled(day + DAY)
        channels, _ = used_channels(stage, ladder.case)
        while not self.has_room(ladder.version, channels, day):
            day = clock.rolled(day + DAY)
        return day

    def after(self, deed: Act) -> tuple[str, datetime.date] | None:
        """The stage after the one that is executed today; none once it is written off."""
        if deed.found.stage.write_off:
            return None
        case = executed_today(deed)
        tables, tomorrow = deed.ladder.tables, self.today.day + DAY
        ladder = Ladder(deed.version, case, tables, tomorrow, self.noticed())
        found = ladder.candidate(case.life.place)
        return None if found is None else (found.stage.id, self.put_off(ladder, found))


def executed_today(deed: Act) -> Case:
    """The case as it stands once its stage is executed: holds may look at that."""
    life = deed.case.life.executing(deed.executed)
    case = deed.case.having(life)
    if not case.account:
        return case
    items = sort_out(case.today, case.id, life, deed.version)
    return replace(case, stands_still=items.stands_still)


def customer_gap(stage: StageTerms, ladder: Ladder) -> Duration | None:
    """The gap to the customer that a stage with `by` keeps."""
    if stage.by is None:
        return None
    return stage.customer_gap or ladder.terms.customer_gap


def joined(contacts: list[Contact]) -> list[list[Contact]]:
    """Notices: "items connected by shared letters". Without a letter, each for itself."""
    notices: list[list[Contact]] = []
    for contact in contacts:
        mine = [
            notice
            for notice in notices
            if any(set(contact.letters) & set(other.letters) for other in notice)
        ]
        rest = [notice for notice in notices if notice not in mine]
        notices = [*rest, [contact, *(other for notice in mine for other in notice)]]
    return notices


def notices_of(deeds: list[Act]) -> list[list[Act]]:
    """Notices of today: items connected by shared letters."""
    notices: list[list[Act]] = []
    for deed in deeds:
        if not deed.letters:
            continue
        mine = [n for n in notices if any(set(deed.letters) & set(o.letters) for o in n)]
        notices = [n for n in notices if not any(n is one for one in mine)]
        notices.append([*(other for notice in mine for other in notice), deed])
    return notices


def covered_by_credits(today: Today, accepted: list[Act]) -> set[str]:
    """Law: (3) Cases whose letter's total is zero or less.

    "For each notice of accepted items under `letters per ...`: if it holds no account and its open
    amounts together less the debtor's unapplied money in the currency are <= 0, all its items are
    `held`, "credits cover it"."
    """
    covered: set[str] = set()
    for notice in notices_of([d for d in accepted if d.version.letters_per != "case"]):
        if any(deed.case.account for deed in notice):
            continue
        unapplied = today.till.unapplied(notice[0].case.currency)
        # Without any, a letter on charges alone has nothing that covers it.
        if 0 < unapplied >= sum(deed.case.open for deed in notice):
            covered |= {deed.case.id for deed in notice}
    return covered


def share_letters(deeds: list[Act]) -> None:
    """Law: `per letter`: only the oldest item is charged, by due date, invoice date and id."""
    for notice in notices_of(deeds):
        once = [d for d in notice if d.found.stage.fee and d.found.stage.fee.per_letter]
        once.sort(key=lambda deed: (deed.case.due, deed.case.issued, deed.case.id))
        for deed in once[1:]:
            deed.charge = Charge(0, 0)
