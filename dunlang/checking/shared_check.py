"""A file without a header, alone: what can be said before a policy includes it."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from dunlang.ast.expressions import Name, Number
from dunlang.ast.policy import Header, Policy
from dunlang.checking import lost
from dunlang.checking.resolve import Resolver
from dunlang.checking.scope import scope_of
from dunlang.checking.structure import check_names
from dunlang.checking.typecheck import Conditions
from dunlang.diagnostics import in_order
from dunlang.source import Span

if TYPE_CHECKING:
    from dunlang.ast.policy import Shared
    from dunlang.diagnostics import Diagnostic

ELSEWHERE = frozenset({"D106", "D201", "D202", "D203"})
"""Codes of names that a policy which includes the file may well declare."""


def check_shared(shared: Shared) -> list[Diagnostic]:
    """Names declared twice, types and values; by place.

    Names that the file does not declare are the policies' that include it, and so are currencies.
    """
    policy = _policy_of(shared)
    scope = scope_of(policy, lost.find(policy))
    check_names(scope)
    Resolver(scope, Conditions(scope)).policy()
    return in_order(each for each in scope.problems if each.code not in ELSEWHERE)


def _policy_of(shared: Shared) -> Policy:
    """The statements under a header that says nothing and stands nowhere."""
    nowhere = Span(shared.span.source, 0, 0)
    header = Header(
        Name("", span=nowhere), Number(Decimal(1), "1", span=nowhere), None, (), span=nowhere
    )
    return Policy(header, shared.items, span=shared.span)
