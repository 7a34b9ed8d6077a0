"""Money: an integer of minor units with its currency. No float comes near it."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Literal, NamedTuple

from dunlang.currencies import MINOR_DIGITS

Rounding = Literal["half up", "half even"]


class Money(NamedTuple):
    """An amount in minor units (cents for EUR, yen for JPY, fils for KWD) and its currency."""

    minor: int
    currency: str

    def __str__(self) -> str:
        """As people read it: `12,000.00 EUR`."""
        whole, point, part = format_minor(abs(self.minor), self.currency).partition(".")
        sign = "-" if self.minor < 0 else ""
        return f"{sign}{int(whole):,}{point}{part} {self.currency}"


def format_minor(minor: int, currency: str) -> str:
    """The amount with the currency's decimals and a decimal point, such as `250.00`."""
    digits = MINOR_DIGITS[currency]
    sign = "-" if minor < 0 else ""
    whole, part = divmod(abs(minor), 10**digits)
    return f"{sign}{whole}.{part:0{digits}d}" if digits else f"{sign}{whole}"


def to_minor(amount: Decimal, currency: str) -> int | None:
    """Minor units of an amount; None when it has more decimals than the currency."""
    scaled = amount.scaleb(MINOR_DIGITS[currency])
    minor = int(scaled)
    return minor if scaled == minor else None


def round_minor(exact: Fraction, mode: Rounding) -> int:
    """The whole number of minor units nearest to an exact amount.

    A tie goes away from zero with `half up` and to the even neighbour with `half even`.
    """
    if mode == "half even":
        return round(exact)
    doubled = abs(exact) * 2
    nearest = (doubled.numerator // doubled.denominator + 1) // 2
    return nearest if exact >= 0 else -nearest


def round_to_coin(exact: Fraction, coin: int, mode: Rounding) -> int:
    """The multiple of the smallest coin (in minor units) nearest to an exact amount."""
    return round_minor(exact, mode) if coin == 1 else round_minor(exact / coin, mode) * coin


@lru_cache(maxsize=10_000)
def percentage(percent: Decimal) -> Fraction:
    """The exact share that some percent are: 2 is 1/50."""
    return Fraction(percent) / 100
