"""A case that was found, in words: `a business in DE with a risk that is low`."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from dunlang.currencies import MINOR_DIGITS
from dunlang.suggest import listed

if TYPE_CHECKING:
    from dunlang.checking.truth import Key, World

_KINDS = {"business": "a business", "consumer": "a consumer", "public_body": "a public body"}
_KIND, _COUNTRY, _AMOUNT = ("customer.kind", ""), ("customer.country", ""), ("invoice.amount", "")
_PHRASES = {
    "days overdue": "{} days overdue",
    "notices so far": "{} notices so far",
    "fees so far": "fees of {} so far",
    "stage": "{} as its last stage",
    "promise": "a promise that is {}",
}
_DATES = {("invoice.issued", ""): "issued on", ("invoice.due", ""): "due on"}


def portrait(world: World, currency: str) -> str:
    """The customer and the invoice that a search found, as a part of a sentence.

    Only facts that matter are mentioned, and the currency of the case.
    """
    mine = {key: value for key, value in world.items() if key[0].startswith("customer.")}
    others = {key: value for key, value in world.items() if key not in mine}
    kind = _KINDS.get(str(mine.get(_KIND)))
    country = mine.get(_COUNTRY)
    shown = {_KIND: kind, _COUNTRY: country}
    traits = [_trait(key, value) for key, value in mine.items() if not shown.get(key)]
    traits.append(_invoice(others, currency))
    where = f" in {country}" if country else ""
    return f"{kind or 'a customer'}{where} with {listed(traits)}"


def _invoice(world: World, currency: str) -> str:
    left = dict(world)
    amount = left.pop(_AMOUNT, None)
    words = [f"an invoice of {_said(amount)}" if amount else f"an invoice in {currency}"]
    words += [f"{verb} {_said(left.pop(key))}" for key, verb in _DATES.items() if key in left]
    if left:
        words.append(f"with {listed(_trait(key, value) for key, value in left.items())}")
    return " ".join(words)


def _trait(key: Key, value: object) -> str:
    """`a risk that is low`, `a revenue of 500.00 EUR`, `"vip" among the tags`, ..."""
    path, element = key
    name = path.rpartition(".")[2]
    if element:
        return f'{"" if value else "no "}"{element}" among the {name}'
    if path in _PHRASES and value is not None:
        return _PHRASES[path].format(_said(value))
    match value:
        case None:
            return f"an unknown {name}"
        case bool():
            return f"{_said(value)} for {name}"
        case tuple() | int() | Fraction():
            return f"{_article(name)}{name} of {_said(value)}"
        case _:
            return f"{_article(name)}{name} that is {_said(value)}"


def _article(name: str) -> str:
    if name.endswith("s"):
        return ""
    return "an " if name[:1] in "aeiou" else "a "


def _said(value: object) -> str:
    match value:
        case bool():
            return "yes" if value else "no"
        case (str() as currency, (int() | Fraction()) as amount):
            digits = MINOR_DIGITS.get(currency)
            if digits is None:
                return "in another currency"
            return f"{_decimal(Fraction(amount) / 10**digits, digits)} {currency}"
        case int() | Fraction():
            return _decimal(Fraction(value), 0)
        case _:
            return str(value)


def _decimal(value: Fraction, digits: int) -> str:
    """At least so many decimals, and more where the value has them."""
    most = 6
    for places in range(digits, most):
        if (value * 10**places).denominator == 1:
            return _fixed(value, places)
    return _fixed(value, most)


def _fixed(value: Fraction, places: int) -> str:
    scaled = round(value * 10**places)
    whole, rest = divmod(abs(scaled), 10**places)
    sign = "-" if scaled < 0 else ""
    return f"{sign}{whole:_}.{rest:0{places}d}" if places else f"{sign}{whole:_}"
