"""What of the language a policy uses: what costs time is done only where a policy asks for it."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

from dunlang.ast.policy import Hold
from dunlang.plan_build import ladder

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dunlang.plan import Ladder, Plan


@dataclass(frozen=True, slots=True)
class Features:
    """What a policy, or one of several, uses."""

    stops_clock: bool = False
    """A hold stops the clock."""
    accounts: bool = False
    """It duns accounts."""
    customer_gap: bool = False
    """A gap between notices to a customer."""
    contacts: bool = False
    """A limit on contacts."""
    per_letter: bool = False
    """A fee that is charged once for a whole letter."""
    joins_letters: bool = False
    """Letters hold several cases, so credits may cover them."""
    posts: bool = False
    """How money is applied, or when a case ends, depends on charges."""
    claims: bool = False
    """Interest is claimed when the open amount is paid."""
    steps_down: bool = False
    stays: bool = False
    """Running cases may stay with their version."""

    def __or__(self, other: Features) -> Features:
        """What either uses."""
        names = (each.name for each in fields(self))
        return Features(**{name: getattr(self, name) or getattr(other, name) for name in names})

    @property
    def couples(self) -> bool:
        """Whether the cases of a customer look at one another every day."""
        return self.customer_gap or self.contacts or self.per_letter

    @property
    def replays(self) -> bool:
        """Whether past days must be gone through one by one, since more than stages counts."""
        return self.claims or self.steps_down


def features_of(plan: Plan) -> Features:
    """What a policy version uses."""
    stages = [stage for resolved in ladders(plan) for stage in resolved.stages]
    inside = (item for block in plan.exceptions for item in block.items)
    return Features(
        stops_clock=any(rule.clock_stopped for rule in plan.base.holds)
        or any(isinstance(item, Hold) and item.clock_stopped for item in inside),
        accounts=plan.unit == "account",
        customer_gap=any(stage.customer_gap for stage in stages)
        or any(resolved.customer_gap for resolved in ladders(plan)),
        contacts=bool(plan.contacts),
        per_letter=plan.letters_per != "case" and any(stage.fee_per_letter for stage in stages),
        joins_letters=plan.letters_per != "case",
        posts=plan.charges_first or plan.until_charges_paid or plan.reopened_continue,
        claims=plan.claims_when_paid,
        steps_down=plan.steps_down,
        stays=plan.stays,
    )


def together(plans: Iterable[Plan]) -> Features:
    """What any of the policy versions uses."""
    found = Features()
    for plan in plans:
        found |= features_of(plan)
    return found


def ladders(plan: Plan) -> list[Ladder]:
    """The ladder without exceptions, and with each exception alone: everything a policy says."""
    return [plan.base, *(ladder(plan, 1 << number) for number in range(len(plan.exceptions)))]
