"""What happens to a case on a day by itself, before anybody acts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.core.account import AccountWalk
from engine.core.answers import HELD, SETTLED
from engine.core.claims import claim
from engine.core.debtor import is_case
from engine.core.judge import judge
from engine.core.late import stepped_down
from engine.core.place import Claimed, SteppedDown
from engine.core.policies import PolicyVersion
from engine.core.rates import MissingRate

if TYPE_CHECKING:
    from engine.core.debtor import Debtor
    from engine.core.walk import Walk


def claim_when_paid(debtor: Debtor, walk: Walk, day: int) -> None:
    """Claim the last interest, if this is the day on which the open amount was paid.

    Whatever rules say of the case. Source: the language, "claim interest when paid".
    """
    if not debtor.policies.features.claims or day <= walk.known_from:
        return
    facts = walk.facts(day)
    if facts.open > 0 or walk.facts(day - 1).open <= 0 or not is_case(walk, day):
        return
    version = walk.version(day)
    if not isinstance(version, PolicyVersion) or not version.plan.claims_when_paid:
        return
    place, bound = walk.place(day), walk.bound(version, day)
    # It is due before anything is done on the day, whether that is on record already or not.
    stood = walk.place(day - 1)
    ladder = version.evaluator(walk.currency).variant(facts, stood, bound, day).ladder
    due = claim(walk, version, ladder, place, day)
    if isinstance(due, MissingRate):
        debtor.failed[walk.case, day] = due.sentence
    elif due > 0:
        debtor.record(walk, Claimed(day, due, version.terms))


def step_down(debtor: Debtor, walk: Walk, version: PolicyVersion, day: int) -> SteppedDown | None:
    """Let an account go back to the stage that what is owed now justifies, if it is a lower one."""
    if not version.plan.steps_down or not isinstance(walk, AccountWalk):
        return None
    verdict = judge(walk, version, day)
    if SETTLED <= verdict.outcome <= HELD or verdict.place.written_off:
        return None
    justified = stepped_down(verdict.question(day))
    if justified is None:
        return None
    ids = [stage.id for stage in verdict.variant.ladder.stages]
    higher = ids[ids.index(justified[-1].stage) + 1 :] if justified else ids
    kept = tuple(each for each in verdict.place.suspended if each[0] not in higher)
    made = SteppedDown(day, justified, kept)
    debtor.record(walk, made)
    return made
