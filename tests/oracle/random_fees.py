"""Random fees: sums, bounds, steps, brackets, once, per letter, converted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.oracle.vocabulary import EXCHANGE

if TYPE_CHECKING:
    from tests.oracle.drafts import Draft

PERCENTS = ("1", "2.5", "0.25", "12.5", "33.333", "0", "10")
BASES = ("open amount", "original amount")
FOREIGN = ("SEK", "EUR", "JPY")
"""Currencies of fees that are converted."""
ROUND = (50, 100, 100, 120)
"""Limits that amounts of invoices meet exactly."""


def fee(draft: Draft, *, notice: bool) -> list[str]:
    """A fee with the lines under it; only a stage with a notice charges per letter."""
    if draft.often(8):
        return ["no fee"]
    if draft.uses("converted", 30):
        return [f"fee {converted(draft)}"]
    tail = " once" if draft.often(30) else ""
    if notice and draft.letters and draft.uses("per letter"):
        tail += " per letter"
    base = draft.rng.choice(BASES)
    if draft.uses("steps", 35):
        return [f"fee by steps of {base}{bounds(draft)}{tail}", *indented(steps(draft))]
    if draft.uses("brackets", 35):
        return [f"fee by bracket of {base}{bounds(draft)}{tail}", *indented(brackets(draft))]
    return [f"fee {formula(draft)}{tail}"]


def indented(lines: list[str]) -> list[str]:
    """Under another line."""
    return [f"  {line}" for line in lines]


def formula(draft: Draft) -> str:
    """`2% of open amount + 5.00 EUR at least 10.00 EUR`."""
    parts = [part(draft) for _ in range(draft.rng.choice((1, 1, 1, 2, 3)))]
    return " + ".join(parts) + bounds(draft)


def part(draft: Draft) -> str:
    """An amount, a percentage, or several of them with bounds of their own."""
    if draft.often(6):
        return f"({part(draft)} + {part(draft)}{bounds(draft)})"
    if draft.often(50):
        return draft.money(0, 40)
    return f"{draft.rng.choice(PERCENTS)}% of {draft.rng.choice(BASES)}"


def bounds(draft: Draft) -> str:
    """` at least A at most B`, or nothing."""
    which = draft.rng.choice(("", "", "", "least", "most", "both"))
    least = f" at least {draft.money(1, 10)}" if which in ("least", "both") else ""
    most = f" at most {draft.money(10, 30)}" if which in ("most", "both") else ""
    return least + most


def steps(draft: Draft) -> list[str]:
    """One slice after the other, the last of which takes the rest."""
    count = draft.rng.choice((0, 1, 1, 2))
    slices = ["first", *["next"] * count]
    widths = [f"{each} {round_amount(draft)}" for each in slices]
    return [f"{slice_part(draft)} of the {each}" for each in (*widths, "rest")]


def slice_part(draft: Draft) -> str:
    """A percentage of the slice, or an amount for reaching it."""
    return draft.money(0, 12) if draft.often(35) else f"{draft.rng.choice(PERCENTS)}%"


def round_amount(draft: Draft) -> str:
    """An amount that open amounts often are, in each currency."""
    from_units = draft.rng.choice(ROUND)
    return draft.conditions.money(from_units, from_units)


def brackets(draft: Draft) -> list[str]:
    """Lines with limits that rise, and one for what is above them."""
    limits = sorted(draft.rng.sample((40, 50, 60, 100, 120, 150), draft.rng.choice((1, 1, 2, 3))))
    lines = [
        f"{bracket_fee(draft)} {draft.rng.choice(('below', 'up to'))}"
        f" {draft.conditions.money(limit, limit)}"
        for limit in limits
    ]
    return [*lines, f"{bracket_fee(draft)} otherwise"]


def bracket_fee(draft: Draft) -> str:
    """What one line charges."""
    text = " + ".join(part(draft) for _ in range(draft.rng.choice((1, 1, 1, 2))))
    return text + (bounds(draft) if draft.often(20) else "")


def converted(draft: Draft) -> str:
    """A fee in one currency, turned into that of the case."""
    currency = draft.rng.choice(FOREIGN)
    units = 100 if currency == "JPY" else 1

    def amount(low: int, high: int) -> str:
        return f"{draft.rng.randint(low, high) * units} {currency}"

    text = " + ".join(amount(0, 30) for _ in range(draft.rng.choice((1, 1, 2))))
    text += f" at least {amount(1, 10)}" if draft.often(20) else ""
    text += f" at most {amount(10, 30)}" if draft.often(20) else ""
    text += " once" if draft.often(30) else ""
    return f'{text} converted by "{EXCHANGE}"'
