"""Conditions in Kleene's three-valued logic: True, False, or None where a fact is unknown."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from dunlang.ast import expressions as ast
from dunlang.currencies import MINOR_DIGITS
from engine.core.money import Money
from tests.oracle.facts import excludes

if TYPE_CHECKING:
    from tests.oracle.case import Case
    from tests.oracle.versions import Version

Truth = bool | None
Reader = Callable[["Case"], object]


class Amounts(dict[str, int | Fraction]):
    """An amount in minor units for each currency that it is known in."""


class Literal(Amounts):
    """Amounts written in the policy; they follow the currency of what they are compared with."""


def minor_units(amount: ast.Amount) -> Fraction:
    """`10.00 EUR` is 1000."""
    return Fraction(amount.value) * Fraction(10) ** MINOR_DIGITS[amount.currency]


def applies(condition: ast.Expression, version: Version, case: Case) -> bool:
    """Law: A condition that comes out unknown does not apply."""
    return reader(condition, version)(case) is True


def value(expression: ast.Expression, version: Version, case: Case) -> object:
    """The value of an operand for a case; None if it is unknown."""
    return reader(expression, version)(case)


def reader(expression: ast.Expression, version: Version) -> Reader:
    """What works out an expression for a case; made once for each expression of a version."""
    known = version.readers.get(id(expression))
    if known is None:
        known = version.readers[id(expression)] = read(expression, version)
    return known


def read(expression: ast.Expression, version: Version) -> Reader:
    """How an expression is worked out: a truth, or the value of an operand."""
    match expression:
        case ast.And(parts):
            readers = [reader(part, version) for part in parts]
            return lambda case: conjunction([truth(read(case)) for read in readers])
        case ast.Or(parts):
            readers = [reader(part, version) for part in parts]
            return lambda case: disjunction([truth(read(case)) for read in readers])
        case ast.Not(part):
            inner = reader(part, version)
            return lambda case: negation(truth(inner(case)))
        case ast.SegmentRef(name):
            return reader(version.checked.segments[name].condition, version)
        case ast.Known(left, known):
            inner = reader(left, version)
            return lambda case: (inner(case) is not None) == known
        case ast.OneOf(left, items, negated):
            inner, readers = reader(left, version), [reader(item, version) for item in items]

            def among(case: Case) -> Truth:
                there = inner(case)
                found = disjunction([compared("is", there, item(case), case) for item in readers])
                return negation(found) if negated else found

            return among
        case ast.Has(left, item):
            inner = reader(left, version)

            def has(case: Case) -> Truth:
                tags = inner(case)
                return item.value in tags if isinstance(tags, frozenset) else None

            return has
        case ast.Compare(op, left, right):
            one, other = reader(left, version), reader(right, version)
            return lambda case: compared(op, one(case), other(case), case)
        case ast.PercentOf(percent, of):
            inner, share = reader(of, version), Fraction(percent.value) / 100

            def percentage(case: Case) -> object:
                whole = inner(case)
                assert whole is None or isinstance(whole, Amounts)
                return whole and type(whole)({c: share * part for c, part in whole.items()})

            return percentage
        case ast.FactRef(path):
            return fact(path, version)
        case _:
            constant = literal(expression)
            return lambda _: constant


def literal(expression: ast.Expression) -> object:
    """The value that a literal has for every case."""
    match expression:
        case ast.Number(number) | ast.Percent(number):
            return exact(number)
        case ast.Choice(text) | ast.Text(text):
            return text
        case ast.Date(date):
            return date
        case ast.Money(amounts):
            return Literal({amount.currency: exact(minor_units(amount)) for amount in amounts})
        case _:
            assert isinstance(expression, ast.YesNo)
            return expression.value


def exact(number: Decimal | Fraction) -> int | Fraction:
    """A number as what compares fast and exactly."""
    found = Fraction(number)
    return int(found) if found.denominator == 1 else found


def truth(found: object) -> Truth:
    """What an operand of `and`, `or` and `not` came to."""
    assert found is None or isinstance(found, bool)
    return found


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


def plain(found: object) -> object:
    """A fact's value in the form that comparisons use: exact numbers, amounts by currency."""
    if isinstance(found, Money):
        return Amounts({found.currency: found.minor})
    if isinstance(found, Decimal):
        return exact(found)
    return found


