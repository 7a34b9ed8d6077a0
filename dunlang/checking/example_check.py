"""Examples: facts that exist, values that fit, dates in order. Running them is the engine's."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from dunlang.ast.examples import (
    Example,
    ExpectHeld,
    ExpectNot,
    ExpectNothing,
    ExpectSettled,
    ExpectStage,
    GivenCharges,
    GivenCustomer,
    GivenDispute,
    GivenExcluded,
    GivenInvoice,
    GivenPayment,
    GivenPromise,
)
from dunlang.ast.expressions import FactRef, Money
from dunlang.checking.contact_check import check_channel
from dunlang.checking.money_check import check_amount, check_money
from dunlang.checking.names import unknown_fact
from dunlang.checking.structure import check_list
from dunlang.checking.values import fit_value, unknown_stage
from dunlang.checking.words import said
from dunlang.currencies import MINOR_DIGITS

if TYPE_CHECKING:
    from dunlang.ast.examples import ExampleLine, GivenValue
    from dunlang.ast.expressions import Amount, Date, Expression, Name
    from dunlang.checking.scope import Scope
    from dunlang.source import Span
    from dunlang.types import Type

_INSTEAD = {
    "customer.id": "the customer of an example has no number of its own",
    "customer.payer": "nobody else pays for the customer of an example",
    "customer.excluded": "write: given customer excluded from DATE",
    "customer.open_amount": "it follows from the invoice and its payments",
    "customer.overdue_amount": "it follows from the invoice and its payments",
    "customer.open_invoices": "it follows from the invoice and its payments",
    "customer.overdue_invoices": "it follows from the invoice and its payments",
    "invoice.id": "the invoice of an example has no number of its own",
    "invoice.excluded": "write: given invoice excluded from DATE",
    "invoice.disputed": "write: given dispute from DATE",
    "invoice.amount": "write: given invoice AMOUNT due DATE",
    "invoice.due": "write: given invoice AMOUNT due DATE",
    "invoice.issued": "write: given invoice AMOUNT due DATE issued DATE",
}
"""Facts that are not given by name, and how they come about."""


def check_example(example: Example, scope: Scope) -> Example:
    """An example with the values in it resolved, as far as they are right."""
    invoices = [line for line in example.lines if isinstance(line, GivenInvoice)]
    if not scope.lost.within(example):
        _check_complete(example, invoices, scope)
    header_broken = scope.unit is None and scope.lost.within(scope.policy.header)
    if not scope.duns_accounts and not header_broken:
        for line in invoices[1:]:
            scope.report(
                "D505",
                line.span,
                "an example has one invoice, so that it is plain whose stages are expected",
                hint="write a second example",
                notes=("with 'dun each account', an example may have several",),
                related=((invoices[0].span, "the first one"),),
            )
    _check_order(example, scope)
    _check_twice(example, scope)
    currency = invoices[0].amount.currency if invoices else None
    if currency not in (scope.currencies or MINOR_DIGITS):
        currency = None  # reported at the invoice
    return replace(example, lines=tuple(_line(line, currency, scope) for line in example.lines))


def _check_complete(example: Example, invoices: list[GivenInvoice], scope: Scope) -> None:
    title = example.title.span
    currency = next(iter(scope.currencies), "EUR")
    if not invoices:
        scope.report(
            "D501",
            title,
            "the example has no invoice",
            hint=f"add 'given invoice 100 {currency} due 2026-03-02' under it",
        )
    if not any(_date_of(line) or isinstance(line, ExpectNot) for line in example.lines):
        scope.report(
            "D502",
            title,
            "the example expects nothing, so it tests nothing",
            hint="add 'expect DATE STAGE' or 'expect nothing until DATE' under it",
        )


def _date_of(line: ExampleLine) -> Date | None:
    match line:
        case ExpectStage(on=on) | ExpectHeld(on=on) | ExpectSettled(on=on):
            return on
        case ExpectNothing(until=until):
            return until
        case _:
            return None


def _check_order(example: Example, scope: Scope) -> None:
    latest: Date | None = None
    for line in example.lines:
        date = _date_of(line)
        if date is None:
            continue
        if latest is not None and date.value < latest.value:
            scope.report(
                "D503",
                date.span,
                f"{said(date)} comes before the expectation above it",
                hint="write the earlier date first",
                related=((latest.span, "the one above"),),
            )
        else:
            latest = date


def _check_twice(example: Example, scope: Scope) -> None:
    customer: dict[str, Span] = {}
    for line in example.lines:
        if isinstance(line, GivenCustomer) and line.first is None:
            values, owner, seen = line.values, "customer", customer
        elif isinstance(line, GivenInvoice):
            values, owner, seen = line.values, "invoice", {}
        else:
            continue
        for value in values:
            path = f"{owner}.{value.name.text}"
            first = seen.setdefault(path, value.name.span)
            if first is not value.name.span:
                scope.report(
                    "D506",
                    value.name.span,
                    f"{path} is given twice",
                    hint="leave one out, or write from when the second holds: from DATE",
                    related=((first, "here first"),),
                )


# ------------------------------------------------------------------- one line


def _line(line: ExampleLine, currency: str | None, scope: Scope) -> ExampleLine:
    match line:
        case GivenCustomer(values=values):
            return replace(line, values=_values(values, "customer", scope))
        case GivenInvoice(amount=amount, values=values):
            _check_paid(amount, None, scope)
            if currency not in (None, amount.currency) and amount.currency in scope.currencies:
                _other_account(amount, scope)
            return replace(line, values=_values(values, "invoice", scope))
        case GivenPayment(amount=amount) | GivenCharges(amount=amount):
            _check_paid(amount, currency, scope)
        case GivenPromise(amount=amount, by=by, on=on):
            _check_paid(amount, currency, scope)
            _check_range(on, by, scope)
        case GivenDispute(first=first, last=last) | GivenExcluded(first=first, last=last):
            _check_range(first, last, scope)
        case ExpectStage():
            _check_expected(line, currency, scope)
        case ExpectNot(stage=stage):
            _check_stage(stage, scope)
        case ExpectSettled(interest=interest):
            _check_charged(interest, currency, scope)
        case ExpectNothing() | ExpectHeld():
            pass
    return line


def _check_stage(name: Name, scope: Scope) -> None:
    if not scope.knows_stage(name.text):
        unknown_stage(name, scope)


def _check_expected(line: ExpectStage, currency: str | None, scope: Scope) -> None:
    _check_stage(line.stage, scope)
    for channel in line.channels:
        check_channel(channel, scope)
    check_list(line.channels, scope)
    _check_charged(line.fee, currency, scope)
    _check_charged(line.interest, currency, scope)


def _check_charged(money: Money | None, currency: str | None, scope: Scope) -> None:
    """A fee or an interest that is expected; `currency` is the invoice's."""
    if money is None:
        return
    before = len(scope.problems)
    check_money(money, scope, covers=False)
    if len(scope.problems) > before or currency is None:
        return
    for amount in money.amounts:
        if amount.currency != currency:
            _other_currency(amount, currency, scope)


