"""Interest: rates that can be meant, and rules that are used."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from dunlang.ast.policy import (
    ClaimWhenPaid,
    ForBlock,
    Interest,
    LiteralRate,
    NoInterest,
    NoInterestBelow,
)
from dunlang.ast.stages import ChargeInterest, Stage
from dunlang.checking.values import unknown_stage
from dunlang.checking.words import said

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dunlang.ast.node import Node
    from dunlang.ast.policy import TableRate
    from dunlang.checking.scope import Scope

_MOST = Decimal(100)
"""Percent a year, and points on top of a reference rate."""
_MONTHS = 12
_SHOWN = 3
"""How many further statements are shown with the first that has the same problem."""


def check_interest_rule(rule: Interest, scope: Scope) -> None:
    """One `interest` line of a policy or an exception; its table is a file, so not looked at."""
    if isinstance(rule.rate, LiteralRate):
        _check_literal(rule, rule.rate, scope)
    else:
        _check_table(rule.rate, scope)
    if rule.start is not None and not scope.knows_stage(rule.start.text):
        unknown_stage(rule.start, scope)


def _check_literal(rule: Interest, rate: LiteralRate, scope: Scope) -> None:
    yearly = rate.percent.value * (_MONTHS if rate.per == "month" else 1)
    if yearly > _MOST:
        a_year = f", which is {yearly.normalize():f}% a year," if rate.per == "month" else ""
        scope.report(
            "D312",
            rate.percent.span,
            f"interest of {said(rate.percent)} a {rate.per}{a_year} cannot be meant",
            hint="a rate is at most 100% a year",
        )
    if rule.fixed_at_default:
        scope.report(
            "W303",
            rule.span,
            f"{said(rate.percent)} a {rate.per} never changes, so there is nothing to fix",
            hint="leave 'fixed at default' out",
        )


def _check_table(rate: TableRate, scope: Scope) -> None:
    step, points = rate.rounded_up_to, rate.points
    if step is not None and not 0 < step.value <= _MOST:
        scope.report(
            "D312",
            step.span,
            f"a rate cannot be rounded up to the next multiple of {said(step)}",
            hint="name the step in percentage points, such as: rounded up to 0.5",
        )
    if points is not None and points.value > _MOST:
        scope.report(
            "D312",
            points.span,
            f"{said(points)} percentage points on top of {rate.name.text} cannot be meant",
            hint="9 percentage points are written: + 9 pp",
        )


# --------------------------------------------------------------- the whole policy


def check_charges(scope: Scope) -> None:
    """Rules about interest fit together: what is claimed accrues, and what accrues is claimed."""
    for block in scope.policy.items:
        if isinstance(block, ForBlock):
            _check_both(block, scope)
    if scope.lost.lines:
        return  # the statement that is missed may stand in a broken line
    there = list(_statements(scope))
    rules = [node for node in there if isinstance(node, Interest)]
    claims = [node for node in there if isinstance(node, ChargeInterest | ClaimWhenPaid)]
    refusals = [node for node in there if isinstance(node, NoInterest | NoInterestBelow)]
    if claims and not rules:
        _report_all(
            "D313",
            claims,
            "the policy claims interest, and no rule says at which rate it accrues",
            "add a rule such as: interest 5% a year from due date",
            scope,
        )
    elif refusals and not rules:
        _report_all(
            "W305",
            refusals,
            "no rule of the policy charges interest, so this changes nothing",
            "leave the line out",
            scope,
        )
    elif rules and not claims:
        _report_all(
            "W304",
            rules,
            "interest accrues by this rule, but nothing ever claims it",
            "add 'charge interest' to a stage, or 'claim interest when paid' to the policy",
            scope,
        )


def _check_both(block: ForBlock, scope: Scope) -> None:
    rule = next((item for item in block.items if isinstance(item, Interest)), None)
    none = next((item for item in block.items if isinstance(item, NoInterest)), None)
    if rule is None or none is None:
        return
    first, second = sorted((rule, none), key=lambda node: node.span.start)
    scope.report(
        "D314",
        second.span,
        "the exception charges interest and charges none",
        hint="leave one of the two out",
        related=((first.span, "here it says otherwise"),),
    )


def _statements(scope: Scope) -> Iterator[Node]:
    for item in scope.policy.items:
        match item:
            case Stage(clauses=clauses):
                yield from clauses
            case ForBlock(items=items):
                for inner in items:
                    if isinstance(inner, Stage):
                        yield from inner.clauses
                    else:
                        yield inner
            case _:
                yield item


def _report_all(code: str, nodes: Sequence[Node], message: str, hint: str, scope: Scope) -> None:
    first, *others = nodes
    scope.report(
        code,
        first.span,
        message,
        hint=hint,
        related=tuple((node.span, "and here") for node in others[:_SHOWN]),
    )
