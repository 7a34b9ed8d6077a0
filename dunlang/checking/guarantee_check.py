"""Guarantees: claims about stages that there are, in words that can be asked there."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from dunlang.checking.typecheck import Conditions
from dunlang.checking.values import unknown_stage

if TYPE_CHECKING:
    from dunlang.ast.policy import Claim, Guarantee
    from dunlang.checking.scope import Scope


def check_guarantee(guarantee: Guarantee, scope: Scope) -> Guarantee:
    """A guarantee with its conditions resolved, as far as they are right."""
    if not guarantee.claims and not scope.lost.within(guarantee):
        scope.report(
            "D509",
            guarantee.title.span,
            "the guarantee promises nothing",
            hint="add under it what must hold, such as: at STAGE: days overdue >= 10",
        )
    return replace(guarantee, claims=tuple(_claim(claim, scope) for claim in guarantee.claims))


def _claim(claim: Claim, scope: Scope) -> Claim:
    if claim.at is not None and not scope.knows_stage(claim.at.text):
        unknown_stage(claim.at, scope)
    at_stage = Conditions(scope, "at a stage" if claim.at is not None else "always")
    who = None if claim.who is None else Conditions(scope).condition(claim.who)
    condition = at_stage.condition(claim.condition)
    return replace(claim, who=who or claim.who, condition=condition or claim.condition)
