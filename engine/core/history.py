"""What the ledger says was executed, with what it leaves out filled in from the policy version."""

from __future__ import annotations

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
    from dunlang.plan import Ladder, StagePlan
    from engine.core.case import CaseFacts
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
        found.bring_up()
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
    debtor.bring_up()


def _put_on_record(debtor: Debtor) -> None:
    event, walk = debtor.coming.pop()
    day = event.date.toordinal()
    if walk.case in debtor.pending or debtor.pending_since < day:
        debtor.bring_up()
    if event.kind == "stage_cancelled":
        debtor.record(walk, Cancelled(day), later=True)
    else:
        before = walk.facts(day)
        version = _version(walk, event, day)
        made = _executed(walk, event, version, walk.place(day))
        # Only what is settled can be reopened by it.
        debtor.record(walk, made, later=not before.settled)
        if before.settled and walk.facts(day).cycle_since != before.cycle_since:
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
    day, named = event.date.toordinal(), event.stage or ""
    said = tuple(sorted(event.value)) if isinstance(event.value, frozenset) else ()
    if version is not None:
        facts, bound = walk.facts(day), walk.bound(version, day)
        ladder = version.evaluator(walk.currency).variant(facts, place, bound, day).ladder
        for stage in ladder.stages:
            if stage.id == named:
                return _filled_in(walk, event, version, (ladder, stage, facts, place), said)
    policy, number = event.policy, event.version
    if version is not None:
        policy, number = version.plan.id, version.plan.version
    letters_per = version.plan.letters_per if version else "case"
    return Executed(
        day,
        named,
        event.until.toordinal() if event.until else NEVER,
        event.fee.minor if event.fee else 0,
        is_notice=bool(said),
        interest=event.interest.minor if event.interest else 0,
        policy=policy,
        version=number,
        channels=said,
        letters=ids(walk, letters_per, named, day, said),
        terms=version.terms if version else USUAL,
    )


def _filled_in(
    walk: Walk,
    event: Event,
    version: PolicyVersion,
    at: tuple[Ladder, StagePlan, CaseFacts, Place],
    said: tuple[str, ...],
) -> Executed:
    """A stage of the ladder as it held on the event's day; `said`: by which channels."""
    ladder, stage, facts, place = at
    day, plan, charging = event.date.toordinal(), version.plan, version.charging(walk.currency)
    if event.fee:
        fee, tax = event.fee.minor, tax_of(event.fee.minor, charging)
    else:
        charge = fee_of(stage, ladder, facts, place, day, charging)
        fee, tax = (0, 0) if isinstance(charge, MissingRate) else charge
    if event.interest:
        interest = event.interest.minor
    else:
        claimed = claim(walk, version, ladder, place, day) if stage.charge_interest else 0
        interest = 0 if isinstance(claimed, MissingRate) else claimed
    if event.until:
        deadline = event.until.toordinal()
    else:
        deadline = version.deadline(stage.pay_within, day) if stage.pay_within else NEVER
    channels = said or channels_of(stage, facts.customer_facts)[0]
    return Executed(
        day,
        stage.id,
        deadline,
        fee,
        is_notice=stage.is_notice,
        tax=tax,
        interest=interest,
        policy=plan.id,
        version=plan.version,
        channels=channels,
        letters=letters_of(walk, plan, stage, day, channels),
        suspend=stage.suspend,
        write_off=stage.write_off,
        terms=version.terms,
    )


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
