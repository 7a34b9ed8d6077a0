"""What a stage charges."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction
from typing import TYPE_CHECKING

from dunlang.ast import policy as tree
from dunlang.ast import stages as ast
from tests.oracle.conditions import minor_units

if TYPE_CHECKING:
    from dunlang.ast.expressions import Money
    from dunlang.checking.checked import Checked
    from tests.oracle.case import Case
    from tests.oracle.terms import StageTerms, Terms


def fee(stage: StageTerms, terms: Terms, checked: Checked, case: Case) -> int:
    """The fee in minor units if the stage were executed now."""
    if stage.fee is None or stage.fee.formula is None:
        return 0
    # "`once` charges it once in the life of an invoice"; "a fee cut to nothing was not charged".
    if stage.fee.once and any(e.stage == stage.id and e.fee > 0 for e in case.history):
        return 0
    charged = whole_units(exact(stage.fee.formula, case), checked)
    if terms.cap is not None:
        # "The fee that would pass the cap is cut to fit."
        left = of_currency(terms.cap, case) - case.fees_so_far
        charged = min(charged, max(0, int(left)))
    return charged


def exact(formula: ast.FeeFormula, case: Case) -> Fraction:
    """The fee in minor units before rounding."""
    match formula:
        case ast.FlatFee(money):
            return of_currency(money, case)
        case ast.PercentFee(percent, of):
            amount = case.open if of == "open amount" else case.invoice.amount.minor
            return Fraction(percent.value) / 100 * amount
        case ast.SumFee(parts):
            return sum((exact(part, case) for part in parts), Fraction(0))
        case ast.BoundFee(inner, at_least, at_most):
            bound = exact(inner, case)
            if at_least is not None:
                bound = max(bound, of_currency(at_least, case))
            if at_most is not None:
                bound = min(bound, of_currency(at_most, case))
            return bound


def of_currency(money: Money, case: Case) -> Fraction:
    """The amount in the case's currency, in minor units."""
    (amount,) = (a for a in money.amounts if a.currency == case.currency)
    return minor_units(amount)


def whole_units(amount: Fraction, checked: Checked) -> int:
    """Law: A percentage and sums are rounded once, at the end."""
    mode = ROUND_HALF_UP
    for setting in checked.policy.header.settings:
        if isinstance(setting, tree.Round) and setting.mode == "half even":
            mode = ROUND_HALF_EVEN
    with localcontext(prec=60):
        # Exact: a fee's denominator divides a power of ten.
        decimal = Decimal(amount.numerator) / Decimal(amount.denominator)
        return int(decimal.quantize(Decimal(1), rounding=mode))
