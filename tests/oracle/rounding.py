"""Rounding an exact amount, once."""

from __future__ import annotations

from fractions import Fraction
from math import ceil, floor
from typing import TYPE_CHECKING

from tests.oracle.conditions import minor_units

if TYPE_CHECKING:
    from tests.oracle.versions import Version

HALF = Fraction(1, 2)


def rounded(amount: Fraction, currency: str, version: Version) -> int:
    """Law: A percentage, steps and sums are rounded once, at the end; to the coin if named.

    A tie goes away from zero with `half up` and to the even number of coins with `half even`.
    """
    mode, coin = "half up", Fraction(1)
    if version.rounding is not None:
        mode = version.rounding.mode
        for named in version.rounding.to.amounts if version.rounding.to else ():
            if named.currency == currency:
                coin = minor_units(named)
    coins = amount / coin
    below, above = floor(coins), ceil(coins)
    if coins - below != HALF:
        whole = below if coins - below < HALF else above
    elif mode == "half even":
        whole = below if below % 2 == 0 else above
    else:
        whole = above if amount > 0 else below
    return int(whole * coin)
