"""Random days, amounts and values, close together so that limits are met exactly."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from engine.core.money import Money
from tests.oracle import vocabulary as words

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

    from engine.core.model import Value

SMALL = {"EUR": 100, "CHF": 100, "JPY": 100, "KWD": 1000}
"""Minor units of one unit of a random amount."""


def random_day(rng: Random) -> datetime.date:
    """A day on which something happens, often one of those on which invoices are due."""
    if rng.randint(1, 100) <= 15:
        return words.DUE + datetime.timedelta(days=rng.choice((0, 0, 1, -3, 4)))
    return words.DUE + datetime.timedelta(days=rng.randint(*words.WINDOW))


def random_minor(rng: Random, currency: str) -> int:
    """An amount around 100, often a round one, so that limits are met exactly."""
    units = rng.choice((50, 100, 100, 120, rng.randint(1, 200)))
    return max(1, units * SMALL[currency] + rng.choice((0, 0, 0, rng.randint(-99, 99))))


def random_value(rng: Random, type_: str, currencies: Sequence[str]) -> Value:
    """A value of a declared type."""
    match type_:
        case "money":
            currency = rng.choice((*currencies, "EUR"))
            return Money(random_minor(rng, currency), currency)
        case "number":
            return rng.choice((rng.randint(0, 9), Decimal("2.5")))
        case "percent":
            return Decimal(rng.choice(("0", "2.5", "5", "10")))
        case "text":
            return rng.choice(("north", "south"))
        case "date":
            return random_day(rng)
        case "yes/no":
            return rng.choice((True, False))
        case "set of text":
            return frozenset(rng.sample(words.TAGS, rng.randint(0, 2)))
        case _:
            return rng.choice(words.RISKS)
