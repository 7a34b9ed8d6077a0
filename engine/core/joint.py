"""The cases of one debtor on one day: what they do to one another.

Each case is asked as if it were alone; then, in the order of their ids, gaps between notices to a
customer and limits on contacts let some of them wait, letters that unapplied credits cover are
held back, and of a letter's items one bears the fee that is charged per letter.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from engine.core.account import AccountWalk
from engine.core.answers import ACT, NOT_DUE, WAITING
from engine.core.case import NEVER
from engine.core.contacts import Contacts
from engine.core.fees import UNREACHABLE, channels_of
from engine.core.judge import execution, judge
from engine.core.late import closed
from engine.core.letters import by_notice
from engine.core.place import Executed
from engine.core.policies import PolicyVersion
from engine.core.rates import MissingRate

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from engine.core.debtor import Debtor
    from engine.core.judge import Verdict
    from engine.core.walk import Walk

COVERED = "credits cover it"


@dataclass(frozen=True, slots=True)
class Ruling:
    """What becomes of a case on a day, the debtor's other cases considered."""

    walk: Walk
    verdict: Verdict
    done: Executed | None = None
    """For `act`: what executing the stage puts on record."""
    held: str | None = None
    """For `act`: why it is not executed all the same."""
    problems: tuple[str, ...] = ()
    undecided: str | None = None
    """For `act`: which rate is missing."""


@dataclass(frozen=True, slots=True)
class Together:
    """The rulings of a day, and everything that is executed on it."""

    rulings: Mapping[str, Ruling]
    """By case."""
    contacts: Contacts = field(default_factory=Contacts)
    """What was executed up to today, and what is to be; where a policy limits contacts."""
    notice: int = NEVER
    """Day of the newest notice to the customer, today's included, where a policy asks for it."""


class _Taken:
    """What the ledger says was executed today, and what is to be."""

    def __init__(self, debtor: Debtor, day: int) -> None:
        self.letters: set[str] = set()
        self.notices: set[tuple[str, ...]] = set()
        """The letters of each notice."""
        known = [each for _, each in debtor.notices(day)]
        limits = debtor.policies.features.contacts
        self.contacts = Contacts(each for each in known if limits and each.day < day)
        self._limits = limits
        for each in known:
            if each.day == day:
                self.add(each)

    def add(self, done: Executed) -> None:
        """One more is to be executed."""
        self.letters.update(done.letters)
        if done.is_notice:
            self.notices.add(done.letters)
        if self._limits:
            self.contacts.add(done)


def is_coupled(debtor: Debtor) -> bool:
    """Whether the debtor's cases must look at one another."""
    features = debtor.policies.features
    return features.couples or (features.joins_letters and any(debtor.history.unapplied.values()))


def ruling(walk: Walk, version: PolicyVersion, day: int, notice: int = NEVER) -> Ruling:
    """What becomes of a case as if it were alone. `notice`: the newest one to the customer."""
    verdict = judge(walk, version, day, customer_notice=notice)
    return _acting(walk, verdict) if verdict.outcome == ACT else Ruling(walk, verdict)


def rulings(debtor: Debtor, walks: Iterable[Walk], day: int) -> Together:
    """What becomes of each of the cases that a version decides."""
    found: dict[str, Ruling] = {}
    taken = _Taken(debtor, day)
    accepted: list[Ruling] = []
    before = debtor.last_notice(day) if debtor.policies.features.customer_gap else NEVER
    for walk in sorted(walks, key=lambda walk: walk.case):
        version = walk.version(day)
        if not isinstance(version, PolicyVersion) or walk.facts(day).settled:
            continue
        if (walk.case, day) in debtor.failed:
            continue  # undecided: its claim when paid lacks a rate
        notice = before if version.features.customer_gap else NEVER
        mine = ruling(walk, version, day, notice)
        if _is_sent(mine) and _waits_for_another(mine, taken):
            mine = Ruling(walk, _tomorrow(judge(walk, version, day, customer_notice=day)))
        if _is_sent(mine):
            mine = _within_limits(mine, taken)
        if mine.done is not None and _is_sent(mine):
            accepted.append(mine)
            taken.add(mine.done)
        found[walk.case] = mine
    if debtor.policies.features.customer_gap and taken.notices:
        before = day
    for case, each in found.items():
        if each.verdict.outcome in {NOT_DUE, WAITING} and each.verdict.number >= 0:
            found[case] = _waiting(each, taken.contacts, before)
    for group in _notices_of(accepted):
        found.update(_letter(group, debtor))
    return Together(found, taken.contacts, before)


