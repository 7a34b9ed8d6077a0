"""The checker: a policy's tree is right, or here is everything that is wrong with it.

Each pass is a module: `structure` (header, names), `ladder_check` (stages, exceptions),
`ways_check` (repeating, going back), `account_check`, `typecheck` (conditions), `money_check`,
`fee_check`, `interest_check`, `contact_check`, `segment_check`, `guarantee_check`, `example_check`,
`unused`, `disagree` (doubtful exceptions and segments), and `together` for several policies.
`resolve` walks the tree and calls them. `possible` looks for a case that meets some conditions:
`overlap` asks it for a customer whom two policies cover.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dunlang.checking import lost
from dunlang.checking.account_check import check_unit
from dunlang.checking.checked import Checked
from dunlang.checking.contact_check import check_contacts
from dunlang.checking.disagree import check_possible
from dunlang.checking.interest_check import check_charges
from dunlang.checking.resolve import Resolver
from dunlang.checking.scope import scope_of
from dunlang.checking.structure import check_header, check_names, check_rules
from dunlang.checking.together import check_together
from dunlang.checking.typecheck import Conditions
from dunlang.checking.unused import check_unused
from dunlang.checking.ways_check import check_ladder
from dunlang.diagnostics import has_errors, in_order

if TYPE_CHECKING:
    from dunlang.ast.policy import Policy
    from dunlang.diagnostics import Diagnostic

__all__ = ["check", "check_together"]


def check(policy: Policy, written: Policy | None = None) -> tuple[Checked | None, list[Diagnostic]]:
    """Check one policy; all problems at once, by place.

    `written` is the tree of the policy's own text, if other texts were put together with it. The
    first value is None if there is an error, and also if the tree lacks a line of its text:
    then the parser has reported one.
    """
    scope = scope_of(policy, lost.find(written or policy))
    check_header(scope)
    check_names(scope)
    check_rules(scope)
    check_unit(scope)
    resolved = Resolver(scope, Conditions(scope)).policy()
    check_ladder(scope)
    check_charges(scope)
    check_contacts(scope)
    check_unused(scope)
    problems = in_order(scope.problems)
    if has_errors(problems) or scope.lost.lines:
        return None, problems
    # The maps hold the statements of the new tree, in which conditions are resolved.
    names = scope_of(resolved, scope.lost)
    checked = Checked(resolved, names.types, names.facts, names.segments, names.stages)
    return checked, in_order([*problems, *check_possible(checked, scope.currencies)])
