"""Which versions decide usual cases, and what they read of one; see `usual`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from engine.core.amounts import amount_steps
from engine.core.bound import read_own
from engine.core.conditions import slot_paths
from engine.core.evaluator import all_conditions
from engine.core.usual_items import facts_of

if TYPE_CHECKING:
    from engine.core.answers import Facts
    from engine.core.evaluator import Evaluator
    from engine.core.policies import PolicySet, PolicyVersion
    from engine.core.usual_items import Item


class Covered(NamedTuple):
    """The version that decides a case, and the facts that it reads."""

    version: PolicyVersion
    evaluator: Evaluator
    bound: Facts


class Lane(NamedTuple):
    """A version that may cover cases in a currency, and how the facts that it reads are found."""

    version: PolicyVersion
    evaluator: Evaluator
    slots: tuple[tuple[bool, str], ...]
    """Whether a fact is the customer's, else the invoice's; its bare name."""


def is_simple(policies: PolicySet) -> bool:
    """Whether policies look at one case at a time, and at nothing but what was executed for it."""
    uses = policies.features
    if uses.accounts or uses.customer_gap or uses.per_letter:
        return False
    if uses.posts or uses.replays or uses.stays:
        return False
    return not any(version.plan.straight for version in every(policies))


def lanes_of(force: Sequence[PolicyVersion], currency: str) -> tuple[Lane, ...] | None:
    """The versions that may cover cases in a currency; None if one asks for more than is known."""
    found = []
    for version in force:
        if currency not in version.plan.currencies:
            continue
        evaluator, slots = version.evaluator(currency), version.slots(currency)
        if evaluator.stops_calm or not evaluator.is_static or not evaluator.reads_own:
            return None
        if not all(slot.is_fact for slot in slots):
            return None
        named = tuple((slot.of_customer, slot.name) for slot in slots)
        found.append(Lane(version, evaluator, named))
    return tuple(found)


def read_of(policies: PolicySet, scope: str) -> tuple[str, ...]:
    """The bare names of the facts of a `customer` or an `invoice` that any version reads."""
    conditions = [each for version in every(policies) for each in all_conditions(version.plan)]
    paths = (path.partition(".") for path in slot_paths(conditions))
    return tuple(name for of, _, name in paths if of == scope)


def bounds_of(policies: PolicySet, currency: str) -> Sequence[int] | None:
    """The amounts, ascending, of which two that no version tells apart have as many below them.

    None where each amount may matter.
    """
    found: set[int] = set()
    for version in every(policies):
        if currency in version.plan.currencies:
            steps = amount_steps(version.plan, currency)
            if steps is None:
                return None
            found |= steps
    # Below a step, on it and above it.
    return sorted(found | {each - 1 for each in found})


def every(policies: PolicySet) -> list[PolicyVersion]:
    """All versions of all policies."""
    return [each for versions in policies.versions.values() for each in versions]


def reading(lane: Lane, item: Item, day: int) -> tuple[Covered, bool]:
    """What a version reads of a case, and whether it covers it; the day does not matter."""
    version, evaluator, facts = lane.version, lane.evaluator, facts_of(item, day)
    read = read_own(version.slots(item.currency), facts, item.whose.id, item.id)
    bound = read + evaluator.settle(read)
    covers = version.plan.applies is None or evaluator.applies(facts, bound, day)
    return Covered(version, evaluator, bound), covers
