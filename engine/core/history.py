"""What the ledger says was executed, with what it leaves out filled in from the policy version."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from engine.core.account import AccountWalk
from engine.core.case import FOREVER, NEVER, USUAL
from engine.core.claims import claim
from engine.core.debtor import Debtor, blank_debtor
from engine.core.events_of_day import claim_when_paid, step_down
from engine.core.fees import channels_of, fee_of, tax_of
from engine.core.letters import ids, letters_of
from engine.core.place import Cancelled, Executed, Place, place_of
from engine.core.policies import PolicySet, PolicyVersion
from engine.core.rates import MissingRate

if TYPE_CHECKING:
    from engine.core.debtor import Fold
    from engine.core.model import Event
    from engine.core.walk import Walk


def debtor_of(name: str, fold: Fold, policies: PolicySet, before: int | None = None) -> Debtor:
    """A debtor with the stages of their ledger executed.

    `before`: leave out what was executed or taken back on that day (`date.toordinal()`) or later,
    as a simulation that begins there does. Call `catch_up` before asking about a day.
    """
    found = blank_debtor(name, fold, policies, FOREVER if before is None else before)
    if not found.policies.features.replays:
        while found.coming:
            _put_on_record(found)
    return found


def catch_up(debtor: Debtor, day: int) -> None:
    """Put on record what happened by a day beside what somebody asks about it.

    Stages of the ledger, and where a policy has them: interest claimed on the day on which the
    open amount was paid, and accounts that stepped down on a day on which their policy runs.
    """
    if not debtor.policies.features.replays:
        return
    walks = debtor.walks
    for today in range(_first_day(debtor), day + 1):
        _put_on_record_by(debtor, today)
        for walk in walks:
            claim_when_paid(debtor, walk, today)
            version = walk.version(today)
            runs = isinstance(version, PolicyVersion) and version.run_day(today) == today
            # At most one stage per case and day: where one was executed, the case stays.
            if isinstance(version, PolicyVersion) and runs and walk.place(today).last_day != today:
                step_down(debtor, walk, version, today)
        debtor.replayed = today
    _put_on_record_by(debtor, day)


def _first_day(debtor: Debtor) -> int:
    if debtor.replayed != NEVER:
        return debtor.replayed + 1
    return min((walk.known_from for walk in debtor.walks), default=FOREVER)


def _put_on_record_by(debtor: Debtor, day: int) -> None:
    while debtor.coming and debtor.coming[-1][0].date.toordinal() <= day:
        _put_on_record(debtor)


def _put_on_record(debtor: Debtor) -> None:
    event, walk = debtor.coming.pop()
    day = event.date.toordinal()
    if event.kind == "stage_cancelled":
        debtor.record(walk, Cancelled(day))
    else:
        cycle_since = walk.facts(day).cycle_since
        version = _version(walk, event, day)
        debtor.record(walk, _executed(walk, event, version, walk.place(day)))
        if walk.facts(day).cycle_since != cycle_since:
            # What it charged reopened the case, so it is the first stage of that cycle.
            moves = [move for move in walk.moves[:-1] if move.day <= day]
            place = place_of(moves, day, day)
            walk.moves.pop()
            if version is not None and event.version is None:
                now = walk.policies.version_of(version.plan.id, day)
                version = now and walk.policies.standing(now, place.executed, day)
            debtor.record(walk, _executed(walk, event, version, place))


def _executed(walk: Walk, event: Event, version: PolicyVersion | None, place: Place) -> Executed:
    """A `stage` event; what it does not say is what the policy version says for that day."""
    named, day = event.stage or "", event.date.toordinal()
    said = tuple(sorted(event.value)) if isinstance(event.value, frozenset) else ()
    known = Executed(
        day,
        named,
        event.until.toordinal() if event.until else NEVER,
        event.fee.minor if event.fee else 0,
        is_notice=bool(said),
        interest=event.interest.minor if event.interest else 0,
        policy=event.policy,
        version=event.version,
        channels=said,
        letters=ids(walk, "case", named, day, said),
        terms=version.terms if version else USUAL,
    )
    if version is None:
        return known
    return _filled_in(known, walk, version, event, place)


def _filled_in(
    known: Executed, walk: Walk, version: PolicyVersion, event: Event, place: Place
) -> Executed:
    day, plan = known.day, version.plan
    facts = walk.facts(day)
    bound = walk.bound(version, day)
    ladder = version.evaluator(walk.currency).variant(facts, place, bound, day).ladder
    stage = next((each for each in ladder.stages if each.id == known.stage), None)
    if stage is None:
        letters = ids(walk, plan.letters_per, known.stage, day, known.channels)
        return replace(known, policy=plan.id, version=plan.version, letters=letters)
    charge = fee_of(stage, ladder, facts, place, day, version.charging(walk.currency))
    fee, tax = (0, 0) if isinstance(charge, MissingRate) else charge
    if event.fee:
        fee, tax = event.fee.minor, tax_of(event.fee.minor, version.charging(walk.currency))
    interest = claim(walk, version, ladder, place, day) if stage.charge_interest else 0
    deadline = version.deadline(stage.pay_within, day) if stage.pay_within else NEVER
    channels = known.channels or channels_of(stage, facts.customer_facts)[0]
    return replace(
        known,
        policy=plan.id,
        version=plan.version,
        fee=fee,
        tax=tax,
        interest=known.interest if event.interest else _or_none(interest),
        deadline=known.deadline if event.until else deadline,
        is_notice=stage.is_notice,
        channels=channels,
        letters=letters_of(walk, plan, stage, day, channels),
        suspend=stage.suspend,
        write_off=stage.write_off,
    )


def _or_none(interest: int | MissingRate) -> int:
    return 0 if isinstance(interest, MissingRate) else interest


def _version_of(walk: Walk, policy: str, day: int) -> PolicyVersion | None:
    """The version of a policy under which a case stands on a day."""
    now = walk.policies.version_of(policy, day)
    if now is None or not walk.policies.features.stays:
        return now
    return walk.standing(now, day)


def _version(walk: Walk, event: Event, day: int) -> PolicyVersion | None:
    """The version that the event names, else the one that decided on its day."""
    version: object = None
    if event.policy is not None:
        version = (
            _version_of(walk, event.policy, day)
            if event.version is None
            else walk.policies.numbered(event.policy, event.version)
        )
    else:
        version = walk.version(day)
    if not isinstance(version, PolicyVersion):
        return None
    duns_accounts = version.plan.unit == "account"
    if duns_accounts is not isinstance(walk, AccountWalk):
        return None
    return version if walk.currency in version.plan.currencies else None