def fact(path: str, version: Version) -> Reader:
    """What finds the value of a fact; None if it is unknown."""
    if path in version.checked.facts:
        default = version.checked.facts[path].default
        instead = None if default is None else reader(default, version)

        def declared(case: Case) -> object:
            found = plain(stored(path, case))
            if found is None and instead is not None:
                given = instead(case)
                return carried(given, case) if isinstance(given, Amounts) else given
            return found

        return declared
    match path.split("."):
        case ["customer", name]:
            return lambda case: plain(of_customer(name, case))
        case ["invoice", name]:
            return lambda case: plain(of_invoice(name, case))
        case _:
            return lambda case: plain(of_case(path, case))


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
        return case.today.seen.customer_facts().get(name)
    assert case.invoice is not None
    return case.today.seen.invoice_facts(case.invoice).get(name)


def of_customer(name: str, case: Case) -> object:
    """Built-in facts `customer.*`."""
    match name:
        case "id":
            return case.today.seen.debtor.id
        case "excluded":
            newest = case.today.seen.debtor_excluding()
            return newest is not None and excludes(newest, case.day)
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
    amounts = case.today.owed(case.currency, overdue=name.startswith("overdue"))
    return Money(sum(amounts), case.currency) if name.endswith("amount") else len(amounts)


def of_invoice(name: str, case: Case) -> object:
    """Built-in facts `invoice.*`."""
    invoice, seen = case.invoice, case.today.seen
    assert invoice is not None
    match name:
        case "id":
            return invoice.id
        case "issued":
            return invoice.issued
        case "due":
            return seen.due(invoice)
        case "amount":
            return invoice.amount
        case "excluded":
            return any(excludes(event, case.day) for event in seen.excluding(invoice))
        case _:
            assert name == "disputed"
            return seen.disputed(invoice)


def of_case(path: str, case: Case) -> object:
    """Built-in facts that are phrases."""
    match path:
        case "open amount":
            return Money(case.open, case.currency)
        case "original amount":
            return Money(case.original, case.currency)
        case "days overdue":
            # "Whole days from the due date to D; 0 on the due date and before."
            return max(0, (case.day - case.due).days)
        case "promise":
            return case.promise
        case "stage":
            return case.life.place.stage or "none"
        case "fees so far":
            return Money(case.fees_so_far, case.currency)
        case _:
            assert path == "notices so far"
            return case.notices_so_far


def asked_by(expression: object, version: Version) -> frozenset[str]:
    """Paths of all facts that a condition asks, through segments too."""
    if id(expression) not in version.asked:
        version.asked[id(expression)] = paths(expression, version)
    return version.asked[id(expression)]


def paths(expression: object, version: Version) -> frozenset[str]:
    """The same, worked out."""
    match expression:
        case ast.FactRef(path):
            return frozenset({path})
        case ast.SegmentRef(name):
            return asked_by(version.checked.segments[name].condition, version)
        case ast.And(parts) | ast.Or(parts):
            inner: tuple[object, ...] = parts
        case ast.Not(part):
            inner = (part,)
        case ast.Known(left) | ast.Has(left):
            inner = (left,)
        case ast.OneOf(left, items):
            inner = (left, *items)
        case ast.Compare(_, left, right):
            inner = (left, right)
        case ast.PercentOf(_, of):
            inner = (of,)
        case _:
            inner = ()
    return frozenset().union(*(asked_by(part, version) for part in inner))


def asks_invoice(condition: ast.Expression, version: Version) -> bool:
    """Whether a rule of an account policy is asked of each invoice: it looks at `invoice.*`."""
    return any(path.startswith("invoice.") for path in asked_by(condition, version))


def asks_only_customer(condition: ast.Expression, version: Version) -> bool:
    """Whether a condition can be asked before anything is known of the case itself."""
    return all(path.startswith("customer.") for path in asked_by(condition, version))
