"""Fees: amounts and percentages, bounds, steps, brackets, conversion."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from dunlang.ast.expressions import Money, Percent
from dunlang.ast.policy import Letters
from dunlang.ast.stages import (
    BoundFee,
    BracketFee,
    FlatFee,
    PercentFee,
    StepFee,
    SumFee,
)
from dunlang.checking.money_check import (
    check_above_zero,
    check_amount,
    check_money,
    check_percent,
)
from dunlang.checking.words import said
from dunlang.source import Span

if TYPE_CHECKING:
    from collections.abc import Iterator
    from decimal import Decimal

    from dunlang.ast.expressions import Amount
    from dunlang.ast.stages import Fee, FeeBracket, FeeFormula, FeeStep
    from dunlang.checking.scope import Scope


def check_fee(fee: Fee, scope: Scope) -> None:
    """A `fee` clause: every amount in it, how it is put together, and how it is charged."""
    if fee.formula is None:
        return
    if fee.converted_by is not None:
        _check_converted(fee.formula, scope)
    else:
        _check_formula(fee.formula, scope, whole=not scope.lost.within(fee))
    if fee.per_letter and not _joins_letters(scope):
        scope.report(
            "W301",
            fee.span,
            "every case gets a letter of its own here, so 'per letter' changes nothing",
            hint="add 'letters per customer' to the header, or leave 'per letter' out",
        )


def _joins_letters(scope: Scope) -> bool:
    header = scope.policy.header
    if scope.lost.within(header):
        return True  # the line may be the broken one
    return any(isinstance(setting, Letters) for setting in header.settings)


def _check_formula(formula: FeeFormula, scope: Scope, *, whole: bool) -> None:
    """`whole`: no line of the formula is missing for being broken."""
    match formula:
        case FlatFee(money=money):
            check_money(money, scope, covers=True)
        case PercentFee(percent=percent):
            check_percent(percent, scope)
        case SumFee(parts=parts):
            for part in parts:
                _check_formula(part, scope, whole=whole)
        case BoundFee(fee=fee, at_least=low, at_most=high):
            _check_formula(fee, scope, whole=whole)
            for bound in (low, high):
                if bound is not None:
                    check_money(bound, scope, covers=True)
            if low is not None and high is not None:
                _check_bounds(low, high, scope)
        case StepFee():
            _check_steps(formula, scope, whole=whole)
        case BracketFee():
            _check_brackets(formula, scope, whole=whole)


def _check_bounds(low: Money, high: Money, scope: Scope) -> None:
    highest = {amount.currency: amount for amount in high.amounts}
    for amount in low.amounts:
        other = highest.get(amount.currency)
        if other is not None and amount.value > other.value:
            scope.report(
                "D305",
                amount.span,
                f"at least {said(amount)} is more than at most {said(other)}",
                hint="write the smaller amount behind 'at least'",
                related=((other.span, "the upper bound"),),
            )


# ------------------------------------------------------------------------- steps


def _check_steps(fee: StepFee, scope: Scope, *, whole: bool) -> None:
    if not fee.steps and whole:
        scope.report(
            "D307",
            fee.span,
            "the fee goes by steps, and none is written",
            hint=f"write the steps under it, such as: 10% of the first {_sample(scope)}",
        )
    for number, step in enumerate(fee.steps):
        _check_place(step, fee.steps[:number], scope)
        if isinstance(step.part, Percent):
            check_percent(step.part, scope)
        else:
            check_money(step.part, scope, covers=True)
        if step.width is not None:
            check_money(step.width, scope, covers=True)
            check_above_zero(
                step.width,
                scope,
                "is a step of no width, so nothing falls into it",
                hint="write how much of the amount the step takes",
            )
    for step, after in pairwise(fee.steps):
        if step.width is None:
            scope.report(
                "D307",
                after.span,
                "nothing is left for this step",
                hint="write the step with 'of the rest' last",
                related=((step.span, "takes all the rest"),),
            )
            return


def _check_place(step: FeeStep, above: tuple[FeeStep, ...], scope: Scope) -> None:
    """`of the first` is said of the first step, `of the next` of those that follow.

    Whoever writes `of the first 500 EUR` and below it `of the first 900 EUR` means other steps
    than `of the next 900 EUR`.
    """
    if step.width is None or step.place in (None, "next" if above else "first"):
        return
    place = Span(step.span.source, step.part.span.end, step.width.span.start)
    if above:
        scope.report(
            "D307",
            _words(place),
            "a step goes on where the one above it ends, and only one step is the first",
            hint="write 'of the next', and the amount by which it goes on",
            related=((above[0].span, "the first step"),),
        )
    else:
        hint = f"write 'of the first {said(step.width)}'"
        scope.report("D307", _words(place), "this is the first step", hint=hint)


def _words(between: Span) -> Span:
    """A place without the blanks around its words."""
    text = between.text
    start = between.start + len(text) - len(text.lstrip())
    return Span(between.source, start, start + len(text.strip()))


# ---------------------------------------------------------------------- brackets


def _check_brackets(fee: BracketFee, scope: Scope, *, whole: bool) -> None:
    for line in fee.brackets:
        _check_formula(line.fee, scope, whole=whole)
        if line.limit is not None:
            check_money(line.limit, scope, covers=True)
            check_above_zero(
                line.limit,
                scope,
                "is no limit for a bracket, as every case owes more",
                hint="write an amount above zero",
            )
    last = next((line for line in fee.brackets if line.limit is None), None)
    if last is None:
        if whole:
            scope.report(
                "D310",
                fee.span,
                "the brackets do not say what larger amounts cost",
                hint=f"end with a line such as: {_sample(scope, '50')} otherwise",
            )
    else:
        for line in fee.brackets[fee.brackets.index(last) + 1 :]:
            scope.report(
                "D310",
                line.span,
                "no amount comes to this line: 'otherwise' has taken all the others",
                hint="write the line with 'otherwise' last",
                related=((last.span, "takes all the others"),),
            )
    limits = [line for line in fee.brackets if line.limit is not None]
    for line, after in pairwise(limits):
        _check_ascending(line, after, scope)


def _check_ascending(line: FeeBracket, after: FeeBracket, scope: Scope) -> None:
    above = {amount.currency: (amount, reach) for amount, reach in _reach(line)}
    for amount, reach in _reach(after):
        first, reached = above.get(amount.currency, (amount, None))
        if reached is not None and reach <= reached:
            scope.report(
                "D309",
                amount.span,
                f"no amount in {amount.currency} comes to this line: the one above takes them all",
                hint="write the smallest limit first, the largest last",
                related=((first.span, "takes as much or more"),),
            )


def _reach(line: FeeBracket) -> Iterator[tuple[Amount, tuple[Decimal, bool]]]:
    """How far a line reaches, by currency: of two equal limits, `up to` reaches further."""
    for amount in line.limit.amounts if line.limit else ():
        yield amount, (amount.value, line.kind == "up to")


def _sample(scope: Scope, number: str = "1_000") -> str:
    return " | ".join(f"{number} {code}" for code in scope.currencies or ("EUR",))


# -------------------------------------------------------------------- conversion


def _check_converted(formula: FeeFormula, scope: Scope) -> None:
    """All amounts in one currency, whichever it is; nothing that is in the case's already."""
    first: Amount | None = None
    for part in _parts(formula):
        if isinstance(part, Money):
            for amount in part.amounts:
                check_amount(amount, scope, covers=False)
                first = first or amount
                if amount.currency != first.currency:
                    _second_currency(amount, first, scope)
        else:
            scope.report(
                "D311",
                part.span,
                f"this fee depends on the {part.of}, which is in the case's own currency already",
                hint="convert fixed amounts only, or leave 'converted by' out",
            )
    if first is not None and scope.currencies == (first.currency,):
        scope.report(
            "W302",
            first.span,
            f"there is nothing to convert: all cases of this policy are in {first.currency}",
            hint="leave 'converted by' out",
        )


def _second_currency(amount: Amount, first: Amount, scope: Scope) -> None:
    scope.report(
        "D311",
        amount.span,
        f"a fee that is converted has one currency, and {said(amount)} is a second one",
        hint=f"leave it out: the table turns {first.currency} into every other currency",
        related=((first.span, "the first"),),
    )


def _parts(formula: FeeFormula) -> Iterator[Money | PercentFee | StepFee | BracketFee]:
    match formula:
        case FlatFee(money=money):
            yield money
        case SumFee(parts=parts):
            for part in parts:
                yield from _parts(part)
        case BoundFee(fee=fee, at_least=low, at_most=high):
            yield from _parts(fee)
            yield from (bound for bound in (low, high) if bound is not None)
        case PercentFee() | StepFee() | BracketFee():
            yield formula