# ---------------------------------------------------------------------------- one case


def _acting(walk: Walk, verdict: Verdict) -> Ruling:
    _, problems = channels_of(verdict.stage, verdict.facts.customer_facts)
    done = execution(walk, verdict)
    if isinstance(done, MissingRate):
        return Ruling(walk, verdict, problems=problems, undecided=done.sentence)
    held = UNREACHABLE if UNREACHABLE in problems else None
    return Ruling(walk, verdict, done, held, problems)


def _is_sent(ruling: Ruling) -> bool:
    return ruling.done is not None and ruling.held is None


def _waits_for_another(ruling: Ruling, taken: _Taken) -> bool:
    """Whether the gap to another notice of today holds the case back."""
    stage, done = ruling.verdict.stage, ruling.done
    gap, day = stage.customer_gap, ruling.verdict.day
    if gap is None or not stage.is_notice or done is None:
        return False
    if ruling.verdict.version.calendar.add_period(day, gap.count, gap.unit) <= day:
        return False
    return any(set(letters).isdisjoint(done.letters) for letters in taken.notices)


def _within_limits(ruling: Ruling, taken: _Taken) -> Ruling:
    """The ruling, or that the case waits until there is room for another contact."""
    verdict, done = ruling.verdict, ruling.done
    plan, day = verdict.version.plan, verdict.day
    if not plan.contacts or done is None:
        return ruling
    if not taken.letters.isdisjoint(done.letters):
        return ruling
    room = taken.contacts.fitting(verdict.version, done.channels, day)
    if room == day:
        return ruling
    return Ruling(ruling.walk, _waits_until(verdict, room))


def _tomorrow(verdict: Verdict) -> Verdict:
    """A case that waits because of another: not even a later stage is executed today."""
    if verdict.outcome != ACT:
        return verdict
    return _waits_until(verdict, verdict.version.run_day(verdict.day + 1))


def _waits_until(verdict: Verdict, day: int) -> Verdict:
    outcome = closed(verdict.question(verdict.day), WAITING)
    return replace(verdict, outcome=outcome, run_day=day)


def _waiting(ruling: Ruling, contacts: Contacts, notice: int) -> Ruling:
    """A case that waits, with what is done today for others counted in its next day."""
    walk, verdict = ruling.walk, ruling.verdict
    version, day = verdict.version, verdict.day
    if version.features.customer_gap and notice != NEVER:
        verdict = _tomorrow(judge(walk, version, day, customer_notice=notice))
    if version.plan.contacts and verdict.number >= 0:
        channels, _ = channels_of(verdict.stage, verdict.facts.customer_facts)
        room = contacts.fitting(version, channels, verdict.run_day)
        verdict = replace(verdict, run_day=room)
    return replace(ruling, verdict=verdict)


# ---------------------------------------------------------------------------- letters


def _notices_of(accepted: Sequence[Ruling]) -> list[list[Ruling]]:
    """The cases that are written to today, by notice."""
    groups, _ = by_notice(accepted, lambda each: each.done.letters if each.done else ())
    return groups


def _letter(items: Sequence[Ruling], debtor: Debtor) -> dict[str, Ruling]:
    """The items of one notice: held back if credits cover it, else with one fee per letter."""
    first = items[0]
    if first.verdict.version.plan.letters_per == "case":
        return {}
    if not any(isinstance(item.walk, AccountWalk) for item in items):
        owed = sum(item.verdict.facts.open for item in items)
        credits_left = debtor.unapplied(first.walk.currency, first.verdict.day)
        # Without any, a letter on charges alone has nothing that covers it.
        if 0 < credits_left >= owed:
            return {item.walk.case: replace(item, held=COVERED) for item in items}
    sharing = [item for item in items if item.verdict.stage.fee_per_letter]
    bearer = min(sharing, key=_age, default=None)
    found = {}
    for item in sharing:
        done = execution(item.walk, item.verdict, per_letter_waived=item is not bearer)
        if isinstance(done, Executed):
            found[item.walk.case] = replace(item, done=done)
    return found


def _age(ruling: Ruling) -> tuple[int, int, str]:
    facts = ruling.verdict.facts
    return facts.due, facts.issued, ruling.walk.case
