"""Conditions in Kleene's three-valued logic: True, False, or None where a fact is unknown."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from dunlang.ast import expressions as ast
from dunlang.currencies import MINOR_DIGITS
from engine.core.money import Money
from tests.oracle import facts

if TYPE_CHECKING:
    from dunlang.checking.checked import Checked
    from tests.oracle.case import Case

Truth = bool | None


class Amounts(dict[str, Fraction]):
    """An amount in minor units for each currency that it is known in."""


class Literal(Amounts):
    """Amounts written in the policy; they follow the currency of what they are compared with."""


def minor_units(amount: ast.Amount) -> Fraction:
    """`10.00 EUR` is 1000."""
    return Fraction(amount.value) * Fraction(10) ** MINOR_DIGITS[amount.currency]


def applies(condition: ast.Expression, checked: Checked, case: Case) -> bool:
    """Law: A condition that comes out unknown does not apply."""
    return truth(condition, checked, case) is True


def truth(condition: ast.Expression, checked: Checked, case: Case) -> Truth:
    """The truth of a condition for a case."""
    match condition:
        case ast.And(parts):
            return conjunction([truth(part, checked, case) for part in parts])
        case ast.Or(parts):
            return disjunction([truth(part, checked, case) for part in parts])
        case ast.Not(part):
            return negation(truth(part, checked, case))
        case ast.SegmentRef(name):
            return truth(checked.segments[name].condition, checked, case)
        case ast.Known(left, known):
            return (value(left, checked, case) is not None) == known
        case ast.OneOf(left, items, negated):
            there = value(left, checked, case)
            among = disjunction(
                [compared("is", there, value(item, checked, case), case) for item in items]
            )
            return negation(among) if negated else among
        case ast.Has(left, item):
            tags = value(left, checked, case)
            return None if not isinstance(tags, frozenset) else item.value in tags
        case ast.Compare(op, left, right):
            return compared(op, value(left, checked, case), value(right, checked, case), case)
        case _:
            plain = value(condition, checked, case)
            assert plain is None or isinstance(plain, bool)
            return plain


def conjunction(parts: list[Truth]) -> Truth:
    """False if one is false; else unknown if one is unknown; else true."""
    if any(part is False for part in parts):
        return False
    return None if any(part is None for part in parts) else True


def disjunction(parts: list[Truth]) -> Truth:
    """True if one is true; else unknown if one is unknown; else false."""
    if any(part is True for part in parts):
        return True
    return None if any(part is None for part in parts) else False


def negation(part: Truth) -> Truth:
    """The opposite; of unknown, unknown."""
    return None if part is None else not part


def compared(op: ast.CompareOp, left: object, right: object, case: Case) -> Truth:
    """Law: A comparison with unknown is unknown."""
    if left is None or right is None:
        return None
    if isinstance(left, Amounts) and isinstance(right, Amounts):
        # "A declared money fact carries its own currency, and compared with another one is
        # unknown."
        currency = own_currency(left) or own_currency(right) or case.currency
        if currency not in left or currency not in right:
            return None
        left, right = left[currency], right[currency]
    if op == "is":
        return left == right
    if op == "is not":
        return left != right
    less: bool = left < right  # type: ignore[operator]  # the checker saw to it
    equal = left == right
    return {"<": less, "<=": less or equal, ">": not (less or equal), ">=": not less}[op]


def own_currency(amounts: Amounts) -> str | None:
    """The currency of an amount that has one by itself."""
    return None if isinstance(amounts, Literal) else next(iter(amounts))


def value(expression: ast.Expression, checked: Checked, case: Case) -> object:
    """The value of an operand; None if it is unknown."""
    match expression:
        case ast.Number(number) | ast.Percent(number):
            return Fraction(number)
        case ast.Choice(text):
            return text
        case ast.Text(text):
            return text
        case ast.Date(date):
            return date
        case ast.YesNo(yes):
            return yes
        case ast.Money(amounts):
            return Literal({amount.currency: minor_units(amount) for amount in amounts})
        case ast.PercentOf(percent, of):
            whole = value(of, checked, case)
            if whole is None:
                return None
            assert isinstance(whole, Amounts)
            share = Fraction(percent.value) / 100
            return type(whole)({currency: share * part for currency, part in whole.items()})
        case ast.FactRef(path):
            return plain(fact(path, case, checked))
        case _:
            return truth(expression, checked, case)


def plain(found: object) -> object:
    """A fact's value in the form that comparisons use: exact numbers, amounts by currency."""
    if isinstance(found, Money):
        return Amounts({found.currency: Fraction(found.minor)})
    if isinstance(found, (int, Decimal)) and not isinstance(found, bool):
        return Fraction(found)
    return found


