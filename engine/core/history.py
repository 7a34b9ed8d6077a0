"""What the ledger says was executed, with what it leaves out filled in from the policy version."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.core.case import NEVER
from engine.core.fees import fee_of
from engine.core.place import Executed
from engine.core.policies import PolicySet, PolicyVersion
from engine.core.walk import Cancelled, CaseWalk

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.core.case import CaseTimeline
    from engine.core.model import Event


def walk_of(
    timeline: CaseTimeline,
    siblings: Sequence[CaseTimeline],
    policies: PolicySet,
    before: int | None = None,
) -> CaseWalk:
    """A walk through a case with the stages of its ledger executed.

    `before`: leave out what was executed or taken back on that day (`date.toordinal()`) or later,
    as a simulation that begins there does.
    """
    walk = CaseWalk(timeline, siblings, policies)
    for event in timeline.stages:
        day = event.date.toordinal()
        if before is not None and day >= before:
            break
        walk.moves.append(
            Cancelled(day) if event.kind == "stage_cancelled" else _executed(walk, event, day)
        )
    return walk


def _executed(walk: CaseWalk, event: Event, day: int) -> Executed:
    """A `stage` event; what it does not say is what the policy version says for that day."""
    named = event.stage or ""
    has_channels = bool(event.value)
    deadline = event.until.toordinal() if event.until else NEVER
    fee = event.fee.minor if event.fee else 0
    version = _version(walk, event, day)
    if version is None:
        return Executed(day, named, deadline, fee, is_notice=has_channels)
    currency = walk.timeline.currency
    facts, place = walk.facts(day), walk.place(day)
    bound = walk.bound(version, day)
    variant = version.evaluator(currency).variant(facts, place, bound, day)
    stage = next((each for each in variant.ladder.stages if each.id == named), None)
    if stage is None:
        return Executed(day, named, deadline, fee, is_notice=has_channels)
    if event.fee is None:
        fee = fee_of(stage, variant.ladder, facts, place, currency, version.plan.rounding)
    if event.until is None and stage.pay_within is not None:
        deadline = version.deadline(stage.pay_within, day)
    return Executed(day, named, deadline, fee, is_notice=stage.is_notice)


def _version(walk: CaseWalk, event: Event, day: int) -> PolicyVersion | None:
    """The version that the event names, else the one that decided on its day."""
    version: object = None
    if event.policy is not None:
        version = (
            walk.policies.version_of(event.policy, day)
            if event.version is None
            else walk.policies.numbered(event.policy, event.version)
        )
    else:
        version = walk.version(day)
    if not isinstance(version, PolicyVersion):
        return None
    return version if walk.timeline.currency in version.plan.currencies else None
