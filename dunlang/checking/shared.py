"""Text that several policies share, as one of them means it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from dunlang.ast.expressions import Compare, Money

if TYPE_CHECKING:
    from dunlang.ast.expressions import Expression
    from dunlang.checking.scope import Scope


def in_own_currencies(node: Compare, scope: Scope) -> Compare:
    """A comparison of the case's money in a shared text, without other policies' currencies.

    Where that would leave no amount at all, the comparison stays as it is written.
    """
    if scope.is_own(node) or not scope.currencies:
        return node
    return replace(node, left=_own(node.left, scope), right=_own(node.right, scope))


def _own(side: Expression, scope: Scope) -> Expression:
    if not isinstance(side, Money):
        return side
    mine = tuple(amount for amount in side.amounts if amount.currency in scope.currencies)
    return replace(side, amounts=mine) if mine else side
