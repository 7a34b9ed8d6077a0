"""What a stage charges."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

from dunlang.ast import stages as ast
from dunlang.ast.expressions import Percent
from dunlang.currencies import MINOR_DIGITS
from tests.oracle.conditions import minor_units
from tests.oracle.rounding import rounded

if TYPE_CHECKING:
    import datetime

    from dunlang.ast.expressions import Money
    from tests.oracle.answers import Tables
    from tests.oracle.case import Case
    from tests.oracle.terms import StageTerms, Terms
    from tests.oracle.versions import Version


class MissingRateError(Exception):
    """A rate that is needed is not in its table."""


class Charge(NamedTuple):
    """A fee without its tax, and the tax, in minor units."""

    fee: int
    tax: int


def charge(stage: StageTerms, terms: Terms, version: Version, case: Case, tables: Tables) -> Charge:
    """What the stage charges if it is executed now; `MissingRateError` if nobody can tell.

    "Exact sum, bounds, conversion, then rounded once, then max 0, then `once`, then cap." "Tax is
    rounded per fee."
    """
    net = fee(stage, terms, version, case, tables)
    return Charge(net, tax_on(net, version, case))


def tax_on(fee: int, version: Version, case: Case) -> int:
    """Law: `fees taxed at 20%` adds tax; it is rounded per fee."""
    if version.tax is None:
        return 0
    return rounded(Fraction(version.tax.percent.value) / 100 * fee, case.currency, version)


def fee(stage: StageTerms, terms: Terms, version: Version, case: Case, tables: Tables) -> int:
    """The fee in minor units, without tax."""
    if stage.fee is None or stage.fee.formula is None:
        return 0
    # "`once` charges it once in the life of an invoice"; "a fee cut to nothing was not charged".
    if stage.fee.once and any(e.stage == stage.id and e.fee > 0 for e in case.life.history):
        return 0
    formula = Formula(case, conversion(stage.fee, case, tables))
    charged = max(0, rounded(formula.exact(stage.fee.formula), case.currency, version))
    if terms.cap is not None:
        # "The fee that would pass the cap is cut to fit."
        left = of_currency(terms.cap, case.currency) - case.fees_so_far
        charged = min(charged, max(0, int(left)))
    return charged


class Conversion(NamedTuple):
    """What one minor unit of a currency is worth in minor units of the case's."""

    currency: str
    rate: Fraction


def conversion(fee: ast.Fee, case: Case, tables: Tables) -> Conversion | None:
    """How the fee's currency is turned into the case's.

    "The newest rate of row (from <= D, currency of the case)"; the fee's own currency "needs no
    row".
    """
    if fee.converted_by is None or fee.formula is None:
        return None
    written = currency_of(fee.formula)
    if written is None or written == case.currency:
        return None
    rate = exchange(tables, fee.converted_by.value, case.currency, case.day)
    digits = MINOR_DIGITS[case.currency] - MINOR_DIGITS[written]
    return Conversion(written, rate * Fraction(10) ** digits)


def exchange(tables: Tables, table: str, currency: str, day: datetime.date) -> Fraction:
    """Units of a currency for one unit of the fee's, on a day."""
    rates = [
        rate
        for first, of, rate in tables.exchange.get(table, ())
        if of == currency and first <= day
    ]
    if not rates:
        raise MissingRateError(table)
    return Fraction(rates[-1])


def currency_of(formula: ast.FeeFormula) -> str | None:
    """The currency that a formula is written in."""
    match formula:
        case ast.FlatFee(money):
            return money.amounts[0].currency
        case ast.SumFee(parts):
            inner = parts
        case ast.BoundFee(fee):
            inner = (fee,)
        case ast.BracketFee(_, brackets):
            inner = tuple(bracket.fee for bracket in brackets)
        case _:
            inner = ()
    return next((found for part in inner if (found := currency_of(part)) is not None), None)


class Formula(NamedTuple):
    """A fee's formula for a case, in minor units of the case's currency."""

    case: Case
    conversion: Conversion | None

    def amount(self, money: Money) -> Fraction:
        """An amount as it is written for the case's currency, or converted into it."""
        if self.conversion is None:
            return of_currency(money, self.case.currency)
        return of_currency(money, self.conversion.currency) * self.conversion.rate

    def base(self, of: str) -> int:
        """The amount that a percentage, steps or brackets are of."""
        return self.case.open if of == "open amount" else self.case.original

    def exact(self, formula: ast.FeeFormula) -> Fraction:
        """The fee before rounding."""
        match formula:
            case ast.FlatFee(money):
                return self.amount(money)
            case ast.PercentFee(percent, of):
                return Fraction(percent.value) / 100 * self.base(of)
            case ast.SumFee(parts):
                return sum((self.exact(part) for part in parts), Fraction(0))
            case ast.BoundFee(inner, at_least, at_most):
                bound = self.exact(inner)
                if at_least is not None:
                    bound = max(bound, self.amount(at_least))
                if at_most is not None:
                    bound = min(bound, self.amount(at_most))
                return bound
            case ast.StepFee(of, steps):
                return self.stepped(self.base(of), steps)
            case ast.BracketFee(of, brackets):
                return self.exact(self.fitting(self.base(of), brackets))

    def stepped(self, base: int, steps: tuple[ast.FeeStep, ...]) -> Fraction:
        """Law: A percentage is of the part of the base in the slice.

        "An amount is charged in full if the base is above the slice's lower end."
        """
        total, lower = Fraction(0), Fraction(0)
        for step in steps:
            upper = base if step.width is None else lower + self.amount(step.width)
            if base > lower:
                if isinstance(step.part, Percent):
                    total += Fraction(step.part.value) / 100 * (min(Fraction(base), upper) - lower)
                else:
                    total += self.amount(step.part)
            lower = Fraction(upper)
        return total

    def fitting(self, base: int, brackets: tuple[ast.FeeBracket, ...]) -> ast.FeeFormula:
        """Law: The first line that fits; `up to` includes the bound."""
        for bracket in brackets:
            if bracket.limit is None:
                return bracket.fee
            limit = self.amount(bracket.limit)
            if base < limit or (bracket.kind == "up to" and base == limit):
                return bracket.fee
        message = "brackets need an `otherwise`"
        raise AssertionError(message)


def of_currency(money: Money, currency: str) -> Fraction:
    """The amount in a currency, in minor units."""
    (amount,) = (a for a in money.amounts if a.currency == currency)
    return minor_units(amount)