def _check_paid(amount: Amount, currency: str | None, scope: Scope) -> None:
    """An amount that is owed, paid or promised; `currency` is the invoice's."""
    if amount.value <= 0:
        scope.report(
            "D508",
            amount.span,
            f"{said(amount)} is nothing that anybody could owe or pay",
            hint="write an amount above zero",
        )
        return
    if currency is None or currency == amount.currency:
        check_amount(amount, scope, covers=True)
    elif check_amount(amount, scope, covers=False):
        _other_currency(amount, currency, scope)


def _other_currency(amount: Amount, currency: str, scope: Scope) -> None:
    message = f"the invoice is in {currency}, this is in {amount.currency}"
    scope.report("D507", amount.span, message, hint=f"write the amount in {currency}")


def _other_account(amount: Amount, scope: Scope) -> None:
    scope.report(
        "D507",
        amount.span,
        "an account has one currency, and this invoice is in another than the first",
        hint="write a second example for the other account",
    )


def _check_range(first: Date | None, last: Date | None, scope: Scope) -> None:
    if first is not None and last is not None and last.value < first.value:
        scope.report(
            "D111",
            last.span,
            f"{said(last)} lies before {said(first)}",
            hint="exchange the two dates",
            related=((first.span, "it would begin here"),),
        )


# ---------------------------------------------------------------- given values


def _values(values: tuple[GivenValue, ...], owner: str, scope: Scope) -> tuple[GivenValue, ...]:
    return tuple(_value(value, owner, scope) for value in values)


def _value(given: GivenValue, owner: str, scope: Scope) -> GivenValue:
    path = f"{owner}.{given.name.text}"
    if path in _INSTEAD:
        scope.report(
            "D504", given.name.span, f"{path} cannot be given like this", hint=_INSTEAD[path]
        )
        return given
    wanted = scope.types.get(path)
    if wanted is None:
        if not scope.knows_fact(path):
            unknown_fact(FactRef(path, span=given.name.span), scope)
        return given
    if wanted.kind == "set of text":
        wanted = replace(wanted, kind="text")
    elif len(given.values) != 1:
        scope.report(
            "D504",
            given.span,
            f"{path} has one value, not {len(given.values)}",
            hint="write one of them",
        )
        return given
    fitted = [_fit(value, wanted, path, scope) for value in given.values]
    good = tuple(value for value in fitted if value is not None)
    return replace(given, values=good) if len(good) == len(fitted) else given


def _fit(value: Expression, wanted: Type, path: str, scope: Scope) -> Expression | None:
    fitted = fit_value(value, wanted, path, scope, "D504")
    if isinstance(fitted, Money):
        if len(fitted.amounts) != 1:
            scope.report("D504", fitted.span, f"{path} has one value, in one currency")
            return None
        check_money(fitted, scope, covers=False)
    return fitted