def fact(path: str, case: Case, checked: Checked) -> object:
    """The value of a fact by its path; None if it is unknown."""
    if path in checked.facts:
        found = stored(path, case)
        default = checked.facts[path].default
        if found is None and default is not None:
            given = value(default, checked, case)
            return carried(given, case) if isinstance(given, Amounts) else given
        return found
    match path.split("."):
        case ["customer", name]:
            return of_customer(name, case)
        case ["invoice", name]:
            return of_invoice(name, case)
        case _:
            return of_case(path, case)


def carried(default: Amounts, case: Case) -> Amounts:
    """The amount of a default as a fact has it, "carries its own currency".

    Of several amounts it is the one in the currency of the case.
    """
    own = case.currency if case.currency in default else next(iter(default))
    return Amounts({own: default[own]})


def stored(path: str, case: Case) -> object:
    """The value of a fact that somebody put into the ledger."""
    whose, name = path.split(".")
    if whose == "customer":
        return facts.customer_facts(case.book, case.day).get(name)
    return facts.invoice_facts(case.book, case.invoice, case.day).get(name)


def of_customer(name: str, case: Case) -> object:
    """Built-in facts `customer.*`."""
    match name:
        case "id":
            return case.book.customer.id
        case "excluded":
            return facts.customer_excluded(case.book, case.day)
        case "tags":
            # "An empty set is a value": a customer without tags has none, which is known.
            tags = stored("customer.tags", case)
            return frozenset() if tags is None else tags
        case "open_amount" | "overdue_amount" | "open_invoices" | "overdue_invoices":
            return of_all_invoices(name, case)
        case _:
            return stored(f"customer.{name}", case)


def of_all_invoices(name: str, case: Case) -> object:
    """Sums and counts "over the customer's invoices in the case's currency"."""
    amounts = []
    for invoice in case.book.invoices:
        owed = facts.open_amount(case.book, invoice, case.day)
        exists = facts.exists_from(invoice) <= case.day
        counts = invoice.amount.currency == case.currency and exists and owed > 0
        # "Day 1 overdue is the day after the due date."
        overdue = case.day > facts.due_date(case.book, invoice, case.day)
        if counts and (overdue or name.startswith("open")):
            amounts.append(owed)
    return Money(sum(amounts), case.currency) if name.endswith("amount") else len(amounts)


def of_invoice(name: str, case: Case) -> object:
    """Built-in facts `invoice.*`."""
    match name:
        case "id":
            return case.invoice.id
        case "issued":
            return case.invoice.issued
        case "due":
            return case.due
        case "amount":
            return case.invoice.amount
        case "excluded":
            return facts.invoice_excluded(case.book, case.invoice, case.day)
        case _:
            assert name == "disputed"
            return facts.disputed(case.book, case.invoice, case.day)


def of_case(path: str, case: Case) -> object:
    """Built-in facts that are phrases."""
    match path:
        case "open amount":
            return Money(case.open, case.currency)
        case "original amount":
            return case.invoice.amount
        case "days overdue":
            # "Whole days from the due date to D; 0 on the due date and before."
            return max(0, (case.day - case.due).days)
        case "promise":
            return facts.promise(case.book, case.invoice, case.day)
        case "stage":
            return "none" if case.last is None else case.last.stage
        case "fees so far":
            return Money(case.fees_so_far, case.currency)
        case _:
            assert path == "notices so far"
            return case.notices_so_far
