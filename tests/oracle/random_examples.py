"""Random `example` blocks: every form of line, right in form and not in what it expects."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from tests.oracle import vocabulary as words

if TYPE_CHECKING:
    from random import Random


def example(rng: Random, currency: str, stages: tuple[str, ...]) -> list[str]:
    """An example with a few lines of each kind."""
    given = [rng.choice(given_lines(rng, currency)) for _ in range(rng.randint(0, 5))]
    expected = [rng.choice(expected_lines(rng, currency, stages)) for _ in range(rng.randint(1, 4))]
    first = f"given invoice {amount(rng, currency)} due {day(rng)}"
    lines = [first, *given, *expected]
    return ['example "as it may happen"', *(f"  {line}" for line in lines)]


def day(rng: Random) -> str:
    """A day in the window."""
    return str(words.DUE + datetime.timedelta(days=rng.randint(0, 40)))


def amount(rng: Random, currency: str) -> str:
    """An amount without cents."""
    return f"{rng.randint(1, 300) * words.STEP[currency]} {currency}"


def given_lines(rng: Random, currency: str) -> list[str]:
    """What may be given."""
    money, date, later = amount(rng, currency), day(rng), day(rng)
    until = f" to {later}" if rng.randint(0, 1) else ""
    return [
        "given customer kind consumer, country DE",
        f"given customer kind business from {date}",
        'given customer tags "vip" "slow"',
        f"given invoice {money} due {date}",
        f"given invoice {money} due {date} issued {later}",
        f"given payment {money} on {date}",
        f"given credit {money} on {date}",
        f"given charges {rng.choice(('paid', 'waived'))} {money} on {date}",
        f"given dispute from {date}{until}",
        f"given promise {money} by {date}",
        f"given promise {money} by {date} on {later}",
        f"given {rng.choice(('', 'customer ', 'invoice '))}excluded from {date}{until}",
    ]


def expected_lines(rng: Random, currency: str, stages: tuple[str, ...]) -> list[str]:
    """What may be expected."""
    money, date, stage = amount(rng, currency), day(rng), rng.choice(stages)
    details = (" by email and post", f" fee {money}", f" interest {money}", f" deadline {day(rng)}")
    chosen = "".join(detail for detail in details if rng.randint(0, 2) == 0)
    return [
        f"expect {date} {stage}{chosen}",
        f"expect {date} {stage}{chosen}",
        f"expect {date} {stage} no fee",
        f"expect nothing until {date}",
        f'expect {rng.choice(("held", "excluded"))} "disputed" on {date}',
        f"expect settled on {date}",
        f"expect settled on {date} interest {money}",
        f"expect not {stage}",
    ]
