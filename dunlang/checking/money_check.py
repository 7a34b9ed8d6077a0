"""Amounts: the currencies of the policy, decimals, percentages, coins. Fees: see `fee_check`."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from dunlang.ast.expressions import Money, PercentOf
from dunlang.checking.words import said
from dunlang.currencies import MINOR_DIGITS, meant_currency
from dunlang.source import Span
from dunlang.suggest import closest, listed

if TYPE_CHECKING:
    from dunlang.ast.expressions import Amount, Expression, Percent
    from dunlang.ast.policy import Round
    from dunlang.checking.scope import Scope

_WHOLE = Decimal(100)
_THOUSANDS = 3


def check_literals(value: Expression, scope: Scope, *, covers: bool) -> None:
    """The amounts in one side of a comparison; `covers`: they must name every currency."""
    match value:
        case Money():
            check_money(value, scope, covers=covers)
        case PercentOf(percent=percent, of=of):
            check_percent(percent, scope, most=None)
            check_literals(of, scope, covers=covers)
        case _:
            pass


def check_money(money: Money, scope: Scope, *, covers: bool) -> None:
    """A list of amounts, one per currency.

    `covers`: it is compared with, or becomes, the case's own money, so it must name the policy's
    currencies, all of them and no others.
    """
    seen: dict[str, Amount] = {}
    strange = False
    for amount in money.amounts:
        strange = not check_amount(amount, scope, covers=covers) or strange
        first = seen.setdefault(amount.currency, amount)
        if first is not amount:
            strange = True
            scope.report(
                "D303",
                amount.span,
                f"the list names {amount.currency} twice",
                hint="leave one of the two out",
                related=((first.span, "here first"),),
            )
    missing = [code for code in scope.currencies if code not in seen]
    if covers and missing and not strange:
        scope.report(
            "D301",
            money.span,
            f"the amount in {missing[0]} is missing"
            if len(missing) == 1
            else f"the amounts in {listed(missing)} are missing",
            hint=f"write {said(money)} {' '.join(f'| ... {code}' for code in missing)}",
            notes=(f"the policy's currencies are {listed(scope.currencies)}",),
        )


def check_amount(amount: Amount, scope: Scope, *, covers: bool) -> bool:
    """One amount; returns whether its currency is one that may stand here."""
    code = amount.currency
    if code not in MINOR_DIGITS:
        unknown_currency(code, amount, scope)
        return False
    foreign = covers and bool(scope.currencies) and code not in scope.currencies
    if foreign:
        _foreign(amount, scope)
    _check_decimals(amount, scope)
    if amount.value < 0:
        scope.report(
            "D306",
            amount.span,
            "an amount of money is never below zero here",
            hint="write it without the minus",
        )
    return not foreign


def _foreign(amount: Amount, scope: Scope) -> None:
    code = amount.currency
    scope.report_name(
        "D302",
        code,
        amount.span,
        f"the policy has no cases in {code}",
        hint=f"leave it out, or add {code} to the header's 'currency'",
        notes=(f"its currencies are {listed(scope.currencies)}",),
    )


def unknown_currency(code: str, amount: Amount, scope: Scope) -> None:
    """Report an amount whose currency code is none."""
    meant = closest(code, scope.currencies) or meant_currency(code)
    span = amount.span
    scope.report(
        "D212",
        Span(span.source, span.end - len(code), span.end),
        f"'{code}' is not a currency code",
        hint=f"did you mean '{meant}'?" if meant else "",
    )


def _check_decimals(amount: Amount, scope: Scope) -> None:
    digits = MINOR_DIGITS[amount.currency]
    exponent = amount.value.as_tuple().exponent
    written = -exponent if isinstance(exponent, int) and exponent < 0 else 0
    if written <= digits:
        return
    most = {0: "no decimals", 1: "1 decimal"}.get(digits, f"{digits} decimals")
    scope.report(
        "D304",
        amount.span,
        f"an amount in {amount.currency} has {most}, this one has {written}",
        hint=_rewritten(amount, digits, written, most),
    )


def _rewritten(amount: Amount, digits: int, written: int, most: str) -> str:
    """An amount as it was meant: a point for thousands, zeros too many, or a part of a cent."""
    exact = amount.value == round(amount.value, digits)
    short = f"{amount.value:.{digits}f} {amount.currency}"
    if written == _THOUSANDS and amount.value >= 1:
        thousands = (
            f"write {amount.text.replace('.', '_')} {amount.currency} if thousands are meant"
        )
        return f"{thousands}, else {short}" if exact else thousands
    return f"write {short}" if exact else f"write it with {most}"


def check_percent(percent: Percent, scope: Scope, *, most: Decimal | None = _WHOLE) -> None:
    """A percentage that is taken of an amount: not negative, and at most `most`."""
    if percent.value < 0:
        scope.report(
            "D306",
            percent.span,
            "a percentage is never below zero here",
            hint="write it without the minus",
        )
    elif most is not None and percent.value > most:
        scope.report(
            "D306",
            percent.span,
            f"a fee of {said(percent)} is more than the amount itself",
            hint="a fee is at most 100% of the amount",
        )


def check_tax(percent: Percent, scope: Scope) -> None:
    """A tax on fees."""
    if not 0 <= percent.value <= _WHOLE:
        scope.report(
            "D306",
            percent.span,
            f"a tax of {said(percent)} would be more than the fee itself",
            hint="a tax is at most 100% of the fee",
        )


def check_above_zero(money: Money, scope: Scope, message: str, hint: str = "") -> None:
    """Amounts that must be more than nothing; `message` says why, behind the amount's words."""
    for amount in money.amounts:
        if amount.value == 0:
            scope.report("D308", amount.span, f"{said(amount)} {message}", hint=hint)


def check_coins(rounding: Round, scope: Scope) -> None:
    """`round ... to 0.05 CHF`: coins of the policy's currencies, but not of all of them."""
    if rounding.to is None:
        return
    check_money(rounding.to, scope, covers=False)
    for amount in rounding.to.amounts:
        known = amount.currency in MINOR_DIGITS
        if known and scope.currencies and amount.currency not in scope.currencies:
            _foreign(amount, scope)
    check_above_zero(
        rounding.to,
        scope,
        "is no coin that an amount could be rounded to",
        "write the smallest coin, such as: 0.05 CHF",
    )
